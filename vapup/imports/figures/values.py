"""The amounts of a line by month, or for its one period: balances of what is owned, bookings of what is earned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cases.enums import Statement
from vapup.imports.figures.heads import Part
from vapup.imports.figures.layout import Layout
from vapup.imports.figures.months import begins_year

Yen = Sequence[int]
MISSING: Final = -1


@dataclass(frozen=True, slots=True)
class Columns:
    """Where what stands in the amounts of a line; -1 for what the file has not.

    Attributes:
        adds_adjustment: the adjustment (決算整理) of balances is a change; else it is the balance after it.
    """

    months: int
    adjustment: int
    total: int
    is_cumulative: bool
    adds_adjustment: bool


class Values:
    """Reads the amounts of lines by one layout."""

    def __init__(self, layout: Layout, *, adds_adjustment: bool = False) -> None:
        self.layout = layout
        self.at = {name: place for place, name in enumerate(layout.columns)}
        self.columns = Columns(
            len(layout.months),
            self.at.get(Part.ADJUSTMENT.value, MISSING),
            self.at.get(Part.TOTAL.value, MISSING),
            layout.is_cumulative,
            adds_adjustment,
        )
        # Before each month: whether what runs on begins anew with it.
        self._begins = [begins_year(month, layout.end_month) for month in layout.months]

    def of(self, yen: Yen, statement: Statement, side: int) -> Yen:
        """Return the amounts, one for each month, or one for the period.

        Args:
            side: 1 where debits raise the line, else -1; asked where debits and credits have columns of their own.
        """
        if self.layout.is_by_month:
            return self._by_month(yen, statement)
        return [self._booked(yen, side) if statement is Statement.PROFIT else self._balance(yen, side)]

    def _by_month(self, yen: Yen, statement: Statement) -> Yen:
        columns = self.columns
        months = yen[: columns.months]
        if statement is Statement.PROFIT:
            if columns.is_cumulative:
                steps = zip(months, [0, *months], self._begins, strict=False)
                months = [now - (0 if begins else before) for now, before, begins in steps]
            if columns.adjustment >= 0 and (more := yen[columns.adjustment]):
                months = [*months[:-1], months[-1] + more]
        elif columns.adjustment >= 0 and (last := yen[columns.adjustment]):
            months = [*months[:-1], months[-1] + last if columns.adds_adjustment else last]
        return months

    def _get(self, yen: Yen, part: Part) -> int | None:
        place = self.at.get(part.value)
        return None if place is None else yen[place]

    def _balance(self, yen: Yen, side: int) -> int:
        closing = self._get(yen, Part.CLOSING)
        if closing is not None:
            return closing
        debit, credit = self._get(yen, Part.DEBIT_BALANCE), self._get(yen, Part.CREDIT_BALANCE)
        if debit is not None or credit is not None:
            return side * ((debit or 0) - (credit or 0))
        return self._get(yen, Part.BOOKED) or 0

    def _booked(self, yen: Yen, side: int) -> int:
        if self.columns.is_cumulative:
            return self._balance(yen, side)
        if (booked := self._get(yen, Part.BOOKED)) is not None:
            return booked
        opening, debit, credit = (self._get(yen, part) for part in (Part.OPENING, Part.DEBIT, Part.CREDIT))
        if opening is not None:
            return self._balance(yen, side) - opening
        if debit is not None and credit is not None:
            return side * (debit - credit)
        return self._balance(yen, side)


def adds_adjustment(layout: Layout, balances: Sequence[Yen]) -> bool:
    """Tell whether the adjustment column of balance sheet lines is a change, as their last column shows.

    Where it does not show, a column that leaves most lines empty is one of changes.
    """
    at = Values(layout).columns
    if at.adjustment < 0 or not layout.is_by_month:
        return False
    changed = [yen for yen in balances if yen[at.adjustment]]
    if at.total >= 0:
        as_change = sum(yen[at.total] == yen[at.months - 1] + yen[at.adjustment] for yen in changed)
        as_balance = sum(yen[at.total] == yen[at.adjustment] for yen in changed)
        if as_change != as_balance:
            return as_change > as_balance
    held = [yen for yen in balances if yen[at.months - 1]]
    return len(changed) * 2 < len(held)
