"""From a cell to a value: a reader for each kind of column. A value that cannot be read is told in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import jaconv

from cases.models import LARGEST_YEN
from vapup.imports.columns import BROKEN, FORMULA, MERGED, Column, Draft, RawCell, Reads, folded_label, quoted
from vapup.shared.dates import UnreadableDate, parse_japanese_date
from vapup.shared.errors import DomainError
from vapup.shared.money import UnreadableYen, format_yen, parse_yen
from vapup.shared.numbers import read_corporate_number, read_postal_code

# Day 0 of the serial numbers by which spreadsheets count days (the 1900 system, from March 1900 on).
SERIAL_ZERO: Final = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 7_306, 73_050  # 1920-01-01 to 2099-12-31
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
MINUTES: Final = 60
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028-\u202e\u2066-\u2069\ufeff]")
_FLAGS: Final = {
    **dict.fromkeys(("はい", "1", "○", "〇", "true", "yes", "する", "あり"), True),
    **dict.fromkeys(("いいえ", "0", "×", "false", "no", "しない", "なし"), False),
}
FLAGGED: Final = {
    FORMULA: "数式が入っています。数式は取り込めないため、値として貼り付け直してください。",
    BROKEN: "エラー値(#N/Aなど)が入っています。正しい値を入力してください。",
    MERGED: "セルが結合されています。結合を解除して、行ごとに値を入力してください。",
}


class Unreadable(DomainError):
    """The value is not what the column holds."""


def read_values(draft: Draft) -> None:
    """Read every cell of a row by its column into `values`; an empty cell gives None, and so does one with a fault."""
    if draft.form is None:
        return
    for column in draft.form.columns:
        cell = draft.cells.get(column.name)
        draft.values[column.name] = _value(draft, column, cell) if cell else None
        if column.required and (cell is None or _is_empty(cell)):
            draft.fault(column.name, f"「{column.label}」が空です。必ず入力してください。")


def _is_empty(cell: RawCell) -> bool:
    return cell[2] == "" and (cell[1] is None or (isinstance(cell[1], str) and not cell[1].strip(" \t\r\n\u3000")))


def _value(draft: Draft, column: Column, cell: RawCell) -> Any:
    if cell[2]:
        draft.fault(column.name, f"「{column.label}」に{FLAGGED[cell[2]]}")
        return None
    if _is_empty(cell):
        return None
    try:
        return READERS[column.reads](column, cell[1])
    except DomainError as unreadable:
        draft.fault(column.name, f"「{column.label}」の{unreadable.message}")
        return None


def _text(column: Column, value: Any) -> str:
    if isinstance(value, dict):
        raise Unreadable(f"{quoted(value)}は日付の書式です。文字として入力してください。")
    text = str(value).strip(" \t\r\n\u3000").replace("\r\n", "\n")
    if _CONTROLS.search(text):
        raise Unreadable(f"{quoted(value)}に、使えない制御文字が含まれています。入力し直してください。")
    if len(text) > column.most:
        raise Unreadable(f"文字数が{len(text):,}です。{column.most:,}文字までにしてください。")
    return text


def _half_width(value: Any) -> str:
    """Return a value in half width; spaces between digits stay, for 1 30 is not 130."""
    return jaconv.z2h(str(value), kana=False, ascii=True, digit=True).strip()


def _number(column: Column, value: Any) -> int:
    text = _half_width(value).replace(",", "")
    if isinstance(value, bool | dict) or not re.fullmatch(r"[0-9]{1,9}", text):
        raise Unreadable(f"{quoted(value)}は整数として読めません。0以上の整数で入力してください。")
    if int(text) > column.most:
        raise Unreadable(f"{quoted(value)}は大きすぎます。{column.most:,}までの整数で入力してください。")
    return int(text)


def _yen(_column: Column, value: Any) -> int:
    if isinstance(value, bool | dict):
        raise Unreadable(f"{quoted(value)}は金額として読めません。1,234 のように円単位の整数で入力してください。")
    if isinstance(value, float):
        raise Unreadable(f"{quoted(value)}には小数があります。1円未満のない整数で入力してください。")
    try:
        yen = parse_yen(str(value))
    except UnreadableYen as unreadable:
        raise Unreadable(unreadable.message) from None
    if yen < 0:
        raise Unreadable(f"{quoted(value)}はマイナスです。0円以上で入力してください。")
    if yen > LARGEST_YEN:
        raise Unreadable(f"{quoted(value)}は、扱える上限の{format_yen(LARGEST_YEN)}円を超えています。")
    return yen


def _day(_column: Column, value: Any) -> date:
    if isinstance(value, dict):
        day = date.fromisoformat(value["day"])
    elif isinstance(value, int) and not isinstance(value, bool) and FIRST_SERIAL <= value <= LAST_SERIAL:
        day = SERIAL_ZERO + timedelta(days=value)
    else:
        try:
            day = parse_japanese_date(str(value))
        except UnreadableDate as unreadable:
            raise Unreadable(unreadable.message) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Unreadable(f"{quoted(value)}は、1900年から2099年までの日付ではありません。年を確かめてください。")
    return day


def _choice(column: Column, value: Any) -> str:
    wanted = folded_label(value)
    for code, label in column.choices:
        if wanted in {folded_label(code), folded_label(label)}:
            return code
    labels = "・".join(label for _, label in column.choices[:8])
    rest = f"など{len(column.choices)}種類" if len(column.choices) > 8 else ""
    raise Unreadable(f"{quoted(value)}は一覧にありません。{labels}{rest}から選んでください。")


def plain_text(value: Any) -> str:
    """Return a cell's value as a text."""
    return str(value["day"]) if isinstance(value, dict) else str(value)


def _flag(_column: Column, value: Any) -> bool:
    found = value if isinstance(value, bool) else _FLAGS.get(_half_width(value).lower())
    if found is None:
        raise Unreadable(f"{quoted(value)}は読めません。「はい」か「いいえ」を入力してください。")
    return found


def _corporate_number(_column: Column, value: Any) -> str:
    number = read_corporate_number(plain_text(value))
    if not number:
        raise Unreadable(f"{quoted(value)}は法人番号ではありません。13桁の数字で入力してください。")
    return number


def _postal_code(_column: Column, value: Any) -> str:
    text = plain_text(value)
    code = read_postal_code(text.zfill(7) if isinstance(value, int) else text)  # a spreadsheet drops the zeros
    if not code:
        raise Unreadable(f"{quoted(value)}は郵便番号ではありません。980-0811 のように7桁で入力してください。")
    return code


def _minutes(column: Column, value: Any) -> int:
    """Read hours such as 1.5 or 1:30 and return whole minutes."""
    text = _half_width(value)
    if clock := re.fullmatch(r"([0-9]{1,4}):([0-5][0-9])(?::00)?", text):
        return int(clock[1]) * MINUTES + int(clock[2])
    decimal = re.fullmatch(r"([0-9]{1,5})(?:\.([0-9]{1,2})0*)?", text)
    if isinstance(value, bool | dict) or decimal is None:
        raise Unreadable(f"{quoted(value)}は時間として読めません。1.5 や 1:30 のように入力してください。")
    hundredths = int(decimal[1]) * 100 + int((decimal[2] or "0").ljust(2, "0"))
    if hundredths * MINUTES % 100 or not 0 < hundredths <= column.most * 100:
        raise Unreadable(f"{quoted(value)}は、1分以上で分に直せる{column.most:,}時間までの時間にしてください。")
    return hundredths * MINUTES // 100


def _as_it_stands(_column: Column, value: Any) -> Any:
    """Return the value itself: only the whole row tells what it means."""
    return value


READERS: Final[Mapping[Reads, Callable[[Column, Any], Any]]] = {
    Reads.TEXT: _text,
    Reads.CODE: _text,
    Reads.NUMBER: _number,
    Reads.YEN: _yen,
    Reads.DAY: _day,
    Reads.CHOICE: _choice,
    Reads.FLAG: _flag,
    Reads.CORPORATE_NUMBER: _corporate_number,
    Reads.POSTAL_CODE: _postal_code,
    Reads.HOURS: _minutes,
    **dict.fromkeys((Reads.CLOCK, Reads.LENGTH, Reads.WORK), _as_it_stands),
}
