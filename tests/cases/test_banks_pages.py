"""The pages of a case's lenders: the board, the form of one lender, and the button for the guarantee corporation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from cases.enums import Consent, LenderRole, SchemeFrame
from cases.models import Case, Lender, LenderStance
from tests.builders import make_case, make_lender, make_stance
from tests.conftest import sign_in
from vapup.accounts.models import Member

DAY = date(2025, 9, 1)


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def lender(case: Case) -> Lender:
    return make_lender(case.enterprise)


def board_url(case: Case) -> str:
    return reverse("cases:banks", args=[case.number])


def bank_url(case: Case, lender: Lender) -> str:
    return reverse("cases:bank", args=[case.number, lender.pk])


def board(case: Case, member: Member) -> str:
    return sign_in(member).get(board_url(case)).content.decode()


def in_frame(case: Case, frame: SchemeFrame) -> None:
    Case.objects.filter(pk=case.pk).update(frame=frame)


def test_the_board_names_who_is_missing(case: Case, lender: Lender, consultant: Member) -> None:
    make_lender(case.enterprise, role=LenderRole.SUBMAIN, balance_yen=20_000_000, bank_name="仙台銀行")
    make_stance(case, lender, consent=Consent.AGREED, consented_on=DAY)
    page = board(case, consultant)
    assert "全行同意まであと1行: 仙台銀行 石巻支店" in page
    # 180 of 200 million
    assert "同意した残高 90.0%" in page
    assert "10.0%" in page
    assert "七十七銀行 石巻支店" in page
    assert "主要金融機関の確認書面" in page
    assert "受取書" not in page


def test_letters_are_offered_to_the_banks_that_the_council_asks_them_of(
    case: Case, lender: Lender, consultant: Member
) -> None:
    other = make_lender(case.enterprise, role=LenderRole.OTHER, balance_yen=20_000_000, bank_name="仙台銀行")
    page = board(case, consultant)
    assert f"/banks/{lender.pk}/letters/confirmation/" in page
    assert f"/banks/{other.pk}/letters/confirmation/" not in page
    for one in (lender, other):
        assert f"/banks/{one.pk}/letters/consent/" in page


def test_the_board_of_the_early_scheme_asks_for_a_receipt(case: Case, lender: Lender, consultant: Member) -> None:
    in_frame(case, SchemeFrame.VUP)
    page = board(case, consultant)
    assert "「七十七銀行 石巻支店」に計画書を渡し、受取書を受け取ります。全行の同意は要りません。" in page
    assert "事前相談書の原本を受け取るか、利用申請書に記名押印を受けます。" in page
    assert "確認書面" not in page
    make_stance(case, lender, consultation_letter_on=DAY, plan_handed_on=DAY, receipt_on=DAY)
    page = board(case, consultant)
    assert "七十七銀行 石巻支店 2025-09-01 の原本" in page
    assert "あと1通" not in page


def test_a_refusal_and_conditions_stand_out(case: Case, lender: Lender, consultant: Member) -> None:
    other = make_lender(case.enterprise, role=LenderRole.OTHER, bank_name="仙台銀行")
    make_stance(case, lender, consent=Consent.REFUSED)
    make_stance(case, other, consent=Consent.CONDITIONAL, consented_on=DAY, conditions="毎月の試算表")
    page = board(case, consultant)
    assert "不同意あり" in page
    assert "不同意の七十七銀行 石巻支店には、計画を見直して同意を求めます。" in page
    assert "仙台銀行 石巻支店の条件が計画と支払申請に合うことを確かめます。" in page
    assert "毎月の試算表" in page


def test_a_missing_guarantor_is_warned_of_and_added_with_one_button(case: Case, consultant: Member) -> None:
    make_lender(case.enterprise, guaranteed_yen=60_000_000)
    browser = sign_in(consultant)
    page = browser.get(board_url(case)).content.decode()
    assert "保証協会の同意が必要です" in page
    new_url = reverse("cases:lender_new", args=[case.enterprise_id])
    link = page.split(f'href="{new_url}?')[1].split('"')[0].replace("&amp;", "&")
    form = browser.get(f"{new_url}?{link}").content.decode()
    assert 'value="宮城県信用保証協会"' in form
    assert '<option value="guarantor" selected>' in form
    sent = {"bank_name": "宮城県信用保証協会", "role": "guarantor", "balance_yen": "0", "guaranteed_yen": "0"}
    assert browser.post(new_url, sent).status_code == 302
    page = browser.get(board_url(case)).content.decode()
    assert "保証協会の同意が必要です" not in page
    assert "全行同意まであと2行" in page


def test_the_early_scheme_does_not_warn_of_a_guarantor(case: Case, consultant: Member) -> None:
    make_lender(case.enterprise, guaranteed_yen=60_000_000)
    in_frame(case, SchemeFrame.VUP)
    assert "信用保証協会を登録" not in board(case, consultant)


def test_without_lenders_the_board_leads_to_the_first_one(case: Case, consultant: Member, viewer: Member) -> None:
    assert "金融機関がまだ登録されていません" in board(case, consultant)
    assert reverse("cases:lender_new", args=[case.enterprise_id]) in board(case, consultant)
    assert reverse("cases:lender_new", args=[case.enterprise_id]) not in board(case, viewer)


def test_buttons_follow_the_rights(case: Case, lender: Lender, viewer: Member, admin: Member) -> None:
    letter = reverse("cases:bank_letter", args=[case.number, lender.pk, "consent"])
    seen = board(case, viewer)
    assert (bank_url(case, lender) in seen, letter in seen) == (False, False)
    seen = board(case, admin)  # records what came in by post, and leaves the letters to the consultant
    assert (bank_url(case, lender) in seen, letter in seen) == (True, False)
    assert sign_in(admin).get(letter).status_code == 403


@pytest.mark.parametrize(
    ("frame", "shown", "hidden"),
    [
        (SchemeFrame.NORMAL, {"confirmation_letter_on", "consent"}, {"consultation_letter_on", "receipt_on"}),
        (SchemeFrame.SME_GL, {"confirmation_letter_on", "consent"}, {"consultation_letter_on", "receipt_on"}),
        (SchemeFrame.VUP, {"consultation_letter_on", "receipt_on"}, {"confirmation_letter_on", "consent"}),
    ],
)
def test_the_form_has_the_letters_of_its_scheme(
    case: Case, lender: Lender, consultant: Member, frame: SchemeFrame, shown: set[str], hidden: set[str]
) -> None:
    in_frame(case, frame)
    page = sign_in(consultant).get(bank_url(case, lender)).content.decode()
    assert {name for name in shown | hidden if f'name="{name}"' in page} == shown


def sent(**changed: Any) -> dict[str, Any]:
    return {"version": "1", "consent": "not_asked", "contact": "融資課 阿部", **changed}


def test_the_form_saves_and_returns_to_the_row(case: Case, lender: Lender, consultant: Member) -> None:
    answer = sign_in(consultant).post(
        bank_url(case, lender), sent(consent="agreed", consented_on="R7.9.1", seals_application="on")
    )
    assert (answer.status_code, answer["Location"]) == (302, f"{board_url(case)}#lender-{lender.pk}")
    stored = LenderStance.objects.get()
    assert (stored.consented_on, stored.seals_application, stored.contact) == (DAY, True, "融資課 阿部")


def test_what_is_refused_stays_in_the_form_with_every_reason(case: Case, lender: Lender, consultant: Member) -> None:
    answer = sign_in(consultant).post(
        bank_url(case, lender), sent(asked_on="2025-09-02", plan_handed_on="2025-09-01", consent="agreed")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "「計画書を渡した日」の 2025-09-01 が、「依頼日」の 2025-09-02 より前です。" in page
    assert "同意の状況が「同意」のときは、「同意日」を入力してください。" in page
    assert 'value="2025-09-02"' in page
    assert not LenderStance.objects.exists()


def test_what_the_other_scheme_knew_is_kept_when_a_form_is_saved(
    case: Case, lender: Lender, consultant: Member
) -> None:
    make_stance(case, lender, consent=Consent.AGREED, consented_on=DAY)
    in_frame(case, SchemeFrame.VUP)
    assert sign_in(consultant).post(bank_url(case, lender), sent()).status_code == 302
    stored = LenderStance.objects.get()
    assert (stored.contact, stored.consent) == ("融資課 阿部", Consent.AGREED)


def test_two_at_once_see_what_the_other_wrote(case: Case, lender: Lender, consultant: Member) -> None:
    browser = sign_in(consultant)
    browser.post(bank_url(case, lender), sent())
    late = browser.post(bank_url(case, lender), sent(contact="融資課 加藤"))
    page = late.content.decode()
    assert late.status_code == 409
    assert "融資課 阿部" in page
    assert "融資課 加藤" in page
    again = browser.post(bank_url(case, lender), sent(contact="融資課 加藤", version="2"))
    assert (again.status_code, LenderStance.objects.get().contact) == (302, "融資課 加藤")


def test_a_lender_of_another_enterprise_is_missing(case: Case, lender: Lender, consultant: Member) -> None:
    other = make_case(consultant)
    browser = sign_in(consultant)
    assert browser.get(bank_url(other, lender)).status_code == 404
    assert browser.post(bank_url(other, lender), sent()).status_code == 404
    assert browser.get(reverse("cases:bank_letter", args=[other.number, lender.pk, "consent"])).status_code == 404


def test_removing_a_lender_with_a_record_is_refused_on_its_page(case: Case, lender: Lender, consultant: Member) -> None:
    make_stance(case, lender, contact="阿部")
    answer = sign_in(consultant).post(reverse("cases:lender_remove", args=[case.enterprise_id, lender.pk]))
    assert answer.status_code == 422
    assert "に記録されているため、削除できません。" in answer.content.decode()
