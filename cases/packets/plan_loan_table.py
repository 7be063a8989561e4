"""The repayment plan as a sheet that reckons: balances, interest, sums of the lenders and of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from xlsxwriter.utility import xl_col_to_name

from cases.packets.plan_document import LoanLine, LoanYear, PlanDocument
from vapup.documents.workbooks import FIRST_ROW, Cell, Formula, Rate, Table

NAME: Final = "返済計画"
HEADS: Final = (
    ("宛先", 6),
    ("金融機関", 28),
    ("種類", 26),
    ("保証・期間", 16),
    ("金利", 9),
    ("基準期末残高", 17),
    ("シェア", 10),
)
RATE, BALANCE, SHARE = 4, 5, 6
OF_YEAR: Final = (("新規借入", 15), ("返済", 15), ("期末残高", 17), ("利息(目安)", 15))
BORROWED, REPAID, CLOSING = range(3)


class LoanTable:
    """The sheet: the loans lender by lender, each lender's sum, and the sum of all.

    Attributes:
        own: the places of the loans that are marked.
    """

    def __init__(self, document: PlanDocument, own: frozenset[int]) -> None:
        self.document, self.own = document, own
        self.loan_rows: dict[int, int] = {}
        self.sum_rows: dict[int, int] = {}
        row = FIRST_ROW
        for lender in document.lenders:
            for at, loan in enumerate(document.loans):
                if loan.lender_id == lender.lender_id:
                    self.loan_rows[at] = row
                    row += 1
            self.sum_rows[lender.lender_id] = row
            row += 1
        self.total_row = row

    def closing(self, year: int, *, is_short_term: bool) -> tuple[list[str], int]:
        """Return the places of the closing balances of loans in a year, and what they come to, in yen."""
        wanted = [at for at, one in enumerate(self.document.loans) if one.is_short_term == is_short_term]
        column = xl_col_to_name(self._column(year, CLOSING))
        places = [f"'{NAME}'!{column}{self.loan_rows[at]}" for at in wanted]
        return places, sum(self.document.loans[at].years[year - 1].closing_yen for at in wanted)

    def table(self) -> Table:
        """Return the sheet."""
        heads = [(f"{one.period}\n{head}", width) for one in self.document.planned for head, width in OF_YEAR]
        rows: dict[int, list[Cell]] = {row: self._loan(at, row) for at, row in self.loan_rows.items()}
        for lender in self.document.lenders:
            own = [row for at, row in self.loan_rows.items() if self.document.loans[at].lender_id == lender.lender_id]
            first: list[Cell] = [None, lender.name, "小計", None, None]
            rows[self.sum_rows[lender.lender_id]] = first + self._sums(
                own, self.sum_rows[lender.lender_id], lender.balance_yen, lender.years
            )
        first = [None, "合計", None, None, None]
        total = self._sums(
            list(self.sum_rows.values()), self.total_row, self.document.owed_yen, self.document.loan_totals
        )
        rows[self.total_row] = first + total
        sums = frozenset(row - FIRST_ROW for row in (*self.sum_rows.values(), self.total_row))
        in_order = [rows[row] for row in sorted(rows)]
        return Table(NAME, f"{NAME}(単位: 円。★は宛先の金融機関)", [*HEADS, *heads], in_order, sums, fixed=3)

    def _loan(self, at: int, row: int) -> list[Cell]:
        loan = self.document.loans[at]
        facts = "、".join(
            word for word, is_so in (("保証協会付", loan.is_guaranteed), ("短期", loan.is_short_term)) if is_so
        )
        first: list[Cell] = ["★" if at in self.own else None, loan.lender, loan.name, facts, Rate(loan.rate)]
        return [*first, loan.balance_yen, self._share(row, loan.balance_yen), *self._years(loan, row)]

    def _years(self, loan: LoanLine, row: int) -> Iterator[Cell]:
        for one in loan.years:
            before = BALANCE if one.year == 1 else self._column(one.year - 1, CLOSING)
            columns = (before, *(self._column(one.year, part) for part in (BORROWED, REPAID, CLOSING)))
            opening, borrowed, repaid, closing = (f"{xl_col_to_name(column)}{row}" for column in columns)
            rate = f"{xl_col_to_name(RATE)}{row}"
            yield one.borrowed_yen
            yield one.repaid_yen
            yield Formula(f"={opening}+{borrowed}-{repaid}", one.closing_yen)
            # Half of both balances, in hundredths of a percent, fractions of a yen dropped: whole numbers are exact.
            yield Formula(f"=INT(({opening}+{closing})*ROUND({rate}*10000,0)/20000)", one.interest_yen)

    def _sums(self, rows: Sequence[int], row: int, balance_yen: int, years: Sequence[LoanYear]) -> list[Cell]:
        values = [one for year in years for one in _amounts(year)]
        columns = range(SHARE + 1, SHARE + 1 + len(values))
        found: list[Cell] = [Formula(_sum(BALANCE, rows), balance_yen), self._share(row, balance_yen)]
        found.extend(Formula(_sum(column, rows), yen) for column, yen in zip(columns, values, strict=True))
        return found

    def _share(self, row: int, yen: int) -> Cell:
        owed = self.document.owed_yen
        if not owed:
            return None
        column = xl_col_to_name(BALANCE)
        return Formula(f"={column}{row}/{column}${self.total_row}", yen / owed, is_rate=True)

    def _column(self, year: int, part: int) -> int:
        return SHARE + 1 + (year - 1) * len(OF_YEAR) + part


def _amounts(year: LoanYear) -> tuple[int, ...]:
    return year.borrowed_yen, year.repaid_yen, year.closing_yen, year.interest_yen


def _sum(column: int, rows: Sequence[int]) -> str:
    return f"={'+'.join(f'{xl_col_to_name(column)}{row}' for row in rows)}"
