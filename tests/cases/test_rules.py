from __future__ import annotations

from datetime import date

import pytest

from cases.enums import Industry, LegalForm, PaidCategory, Scheme, SchemeFrame
from cases.rules.eligibility import Answer, Applicant, parameters, sme_verdict
from subsidies.enums import CostCategory

TODAY = date(2026, 4, 1)
OKU = 100_000_000
EXCLUDED = [
    LegalForm.SOCIAL_WELFARE,
    LegalForm.NPO,
    LegalForm.GENERAL_ASSOCIATION,
    LegalForm.PUBLIC_INTEREST,
    LegalForm.FARMERS_COOPERATIVE,
    LegalForm.AGRICULTURAL_COOPERATIVE,
    LegalForm.CONSUMER_COOPERATIVE,
    LegalForm.LLP,
    LegalForm.SCHOOL,
]


def applicant(
    *,
    form: LegalForm = LegalForm.COMPANY,
    industry: Industry = Industry.MANUFACTURING_OTHER,
    capital_yen: int | None = 10_000_000,
    employees: int = 10,
) -> Applicant:
    return Applicant(form, industry, capital_yen, employees)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(
    ("industry", "capital_yen", "employees"),
    [
        (Industry.MANUFACTURING_OTHER, 3 * OKU, 300),
        (Industry.WHOLESALE, 1 * OKU, 100),
        (Industry.SERVICE, 50_000_000, 100),
        (Industry.RETAIL, 50_000_000, 50),
    ],
)
def test_one_condition_is_enough(scheme: Scheme, industry: Industry, capital_yen: int, employees: int) -> None:
    def answer(yen: int, heads: int) -> Answer:
        return sme_verdict(applicant(industry=industry, capital_yen=yen, employees=heads), scheme, on=TODAY).answer

    assert answer(capital_yen, employees + 1) is Answer.ELIGIBLE
    assert answer(capital_yen + 1, employees) is Answer.ELIGIBLE
    assert answer(capital_yen + 1, employees + 1) is Answer.TOO_LARGE


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("form", EXCLUDED)
def test_some_legal_forms_are_excluded_however_small(scheme: Scheme, form: LegalForm) -> None:
    verdict = sme_verdict(applicant(form=form), scheme, on=TODAY)
    assert verdict.answer is Answer.EXCLUDED_FORM
    assert verdict.is_confirmed
    assert form.label in verdict.reasons[0]
    assert "https://" in verdict.source


def test_the_other_forms_are_not_excluded() -> None:
    others = set(LegalForm) - set(EXCLUDED)
    assert all(sme_verdict(applicant(form=form), Scheme.VUP, on=TODAY).is_eligible for form in others)


@pytest.mark.parametrize(("employees", "answer"), [(300, Answer.ELIGIBLE), (301, Answer.TOO_LARGE)])
def test_a_medical_corporation_is_measured_by_employees_alone(employees: int, answer: Answer) -> None:
    clinic = applicant(form=LegalForm.MEDICAL_CORPORATION, industry=Industry.SERVICE, employees=employees)
    assert sme_verdict(clinic, Scheme.IMPROVEMENT, on=TODAY).answer is answer


def test_a_sole_trader_is_measured_by_employees_and_that_is_unconfirmed() -> None:
    trader = applicant(form=LegalForm.SOLE_PROPRIETOR, industry=Industry.RETAIL, capital_yen=None, employees=51)
    verdict = sme_verdict(trader, Scheme.VUP, on=TODAY)
    assert (verdict.answer, verdict.is_confirmed) == (Answer.TOO_LARGE, False)


def test_unknown_capital_leaves_a_large_company_unconfirmed() -> None:
    unknown = sme_verdict(applicant(capital_yen=None, employees=301), Scheme.VUP, on=TODAY)
    assert (unknown.answer, unknown.is_confirmed) == (Answer.TOO_LARGE, False)
    small = sme_verdict(applicant(capital_yen=None, employees=300), Scheme.VUP, on=TODAY)
    assert (small.answer, small.is_confirmed) == (Answer.ELIGIBLE, True)


@pytest.mark.parametrize(("day", "is_confirmed"), [(date(2024, 3, 31), False), (date(2024, 4, 1), True)])
def test_the_list_of_forms_is_confirmed_from_april_2024(day: date, *, is_confirmed: bool) -> None:
    verdict = sme_verdict(applicant(form=LegalForm.NPO), Scheme.VUP, on=day)
    assert verdict.is_confirmed is is_confirmed


def test_every_figure_has_a_source_that_was_looked_at() -> None:
    for rows in parameters().values():
        assert all(row["source"]["url"].startswith("https://") and row["source"]["checked_on"] for row in rows)


def test_every_frame_belongs_to_a_scheme() -> None:
    schemes = {frame: Scheme.of(frame) for frame in SchemeFrame}
    assert schemes[SchemeFrame.VUP] is schemes[SchemeFrame.VUP_BANK] is Scheme.VUP
    assert schemes[SchemeFrame.NORMAL] is schemes[SchemeFrame.SME_GL] is Scheme.IMPROVEMENT


def test_paid_categories_are_the_costed_ones() -> None:
    assert PaidCategory.choices == CostCategory.choices
