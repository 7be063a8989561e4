"""One description of a column, for the page that shows it and for the sheet that is exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

import django_tables2 as tables
from django.core.paginator import Paginator
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from vapup.documents.workbooks import Cell
from vapup.ui.lists import CappedData

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ListColumn(Generic[R]):
    """A column of a list.

    Attributes:
        html: what the page shows; the day is today's, for what is said relative to it.
        plain: what the export holds.
        width: of the export's column, in characters.
        order_by: what the list is ordered by, and what settles ties; empty for a column that cannot be.
        css: classes of the cell.
        is_usual: whether the column is shown without being asked for.
        beside: columns of the export alone, for what the page says in the same cell.
    """

    label: str
    html: Callable[[R, date], object]
    plain: Callable[[R], Cell]
    width: int
    order_by: tuple[str, ...] = ()
    css: str = ""
    is_usual: bool = False
    beside: tuple[ListColumn[R], ...] = ()


class ListTable(tables.Table):  # type: ignore[misc]
    """A list with the chosen columns alone; it draws its rows itself, as a template per cell would cost the page."""

    def __init__(self, data: CappedData, columns: Mapping[str, ListColumn[Any]], *, today: date) -> None:
        self.shown = columns
        self.today = today
        extra = [(name, _header(column)) for name, column in columns.items()]
        super().__init__(data, extra_columns=extra)

    def open_page(self, page: str, *, size: int) -> None:
        """Turn to a page; one that is not there is the first or the last."""
        self.paginator = Paginator(self.rows, size)
        self.page = self.paginator.get_page(page or 1)

    def body(self) -> SafeString:
        """Return the rows of the page."""
        first, *others = self.shown.values()
        cells = "".join(f'<td data-label="{escape(one.label)}" class="{one.css}">{{}}</td>' for one in others)
        line = f'<tr><th scope="row" class="{first.css}"><div>{{}}{{}}</div></th>{cells}</tr>'
        return format_html_join("\n", line, (self._cells(row.record) for row in self.paginated_rows))

    def _cells(self, record: Any) -> Iterator[object]:
        yield self.tick(record)
        yield from (column.html(record, self.today) for column in self.shown.values())

    def tick(self, _record: Any) -> object:
        """Return the box that chooses a row, if rows can be chosen."""
        return ""


def _header(column: ListColumn[Any]) -> tables.Column:
    attrs = {"th": {"class": "number"}} if column.css == "number" else {}
    order = {"order_by": column.order_by} if column.order_by else {"orderable": False}
    return tables.Column(verbose_name=column.label, attrs=attrs, **order)
