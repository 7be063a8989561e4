"""How names and addresses read once variants of glyphs, widths, spaces, dashes and legal forms no longer count."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import jaconv

from vapup.shared.numbers import DASHES

# Pairs that registers, banks and people use for one another in names; the first of a row stands for all.
_VARIANTS: Final = (
    *("高髙", "崎﨑嵜碕", "浜濱濵", "辺邊邉", "斎齋斉齊", "沢澤", "広廣", "徳德", "吉𠮷", "島嶋嶌", "桜櫻", "国國"),
    *("鉄鐵鉃", "万萬", "富冨", "峰峯", "竜龍", "滝瀧", "恵惠", "真眞", "栄榮", "学學", "条條"),
    *("寿壽", "実實", "宝寶", "蔵藏", "関關", "駅驛", "円圓", "会會", "体體", "与與", "豊豐", "薮藪", "桧檜"),
    *("館舘", "遥遙", "凜凛", "穣穰", "晃晄", "一壱壹", "ヶケ", "ヱエ", "ヰイ"),
)
_FOLDED: Final = str.maketrans({other: row[0] for row in _VARIANTS for other in row[1:]})
_LOT: Final = re.compile("(丁目|番地の|番地|番|号|の)(?=[0-9]|$)")
_KANJI_DIGITS: Final = str.maketrans("〇一二三四五六七八九", "0123456789")
_FORMS: Final = (
    *(("カ", "カブシキガイシャ"), ("カ", "カブシキカイシャ"), ("ユ", "ユウゲンガイシャ"), ("ド", "ゴウドウガイシャ")),
    *(("シ", "ゴウシガイシャ"), ("メ", "ゴウメイガイシャ"), ("イ", "イリョウホウジン"), ("ゼ", "ゼイリシホウジン")),
)
_LARGE: Final = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")
_MARKS: Final = tuple(
    mark for short, long in _FORMS for mark in (f"{short})", f"({short})", f"({short}", long.translate(_LARGE))
)


def fold(text: str) -> str:
    """Return the text as one would say it: variants, widths, spaces, dashes and the words of lot numbers made equal."""
    plain = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    plain = "".join(plain.split()).translate(DASHES).casefold()
    for short, long in (("(株)", "株式会社"), ("(有)", "有限会社"), ("(同)", "合同会社")):
        plain = plain.replace(short, long)
    numbered = re.sub("[一二三四五六七八九](?=丁目)", lambda digit: digit[0].translate(_KANJI_DIGITS), plain)
    return _LOT.sub("-", numbered).rstrip("-")


def sound(text: str) -> str:
    """Return katakana without spaces, small letters and the legal form; "" where other characters are left."""
    katakana = jaconv.hira2kata(unicodedata.normalize("NFKC", text))
    plain = "".join(katakana.split()).translate(_LARGE)
    for mark in _MARKS:
        plain = plain.removeprefix(mark).removesuffix(mark)
    plain = plain.replace("-", "ー")
    return plain if re.fullmatch("[ァ-ヺー・]+", plain) else ""
