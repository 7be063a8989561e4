"""A sheet of rows as one form: it works without JavaScript, and is saved in one step.

A row that is empty and new counts for nothing; a stored row goes only where its box 削除 is ticked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from cases.services.plan.rows import RowInput
from vapup.ui.forms import VersionedForm

MOST_ROWS: Final = 200
UP, DOWN, SAVE, ADD = "up", "down", "save", "add"


@dataclass(frozen=True, slots=True)
class RowKind:
    """What the rows of one table consist of.

    Attributes:
        fields: by the name of the column, each made anew for each row.
        needs: what a row must have unless it counts for nothing.
        telling: a new row in which all of these are empty counts for nothing.
    """

    prefix: str
    title: str
    fields: Mapping[str, Callable[[], forms.Field]]
    needs: tuple[str, ...]
    telling: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as the page shows it; `pk` is 0 for a new one."""

    kind: RowKind
    index: int
    pk: int
    cells: Mapping[str, BoundField]

    @property
    def number(self) -> int:
        """Return the place of the row, from 1."""
        return self.index + 1

    @property
    def is_begun(self) -> bool:
        """Tell whether the row carries anything that makes a new one count: as typed, or as drafted for the user."""
        return any(not _is_blank(self.cells[name].value()) for name in self.kind.telling)

    @property
    def errors(self) -> list[str]:
        """Return what is wrong with the row."""
        return [str(error) for cell in self.cells.values() for error in cell.errors]

    @property
    def id_cell(self) -> BoundField:
        """Return the hidden field that says which row it is."""
        return self.cells["id"]


def _is_blank(value: Any) -> bool:
    """Tell whether a control was left alone; an amount of 0 was typed, although 0 == False."""
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def retype(form: forms.Form, typed: Mapping[str, str]) -> None:
    """Let a form carry `typed` from now on, as if the user had typed it."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name, text in typed.items():
        data[name] = text
    form.data = data


class RowsForm(VersionedForm):
    """The sheet of a part of a plan. Subclasses say with `kinds` which tables it has."""

    def __init__(
        self,
        data: Any = None,
        *,
        kinds: Sequence[RowKind],
        stored: Mapping[str, Sequence[Mapping[str, Any]]],
        version: int,
        blank: int = 3,
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.kinds, self.act = {kind.prefix: kind for kind in kinds}, str((data or {}).get("act", SAVE))
        self.counts: dict[str, int] = {}
        for kind in kinds:
            rows = stored[kind.prefix]
            self.counts[kind.prefix] = count = self._count(kind, min(len(rows) + blank, MOST_ROWS))
            hidden = forms.IntegerField(label="行数", widget=forms.HiddenInput, required=False)
            self.fields[f"{kind.prefix}-count"] = hidden
            self.initial[f"{kind.prefix}-count"] = count
            for index in range(count):
                self._add_row(kind, index, rows[index] if index < len(rows) else {})

    def _count(self, kind: RowKind, shown: int) -> int:
        """Return how many rows were shown to the user: what was sent says so."""
        written = str(self.data.get(f"{kind.prefix}-count", "")) if self.is_bound else ""
        is_count = written.isascii() and written.isdigit() and len(written) <= len(str(MOST_ROWS))
        return min(int(written), MOST_ROWS) if is_count else shown

    def _add_row(self, kind: RowKind, index: int, values: Mapping[str, Any]) -> None:
        first = f"{kind.prefix}-{index}"
        self.fields[f"{first}-id"] = forms.IntegerField(label="行", widget=forms.HiddenInput, required=False)
        for name, make in kind.fields.items():
            field = make()
            field.required, field.label = False, f"{kind.title}{index + 1} {field.label}"
            field.widget.attrs |= {"aria-label": field.label}
            field.error_messages["invalid_choice"] = f"「{field.label}」を一覧から選び直してください。"
            self.fields[f"{first}-{name}"] = field
        gone = forms.BooleanField(label=f"{kind.title}{index + 1} 削除", required=False)
        gone.widget.attrs |= {"aria-label": gone.label}
        self.fields[f"{first}-gone"] = gone
        self.initial.update({f"{first}-{name}": value for name, value in values.items()})

    def rows(self, prefix: str) -> list[SheetRow]:
        """Return the rows of a table, with their controls."""
        kind = self.kinds[prefix]
        return [
            SheetRow(kind, index, self._pk(prefix, index), self._cells(kind, index))
            for index in range(self.counts[prefix])
        ]

    def _cells(self, kind: RowKind, index: int) -> dict[str, BoundField]:
        return {name: self[f"{kind.prefix}-{index}-{name}"] for name in ("id", *kind.fields, "gone")}

    def _pk(self, prefix: str, index: int) -> int:
        written = str(self[f"{prefix}-{index}-id"].value() or "")
        return int(written) if written.isascii() and written.isdigit() else 0

    def clean(self) -> dict[str, Any]:
        """Ask for what a row that counts must have."""
        cleaned = super().clean() or self.cleaned_data
        for kind in self.kinds.values():
            for index in range(self.counts[kind.prefix]):
                self._check_row(kind, index)
        return cleaned

    def _check_row(self, kind: RowKind, index: int) -> None:
        first = f"{kind.prefix}-{index}"
        if self.cleaned_data.get(f"{first}-gone") or not self._counts(kind, index):
            return
        for name in kind.needs:
            full = f"{first}-{name}"
            if full not in self.errors and self.cleaned_data.get(full) in (None, ""):
                self.add_error(full, f"「{self.fields[full].label}」を入力してください。")

    def _counts(self, kind: RowKind, index: int) -> bool:
        first = f"{kind.prefix}-{index}"
        if self.cleaned_data.get(f"{first}-id"):
            return True
        return any(
            f"{first}-{name}" in self.errors or not _is_blank(self.cleaned_data.get(f"{first}-{name}"))
            for name in kind.telling
        )

    def inputs(self, prefix: str) -> list[RowInput]:
        """Return the rows that count, in the order in which the user wants them."""
        kind = self.kinds[prefix]
        order = [index for index in self._order(prefix) if self._counts(kind, index)]
        return [self._input(kind, index) for index in order]

    def _input(self, kind: RowKind, index: int) -> RowInput:
        first = f"{kind.prefix}-{index}"
        values = {name: self.cleaned_data[f"{first}-{name}"] for name in kind.fields}
        return RowInput(self.cleaned_data[f"{first}-id"], values, bool(self.cleaned_data[f"{first}-gone"]))

    def _order(self, prefix: str) -> Iterator[int]:
        """Yield the places of the rows; the one whose ↑ or ↓ was pressed has changed its place with its neighbour."""
        order = list(range(self.counts[prefix]))
        act, _, rest = self.act.partition(":")
        where, _, written = rest.partition(":")
        if act in {UP, DOWN} and where == prefix and written.isascii() and written.isdigit():
            index = min(int(written[:4]), len(order))
            other = index - 1 if act == UP else index + 1
            if 0 <= other < len(order) and index < len(order):
                order[index], order[other] = order[other], order[index]
        return iter(order)
