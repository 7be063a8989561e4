"""The pages of a claim: figures against what was filed, forms that keep their input, the note for the client."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, ClaimLine, Settlement
from tests.builders import make_case, make_member
from tests.conftest import sign_in
from tests.subsidies.claims_cases import (
    accepted_case,
    make_application,
    make_claim,
    make_co_agency,
    make_line,
    make_settlement,
)
from vapup.accounts.models import Member

PLANNING = CostCategory.PLANNING


@pytest.fixture
def case(consultant: Member) -> Case:
    """A normal case accepted on 2025-05-12 that filed 1,234,567 yen of planning."""
    return accepted_case(consultant, {PLANNING: 1_234_567})


@pytest.fixture
def claim(case: Case) -> Application:
    return make_claim(case)


@pytest.fixture
def office(consultant: Member) -> Client:
    return sign_in(consultant)


def url(claim: Application, name: str = "claim", *ids: int) -> str:
    return reverse(f"subsidies:{name}", args=[claim.case.number, claim.pk, *ids])


def typed(version: int = 1, /, **fields: str) -> dict[str, str]:
    return {"version": str(version), **{f"planning__{name}": value for name, value in fields.items()}}


def page(office: Client, address: str) -> str:
    answer = office.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_actual_against_filed(claim: Application, office: Client) -> None:
    assert "実績は未入力" in page(office, url(claim))
    answer = office.post(url(claim), typed(cost_yen="1,000,000", worked_from="R7.5.12"))
    assert (answer.status_code, answer["Location"]) == (302, url(claim))
    shown = page(office, url(claim))
    # 1,000,000 × 2/3 = 666,666 = 333,333 + 333,333; 1,000,000 − 1,234,567 = △234,567
    assert all(one in shown for one in ("1,234,567", "666,666", "333,333", "△234,567", "実績の費用を保存しました"))
    assert "計算根拠" in shown
    assert "実績は未入力" not in shown


def test_the_filed_cost_is_offered_and_never_stored_silently(claim: Application, office: Client) -> None:
    assert "利用申請の額 <span" in (shown := page(office, url(claim))) or "1,234,567" in shown
    assert 'value="1,234,567"' not in shown
    assert 'value="1,234,567"' in page(office, f"{url(claim)}?fill=planning")
    assert not ClaimLine.objects.exists()
    make_line(claim, 5)
    assert 'value="1,234,567"' not in page(office, f"{url(claim)}?fill=planning")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"cost_yen": "壱百"}, "金額として読めません"),
        ({"statement_yen": "1,000,000"}, "実績の費用も入力してください"),
        ({"cost_yen": "900,000", "worked_from": "2025-05-11"}, "受理日 2025-05-12 より前です"),
        ({"cost_yen": "900,000", "worked_from": "2025-07-02", "worked_to": "2025-07-01"}, "初日 2025-07-02 より前です"),
    ],
)
def test_what_is_refused_keeps_the_input(
    claim: Application, office: Client, fields: dict[str, str], words: str
) -> None:
    answer = office.post(url(claim), typed(**fields))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert all(f'value="{value}"' in shown for value in fields.values())
    assert not ClaimLine.objects.exists()


def test_an_edit_meanwhile_is_shown_beside_the_input(claim: Application, office: Client, manager: Member) -> None:
    sign_in(manager).post(url(claim), typed(cost_yen="1,100,000"))
    answer = office.post(url(claim), typed(cost_yen="1,000,000"))
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "1,100,000" in shown
    assert 'value="1,000,000"' in shown
    assert str(manager) in shown
    assert office.post(url(claim), typed(2, cost_yen="1,000,000")).status_code == 302
    assert ClaimLine.objects.get().cost_yen == 1_000_000


def test_more_than_filed_is_marked(claim: Application, office: Client) -> None:
    make_line(claim, 1_300_000)
    shown = page(office, url(claim))
    assert "利用申請の額を超過" in shown
    assert "65,433" in shown  # 1,300,000 − 1,234,567


def test_who_may_only_look_sees_no_form(claim: Application, viewer: Member, outsider: Member) -> None:
    colleague = make_member(claim.agency)
    for member in (viewer, colleague):
        looking = sign_in(member)
        assert "実績を保存する" not in page(looking, url(claim))
        assert looking.post(url(claim), typed(cost_yen="5")).status_code == 403
        assert looking.post(url(claim, "settlement", 0), settled()).status_code == 403
        page(looking, url(claim, "transfer_note"))
    foreign = sign_in(outsider)
    for address in (url(claim), url(claim, "settlement", 0), url(claim, "transfer_note")):
        assert foreign.get(address).status_code == 404
    assert foreign.post(url(claim), typed(cost_yen="5")).status_code == 404


def test_a_submitted_claim_says_why_it_is_fixed(case: Case, office: Client, consultant: Member) -> None:
    claim = make_claim(case, state=ApplicationState.SUBMITTED, submitted_on=case.accepted_on)
    assert "「提出済」のため" in page(office, url(claim))
    answer = office.post(url(claim), typed(cost_yen="5"))
    assert (answer.status_code, ClaimLine.objects.count()) == (422, 0)
    shown = page(office, url(claim, "settlement", 0))
    assert "保存する</button>" not in shown


def test_only_claims_and_only_of_this_case_have_the_pages(case: Case, claim: Application, office: Client) -> None:
    letter = make_application(case, kind=ApplicationKind.CHANGE)
    assert office.get(url(letter)).status_code == 404
    other = make_case(case.consultant)
    assert office.get(reverse("subsidies:claim", args=[other.number, claim.pk])).status_code == 404
    foreign = make_co_agency(other)
    assert office.get(url(claim, "settlement", foreign.pk)).status_code == 404
    assert office.post(url(claim, "settlement", foreign.pk)).status_code == 404


def test_figures_that_cannot_be_worked_out_are_explained(case: Case, claim: Application, office: Client) -> None:
    Case.objects.filter(pk=case.pk).update(accepted_on="2013-03-07")  # the scheme opened the day after
    answer = office.get(url(claim), follow=True)
    assert "の金額を計算できません" in answer.content.decode()


def settled(**changed: Any) -> dict[str, Any]:
    fields = {"version": "1", "method": "transfer", "is_single_purpose": "on", "contracted_on": "2025-06-01"}
    return {**fields, "own_invoice_yen": "411,523", "transferred_on": "2026-04-30", **changed}


def test_a_settlement_is_recorded_and_shown(claim: Application, office: Client) -> None:
    answer = office.post(url(claim, "settlement", 0), settled(transferred_yen="411,523"))
    assert answer["Location"] == url(claim)
    row = Settlement.objects.get()
    assert (row.own_invoice_yen, row.transferred_yen, row.withheld_yen, row.fee_deducted_yen) == (
        411_523,
        411_523,
        0,
        0,
    )
    assert (row.is_single_purpose, row.has_gross_invoice) == (True, False)
    assert "2026-04-30" in page(office, url(claim))


def test_what_is_recorded_can_be_read_by_whoever_sees_the_claim(
    claim: Application, office: Client, viewer: Member
) -> None:
    address = url(claim, "settlement", 0)
    assert "まだ記録されていません。" in page(sign_in(viewer), address)
    office.post(address, settled(transferred_yen="411,523"))
    shown = page(sign_in(viewer), address)
    assert "保存する</button>" not in shown
    assert '<dt>振込</dt><dd>2026-04-30(令和8年) <span class="yen">411,523</span>円</dd>' in shown
    assert "権限がありません" in shown


def test_amounts_and_names_are_offered_once_the_cost_is_entered_and_stored_only_when_saved(
    claim: Application, office: Client
) -> None:
    filed = page(office, url(claim, "settlement", 0))
    assert "計算した額を空いている欄に入れる" in filed
    assert 'value="有限会社山田水産"' not in filed
    make_line(claim, 1_234_567)
    plain, filled = page(office, f"{url(claim, 'settlement', 0)}?fill=0"), page(office, url(claim, "settlement", 0))
    assert 'value="有限会社山田水産"' in filled
    for value in ("1,234,567", "411,522", "411,523"):  # the cost, the council's first half, the own share
        assert f'value="{value}"' not in plain
        assert f'value="{value}"' in filled
    assert not Settlement.objects.exists()


def test_contract_and_names_come_from_the_earlier_claim(case: Case, claim: Application, office: Client) -> None:
    make_settlement(claim, contracted_on="2025-06-01", payer="ヤマダスイサン", payee="アオバカイケイ", cost_yen=7)
    later = make_claim(case, kind=ApplicationKind.NEGOTIATION_CLAIM)
    shown = page(office, url(later, "settlement", 0))
    assert all(f'value="{one}"' in shown for one in ("2025-06-01", "ヤマダスイサン", "アオバカイケイ"))
    assert "支払申請(計画策定)で入力した内容" in shown
    assert Settlement.objects.count() == 1


def test_a_refused_settlement_keeps_the_input(claim: Application, office: Client, manager: Member) -> None:
    answer = office.post(url(claim, "settlement", 0), settled(transferred_on="2099-01-01"))
    assert answer.status_code == 422
    assert "振込日 2099-01-01 が、今日" in answer.content.decode()
    assert 'value="411,523"' in answer.content.decode()
    sign_in(manager).post(url(claim, "settlement", 0), settled(own_invoice_yen="400,000"))
    late = office.post(url(claim, "settlement", 0), settled())
    assert late.status_code == 409
    assert all(one in late.content.decode() for one in ("400,000", 'value="411,523"', str(manager)))
    assert office.post(url(claim, "settlement", 0), settled(version="2")).status_code == 302
    assert Settlement.objects.get().own_invoice_yen == 411_523


def test_the_note_tells_the_client_what_to_transfer(claim: Application, office: Client) -> None:
    assert "利用申請の額による予定額です" in page(office, url(claim, "transfer_note"))
    make_line(claim, 1_234_567)
    shown = page(office, url(claim, "transfer_note"))
    assert "予定額" not in shown
    assert "有限会社山田水産 御中" in shown
    assert "411,523" in shown
    # 411,523 − 37,411 of tax = 374,112 × 10.21% = 38,196: only a suggestion
    assert "38,196" in shown
    assert "要確認" in shown
    for rule in ("銀行振込で", "合算しないで", "振込手数料", "相殺", "源泉所得税を差し引いて"):
        assert rule in shown
    assert shown.count("出典: ") == 7 + 1
    assert "https://keieikaizen.fukuoka-kyogikai.go.jp/keieikaizen/request/" in shown


def test_the_note_takes_off_only_what_was_recorded(claim: Application, office: Client) -> None:
    make_line(claim, 1_234_567)
    make_settlement(claim, withheld_yen=38_196, payee="アオバカイケイジムショ")
    shown = page(office, url(claim, "transfer_note"))
    assert "373,327" in shown  # 411,523 − 38,196
    assert "アオバカイケイジムショ" in shown
    assert "要確認" not in shown


def test_the_note_has_one_transfer_for_each_agency(case: Case, claim: Application, office: Client) -> None:
    other = make_co_agency(case)
    make_line(claim, 1_200_000)
    assert "まだ計算できません" in page(office, url(claim, "transfer_note"))
    make_settlement(claim, cost_yen=300_000)
    make_settlement(claim, co_agency=other, cost_yen=900_000)
    shown = page(office, url(claim, "transfer_note"))
    # 1,200,000 × 2/3 = 800,000: the others pay 300,000 − 200,000 and 900,000 − 600,000
    assert all(one in shown for one in ("青葉会計事務所への振込", "駅前会計への振込", "100,000", "300,000", "400,000"))


def test_agencies_whose_costs_do_not_add_up_are_pointed_out(case: Case, claim: Application, office: Client) -> None:
    other = make_co_agency(case)
    make_line(claim, 1_200_000)
    make_settlement(claim, cost_yen=300_000)
    make_settlement(claim, co_agency=other, cost_yen=800_000)
    assert "各機関の費用の合計と実績の費用が" in (shown := page(office, url(claim)))
    assert "△100,000" in shown
