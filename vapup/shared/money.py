"""Whole-yen arithmetic: shares, splits, and yen as people write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import jaconv

from vapup.shared.errors import DomainError

_LONGEST_SHOWN: Final = 30
_MOST_DIGITS: Final = 15
_NEGATIVE_SIGNS: Final = "△▲-−‐"
_YEN: Final = re.compile(r"(?P<number>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?P<decimals>\.[0-9]*)?")


class UnreadableYen(DomainError):
    """What was typed is no whole amount of yen."""


def floor_share(amount_yen: int, share: Fraction) -> int:
    """Return `share` of `amount_yen`, fractions of a yen dropped (1円未満切捨て).

    Raises:
        ValueError: the amount is negative, where dropping a fraction would round away from zero.
    """
    if amount_yen < 0:
        raise ValueError("a share is taken of an amount that is not negative")
    return amount_yen * share.numerator // share.denominator


def split_yen(total_yen: int, shares: Sequence[Fraction]) -> tuple[int, ...]:
    """Split `total_yen` into whole-yen parts that add up to it; the last part takes the remainder.

    Raises:
        ValueError: the shares do not add up to one, or the total is negative.
    """
    if sum(shares) != 1:
        raise ValueError(f"shares add up to {sum(shares)}, not 1")
    leading = tuple(floor_share(total_yen, share) for share in shares[:-1])
    return (*leading, total_yen - sum(leading))


def format_yen(amount_yen: int) -> str:
    """Return the amount with thousands separators and, below zero, the △ of Japanese accounts: 1,234 or △1,234."""
    return f"△{-amount_yen:,}" if amount_yen < 0 else f"{amount_yen:,}"


def parse_yen(text: str) -> int:
    """Read a whole amount of yen as people and accounting packages write it.

    Full-width digits, thousands separators, ￥, 円 and the negative signs △ ▲ − - ( ) are understood.

    Raises:
        UnreadableYen: decimals, other units (千円, 万円), misplaced separators, or no amount at all.
    """
    written = "".join(jaconv.z2h(text, kana=False, ascii=True, digit=True).split())
    unsigned, is_negative = _without_sign(written)
    number = _YEN.fullmatch(unsigned.lstrip("¥￥\\").removesuffix("円"))
    if number is None:
        raise UnreadableYen(f"「{_shown(text)}」は金額として読めません。1,234 のように円単位の整数で入力してください。")
    if number["decimals"] is not None:
        raise UnreadableYen(f"「{_shown(text)}」には小数点があります。1円未満のない整数で入力してください。")
    digits = number["number"].replace(",", "").lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise UnreadableYen(f"「{_shown(text)}」は桁数が多すぎます。金額を確かめてください。")
    return -int(digits) if is_negative else int(digits)


def _without_sign(written: str) -> tuple[str, bool]:
    """Take one negative sign or pair of brackets off, wherever the yen mark stands: -¥5, ¥-5, (5)円."""
    yen_mark = written[: len(written) - len(written.lstrip("¥￥\\"))]
    body = written[len(yen_mark) :]
    if body.startswith("(") and body.removesuffix("円").endswith(")"):
        return yen_mark + body.removesuffix("円")[1:-1], True
    if body[:1] and body[0] in _NEGATIVE_SIGNS:
        return yen_mark + body[1:], True
    return written, False


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
