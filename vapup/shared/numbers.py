"""Numbers that name things, as people in Japan type them: corporate numbers and postal codes, widths and dashes."""

from __future__ import annotations

import re
from typing import Final

import jaconv
from stdnum.jp import cn

from vapup.shared.errors import DomainError

# What people type for a hyphen, the long-vowel mark included: `text.translate(DASHES)`.
DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_LONGEST_SHOWN: Final = 30


class UnreadableNumber(DomainError):
    """What was typed has another shape."""


class WrongCheckDigit(UnreadableNumber):
    """The digits of a corporate number do not agree with each other."""


def half_width(text: str) -> str:
    """Return letters, digits and signs in half width, without any white space."""
    return "".join(jaconv.z2h(text, kana=False, ascii=True, digit=True).split())


def read_corporate_number(text: str) -> str:
    """Return the 13 digits of a corporate number (法人番号), or "" where only signs were typed.

    Hyphens may stand between the digits, and the T of the invoice number before them.

    Raises:
        UnreadableNumber: there are not 13 digits; `WrongCheckDigit`: they hold a slip.
    """
    number = half_width(text).translate(DASHES).replace("-", "").upper().removeprefix("T")
    if not number:
        return ""
    if not re.fullmatch(r"[0-9]{13}", number):
        raise UnreadableNumber(f"「{_shown(text)}」は法人番号ではありません。13桁の数字で入力してください。")
    if not cn.is_valid(number):
        raise WrongCheckDigit(f"「{_shown(text)}」は法人番号として検査用数字が合いません。番号を確かめてください。")
    return number


def read_postal_code(text: str) -> str:
    """Return a postal code as 123-4567, or "" where only signs were typed.

    Raises:
        UnreadableNumber: there are not 7 digits.
    """
    digits = half_width(text).translate(DASHES).replace("-", "").removeprefix("〒")
    if not digits:
        return ""
    if not re.fullmatch(r"[0-9]{7}", digits):
        raise UnreadableNumber(f"「{_shown(text)}」は郵便番号ではありません。980-0811 のように7桁で入力してください。")
    return f"{digits[:3]}-{digits[3:]}"


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
