"""When a document is needed, how old it may be, and what the reader of the lists refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.requirements import (
    Condition,
    Judged,
    RequirementFacts,
    fresh_until,
    last_fiscal_day,
    notes_for,
    requirements_on,
)
from subsidies.rules.requirements_conditions import judge
from subsidies.rules.requirements_rows import Per, load_council_notes, load_requirements, requirements
from vapup.shared.rule_data import ParameterError

FACTS: Final = RequirementFacts(
    frame=SchemeFrame.NORMAL, application=ApplicationKind.USAGE, on=date(2025, 5, 12), council="04"
)
CLAIM: Final = replace(FACTS, application=ApplicationKind.MONITORING_CLAIM, period_number=2, period_count=3)
GL_CLAIM: Final = replace(FACTS, frame=SchemeFrame.SME_GL, application=ApplicationKind.PLAN_CLAIM)


def of(document: str, facts: RequirementFacts) -> Judged:
    (found,) = [one for one in requirements_on(facts) if one.requirement.id == document]
    return found


@pytest.mark.parametrize(
    ("planning_yen", "is_needed", "why"),
    [
        (450_000, False, "計画策定費用 450,000円は 450,000円以下のため不要"),
        (450_001, True, "計画策定費用 450,001円は 450,000円を超える"),
        (0, False, "計画策定費用 0円は 450,000円以下のため不要"),
    ],
)
def test_the_schedule_is_needed_above_450000_yen(planning_yen: int, is_needed: bool, why: str) -> None:
    schedule = of("schedule", replace(FACTS, planning_cost_yen=planning_yen))
    assert (schedule.is_needed, schedule.why) == (is_needed, why)


@pytest.mark.parametrize("facts", [replace(FACTS, on=date(2022, 3, 31)), replace(FACTS, frame=SchemeFrame.SME_GL)])
def test_without_a_threshold_the_schedule_is_always_needed(facts: RequirementFacts) -> None:
    assert of("schedule", facts).is_needed  # the threshold holds from 2022-04-01, in the normal frame


def test_a_frame_that_was_not_open_has_no_threshold() -> None:
    facts = replace(FACTS, frame=SchemeFrame.VUP_BANK, on=date(2023, 5, 1))
    assert judge(Condition.SCHEDULE, facts).is_met
    assert requirements_on(facts) == ()


@pytest.mark.parametrize(
    ("document", "facts", "changed", "why"),
    [
        ("registry_certificate", FACTS, {"is_sole_proprietor": True}, "個人事業主は不要"),
        ("bank_confirmation", FACTS, {"bank_seals_application": True}, "記名押印するため不要"),
        ("trial_balance", CLAIM, {"year_end_on": date(2026, 3, 31)}, "対象期間に決算日(2026年3月31日)があるため不要"),
    ],
)
def test_a_fact_makes_a_document_unneeded(
    document: str, facts: RequirementFacts, changed: dict[str, Any], why: str
) -> None:
    assert of(document, facts).is_needed
    judged = of(document, replace(facts, **changed))
    assert not judged.is_needed
    assert why in judged.why


@pytest.mark.parametrize(
    ("document", "facts", "changed", "why"),
    [
        ("opening_notice", FACTS, {"is_sole_proprietor": True}, ""),
        ("reuse_check", FACTS, {"is_reuse": True}, "過去の利用があるため必要"),
        ("gross_invoice", CLAIM, {"withheld_yen": 1}, "源泉所得税 1円を差し引いて振り込んだため必要"),
        ("year_end_returns", CLAIM, {"year_end_on": date(2026, 3, 31)}, "決算日(2026年3月31日)があるため必要"),
        ("subcontract_invoice", CLAIM, {"has_subcontractors": True}, "費用明細に外部委託があるため必要"),
        ("remaining_half_request", CLAIM, {"period_number": 1}, "第1回の請求のため必要"),
        (
            "standstill_request",
            GL_CLAIM,
            {"standstill_requested_on": date(2025, 7, 1)},
            "2025年7月1日に一時停止を要請したため必要",
        ),
    ],
)
def test_a_fact_makes_a_document_needed(
    document: str, facts: RequirementFacts, changed: dict[str, Any], why: str
) -> None:
    unneeded = of(document, facts)
    assert not unneeded.is_needed
    assert unneeded.why.endswith("不要")
    judged = of(document, replace(facts, **changed))
    assert judged.is_needed
    assert why in judged.why


@pytest.mark.parametrize(
    ("number", "count", "seeks", "is_needed", "why"),
    [
        (3, 3, True, True, "第3回の請求で、最終の第3回のため必要、経営者保証の解除を目指すため必要"),
        (2, 3, True, False, "第2回の請求で、最終の第3回ではないため不要"),
        (3, 3, False, False, "経営者保証の解除を目指さないため不要"),
        (0, 0, True, False, "第0回の請求で、最終の第0回ではないため不要"),
    ],
)
def test_of_two_conditions_both_must_hold(number: int, count: int, seeks: bool, is_needed: bool, why: str) -> None:
    facts = replace(CLAIM, period_number=number, period_count=count, seeks_guarantee_release=seeks)
    judged = of("negotiation_claim_together", facts)
    assert (judged.is_needed, judged.why) == (is_needed, why)


def test_the_only_period_is_the_first_and_the_last() -> None:
    facts = replace(CLAIM, period_number=1, period_count=1)
    assert facts.is_first_claim
    assert facts.is_last_claim


@pytest.mark.parametrize(
    ("on", "own_form", "other_form"),
    [
        (date(2020, 8, 31), True, None),
        (date(2020, 9, 1), False, True),
        (date(2022, 4, 1), False, True),
        (date(2024, 3, 31), False, True),
        (date(2024, 4, 1), True, None),
    ],
)
def test_from_2020_to_2024_a_former_user_had_a_form_of_its_own(
    on: date, own_form: bool, other_form: bool | None
) -> None:
    judged = {one.requirement.id: one for one in requirements_on(replace(FACTS, on=on, is_reuse=True))}
    assert judged["usage_application"].is_needed == own_form
    other = judged.get("reuse_application")
    assert (other.is_needed if other else None) == other_form


def test_what_the_client_only_needs_sometimes_is_left_to_people() -> None:
    judged = of("support_details", replace(FACTS, application=ApplicationKind.PLAN_CLAIM))
    assert (judged.is_needed, judged.why) == (False, "該当するときだけ添える")


def test_every_condition_is_judged_and_used() -> None:
    assert all(isinstance(judge(condition, FACTS).is_met, bool) for condition in Condition)
    used = {condition for members in requirements().values() for one in members for condition in one.conditions}
    assert used == set(Condition)


@pytest.mark.parametrize(
    ("issued_on", "until"),
    [
        # 民法140・143条: the period begins on the next day and ends on the day before the corresponding one.
        (date(2025, 2, 10), date(2025, 5, 10)),
        (date(2025, 11, 30), date(2026, 2, 28)),  # 12-01 to 02-28
        (date(2025, 11, 29), date(2026, 2, 28)),  # 11-30 to 02-28: there is no 02-30
        (date(2024, 11, 30), date(2025, 2, 28)),
        (date(2023, 11, 30), date(2024, 2, 29)),
        (date(2025, 1, 31), date(2025, 4, 30)),
    ],
)
def test_a_registry_certificate_is_fresh_for_three_months(issued_on: date, until: date) -> None:
    certificate = of("registry_certificate", FACTS).requirement
    assert fresh_until(certificate, issued_on) == until


def test_other_documents_do_not_age() -> None:
    estimate = of("estimate", FACTS).requirement
    assert fresh_until(estimate, date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    ("month", "until", "day"),
    [
        (3, date(2026, 3, 31), date(2026, 3, 31)),
        (3, date(2026, 3, 30), date(2025, 3, 31)),
        (2, date(2024, 3, 1), date(2024, 2, 29)),
        (2, date(2024, 2, 28), date(2023, 2, 28)),
        (12, date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_last_fiscal_year_end_before_a_day(month: int, until: date, day: date) -> None:
    assert last_fiscal_day(month, until=until) == day


def test_shizuoka_says_that_it_has_forms_of_its_own() -> None:
    assert "独自の様式" in notes_for("22", on=date(2022, 4, 1))[0].text
    assert notes_for("22", on=date(2022, 3, 31)) == ()
    assert notes_for("40", on=date(2025, 5, 12)) == ()


ROW: Final = {
    "id": '"paper"',
    "frame": '"normal"',
    "application": '"usage"',
    "effective_from": "2022-04-01",
    "title": '"書類"',
    "copy": '"copy"',
    "maker": '"bank"',
    "per": '"once"',
    "conditions": '["always"]',
    "source": '{ title = "案内", clause = "書類", url = "https://example.jp/", checked_on = 2026-11-21 }',
    "confirmed": "true",
}


def written(folder: Path, table: str = "requirement", **changed: str) -> Path:
    """A folder with one row; a value of "" leaves the field out."""
    lines = [f"{name} = {value}" for name, value in {**ROW, **changed}.items() if value]
    (folder / "rows.toml").write_text(f"[[{table}]]\n" + "\n".join(lines), encoding="utf-8")
    return folder


def test_a_sound_row_is_read(tmp_path: Path) -> None:
    ((paper,),) = load_requirements(written(tmp_path)).values()
    assert (paper.label, paper.is_form, paper.copy.label, paper.maker.label) == ("書類", False, "写し", "金融機関")
    assert {one.value: one.label for one in Per}["lender"] == "金融機関ごと"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"id": '"Paper-1"'}, "other characters"),
        ({"frame": '"other"'}, "unknown frame other"),
        ({"application": '"other"'}, "unknown application other"),
        ({"copy": '"other"'}, "unknown copy other"),
        ({"maker": '"other"'}, "unknown maker other"),
        ({"per": '"other"'}, "unknown per other"),
        ({"conditions": '["other"]'}, "unknown condition other"),
        ({"conditions": "[]"}, "conditions are one or more"),
        ({"conditions": '["always", "reuse"]'}, "always stands alone"),
        ({"max_age_months": "0"}, "not above 0"),
        ({"max_age_months": "3.0"}, "float"),
        ({"source": ""}, "source is missing"),
        ({"title": ""}, "title is missing"),
        ({"confirmed": "false"}, "what is assumed"),
        ({"remark": '"x"'}, "unknown field remark"),
        ({"council": '"40"'}, "unknown field council"),
        ({"effective_to": "2022-03-31"}, "ends before it begins"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused(tmp_path: Path, changed: dict[str, str], why: str) -> None:
    with pytest.raises(ParameterError, match=why):
        load_requirements(written(tmp_path, **changed))


def test_an_extra_names_its_prefecture(tmp_path: Path) -> None:
    empty = tmp_path / "none"
    with pytest.raises(ParameterError, match="council is missing"):
        load_requirements(empty, written(tmp_path, "extra"))
    with pytest.raises(ParameterError, match="no prefecture code"):
        load_requirements(empty, written(tmp_path, "extra", council='"福岡"'))
    with pytest.raises(ParameterError, match="unknown table extra"):
        load_requirements(written(tmp_path, "extra", council='"40"'))


def test_a_note_without_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.toml").write_text('[[note]]\nid = "x"\ncouncil = "22"\neffective_from = 2022-04-01\n')
    with pytest.raises(ParameterError, match="text is missing"):
        load_council_notes(tmp_path)
