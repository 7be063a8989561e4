"""What money is at risk in an office, when it is lost, and what keeps it (失効リスク帳)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases.enums import CaseStage, SchemeFrame
from cases.selectors.turns import turn_of
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from monitoring.rules.risk import CONTAINS_ALL, AtRisk, counted_once, within
from monitoring.selectors.deadlines import DeadlineRow, deadline_row, lapsing
from monitoring.selectors.words import URGENT_DAYS

HORIZONS: Final = (30, 90, 180)
LAPSED_DAYS: Final = 365
# The scopes of the filter; without one, the open deadlines with which money is lost.
ALL_KINDS: Final = "all"
LAPSED: Final = "lapsed"
# As `days` of the filter: the safe day was yesterday or before.
OVERDUE: Final = -1
COLUMNS: Final = ("case_id", "kind", "safe_by", "yen_at_risk")
# Open, but its money is gone already with another deadline of the case: it is shown, and not counted.
GONE: Final = Q(state=DeadlineState.OPEN) & Exists(
    Deadline.objects.filter(
        agency=OuterRef("agency"),
        case=OuterRef("case"),
        state=DeadlineState.LAPSED,
        yen_at_risk__gt=0,
        kind__in=CONTAINS_ALL,
    )
)


@dataclass(frozen=True, slots=True)
class RiskFilter:
    """Which deadlines the ledger shows; None and "" leave a filter out.

    Attributes:
        days: at most so many days before the safe day, overdue ones included; `OVERDUE` keeps those alone.
        scope: `ALL_KINDS` adds the deadlines with which no money is lost, `LAPSED` shows what was lost in a year.
    """

    consultant_id: int | None = None
    kind: str = ""
    frame: str = ""
    days: int | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class RiskTotals:
    """The portfolio in whole yen, each yen counted once.

    Attributes:
        within: by days until the safe day, those that are over included.
        lapsed: of the last year.
        urgent: how many open deadlines are over or at most seven days off, with or without money.
    """

    total: int
    within: dict[int, int]
    lapsed: int
    urgent: int


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A row of the ledger.

    Attributes:
        waits_for: who is to move and what they do; "" for the agency's own deadlines.
        is_gone: its money was lost with another deadline of the case, and is in no sum.
    """

    row: DeadlineRow
    waits_for: str
    is_gone: bool


def risk_totals(agency_id: int, *, today: date) -> RiskTotals:
    """Return what an office may lose, and what it lost in the last year."""
    deadlines = lapsing(Deadline.objects.for_agency(agency_id))
    is_open = Q(state=DeadlineState.OPEN)
    is_urgent = Q(safe_by__lte=today + timedelta(days=URGENT_DAYS))
    has_yen = Q(yen_at_risk__gt=0)
    is_lapsed = Q(state=DeadlineState.LAPSED) & has_yen
    wanted = deadlines.filter(is_lapsed | is_open & (has_yen | is_urgent))
    rows = list(wanted.annotate(is_gone=GONE).values_list(*COLUMNS, "state", "lapses_on", "is_gone"))
    found = [(_at_risk(*row[:4]), row[6]) for row in rows if row[4] == DeadlineState.OPEN]
    lost = [(_at_risk(*row[:4]), row[5]) for row in rows if row[4] == DeadlineState.LAPSED]
    at_risk = [one for one, is_gone in found if not is_gone]
    return RiskTotals(
        total=counted_once(at_risk),
        within={days: counted_once(within(at_risk, today=today, days=days)) for days in HORIZONS},
        lapsed=counted_once(one for one, day in lost if day >= today - timedelta(days=LAPSED_DAYS)),
        urgent=len(within((one for one, _is_gone in found), today=today, days=URGENT_DAYS)),
    )


def at_risk(agency_id: int, wanted: RiskFilter, *, today: date) -> QuerySet[Deadline]:
    """Return the deadlines that the filter keeps, by their safe day, each with `is_gone`, see `RiskRow`."""
    deadlines = lapsing(Deadline.objects.for_agency(agency_id)).annotate(is_gone=GONE)
    rows = _in_scope(deadlines, wanted.scope, today)
    if wanted.consultant_id is not None:
        rows = rows.filter(consultant_id=wanted.consultant_id)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.frame:
        rows = rows.filter(case__frame=wanted.frame)
    if wanted.days is not None:
        rows = rows.filter(safe_by__lte=today + timedelta(days=wanted.days))
    related = rows.select_related("case__enterprise", "consultant__user")
    return related.order_by("safe_by", F("yen_at_risk").desc(), "pk")


def _in_scope(rows: QuerySet[Deadline], scope: str, today: date) -> QuerySet[Deadline]:
    if scope == ALL_KINDS:
        return rows.filter(state=DeadlineState.OPEN)
    if scope == LAPSED:
        since = today - timedelta(days=LAPSED_DAYS)
        return rows.filter(state=DeadlineState.LAPSED, yen_at_risk__gt=0, lapses_on__gte=since)
    return rows.filter(~GONE, state=DeadlineState.OPEN, yen_at_risk__gt=0)


def yen_of(deadlines: QuerySet[Deadline]) -> int:
    """Return the yen of these deadlines together, each counted once; of open ones what is not lost yet."""
    counted = deadlines.filter(~GONE)
    return counted_once(_at_risk(*row) for row in counted.order_by().values_list(*COLUMNS))


def risk_rows(deadlines: Sequence[Any], *, today: date) -> list[RiskRow]:
    """Return deadlines, as `at_risk` returns them, as rows of the ledger."""
    return [RiskRow(deadline_row(one, today=today), _waits_for(one), one.is_gone) for one in deadlines]


def _at_risk(case_id: int | None, kind: str, safe_by: date, yen: int) -> AtRisk:
    return AtRisk(case_id, DeadlineKind(kind), safe_by, yen)


def _waits_for(deadline: Deadline) -> str:
    case = deadline.case
    if case is None:
        return ""
    turn = turn_of(CaseStage(case.stage), SchemeFrame(case.frame))
    return f"{'→'.join(one.value for one in turn.movers)}: {turn.what}"
