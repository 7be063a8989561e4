"""Banks and branches of Japan by their codes, as published with the package zengin-code.

The package reads every branch when it is imported; here only the list of banks and the branches of one bank are read.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# What the list calls shortly, and what people write in full.
SHORT: Final = (
    ("信用金庫", "信金"),
    ("信用組合", "信組"),
    ("信用農業協同組合連合会", "信連"),
    ("農業協同組合", "農協"),
    ("漁業協同組合", "漁協"),
    ("労働金庫", "労金"),
)


def bank_name(code: str) -> str:
    """Return the short name of the bank with these four digits, or "" where the list has none."""
    return _banks().get(code, "")


def branch_name(bank_code: str, code: str) -> str:
    """Return the name of a bank's branch with these three digits, without 支店, or "" where the list has none."""
    return _branches(bank_code).get(code, "") if bank_name(bank_code) else ""


def is_name_of(written: str, listed: str) -> bool:
    """Tell whether a name as people write it (みずほ銀行) is the one of the list (みずほ)."""
    return _plain(listed) in _plain(written)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).replace(" ", "").replace("ヶ", "ケ").upper()
    for full, short in SHORT:
        text = text.replace(full, short)
    return text


@lru_cache(maxsize=1)
def _banks() -> Mapping[str, str]:
    return _names("banks.json")


@lru_cache(maxsize=64)
def _branches(bank_code: str) -> Mapping[str, str]:
    return _names(f"branches/{bank_code}.json")


def _names(file: str) -> Mapping[str, str]:
    return {code: row["name"] for code, row in rows_in(file).items()}


def rows_in(file: str) -> Mapping[str, Mapping[str, str]]:
    """Return the rows of a file of the list by code: name, kana and the like; none where the list has no such file."""
    spec = find_spec("zengin_code")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(spec.submodule_search_locations[0], "source-data", "data", file)
    if not path.is_file():
        return {}
    found: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found
