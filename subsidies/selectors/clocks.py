"""Every clock that runs for a case, as its rows stand now: what the ledger of deadlines is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, TypedDict

from cases.enums import CaseAction, CaseStage, LegalForm, SchemeFrame
from cases.models import Case, CaseStep, GuidelineProcedure, Lender, LenderStance
from monitoring.enums import DeadlineKind
from monitoring.models import MonitoringPeriod
from monitoring.rules.clocks import Clock
from monitoring.rules.kinds import clock_kind
from monitoring.services.ledger import certification_clock
from subsidies.enums import DEAD, SENT, ApplicationKind, CostCategory, PaperStatus
from subsidies.models import Application, CostLine, Paper
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.deadlines import Deadline as ClaimDeadline
from subsidies.rules.parameters import FrameNotOpen, rule_versions
from subsidies.rules.payments import Trigger
from subsidies.rules.requirements import fresh_until, last_fiscal_day
from subsidies.rules.requirements_rows import Requirement, requirements
from subsidies.rules.version import RuleVersion
from subsidies.selectors import past_subsidies_of, request_from, rules_of
from subsidies.selectors.filing.requirements import CaseRows
from vapup.shared.dates import ONE_DAY, fiscal_year, months_end

K: Final = DeadlineKind
# With the council; one that came back is not made any more until it is handed in again.
FILED: Final = SENT
ENDED: Final = frozenset({CaseStage.COMPLETED, CaseStage.REJECTED, CaseStage.WITHDRAWN, CaseStage.LAPSED})
FISCAL_YEAR_ENDS: Final = (3, 31)
# Sole proprietors: 所得税法120条1項, for a year that always ends in December.
INCOME_TAX_RETURN: Final = (3, 15)


def clocks_of(case: Case) -> list[Clock]:
    """Return the deadlines of a case, met ones included; a case that ended keeps its evidence and nothing else."""
    rows = _Rows(case)
    if CaseStage(case.stage) in ENDED:
        return list(_retention(rows))
    return [
        *_claims(rows),
        *_window_of_frame(rows),
        *_papers(rows),
        *_letters(rows),
        *_co_agencies(rows),
        *_standstill(rows),
        *_fiscal_years(rows),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRows:
    """Everything around a case that was added in this transaction: nobody else can have built on it yet.

    Periods come by their last day, cost lines by their place; `past_subsidies` are in yen.
    """

    applications: Sequence[Application]
    cost_lines: Sequence[CostLine]
    periods: Sequence[MonitoringPeriod]
    lenders: Sequence[Lender]
    stances: Mapping[int, LenderStance]
    past_subsidies: Mapping[CostCategory, int]


def clocks_of_new(case: Case, known: NewRows) -> list[Clock]:
    """Return the deadlines of a case that came with everything known around it, as `clocks_of` would find them."""
    rows = _Rows(case)
    rows.applications, rows.past_subsidies = list(known.applications), known.past_subsidies
    rows.of_case.cost_lines, rows.of_case.periods = tuple(known.cost_lines), tuple(known.periods)
    rows.of_case.lenders, rows.of_case.stances = tuple(known.lenders), dict(known.stances)
    if CaseStage(case.stage) in ENDED:
        return list(_retention(rows))
    return [*_claims(rows), *_window_of_frame(rows), *_letters(rows), *_standstill(rows), *_fiscal_years(rows)]


def clocks_of_bare(case: Case, lines: Sequence[CostLine]) -> list[Clock]:
    """Return the deadlines of an open case that has these cost lines and nothing else, without reading anything."""
    rows = _Rows(case)
    rows.applications, rows.past_subsidies = [], {}
    rows.of_case.cost_lines, rows.of_case.periods = tuple(lines), ()
    return [*_claims(rows), *_window_of_frame(rows)]


class _Rows:
    """The rows around a case, each kind read once and only where it is needed."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.of_case = CaseRows(case)

    @cached_property
    def applications(self) -> list[Application]:
        """The applications of the case, the oldest first."""
        found = Application.objects.for_agency(self.case.agency_id).filter(case=self.case)
        return list(found.defer("payload", "assessment", "assessed").order_by("pk"))

    @cached_property
    def past_subsidies(self) -> Mapping[CostCategory, int]:
        """What councils paid for earlier cases of the enterprise."""
        return past_subsidies_of(self.case)

    def filed(self, kind: ApplicationKind, period: MonitoringPeriod | None = None) -> Application | None:
        """Return the application of a kind, and of a period if given, that the council has."""
        period_id = period.pk if period is not None else None
        made = (one for one in self.applications if one.kind == kind and one.period_id == period_id)
        return next((one for one in made if one.state in FILED and one.submitted_on is not None), None)

    @cached_property
    def assessment(self) -> Assessment | None:
        """The figures as the rows stand now, or None where the frame is not open on the key date."""
        rows = self.of_case
        try:
            return assess(request_from(self.case, rows.cost_lines, rows.periods, self.past_subsidies))
        except FrameNotOpen:
            return None

    @cached_property
    def costed_periods(self) -> tuple[MonitoringPeriod, ...]:
        """The periods that the assessment numbers, in its order."""
        unassigned = {line.category for line in self.of_case.cost_lines if line.period_id is None}
        return tuple(one for one in self.of_case.periods if one.kind not in unassigned)

    @cached_property
    def rules(self) -> RuleVersion | None:
        """The rule version of the key date."""
        return rules_of(self.case)


def _claims(rows: _Rows) -> Iterator[Clock]:
    """Yield the clocks of the claims; they run from the acceptance on, and nothing runs before it."""
    if rows.case.accepted_on is None or rows.assessment is None or rows.rules is None:
        return
    plan, *costed = rows.assessment.deadlines
    yield _claim(rows, K.PLAN_CLAIM, plan, rows.filed(ApplicationKind.PLAN_CLAIM), rule="plan_claim_months")
    if rows.rules.find("monitoring_claim_months") is not None:
        yield from _monitoring_claims(rows, rows.rules, rows.assessment, costed)


def _monitoring_claims(
    rows: _Rows, rules: RuleVersion, assessment: Assessment, costed: Sequence[ClaimDeadline]
) -> Iterator[Clock]:
    """Yield the clock of each planned period, whether or not its costs are known, and that of the negotiation."""
    by_period = dict(zip((one.pk for one in rows.costed_periods), costed, strict=True))
    negotiation = sum(one.amount_yen for one in assessment.payments if one.trigger is Trigger.LAST_MONITORING_CLAIM)
    last = None
    for number, period in enumerate(rows.of_case.periods, 1):
        deadline = by_period.get(period.pk)
        with_last = negotiation if costed and deadline is costed[-1] else 0
        last = deadline._replace(period=number) if deadline else _uncosted(rules, number, period)
        yield _claim(
            rows,
            K.MONITORING_CLAIM,
            last,
            rows.filed(ApplicationKind.MONITORING_CLAIM, period),
            rule="monitoring_claim_months",
            subject=f"period:{period.pk}",
            about=f"第{number}回({period})",
            yen=last.yen_at_risk - with_last,
        )
    if last is not None and negotiation:
        filed = rows.filed(ApplicationKind.NEGOTIATION_CLAIM)
        yield _claim(rows, K.NEGOTIATION_CLAIM, last, filed, rule="monitoring_claim_months", yen=negotiation)


def _uncosted(rules: RuleVersion, number: int, period: MonitoringPeriod) -> ClaimDeadline:
    """Return the deadline of a period while lines of its category wait to be given one; what it loses is not known."""
    months = rules.whole("monitoring_claim_months")
    claim_by = months_end(period.ends_on, months)
    confirmed = rules.get("monitoring_claim_months").confirmed
    return ClaimDeadline(
        K.MONITORING_CLAIM.value, number, claim_by, claim_by + ONE_DAY, 0, period.ends_on, months, confirmed
    )


def _claim(
    rows: _Rows,
    kind: DeadlineKind,
    deadline: ClaimDeadline,
    filed: Application | None,
    *,
    rule: str,
    subject: str = "",
    about: str = "",
    yen: int | None = None,
) -> Clock:
    source = rows.rules.get(rule).source if rows.rules is not None else clock_kind(kind).source
    row = clock_kind(kind)
    return Clock(
        kind=kind,
        subject=subject,
        about=about,
        period=deadline.period,
        counted_from=deadline.counted_from,
        claim_by=deadline.claim_by,
        yen_at_risk=deadline.yen_at_risk if yen is None else yen,
        confirmed=deadline.confirmed and row.confirmed,
        clause=f"{row.clause}({source.title} {source.clause})",
        source_url=source.url,
        **_met(filed),
    )


class _Met(TypedDict, total=False):
    """By which act and when a clock was met; nothing where it runs."""

    met_on: date | None
    met_by: str


def _met(filed: Application | None) -> _Met:
    if filed is None:
        return {}
    return {"met_on": filed.submitted_on, "met_by": f"{filed.name}を提出"[:100]}


def _simple(kind: DeadlineKind, claim_by: date, *, counted_from: date, **rest: Any) -> Clock:
    """Return a clock whose wording and source are those of its kind."""
    row = clock_kind(kind)
    values = {"confirmed": row.confirmed, "clause": row.clause, "source_url": row.source.url, **rest}
    return Clock(kind=kind, claim_by=claim_by, counted_from=counted_from, **values)


def _window_of_frame(rows: _Rows) -> Iterator[Clock]:
    """Yield the day on which a frame closes for good, while the case has not applied."""
    newest = rule_versions()[SchemeFrame(rows.case.frame)][-1]
    if newest.effective_to is None:
        return
    yield _simple(
        K.FRAME_CLOSES,
        newest.effective_to,
        counted_from=newest.effective_from,
        about=SchemeFrame(rows.case.frame).label,
        yen_at_risk=rows.assessment.totals.subsidy_yen if rows.assessment else 0,
        **_met(rows.filed(ApplicationKind.USAGE)),
    )


def _papers(rows: _Rows) -> Iterator[Clock]:
    """Yield until when the papers of applications that are still to be handed in may be used."""
    waiting = {one.pk: one for one in rows.applications if one.state not in DEAD}
    papers = Paper.objects.for_agency(rows.case.agency_id).filter(application_id__in=waiting)
    for paper in papers.exclude(status=PaperStatus.LEFT_OUT).select_related("co_agency", "lender").order_by("pk"):
        application = waiting[paper.application_id]
        requirement = _requirement(rows.case, application, paper.requirement)
        by_age = fresh_until(requirement, paper.issued_on) if requirement and paper.issued_on else None
        if (last := min((day for day in (by_age, paper.valid_until) if day), default=None)) is None:
            continue
        whose = paper.lender or paper.co_agency
        yield _simple(
            K.PAPER,
            last,
            counted_from=paper.issued_on or last,
            subject=f"paper:{paper.pk}",
            about=f"{application.name} {requirement.label if requirement else paper}{f'({whose})' if whose else ''}",
            **_met(application if application.state in FILED else None),
        )


def _requirement(case: Case, application: Application, name: str) -> Requirement | None:
    """Return the row of the list that a paper answers, of the edition that the key date picks."""
    listed = requirements().get((SchemeFrame(case.frame), ApplicationKind(application.kind)), ())
    named = [one for one in listed if one.id == name and one.council in {"", case.council_id}]
    in_force = (one for one in named if one.effective_from <= case.key_date)
    return max(in_force, key=lambda one: one.effective_from, default=named[0] if named else None)


def _letters(rows: _Rows) -> Iterator[Clock]:
    """Yield until when the letters of lenders hold, where a lender says so: for what is to be handed in next."""
    usage, claim = rows.filed(ApplicationKind.USAGE), rows.filed(ApplicationKind.PLAN_CLAIM)
    for lender in rows.of_case.lenders:
        stance = rows.of_case.stances.get(lender.pk)
        if stance is None or stance.letters_valid_until is None:
            continue
        yield _simple(
            K.LETTER,
            stance.letters_valid_until,
            counted_from=stance.consented_on or stance.consultation_letter_on or stance.letters_valid_until,
            subject=f"lender:{lender.pk}",
            about=str(lender),
            **_met(claim if stance.consented_on else usage),
        )


def _co_agencies(rows: _Rows) -> Iterator[Clock]:
    for one in rows.of_case.co_agencies:
        if one.certification_expires_on is not None:
            yield certification_clock(one.certification_expires_on, subject=f"co_agency:{one.pk}", about=one.name)


def _standstill(rows: _Rows) -> Iterator[Clock]:
    if rows.case.frame != SchemeFrame.SME_GL:
        return
    procedure = GuidelineProcedure.objects.for_agency(rows.case.agency_id).filter(case=rows.case).first()
    if procedure is None or procedure.standstill_until is None:
        return
    yield _simple(
        K.STANDSTILL,
        procedure.standstill_until,
        counted_from=procedure.standstill_requested_on or procedure.standstill_until,
        met_on=procedure.meeting_on,
        met_by="債権者会議で同意" if procedure.meeting_on else "",
    )


def _fiscal_years(rows: _Rows) -> Iterator[Clock]:
    """Yield the fiscal year's end in each monitoring period, and the tax return that its report needs."""
    for number, period in enumerate(rows.of_case.periods, 1):
        year_end = last_fiscal_day(rows.case.enterprise.fiscal_year_end_month, until=period.ends_on)
        is_closing = period.kind == CostCategory.MONITORING_CLOSING
        if year_end < period.starts_on and not is_closing:
            continue
        filed = rows.filed(ApplicationKind.MONITORING_CLAIM, period)
        about = f"第{number}回の伴走支援に使う決算"
        subject = f"period:{period.pk}"
        yield _simple(
            K.FISCAL_CLOSE, year_end, counted_from=period.starts_on, subject=subject, about=about, **_met(filed)
        )
        last = _tax_return_by(year_end, is_company=rows.case.enterprise.legal_form != LegalForm.SOLE_PROPRIETOR)
        yield _simple(K.TAX_RETURN, last, counted_from=year_end, subject=subject, about=about, **_met(filed))


def _tax_return_by(year_end: date, *, is_company: bool) -> date:
    if is_company:
        return months_end(year_end, clock_kind(K.TAX_RETURN).months or 0)
    return date(year_end.year + 1, *INCOME_TAX_RETURN)


def _retention(rows: _Rows) -> Iterator[Clock]:
    """Yield until when the evidence must be kept: some fiscal years after the one in which the case ended."""
    steps = CaseStep.objects.for_agency(rows.case.agency_id).filter(case=rows.case)
    ends = steps.filter(action__in=(CaseAction.COMPLETE, CaseAction.WITHDRAW, CaseAction.LAPSE))
    ended_on = ends.order_by("-pk").values_list("occurred_on", flat=True).first()
    if ended_on is None:
        return
    years = clock_kind(K.RETENTION).fiscal_years or 0
    first_year_end = date(fiscal_year(ended_on) + 1, *FISCAL_YEAR_ENDS)
    last = date(first_year_end.year + years, *FISCAL_YEAR_ENDS)
    yield _simple(K.RETENTION, last, counted_from=first_year_end, about=f"{ended_on}に終わった案件の証拠書類")
