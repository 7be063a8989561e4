"""From the cells of a file to rows: heads are found by their words, in any order; empty rows are left out."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Final

from vapup.documents.inspection import Sheet
from vapup.documents.workbooks import LISTS
from vapup.imports.columns import BROKEN, FORMULA, HEAD_ROW, MERGED, Draft, RawCell, SheetForm, folded_label

GUIDE: Final = "記入のしかた"
LONGEST_NAME: Final = 31  # characters, as Excel has it; other programs write longer ones


def drafts_of(forms: Sequence[SheetForm], sheets: Sequence[Sheet]) -> list[Draft]:
    """Return the rows of a file in its order, and what is wrong with the sheets themselves as rows 1.

    The only sheet with rows, such as that of a CSV, belongs to the only form whatever its name.
    """
    found, names = _named(forms, sheets), short_names(sheets)
    drafts: list[Draft] = []
    for form in forms:
        sheet = found.get(form.name)
        if sheet is not None:
            drafts += _rows(form, sheet, names[sheets.index(sheet)])
        elif form.required:
            drafts.append(_remark(form, f"シート「{form.name}」がありません。ひな形のシートを使ってください。"))
    known = {form.name for form in forms} | {GUIDE, LISTS}
    used = [found[form.name] for form in forms if form.name in found]
    strangers = [
        (sheet, name)
        for sheet, name in zip(sheets, names, strict=True)
        if sheet.name not in known and sheet not in used
    ]
    return drafts + [_stranger(sheet, name) for sheet, name in strangers if any(any(row) for row in sheet.rows)]


def short_names(sheets: Sequence[Sheet]) -> list[str]:
    """Return a name for each sheet that a row can bear: cut where it is too long, and numbered where two are alike."""
    taken: dict[str, None] = {}
    for sheet in sheets:
        name, number = sheet.name[:LONGEST_NAME], 1
        while name in taken:
            number += 1
            ending = f"~{number}"
            name = f"{sheet.name[: LONGEST_NAME - len(ending)]}{ending}"
        taken[name] = None
    return list(taken)


def _named(forms: Sequence[SheetForm], sheets: Sequence[Sheet]) -> Mapping[str, Sheet]:
    by_name = {sheet.name: sheet for sheet in sheets}
    if len(forms) == 1 and forms[0].name not in by_name:
        own = [one for one in sheets if one.name not in {GUIDE, LISTS}]
        filled = [one for one in own if not one.hidden and any(map(any, one.rows))]
        only = filled if len(filled) == 1 else sheets
        return {forms[0].name: only[0]} if len(only) == 1 else {}
    return by_name


def _remark(form: SheetForm, text: str) -> Draft:
    draft = Draft(None, form.name, HEAD_ROW, {})
    draft.fault("", text)
    return draft


def _stranger(sheet: Sheet, name: str) -> Draft:
    draft = Draft(None, name, HEAD_ROW, {})
    if sheet.hidden:
        draft.warn("", f"非表示のシート「{sheet.name}」は、ひな形にないため取り込みません。")
    else:
        draft.warn("", f"シート「{sheet.name}」は、ひな形にないため取り込みません。名前を確かめてください。")
    return draft


def _rows(form: SheetForm, sheet: Sheet, name: str) -> list[Draft]:
    filled = [number for number, row in enumerate(sheet.rows, 1) if number > HEAD_ROW and any(map(_says, row))]
    if sheet.hidden:
        text = f"シート「{form.name}」は非表示です。表示して内容({len(filled)}行)を確かめてから取り込んでください。"
        return [_remark(form, text)] if filled else []
    heads, remark = _heads(form, sheet)
    drafts = [remark] if remark is not None and (filled or remark.is_faulty) else []
    if remark is not None and remark.is_faulty:
        return drafts
    flags = _flags(sheet)
    return drafts + [
        Draft(form, name, number, dict(_cells(heads, sheet.rows[number - 1], flags, number)))
        for number in sorted({*filled, *(row for row, place in flags if row > HEAD_ROW and place in heads)})
    ]


def _says(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip(" \t\r\n\u3000")))


def _heads(form: SheetForm, sheet: Sheet) -> tuple[Mapping[int, str], Draft | None]:
    """Return the column's name by its place, and what is to be said of the heads."""
    by_label = {folded_head(word): one.name for one in form.columns for word in one.synonyms}
    by_label |= {folded_head(one.label): one.name for one in form.columns}
    row = sheet.rows[0] if sheet.rows else ()
    places: dict[str, int] = {}
    remark = Draft(None, form.name, HEAD_ROW, {})
    for place, head in enumerate(row):
        name = by_label.get(folded_head(head))
        if name is not None and (first := places.setdefault(name, place)) != place:
            remark.fault(
                "",
                f"見出し「{row[first]}」({letters(first)}1)と「{head}」({letters(place)}1)は、"
                f"どちらも「{form.by_name[name].label}」の列です。一つにしてください。",
            )
        elif name is None and _says(head):
            remark.warn("", f"見出し「{head}」({letters(place)}1)の列は、ひな形にないため取り込みません。")
    if sheet.rows and (missing := _missing(form, places)):
        remark.fault("", f"見出し「{'」「'.join(missing)}」がありません。1行目をひな形と同じ見出しにしてください。")
    return {place: name for name, place in places.items()}, remark if remark.messages else None


def _missing(form: SheetForm, places: Container[str]) -> list[str]:
    """Return the heads of the columns that a row cannot do without and the sheet does not have."""
    return [column.label for column in form.columns if column.required and column.name not in places]


def folded_head(head: Any) -> str:
    """Return a head without the differences that people do not see, and without the mark of what is required."""
    return folded_label(head).replace("※必須", "").replace("*", "")


def _flags(sheet: Sheet) -> dict[tuple[int, int], str]:
    """Return what is special about cells, by row from 1 and column from 0."""
    flags = {(row + 1, column): MERGED for row, column in sheet.merged}
    flags |= {_place(address): BROKEN for address in sheet.errors}
    flags |= {_place(address): FORMULA for address in sheet.formulas}
    return flags


def _place(address: str) -> tuple[int, int]:
    word = address.rstrip("0123456789")
    column = 0
    for letter in word:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(address[len(word) :]), column - 1


def _cells(
    heads: Mapping[int, str], row: Sequence[Any], flags: Mapping[tuple[int, int], str], number: int
) -> Iterator[tuple[str, RawCell]]:
    for place, name in heads.items():
        value = row[place] if place < len(row) else None
        yield name, (letters(place), value, flags.get((number, place), ""))


def letters(place: int) -> str:
    """Return the letters of a column by its place from 0: A, Z, AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
