"""Spoilt files are answered in words: bytes flipped, rows cut, columns swapped, cells broken; never an exception."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imports.figures.books import sheet
from tests.imports.figures.layouts import EVERY, File
from tests.imports.figures.readers import DECIDED, TODAY, sheets_of
from vapup.imports.columns import Draft
from vapup.imports.enums import Verdict
from vapup.imports.figures.checking import checked
from vapup.imports.figures.examine import say_layout, say_line
from vapup.imports.figures.form import draft_of
from vapup.imports.figures.layout import Options
from vapup.imports.figures.lines import read
from vapup.imports.figures.mapping import Names
from vapup.imports.figures.reading import tables_of
from vapup.imports.importers import FILE
from vapup.shared.errors import DomainError

Rows = list[list[str]]
FILES: Final = [make() for make in EVERY.values()]
TEXTS: Final = [one for one in FILES if one.name.endswith(".csv")]
NASTY: Final = (
    *(
        "",
        " ",
        "-",
        "△",
        "(",
        ")",
        "()",
        "(5",
        "1,2,3",
        "1e9",
        "NaN",
        "∞",
        "9" * 40,
        "0x10",
        "12.345",
        "△△5",
        "￥",
        "円",
    ),
    *(
        "13月",
        "0月",
        "2025-13",
        "令和0年",
        "R99.12",
        "合計",
        "計",
        "うち",
        "【】",
        "売上高",
        "\u3000",
        "①",
        "=1+1",
        "1_000",
    ),
    *(
        "勘定科目",
        "残高",
        "累計",
        "単位:千円",
        "単位:百万円",
        "自 2025年4月",
        "至 1900年1月1日",
        "決算整理",
        "当期純利益",
    ),
)


def answered(file: File, content: bytes) -> str:
    """Take a file through the reader and the preview; return what is said, which is never nothing."""
    try:
        sheets = sheets_of(content) if file.name.endswith(".xlsx") else []
        tables = tables_of(file.name, content, sheets)
        reading = read(file.name, tables, Options(today=TODAY))
    except DomainError as refused:
        return refused.message
    found = checked(reading, Names(DECIDED), last_place=len(reading.layout.months) or None)
    head = Draft(None, FILE, 1, {})
    say_layout(head, found.layout)
    said = [message.text for message in head.messages]
    for line, taken in zip(reading.lines, found.taken, strict=True):
        draft = draft_of(line)
        say_line(draft, taken, found.layout)
        assert draft.messages
        assert draft.verdict in Verdict
        said += [message.text for message in draft.messages]
    return "\n".join(said)


def rows_of(file: File) -> tuple[Rows, str]:
    code = "cp932" if file.product not in {"freee"} else "utf-8-sig"
    text = file.content.decode(code)
    mark = "\t" if "\t" in text.split("\n", 3)[2] else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)), mark


def flip_bytes(file: File, luck: random.Random) -> bytes:
    content = bytearray(file.content)
    for _ in range(luck.randint(1, 40)):
        content[luck.randrange(len(content))] = luck.randrange(256)
    return bytes(content)


def cut(file: File, luck: random.Random) -> bytes:
    start = luck.randrange(len(file.content))
    return file.content[:start] + file.content[start + luck.randint(1, 4_000) :]


def drop_rows(rows: Rows, luck: random.Random) -> None:
    for _ in range(luck.randint(1, 30)):
        if rows:
            del rows[luck.randrange(len(rows))]


def shuffle_rows(rows: Rows, luck: random.Random) -> None:
    luck.shuffle(rows)


def swap_columns(rows: Rows, luck: random.Random) -> None:
    one, other = luck.randrange(8), luck.randrange(8)
    for row in rows:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]


def drop_column(rows: Rows, luck: random.Random) -> None:
    place = luck.randrange(8)
    for row in rows:
        if place < len(row):
            del row[place]


def break_cells(rows: Rows, luck: random.Random) -> None:
    for _ in range(luck.randint(1, 25)):
        row = luck.choice(rows)
        if row:
            row[luck.randrange(len(row))] = luck.choice(NASTY)


def cut_cells(rows: Rows, luck: random.Random) -> None:
    for row in rows:
        if luck.random() < 0.2:
            del row[luck.randrange(len(row) + 1) :]


def repeat_rows(rows: Rows, luck: random.Random) -> None:
    for _ in range(luck.randint(1, 20)):
        rows.insert(luck.randrange(len(rows) + 1), list(luck.choice(rows)))


ON_BYTES: Final[Sequence[Callable[[File, random.Random], bytes]]] = (flip_bytes, cut)
ON_ROWS: Final[Sequence[Callable[[Rows, random.Random], None]]] = (
    *(drop_rows, shuffle_rows, swap_columns, drop_column, break_cells, cut_cells, repeat_rows),
)


def spoilt(file: File, luck: random.Random) -> bytes:
    """Return a file after one to three mutations."""
    if not file.name.endswith(".csv") or luck.random() < 0.25:
        return luck.choice(ON_BYTES)(file, luck)
    rows, mark = rows_of(file)
    for _ in range(luck.randint(1, 3)):
        if rows:  # one mutation may have dropped them all
            luck.choice(ON_ROWS)(rows, luck)
    return sheet(rows, code="utf-8", mark=mark)


def check(seed: int) -> None:
    luck = random.Random(seed)
    file = luck.choice(FILES)
    said = answered(file, spoilt(file, luck))
    assert said
    assert any("ぁ" <= character <= "ん" for character in said), said


def test_every_sound_file_is_answered_without_a_fault() -> None:
    for file in FILES:
        said = answered(file, file.content)
        assert "として読みました" in said, file.name
        assert "読めません" not in said, file.name


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_spoilt_file_is_always_answered(seed: int) -> None:
    check(seed)


@pytest.mark.nightly
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_thousand_spoilt_files_are_always_answered(seed: int) -> None:
    check(seed)
