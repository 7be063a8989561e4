"""The chooser: from plain answers to a verdict on each frame, with its reasons and their sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from cases.enums import Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models import PastUse
from subsidies.enums import CostCategory
from subsidies.rules.chooser import (
    FOLDER,
    Answers,
    Banks,
    Usability,
    Verdict,
    choose,
    conditions,
    load_conditions,
)
from tests.builders import make_enterprise, make_lender
from tests.conftest import sign_in
from vapup.accounts.models import Member
from vapup.shared.rule_data import ParameterError

URL = "/chooser/"
DAY = date(2026, 5, 12)
N, G, V, B = SchemeFrame.NORMAL, SchemeFrame.SME_GL, SchemeFrame.VUP, SchemeFrame.VUP_BANK
YES, CONSENT, NO = Usability.USABLE, Usability.WITH_CONSENT, Usability.NOT_USABLE
PLAIN = Answers(
    needs_support=True,
    follows_guideline=False,
    past_frame=None,
    past_accepted_on=None,
    legal_form=LegalForm.COMPANY,
    industry=Industry.MANUFACTURING_OTHER,
    capital_yen=10_000_000,
    employee_count=24,
    banks=Banks.SEVERAL,
    has_bank_supporter=False,
)
CALM = replace(PLAIN, needs_support=False)
GUIDED = replace(PLAIN, follows_guideline=True)


def said(answers: Answers, *, on: date = DAY) -> list[tuple[SchemeFrame, Usability]]:
    return [(one.frame, one.usability) for one in choose(answers, on=on)]


def of(frame: SchemeFrame, answers: Answers, *, on: date = DAY) -> Verdict:
    return next(one for one in choose(answers, on=on) if one.frame is frame)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # Support is needed: 405; its frame is decided by the guideline. Without support: Vアップ.
        (PLAIN, [(N, YES), (G, NO), (V, NO)]),
        (GUIDED, [(G, YES), (N, YES), (V, NO)]),
        (CALM, [(V, YES), (N, NO), (G, NO)]),
        # A private bank as the only supporter makes it the bank's variant.
        (replace(CALM, has_bank_supporter=True), [(B, YES), (N, NO), (G, NO)]),
        # From 2024-04-01 a second use of a 405 frame needs the council, of Vアップ there is none.
        (replace(PLAIN, past_frame=N), [(N, CONSENT), (G, NO), (V, NO)]),
        (replace(GUIDED, past_frame=N), [(G, YES), (N, CONSENT), (V, NO)]),
        (replace(GUIDED, past_frame=G), [(G, CONSENT), (N, CONSENT), (V, NO)]),
        (replace(CALM, past_frame=V), [(V, NO), (N, NO), (G, NO)]),
        (replace(CALM, past_frame=N), [(V, NO), (N, NO), (G, NO)]),
        (replace(CALM, past_frame=N, has_bank_supporter=True), [(B, NO), (N, NO), (G, NO)]),
        (replace(PLAIN, past_frame=V), [(N, YES), (G, NO), (V, NO)]),
        # One bank without the guarantee corporation keeps the enterprise out of 405's normal frame.
        (replace(PLAIN, banks=Banks.ONE), [(N, NO), (G, NO), (V, NO)]),
        (replace(PLAIN, banks=Banks.ONE_GUARANTEED), [(N, YES), (G, NO), (V, NO)]),
        (replace(CALM, banks=Banks.ONE), [(V, YES), (N, NO), (G, NO)]),
    ],
)
def test_the_answers_decide(answers: Answers, expected: list[tuple[SchemeFrame, Usability]]) -> None:
    assert said(answers) == expected


@pytest.mark.parametrize(
    "form", [LegalForm.NPO, LegalForm.SOCIAL_WELFARE, LegalForm.LLP, LegalForm.SCHOOL, LegalForm.FARMERS_COOPERATIVE]
)
def test_an_excluded_form_may_use_nothing(form: LegalForm) -> None:
    for answers in (replace(GUIDED, legal_form=form), replace(CALM, legal_form=form, employee_count=None)):
        found = choose(answers, on=DAY)
        assert {one.usability for one in found} == {NO}
        assert not any(one.is_recommended for one in found)
        assert any(form.label in ground.reason and ground.url for ground in found[0].grounds)


@pytest.mark.parametrize(("employees", "expected"), [(300, YES), (301, NO)])
def test_a_medical_corporation_is_measured_by_its_employees(employees: int, expected: Usability) -> None:
    form = LegalForm.MEDICAL_CORPORATION
    answers = replace(PLAIN, legal_form=form, industry=Industry.SERVICE, capital_yen=None, employee_count=employees)
    assert of(N, answers).usability is expected
    assert of(V, replace(answers, needs_support=False)).usability is expected


def test_one_of_capital_and_employees_is_enough() -> None:
    retail = replace(PLAIN, industry=Industry.RETAIL, capital_yen=60_000_000)
    assert of(N, replace(retail, employee_count=40)).usability is YES
    assert of(N, replace(retail, employee_count=51)).usability is NO


def test_without_the_number_of_employees_the_size_is_left_open() -> None:
    found = of(N, replace(PLAIN, employee_count=None, capital_yen=None))
    assert found.usability is YES
    assert any("従業員数を入力すると判定します" in ground.reason for ground in found.grounds)


@pytest.mark.parametrize(
    ("on", "frame", "expected"),
    [
        # Until 2024-03-31 a decline had to be proved; before 2022-04-01 Vアップ had no second use.
        (date(2024, 3, 31), V, CONSENT),
        (date(2024, 4, 1), V, NO),
        (date(2022, 3, 31), V, NO),
        (date(2024, 3, 31), N, CONSENT),
    ],
)
def test_another_use_goes_by_the_rules_of_the_day(on: date, frame: SchemeFrame, expected: Usability) -> None:
    answers = replace(CALM if frame is V else PLAIN, past_frame=frame, past_accepted_on=date(2019, 6, 3))
    found = of(frame, answers, on=on)
    assert found.usability is expected
    assert any("2019-06-03の受理で使っています" in ground.reason for ground in found.grounds)


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2025, 1, 31), "2,000万円以下"), (date(2025, 2, 1), "4,000万円以下"), (date(2024, 1, 31), "")],
)
def test_the_bank_variant_tells_the_lending_test_of_the_day(on: date, words: str) -> None:
    found = of(B, replace(CALM, has_bank_supporter=True), on=on)
    assert (found.usability is NO) is (not words)  # it began on 2024-02-01
    assert any(words in ground.reason for ground in found.grounds)


def test_a_frame_that_is_not_open_yet_is_not_usable() -> None:
    found = of(G, GUIDED, on=date(2022, 4, 14))
    assert (found.usability, found.caps) == (NO, ())
    assert of(G, GUIDED, on=date(2022, 4, 15)).usability is YES


def test_what_no_source_says_is_marked_and_told() -> None:
    found = of(N, replace(PLAIN, banks=Banks.ONE_GUARANTEED))
    (doubt,) = [ground for ground in found.grounds if not ground.confirmed]
    assert (found.is_confirmed, bool(doubt.note)) == (False, True)
    assert of(N, PLAIN).is_confirmed


def test_the_caps_are_those_of_the_day() -> None:
    assert dict(of(N, PLAIN).caps) == {
        CostCategory.PLANNING: 2_000_000,
        CostCategory.MONITORING: 1_000_000,
        CostCategory.NEGOTIATION: 100_000,
    }
    assert of(N, PLAIN, on=date(2022, 3, 31)).caps == ()  # one joint cap


def test_every_condition_is_dated_and_sourced() -> None:
    assert len(conditions()) > 10
    assert all(one.source.url.startswith("http") and (one.confirmed or one.note) for one in conditions())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('when = "needs_support"', 'when = "needs_suport"'),
        ('effect = "consent"', 'effect = "perhaps"'),
        ('id = "normal-one-bank"', 'id = "gl-no-support"'),
        ("effective_from = 2013-03-08\n", ""),
        ("[[condition]]", "[[conditions]]"),
    ],
)
def test_rows_that_cannot_be_trusted_are_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (FOLDER / "conditions.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "conditions.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ParameterError):
        load_conditions(tmp_path)


# --- the page ---------------------------------------------------------------------------------------------------------

TYPED = {
    "support": "yes",
    "guideline": "no",
    "past": "none",
    "legal_form": "company",
    "industry": "retail",
    "capital_yen": "10,000,000",
    "employee_count": "24",
    "banks": "several",
    "bank_supporter": "no",
    "on": "R8.5.12",
}


def asked(**changed: str | int) -> str:
    return f"{URL}?{urlencode({**TYPED, **changed})}"


def test_the_page_asks_first_and_judges_nothing(viewer: Member) -> None:
    answer = sign_in(viewer).get(URL)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "判定する" in page
    assert 'id="verdicts"' not in page
    assert sign_in(viewer).post(URL).status_code == 405


def test_the_page_recommends_and_opens_a_case(consultant: Member, viewer: Member) -> None:
    page = sign_in(consultant).get(asked()).content.decode()
    assert page.index("405事業 通常枠</h3>") < page.index("405事業 中小版GL枠</h3>") < page.index("Vアップ事業</h3>")
    assert page.count("おすすめ") == 1
    assert f"{reverse('cases:new')}?frame=normal" in page
    assert "?frame=vup" not in page  # it cannot be used
    assert "2,000,000" in page
    assert "?frame=" not in sign_in(viewer).get(asked()).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on": "来年"}, 'value="来年"'),
        ({"employee_count": "たくさん"}, 'value="たくさん"'),
        ({"past": "vup", "past_on": "2199-01-01"}, 'value="2199-01-01"'),
        ({"past_on": "2020-01-01"}, "「使ったことはない」なのに"),
        ({"support": "maybe"}, "一覧から選び直してください"),
    ],
)
def test_bad_answers_come_back_as_they_were_typed(consultant: Member, changed: dict[str, str], words: str) -> None:
    answer = sign_in(consultant).get(asked(**changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="10,000,000"' in page
    assert 'id="verdicts"' not in page


def test_an_enterprise_answers_what_is_known_of_it(consultant: Member, outsider: Member) -> None:
    enterprise = make_enterprise(consultant.agency, legal_form=LegalForm.MEDICAL_CORPORATION)
    make_lender(enterprise)
    for day in (date(2023, 6, 1), date(2019, 6, 1)):
        used = {"frame": V, "category": PaidCategory.PLANNING, "paid_yen": 1, "accepted_on": day}
        PastUse.objects.create(agency_id=enterprise.agency_id, enterprise=enterprise, **used)
    page = sign_in(consultant).get(f"{URL}?enterprise={enterprise.pk}").content.decode()
    assert '<option value="medical_corporation" selected>' in page
    assert '<option value="vup" selected>' in page
    assert "2023-06-01" in page
    assert 'value="24"' in page
    make_lender(enterprise, role=LenderRole.OTHER)
    page = sign_in(consultant).get(asked(enterprise=enterprise.pk)).content.decode()
    assert f"{reverse('cases:new')}?enterprise={enterprise.pk}&amp;frame=normal" in page
    assert reverse("subsidies:cap_ledger", args=[enterprise.pk]) in page
    assert sign_in(outsider).get(f"{URL}?enterprise={enterprise.pk}").status_code == 404


def test_the_frame_goes_along_to_the_new_case(consultant: Member) -> None:
    enterprise = make_enterprise(consultant.agency)
    browser = sign_in(consultant)
    page = browser.get(f"{reverse('cases:new')}?frame=vup").content.decode()
    assert f"?enterprise={enterprise.pk}&amp;frame=vup" in page
    assert '<input type="hidden" name="frame" value="vup">' in page
    page = browser.get(f"{reverse('cases:new')}?enterprise={enterprise.pk}&frame=vup").content.decode()
    assert '<option value="vup" selected>' in page
    page = browser.get(f"{reverse('cases:new')}?enterprise={enterprise.pk}&frame=nothing").content.decode()
    assert '<option value="" selected>' in page


@pytest.mark.parametrize("name", ["dashboard:home", "cases:new"])
def test_the_chooser_is_found_from_where_work_begins(consultant: Member, name: str) -> None:
    assert f'href="{URL}"' in sign_in(consultant).get(reverse(name)).content.decode()
