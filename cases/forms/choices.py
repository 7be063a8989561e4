"""What the forms of this app say in the same words."""

from __future__ import annotations

from datetime import date
from typing import Final

NOT_CHOSEN: Final = ("", "選んでください")


def with_blank(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return `choices` behind one that stands for no choice."""
    return [NOT_CHOSEN, *choices]


def not_yet(day: date, today: date) -> str:
    """Return why `day` cannot be the day on which something happened."""
    return f"{day} は今日 {today} より後です。起きた日を入力してください。"
