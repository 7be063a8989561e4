"""What the home page shows of deadlines: the office's money at risk, and a consultant's own next days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from monitoring.selectors.deadlines import DeadlineRow, deadline_rows, own_deadlines
from monitoring.selectors.risk import risk_totals
from subsidies.selectors.filing.packets import awaiting_approval
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

ROWS: Final = 7
NEAR: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the office that leads to the list behind it; `is_yen`: whole yen, else a count."""

    label: str
    value: int
    note: str
    url: str
    is_yen: bool = False


def figures_for(member: Member, *, today: date) -> list[Figure]:
    """Return what the office may lose and what waits, for those who lead it; others get nothing."""
    if not member.has_role(Role.MANAGER, Role.ADMIN):
        return []
    totals, ledger = risk_totals(member.agency_id, today=today), reverse("monitoring:risk")
    waiting = awaiting_approval(member.agency_id).count()
    return [
        Figure(
            label=f"{NEAR}日以内に失うおそれ",
            value=totals.within[NEAR],
            note="補助金。超過を含む",
            url=f"{ledger}?days={NEAR}",
            is_yen=True,
        ),
        Figure(
            label="超過・7日以内の期限", value=totals.urgent, note="書類などを含む", url=f"{ledger}?days=7&scope=all"
        ),
        Figure(label="承認待ち", value=waiting, note="申請", url=reverse("subsidies:packets")),
        Figure(label="失うおそれのある補助金", value=totals.total, note="今ある期限のすべて", url=ledger, is_yen=True),
    ]


def next_deadlines(member: Member, *, today: date) -> list[DeadlineRow] | None:
    """Return the nearest deadlines in a member's charge, or None for those who have no cases of their own."""
    rows = deadline_rows(own_deadlines(member)[:ROWS], today=today)
    return rows if rows or member.has_role(Role.CONSULTANT) else None
