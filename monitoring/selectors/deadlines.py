"""Deadlines as pages show them: in words, with how far off they are, what comes next, and what was said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Model, QuerySet
from django.urls import reverse

from cases.models import Case
from monitoring.enums import EXTENDABLE, DeadlineKind, DeadlineState, MailState
from monitoring.models import Acknowledgement, Deadline, DeadlineExtension, Mail, Reminder, Snooze
from monitoring.rules.kinds import ClockKind, clock_kind, clock_kinds
from monitoring.selectors.words import URGENT_DAYS
from vapup.accounts.models import Member
from vapup.shared.dates import countdown
from vapup.shared.money import format_yen

SOON_DAYS: Final = 30
LISTED: Final = 100
NEXT: Final = 5
# Where the next act is done, for the kinds that have such a page.
PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        DeadlineKind.LETTER: "cases:banks",
        DeadlineKind.STANDSTILL: "cases:guideline",
        DeadlineKind.RETENTION: "cases:detail",
        DeadlineKind.CERTIFICATION: "cases:detail",
        DeadlineKind.TAX_RETURN: "cases:detail",
        DeadlineKind.FISCAL_CLOSE: "cases:detail",
    }
)
CLOSED_CHIPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        DeadlineState.MET: ("success", "check"),
        DeadlineState.PASSED: ("neutral", "clock"),
        DeadlineState.LAPSED: ("error", "error"),
        DeadlineState.CANCELLED: ("neutral", "minus"),
    }
)
MAIL_TONES: Final[Mapping[str, str]] = MappingProxyType(
    {
        MailState.WAITING: "info",
        MailState.SENT: "success",
        MailState.FAILED: "error",
        MailState.CANCELLED: "neutral",
    }
)
TOLD: Final = ("claim_by", "state", "consultant_id", "yen_at_risk")


@dataclass(frozen=True, slots=True)
class Chip:
    """How far off a deadline is: a tone, an icon and the word."""

    tone: str
    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline with what its kind says; `next_url` is where the next act is done."""

    deadline: Deadline
    chip: Chip
    kind: ClockKind
    next_url: str

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be done or to come."""
        return self.deadline.state == DeadlineState.OPEN


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of a deadline, in words, and when."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Told:
    """One reminder with both its channels: to whom, when, for which offset, and how far its mail is (None: no mail)."""

    reminder: Reminder
    when: str
    mail: Mail | None
    mail_tone: str


@dataclass(frozen=True, slots=True)
class Sayings:
    """Everything that was told and said of a deadline, the newest first, at most `LISTED` of each kind."""

    told: list[Told]
    acknowledged: list[Acknowledgement]
    snoozed: list[Snooze]
    extended: list[DeadlineExtension]
    changes: list[Change]


def lapsing(deadlines: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """Leave out the kinds that merely come."""
    events = [kind.value for kind, row in clock_kinds().items() if row.is_event]
    return deadlines.exclude(kind__in=events)


def deadline_rows(deadlines: Iterable[Deadline], *, today: date) -> list[DeadlineRow]:
    """Return deadlines as pages list them; their cases must have been read with them."""
    return [deadline_row(one, today=today) for one in deadlines]


def deadline_row(deadline: Deadline, *, today: date) -> DeadlineRow:
    """Return one deadline as pages show it."""
    return DeadlineRow(deadline, chip_of(deadline, today=today), clock_kind(deadline.kind), next_url(deadline))


def deadlines_of(case: Case) -> QuerySet[Deadline]:
    """Return every deadline of a case, the nearest first."""
    return (
        Deadline.objects.for_agency(case.agency_id).filter(case=case).select_related("case").order_by("safe_by", "pk")
    )


def own_deadlines(member: Member) -> QuerySet[Deadline]:
    """Return the open deadlines in a member's charge that lapse, the nearest first."""
    own = Deadline.objects.for_agency(member.agency_id).filter(consultant=member, state=DeadlineState.OPEN)
    return lapsing(own).select_related("case__enterprise").order_by("safe_by", "pk")


def next_deadline_of(case: Case, *, today: date) -> DeadlineRow | None:
    """Return the nearest open deadline of a case that lapses."""
    nearest = lapsing(_open_of(case)).first()
    if nearest is None:
        return None
    nearest.case = case
    return deadline_row(nearest, today=today)


def next_deadlines_of(case: Case, *, today: date) -> list[DeadlineRow]:
    """Return the nearest open deadlines of a case, those included that merely come."""
    found = list(_open_of(case)[:NEXT])
    for one in found:
        one.case = case
    return deadline_rows(found, today=today)


def _open_of(case: Case) -> QuerySet[Deadline]:
    """Return the open deadlines of a case without the case, which the caller has."""
    own = Deadline.objects.for_agency(case.agency_id).filter(case=case, state=DeadlineState.OPEN)
    return own.order_by("safe_by", "pk")


def chip_of(deadline: Deadline, *, today: date) -> Chip:
    """Return how far off a deadline is: あと30日, 本日, 3日超過, or that it is 済, 失効, 到来, 対象外."""
    if deadline.state != DeadlineState.OPEN:
        tone, icon = CLOSED_CHIPS[deadline.state]
        return Chip(tone, icon, deadline.get_state_display())
    is_event = clock_kind(deadline.kind).is_event
    if today >= deadline.lapses_on:
        return Chip("neutral", "clock", "到来") if is_event else Chip("error", "error", "失効")
    left = (deadline.safe_by - today).days
    return Chip(_tone(left, is_event=is_event), "clock", countdown(deadline.safe_by, today=today))


def _tone(left: int, *, is_event: bool) -> str:
    if is_event or left > SOON_DAYS:
        return "neutral"
    if left < 0:
        return "error"
    return "caution" if left <= URGENT_DAYS else "warning"


def next_url(deadline: Deadline) -> str:
    """Return where the next act is done; "" for the agency's own deadlines, which its settings hold."""
    if deadline.case is None:
        return ""
    return reverse(PAGES.get(deadline.kind, "subsidies:applications"), args=[deadline.case.number])


def escalation_words(kind: ClockKind) -> str:
    """Return from when managers and admins are reminded too, and what an acknowledgement changes."""
    manager, admin = kind.manager, kind.admin
    if manager.offset < 0:
        return "担当者だけに知らせます。担当者が利用を停止されているときは、管理者と事務管理に知らせます。"
    words = f"安全な期限の{_before(manager.offset)}から管理者、{_before(admin.offset)}から事務管理にも知らせます。"
    if (manager.offset, admin.offset) == (manager.offset_acknowledged, admin.offset_acknowledged):
        return words
    later = f"{_before(manager.offset_acknowledged)}・{_before(admin.offset_acknowledged)}"
    return f"{words}だれかが「確認しました」を記録すると、{later}からになります。"


def is_extendable(deadline: Deadline) -> bool:
    """Tell whether a council may put a deadline of this kind and state off."""
    return deadline.kind in EXTENDABLE and deadline.state in {DeadlineState.OPEN, DeadlineState.LAPSED}


def is_acknowledged_by(member: Member, deadline: Deadline) -> bool:
    """Tell whether a member takes care of a deadline for the safe day that it has now."""
    said = Acknowledgement.objects.for_agency(member.agency_id).filter(deadline=deadline, member=member)
    return said.filter(safe_by=deadline.safe_by).exists()


def sayings_of(deadline: Deadline) -> Sayings:
    """Return everything that was told and said of a deadline."""
    reminders = Reminder.objects.for_agency(deadline.agency_id).filter(deadline=deadline)
    reminders = reminders.select_related("recipient__user", "mail").order_by("-pk")
    of_deadline = {"deadline": deadline}
    said = Acknowledgement.objects.for_agency(deadline.agency_id).filter(**of_deadline)
    snoozes = Snooze.objects.for_agency(deadline.agency_id).filter(**of_deadline)
    extensions = DeadlineExtension.objects.for_agency(deadline.agency_id).filter(**of_deadline)
    return Sayings(
        told=_told(list(reminders[: 2 * LISTED])),
        acknowledged=list(said.select_related("member__user")[:LISTED]),
        snoozed=list(snoozes.select_related("member__user")[:LISTED]),
        extended=list(extensions.select_related("made_by__user", "document")[:LISTED]),
        changes=changes_of(deadline),
    )


def changes_of(deadline: Deadline) -> list[Change]:
    """Return when the last day, the state, the person or the yen of a deadline changed, the newest first."""
    history: type[Model] = Deadline.pgh_event_models["update"]  # type: ignore[attr-defined]
    events = history._default_manager.filter(agency_id=deadline.agency_id, id=deadline.pk).order_by("pgh_id")
    rows = list(events.values("pgh_created_at", *TOLD))
    names = _names({row["consultant_id"] for row in rows})
    changes = []
    for before, after in zip([None, *rows], rows, strict=False):
        what = "期限を登録" if before is None else "、".join(_differences(before, after, names))
        if what:
            changes.append(Change(after["pgh_created_at"], what))
    return changes[::-1][:LISTED]


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[int, str]) -> Iterator[str]:
    words: dict[str, tuple[str, Callable[[Any], str]]] = {
        "claim_by": ("最終日", str),
        "state": ("状態", lambda value: DeadlineState(value).label),
        "consultant_id": ("担当者", lambda value: names.get(value, "なし")),
        "yen_at_risk": ("失うおそれのある額", lambda value: f"{format_yen(value)}円"),
    }
    for name, (label, shown) in words.items():
        if before[name] != after[name]:
            yield f"{label} {shown(before[name])} → {shown(after[name])}"


def _names(ids: set[int | None]) -> dict[int, str]:
    members = Member.objects.filter(pk__in=[pk for pk in ids if pk is not None]).select_related("user")
    return {one.pk: str(one) for one in members}


def _told(reminders: Sequence[Reminder]) -> list[Told]:
    """Return the reminders, those of one occasion and person by both channels as one."""
    groups: dict[tuple[date, int, int], list[Reminder]] = {}
    for one in reminders:
        groups.setdefault((one.safe_by, one.offset_days, one.recipient_id), []).append(one)
    found = []
    for group in groups.values():
        mail = next((one.mail for one in group if one.mail is not None), None)
        tone = MAIL_TONES[mail.state] if mail is not None else ""
        found.append(Told(group[0], _offset(group[0].offset_days), mail, tone))
    return found


def _offset(days: int) -> str:
    return _before(days) if days >= 0 else f"{-days}日後"


def _before(days: int) -> str:
    return "当日" if days == 0 else f"{days}日前"
