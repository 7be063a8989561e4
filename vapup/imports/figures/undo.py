"""Take the figures of a file back: what it had replaced comes back as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import models

from cases.models import AccountName, MonthlyFigure, YearlyFigure
from cases.services.locking import lock_enterprise
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Member
from vapup.imports.figures.write import REPLACED
from vapup.imports.importers import Made, Objections
from vapup.imports.models import ImportBatch
from vapup.shared.errors import DomainError


class FiguresTaken(DomainError):
    """Where the earlier figures belong, others were stored since."""


def objections(actor: Member, made: Made) -> Objections:
    """Lock the enterprise, so that nobody stores figures meanwhile; nothing but changes stands against an undo."""
    ids: set[int] = set()
    for model in (MonthlyFigure, YearlyFigure, AccountName):
        rows = model._default_manager.filter(agency_id=actor.agency_id, pk__in=made.get(model, ()))
        ids |= set(rows.values_list("enterprise_id", flat=True))
    for pk in sorted(ids):
        lock_enterprise(actor, pk)
    return ()


def restore(actor: Member, batch: ImportBatch) -> None:
    """Store what the import had replaced again, under its old ids, after what it made is deleted.

    Raises:
        FiguresTaken: a later import stored the same account and month.
        EnterpriseMerged: the enterprise was merged into another.
    """
    enterprise = lock_enterprise(actor, batch.options["enterprise"])
    replaced: Mapping[str, Sequence[Sequence[Any]]] = batch.options.get(REPLACED, {})
    own: dict[str, Any] = {"agency_id": batch.agency_id, "enterprise": enterprise}
    _again(
        MonthlyFigure(**own, pk=pk, account=account, month=date.fromisoformat(month), yen=yen)
        for pk, account, month, yen in replaced.get("monthly", ())
    )
    _again(
        YearlyFigure(**own, pk=pk, account=account, ends_on=date.fromisoformat(end), yen=yen)
        for pk, account, end, yen in replaced.get("yearly", ())
    )
    _again(
        AccountName(**own, pk=pk, name=name, account=account, is_negated=is_negated)
        for pk, name, account, is_negated in replaced.get("names", ())
    )
    audit.record(actor, Verb.IMPORT_UNDONE, enterprise, changes={"試算表": [batch.document.filename, None]})


def _again(rows: Any) -> None:
    """Store rows of one model, unless something else has their place by now."""
    found: list[Any] = list(rows)
    if not found:
        return
    model: type[models.Model] = type(found[0])
    fields = _keys(model)
    agency_id, enterprise = found[0].agency_id, found[0].enterprise
    stored = model._default_manager.filter(agency_id=agency_id, enterprise=enterprise)
    held = set(stored.values_list(*fields))
    if any(tuple(getattr(row, name) for name in fields) in held for row in found):
        raise FiguresTaken(
            f"取り消せません。この取込の後に、同じ月の{model._meta.verbose_name}が登録されています。"
            "後の取込を先に取り消してください。何も変えていません。"
        )
    model._default_manager.bulk_create(found, batch_size=2_000)


def _keys(model: type[models.Model]) -> tuple[str, ...]:
    if model is AccountName:
        return ("name",)
    return ("account", "month" if model is MonthlyFigure else "ends_on")
