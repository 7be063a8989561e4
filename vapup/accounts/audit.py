"""Write the audit trail: one call per meaning, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from django.db import models

from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member

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
    owner = agency_id if agency_id is not None else (actor.agency_id if actor else getattr(obj, "agency_id", obj.pk))
    return AuditEvent.objects.create(
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


def apply_changes(instance: models.Model, values: Mapping[str, Any]) -> Changes:
    """Set `values` on `instance` (without saving) and return what changed, by the field's Japanese name."""
    changes: Changes = {}
    for name, value in values.items():
        before = getattr(instance, name)
        if before != value:
            field = instance._meta.get_field(name)
            label = str(getattr(field, "verbose_name", name))
            setattr(instance, name, value)
            changes[label] = [_plain(before), _plain(value)]
    return changes


def initial_values(instance: models.Model, names: Iterable[str]) -> Changes:
    """Return the values of a new row in the form of changes from nothing."""
    found: Changes = {}
    for name in names:
        value = getattr(instance, name)
        if value not in (None, ""):
            found[str(getattr(instance._meta.get_field(name), "verbose_name", name))] = [None, _plain(value)]
    return found


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
