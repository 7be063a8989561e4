"""Amounts as accounting programs print them: △1,234, (1,234), −1,234, 1,234-, ¥1,234, in yen or in thousands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from vapup.shared.errors import DomainError

MOST_DIGITS: Final = 15
LONGEST_SHOWN: Final = 30
_BODY: Final = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]*))?")
_SIGNS: Final = frozenset("-−‐‑–—―△▲")
_EMPTY: Final = frozenset({"", "-", "−", "‐", "–", "—", "―", "*", "**"})


class UnreadableAmount(DomainError):
    """A cell of an amount holds something else; the message is the end of a sentence that names the cell."""


def amounts_of(cells: Sequence[str], unit: int) -> Sequence[int]:
    """Return amounts in yen; an empty cell counts as nothing.

    Args:
        unit: how many yen the file counts as one: 1, 1,000 or 1,000,000.

    Raises:
        UnreadableAmount: a cell is no amount.
    """
    try:
        found = tuple(map(int, cells))
    except ValueError:
        return [read_amount(cell, unit) for cell in cells]
    return found if unit == 1 else [amount * unit for amount in found]


@lru_cache(maxsize=65_536)
def read_amount(cell: str, unit: int) -> int:
    """Return one amount in yen.

    Raises:
        UnreadableAmount: the cell is no amount.
    """
    written = "".join(unicodedata.normalize("NFKC", cell).split())
    if written in _EMPTY:
        return 0
    body, is_negative = _without_sign(written.replace("¥", "").replace("\\", "").removesuffix("円"))
    match = _BODY.fullmatch(body)
    if match is None:
        raise UnreadableAmount(f"「{_shown(cell)}」は金額として読めません。")
    whole, part = match["whole"].replace(",", ""), (match["part"] or "").rstrip("0")
    if len(whole) + len(part) > MOST_DIGITS:
        raise UnreadableAmount(f"「{_shown(cell)}」は桁数が多すぎます。")
    yen, rest = divmod(int(whole + part) * unit, 10 ** len(part))
    if rest:
        raise UnreadableAmount(f"「{_shown(cell)}」には1円未満の端数があります。")
    return -int(yen) if is_negative else int(yen)


def _without_sign(written: str) -> tuple[str, bool]:
    if written[:1] == "(" and written[-1:] == ")":
        return written[1:-1], True
    if written[:1] in _SIGNS:
        return written[1:], True
    if written[-1:] in _SIGNS:
        return written[:-1], True
    return written.removeprefix("+"), False


def _shown(cell: str) -> str:
    return cell if len(cell) <= LONGEST_SHOWN else f"{cell[:LONGEST_SHOWN]}…"
