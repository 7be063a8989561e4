"""The papers that an application needs: the dated list, judged on its rows and set out by agency and by lender."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from django.db.models import Prefetch

from cases.enums import LegalForm, LenderRole, SchemeFrame
from cases.models import Case, CoAgency, GuidelineProcedure, Lender, LenderStance, Plan
from cases.selectors.plan.versions import approved_plan
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import CLAIMS, ApplicationKind, CostCategory
from subsidies.models import Application, CostLine, Paper, PaperVersion, Settlement
from subsidies.rules.request import MONITORING_CATEGORIES
from subsidies.rules.requirements import (
    Judged,
    Per,
    Requirement,
    RequirementFacts,
    fresh_until,
    judge_requirement,
    last_fiscal_day,
    requirements_on,
)
from subsidies.rules.requirements_rows import requirements
from subsidies.selectors import cost_lines_of, past_subsidies_of, periods_of
from vapup.shared.dates import JAPAN

# The row of the plan, which the packet prints where a version of it is approved.
PLAN: Final = "plan"
APART: Final = "別の書類として添付"
ROLES: Final = (LenderRole.MAIN, LenderRole.SUBMAIN, LenderRole.GUARANTOR, LenderRole.OTHER)
CLOSEST: Final = frozenset({LenderRole.MAIN, LenderRole.SUBMAIN})
# The day on the creditor board that says a lender gave the paper.
LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "consultation_letter": "consultation_letter_on",
        "bank_confirmation": "confirmation_letter_on",
        "plan_receipt": "receipt_on",
    }
)
WORK: Final[Mapping[ApplicationKind, frozenset[CostCategory]]] = MappingProxyType(
    {
        ApplicationKind.PLAN_CLAIM: frozenset({CostCategory.DUE_DILIGENCE, CostCategory.PLANNING}),
        ApplicationKind.MONITORING_CLAIM: frozenset(MONITORING_CATEGORIES),
        ApplicationKind.NEGOTIATION_CLAIM: frozenset({CostCategory.NEGOTIATION}),
    }
)


@dataclass(frozen=True, slots=True)
class PaperSlot:
    """One paper of the list: what it is, whose, whether it is needed here and why, and what is stored of it.

    `key` names it in addresses and never changes while its agency or lender stays. `co_agency` is None for the lead
    agency's and for papers that exist once; `lender` is None where no lender is meant, or none is recorded yet.
    `is_listed` is false of a paper that was stored while the list was another one.
    """

    key: str
    requirement: Requirement
    label: str
    is_needed: bool
    why: str
    co_agency: CoAgency | None
    lender: Lender | None
    paper: Paper | None
    is_listed: bool = True

    @property
    def expires_on(self) -> date | None:
        """The last day on which the stored paper may be filed: by its age or its own validity, whichever is first."""
        if self.paper is None:
            return None
        issued_on = self.paper.issued_on
        by_age = fresh_until(self.requirement, issued_on) if issued_on else None
        return min((day for day in (by_age, self.paper.valid_until) if day is not None), default=None)

    def is_stale_on(self, filed_on: date) -> bool:
        """Tell whether the stored paper is too old, or no longer valid, on the day of filing."""
        return self.expires_on is not None and self.expires_on < filed_on


def requirements_of(application: Application, *, case_rows: CaseRows | None = None) -> tuple[PaperSlot, ...]:
    """Return every paper of the application's list in its order, with the stored papers.

    Papers that were stored while the list was another one (another key date, no lender recorded yet) come last.

    Args:
        case_rows: the rows of the case, for who asks about several of its applications.
    """
    rows = _Rows(application, case_rows or CaseRows(application.case))
    facts = rows.facts
    listed = [slot for judged in requirements_on(facts) for slot in _slots(judged, facts, rows)]
    return (*listed, *_strays(listed, rows))


def slot_by_key(application: Application, key: str) -> PaperSlot | None:
    """Return one paper of the list by its key, or None where the list has no such paper."""
    return next((slot for slot in requirements_of(application) if slot.key == key), None)


def facts_of(application: Application) -> RequirementFacts:
    """Return what decides the list of an application, from its rows; the application may be unsaved."""
    return _Rows(application, CaseRows(application.case)).facts


class CaseRows:
    """The rows of a case behind the lists of all its applications, each kind read once and only where it is needed."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @cached_property
    def cost_lines(self) -> tuple[CostLine, ...]:
        """The rows of the estimate."""
        return tuple(cost_lines_of(self.case))

    @cached_property
    def periods(self) -> tuple[MonitoringPeriod, ...]:
        """The planned periods of the follow-up, by their last day."""
        return tuple(periods_of(self.case))

    @cached_property
    def is_reuse(self) -> bool:
        """Whether a council has paid for the enterprise before."""
        return any(self.past_subsidies.values())

    @cached_property
    def past_subsidies(self) -> dict[CostCategory, int]:
        """What councils paid for earlier cases of the same frame, in yen by category."""
        return past_subsidies_of(self.case)

    @cached_property
    def co_agencies(self) -> tuple[CoAgency, ...]:
        """The other agencies of the case, in the order in which they joined."""
        return tuple(CoAgency.objects.for_agency(self.case.agency_id).filter(case=self.case).order_by("id"))

    @cached_property
    def lenders(self) -> tuple[Lender, ...]:
        """The lenders of the enterprise: main, sub-main, the guarantee corporation, others; largest balance first."""
        found = Lender.objects.for_agency(self.case.agency_id).filter(enterprise_id=self.case.enterprise_id)
        return tuple(sorted(found, key=lambda one: (ROLES.index(LenderRole(one.role)), -one.balance_yen, one.pk)))

    @cached_property
    def closest_lenders(self) -> tuple[Lender, ...]:
        """The main bank, then the sub-main ones."""
        return tuple(one for one in self.lenders if one.role in CLOSEST)

    @cached_property
    def creditors(self) -> tuple[Lender, ...]:
        """Those who must agree: everybody with a claim, and the guarantee corporation."""
        return tuple(one for one in self.lenders if one.balance_yen > 0 or one.role == LenderRole.GUARANTOR)

    @cached_property
    def stances(self) -> dict[int, LenderStance]:
        """Where the case stands with each lender, by the lender's id."""
        found = LenderStance.objects.for_agency(self.case.agency_id).filter(case=self.case)
        return {one.lender_id: one for one in found}

    @cached_property
    def approved_plan(self) -> Plan | None:
        """The version of the plan that holds, which the claim for planning prints."""
        return approved_plan(self.case)

    @property
    def closest_bank_signs(self) -> bool:
        """Whether a main or sub-main bank puts its seal on the application."""
        return any(one.pk in self.stances and self.stances[one.pk].seals_application for one in self.closest_lenders)

    @cached_property
    def standstill_requested_on(self) -> date | None:
        """When the standstill of the guideline was asked for."""
        if self.case.frame != SchemeFrame.SME_GL:
            return None
        procedures = GuidelineProcedure.objects.for_agency(self.case.agency_id).filter(case=self.case)
        return procedures.values_list("standstill_requested_on", flat=True).first()


class _Rows:
    """The rows behind the list of one application."""

    def __init__(self, application: Application, case_rows: CaseRows) -> None:
        self.application = application
        self.of_case = case_rows
        self.case: Case = case_rows.case
        self.kind = ApplicationKind(application.kind)

    @cached_property
    def facts(self) -> RequirementFacts:
        """The facts about the application as a whole; what differs by agency is set later."""
        rows, lines = self.of_case, self.of_case.cost_lines
        periods = rows.periods if self.kind is ApplicationKind.MONITORING_CLAIM else ()
        numbers = {period.pk: number for number, period in enumerate(periods, 1)}
        frame = SchemeFrame(self.case.frame)
        return RequirementFacts(
            frame=frame,
            application=self.kind,
            on=self.case.key_date,
            council=self.case.council_id,
            is_sole_proprietor=self.case.enterprise.legal_form == LegalForm.SOLE_PROPRIETOR,
            planning_cost_yen=sum(line.gross_yen for line in lines if line.category == CostCategory.PLANNING),
            bank_seals_application=frame is SchemeFrame.VUP_BANK or rows.closest_bank_signs,
            is_reuse=rows.is_reuse,
            withheld_yen=sum(one.withheld_yen for one in self.settlements.values()),
            seeks_guarantee_release=self.case.seeks_guarantee_release,
            has_subcontractors=any(self.is_subcontracted_here(line) for line in lines),
            period_number=numbers.get(self.application.period_id, 0) if self.application.period_id else 0,
            period_count=len(periods),
            year_end_on=self.year_end_on,
            standstill_requested_on=rows.standstill_requested_on,
        )

    def is_subcontracted_here(self, line: CostLine) -> bool:
        """Tell whether a line of the estimate is subcontracted work of what is claimed."""
        is_of_period = line.period_id is None or line.period_id == self.application.period_id
        return line.is_subcontracted and line.category in WORK.get(self.kind, ()) and is_of_period

    @cached_property
    def settlements(self) -> dict[int | None, Settlement]:
        """The settlements of a claim, by the other agency's id or None for the lead agency."""
        if self.kind not in CLAIMS or self.application._state.adding:
            return {}
        found = Settlement.objects.for_agency(self.case.agency_id).filter(application=self.application)
        return {one.co_agency_id: one for one in found}

    @cached_property
    def papers(self) -> dict[tuple[str, int | None, int | None], Paper]:
        """The stored papers with their versions, newest first."""
        if self.application._state.adding:
            return {}
        versions = PaperVersion.objects.select_related("document", "uploaded_by__user")
        found = Paper.objects.for_agency(self.case.agency_id).filter(application=self.application)
        papers = found.select_related("checked_by__user").prefetch_related(Prefetch("versions", queryset=versions))
        return {(one.requirement, one.co_agency_id, one.lender_id): one for one in papers}

    @property
    def year_end_on(self) -> date | None:
        """The end of a fiscal year within the claimed period; the kinds of the Vアップ scheme say it themselves."""
        period: MonitoringPeriod | None = self.application.period
        if period is None or period.kind == PeriodKind.INTERIM:
            return None
        found = last_fiscal_day(self.case.enterprise.fiscal_year_end_month, until=period.ends_on)
        if period.kind == PeriodKind.CLOSING:
            return found
        return found if found >= period.starts_on else None


def _slots(judged: Judged, facts: RequirementFacts, rows: _Rows) -> Iterator[PaperSlot]:
    per = judged.requirement.per
    if per in {Per.AGENCY, Per.WORKER}:
        yield from _by_agency(judged.requirement, facts, rows)
    elif per in {Per.LENDER, Per.EACH_MAIN_LENDER}:
        lenders = rows.of_case.creditors if per is Per.LENDER else rows.of_case.closest_lenders
        yield from (_slot(judged, rows, lender=lender) for lender in lenders or (None,))
    elif per is Per.MAIN_LENDER and rows.of_case.closest_lenders:
        yield from _by_closest_lender(judged, rows)
    else:
        yield _slot(judged, rows)


def _by_agency(requirement: Requirement, facts: RequirementFacts, rows: _Rows) -> Iterator[PaperSlot]:
    """Yield the lead agency's paper and those of the others; what was withheld is asked of each agency alone."""
    for co_agency in (None, *rows.of_case.co_agencies):
        settlement = rows.settlements.get(co_agency.pk if co_agency else None)
        own = replace(facts, withheld_yen=settlement.withheld_yen if settlement else 0)
        yield _slot(judge_requirement(requirement, own), rows, co_agency=co_agency)


def _by_closest_lender(judged: Judged, rows: _Rows) -> Iterator[PaperSlot]:
    """Yield the letter of every main or sub-main bank. One is enough: the one that gave it, or else the main bank's."""
    chosen = _giver(judged.requirement, rows)
    for lender in rows.of_case.closest_lenders:
        if lender == chosen or not judged.is_needed:
            yield _slot(judged, rows, lender=lender)
        else:
            enough = Judged(judged.requirement, is_needed=False, why=f"{chosen}の書面で足りるため不要")
            yield _slot(enough, rows, lender=lender)


def _giver(requirement: Requirement, rows: _Rows) -> Lender:
    day = LETTERS.get(requirement.id, "")
    gave = (
        lender
        for lender in rows.of_case.closest_lenders
        if (requirement.id, None, lender.pk) in rows.papers
        or (day and lender.pk in rows.of_case.stances and getattr(rows.of_case.stances[lender.pk], day) is not None)
    )
    return next(gave, rows.of_case.closest_lenders[0])


def _strays(listed: Iterable[PaperSlot], rows: _Rows) -> Iterator[PaperSlot]:
    """Yield the stored papers that no slot shows, so that none of them is lost from sight."""
    shown = {slot.paper.pk for slot in listed if slot.paper is not None}
    known = {one.id: one for one in requirements().get((rows.facts.frame, rows.kind), ())}
    for paper in rows.papers.values():
        if paper.pk not in shown and paper.requirement in known:
            unlisted = Judged(known[paper.requirement], is_needed=False, why="いまの書類の一覧にないため不要")
            co_agency = next((one for one in rows.of_case.co_agencies if one.pk == paper.co_agency_id), None)
            lender = next((one for one in rows.of_case.lenders if one.pk == paper.lender_id), None)
            yield replace(_slot(unlisted, rows, co_agency=co_agency, lender=lender), is_listed=False)


def _slot(judged: Judged, rows: _Rows, *, co_agency: CoAgency | None = None, lender: Lender | None = None) -> PaperSlot:
    requirement = judged.requirement
    subject = f"~co{co_agency.pk}" if co_agency else f"~ln{lender.pk}" if lender else ""
    stored = (requirement.id, co_agency.pk if co_agency else None, lender.pk if lender else None)
    return PaperSlot(
        key=f"{requirement.id}{subject}",
        requirement=requirement,
        label=f"{requirement.label}{_whose(requirement, rows, co_agency, lender)}",
        is_needed=judged.is_needed,
        why=_printed_from(rows) if requirement.id == PLAN else judged.why,
        co_agency=co_agency,
        lender=lender,
        paper=rows.papers.get(stored),
    )


def _printed_from(rows: _Rows) -> str:
    """Return which version of the plan the packet prints, or that the paper is one of its own.

    What was approved prints the version that was frozen with it, whatever holds now.
    """
    if rows.application.is_approved and rows.application.payload is not None:
        frozen = rows.application.payload.get("plan")
        return _version(frozen["number"], date.fromisoformat(frozen["approved_on"])) if frozen else APART
    plan = rows.of_case.approved_plan
    if plan is None or plan.approved_at is None:
        return f"承認済の計画の版がないため、{APART}"
    return _version(plan.number, plan.approved_at.astimezone(JAPAN).date())


def _version(number: int, day: date) -> str:
    return f"計画 第{number}版({day.year}年{day.month}月{day.day}日承認)を申請書類に印刷"


def _whose(requirement: Requirement, rows: _Rows, co_agency: CoAgency | None, lender: Lender | None) -> str:
    """Return whose paper it is, in brackets; a lone agency needs no name."""
    if lender is not None:
        return f"({lender})"
    if requirement.per in {Per.AGENCY, Per.WORKER} and rows.of_case.co_agencies:
        return f"({co_agency or rows.case.agency})"
    return ""
