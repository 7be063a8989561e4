"""What every long list shares: its address in one spelling, the chips of its filters, and counting up to a cap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_tables2.data import TableQuerysetData

# Nobody pages further than this, and counting on would read every row of a large office for each page.
MOST_COUNTED: Final = 10_000
EVERYTHING: Final = "all"
WEEK, MONTH, YEAR = 7, 30, 365
# What reads the columns of the rows with these ids.
Shown = Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]]


class CappedData(TableQuerysetData):  # type: ignore[misc]
    """The rows of a table, counted up to `MOST_COUNTED` and paged no further."""

    def __init__(self, rows: QuerySet[Any, Any], shown: Shown) -> None:
        """Take the rows to choose from, and what reads the columns of those that are on the page.

        Columns are read for one page alone: the database would work them out for every row that a page skips.
        """
        super().__init__(rows)
        self.shown = shown

    def __getitem__(self, key: slice) -> QuerySet[Any, Any]:
        return self.shown(self.data.values("pk")[key]).order_by(*self.data.query.order_by)

    def everything(self) -> QuerySet[Any, Any]:
        """Return all rows with their columns, up to the cap."""
        return self[:MOST_COUNTED]

    @property
    def bare(self) -> QuerySet[Any, Any]:
        """Return the rows that are counted: one more than the cap, without columns and in no order."""
        bare: QuerySet[Any, Any] = self.data.order_by().values("pk")
        return bare[: MOST_COUNTED + 1]

    @cached_property
    def counted(self) -> int:
        """Return how many rows there are, or one more than the cap."""
        return self.bare.count()

    def __len__(self) -> int:
        return min(self.counted, MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more rows than were counted."""
        return self.counted > MOST_COUNTED

    @property
    def said(self) -> str:
        """Return the number of rows as a page says it: 「1,234件」, 「10,000件以上」."""
        return f"{len(self):,}件{'以上' if self.is_capped else ''}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that can be shown, and whether it is."""

    name: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address that leaves it out."""

    label: str
    url: str


class ListAddress:
    """What the address of a list says: filters, columns, order, the saved view it came from, and the page."""

    def __init__(self, data: QueryDict, *, filters: Collection[str], columns: Mapping[str, bool]) -> None:
        """Read `data`, leaving out what means nothing.

        Args:
            columns: each column that can be shown, and whether it is without being asked for; the first always is.
        """
        first = next(iter(columns))
        asked = {first, *data.getlist("column")}
        usual = tuple(name for name, is_usual in columns.items() if is_usual)
        chosen = tuple(name for name in columns if name in asked)
        self.columns = chosen if "column" in data else usual
        self._own_columns = self.columns if self.columns != usual else ()
        self._filters = {name: data[name] for name in filters if data.get(name, "").strip()}
        sort = data.get("sort", "")
        self.sort = sort if sort.removeprefix("-") in self.columns else ""
        view, page = data.get("view", ""), data.get("page", "")
        self.view_id = int(view) if _is_number(view) else None
        self.page = page if _is_number(page) and page != "1" else ""

    @property
    def is_filtered(self) -> bool:
        """Tell whether any filter is in force."""
        return bool(self._filters)

    def conditions(self, *, without: str = "") -> str:
        """Return what a saved view keeps: filters, columns and order, without the filter `without`."""
        pairs = [(name, value) for name, value in self._filters.items() if name != without]
        pairs += [("column", name) for name in self._own_columns]
        return urlencode([*pairs, *([("sort", self.sort)] if self.sort else [])])

    def query(self, *, without: str = "", is_paged: bool = False) -> str:
        """Return the whole query; never empty, as the bare address opens with the view that a member chose."""
        view = urlencode({"view": self.view_id}) if self.view_id is not None else ""
        page = urlencode({"page": self.page}) if is_paged and self.page else ""
        pieces = [piece for piece in (self.conditions(without=without), view, page) if piece]
        return "&".join(pieces) or urlencode({"view": EVERYTHING})

    def chips(self, form: forms.Form) -> list[Chip]:
        """Return the filters in force as `form` understood them, each with the address that leaves it out."""
        form.is_valid()
        found = [(name, form.cleaned_data.get(name)) for name in self._filters]
        return [
            Chip(_words(form.fields[name], value), f"?{self.query(without=name)}") for name, value in found if value
        ]


def days_ago(day: date, *, today: date) -> str:
    """Return how long ago a day was: 「今日」, 「昨日」, 「3日前」, 「2週間前」, 「4か月前」, 「1年前」."""
    days = (today - day).days
    if days <= 1:
        return "昨日" if days == 1 else "今日"
    for length, name in ((YEAR, "年前"), (MONTH, "か月前"), (WEEK, "週間前")):
        if days >= length:
            return f"{days // length}{name}"
    return f"{days}日前"


def _words(field: forms.Field, value: Any) -> str:
    labels = {str(code): label for code, label in field.widget.choices} if isinstance(field, forms.ChoiceField) else {}
    return f"{field.label}: {labels.get(str(value), value)}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
