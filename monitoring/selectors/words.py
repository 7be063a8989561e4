"""What notices and mails say of a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from monitoring.models import Deadline
from monitoring.rules.kinds import clock_kind
from vapup.shared.dates import countdown, format_wareki_weekday
from vapup.shared.money import format_yen

URGENT_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class CaseName:
    """How people call a case: its number, and the enterprise."""

    number: str
    enterprise: str

    def __str__(self) -> str:
        return f"{self.number} {self.enterprise}"


def notice_title(deadline: Deadline, *, today: date) -> str:
    """Return the first line of a notice."""
    if today >= deadline.lapses_on:
        return f"失効: {deadline.get_kind_display()}"
    return f"{countdown(deadline.safe_by, today=today)}: {deadline.get_kind_display()}"


def notice_body(deadline: Deadline, case: CaseName | None, *, today: date) -> str:
    """Return the rest of a notice: what it is about, the days, the yen, and the next act."""
    row = clock_kind(deadline.kind)
    parts = [str(case) if case else "", deadline.about, days_in_words(deadline)]
    if deadline.yen_at_risk:
        parts.append(f"失うおそれのある補助金 {format_yen(deadline.yen_at_risk)}円")
    is_lost = today >= deadline.lapses_on
    parts.append(f"失効を記録しました。次の作業: {row.after}" if is_lost else f"次の作業: {row.action}")
    return "。".join(part for part in parts if part)[:500]


def days_in_words(deadline: Deadline) -> str:
    """Return both days: the one to aim at and the last one."""
    safe = f"安全な期限 {format_wareki_weekday(deadline.safe_by)}"
    if deadline.safe_by == deadline.claim_by:
        return safe
    return f"{safe}、最終日 {format_wareki_weekday(deadline.claim_by)}"


def is_urgent(deadline: Deadline, *, today: date) -> bool:
    """Tell whether a notice must stand out."""
    return not clock_kind(deadline.kind).is_event and (deadline.safe_by - today).days <= URGENT_DAYS
