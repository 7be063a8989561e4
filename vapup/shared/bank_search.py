"""Search in the list of banks and branches (zengin-code): by name, by kana, by the first digits of a code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import jaconv

from vapup.shared.banks import SHORT, rows_in

# The list writes kana as banks do: without small letters, and with a dash for a long vowel.
_LARGE: Final = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", " 　ー－-‐−―・")
_SUFFIXES: Final = ("銀行", "支店")


@dataclass(frozen=True, slots=True)
class Listed:
    """A bank or a branch of the list; `plain` is what a search compares with."""

    code: str
    name: str
    kana: str
    plain: tuple[str, str]


@lru_cache(maxsize=1)
def listed_banks() -> tuple[Listed, ...]:
    """Return every bank of the list, by code."""
    return _listed("banks.json")


@lru_cache(maxsize=64)
def listed_branches(bank_code: str) -> tuple[Listed, ...]:
    """Return every branch of a bank, by code; none where the list has no such bank."""
    return _listed(f"branches/{bank_code}.json") if find_bank(bank_code) else ()


def find_bank(code: str) -> Listed | None:
    """Return the bank with these four digits."""
    return next((one for one in listed_banks() if one.code == code), None)


def matching(listed: Iterable[Listed], text: str) -> list[Listed]:
    """Return those whose name or kana has the text in it, or whose code begins with it; all for an empty text."""
    wanted = _plain(text)
    for suffix in _SUFFIXES:
        if len(wanted) > len(suffix):
            wanted = wanted.removesuffix(suffix)
    if not wanted:
        return list(listed)
    if wanted.isdecimal():
        return [one for one in listed if one.code.startswith(wanted)]
    return [one for one in listed if any(wanted in plain for plain in one.plain)]


def _listed(file: str) -> tuple[Listed, ...]:
    rows = sorted(rows_in(file).items())
    return tuple(
        Listed(code, row["name"], row["kana"], (_plain(row["name"]), _plain(row["kana"]))) for code, row in rows
    )


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    for full, short in SHORT:
        plain = plain.replace(full, short)
    return jaconv.hira2kata(plain).upper().translate(_LARGE)
