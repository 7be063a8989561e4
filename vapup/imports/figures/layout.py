"""How the tables of a file are laid out: which columns of amounts, of which months, in which unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final, Self

from vapup.imports.figures.heads import CUMULATIVE, Heads, Part, heads_of
from vapup.imports.figures.months import Span, begins_year, between, dated, span_of
from vapup.imports.figures.products import AUTO, recognised
from vapup.imports.figures.reading import Table
from vapup.shared.errors import DomainError

PROBED_ROWS: Final = 80
MOST_MONTHS: Final = 36
UNITS: Final = ((re.compile(r"百万円"), 1_000_000), (re.compile(r"千円"), 1_000), (re.compile(r"円"), 1))
_SAYS_UNIT: Final = re.compile(r"単位")
_BARE_UNIT: Final = re.compile(r"[\s(（\[【]*(百万円|千円|円)[\s)）\]】]*")
# The columns of amounts of a table with one period, in this order.
BALANCES: Final = (
    *(Part.OPENING, Part.DEBIT, Part.CREDIT, Part.CLOSING, Part.DEBIT_BALANCE, Part.CREDIT_BALANCE, Part.BOOKED),
)
ETAX: Final = "etax"
PERIOD, CUMULATED, ASKED = "period", "cumulative", "auto"


class UnreadableFigures(DomainError):
    """The file is not what this import can read; the sentence says what is missing and where it was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was chosen for a file; None and "auto" where the file is to tell.

    Attributes:
        first, last: the months that the file is about, by their first days; where only the year is chosen, all of it.
        basis: "period" or "cumulative": what the balances of the profit and loss statement are.
        end_month: the last month of the enterprise's fiscal year.
        today: months that begin after it are left out.
    """

    product: str = AUTO
    first: date | None = None
    last: date | None = None
    basis: str = ASKED
    end_month: int = 3
    today: date = date(2099, 12, 31)


@dataclass(slots=True, kw_only=True)
class Layout:
    """What was found out about the tables of a file.

    Attributes:
        months: of the month columns, by their first days; empty for a table with one period.
        columns: what the amounts of a line are, one by one: months as 2025-04, then adjustment and total, or parts.
        span: of a table with one period.
        unit: how many yen the file counts as one.
        end_month: the last month of the enterprise's fiscal year, 1 to 12; amounts that run on begin anew after it.
        notes: what the reader of the preview has to know; faults: what keeps the file from being taken.
    """

    product: str
    columns: list[str]
    months: list[date] = field(default_factory=list)
    span: Span | None = None
    unit: int = 1
    opens_the_year: bool = False
    is_cumulative: bool = False
    has_basis: bool = True
    end_month: int = 3
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_by_month(self) -> bool:
        """Tell whether there is a column for each month."""
        return bool(self.months)

    def stored(self) -> dict[str, Any]:
        """Return it as plain values."""
        span = self.span
        return {
            **asdict(self),
            "months": [month.isoformat() for month in self.months],
            "span": span and [span.first and span.first.isoformat(), span.last.isoformat()],
        }

    @classmethod
    def restored(cls, values: Mapping[str, Any]) -> Self:
        """Return one from the plain values of `stored`."""
        span = values["span"]
        first = date.fromisoformat(span[0]) if span and span[0] else None
        return cls(
            **{
                **values,
                "months": [date.fromisoformat(month) for month in values["months"]],
                "span": Span(first, date.fromisoformat(span[1])) if span else None,
            }
        )


def layout_of(filename: str, tables: Sequence[Table], options: Options) -> tuple[Layout, list[tuple[Table, Heads]]]:
    """Return how a file is laid out, and the tables in it that hold figures, each with its first row of heads.

    Raises:
        UnreadableFigures: no table has heads that can be read, or too many months.
    """
    product = recognised(filename, tables).id if options.product in {AUTO, ""} else options.product
    look = first_heads if product != ETAX else _heads_or_guess
    found = [(table, heads) for table in tables if (heads := look(table)) is not None]
    if not found:
        raise UnreadableFigures(_no_heads(tables))
    by_month = [pair for pair in found if pair[1].is_by_month]
    found = by_month or found
    lead = found[0][1]
    titles = [" ".join(row) for table, heads in found for row in _above(table, heads)]
    unit = unit_of([*titles, *(" ".join(table.rows[heads.row]) for table, heads in found if heads.row >= 0)])
    layout = Layout(product=product, columns=[], unit=unit, end_month=options.end_month)
    told = span_of([*titles, filename])
    if lead.is_by_month:
        found = _alike(layout, found)
        _by_month(layout, lead, told, options)
    else:
        _by_period(layout, lead, told, options, " ".join(titles))
    parts = [Part.ADJUSTMENT, Part.TOTAL] if lead.is_by_month else BALANCES
    layout.columns += [part.value for part in parts if any(part in heads.parts for _, heads in found)]
    return layout, found


def _above(table: Table, heads: Heads) -> Sequence[Sequence[str]]:
    return table.rows[: heads.row if heads.row >= 0 else PROBED_ROWS]


def first_heads(table: Table) -> Heads | None:
    """Return the first row of heads among the first rows of a table."""
    rows = enumerate(table.rows[:PROBED_ROWS])
    return next((heads for number, row in rows if (heads := heads_of(row, number)) is not None), None)


def unit_of(lines: Iterable[str]) -> int:
    """Return how many yen a file counts as one, as a line such as 単位:千円 says; 1 where none says so."""
    for line in lines:
        if _SAYS_UNIT.search(line) or any(_BARE_UNIT.fullmatch(cell) for cell in line.split("  ")):
            return next((unit for word, unit in UNITS if word.search(line)), 1)
    return 1


def _alike(layout: Layout, found: Sequence[tuple[Table, Heads]]) -> list[tuple[Table, Heads]]:
    """Return the tables with the same months as the first; the others are told."""
    lead = found[0][1]
    months = [month for _, month in lead.months]
    alike = [(table, heads) for table, heads in found if [month for _, month in heads.months] == months]
    for table, heads in found:
        if [month for _, month in heads.months] != months:
            layout.faults.append(
                f"シート「{table.name}」の月の列が、シート「{found[0][0].name}」と違います。分けてください。"
            )
    return alike


def _by_month(layout: Layout, heads: Heads, told: Span | None, options: Options) -> None:
    if len(heads.months) > MOST_MONTHS:
        raise UnreadableFigures(
            f"月の列が{len(heads.months)}列あります。{MOST_MONTHS}か月までのファイルにしてください。"
        )
    last = options.last or (told.last if told else None)
    months = dated([month for _, month in heads.months], last)
    if months is None:
        names = "、".join(f"{month}月" for _, (_, month) in heads.months[:3])
        layout.faults.append(
            f"月の列({names}…)が何年の月か、ファイルから分かりません。「対象の最後の月」を入力して読み直してください。"
        )
        months = []
    layout.months = months
    layout.columns = [f"{month:%Y-%m}" for month in months]
    layout.is_cumulative = options.basis == CUMULATED


def _by_period(layout: Layout, heads: Heads, told: Span | None, options: Options, titles: str) -> None:
    layout.opens_the_year = heads.opens_the_year
    span = Span(options.first or options.last, options.last) if options.last is not None else told
    layout.span = span
    if span is None:
        layout.faults.append(
            "いつの試算表か、ファイルから分かりません。「対象の最後の月」(決算書なら「最初の月」も)を入力して読み直してください。"
        )
        return
    closing = heads.words.get(Part.CLOSING, "")
    says_so = bool(CUMULATIVE.search(closing) or CUMULATIVE.search(titles))
    tells_booked = bool({Part.BOOKED, Part.OPENING, Part.DEBIT} & set(heads.parts))
    layout.is_cumulative = options.basis == CUMULATED or (options.basis == ASKED and says_so and not tells_booked)
    is_year = span.first is not None and len(between(span.first, span.last)) > 1
    layout.has_basis = options.basis != ASKED or tells_booked or says_so or is_year
    if layout.opens_the_year and Part.BOOKED not in heads.parts and options.basis == ASKED:
        # In the first month of a fiscal year both readings come to the same.
        layout.has_basis = is_year or begins_year(span.last, options.end_month)


def _no_heads(tables: Sequence[Table]) -> str:
    shown = next((row for table in tables for row in table.rows if any(cell.strip() for cell in row)), ())
    first = "、".join(f"「{cell[:20]}」" for cell in shown[:4] if cell.strip()) or "空"
    return (
        f"見出しの行が見つかりません(先頭の{PROBED_ROWS}行を調べました。最初の行は{first})。"
        "「勘定科目」と「残高」、または「勘定科目」と「4月」「5月」…の見出しがある試算表・推移表を書き出してください。"
    )


def _heads_or_guess(table: Table) -> Heads | None:
    return first_heads(table) or headless(table)


def headless(table: Table) -> Heads | None:
    """Return the columns of a table without heads, as e-Tax has it: by what most of its rows hold."""
    width = max((len(row) for row in table.rows[:PROBED_ROWS]), default=0)
    rows = [row for row in table.rows[:PROBED_ROWS] if len(row) == width]
    texts = [sum(bool(re.search(r"[ぁ-んァ-ヶ一-龠]", row[place])) for row in rows) for place in range(width)]
    amounts = [sum(bool(re.fullmatch(r"-?[0-9]{3,15}", row[place].strip())) for row in rows) for place in range(width)]
    if not texts or not max(texts) or not max(amounts):
        return None
    name = texts.index(max(texts))
    amount = max(
        (place for place in range(width) if place != name), key=lambda place: (amounts[place], place), default=-1
    )
    if amount < 0 or not amounts[amount]:
        return None
    return Heads(-1, {Part.NAME: name, Part.CLOSING: amount}, (), {Part.CLOSING: "金額"})
