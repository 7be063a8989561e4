"""The real balance sheet (実態貸借対照表) of a plan, and the indicators that rest on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cases.enums import Section
from cases.models import Plan, RealValue
from cases.rules.accounts import ASSETS, CLAIMS, accounts
from cases.rules.indicators import (
    Adjustment,
    Indicator,
    RealLine,
    adjustment_total,
    debt_repayment_years,
    insolvency_cured,
    real_lines,
    real_net_assets,
)
from cases.rules.statements import BASE_YEAR, has_balance, projected, section_total
from cases.selectors.plan.figures import Figures, figures_of, loans_of
from cases.selectors.plan.rows import stamp_of_rows

# What can be worth something else than the books say; net assets are what remains.
ADJUSTABLE: Final = tuple(one for one in accounts().values() if one.section in (ASSETS | CLAIMS) - {Section.NET_ASSETS})


@dataclass(frozen=True, slots=True)
class NetAssets:
    """The net assets at the end of one year of the plan, in yen: by the books and in reality."""

    year: int
    book_yen: int
    real_yen: int


@dataclass(frozen=True)
class RealSheet:
    """The adjustments of a plan in the order of the sheet, and its figures with what follows from them."""

    plan: Plan
    values: tuple[RealValue, ...]
    figures: Figures

    @property
    def stamp(self) -> int:
        """Return the number that a form of the sheet must carry."""
        return stamp_of_rows(self.values)

    @cached_property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """Return the adjustments as the rules take them."""
        return tuple(Adjustment(one.account, one.adjustment_yen) for one in self.values)

    @property
    def labelled(self) -> list[tuple[str, RealValue]]:
        """Return the adjustments, each with the name of its account."""
        return [
            (accounts()[one.account].label if one.account in accounts() else one.account, one) for one in self.values
        ]

    @property
    def lines(self) -> tuple[RealLine, ...]:
        """Return every account of the base year with a book value or an adjustment."""
        return real_lines(self.figures, self.adjustments)

    @property
    def has_books(self) -> bool:
        """Tell whether the base year has a balance sheet."""
        return has_balance(self.figures, BASE_YEAR)

    @property
    def adjustment_yen(self) -> int:
        """Return what the adjustments do to the net assets."""
        return adjustment_total(self.adjustments)

    @property
    def net_assets(self) -> list[NetAssets]:
        """Return the net assets of the base year and of each planned one."""
        return [
            NetAssets(
                year,
                section_total(self.figures, Section.NET_ASSETS, year),
                real_net_assets(self.figures, self.adjustments, year),
            )
            for year in range(self.plan.years + 1)
        ]

    @property
    def base(self) -> NetAssets:
        """Return the net assets of the base year."""
        return self.net_assets[BASE_YEAR]

    @property
    def cured(self) -> Indicator:
        """Return 債務超過解消年数."""
        return insolvency_cured(self.figures, self.adjustments, self.plan.planned_years)

    @property
    def repayment_years(self) -> Sequence[tuple[int, Indicator]]:
        """Return 債務償還年数 at the end of the base year and of the last planned one."""
        return [(year, debt_repayment_years(self.figures, year)) for year in (BASE_YEAR, self.plan.years)]


def real_of(plan: Plan) -> RealSheet:
    """Return the real balance sheet of a plan, in four queries."""
    values = RealValue.objects.for_agency(plan.agency_id).filter(plan=plan)
    figures = projected(figures_of(plan), loans_of(plan), plan.planned_years)
    return RealSheet(plan, tuple(values), figures)
