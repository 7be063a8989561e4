"""Whether two rows of an office are likely the same company, written twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from vapup.shared.spelling import fold, sound

# Legal forms at either end of a name; fold() has already turned 株 in brackets or in one glyph into 株式会社.
_FORMS: Final = (
    *("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "医療法人", "社会福祉法人"),
    *("一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人", "特定非営利活動法人", "npo法人"),
)
_MARKS: Final = re.compile("[・.,、。'’\"“”&＆-]")
_NOT_A_DIGIT: Final = re.compile("[^0-9]")
# A shorter number is an extension or a slip of the keyboard, and an address without a number is a whole town.
SHORTEST_PHONE: Final = 9


class Identity(NamedTuple):
    """What is compared of a company, each as its row says it; "" where it is not known."""

    number: str
    name: str
    kana: str
    phone: str
    address: str


class Folded(NamedTuple):
    """An identity without what does not count; "" of one side is never like "" of the other."""

    number: str
    name: str
    kana: str
    phone: str
    address: str


LABELS: Final = Folded("法人番号", "事業者名", "フリガナ", "電話番号", "所在地")


@lru_cache(maxsize=8_192)  # a list compares its page with the whole office, and so does the next
def folded(identity: Identity) -> Folded:
    """Return what is left of an identity to compare."""
    return Folded(
        number=_NOT_A_DIGIT.sub("", unicodedata.normalize("NFKC", identity.number)),
        name=bare_name(identity.name),
        kana=sound(identity.kana).replace("・", ""),
        phone=_phone(identity.phone),
        address=_address(identity.address),
    )


def likenesses(one: Folded, other: Folded) -> Iterator[str]:
    """Yield the name of each thing in which two identities are alike; none at all of two different companies."""
    for label, mine, its in zip(LABELS, one, other, strict=True):
        if mine and mine == its:
            yield label


def bare_name(name: str) -> str:
    """Return a company's name without its legal form, spaces, marks and variants of glyphs."""
    plain = fold(name)
    for form in _FORMS:
        plain = plain.removeprefix(form).removesuffix(form)
    return _MARKS.sub("", plain)


def _phone(text: str) -> str:
    digits = _NOT_A_DIGIT.sub("", unicodedata.normalize("NFKC", text).replace("+81", "0"))
    return digits if len(digits) >= SHORTEST_PHONE else ""


def _address(text: str) -> str:
    plain = fold(text)
    return plain if any(one.isdigit() for one in plain) else ""
