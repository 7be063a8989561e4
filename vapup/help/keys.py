"""Every key that pages listen to; a page that gets a new one adds it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does; `is_single` if it is a letter or sign alone, which a person can switch off."""

    names: tuple[str, ...]
    does: str
    is_single: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where keys act."""

    title: str
    keys: tuple[Key, ...]


PLACES: Final = (
    Place(
        "どの画面でも",
        (
            Key(("/",), "検索の欄に移る(検索のある画面)", is_single=True),
            Key(("?",), "このキー操作の一覧を開く", is_single=True),
            Key(("Tab", "Shift + Tab"), "次・前の項目に移る", is_single=False),
            Key(("Enter",), "リンクを開く、ボタンを押す、入力を送る", is_single=False),
            Key(("Esc",), "開いたメニュー・用語の説明・一覧を閉じる", is_single=False),
        ),
    ),
    Place(
        "業務日誌",
        (
            Key(("n",), "新しい記入を始める", is_single=True),
            Key(("d",), "選んでいる記入、または最後の記入を写す", is_single=True),
        ),
    ),
    Place(
        "承認箱(一覧の中だけ)",
        (
            Key(("j", "k"), "次・前の行に移る", is_single=True),
            Key(("a",), "選んでいる行の承認に進む", is_single=True),
            Key(("r",), "選んでいる行の差戻しに進む", is_single=True),
        ),
    ),
    Place(
        "計画の表",
        (Key(("↑", "↓", "←", "→"), "隣のますに移る", is_single=False),),
    ),
)
