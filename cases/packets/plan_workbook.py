"""The plan as a workbook that reckons: sums, profits, repayment and both tables of cash are formulas, in whole yen.

What people typed stands in cells of text and never in a formula; formulas are made of places alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from xlsxwriter.utility import xl_col_to_name

from cases.enums import Section, Trait
from cases.packets.plan_cash_table import cash_tables
from cases.packets.plan_document import Line, PlanDocument
from cases.packets.plan_loan_table import LoanTable
from cases.rules.accounts import ASSETS, CLAIMS, INCOME, accounts
from cases.rules.statements import (
    CASH,
    FLOW_PARTS,
    LONG_TERM,
    RETAINED,
    SHORT_TERM,
    FlowRow,
    LineKind,
    Profit,
    flow_row,
)
from cases.rules.wear import WORN
from vapup.documents.workbooks import FIRST_ROW, Cell, Formula, Table, workbook

PROFIT: Final = "損益計画"
BALANCE: Final = "貸借対照表"
FLOW: Final = "キャッシュフロー計画"
LABEL_WIDTH: Final = 30
YEAR_WIDTH: Final = 17
Key = tuple[str, str]
# A cell of a sum, after its sign.
Term = tuple[int, str]


def plan_workbook(document: PlanDocument, *, lender: str, own: Sequence[int], made_on: date) -> bytes:
    """Return the workbook of a version.

    Args:
        lender: whom it is for, as it is called.
        own: the places of its loans among those of the document; they are marked.
    """
    tables = [_guide(document, lender, made_on), *plan_tables(document, own)]
    return workbook(tables, title=f"{document.case_number} {document.title}", made_on=made_on)


def plan_tables(document: PlanDocument, own: Sequence[int] = ()) -> list[Table]:
    """Return the sheets that reckon."""
    loans = LoanTable(document, frozenset(own))
    profit = _Statement(document, document.profit)
    balance = _Balance(document, profit, loans)
    tables = [profit.table(PROFIT), balance.table(BALANCE)]
    if document.cash_flow:
        tables.append(_Flow(document, profit, balance).table(FLOW))
    return [*tables, *([loans.table()] if document.loans else []), *cash_tables(document)]


class _Statement:
    """A statement: where each of its lines stands, and the cells of each."""

    def __init__(self, document: PlanDocument, lines: Sequence[Line]) -> None:
        self.document, self.lines = document, lines
        self.rows: Mapping[Key, int] = {(one.kind, one.id): FIRST_ROW + at for at, one in enumerate(lines)}

    def place(self, kind: LineKind, name: str, column: int) -> str:
        """Return the cell of a line in a year, such as C7; "" where the statement has no such line."""
        row = self.rows.get((kind.value, name))
        return f"{xl_col_to_name(column + 1)}{row}" if row else ""

    def table(self, name: str) -> Table:
        """Return the sheet."""
        heads = self.document.heads
        columns = [("科目", LABEL_WIDTH), *((f"{one.period}\n{one.kind}", YEAR_WIDTH) for one in heads)]
        rows = [[one.label, *(self.cell(one, at) for at in range(len(heads)))] for one in self.lines]
        rows.extend(self.after())
        sums = frozenset(at for at, one in enumerate(self.lines) if one.kind != LineKind.ACCOUNT.value)
        return Table(name, f"{name}(単位: 円)", columns, rows, sums, fixed=1)

    def after(self) -> list[list[Cell]]:
        """Return rows below the lines."""
        return []

    def cell(self, line: Line, column: int) -> Cell:
        """Return a line's cell in a year: entered, reckoned, or empty where the year is not known."""
        yen = line.amounts[column]
        if yen is None:
            return None
        terms = self.terms(line, column)
        return yen if terms is None else Formula(added(terms), yen)

    def terms(self, line: Line, column: int) -> list[Term] | None:
        """Return what a line is the sum of, with the sign of each; None where it is entered."""
        if line.kind == LineKind.SECTION.value:
            return self.accounts_of(Section(line.id), column)
        if line.kind == LineKind.RESULT.value:
            return self.sections(self.signs(line.id), column)
        return None

    def accounts_of(self, section: Section, column: int) -> list[Term]:
        """Return the accounts of a section that the sheet has, each with its sign."""
        chart = accounts()
        own = (chart[one.id] for one in self.lines if one.kind == LineKind.ACCOUNT.value)
        return [(one.factor, self.place(LineKind.ACCOUNT, one.id, column)) for one in own if one.section is section]

    def sections(self, signs: Mapping[Section, int], column: int) -> list[Term]:
        """Return the totals of sections that the sheet has, each with its sign."""
        found = ((sign, self.place(LineKind.SECTION, one.value, column)) for one, sign in signs.items())
        return [(sign, place) for sign, place in found if place]

    def signs(self, result: str) -> Mapping[Section, int]:
        """Return the sections that a result counts in."""
        counted = Profit(result).sections
        return {one: 1 if one in INCOME else -1 for one in Section if one in counted}


class _Balance(_Statement):
    """The balance sheet, whose planned years follow from the other sheets."""

    def __init__(self, document: PlanDocument, profit: _Statement, loans: LoanTable) -> None:
        super().__init__(document, document.balance)
        self.profit, self.loans = profit, loans

    def signs(self, result: str) -> Mapping[Section, int]:
        """Return the sections that a total counts in."""
        counted = {
            "total_assets": ASSETS,
            "total_liabilities": CLAIMS - {Section.NET_ASSETS},
            "total_claims": CLAIMS,
        }[result]
        return {one: 1 for one in Section if one in counted}

    def cell(self, line: Line, column: int) -> Cell:
        """Return a balance: in planned years borrowings follow the repayment plan, with what it does not list."""
        yen = line.amounts[column]
        is_planned = self.document.heads[column].year > 0
        if yen is not None and is_planned and line.id in {SHORT_TERM, LONG_TERM} and self.document.loans:
            year = self.document.heads[column].year
            places, listed = self.loans.closing(year, is_short_term=line.id == SHORT_TERM)
            return Formula(added([(1, one) for one in places], constant=yen - listed), yen)
        return super().cell(line, column)

    def terms(self, line: Line, column: int) -> list[Term] | None:
        """Return what a balance is the sum of; retained earnings and cash of planned years follow from the others."""
        if line.kind != LineKind.ACCOUNT.value or self.document.heads[column].year < 1:
            return super().terms(line, column)
        if line.id == RETAINED:
            net = self.profit.place(LineKind.RESULT, Profit.NET, column)
            before = (1, self.place(LineKind.ACCOUNT, RETAINED, column - 1))
            return [before, (1, f"'{PROFIT}'!{net}")] if net else [before]
        if line.id == WORN:
            return self._worn(line, column)
        return self._cash(column) if line.id == CASH else None

    def _worn(self, line: Line, column: int) -> list[Term] | None:
        """Return the year before and the year's depreciation; None where another amount was entered."""
        chart, before = accounts(), line.amounts[column - 1]
        spent = [one for one in self.profit.lines if one.id in chart and Trait.DEPRECIATION in chart[one.id].traits]
        if before is None or line.amounts[column] != before + sum(one.amounts[column] or 0 for one in spent):
            return None
        places = (self.profit.place(LineKind.ACCOUNT, one.id, column) for one in spent)
        return [(1, self.place(LineKind.ACCOUNT, WORN, column - 1)), *((1, f"'{PROFIT}'!{one}") for one in places)]

    def _cash(self, column: int) -> list[Term]:
        """Return all claims less all other assets."""
        claims = self.sections(self.signs("total_claims"), column)
        held = [term for section in Section if section in ASSETS for term in self.accounts_of(section, column)]
        own = self.place(LineKind.ACCOUNT, CASH, column)
        return [*claims, *((-sign, place) for sign, place in held if place != own)]

    def after(self) -> list[list[Cell]]:
        """Return the check of the balance: 0 in every year that balances."""
        return [["貸借差額(資産 − 負債・純資産)", *(self._check(at) for at in range(len(self.document.heads)))]]

    def _check(self, column: int) -> Cell:
        totals = ((1, "total_assets"), (-1, "total_claims"))
        sides = [(sign, self.place(LineKind.RESULT, name, column)) for sign, name in totals]
        known = {one.id: one.amounts[column] for one in self.lines if one.kind == LineKind.RESULT.value}
        values = [known.get("total_assets"), known.get("total_claims")]
        if all(one is None for one in values):
            return None
        return Formula(added([term for term in sides if term[1]]), (values[0] or 0) - (values[1] or 0))


class _Flow(_Statement):
    """The cash flow by the indirect method, which follows from the two other statements.

    It has every row, those of 0 too: an amount changed on another sheet may fill them.
    """

    def __init__(self, document: PlanDocument, profit: _Statement, balance: _Statement) -> None:
        super().__init__(document, _whole_flow(document))
        self.profit, self.balance = profit, balance
        self.derived: Mapping[FlowRow, Callable[[int], list[Term]]] = {
            FlowRow.BEFORE_TAX: lambda column: self._profits({Profit.BEFORE_TAX: 1}, column),
            FlowRow.TAXES: lambda column: self._profits({Profit.NET: 1, Profit.BEFORE_TAX: -1}, column),
            FlowRow.DEPRECIATION: lambda column: self._depreciation(1, column),
            FlowRow.DIFFERENCE: lambda column: self._own(
                {FlowRow.INCREASE: 1, **dict.fromkeys(FLOW_PARTS, -1)}, column
            ),
            FlowRow.INCREASE: lambda column: [*self._cash(1, column), *self._cash(-1, column - 1)],
            FlowRow.OPENING: lambda column: self._cash(1, column - 1),
            FlowRow.CLOSING: lambda column: self._own({FlowRow.OPENING: 1, FlowRow.INCREASE: 1}, column),
        }

    def terms(self, line: Line, column: int) -> list[Term] | None:
        """Return what a row is the sum of; the first year of the sheet has no year before it to reckon from."""
        row = FlowRow(line.id)
        if column == 0:
            return None
        if row in FLOW_PARTS:
            return self._own(dict.fromkeys(FLOW_PARTS[row], 1), column)
        if row in self.derived:
            return self.derived[row](column)
        return [*self._changes(row, column), *self._less(row, column)]

    def _changes(self, row: FlowRow, column: int) -> Iterator[Term]:
        """Yield the balances of a row: what is there now and what was the year before."""
        chart = accounts()
        names = [one.id for one in self.balance.lines if one.kind == LineKind.ACCOUNT.value]
        for one in (chart[name] for name in names if flow_row(chart[name]) is row):
            sign = one.factor * (-1 if one.section in ASSETS else 1)
            for factor, at in ((sign, column), (-sign, column - 1)):
                yield factor, f"'{BALANCE}'!{self.balance.place(LineKind.ACCOUNT, one.id, at)}"

    def _less(self, row: FlowRow, column: int) -> list[Term]:
        """Return what of the changes of a row stands in another one already."""
        if row is FlowRow.INVESTMENT:
            return self._depreciation(-1, column)
        return self._profits({Profit.NET: -1}, column) if row is FlowRow.EQUITY else []

    def _profits(self, signs: Mapping[Profit, int], column: int) -> list[Term]:
        places = ((sign, self.profit.place(LineKind.RESULT, which.value, column)) for which, sign in signs.items())
        return [(sign, f"'{PROFIT}'!{place}") for sign, place in places if place]

    def _depreciation(self, sign: int, column: int) -> list[Term]:
        chart = accounts()
        names = [one.id for one in self.profit.lines if one.kind == LineKind.ACCOUNT.value]
        spent = [name for name in names if Trait.DEPRECIATION in chart[name].traits]
        return [(sign, f"'{PROFIT}'!{self.profit.place(LineKind.ACCOUNT, one, column)}") for one in spent]

    def _cash(self, sign: int, column: int) -> list[Term]:
        place = self.balance.place(LineKind.ACCOUNT, CASH, column)
        return [(sign, f"'{BALANCE}'!{place}")] if place else []

    def _own(self, signs: Mapping[FlowRow, int], column: int) -> list[Term]:
        return [(sign, self.place(one.kind, one.value, column)) for one, sign in signs.items()]


def _whole_flow(document: PlanDocument) -> list[Line]:
    """Return every row of the cash flow, with 0 in the years that have one where the document leaves the row out."""
    shown = {one.id: one for one in document.cash_flow}
    years = zip(*(one.amounts for one in document.cash_flow), strict=True)
    nothing = tuple(None if all(yen is None for yen in year) else 0 for year in years)
    return [shown.get(row.value, Line(row.value, row.label, row.kind.value, nothing)) for row in FlowRow]


def added(terms: Iterable[Term], *, constant: int = 0) -> str:
    """Return the formula of a sum: =B4+B5-B6, with a constant at its end where there is one."""
    written = "".join(f"{'+' if sign > 0 else '-'}{place}" for sign, place in terms)
    tail = f"{constant:+d}" if constant or not written else ""
    return f"={(written + tail).removeprefix('+')}"


def _guide(document: PlanDocument, lender: str, made_on: date) -> Table:
    rows: list[list[Cell]] = [
        ["事業者", document.enterprise.name],
        ["宛先", f"{lender} 御中"],
        ["案件", document.case_number],
        ["計画の版", document.edition + (" 承認前の案です。内容は変わることがあります。" if document.is_draft else "")],
        ["基準となる決算日", document.base_ends_on],
        ["作成日", made_on],
        ["支援機関", document.agency.name],
        ["単位", "円(金額はすべて1円単位)。△ではなくマイナスで表示します。"],
        [
            "計算式",
            "合計・利益・貸借差額・返済・資金繰の残高は計算式です。数値を変えると再計算します。"
            "計画年度の利益剰余金は当期純利益から、減価償却累計額は減価償却費から、借入金は返済計画から、現金及び預金は貸借が一致する額として計算します。"
            "キャッシュフロー計画は損益計画と貸借対照表から計算します。"
            "支払利息は損益計画に入力した額で、返済計画の利息(目安)とは連動しません。",
        ],
        ["控除", "「(控除)」とある科目は、区分の合計から差し引きます。"],
    ]
    return Table("はじめに", f"{document.title} 金融機関説明資料(計算用)", [("項目", 20), ("内容", 90)], rows)
