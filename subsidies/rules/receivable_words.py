"""What is open about a payment, and what differs, in whole sentences."""

from __future__ import annotations

from datetime import date
from typing import Final

from subsidies.enums import ReceivableState
from subsidies.rules.receivables import LATE_AFTER_DAYS
from vapup.shared.money import format_yen

S: Final = ReceivableState


def difference(label: str, yen: int, than: str, other_yen: int) -> str:
    """Return how far one amount is from another that it should be, or "" where they agree."""
    if yen == other_yen:
        return ""
    words = "少ない" if yen < other_yen else "多い"
    gap = format_yen(abs(yen - other_yen))
    return f"{label} {format_yen(yen)}円は、{than} {format_yen(other_yen)}円より {gap}円 {words}額です。"


def with_reason(sentence: str, reason: str) -> str:
    """Return a difference with what was written about it, or with the request to find out."""
    if not sentence:
        return ""
    return f"{sentence}理由: {reason}" if reason else f"{sentence}理由は記録されていません。"


def is_late(since: date | None, today: date) -> bool:
    """Tell whether a payment that was decided or invoiced on that day is worth a question by now."""
    return since is not None and (today - since).days > LATE_AFTER_DAYS


def waiting(state: ReceivableState, since: date | None, today: date) -> str:
    """Return for what a council's payment waits, and how long already."""
    if since is None or state not in {S.CLAIMED, S.DECIDED}:
        return ""
    days = (today - since).days
    if state is S.CLAIMED:
        return f"協議会の決定を待っています(提出から{days}日)。"
    late = "協議会に確かめてください。" if is_late(since, today) else ""
    return f"入金を待っています(決定から{days}日)。{late}"


def to_claim(claim: str, state_label: str, safe_by: date | None, *, is_over: bool) -> str:
    """Return what must happen before a planned payment is claimed; `state_label` is that of its application, or ""."""
    if is_over:
        return f"「{claim}」の期限を過ぎたため、支払われない見込みです。"
    until = f"(安全な期限 {safe_by})" if safe_by else ""
    if state_label:
        return f"「{claim}」は「{state_label}」です{until}。"
    return f"「{claim}」はまだありません{until}。"


def invoiced(since: date | None, today: date) -> str:
    """Return for what the enterprise's own share waits after its invoice."""
    if since is None:
        return "事業者あての請求書がまだありません。"
    late = "事業者に確かめてください。" if is_late(since, today) else ""
    return f"事業者の振込を待っています(請求から{(today - since).days}日)。{late}"


def net_of_tax(transferred_yen: int, withheld_yen: int) -> str:
    """Return how a transfer and the tax kept back from it make the own share, or "" where nothing was kept back."""
    if not withheld_yen:
        return ""
    gross_yen = transferred_yen + withheld_yen
    return (
        f"振込 {format_yen(transferred_yen)}円と源泉所得税 {format_yen(withheld_yen)}円で、"
        f"合わせて {format_yen(gross_yen)}円です。"
    )
