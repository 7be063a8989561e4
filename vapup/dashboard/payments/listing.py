"""The payments of all cases in some months, and what they add up to month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from cases.models import Case
from subsidies.enums import ReceivableState
from subsidies.selectors.payments.receivables import receivables_of_cases
from subsidies.selectors.payments.rows import Receivable
from vapup.accounts.models import Agency
from vapup.dashboard.calendar.query import Span
from vapup.dashboard.calendar.sums import MonthSum, Sums
from vapup.dashboard.payments.query import DIFFERS, HELD, LATE, OTHERS, OWN, PaymentFilter

S = ReceivableState
# What the rows and their amounts ask of a case; the office and its people are known already.
COLUMNS: Final = (
    *("number", "frame", "stage", "accepted_on", "planned_accepted_on", "agency_id", "consultant_id"),
    *("enterprise__name", "enterprise__annual_sales_yen", "enterprise__interest_bearing_debt_yen"),
)


def payments_in(agency: Agency, span: Span, form: PaymentFilter, *, today: date) -> list[Receivable]:
    """Return the payments of an agency's cases in some months that pass the filters, by day.

    A payment belongs to the months of its days. While it is open it belongs to the month of today as well, so that
    nothing that is late falls out of sight; so does what has no day yet. What will never be paid is shown on request.
    """
    wanted = form.wanted()
    cases = Case.objects.for_agency(agency.pk).select_related("enterprise").only(*COLUMNS)
    if consultant_id := wanted.get("consultant"):
        cases = cases.filter(consultant_id=consultant_id)
    if frame := wanted.get("frame"):
        cases = cases.filter(frame=frame)
    known = list(cases.order_by("number"))
    for case in known:
        case.agency, case.consultant = agency, form.people[case.consultant_id]
    found = receivables_of_cases(agency.pk, known, today=today)
    rows = [row for one in found for row in one.rows if _passes(row, wanted) and _is_in(row, span, today)]
    return sorted(rows, key=day_of)


def day_of(row: Receivable) -> tuple[date, str, str]:
    """Return the day that a payment stands under: its latest known one, or that on which its claim must be made."""
    latest = row.paid_on or row.decided_on or row.claimed_on or row.planned_on or date.max
    return latest, row.case.number, row.payer


def _passes(row: Receivable, wanted: Mapping[str, Any]) -> bool:
    if wanted.get("payer") not in {None, row.payer}:
        return False
    if wanted.get("agency") not in {None, OTHERS if row.co_agency_id else OWN}:
        return False
    asked = wanted.get("state")
    marks = {LATE: row.is_late, DIFFERS: bool(row.differences), HELD: row.is_held and row.open_yen > 0}
    if asked in marks:
        return marks[asked]
    return row.state == asked if asked else row.state is not S.LAPSED


def _is_in(row: Receivable, span: Span, today: date) -> bool:
    days = {row.claimed_on, row.decided_on, row.paid_on}
    if row.state in {S.PLANNED, S.LAPSED}:
        days = {row.planned_on or today}
    elif row.state is not S.PAID:
        days.add(today)
    return any(day is not None and span.first <= day <= span.last for day in days)


def sums_of(rows: Sequence[Receivable], span: Span) -> Sums:
    """Add up payments by the months of their days; what is planned without a day stands after them."""
    by_month = {month: MonthSum(month) for month in span.months}
    undated = MonthSum(None)

    def of(day: date | None) -> MonthSum:
        if day is None:
            return undated
        return by_month.get(day.replace(day=1), MonthSum(None))

    for row in rows:
        if row.state is S.PLANNED:
            month = of(row.planned_on)
            month.expected_yen += row.open_yen
            month.held_yen += row.open_yen if row.is_held else 0
        of(row.claimed_on).filed_yen += row.claimed_yen or 0
        of(row.decided_on).decided_yen += row.decided_yen or 0
        of(row.paid_on).paid_yen += row.paid_yen or 0
    total, months = MonthSum(None), list(by_month.values())
    if undated.expected_yen:
        months.append(undated)
    for one in months:
        total.add(one)
    return Sums(months, total)
