"""Plan against actual of a period: whole months, whole yen.

A planned year is divided by twelve so that the first n months of a year together have n twelfths of it, the fraction of
a yen dropped towards zero: half a year of 310 million is 155,000,000, not 154,999,998. Only months are compared that
have both a plan and actual figures. Balances are compared where the period ends with a planned year: the plan gives
them for that day only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cases.enums import Section, Statement, Trait
from cases.rules.accounts import COST, accounts
from cases.rules.statements import (
    CASH,
    Figures,
    Line,
    LineKind,
    Profit,
    has_balance,
    profit_lines,
    section_total,
    trait_total,
)
from monitoring.rules.follow_up import DeviationRule
from monitoring.rules.schedule import DECEMBER, month_end

MONTHS: Final = 12
# Yen by account and first day of the month.
Monthly = Mapping[tuple[str, date], int]
# The columns in which the two sides go through the lines of the statement.
PLAN, ACTUAL = 0, 1
# Before the id of a section: some bear the id of an account (sales).
SECTION: Final = "section:"
# The kind of a line that is no line of the statement.
BALANCE: Final = "balance"
BALANCES: Final = ((CASH, "現金及び預金の残高", Trait.CASH), ("debt", "借入金の残高", Trait.DEBT))


@dataclass(frozen=True, slots=True)
class VarianceRow:
    """A line with its plan and its actual amount, whole yen; None where one is not known.

    Attributes:
        id: the account, the profit, the kind of balance, or the section behind `SECTION`.
        kind: account, section or result (`LineKind`), or balance.
        is_large: the difference is marked; `is_worse`: it lowers the profit, or is less money or more debt.
    """

    id: str
    label: str
    kind: str
    plan_yen: int | None
    actual_yen: int | None
    is_large: bool = False
    is_worse: bool = False

    @property
    def difference_yen(self) -> int | None:
        """Actual less plan."""
        return None if self.plan_yen is None or self.actual_yen is None else self.actual_yen - self.plan_yen

    @property
    def achieved(self) -> str:
        """How much of the plan was reached: 96.4%, the rest dropped; "" where either side is a loss or not known."""
        if self.actual_yen is None or self.actual_yen < 0 or not self.plan_yen or self.plan_yen < 0:
            return ""
        permille = self.actual_yen * 1000 // self.plan_yen
        return f"{permille // 10}.{permille % 10}%"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period's plan and actual figures.

    Attributes:
        months: of the period, by their first days; a month belongs to the period that its last day is in.
        missing: months without actual figures; `unplanned`: months outside of the planned years.
        plan_number: the version of the plan that it is compared with.
        rule: from which difference a line is marked, in words; "" where no rule holds.
    """

    months: tuple[date, ...]
    missing: tuple[date, ...]
    unplanned: tuple[date, ...]
    plan_number: int
    rule: str
    rows: tuple[VarianceRow, ...]
    balances: tuple[VarianceRow, ...]

    @property
    def compared(self) -> tuple[date, ...]:
        """The months that have both sides."""
        return tuple(one for one in self.months if one not in self.left_out)

    @property
    def left_out(self) -> tuple[date, ...]:
        """The months that lack either side."""
        return tuple(one for one in self.months if one in self.missing or one in self.unplanned)

    @property
    def large(self) -> tuple[VarianceRow, ...]:
        """The lines whose cause is asked for: marked accounts, or the first marked profit where no account is."""
        marked = [one for one in self.rows if one.is_large]
        of_accounts = tuple(one for one in marked if one.kind == LineKind.ACCOUNT)
        return of_accounts or tuple(one for one in marked if one.kind == LineKind.RESULT)[:1]

    @property
    def shown(self) -> tuple[VarianceRow, ...]:
        """The lines of a table: the total of a section that has one account only would repeat it."""
        found: list[VarianceRow] = []
        for row in self.rows:
            repeats = bool(found) and found[-1].kind == LineKind.ACCOUNT and _is_first_of_its_section(found)
            if row.kind != LineKind.SECTION or not repeats:
                found.append(row)
        return tuple(found)

    def row(self, row_id: str) -> VarianceRow | None:
        """Return a line or a balance by its id."""
        return next((one for one in (*self.rows, *self.balances) if one.id == row_id), None)


def says_the_same(kept: Comparison, live: Comparison) -> bool:
    """Tell whether the books and the plan still say what a kept comparison was made of, however it was reckoned.

    Amounts that were booked are compared to the yen, those planned for an account only up to the yen that each month
    may have dropped. Sums, marks and planned cash follow from the others; the way they are reckoned may have changed.
    """
    if (kept.months, kept.missing, kept.unplanned) != (live.months, live.missing, live.unplanned):
        return False
    dropped = len(kept.compared)
    return all(
        _is_same(kept.row(name), live.row(name), dropped=dropped, is_reckoned=name == CASH)
        for name in _told(kept) | _told(live)
    )


def _told(comparison: Comparison) -> set[str]:
    """Return the ids of the lines that are no sums: accounts and balances."""
    rows = (*comparison.rows, *comparison.balances)
    return {one.id for one in rows if one.kind in {LineKind.ACCOUNT, BALANCE}}


def _is_same(kept: VarianceRow | None, live: VarianceRow | None, *, dropped: int, is_reckoned: bool) -> bool:
    """Compare a line; an account that is not there has 0 on either side."""
    nothing = VarianceRow("", "", LineKind.ACCOUNT.value, 0, 0)
    was, now = kept or nothing, live or nothing
    if was.actual_yen != now.actual_yen:
        return False
    if is_reckoned or was.plan_yen == now.plan_yen:
        return True
    if was.plan_yen is None or now.plan_yen is None or now.kind == BALANCE:
        return False
    return abs(was.plan_yen - now.plan_yen) <= dropped


def months_of(starts_on: date, ends_on: date) -> tuple[date, ...]:
    """Return the first days of the months whose last day lies in a period, both days inclusive."""
    found, month = [], starts_on.replace(day=1)
    while month_end(month.year, month.month) <= ends_on:
        found.append(month)
        month = date(month.year + (month.month == DECEMBER), month.month % DECEMBER + 1, 1)
    return tuple(found)


def plan_place(month: date, base_ends_on: date) -> tuple[int, int]:
    """Return the year of the plan that a month lies in, and its place there from 0 to 11; years 1 … are planned."""
    after = (month.year - base_ends_on.year) * MONTHS + month.month - base_ends_on.month - 1
    return after // MONTHS + 1, after % MONTHS


def line_label(row_id: str) -> str:
    """Return what a line is called that a cause may be told of: an account or a profit."""
    account = accounts().get(row_id)
    return account.label if account else Profit(row_id).label


def month_share(year_yen: int, place: int) -> int:
    """Return the part of a year's yen that a month has, by its place from 0 to 11.

    It is what the months up to this one have together, less what those before it have: no fraction is dropped twice.
    """
    sign, amount = (-1, -year_yen) if year_yen < 0 else (1, year_yen)
    return sign * (amount * (place + 1) // MONTHS - amount * place // MONTHS)


def compare(
    *,
    period: tuple[date, date],
    plan: Figures,
    base_ends_on: date,
    years: Collection[int],
    plan_number: int,
    actual: Monthly,
    rule: DeviationRule | None,
) -> Comparison:
    """Compare a period with the plan.

    Args:
        period: the first and the last day, inclusive.
        plan: the plan's figures with what follows from the others, by account and year.
        years: the planned years.
        actual: of the profit and loss statement what was booked in the month, else the balance at its end.
    """
    months = months_of(*period)
    places = {month: plan_place(month, base_ends_on) for month in months}
    profit = {one.id for one in accounts().values() if one.statement is Statement.PROFIT}
    booked = {month for account, month in actual if account in profit}
    compared = [month for month in months if month in booked and places[month][0] in years]
    sides: dict[tuple[str, int], int] = {}
    for account in profit:
        sides[account, PLAN] = sum(_planned(plan, account, places[month]) for month in compared)
        sides[account, ACTUAL] = sum(actual.get((account, month), 0) for month in compared)
    return Comparison(
        months=months,
        missing=tuple(month for month in months if month not in booked),
        unplanned=tuple(month for month in months if places[month][0] not in years),
        plan_number=plan_number,
        rule=rule.text if rule else "",
        rows=_rows(sides, rule) if compared else (),
        balances=_balances(months, places, plan, years, actual),
    )


def _planned(plan: Figures, account: str, place: tuple[int, int]) -> int:
    year, month = place
    return month_share(plan.get((account, year), 0), month)


def _rows(sides: Figures, rule: DeviationRule | None) -> tuple[VarianceRow, ...]:
    sales = section_total(sides, Section.SALES, PLAN)
    lines = profit_lines(sides, (PLAN, ACTUAL))
    return tuple(_row(one, rule, sales) for one in lines if one.kind is LineKind.RESULT or any(one.amounts.values()))


def _row(line: Line, rule: DeviationRule | None, sales_yen: int) -> VarianceRow:
    plan, actual = line.amounts[PLAN], line.amounts[ACTUAL]
    is_large = rule is not None and rule.is_large(plan_yen=plan, actual_yen=actual, sales_yen=sales_yen)
    return VarianceRow(
        id=f"{SECTION}{line.id}" if line.kind is LineKind.SECTION else str(line.id),
        label=line.label,
        kind=line.kind.value,
        plan_yen=plan,
        actual_yen=actual,
        is_large=is_large,
        is_worse=(actual - plan) * _sign(line) < 0,
    )


def _sign(line: Line) -> int:
    """Return 1 where a yen more raises the profit, -1 where it lowers it."""
    if line.kind is LineKind.ACCOUNT:
        return accounts()[line.id].profit_sign
    return -1 if line.id in set(COST) else 1


def _balances(
    months: Sequence[date],
    places: Mapping[date, tuple[int, int]],
    plan: Figures,
    years: Collection[int],
    actual: Monthly,
) -> tuple[VarianceRow, ...]:
    if not months:
        return ()
    last = months[-1]
    year, place = places[last]
    sheet = {(account, ACTUAL): yen for (account, month), yen in actual.items() if month == last}
    has_plan = year in years and place == MONTHS - 1 and has_balance(plan, year)
    found = []
    for name, label, trait in BALANCES:
        planned = trait_total(plan, trait, year) if has_plan else None
        booked = trait_total(sheet, trait, ACTUAL) if _has_balance(sheet) else None
        row = VarianceRow(name, label, BALANCE, planned, booked)
        difference = row.difference_yen or 0
        found.append(replace(row, is_worse=difference > 0 if trait is Trait.DEBT else difference < 0))
    return tuple(found)


def _is_first_of_its_section(rows: Sequence[VarianceRow]) -> bool:
    """Tell whether the last of some lines is the only account of its section."""
    section = accounts()[rows[-1].id].section
    return not any(one.kind == LineKind.ACCOUNT and accounts()[one.id].section is section for one in rows[:-1])


def _has_balance(sheet: Iterable[tuple[str, int]]) -> bool:
    return any(accounts()[account].statement is Statement.BALANCE for account, _ in sheet if account in accounts())
