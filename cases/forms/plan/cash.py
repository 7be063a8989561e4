"""The sheet of the cash table: settings, and one control for each item and month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from cases.enums import CashItem
from cases.forms.plan.cash_paste import read_paste
from cases.forms.plan.rows import retype
from cases.models.plans import CASH_MONTHS
from cases.rules.cash_table import CashLine, direction, months_from
from cases.rules.statements import LineKind
from cases.selectors.plan.cash import CashKey, CashSheet
from cases.services.plan.cash import CashInput
from vapup.shared.dates import UnreadableDate, parse_japanese_date
from vapup.shared.money import format_yen
from vapup.ui.fields import FIRST_DAY, LAST_DAY, CountField, FigureField, YenField
from vapup.ui.forms import VersionedForm
from vapup.ui.text import ParagraphField, shorten

UNITS: Final = (("1", "円"), ("1000", "千円"))
_DAY_ONE: Final = ("-01", "/1", ".1", "1日")


class MonthField(FigureField):
    """A month, typed as 2026-04, 2026/4, R8.4 or 令和8年4月; the value is its first day."""

    inputmode = "text"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "例: 2026-04、R8.4")
        super().__init__(**kwargs)

    def read(self, text: str) -> date:
        """Read the month and refuse one outside the schemes' time."""
        for ending in _DAY_ONE:
            try:
                day = parse_japanese_date(text + ending)
            except UnreadableDate:
                continue
            if FIRST_DAY <= day <= LAST_DAY:
                return day
        raise ValidationError(
            f"「{shorten(text)}」は月として読めません。2026-04 や R8.4 のように入力してください。", code="invalid"
        )

    def prepare_value(self, value: Any) -> Any:
        """Show a month as 2026-04, and what was typed as it was typed."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the grid: a control, or an amount in yen where `control` is None."""

    control: BoundField | None
    yen: int


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the grid: an item, or a sum."""

    line: CashLine
    cells: tuple[GridCell, ...]

    @property
    def is_sum(self) -> bool:
        """Tell whether nobody types it."""
        return self.line.kind is not LineKind.ACCOUNT

    @property
    def is_balance(self) -> bool:
        """Tell whether it is what is carried forward."""
        return self.line.kind is LineKind.RESULT

    @property
    def is_paid(self) -> bool:
        """Tell whether it takes money out."""
        return self.line.kind is LineKind.ACCOUNT and direction(CashItem(self.line.id)) < 0


class CashForm(VersionedForm):
    """The cash table as a form; planned or actual amounts."""

    starts_on = MonthField(label="最初の月")
    months = CountField(label="月数", smallest=CASH_MONTHS[0], largest=CASH_MONTHS[1], unit="か月")
    opening_yen = YenField(label="最初の月の前月繰越")
    shown = forms.CharField(label="表示した月", widget=forms.HiddenInput, required=False)
    unit = forms.ChoiceField(label="貼り付ける金額の単位", choices=UNITS, initial="1", required=False)
    pasted = ParagraphField(
        label="Excelから貼り付け",
        required=False,
        rows=4,
        help_text=(
            "左端の列を項目名、1行目を月(2025年4月、4月、4 など)にすると、その項目と月に入ります。"
            "合計の行は読み飛ばします。"
        ),
    )

    def __init__(self, data: Any = None, *, stored: CashSheet, is_actual: bool) -> None:
        starts_on, months = stored.starts_on, stored.plan.cash_months
        first = {"version": stored.stamp, "starts_on": starts_on, "months": months, "opening_yen": stored.opening_yen}
        super().__init__(data, initial=first)
        self.stored, self.is_actual = stored, is_actual
        self.shown_months = _months_of(str((data or {}).get("shown", ""))) or stored.months
        self.initial["shown"] = f"{self.shown_months[0]:%Y-%m}:{len(self.shown_months)}"
        amounts = stored.amounts(is_actual=is_actual)
        for key in self.keys:
            name, figure = name_of(key), amounts.get(key)
            self.fields[name] = _cell(key)
            if figure is not None:
                self.initial[name] = figure.yen

    @property
    def keys(self) -> Iterable[CashKey]:
        """Return the month and item of every cell."""
        return ((month, item) for item in CashItem for month in self.shown_months)

    def sheet(self) -> CashInput:
        """Return what was entered, as the service takes it."""
        values = self.cleaned_data
        return CashInput(
            starts_on=values["starts_on"],
            months=values["months"],
            opening_yen=values["opening_yen"],
            is_actual=self.is_actual,
            amounts={key: values[name_of(key)] for key in self.keys},
        )

    def lines(self) -> list[GridLine]:
        """Return the table with controls for what is typed; sums are those of what is stored."""
        return [self._line(one) for one in self.stored.table.lines()]

    def _line(self, line: CashLine) -> GridLine:
        is_item = line.kind is LineKind.ACCOUNT
        cells = (
            GridCell(self[name_of((month, CashItem(line.id)))] if is_item else None, line.amounts.get(month, 0))
            for month in self.shown_months
        )
        return GridLine(line, tuple(cells))

    def take_paste(self) -> tuple[str, ...]:
        """Fill in what was pasted; nothing is saved. Return the names of rows that were left out.

        Raises:
            UnreadablePaste: what was pasted is no part of the table.
        """
        factor = int(str(self.data.get("unit") or "1")) if self.data.get("unit") in dict(UNITS) else 1
        found = read_paste(str(self.data.get("pasted", "")), self.shown_months, factor=factor)
        retype(self, {name_of(key): text for key, text in found.cells.items()} | {"pasted": ""})
        return found.ignored

    def propose(self, amounts: Mapping[CashKey, int]) -> None:
        """Fill in proposed amounts in place of those typed; nothing is saved."""
        typed = {name_of(key): format_yen(amounts[key]) if key in amounts else "" for key in self.keys}
        retype(self, typed)


def name_of(key: CashKey) -> str:
    """Return the name of the control of a cell: 2026-04-collected."""
    month, item = key
    return f"{month:%Y-%m}-{item.value}"


def _cell(key: CashKey) -> YenField:
    month, item = key
    field = YenField(label=f"{month:%Y-%m} {item.label}", required=False, unit="")
    field.widget.attrs["aria-label"] = field.label
    return field


def _months_of(shown: str) -> tuple[date, ...]:
    """Return the months that a form was shown with; nothing where that cannot be read."""
    first, _, count = shown.partition(":")
    year, _, month = first.partition("-")
    parts = (year, month, count)
    if not all(one.isascii() and one.isdigit() and len(one) <= len("2026") for one in parts):
        return ()
    is_sound = FIRST_DAY.year <= int(year) <= LAST_DAY.year and 1 <= int(month) <= 12
    if not is_sound or not CASH_MONTHS[0] <= int(count) <= CASH_MONTHS[1]:
        return ()
    return months_from(date(int(year), int(month), 1), int(count))
