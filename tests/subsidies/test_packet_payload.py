from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from cases.enums import LegalForm, LenderRole, SchemeFrame
from cases.models import PastUse
from subsidies.enums import CostCategory
from subsidies.models import Application
from subsidies.packets.annex import FIGURES
from subsidies.packets.estimate import permille
from subsidies.packets.forms import FormsMissing
from subsidies.packets.payload import UsagePayload
from subsidies.packets.usage import FiguresDiffer, build_usage_payload
from subsidies.rules.editions import form_editions, form_layouts
from subsidies.selectors import assessment_of
from tests.builders import make_case, make_cost_line, make_enterprise, make_lender
from tests.subsidies.packet_cases import PREPARED_ON, make_approved, make_ready_case, payload_of
from vapup.accounts.models import Member

TEMPLATES = Path(__file__).parents[2] / "templates" / "documents"


def test_the_payload_survives_the_database(consultant: Member, manager: Member) -> None:
    application = make_approved(make_ready_case(consultant), requested_by=consultant, decided_by=manager)
    application.refresh_from_db()
    stored = UsagePayload.from_json(application.payload)
    assert stored == payload_of(application.case, application)
    assert stored.sha256 == payload_of(application.case, application).sha256
    assert stored.as_json() == json.loads(json.dumps(application.payload))


def test_the_figures_are_those_of_the_assessment(consultant: Member) -> None:
    case = make_ready_case(consultant)
    payload, assessment = payload_of(case), assessment_of(case)
    found = [(one.cost_yen, one.subsidy_yen, one.own_burden_yen) for one in payload.amounts]
    # floor(1,500,001 × 2/3) = 1,000,000; floor(333,333 × 2/3) = 222,222
    assert found == [(1_500_001, 1_000_000, 500_001), (333_333, 222_222, 111_111)]
    assert found == [(line.cost_yen, line.subsidy_yen, line.own_burden_yen) for line in assessment.lines]
    assert [one.amount_yen for one in payload.calculation.payments] == [500_000, 500_000, 222_222]
    assert payload.estimate.gross_yen == payload.total.cost_yen == 1_833_334
    assert [step.label for step in payload.calculation.steps] == [step.label for step in assessment.trace]


def test_an_unconfirmed_step_is_marked_and_every_step_has_a_source(consultant: Member) -> None:
    payload, assessment = payload_of(case := make_ready_case(consultant)), assessment_of(case)
    assert [step.is_confirmed for step in payload.calculation.steps] == [step.confirmed for step in assessment.trace]
    assert not payload.has_confirmed_rules_only  # how 2/3 is rounded is written nowhere
    assert all(step.sources for step in payload.calculation.steps)
    numbers = {number for step in payload.calculation.steps for number in step.sources}
    assert numbers == set(range(1, len(payload.calculation.sources) + 1))


def test_every_figure_of_a_step_has_a_japanese_name(consultant: Member) -> None:
    case = make_ready_case(consultant)
    names = {name for step in assessment_of(case).trace for name in step.inputs}
    assert names <= FIGURES.keys()
    figures = [figure for step in payload_of(case).calculation.steps for figure in step.figures]
    assert not any(figure.label.isascii() for figure in figures)


def test_other_costs_than_those_assessed_are_not_printed(consultant: Member) -> None:
    case = make_ready_case(consultant)
    assessment = assessment_of(case)
    make_cost_line(case, gross_yen=11)
    with pytest.raises(FiguresDiffer, match=r"1,833,345円.*1,833,334円"):
        build_usage_payload(
            application=Application(agency_id=case.agency_id, case=case),
            assessment=assessment,
            prepared_on=PREPARED_ON,
        )


@pytest.mark.parametrize(
    ("planned_accepted_on", "edition"),
    [(date(2024, 3, 31), "r4"), (date(2024, 4, 1), "r6"), (date(2025, 3, 31), "r6"), (date(2025, 4, 1), "r7")],
)
def test_the_key_date_picks_the_edition(consultant: Member, planned_accepted_on: date, edition: str) -> None:
    case = make_case(consultant, planned_accepted_on=planned_accepted_on)
    make_cost_line(case)
    payload = payload_of(case)
    assert [form.number for form in payload.forms if form.number][:4] == ["別紙1", "別紙1-1", "別紙1-2", "別紙1-3"]
    assert {form.edition for form in payload.forms} == {edition}
    has_appendices = any(one.title.startswith("別添1") for one in payload.attachments)
    assert has_appendices == (edition != "r4")  # 別添1 and 別添2 are asked for from 2024-04-01


def test_before_the_first_edition_nothing_is_printed(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=date(2024, 2, 1))
    make_cost_line(case)
    assessment = assessment_of(case)
    case.planned_accepted_on = date(2024, 1, 31)
    application = Application(agency_id=case.agency_id, case=case)
    with pytest.raises(FormsMissing, match=r"令和6年1月31日.*民間金融機関"):
        build_usage_payload(application=application, assessment=assessment, prepared_on=PREPARED_ON)


@pytest.mark.parametrize("frame", list(SchemeFrame))
def test_every_frame_has_forms_and_its_own_figures(consultant: Member, frame: SchemeFrame) -> None:
    case = make_case(consultant, frame=frame)
    make_cost_line(case, gross_yen=200_000)
    payload = payload_of(case)
    assert {"usage_application", "estimate_statement", "estimate", "rate_table"} <= {one.code for one in payload.forms}
    assert payload.total.subsidy_yen == 133_333  # 200,000 × 2 / 3 = 133,333.3


def verdicts(payload: UsagePayload, word: str) -> list[str]:
    return [check.verdict for check in payload.checks if word in check.text]


def test_the_self_check_answers_what_the_records_decide(consultant: Member) -> None:
    payload = payload_of(make_ready_case(consultant))
    assert verdicts(payload, "法人形態") == ["yes"]
    assert verdicts(payload, "規模の要件") == ["yes"]
    assert verdicts(payload, "一つの金融機関") == ["no"]  # 七十七銀行 alone, nothing guaranteed
    assert verdicts(payload, "総額の目安") == ["yes"]
    assert verdicts(payload, "過去に利用") == ["yes"]
    assert verdicts(payload, "反社会的勢力") == ["open"]


def test_a_second_bank_or_a_guarantee_answers_the_question_of_the_single_bank(consultant: Member) -> None:
    case = make_ready_case(consultant)
    second = make_lender(case.enterprise, role=LenderRole.OTHER, balance_yen=1)
    assert verdicts(payload_of(case), "一つの金融機関") == ["no"]  # another branch of the same bank
    second.bank_name = "石巻信用金庫"
    second.save()
    assert verdicts(payload_of(case), "一つの金融機関") == ["yes"]
    second.bank_name, second.guaranteed_yen = "七十七銀行", 1
    second.save()
    assert verdicts(payload_of(case), "一つの金融機関") == ["yes"]


def test_an_exceeded_guide_is_answered_no_with_the_finding(consultant: Member) -> None:
    payload = payload_of(make_ready_case(consultant, planning_yen=3_300_000))  # medium: 3,000,000 together
    (check,) = [check for check in payload.checks if "総額の目安" in check.text]
    assert check.verdict == "no"
    assert "3,633,333円" in check.basis
    assert "3,000,000円" in check.basis


def test_an_excluded_form_is_answered_no(consultant: Member) -> None:
    case = make_case(consultant, enterprise=make_enterprise(consultant.agency, legal_form=LegalForm.NPO))
    make_cost_line(case)
    assert verdicts(payload_of(case), "法人形態") == ["no"]
    assert verdicts(payload_of(case), "規模の要件") == ["open"]


def test_past_use_is_shown_and_needs_its_reason(consultant: Member) -> None:
    case = make_ready_case(consultant)
    PastUse.objects.create(
        agency_id=case.agency_id,
        enterprise=case.enterprise,
        frame=SchemeFrame.NORMAL,
        category=CostCategory.PLANNING,
        paid_yen=800_000,
    )
    payload = payload_of(case)
    assert [use.paid_yen for use in payload.past_uses] == [800_000]
    assert verdicts(payload, "過去に利用") == ["no"]
    assert verdicts(payload, "再度利用する理由") == ["no"]
    assert [one.is_needed for one in payload.attachments if one.title == "再度利用時の要件チェック表"] == [True]


@pytest.mark.parametrize(("planning_yen", "is_needed"), [(450_000, False), (450_001, True)])
def test_the_schedule_is_needed_above_450000_yen(consultant: Member, planning_yen: int, is_needed: bool) -> None:
    payload = payload_of(make_ready_case(consultant, planning_yen=planning_yen))
    assert [one.is_needed for one in payload.attachments if "工程表" in one.title] == [is_needed]


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 3, 333), (2, 3, 667), (1, 2000, 1), (1, 2001, 0), (0, 5, 0), (0, 0, None)]
)
def test_shares_are_rounded_half_up(part: int, whole: int, expected: int | None) -> None:
    assert permille(part, whole) == expected  # 1/2000 = 0.5 permille, just up


def test_every_layout_of_a_form_has_its_template() -> None:
    files = {
        form.id: [layout for layout in form.layouts if not (TEMPLATES / form.id / f"{layout}.html").is_file()]
        for form in form_layouts().values()
    }
    assert {name: missing for name, missing in files.items() if missing} == {}


def test_every_edition_finds_a_layout_of_every_form() -> None:
    for editions in form_editions().values():
        for edition in editions:
            for form in form_layouts().values():
                assert form.layout_of(edition.edition) in form.layouts
