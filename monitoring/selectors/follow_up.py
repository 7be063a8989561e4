"""The follow-up of a case: its periods and where each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from cases.models import Case
from monitoring.enums import DeadlineKind, PeriodState, ReportState
from monitoring.models import Deadline, FollowUpReport, MonitoringPeriod
from monitoring.rules.schedule import Flaw, close_on_or_after
from monitoring.rules.stages import state_of_period
from monitoring.selectors.follow_up_schedule import flaws_in
from monitoring.selectors.periods import periods_of

TONES: Final[Mapping[PeriodState, str]] = MappingProxyType(
    {
        PeriodState.AHEAD: "neutral",
        PeriodState.RUNNING: "info",
        PeriodState.TO_REPORT: "caution",
        PeriodState.REPORTED: "info",
        PeriodState.CLAIMED: "success",
    }
)


# States of an application that ends without a payment; a claim in one of them counts as none.
GIVEN_UP: Final = frozenset({"cancelled", "refused"})
RETURNED: Final = "returned"


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """The claim for a period, as far as monitoring must know: where it is, and since when the council has it.

    `submitted_on` is None while it is being prepared, and again once it came back.
    """

    submitted_on: date | None
    url: str


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A period of the list.

    Attributes:
        number: its place, from 1, by its last day: claims bear it too.
        claim_by: the last day to claim, None where no clock runs.
        is_close: it ends with the fiscal year.
    """

    period: MonitoringPeriod
    number: int
    state: PeriodState
    report: FollowUpReport | None
    claim: ClaimFact | None
    claim_by: date | None
    meetings: int
    is_close: bool

    @property
    def tone(self) -> str:
        """Return the tone of the state's chip."""
        return TONES[self.state]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """All periods of a case, and what is wrong with them as a set."""

    lines: Sequence[PeriodLine]
    flaws: Sequence[Flaw]


def follow_up_of(case: Case, *, today: date) -> FollowUp:
    """Return the follow-up of a case; as many queries for one period as for twenty."""
    periods = list(_with_everything(case))
    claim_by, claims = _claim_days(case), claims_of(case)
    lines = [
        PeriodLine(
            period=one,
            number=number,
            state=state_of(one, claims.get(one.pk), today=today),
            report=report_of(one),
            claim=claims.get(one.pk),
            claim_by=claim_by.get(f"period:{one.pk}"),
            meetings=len(one.meetings.all()),
            is_close=ends_with_the_year(case, one),
        )
        for number, one in enumerate(periods, 1)
    ]
    return FollowUp(lines, flaws_in(case, periods))


def _with_everything(case: Case) -> QuerySet[MonitoringPeriod]:
    reports = FollowUpReport.objects.for_agency(case.agency_id).select_related("plan", "finished_by__user")
    return periods_of(case).prefetch_related(Prefetch("report", queryset=reports), "meetings")


def _claim_days(case: Case) -> dict[str, date]:
    clocks = Deadline.objects.for_agency(case.agency_id).filter(case=case, kind=DeadlineKind.MONITORING_CLAIM)
    return {one.subject: one.extended_until or one.claim_by for one in clocks}


def state_of(period: MonitoringPeriod, claim: ClaimFact | None, *, today: date) -> PeriodState:
    """Return where a period stands."""
    report = report_of(period)
    return state_of_period(
        period.starts_on,
        period.ends_on,
        today=today,
        is_reported=report is not None and report.state == ReportState.FINISHED,
        is_claimed=claim is not None and claim.submitted_on is not None,
    )


def report_of(period: MonitoringPeriod) -> FollowUpReport | None:
    """Return the report on a period, if one was begun."""
    return getattr(period, "report", None)


def ends_with_the_year(case: Case, period: MonitoringPeriod) -> bool:
    """Tell whether a period ends with the fiscal year, as it closes now."""
    return close_on_or_after(period.ends_on, case.enterprise.fiscal_year_end_month) == period.ends_on


def claims_of(case: Case) -> dict[int, ClaimFact]:
    """Return the claims of a case by period, in one query; monitoring reads them through the link that they have here.

    Claims that were given up are left out.
    """
    columns = ("pk", "applications__pk", "applications__state", "applications__submitted_on")
    rows = periods_of(case).filter(applications__isnull=False).values_list(*columns)
    return {
        period_id: ClaimFact(
            submitted_on=submitted_on if state != RETURNED else None,
            url=reverse("subsidies:application", args=[case.number, application_id]),
        )
        for period_id, application_id, state, submitted_on in rows
        if state not in GIVEN_UP
    }
