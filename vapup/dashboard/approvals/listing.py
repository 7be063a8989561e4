"""What waits for approval in an office: who asked for it and when, by which day it is needed, and the yen at stake.

Exceptions of the gate do not wait: a manager makes them on the page of the gate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.urls import reverse

from cases.enums import PlanState
from cases.models import Case, Plan
from cases.workflow import OPEN_STAGES
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from subsidies.enums import CLAIMS, ApplicationKind, Payer
from subsidies.models import Application
from subsidies.selectors.diary.weeks import WaitingWeek, waiting_weeks
from subsidies.selectors.filing.applications import application_url
from subsidies.selectors.filing.packets import awaiting_approval
from subsidies.selectors.payments.receivables import receivables_of_cases
from subsidies.selectors.payments.rows import Receivable
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.shared.dates import countdown

SOON_DAYS: Final = 30
# With which claim the money of a plan comes.
CLAIM_OF: Final = DeadlineKind.PLAN_CLAIM
Clock = tuple[int | None, str, str]
CLOCK: Final = ("case_id", "kind", "subject", "safe_by")


class Sort(StrEnum):
    """How the inbox is sorted; the value stands in the address."""

    URGENT = "urgent"
    OLDEST = "oldest"

    @property
    def label(self) -> str:
        """Return the name of the tab."""
        return SORTS[self]


SORTS: Final[Mapping[Sort, str]] = MappingProxyType({Sort.URGENT: "期限が近い順", Sort.OLDEST: "依頼が古い順"})


class Kind(StrEnum):
    """What waits; the value stands in the address."""

    APPLICATION = "application"
    PLAN = "plan"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits.

    Attributes:
        key: names it in the address.
        about: the case with its enterprise, or the worker.
        case: None for a week, which may have hours of many.
        who: asked for it, at `at`.
        safe_by: the day by which its claim must be made; None where no deadline is known.
        yen: what is at stake in whole yen, `yen_label` says what that is; None where it has no money.
        refusal: why the reader may not decide on it, or "".
        url: the page with the whole of it.
        week: of a week of hours, what was read of it.
    """

    kind: Kind
    pk: int
    title: str
    about: str
    case: Case | None
    who: Member | None
    at: datetime | None
    url: str
    refusal: str
    yen_label: str
    today: date
    safe_by: date | None = None
    yen: int | None = None
    week: WaitingWeek | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """Return what names it in the address."""
        return f"{self.kind.value}-{self.pk}"

    @property
    def remaining(self) -> str:
        """Return how far off the safe day is: あと30日, 本日, 3日超過."""
        return countdown(self.safe_by, today=self.today) if self.safe_by else ""

    @property
    def tone(self) -> str:
        """Return the colour of its chip."""
        days = (self.safe_by - self.today).days if self.safe_by else SOON_DAYS + 1
        return "error" if days < 0 else "warning" if days <= SOON_DAYS else "neutral"


def inbox_of(member: Member, sort: Sort, *, today: date) -> list[Item]:
    """Return all that waits in the member's office, in a fixed number of questions; by urgency or by age."""
    applications = list(_applications(member.agency_id))
    plans = list(_plans(member.agency_id))
    by_id = {one.case_id: one.case for one in applications} | {one.case_id: one.case for one in plans}
    cases = list(by_id.values())
    money = _money(member.agency_id, cases, today)
    clocks = _clocks(member.agency_id, cases)
    items = [_of_application(member, one, money[one.case_id], clocks, today) for one in applications]
    items += [_of_plan(member, one, money[one.case_id], clocks, today) for one in plans]
    items += [_of_week(one, today) for one in waiting_weeks(member)]
    return sorted(items, key=_by_age if sort is Sort.OLDEST else _by_urgency)


def _applications(agency_id: int) -> Iterable[Application]:
    waiting = awaiting_approval(agency_id).select_related(
        "case__enterprise", "case__agency", "case__consultant__user", "period", "requested_by__user"
    )
    return waiting.defer("payload", "assessment", "assessed")


def _plans(agency_id: int) -> Iterable[Plan]:
    waiting = Plan.objects.for_agency(agency_id).filter(state=PlanState.SUBMITTED, case__stage__in=OPEN_STAGES)
    return waiting.select_related(
        "case__enterprise", "case__agency", "case__consultant__user", "submitted_by__user"
    ).order_by("submitted_at", "pk")


def _money(agency_id: int, cases: Sequence[Case], today: date) -> Mapping[int, list[Receivable]]:
    """Return what the council pays in these cases."""
    found = receivables_of_cases(agency_id, cases, today=today) if cases else []
    return {one.case.pk: one.of(Payer.COUNCIL) for one in found}


def _clocks(agency_id: int, cases: Sequence[Case]) -> Mapping[Clock, date]:
    """Return the safe days of the open claims of these cases, by case, kind and period."""
    kinds = [DeadlineKind(one.value) for one in CLAIMS]
    rows = Deadline.objects.for_agency(agency_id).filter(case__in=cases, kind__in=kinds, state=DeadlineState.OPEN)
    return {(case_id, kind, subject): day for case_id, kind, subject, day in rows.values_list(*CLOCK)} if cases else {}


def _of_application(
    member: Member, one: Application, money: Sequence[Receivable], clocks: Mapping[Clock, date], today: date
) -> Item:
    is_claim = one.kind in CLAIMS
    yen: int | None = None
    if is_claim:
        yen = sum(row.planned_yen for row in money if row.claim_id == one.pk)
    elif one.kind == ApplicationKind.USAGE:
        yen = sum(row.planned_yen for row in money)
    subject = f"period:{one.period_id}" if one.period_id else ""
    return Item(
        kind=Kind.APPLICATION,
        pk=one.pk,
        title=one.name,
        about=f"{one.case.number} {one.case.enterprise.name}",
        case=one.case,
        who=one.requested_by,
        at=one.requested_at,
        url=application_url(one),
        refusal=can(member, Action.APPROVE_USAGE, one).reason,
        yen=yen,
        yen_label="今回の補助金" if is_claim else "補助金の見込",
        safe_by=clocks.get((one.case_id, one.kind, subject)),
        today=today,
    )


def _of_plan(member: Member, one: Plan, money: Sequence[Receivable], clocks: Mapping[Clock, date], today: date) -> Item:
    return Item(
        kind=Kind.PLAN,
        pk=one.pk,
        title=f"経営改善計画 第{one.number}版",
        about=f"{one.case.number} {one.case.enterprise.name}",
        case=one.case,
        who=one.submitted_by,
        at=one.submitted_at,
        url=reverse("cases:plan", args=[one.case.number]),
        refusal=can(member, Action.APPROVE_PLAN, one).reason,
        yen=sum(row.open_yen for row in money),
        yen_label="これからの補助金",
        safe_by=clocks.get((one.case_id, CLAIM_OF, "")),
        today=today,
    )


def _of_week(one: WaitingWeek, today: date) -> Item:
    week = one.week
    return Item(
        kind=Kind.WEEK,
        pk=week.pk,
        title=f"業務日誌 {week.monday}の週",
        about=str(week.worker),
        case=None,
        who=week.requested_by,
        at=week.requested_at,
        url=f"{reverse('subsidies:hours')}?week={week.monday}&worker={week.worker_id}",
        refusal=one.refusal,
        yen=one.gross_yen,
        yen_label="時間の金額",
        today=today,
        week=one,
    )


def _by_age(item: Item) -> tuple[float, str]:
    return item.at.timestamp() if item.at else 0.0, item.key


def _by_urgency(item: Item) -> tuple[date, float, str]:
    return item.safe_by or date.max, *_by_age(item)


def counted(items: Iterable[Item]) -> Mapping[Kind, int]:
    """Return how many of each kind wait."""
    found: dict[Kind, int] = defaultdict(int)
    for one in items:
        found[one.kind] += 1
    return found
