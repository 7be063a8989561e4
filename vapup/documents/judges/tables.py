"""CSV: readable text in a code that the office uses, without markup or calls of programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from vapup.documents.judges.verdict import Accepted, Unacceptable, refuse_markup

MARKUP: Final = (b"<script", b"<html", b"<svg", b"<?php", b"<!doctype", b"<?xml", b"<iframe", b"<!entity")
CODES: Final = ("utf-8-sig", "cp932")
# Bytes without a meaning, which the decoder of cp932 lets through.
_NO_CHARACTERS: Final = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
# A cell that a spreadsheet would run: =cmd|'/C calc'!A0 and its like, or a formula that calls an address.
_CALL: Final = re.compile(
    r"""(?im)(?:^|[,;\t])\s*["']?\s*[=+\-@][^,;\t\r\n]*(?:\|[^,\r\n]*!|(?:HYPERLINK|WEBSERVICE|IMPORTXML|DDE)\s*\()"""
)


def judge_table(path: Path) -> Accepted:
    """Accept a CSV as it is.

    Raises:
        Unacceptable: not a text, or a text that is more than a table.
    """
    content = path.read_bytes()
    text = decoded(content)
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        raise Unacceptable("名前はCSVですが、中に文字でないデータがあります。CSVに保存し直してください。")
    refuse_markup(content, MARKUP)
    if content.startswith((b"%PDF-", b"{\\rtf", b"#!", b"MZ")):
        raise Unacceptable("名前はCSVですが、中身は違う種類のファイルです。")
    if _CALL.search(text):
        raise Unacceptable("ほかのプログラムやアドレスを呼び出す式があります。値だけのCSVを登録してください。")
    return Accepted()


def decoded(content: bytes) -> str:
    """Return the text of a table in one of the codes that the office uses.

    Raises:
        Unacceptable: it is in another code, or no text.
    """
    for code in CODES:
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        if not any(character in text for character in _NO_CHARACTERS):
            return text
    raise Unacceptable("文字コードがUTF-8でもShift_JISでもありません。UTF-8のCSVに保存し直してください。")
