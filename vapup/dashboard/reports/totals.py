"""What was accepted, claimed, decided and paid in a fiscal year, by frame, council and person.

Every amount is that of the payments (入金) of the cases; nothing is reckoned anew, only added up by its day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Q

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import Payer
from subsidies.models import Application, Receipt, Settlement
from subsidies.selectors.payments.receivables import receivables_of_cases
from subsidies.selectors.payments.rows import Receivable
from vapup.dashboard.reports.query import FiscalYear, Scope


@dataclass(slots=True)
class Totals:
    """Sums of a group; amounts in whole yen, of all agencies of the cases.

    Attributes:
        accepted: cases whose usage application the council accepted in the year.
        active: cases with an acceptance or an amount in the year.
        own_invoiced_yen: what enterprises were asked to pay themselves; `own_paid_yen`: what they paid, tax kept back
            included.
    """

    label: str
    code: str = ""
    accepted: int = 0
    active: int = 0
    claimed_yen: int = 0
    decided_yen: int = 0
    paid_yen: int = 0
    own_invoiced_yen: int = 0
    own_paid_yen: int = 0

    @property
    def council_yen(self) -> tuple[int, int, int]:
        """Return what the council was asked for, decided and paid."""
        return self.claimed_yen, self.decided_yen, self.paid_yen

    def add(self, row: Receivable, year: FiscalYear) -> None:
        """Count a payment's amounts, each on its own day."""
        claimed, decided, paid = amounts_in(row, year)
        if row.payer is Payer.COUNCIL:
            self.claimed_yen += claimed
            self.decided_yen += decided
            self.paid_yen += paid
        else:
            self.own_invoiced_yen += claimed
            self.own_paid_yen += paid


@dataclass(frozen=True, slots=True)
class Grouping:
    """The totals of one way to group the cases, the largest claims first, and their sum."""

    key: str
    title: str
    heading: str
    rows: tuple[Totals, ...]
    total: Totals


@dataclass(slots=True)
class _Counted:
    """One case with the payments that touch the year."""

    case: Case
    is_accepted: bool
    rows: list[Receivable] = field(default_factory=list)


By = Callable[[Case], tuple[str, str]]
GROUPINGS: Final[tuple[tuple[str, str, str, By], ...]] = (
    ("frame", "制度・枠別の集計", "制度・枠", lambda case: (case.frame, SchemeFrame(case.frame).label)),
    ("council", "協議会別の集計", "協議会", lambda case: (case.council_id, case.council.name)),
    ("person", "担当者別の集計", "担当者", lambda case: (str(case.consultant_id), str(case.consultant))),
)


def amounts_in(row: Receivable, year: FiscalYear) -> tuple[int, int, int]:
    """Return what of a payment was claimed, decided and paid in a year, each by its own day."""
    dated = ((row.claimed_on, row.claimed_yen), (row.decided_on, row.decided_yen), (row.paid_on, row.paid_yen))
    claimed, decided, paid = ((yen or 0) if year.has(day) else 0 for day, yen in dated)
    return claimed, decided, paid


def totals_of(scope: Scope, *, today: date) -> list[Grouping]:
    """Return the totals of a year by frame, council and person, with a fixed number of questions to the database."""
    counted = _counted(scope, today)
    return [_grouping(key, title, heading, by, counted, scope.year) for key, title, heading, by in GROUPINGS]


def _counted(scope: Scope, today: date) -> list[_Counted]:
    cases = scope.cases().filter(_touched_in(scope.agency_id, scope.year)).order_by("number")
    known = list(cases.select_related("enterprise", "agency", "council", "consultant__user"))
    found = []
    for one in receivables_of_cases(scope.agency_id, known, today=today):
        rows = [row for row in one.rows if any(amounts_in(row, scope.year))]
        is_accepted = scope.year.has(one.case.usage_accepted_on)
        if rows or is_accepted:
            found.append(_Counted(one.case, is_accepted, rows))
    return found


def _touched_in(agency_id: int, year: FiscalYear) -> Q:
    """Return the condition on a case that a day of its payments, or its acceptance, may lie in the year."""
    days = year.days
    filed = Q(submitted_on__range=days) | Q(decided_on__range=days) | Q(paid_on__range=days)
    own = Q(own_invoiced_on__range=days) | Q(transferred_on__range=days)
    claims = Application.objects.for_agency(agency_id).filter(filed).values("case_id")
    receipts = Receipt.objects.for_agency(agency_id).filter(paid_on__range=days).values("application__case_id")
    settlements = Settlement.objects.for_agency(agency_id).filter(own).values("application__case_id")
    return Q(usage_accepted_on__range=days) | Q(pk__in=claims) | Q(pk__in=receipts) | Q(pk__in=settlements)


def _grouping(key: str, title: str, heading: str, by: By, counted: Iterable[_Counted], year: FiscalYear) -> Grouping:
    groups: dict[str, Totals] = {}
    total = Totals("合計")
    for one in counted:
        code, label = by(one.case)
        for sums in (groups.setdefault(code, Totals(label, code)), total):
            sums.accepted += one.is_accepted
            sums.active += 1
            for row in one.rows:
                sums.add(row, year)
    return Grouping(key, title, heading, _in_order(list(groups.values())), total)


def _in_order(rows: Sequence[Totals]) -> tuple[Totals, ...]:
    """Return the largest first: by what was claimed, then what was paid, then how many."""
    return tuple(sorted(rows, key=lambda one: (-one.claimed_yen, -one.paid_yen, -one.active, one.code)))
