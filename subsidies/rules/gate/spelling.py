"""How two spellings of a name or an address differ: not at all, in form only, or in what they say."""

from __future__ import annotations

from typing import Final

from vapup.shared.spelling import fold, sound

HINT: Final = "字体・全角と半角・空白の違いだけです(例: 髙と高)。登記や通帳の表記に合わせれば足ります。"


def is_spelling_only(one: str, other: str) -> bool:
    """Tell whether two unequal texts differ in glyph variants, width, spaces or dashes alone."""
    return one != other and fold(one) == fold(other)


def is_same_on_slip(written: str, name: str, kana: str, others: tuple[str, ...] = ()) -> bool:
    """Tell whether a bank's slip names the party: as written, or in the kana that banks use (カ)ヤマダ)."""
    if written in {name, *others}:
        return True
    heard = sound(written)
    return bool(heard) and bool(kana) and heard == sound(kana)


def is_kana(text: str) -> bool:
    """Tell whether a slip gives a name in the kana of banks alone, from which nobody can read how it is written."""
    return bool(sound(text))
