"""The figures in a merge of two enterprises: what moves, what stays behind, and what became of it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.apps import apps

from cases.models import AccountName, Enterprise, EnterpriseMerge, MonthlyFigure, YearlyFigure
from cases.rules.accounts import accounts
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent

# Of each table: the column by which it moves as a whole, how its places are counted, and what a row of it says.
TABLES: Final = ((MonthlyFigure, "month", "か月", "金額"), (YearlyFigure, "ends_on", "期", "金額"))
NAMES: Final = (AccountName, "name", "件", "対応")
PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {model._meta.label_lower: place for model, place, _, _ in (*TABLES, NAMES)}
)
BOOKS: Final = "試算表"  # what the trail of an import of figures names the file by


@dataclass(frozen=True, slots=True)
class MovingFigures:
    """What moves of one table of figures: whole months, years or names that the enterprise that stays has not.

    Attributes:
        label: what the table is called; unit: what `count` is counted in; kind: what a row of it is.
        ids: of the rows that move; count: of the months, years or names that they are of.
        places, left: what moves and what stays behind, in words, months that follow each other as 2025-04〜2025-06.
    """

    model: str
    label: str
    unit: str
    kind: str
    ids: tuple[int, ...]
    count: int
    places: str
    left: str


def moving_figures(kept: Enterprise, gone: Enterprise) -> tuple[MovingFigures, ...]:
    """Return what would move of each table, the months first."""
    return tuple(_moving(kept, gone, *table) for table in (*TABLES, NAMES))


def _moving(kept: Enterprise, gone: Enterprise, model: Any, place: str, unit: str, kind: str) -> MovingFigures:
    rows = model.objects.for_agency(kept.agency_id)
    own = set(rows.filter(enterprise=kept).values_list(place, flat=True))
    its = list(rows.filter(enterprise=gone).order_by("pk").values_list("pk", place))
    places = sorted({where for _, where in its})
    moving, left = [one for one in places if one not in own], [one for one in places if one in own]
    return MovingFigures(
        model=model._meta.label_lower,
        label=str(model._meta.verbose_name),
        unit=unit,
        kind=kind,
        ids=tuple(pk for pk, where in its if where not in own),
        count=len(moving),
        places="、".join(_words(model, moving)),
        left="、".join(_words(model, left)),
    )


def _words(model: Any, places: Sequence[Any]) -> Iterator[str]:
    return _spans(places) if model is MonthlyFigure else map(str, places)


def _spans(months: Sequence[date]) -> Iterator[str]:
    """Yield runs of months, which are sorted."""
    first = last = None
    for month in [*months, None]:
        if first is not None and last is not None and (month is None or _number(month) != _number(last) + 1):
            yield f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}〜{last:%Y-%m}"
            first = None
        first, last = first or month, month


def _number(month: date) -> int:
    return month.year * 12 + month.month


def lost_figure(merge: EnterpriseMerge, model: str, pk: int) -> tuple[str, str]:
    """Return what a moved row was that is no longer there, and the file of the import that took its place, or nothing.

    Its history tells both: the import wrote to the trail of the enterprise in the transaction of the deletion.
    """
    history: Any = apps.get_model(f"{model}event")._default_manager
    event = history.filter(agency_id=merge.agency_id, pgh_obj_id=pk, pgh_label="delete").latest("pgh_id")
    trail = AuditEvent.objects.for_agency(merge.agency_id).filter(object_type="enterprise", object_id=merge.kept_id)
    written = trail.filter(verb__in=(Verb.CHANGED, Verb.IMPORTED), occurred_at__gte=event.pgh_created_at)
    told = written.order_by("occurred_at", "pk").first()
    file = told.changes[BOOKS][1] if told is not None and BOOKS in told.changes else ""
    return _name(event, model), file


def _name(event: Any, model: str) -> str:
    where = getattr(event, PLACES[model])
    if model == AccountName._meta.label_lower:
        return str(where)
    when = f"{where:%Y-%m}" if model == MonthlyFigure._meta.label_lower else f"{where}の決算"
    account = accounts().get(event.account)
    return f"{when} {account.label if account else event.account}"
