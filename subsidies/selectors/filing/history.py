"""What happened to the costs and the approval of a case, from its audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from cases.models import Case
from cases.selectors.enterprises import trail
from subsidies.models import Application
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent

LINE_PREFIX: Final = "費用明細 "
APPROVAL_VERBS: Final = (
    Verb.APPROVAL_REQUESTED,
    Verb.REQUEST_WITHDRAWN,
    Verb.APPROVED,
    Verb.SELF_APPROVED,
    Verb.SENT_BACK,
    Verb.APPROVAL_CANCELLED,
)
DECISIONS: Final = (Verb.APPROVED, Verb.SELF_APPROVED, Verb.SENT_BACK)
_ICONS: Final = MappingProxyType(
    {Verb.APPROVAL_REQUESTED: "clock", Verb.APPROVED: "check", Verb.SELF_APPROVED: "check", Verb.SENT_BACK: "returned"}
)
# Enough to find the last change of a sheet behind other changes of its case.
_NEWEST: Final = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline."""

    icon: str
    what: str
    at: datetime
    who: str
    detail: str


def last_sheet_change(case: Case) -> AuditEvent | None:
    """Return the newest event about a cost line of the case."""
    newest = trail(case).filter(verb=Verb.CHANGED)[:_NEWEST]
    return next((event for event in newest if _is_about_lines(event)), None)


def _is_about_lines(event: AuditEvent) -> bool:
    return any(name.startswith(LINE_PREFIX) for name in event.changes)


def approval_events(application: Application) -> list[Event]:
    """Return the requests and decisions about an application, newest first; those of its case's others are left out."""
    return [
        Event(_icon(one), one.get_verb_display(), one.occurred_at, one.actor_label, one.reason)
        for one in trail(application.case).filter(verb__in=APPROVAL_VERBS)
        if _is_about(one, application)
    ]


def _is_about(event: AuditEvent, application: Application) -> bool:
    return any(name.startswith(f"{application.name}: ") for name in event.changes)


def _icon(event: AuditEvent) -> str:
    return _ICONS.get(Verb(event.verb), "history")


def changes_since_decision(application: Application) -> list[Event]:
    """Return what was changed in the case after the application was last sent back or approved, newest first."""
    case = application.case
    decisions = trail(case).filter(verb__in=DECISIONS)
    decided = next((one for one in decisions if _is_about(one, application)), None)
    if decided is None:
        return []
    changed = trail(case).filter(verb=Verb.CHANGED, pk__gt=decided.pk)[:_NEWEST]
    return [Event("edit", words_of(one), one.occurred_at, one.actor_label, one.reason) for one in changed]


def words_of(event: AuditEvent) -> str:
    """Return the changes of an event in one line: 「計画策定支援費用 財務DD」の予定時間(分) 60 → 90."""
    things: dict[str, dict[str, list[Any]]] = {}
    for name, pair in sorted(event.changes.items()):
        about, _, label = name.removeprefix(LINE_PREFIX).rpartition(": ")
        things.setdefault(about, {})[label] = pair
    return "、".join(_sentence(about, changes) for about, changes in things.items())


def _sentence(about: str, changes: Mapping[str, list[Any]]) -> str:
    if about and all(before is None for before, _ in changes.values()):
        return f"「{about}」を追加"
    if about and all(after is None for _, after in changes.values()):
        return f"「{about}」を削除"
    words = "、".join(f"{label} {_words(before)} → {_words(after)}" for label, (before, after) in changes.items())
    return f"「{about}」の{words}" if about else words


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, int):
        return f"{value:,}"
    return "なし" if value is None else str(value)
