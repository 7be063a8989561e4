"""Write the audit trail: one call per meaning, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from django.db import models

from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member, User
from vapup.accounts.tenancy import tenant_scope

Changes = dict[str, list[Any]]


class Audited(Protocol):
    """A row that belongs to an agency."""

    pk: Any
    agency_id: int


def record(
    actor: Member | None,
    verb: Verb,
    obj: models.Model,
    *,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    agency_id: int | None = None,
) -> AuditEvent:
    """Add an event. `changes` maps the Japanese name of a field to [before, after]."""
    event = unsaved(actor, verb, obj, changes=changes, reason=reason, agency_id=agency_id)
    event.save()
    return event


def unsaved(
    actor: Member | None,
    verb: Verb,
    obj: models.Model,
    *,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    agency_id: int | None = None,
) -> AuditEvent:
    """Return an event as `record` adds it, for a service that adds many at once."""
    owner = agency_id if agency_id is not None else (actor.agency_id if actor else getattr(obj, "agency_id", obj.pk))
    return AuditEvent(
        agency_id=owner,
        actor=actor,
        actor_label=str(actor) if actor else "システム",
        verb=verb,
        object_type=obj._meta.model_name or "",
        object_id=obj.pk,
        object_label=str(obj)[:300],
        changes=dict(changes or {}),
        reason=reason,
    )


def record_everywhere(user: User, verb: Verb, *, changes: Mapping[str, Any] | None = None) -> None:
    """Add an event about `user` to the trail of every agency that they work for."""
    for member in Member.objects.active().filter(user=user).select_related("user"):
        with tenant_scope(member.agency_id):
            record(member, verb, member, changes=changes)


def apply_changes(instance: models.Model, values: Mapping[str, Any]) -> Changes:
    """Set `values` on `instance` (without saving) and return what changed, by the field's Japanese name."""
    changes: Changes = {}
    for name, value in values.items():
        before = getattr(instance, name)
        if before != value:
            field = instance._meta.get_field(name)
            setattr(instance, name, value)
            changes[_label(field)] = [_shown(field, before), _shown(field, value)]
    return changes


def initial_values(instance: models.Model, names: Iterable[str]) -> Changes:
    """Return the values of a new row in the form of changes from nothing."""
    found: Changes = {}
    for name in names:
        value = getattr(instance, name)
        if value not in (None, ""):
            field = instance._meta.get_field(name)
            found[_label(field)] = [None, _shown(field, value)]
    return found


def _label(field: Any) -> str:
    """Return the field's Japanese name; a link that has none of its own bears that of what it leads to."""
    own = str(getattr(field, "verbose_name", field.name))
    is_unnamed = own == field.name.replace("_", " ") and field.related_model
    return str(field.related_model._meta.verbose_name) if is_unnamed else own


def _shown(field: Any, value: Any) -> Any:
    """Return `value` as a reader knows it: the label of a choice instead of its code."""
    labels = dict(getattr(getattr(field, "base_field", field), "flatchoices", None) or ())
    if isinstance(value, (list, tuple)):
        return [str(labels.get(part, _plain(part))) for part in value]
    return str(labels[value]) if labels and value in labels else _plain(value)


def _plain(value: Any) -> Any:
    """Return `value` as JSON can hold it and a reader can read it."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value)
