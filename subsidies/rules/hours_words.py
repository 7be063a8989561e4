"""Whether the text of an entry says concretely what was done (業務内容を具体的に記載)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from subsidies.rules.hours_limits import Limits

# Particles that join a word with its object, and what tells of a place or a partner.
_PARTICLES: Final = re.compile(r"[のをにでとへ]|から|まで|より|ついて")
_JOINTS: Final = re.compile(r"[とやの]|及び|並びに")
LONG_ENOUGH: Final = 16


def plain_text(text: str) -> str:
    """Return a text without spaces and signs, in one width, so that two spellings of one text are equal."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if unicodedata.category(one)[0] in "LN" or one in "々〃")


def text_fault(text: str, limits: Limits) -> str:
    """Return what is missing in a text, in a sentence that quotes it, or "" where it is concrete enough."""
    bare = plain_text(text)
    if len(bare) < limits.shortest_text:
        return (
            f"業務内容「{text}」は {len(bare)}文字です。何について何をしたかを {limits.shortest_text}文字以上で"
            "書いてください。"
        )
    if _is_vague(bare, limits.vague_words):
        return f"業務内容「{text}」だけでは何をしたか分かりません。資料の名前・相手・論点を書いてください。"
    if len(bare) < LONG_ENOUGH and not _PARTICLES.search(bare):
        return f"業務内容「{text}」には対象がありません。「何の」「誰に」「何を」を書いてください。"
    return ""


def _is_vague(bare: str, words: tuple[str, ...]) -> bool:
    """Tell whether a text is made of vague words alone, also several in a row."""
    return _vague_only(words).fullmatch(_JOINTS.sub("", bare)) is not None


@lru_cache(maxsize=8)
def _vague_only(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(map(plain_text, words), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})+")
