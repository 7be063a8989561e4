"""The cash table (資金繰表) of a plan: what is stored, the table that follows, and what the yearly plan proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from cases.enums import CashItem
from cases.models import CashFigure, Plan, PlanFigure
from cases.models.plans import CASH_MONTHS
from cases.rules.cash_table import CashEntry, CashTable, cash_table, months_from, proposed_months
from cases.rules.seasons import Seasons, seasons_of
from cases.rules.statements import CASH, projected
from cases.selectors.plan.figures import figures_of, loans_of
from cases.selectors.plan.rows import stamp_of_rows
from cases.selectors.plan.start import booked_months
from cases.selectors.plan.versions import stamp
from vapup.shared.money import format_yen

SETTINGS: Final = ("cash_starts_on", "cash_months", "cash_opening_yen")
CashKey = tuple[date, CashItem]


@dataclass(frozen=True)
class CashSheet:
    """The cash table of a plan as it is stored.

    Attributes:
        figures: all that are stored, also those of months that the table does not show now.
        base_cash_yen: the cash of the base year, which opens a table that nobody has set up; None where unknown.
    """

    plan: Plan
    figures: tuple[CashFigure, ...]
    base_cash_yen: int | None

    @property
    def stamp(self) -> int:
        """Return the number that a form of the table must carry."""
        return stamp([stamp_of_rows(self.figures)], [getattr(self.plan, name) for name in SETTINGS])

    @property
    def starts_on(self) -> date:
        """Return the first month: as set up, or the one after the base year."""
        return self.plan.cash_starts_on or months_from(self.plan.base_ends_on, 2)[1]

    @property
    def opening_yen(self) -> int:
        """Return what the first month opens with."""
        if self.plan.cash_starts_on is None and self.base_cash_yen is not None:
            return max(self.base_cash_yen, 0)
        return self.plan.cash_opening_yen

    @property
    def months(self) -> tuple[date, ...]:
        """Return the months of the table."""
        return months_from(self.starts_on, self.plan.cash_months)

    def amounts(self, *, is_actual: bool) -> Mapping[CashKey, CashFigure]:
        """Return the stored planned or actual amounts by month and item."""
        return {(one.month, CashItem(one.item)): one for one in self.figures if one.is_actual == is_actual}

    @cached_property
    def table(self) -> CashTable:
        """Return the months with their sums, carried forward."""
        entries = [CashEntry(one.month, CashItem(one.item), one.yen, one.is_actual) for one in self.figures]
        return cash_table(entries, starts_on=self.starts_on, months=len(self.months), opening_yen=self.opening_yen)

    @property
    def is_empty(self) -> bool:
        """Tell whether no month that is shown has any amount."""
        return not self.figures or not any(one.month in set(self.months) for one in self.figures)

    @property
    def hidden_months(self) -> list[date]:
        """Return the months with stored amounts that the table does not show."""
        return sorted({one.month for one in self.figures} - set(self.months))

    @property
    def actual_months(self) -> frozenset[date]:
        """Return the months shown that hold actual amounts."""
        return frozenset(one.month for one in self.table.months if one.is_actual)

    @cached_property
    def seasonal(self) -> list[str]:
        """Return the items that a proposal splits as the months of the base year were, in one query."""
        return [item.label for item in seasons_before(self.plan)]

    @property
    def short_title(self) -> str:
        """Return how many months run short."""
        return f"資金が不足する月が{len(self.table.short_months)}か月あります"

    @property
    def short_text(self) -> str:
        """Return one line for each month that runs short, and one for the lowest; "" where none does."""
        short = [one.text for one in self.table.short_months]
        return "\n".join([*short, self.lowest_text]) if short else ""

    @property
    def lowest_text(self) -> str:
        """Return the sentence that names the month that closes lowest."""
        low = self.table.lowest
        return (
            f"残高が最も少なくなるのは {low.month.year}年{low.month.month}月末の {format_yen(low.closing_yen)}円です。"
        )


def cash_of(plan: Plan) -> CashSheet:
    """Return the cash table of a plan, in two queries."""
    figures = CashFigure.objects.for_agency(plan.agency_id).filter(plan=plan)
    cash = PlanFigure.objects.for_agency(plan.agency_id).filter(plan=plan, year=0, account=CASH)
    base_yen: int | None = cash.values_list("yen", flat=True).first()
    return CashSheet(plan, tuple(figures), base_yen)


def seasons_before(plan: Plan) -> Seasons:
    """Return how the months of the base year differed, in one query; nothing unless its twelve months are booked."""
    return seasons_of(booked_months(plan.case.enterprise, plan.base_ends_on))


def proposed_cash(plan: Plan, *, starts_on: date, months: int) -> dict[CashKey, int]:
    """Return planned amounts in yen that the yearly plan leads to; nothing where no planned year has figures.

    What follows the seasons is split as the months of the base year were, see `seasons_before`.

    Args:
        starts_on: the first month, its first day.
        months: how many.
    """
    if not CASH_MONTHS[0] <= months <= CASH_MONTHS[1]:
        raise ValueError(f"a cash table has {CASH_MONTHS} months, not {months}")
    figures, loans = figures_of(plan), loans_of(plan)
    if not any(year > 0 for _, year in figures):
        return {}
    follows = projected(figures, loans, plan.planned_years)
    entries = proposed_months(
        follows,
        loans,
        base_ends_on=plan.base_ends_on,
        shown=months_from(starts_on, months),
        years=plan.years,
        seasons=seasons_before(plan),
    )
    return {(one.month, one.item): one.yen for one in entries}
