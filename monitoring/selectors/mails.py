"""What a mail says, read at the moment at which it is sent, and the alarms that an office sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet, Sum

from cases.models import Case
from monitoring.enums import DeadlineState, MailKind
from monitoring.models import Acknowledgement, Alarm, Deadline, Mail, Reminder, ReminderSettings
from monitoring.selectors.mail_lines import Line, Seen, line_of
from monitoring.selectors.words import CaseName
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.clock import day_of

WEEKLY_DAYS: Final = 120
# What is still worth a mail: what is open, and what was lost.
TOLD: Final = (DeadlineState.OPEN, DeadlineState.LAPSED)
Seer = Mapping[int, Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail before it is put into words.

    Attributes:
        lines: its deadlines, the most urgent first.
        total_yen: the yen at risk in all open deadlines of the office or person; None where figures are hidden.
        detail: what an alarm says.
    """

    mail: Mail
    recipient: Member
    today: date
    lines: tuple[Line, ...] = ()
    total_yen: int | None = None
    is_office: bool = False
    detail: str = ""


@dataclass(slots=True)
class _Known:
    """What the letters of a batch need, each kind of row read once."""

    today: date
    recipients: Mapping[int, Member]
    hiding: frozenset[int]
    by_mail: dict[int, list[Reminder]] = field(default_factory=lambda: defaultdict(list))


def letters_of(mails: Sequence[Mail], *, now: datetime) -> dict[int, Letter]:
    """Return what these mails say, by id; without those that need not be sent any more.

    Must run in the scope of the sweep. A reminder says nothing once its deadline is met, cancelled or moved to another
    day, a mail nothing to somebody who has left.
    """
    known = _known(mails, day_of(now))
    told = list(
        Reminder.objects.filter(mail__in=mails, deadline__state__in=TOLD, safe_by=F("deadline__safe_by"))
        .select_related("deadline")
        .order_by("pk")
    )
    for reminder in told:
        known.by_mail[reminder.mail_id or 0].append(reminder)
    seen = _seen([one.deadline for one in told], known)
    letters = {}
    for mail in mails:
        letter = _letter(mail, known, seen) if mail.recipient_id in known.recipients else None
        if letter is not None:
            letters[mail.pk] = letter
    return letters


def office_deadlines(agency_id: int) -> QuerySet[Deadline]:
    """Return the open deadlines of an office, the most urgent first."""
    return Deadline.objects.for_agency(agency_id).filter(state=DeadlineState.OPEN).order_by("safe_by", "pk")


def sees_the_office(member: Member, managers: Iterable[int]) -> bool:
    """Tell whether a weekly digest holds the whole office: that of managers, or of admins where there is no manager."""
    return member.has_role(Role.MANAGER) or (not any(managers) and member.has_role(Role.ADMIN))


def open_alarms() -> tuple[Alarm, ...]:
    """Return what is silent now, of the whole product."""
    return tuple(Alarm.objects.filter(cleared_at=None).order_by("raised_at"))


def silence_banner(member: Member) -> tuple[Alarm, ...]:
    """Return the alarms that a member is shown on every page: an admin all, others none."""
    return open_alarms() if member.has_role(Role.ADMIN) else ()


def _known(mails: Sequence[Mail], today: date) -> _Known:
    people = Member.objects.active().filter(pk__in={mail.recipient_id for mail in mails})
    hiding = ReminderSettings.objects.filter(agency_id__in={mail.agency_id for mail in mails}, hides_figures=True)
    return _Known(
        today=today,
        recipients={one.pk: one for one in people.select_related("user", "agency")},
        hiding=frozenset(hiding.values_list("agency_id", flat=True)),
    )


def _seen(deadlines: Sequence[Deadline], known: _Known) -> Seer:
    """Return what the lines say beside the deadlines themselves, by deadline."""
    consultants = {
        one.pk: one
        for one in Member.objects.filter(pk__in={row.consultant_id for row in deadlines if row.consultant_id})
        .select_related("user")
        .order_by("pk")
    }
    cases = Case.objects.filter(pk__in={row.case_id for row in deadlines if row.case_id})
    names = {pk: CaseName(*name) for pk, *name in cases.values_list("pk", "number", "enterprise__name")}
    rows = Acknowledgement.objects.filter(deadline__in=deadlines)
    acknowledged = set(rows.values_list("deadline_id", "safe_by"))
    return {
        row.pk: Seen(
            name=names.get(row.case_id or 0),
            consultant=consultants.get(row.consultant_id or 0),
            is_acknowledged=(row.pk, row.safe_by) in acknowledged,
            hides_figures=row.agency_id in known.hiding,
        )
        for row in deadlines
    }


def _letter(mail: Mail, known: _Known, seen: Seer) -> Letter | None:
    recipient = known.recipients[mail.recipient_id]
    if mail.kind == MailKind.ALARM:
        alarm = Alarm.objects.filter(pk=int(mail.key.split(":")[1])).first()
        detail = f"{alarm.get_kind_display()}。{alarm.detail}" if alarm else ""
        return Letter(mail=mail, recipient=recipient, today=known.today, detail=detail) if detail else None
    if mail.kind == MailKind.WEEKLY:
        return _weekly(mail, recipient, known)
    told = sorted(known.by_mail.get(mail.pk, ()), key=lambda one: (one.safe_by, one.deadline_id))
    lines = tuple(
        line_of(one.deadline, seen[one.deadline_id], today=known.today, recipient_id=recipient.pk, is_late=one.is_late)
        for one in told
    )
    return Letter(mail=mail, recipient=recipient, today=known.today, lines=lines) if lines else None


def _weekly(mail: Mail, recipient: Member, known: _Known) -> Letter | None:
    """Return the digest of a week, straight from the open deadlines: no reminder is asked."""
    managers = Member.objects.active().for_agency(mail.agency_id).filter(roles__contains=[Role.MANAGER])
    is_office = sees_the_office(recipient, managers.values_list("pk", flat=True))
    rows = office_deadlines(mail.agency_id)
    if not is_office:
        rows = rows.filter(consultant=recipient)
    total = rows.aggregate(yen=Sum("yen_at_risk"))["yen"] or 0
    soon = list(rows.filter(safe_by__lte=known.today + timedelta(days=WEEKLY_DAYS)))
    if not soon:
        return None
    seen = _seen(soon, known)
    return Letter(
        mail=mail,
        recipient=recipient,
        today=known.today,
        lines=tuple(line_of(row, seen[row.pk], today=known.today) for row in soon),
        total_yen=None if mail.agency_id in known.hiding else total,
        is_office=is_office,
    )
