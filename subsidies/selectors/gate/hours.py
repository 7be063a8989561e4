"""From the rows of the diary (業務日誌) to the plain facts about hours, rates and halves that the gate compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from subsidies.enums import DEAD, SENT, ApplicationKind, ApplicationState
from subsidies.models import Application, Settlement, WorkEntry
from subsidies.rules.gate.facts import HalvesFacts, HoursFacts, StintFacts
from subsidies.rules.payments import Trigger
from subsidies.rules.rate_card import CardRate, rate_on
from subsidies.rules.work_time import clock_of
from subsidies.rules.worked import amounts_of
from subsidies.selectors import periods_of
from subsidies.selectors.claiming.claims import ClaimSheet
from subsidies.selectors.diary.crew import cards_of
from subsidies.selectors.diary.of_claim import CategoryHours, ClaimHours, hours_of
from subsidies.selectors.diary.worked import Worked
from vapup.shared.dates import monday_of


@dataclass(frozen=True)
class GateHours:
    """The hours of a claim as the gate sees them; rate cards and other cases are read only where hours are logged."""

    sheet: ClaimSheet
    day: date

    @cached_property
    def hours(self) -> ClaimHours:
        """The hours of the claim's work, and those without a work."""
        return hours_of(self.sheet.application)

    @cached_property
    def facts(self) -> tuple[HoursFacts, ...]:
        """The categories for which anything is logged."""
        return tuple(self._category(one) for one in self.hours.categories if one.is_kept)

    @property
    def loose(self) -> tuple[StintFacts, ...]:
        """The countable hours of the case that no work was chosen for."""
        found = self.hours.loose
        return tuple(_stint(one) for one in found.counted) if found else ()

    def agency_yen(self, co_agency_id: int | None) -> int | None:
        """Return what an agency's hours are worth; None with one agency, on paper, or if the claim is out of date."""
        if not self.hours.is_whole or len(self.sheet.agencies) == 1:
            return None
        stored = {row.category: row.line.hours_yen for row in self.sheet.rows if row.line}
        if any(stored.get(one.category) != one.gross_yen for one in self.hours.categories if one.works):
            return None
        return self.hours.agency_yen(co_agency_id)

    def has_lines(self, co_agency_id: int | None) -> bool:
        """Tell whether the estimate of the claim gives an agency work; true where it does not tell agencies apart."""
        if not self.hours.has_agencies:
            return True
        return any(one.line and one.line.co_agency_id == co_agency_id for one in self.hours.works)

    @cached_property
    def _cards(self) -> Mapping[int, tuple[CardRate, ...]]:
        return cards_of(self.sheet.application.case, {one.worker_id for one in self._counted})

    @property
    def _counted(self) -> tuple[WorkEntry, ...]:
        return tuple(entry for one in self.hours.works for entry in one.counted)

    @cached_property
    def _overlaps(self) -> Mapping[int, str]:
        """Other hours of the same person at the same time, in words, by entry; a pair of the claim is told once."""
        counted = self._counted
        if not counted:
            return {}
        days = [one.worked_on for one in counted]
        near = WorkEntry.objects.for_agency(counted[0].agency_id).filter(
            worker_id__in={one.worker_id for one in counted}, worked_on__range=(min(days), max(days))
        )
        others: dict[tuple[int, date], list[WorkEntry]] = defaultdict(list)
        for one in near.select_related("case").order_by("worked_on", "starts_minute", "id"):
            others[one.worker_id, one.worked_on].append(one)
        own = {one.pk for one in counted}
        found = ((one.pk, _overlapping(one, others[one.worker_id, one.worked_on], own)) for one in counted)
        return {pk: words for pk, words in found if words}

    def _category(self, hours: CategoryHours) -> HoursFacts:
        return HoursFacts(
            category=hours.category,
            gross_yen=hours.gross_yen,
            with_excluded_yen=sum(_worth(one, one.entries) for one in hours.works),
            inside_yen=sum(_worth(one, filter(self._is_inside, one.counted)) for one in hours.works),
            first_on=hours.first_on,
            last_on=hours.last_on,
            counted=tuple(self._of_work(work, entry) for work in hours.works for entry in work.counted),
        )

    def _is_inside(self, entry: WorkEntry) -> bool:
        period = self.sheet.application.period
        return entry.worked_on <= self.day and (period is None or entry.worked_on >= period.starts_on)

    def _of_work(self, worked: Worked, entry: WorkEntry) -> StintFacts:
        line = worked.line
        if line is None:
            return _stint(entry)
        return _stint(
            entry,
            work=line.work,
            is_approved=entry not in worked.unapproved,
            quoted_person=str(line.worker) if line.worker else "",
            quoted_rate_yen=line.hourly_rate_yen,
            card_rate_yen=rate_on(self._cards.get(entry.worker_id, ()), entry.worked_on),
            overlap=self._overlaps.get(entry.pk, ""),
        )


def _stint(entry: WorkEntry, **known: object) -> StintFacts:
    return StintFacts(
        person=str(entry.worker),
        worked_on=entry.worked_on,
        monday=monday_of(entry.worked_on),
        minutes=entry.minutes,
        clock=_clock(entry),
        **known,  # type: ignore[arg-type]  # fields of the facts, named where they are known
    )


def _clock(entry: WorkEntry) -> str:
    return f"{clock_of(entry.starts_minute)}〜{clock_of(entry.ends_minute)}"


def _worth(worked: Worked, entries: Iterable[WorkEntry]) -> int:
    line, minutes = worked.line, sum(one.minutes for one in entries)
    return amounts_of(line.hourly_rate_yen, minutes, line.tax_percent).gross_yen if line else 0


def _overlapping(entry: WorkEntry, others: Sequence[WorkEntry], own: set[int]) -> str:
    for one in others:
        is_told = one.pk in own and one.pk < entry.pk
        meets = one.starts_minute < entry.ends_minute and entry.starts_minute < one.ends_minute
        if one.pk != entry.pk and meets and not is_told:
            return f"案件 {one.case.number} {one.worked_on} {_clock(one)}"
    return ""


def halves_of(sheet: ClaimSheet) -> HalvesFacts | None:
    """Return the halves of the plan as a monitoring claim sees them; None of other claims and where nothing is held."""
    application = sheet.application
    held = [one for one in sheet.assessment.payments if one.trigger is Trigger.FIRST_MONITORING_CLAIM]
    if application.kind != ApplicationKind.MONITORING_CLAIM or not held:
        return None
    categories = {one.category for one in held}
    subsidy_yen = sum(one.subsidy_yen for one in sheet.assessment.lines if one.category in categories)
    claims = [*_live_claims(application)]
    if not sheet.released_yen:
        others = [one for one in claims if one.period_id is not None]
        first = min(others, key=lambda one: (one.submitted_on or date.max, one.pk), default=None)
        held_yen = sum(one.amount_yen for one in held)
        return HalvesFacts(subsidy_yen=subsidy_yen, other_yen=held_yen, other=first.name if first else "")
    plan = next((one for one in claims if one.kind == ApplicationKind.PLAN_CLAIM), None)
    return HalvesFacts(
        subsidy_yen=subsidy_yen,
        invoiced_yen=_invoiced(plan),
        released_yen=sheet.released_yen,
        skipped=_skipped(application, claims),
    )


def _live_claims(application: Application) -> Sequence[Application]:
    kinds = (ApplicationKind.PLAN_CLAIM, ApplicationKind.MONITORING_CLAIM)
    claims = Application.objects.for_agency(application.agency_id).filter(case_id=application.case_id, kind__in=kinds)
    found = claims.exclude(state__in=DEAD).exclude(pk=application.pk).select_related("period")
    return tuple(found.order_by("id"))


def _invoiced(plan: Application | None) -> int | None:
    """Return what a plan claim that left the office invoiced to the council; None while one amount is missing."""
    if plan is None or ApplicationState(plan.state) not in SENT:
        return None
    rows = Settlement.objects.for_agency(plan.agency_id).filter(application=plan)
    amounts = [
        yen or 0
        for yen, cost_yen in rows.order_by("id").values_list("council_invoice_yen", "cost_yen")
        if yen is not None or cost_yen != 0
    ]
    missing = rows.filter(council_invoice_yen__isnull=True).exclude(cost_yen=0).exists()
    return None if missing or not amounts else sum(amounts)


def _skipped(application: Application, claims: Sequence[Application]) -> str:
    """Return the first period of the case where nobody claims it, though this claim asks for the second half."""
    periods = periods_of(application.case)
    claimed = {application.period_id, *(one.period_id for one in claims)}
    return str(periods[0]) if periods and periods[0].pk not in claimed else ""
