"""What the account pages read: members, invitations, and the audit trail of one agency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery

from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Invitation, Member, User
from vapup.clock import JAPAN

SHOWN_CHANGES: Final = 5
NOTHING: Final = "—"
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events of the trail to show; None and "" mean all. Both days are inclusive."""

    actor_id: int | None = None
    verb: str = ""
    object_type: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field of an event, as a reader sees it."""

    label: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """Return the field without what it belongs to: 「単価」 of 「費用明細 現状分析: 単価」."""
        return self.label.rpartition(": ")[2]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event of the trail, ready to be shown."""

    event: AuditEvent
    kind: str
    changes: list[ChangedField] = field(default_factory=list)

    @property
    def is_first(self) -> bool:
        """Tell whether every field held nothing before, so that there is nothing to compare."""
        return all(change.before == NOTHING for change in self.changes)

    @property
    def about(self) -> str:
        """Return the one thing that all changes are about; "" where there are several, or none is named."""
        subjects = {change.label.rpartition(": ")[0] for change in self.changes}
        return subjects.pop() if len(subjects) == 1 else ""

    @property
    def shown(self) -> list[ChangedField]:
        """Return the changes that a list shows at once."""
        return self.changes if len(self.changes) <= SHOWN_CHANGES + 1 else self.changes[:SHOWN_CHANGES]

    @property
    def folded(self) -> list[ChangedField]:
        """Return the changes that a list shows on request."""
        return self.changes[len(self.shown) :]


def members(agency_id: int) -> QuerySet[Member]:
    """Return all members, those who may work first; `signed_in_at` is their last sign-in, or None."""
    sign_ins = AuditEvent.objects.filter(
        agency_id=agency_id, object_type="member", object_id=OuterRef("pk"), verb=Verb.SIGNED_IN
    )
    found = Member.objects.for_agency(agency_id).select_related("user")
    return found.annotate(
        signed_in_at=Subquery(sign_ins.order_by("-id").values("occurred_at")[:1], output_field=models.DateTimeField())
    ).order_by("-is_active", "joined_at", "pk")


def open_invitations(agency_id: int) -> QuerySet[Invitation]:
    """Return the invitations that were neither accepted nor taken back, also those that have run out."""
    invitations = Invitation.objects.for_agency(agency_id).filter(accepted_at=None, revoked_at=None)
    return invitations.select_related("invited_by__user").order_by("-invited_at", "-pk")


def workplaces(user: User) -> QuerySet[Member]:
    """Return the places where `user` may work now."""
    return Member.objects.active().filter(user=user).select_related("agency", "user").order_by("agency__name", "pk")


def audit_events(agency_id: int, wanted: AuditFilter) -> QuerySet[AuditEvent]:
    """Return the events of an agency, newest first."""
    events = AuditEvent.objects.for_agency(agency_id).order_by("-id")
    exact = {"actor_id": wanted.actor_id, "verb": wanted.verb, "object_type": wanted.object_type}
    events = events.filter(**{name: value for name, value in exact.items() if value})
    if wanted.since:
        events = events.filter(occurred_at__gte=_midnight(wanted.since))
    if wanted.until:
        events = events.filter(occurred_at__lt=_midnight(wanted.until + ONE_DAY))
    return events


def latest_event_of(agency_id: int, obj: models.Model) -> AuditEvent | None:
    """Return the last thing that was done to `obj`, to tell who changed it meanwhile."""
    events = AuditEvent.objects.for_agency(agency_id).filter(object_type=obj._meta.model_name, object_id=obj.pk)
    return events.order_by("-id").first()


def audit_entry(event: AuditEvent) -> AuditEntry:
    """Return an event with its changes in words."""
    changes = [
        ChangedField(label, _words(pair[0]), _words(pair[1]))
        for label, pair in event.changes.items()
        if isinstance(pair, list) and len(pair) == 2
    ]
    return AuditEntry(event, object_kinds().get(event.object_type, event.object_type), changes)


def object_kinds() -> Mapping[str, str]:
    """Return the kinds of objects that the trail may name, by their code."""
    own = ("accounts", "cases", "documents", "monitoring", "subsidies")
    found = {
        model._meta.model_name or "": str(model._meta.verbose_name)
        for label in own
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.endswith("Event")
    }
    return MappingProxyType(found)


def _words(value: Any) -> str:
    """Write a stored value for a reader: はい, 1,234, 担当者・管理者, or a dash for nothing."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(JAPAN):%Y-%m-%d %H:%M}"
    return "・".join(_words(part) for part in value) if isinstance(value, list) else str(value)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=JAPAN)
