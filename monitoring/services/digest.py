"""The weekly digest: every Monday morning, straight from the open deadlines, whatever became of the reminders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from monitoring.enums import DeadlineState, MailKind
from monitoring.models import Deadline, Heartbeat, Mail, ReminderSettings
from monitoring.selectors.mails import WEEKLY_DAYS, sees_the_office
from monitoring.services.outbox import mail_hours, new_mail
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member
from vapup.accounts.tenancy import sweep_scope
from vapup.clock import JAPAN, day_of
from vapup.shared.dates import monday_of

MONDAY_AT: Final = time(8)
HEARTBEAT: Final = "weekly"


def plan_weekly(*, now: datetime) -> int:
    """Store the digests of this week that are not stored yet; return how many. Does nothing before Monday 08:00.

    One mail for each member and ISO week: a second run changes nothing, a missed Monday is made up for.
    """
    begins = datetime.combine(monday_of(day_of(now)), MONDAY_AT, JAPAN)
    with sweep_scope():
        last = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
        if now < begins or (last is not None and begins <= last <= now):
            return 0
        count = _store(now)
        Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": now, "counts": {"planned": count}})
    return count


def week_key(member_id: int, day: date) -> str:
    """Return what names a member's digest of the ISO week of a day."""
    year, week, _ = day.isocalendar()
    return f"weekly:{member_id}:{year}-W{week:02d}"


def _store(now: datetime) -> int:
    today = day_of(now)
    mails = {week_key(member.pk, today): member for member in _recipients(today)}
    known = set(Mail.objects.filter(key__in=mails).values_list("key", flat=True))
    settings = {one.agency_id: one for one in ReminderSettings.objects.all()}
    new = [
        new_mail(
            agency_id=member.agency_id,
            recipient_id=member.pk,
            kind=MailKind.WEEKLY,
            key=key,
            about=today,
            not_before=mail_hours(settings.get(member.agency_id), now=now),
        )
        for key, member in mails.items()
        if key not in known
    ]
    # Two workers may be at it: the key is unique, and the later one gives way.
    Mail.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _recipients(today: date) -> list[Member]:
    """Return who has something to read: managers the office's, consultants their own."""
    soon = Deadline.objects.filter(state=DeadlineState.OPEN, safe_by__lte=today + timedelta(days=WEEKLY_DAYS))
    offices = Agency.objects.filter(Exists(soon.filter(agency=OuterRef("pk")))).values_list("pk", flat=True)
    members: dict[int, list[Member]] = defaultdict(list)
    for member in Member.objects.active().filter(agency__in=list(offices)).order_by("pk"):
        members[member.agency_id].append(member)
    own = set(soon.filter(consultant__isnull=False).values_list("consultant", flat=True).distinct())
    found: list[Member] = []
    for people in members.values():
        managers = [one.pk for one in people if one.has_role(Role.MANAGER)]
        found.extend(one for one in people if one.pk in own or sees_the_office(one, managers))
    return found
