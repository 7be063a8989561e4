"""The what-if page (試算): its figures, the difference from the case, the schemes side by side, what would help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from subsidies.enums import CostCategory
from subsidies.models import Application
from subsidies.rules.assessment import Assessment, Totals, assess
from subsidies.rules.assumptions import Assumptions, assumptions_of, costs_by_category, request_of
from subsidies.rules.findings import Severity
from subsidies.rules.levers import Lever, find_levers
from subsidies.rules.parameters import FrameNotOpen
from subsidies.rules.request import InvalidRequest, parse_request
from subsidies.selectors import assess_request_of, assessment_of, past_subsidies_by_frame
from subsidies.selectors.estimate.assessment_page import AssessmentPage, assessment_page_of, limit_words
from vapup.shared.money import format_yen

COMPARED: Final = (SchemeFrame.VUP, SchemeFrame.NORMAL, SchemeFrame.SME_GL)
PAST_PREFIX: Final = "past_"
FILED_PREFIX: Final = "filed_"
SHOWN_LEVERS: Final = 5
ERRORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "category_not_in_frame": "この枠にない費用区分",
        "monitoring_exceeds_half": "伴走支援の割合の超過",
        "monitoring_exceeds_ceiling": "伴走支援費用の上限の超過",
        "total_exceeds_size_class": "総額の目安の超過",
        "reuse_not_allowed": "再度の利用",
    }
)
_PLANNING: Final = CostCategory.PLANNING
_DUE_DILIGENCE: Final = CostCategory.DUE_DILIGENCE


@dataclass(frozen=True, slots=True)
class LeverRow:
    """A change that helps, what it brings in yen, and the query of the what-if that has it."""

    title: str
    subsidy_yen: int
    own_burden_yen: int
    cleared: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """One scheme with the same total: its totals, or None and a note that says why there are none."""

    frame: SchemeFrame
    totals: Totals | None
    errors: int
    notes: tuple[str, ...]
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Everything that the page says of one set of assumptions.

    Attributes:
        difference: the totals less those of the case as it stands; None without a case, or where it has no figures.
        left_out_yen: the negotiation that is not counted because no guarantee is to be released.
    """

    assumed: Assumptions
    page: AssessmentPage
    limits: tuple[str, ...]
    difference: Totals | None
    levers: tuple[LeverRow, ...]
    schemes: tuple[SchemeRow, ...]
    left_out_yen: int
    query: str

    @property
    def totals(self) -> Totals:
        """Return cost, subsidy and own burden."""
        return self.page.assessment.totals


def assumptions_of_case(case: Case) -> Assumptions:
    """Return the assumptions of a case as its rows stand now, with what its approved application files."""
    assumed = assumptions_of(assess_request_of(case), seeks_guarantee_release=case.seeks_guarantee_release)
    return replace(assumed, estimates=_filed(case))


def _filed(case: Case) -> dict[CostCategory, int]:
    approved = Application.objects.for_agency(case.agency_id).usage().frozen().filter(case=case)
    application = approved.first()
    if application is None or application.assessed is None:
        return {}
    try:
        return costs_by_category(parse_request(application.assessed))
    except InvalidRequest:
        return {}


def values_of(assumed: Assumptions) -> dict[str, str]:
    """Return the assumptions as the fields of the page's form hold them; nothing is written for none."""
    values = {
        name: getattr(assumed, name)
        for name in ("annual_sales_yen", "interest_bearing_debt_yen", "total_yen", "monitoring_yen", "closing_yen")
    }
    values.update(due_diligence_yen=assumed.due_diligence_yen or None, negotiation_yen=assumed.negotiation_yen or None)
    values.update({f"{PAST_PREFIX}{category.value}": yen for category, yen in assumed.past_subsidies.items() if yen})
    values.update({f"{FILED_PREFIX}{category.value}": yen for category, yen in assumed.estimates.items()})
    return {
        "frame": assumed.frame.value,
        "accepted_on": assumed.accepted_on.isoformat(),
        **{name: format_yen(yen) for name, yen in values.items() if yen is not None},
        "period_count": str(assumed.period_count),
        "every_months": str(assumed.every_months),
        **({"first_ends_on": assumed.first_ends_on.isoformat()} if assumed.first_ends_on else {}),
        **({"seeks_guarantee_release": "on"} if assumed.seeks_guarantee_release else {}),
    }


def query_of(assumed: Assumptions) -> str:
    """Return the query string of the what-if page with these assumptions."""
    return urlencode(values_of(assumed))


def what_if_of(assumed: Assumptions, *, case: Case | None, today: date) -> WhatIf:
    """Work out a set of assumptions; with a case, also how it differs from the case as its rows stand now.

    Raises:
        FrameNotOpen: the frame takes no applications on the assumed day.
        ValueError: the normal frame lacks sales or debt.
    """
    request = request_of(assumed)
    assessment = assess(request)
    return WhatIf(
        assumed=assumed,
        page=assessment_page_of(_imagined(assumed), assessment, today=today),
        limits=limit_words(assessment),
        difference=_difference(assessment, case),
        levers=tuple(_lever_row(assumed, lever) for lever in find_levers(request)[:SHOWN_LEVERS]),
        schemes=tuple(_schemes(assumed, case)),
        left_out_yen=0 if assumed.seeks_guarantee_release else assumed.negotiation_yen,
        query=query_of(assumed),
    )


def _imagined(assumed: Assumptions) -> Case:
    """Return a case that is never stored: the assessment page asks it for its dates and its stage."""
    return Case(frame=assumed.frame, planned_accepted_on=assumed.accepted_on, stage=CaseStage.CONSULTATION)


def _difference(assessment: Assessment, case: Case | None) -> Totals | None:
    if case is None:
        return None
    try:
        stands = assessment_of(case).totals
    except FrameNotOpen:
        return None
    return Totals(*(now - then for now, then in zip(assessment.totals, stands, strict=True)))


def _lever_row(assumed: Assumptions, lever: Lever) -> LeverRow:
    """Lay out a lever; the dates and the number of periods stay as they were assumed."""
    changed = assumptions_of(lever.changed, seeks_guarantee_release=assumed.seeks_guarantee_release)
    after = replace(
        changed,
        period_count=assumed.period_count,
        first_ends_on=assumed.first_ends_on,
        every_months=assumed.every_months,
        negotiation_yen=changed.negotiation_yen if assumed.seeks_guarantee_release else assumed.negotiation_yen,
    )
    cleared = tuple(ERRORS.get(code, code) for code, _ in lever.cleared)
    return LeverRow(lever.title, lever.subsidy_yen, lever.own_burden_yen, cleared, query_of(after))


def _schemes(assumed: Assumptions, case: Case | None) -> Iterator[SchemeRow]:
    past = past_subsidies_by_frame(case) if case else {}
    for frame in COMPARED:
        if frame is assumed.frame:
            yield _scheme_row(assumed, (), is_current=True)
        else:
            yield _scheme_row(*_in_frame(assumed, frame, past.get(frame, {})), is_current=False)


def _in_frame(
    assumed: Assumptions, frame: SchemeFrame, past: Mapping[CostCategory, int]
) -> tuple[Assumptions, tuple[str, ...]]:
    """Put the same total into another frame: an examination of its own becomes planning where there is none."""
    notes = []
    other = replace(assumed, frame=frame, past_subsidies=past, estimates={}, closing_yen=None)
    if assumed.due_diligence_yen and frame is not SchemeFrame.SME_GL:
        notes.append(f"{_DUE_DILIGENCE.label}は区分がないため、{_PLANNING.label}に含めました。")
        other = replace(other, due_diligence_yen=0, total_yen=assumed.total_yen + assumed.due_diligence_yen)
    if frame is SchemeFrame.SME_GL and not assumed.due_diligence_yen:
        notes.append(f"{_DUE_DILIGENCE.label}は別の上限になります。分けると補助額が増えることがあります。")
    return other, tuple(notes)


def _scheme_row(assumed: Assumptions, notes: tuple[str, ...], *, is_current: bool) -> SchemeRow:
    try:
        assessment = assess(request_of(assumed))
    except FrameNotOpen:
        note = f"{assumed.accepted_on}の受理では利用できません。"
        return SchemeRow(assumed.frame, None, 0, (note,), query_of(assumed), is_current)
    except ValueError:
        note = "売上高と有利子負債を入力すると計算します。"
        return SchemeRow(assumed.frame, None, 0, (note,), query_of(assumed), is_current)
    lacking = tuple(
        f"{line.category.label} {format_yen(line.cost_yen)}円はこの枠の対象外です。"
        for line in assessment.lines
        if not line.in_frame and line.cost_yen
    )
    errors = sum(one.severity is Severity.ERROR for one in assessment.findings)
    return SchemeRow(assumed.frame, assessment.totals, errors, (*notes, *lacking), query_of(assumed), is_current)
