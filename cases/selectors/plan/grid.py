"""The statements of a plan as tables: years across, lines down, and where each change against the base year is from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cases.enums import Section, Statement, Trait
from cases.models import Plan
from cases.rules.attribution import BASE_YEAR, Cause, Change, attribute, attribute_profits
from cases.rules.indicators import (
    IMPOSSIBLE,
    Indicator,
    break_even_indicators,
    debt_repayment_years,
    local_benchmark,
    simple_cash_flow,
)
from cases.rules.statements import (
    DERIVED_FROM_LOANS,
    Line,
    LineKind,
    Profit,
    balance_lines,
    cash_flow,
    has_balance,
    profit,
    profit_lines,
    section_total,
    trait_total,
)
from cases.rules.wear import WORN
from cases.selectors.plan.figures import Figures, Sheet, of_statement, worn_in_entries
from cases.selectors.plan.versions import year_end


@dataclass(frozen=True, slots=True)
class YearHead:
    """A year of the plan as the head of a column; `is_planned` from year 1 on."""

    year: int
    ends_on: date

    @property
    def is_planned(self) -> bool:
        """Tell whether the year is planned, not closed."""
        return self.year > 0

    @property
    def kind(self) -> str:
        """Return the second line of the head."""
        if self.is_planned:
            return f"計画{self.year}年目"
        return "基準年度" if self.year == 0 else "実績"

    @property
    def period(self) -> str:
        """Return the first line of the head: 2026年3月期."""
        return f"{self.ends_on.year}年{self.ends_on.month}月期"

    @property
    def label(self) -> str:
        """Return both, as the name of a control."""
        return f"{self.period}({self.kind})"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a statement with its amounts in the order of the columns; None where nothing is known."""

    id: str
    label: str
    kind: LineKind
    amounts: Sequence[int | None]

    @property
    def is_account(self) -> bool:
        """Tell whether the line is an account, not a sum."""
        return self.kind is LineKind.ACCOUNT


@dataclass(frozen=True, slots=True)
class CauseRow:
    """What one cause makes of a change, year by year, in yen; `measure_id` leads to the measure."""

    label: str
    measure_id: int | None
    amounts: Sequence[int]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """The change of an account or a profit against the base year, year by year, and its causes, which add up to it."""

    id: str
    label: str
    amounts: Sequence[int]
    causes: Sequence[CauseRow]


def heads_of(plan: Plan) -> list[YearHead]:
    """Return the columns of a statement: closed years, then planned ones."""
    return [YearHead(year, year_end(plan, year)) for year in plan.all_years]


def statement_rows(sheet: Sheet, statement: Statement, *, is_whole: bool) -> list[Row]:
    """Return the lines of a statement; without `is_whole` those that are empty in every year are left out.

    Without a balance sheet of the base year planned balances are not known, but for those entered and the borrowings
    of the repayment plan.
    """
    years, figures = sheet.plan.all_years, sheet.figures
    if statement is Statement.PROFIT or has_balance(figures, BASE_YEAR):
        lines = profit_lines(figures, years) if statement is Statement.PROFIT else balance_lines(figures, years)
        rows = [_row(line, years) for line in lines]
    else:
        rows = [_row(_known(sheet, line), years) for line in balance_lines(figures, years)]
    return [row for row in rows if is_whole or any(row.amounts)]


def _known(sheet: Sheet, line: Line) -> Line:
    """Return a line of the balance sheet without what is not known where the base year has none."""
    is_owed = line.kind is LineKind.ACCOUNT and bool(sheet.loans) and line.id in DERIVED_FROM_LOANS
    entered = {year for account, year in sheet.stored if line.kind is LineKind.ACCOUNT and account == line.id}
    amounts = {year: yen for year, yen in line.amounts.items() if year <= BASE_YEAR or is_owed or year in entered}
    return replace(line, amounts=amounts)


def cash_flow_rows(sheet: Sheet) -> list[Row]:
    """Return the cash flow by the indirect method; lines that are empty in every year are left out."""
    years = sheet.plan.all_years
    return [_row(line, years) for line in cash_flow(sheet.figures, years) if any(line.amounts.values())]


def _row(line: Line, years: Sequence[int]) -> Row:
    return Row(str(line.id), line.label, line.kind, [line.amounts.get(year) for year in years])


def profit_changes(sheet: Sheet) -> list[ChangeRow]:
    """Return the changes of the shown profits, then of the accounts of the profit and loss statement."""
    years, figures = sheet.plan.planned_years, sheet.figures
    profits = attribute_profits(figures, sheet.effects, sheet.assumptions, years)
    return [*_changes(sheet, profits), *account_changes(sheet, Statement.PROFIT)]


def account_changes(sheet: Sheet, statement: Statement) -> list[ChangeRow]:
    """Return the changes of the accounts of a statement that people plan; what follows from others is left out.

    Without a balance sheet of the base year there is nothing that balances change against.
    """
    figures, names = sheet.figures, set(of_statement(statement)) - sheet.derived
    if statement is Statement.BALANCE and not has_balance(figures, BASE_YEAR):
        return []
    worn = worn_in_entries(sheet, sheet.stored) if statement is Statement.BALANCE else {}
    found = attribute(figures, sheet.effects, sheet.assumptions, sheet.plan.planned_years, worn=worn)
    own = [one for one in found if one.line in names]
    return _changes(sheet, [one for one in own if one.line != WORN or (one.line, one.year) in sheet.stored])


def _changes(sheet: Sheet, changes: Sequence[Change]) -> list[ChangeRow]:
    lines: dict[str, dict[int, Change]] = {}
    for one in changes:
        lines.setdefault(one.line, {})[one.year] = one
    years = sheet.plan.planned_years
    return [
        ChangeRow(name, next(iter(found.values())).label, _by_year(found, years), _causes(sheet, found, years))
        for name, found in lines.items()
        if any(one.parts or one.change_yen for one in found.values())
    ]


def _by_year(found: Mapping[int, Change], years: range) -> list[int]:
    return [found[year].change_yen if year in found else 0 for year in years]


def _causes(sheet: Sheet, found: Mapping[int, Change], years: range) -> list[CauseRow]:
    yen: dict[tuple[Cause, int | None], dict[int, int]] = {}
    for year, change in found.items():
        for part in change.parts:
            yen.setdefault((part.cause, part.source_id), {})[year] = part.yen
    order = sorted(yen, key=lambda key: (list(Cause).index(key[0]), key[1] or 0))
    return [
        CauseRow(
            _cause_label(sheet, *key),
            key[1] if key[0] is Cause.MEASURE else None,
            [yen[key].get(year, 0) for year in years],
        )
        for key in order
    ]


def _cause_label(sheet: Sheet, cause: Cause, source_id: int | None) -> str:
    if source_id is None:
        return cause.label
    names = sheet.measures if cause is Cause.MEASURE else sheet.grounds
    return f"{cause.label}: {names.get(source_id, '')}"


KEY_FIGURES: Final = ("売上高", "営業利益", "経常利益", "簡易CF", "債務残高", "純資産")


def key_rows(sheet: Sheet) -> list[Row]:
    """Return the figures that people ask for first, in yen by year."""
    figures, years = sheet.figures, sheet.plan.all_years
    columns = [_key_amounts(sheet, figures, year) for year in years]
    return [
        Row(label, label, LineKind.ACCOUNT, [column[place] for column in columns])
        for place, label in enumerate(KEY_FIGURES)
    ]


def _key_amounts(sheet: Sheet, figures: Figures, year: int) -> tuple[int | None, ...]:
    """Return the key figures of a year; None where the statement they stand in has nothing at all."""
    has_profit, has_sheet = _has_profit(figures, year), has_balance(figures, year)
    owed = trait_total(figures, Trait.DEBT, year)
    if year == BASE_YEAR and not has_sheet:
        owed = sum(one.balance_yen for one in sheet.loans)
    amounts = (
        (has_profit, section_total(figures, Section.SALES, year)),
        (has_profit, profit(figures, Profit.OPERATING, year)),
        (has_profit, profit(figures, Profit.ORDINARY, year)),
        (has_profit, simple_cash_flow(figures, year)),
        (has_sheet or (bool(sheet.loans) and year >= BASE_YEAR), owed),
        (has_sheet, section_total(figures, Section.NET_ASSETS, year)),
    )
    return tuple(yen if is_known else None for is_known, yen in amounts)


def _has_profit(figures: Figures, year: int) -> bool:
    return any(figures.get((name, year)) for name in of_statement(Statement.PROFIT))


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator as it is shown for each of some years.

    Attributes:
        shown: short, 算定不可 where there is no number.
        reasons: why not, each sentence once.
    """

    label: str
    note: str
    shown: Sequence[str]
    reasons: Sequence[str] = ()


def indicator_rows(sheet: Sheet, years: Sequence[int]) -> list[IndicatorRow]:
    """Return the six indicators of ローカルベンチマーク, the years of repayment and the break-even, as guides only."""
    employees = sheet.plan.case.enterprise.employee_count
    figures = sheet.figures
    columns = [_indicators(figures, year, employees) for year in years]
    return [_indicator_row(one, [column[place] for column in columns]) for place, one in enumerate(columns[0])]


def _indicator_row(first: Indicator, cells: Sequence[Indicator]) -> IndicatorRow:
    reasons = dict.fromkeys(one.reason for one in cells if one.reason)
    return IndicatorRow(first.label, first.note, [one.brief for one in cells], tuple(reasons))


def indicator_reasons(rows: Sequence[IndicatorRow]) -> list[str]:
    """Return why some indicators cannot be reckoned: each reason once, with the indicators that it keeps from it."""
    labels: dict[str, list[str]] = {}
    for row in rows:
        for reason in row.reasons:
            labels.setdefault(reason, []).append(row.label)
    return [f"{IMPOSSIBLE}({'、'.join(names)}): {reason}。" for reason, names in labels.items()]


def _indicators(figures: Figures, year: int, employees: int | None) -> tuple[Indicator, ...]:
    return (
        *local_benchmark(figures, year, employees=employees),
        debt_repayment_years(figures, year),
        *break_even_indicators(figures, year),
    )
