"""Who may use the schemes: every limit of the table one below, at and one above, and every sentence that says why."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from cases.enums import Industry, LegalForm, Scheme, SchemeFrame
from cases.rules.eligibility import Answer, Applicant, parameters, sme_verdict

DAY = date(2026, 4, 1)
MAN = 10_000
# 中小企業者の範囲: capital in 万円, employees
LIMITS = {
    Industry.MANUFACTURING_OTHER: (30_000, 300),
    Industry.WHOLESALE: (10_000, 100),
    Industry.SERVICE: (5_000, 100),
    Industry.RETAIL: (5_000, 50),
}
MEASURED = {LegalForm.COMPANY, LegalForm.SOLE_PROPRIETOR, LegalForm.MEDICAL_CORPORATION, LegalForm.OTHER}


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(("industry", "limits"), LIMITS.items())
def test_capital_or_employees_within_the_limit_are_enough(
    scheme: Scheme, industry: Industry, limits: tuple[int, int]
) -> None:
    capital_yen, employees = limits[0] * MAN, limits[1]
    for more_yen, more in product((-1, 0, 1), (-1, 0, 1)):
        applicant = Applicant(LegalForm.COMPANY, industry, capital_yen + more_yen, employees + more)
        verdict = sme_verdict(applicant, scheme, on=DAY)
        assert verdict.is_eligible is (more_yen <= 0 or more <= 0)
        assert verdict.is_confirmed
        assert verdict.reasons == (
            f"資本金 {capital_yen + more_yen:,}円は、{industry.label}の基準 {capital_yen:,}円"
            f"{'以下です' if more_yen <= 0 else 'を超えています'}。",
            f"常時使用する従業員 {employees + more:,}人は、{industry.label}の基準 {employees:,}人"
            f"{'以下です' if more <= 0 else 'を超えています'}。",
        )


@pytest.mark.parametrize("industry", Industry)
def test_unknown_capital_leaves_the_employees_to_decide(industry: Industry) -> None:
    limit = LIMITS[industry][1]
    few = sme_verdict(Applicant(LegalForm.COMPANY, industry, None, limit), Scheme.VUP, on=DAY)
    many = sme_verdict(Applicant(LegalForm.COMPANY, industry, None, limit + 1), Scheme.VUP, on=DAY)
    assert (few.answer, few.is_confirmed) == (Answer.ELIGIBLE, True)
    assert (many.answer, many.is_confirmed) == (Answer.TOO_LARGE, False)  # the capital may still be small
    assert few.reasons[0] == many.reasons[0] == "資本金が未入力のため、従業員数だけで判定しています。"
    nothing = sme_verdict(Applicant(LegalForm.COMPANY, industry, 0, 10**6), Scheme.VUP, on=DAY)
    assert nothing.is_eligible


@pytest.mark.parametrize("industry", Industry)
@pytest.mark.parametrize("capital_yen", [None, 1, 10**12])
def test_a_person_is_measured_by_employees_whatever_the_capital(industry: Industry, capital_yen: int | None) -> None:
    limit = LIMITS[industry][1]
    for heads, answer in ((limit, Answer.ELIGIBLE), (limit + 1, Answer.TOO_LARGE)):
        verdict = sme_verdict(
            Applicant(LegalForm.SOLE_PROPRIETOR, industry, capital_yen, heads), Scheme.IMPROVEMENT, on=DAY
        )
        assert verdict.answer is answer
        assert not verdict.is_confirmed
        assert len(verdict.reasons) == 1
        assert verdict.reasons[0].endswith("個人事業主は従業員数だけで判定しています。")
        assert "記載なし" in verdict.source


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("industry", Industry)
def test_a_clinic_may_have_three_hundred_people_in_any_industry(scheme: Scheme, industry: Industry) -> None:
    for heads, answer in ((299, Answer.ELIGIBLE), (300, Answer.ELIGIBLE), (301, Answer.TOO_LARGE)):
        applicant = Applicant(LegalForm.MEDICAL_CORPORATION, industry, 10**12, heads)
        verdict = sme_verdict(applicant, scheme, on=DAY)
        assert verdict.answer is answer
        assert verdict.is_confirmed
        assert verdict.reasons[0].startswith(f"常時使用する従業員 {heads}人は、基準 300人")
    assert "医療法人" in verdict.source


@pytest.mark.parametrize("form", sorted(set(LegalForm) - MEASURED))
@pytest.mark.parametrize("scheme", Scheme)
def test_an_excluded_form_is_excluded_however_small_and_on_every_day(form: LegalForm, scheme: Scheme) -> None:
    applicant = Applicant(form, Industry.SERVICE, 0, 0)
    for day, confirmed in ((date(2013, 3, 8), False), (date(2024, 3, 31), False), (date(2024, 4, 1), True)):
        verdict = sme_verdict(applicant, scheme, on=day)
        assert verdict.answer is Answer.EXCLUDED_FORM
        assert verdict.is_confirmed is confirmed
        assert verdict.reasons == (f"{form.label}は、{scheme.label}の対象ではありません。",)
        assert not verdict.is_eligible


def test_other_forms_are_measured_and_left_unconfirmed() -> None:
    verdict = sme_verdict(Applicant(LegalForm.OTHER, Industry.RETAIL, 1, 1), Scheme.VUP, on=DAY)
    assert verdict.answer is Answer.ELIGIBLE
    assert not verdict.is_confirmed
    too_large = sme_verdict(Applicant(LegalForm.OTHER, Industry.RETAIL, 10**9, 51), Scheme.VUP, on=DAY)
    assert too_large.answer is Answer.TOO_LARGE


def test_days_before_the_schemes_are_judged_by_their_first_rules() -> None:
    company = Applicant(LegalForm.COMPANY, Industry.RETAIL, 50_000_001, 51)
    assert sme_verdict(company, Scheme.VUP, on=date(2000, 1, 1)) == sme_verdict(
        company, Scheme.VUP, on=date(2017, 5, 29)
    )
    assert sme_verdict(company, Scheme.VUP, on=date(2000, 1, 1)).answer is Answer.TOO_LARGE


def test_the_table_is_the_one_of_the_notices() -> None:
    rows = parameters()
    assert {row["industry"]: (row["capital_yen"] // MAN, row["employees"]) for row in rows["threshold"]} == LIMITS
    assert {row["scheme"]: row["employees"] for row in rows["medical"]} == dict.fromkeys(Scheme.values, 300)
    listed = [set(row["legal_forms"]) for row in rows["excluded"]]
    assert listed == [set(LegalForm) - MEASURED] * 4
    for scheme in Scheme:  # no day is without a list, and none has two
        first, second = [row for row in rows["excluded"] if row["scheme"] == scheme.value]
        assert (second["effective_from"] - first["effective_to"]).days == 1


def test_answers_and_schemes_have_their_words() -> None:
    assert [answer.label for answer in Answer] == ["対象", "規模の要件を超過", "対象外の法人形態"]
    assert {frame: Scheme.of(frame) for frame in SchemeFrame} == {
        SchemeFrame.NORMAL: Scheme.IMPROVEMENT,
        SchemeFrame.SME_GL: Scheme.IMPROVEMENT,
        SchemeFrame.VUP: Scheme.VUP,
        SchemeFrame.VUP_BANK: Scheme.VUP,
    }
