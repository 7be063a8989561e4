"""Questions about notices, and about how an agency wants to be told."""

from __future__ import annotations

from django.db.models import Case as Switch
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from monitoring.models import Alarm, Notice, ReminderSettings
from vapup.accounts.models import AuditEvent, Member


def notices_of(member: Member, *, unread_only: bool = False) -> QuerySet[Notice]:
    """Return a member's own notices, unread ones first, the newest first."""
    own = Notice.objects.for_agency(member.agency_id).filter(recipient=member).select_related("deadline")
    if unread_only:
        return own.filter(read_at=None).order_by("-pk")
    unread_first = Switch(When(read_at=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    return own.order_by(unread_first, "-pk")


def unread_count(member: Member) -> int:
    """Return how many notices a member has not read."""
    return Notice.objects.for_agency(member.agency_id).filter(recipient=member, read_at=None).count()


def bell_of(member: Member) -> tuple[int, bool]:
    """Return how many notices a member has not read, and whether an alarm is open; every page asks, in one trip."""
    alarms = Alarm.objects.filter(cleared_at=None)
    own = Notice.objects.for_agency(member.agency_id).filter(recipient=OuterRef("pk"), read_at=None)
    counted = own.order_by().values("recipient").annotate(count=Count("pk")).values("count")
    rows = Member.objects.for_agency(member.agency_id).filter(pk=member.pk)
    unread, is_silent = rows.values_list(Coalesce(Subquery(counted), 0), Exists(alarms)).get()
    return unread, is_silent


def newest_notice_id(member: Member) -> int:
    """Return the id of a member's newest notice, 0 without any."""
    own = Notice.objects.for_agency(member.agency_id).filter(recipient=member)
    return own.order_by("-pk").values_list("pk", flat=True).first() or 0


def settings_of(agency_id: int) -> ReminderSettings:
    """Return how an agency wants its mails: what it has stored, or an unsaved row of the defaults."""
    stored = ReminderSettings.objects.for_agency(agency_id).first()
    return stored or ReminderSettings(agency_id=agency_id)


def latest_change_of(settings: ReminderSettings) -> AuditEvent | None:
    """Return the event of the last change of an agency's settings."""
    events = AuditEvent.objects.for_agency(settings.agency_id)
    return events.filter(object_type="remindersettings", object_id=settings.pk).order_by("-pk").first()
