"""The template of an import: empty sheets with lists to choose from, and a guide that explains every column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from vapup.documents.workbooks import Cell, EntryColumn, EntrySheet, Table, entry_workbook
from vapup.imports.columns import Column, Reads, SheetForm
from vapup.imports.sheets import GUIDE

LOOKS: Final = {Reads.YEN: "number", Reads.NUMBER: "number", Reads.DAY: "day", Reads.HOURS: "hours"}
HEADS: Final = (("シート", 16), ("列", 26), ("必須", 8), ("書き方", 22), ("説明", 60), ("選べる値", 60), ("記入例", 26))
HINTS: Final = {
    Reads.DAY: "2026-04-01、2026/4/1、令和8年4月1日、R8.4.1 のどれでも読めます。",
    Reads.YEN: "円単位の整数。千円単位や小数、数式は読めません。",
    Reads.CORPORATE_NUMBER: "ハイフンや先頭のTは付いたままでかまいません。",
}


def template_of(forms: Sequence[SheetForm], *, title: str, made_on: date) -> bytes:
    """Return the workbook that people fill in for an import with these sheets."""
    sheets = [EntrySheet(form.name, [_column(column) for column in form.columns]) for form in forms]
    rows = [row for form in forms for row in _rows(form)]
    guide = Table(GUIDE, f"{title} — 各シートの2行目から入力します。見出しの行は変えないでください。", HEADS, rows)
    return entry_workbook(sheets, [guide], title=title, made_on=made_on)


def _column(column: Column) -> EntryColumn:
    return EntryColumn(
        head=column.label,
        width=max(column.width, len(column.label) * 2),
        look=LOOKS.get(column.reads, "text"),
        choices=[label for _, label in column.choices] or (["はい", "いいえ"] if column.reads is Reads.FLAG else ()),
        hint=_hint(column),
        is_needed=column.required,
    )


def _hint(column: Column) -> str:
    return f"{column.help}{HINTS.get(column.reads, '')}"


def _rows(form: SheetForm) -> list[list[Cell]]:
    about: list[Cell] = [form.name, "", "", "", form.purpose, "", ""]
    return [about, *([form.name, *_row(column)] for column in form.columns)]


def _row(column: Column) -> list[Cell]:
    labels = "・".join(label for _, label in column.choices)
    needed = "必須" if column.required else ""
    return [column.label, needed, column.reads.value, _hint(column), labels, column.example]
