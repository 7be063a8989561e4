"""What a case said at the end of a day, beside what it says now, from the history that the database keeps itself.

Every tracked table with rows of the case or of its enterprise is shown; tables of other apps are found by their link
to the case, so that this app need not know them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Max, Q

from cases.models import Case, Enterprise
from vapup.accounts.models import Member
from vapup.clock import JAPAN
from vapup.shared.money import format_yen

NOTHING: Final = "—"
DELETED: Final = "delete"
# These have pages of their own that keep every version.
ELSEWHERE: Final = frozenset({"note", "packet", "estimate", "enterprisemerge"})
# They change with every save and say nothing to a reader.
CLOCKS: Final = frozenset({"created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Value:
    """A field at the end of the day and now, both as a reader sees them."""

    label: str
    then: str
    now: str
    differs: bool


@dataclass(frozen=True, slots=True)
class StoodRow:
    """A row of the case.

    Attributes:
        state: "" where it is there now as it was then; otherwise what became of it since.
        values: its fields that hold something then or now.
        differing: how many fields differ; a row that came or went since counts as one.
    """

    name: str
    state: str
    values: tuple[Value, ...]
    differing: int


@dataclass(frozen=True, slots=True)
class Section:
    """All rows of one table."""

    title: str
    rows: tuple[StoodRow, ...]


@dataclass(frozen=True, slots=True)
class AsOf:
    """The whole case at the end of a day; without sections where it did not exist yet."""

    day: date
    sections: tuple[Section, ...]

    @property
    def differing(self) -> int:
        """Return how many fields differ from today."""
        return sum(row.differing for section in self.sections for row in section.rows)


@dataclass(frozen=True, slots=True)
class _Part:
    """A tracked table, and the condition that finds the rows of one case in its history."""

    model: type[models.Model]
    condition: Q


@dataclass(frozen=True, slots=True)
class _Pair:
    """The last events of a row by the end of the day and until now; None where there was no such row."""

    then: models.Model | None
    now: models.Model | None


Known = Mapping[type[models.Model], Mapping[Any, models.Model]]


def stood_at(case: Case, day: date) -> AsOf:
    """Return what was stored about a case at the end of `day` in Japan."""
    moment = datetime.combine(day + timedelta(days=1), time.min, tzinfo=JAPAN)
    found = {part.model: _pairs(part, case.agency_id, moment) for part in _parts(case, _enterprise_then(case, moment))}
    if all(pair.then is None for pair in found[Case]):
        return AsOf(day, ())
    known = _linked(found, case)
    sections = (Section(_title(model), tuple(_rows(model, pairs, known))) for model, pairs in found.items())
    return AsOf(day, tuple(section for section in sections if section.rows))


def _enterprise_then(case: Case, moment: datetime) -> int:
    """Return the enterprise that the case was of: it has another since when two of them were merged."""
    history: Any = Case.pgh_event_models["insert"]  # type: ignore[attr-defined]
    events = history._default_manager.filter(id=case.pk, agency_id=case.agency_id, pgh_created_at__lt=moment)
    found: int | None = events.order_by("-pgh_id").values_list("enterprise_id", flat=True).first()
    return case.enterprise_id if found is None else found


def _parts(case: Case, enterprise_id: int) -> Iterator[_Part]:
    yield _Part(Case, Q(id=case.pk))
    yield _Part(Enterprise, Q(id=enterprise_id))
    for owner, pk in ((Enterprise, enterprise_id), (Case, case.pk)):
        for relation in owner._meta.related_objects:
            model = relation.related_model
            is_tracked = hasattr(model, "pgh_event_models") and model not in {Case, Enterprise}
            if is_tracked and model._meta.model_name not in ELSEWHERE:
                yield _Part(model, Q(**{f"{relation.field.name}_id": pk}))


def _pairs(part: _Part, agency_id: int, moment: datetime) -> list[_Pair]:
    """Return each row's last event before `moment` and its last event at all, in one question."""
    history: type[models.Model] = part.model.pgh_event_models["insert"]  # type: ignore[attr-defined]
    events = history._default_manager.filter(part.condition, agency_id=agency_id)
    last = events.order_by().values("id").annotate(last=Max("pgh_id")).values("last")
    then = last.filter(pgh_created_at__lt=moment)
    by_row: dict[int, list[Any]] = defaultdict(list)
    wanted: Iterable[Any] = events.filter(Q(pgh_id__in=then) | Q(pgh_id__in=last)).order_by("id", "pgh_id")
    for event in wanted:
        by_row[event.id].append(event)
    pairs = (_pair(found, moment) for found in by_row.values())
    return [pair for pair in pairs if pair.then is not None or pair.now is not None]


def _pair(events: Sequence[Any], moment: datetime) -> _Pair:
    first, last = events[0], events[-1]
    then = first if first.pgh_created_at < moment and first.pgh_label != DELETED else None
    return _Pair(then, last if last.pgh_label != DELETED else None)


def _linked(found: Mapping[type[models.Model], Sequence[_Pair]], case: Case) -> Known:
    """Return the rows that the events link to, all of a table in one question."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for model, pairs in found.items():
        for field in _links(model):
            ids = {getattr(event, field.attname) for pair in pairs for event in (pair.then, pair.now) if event}
            wanted[field.related_model] |= ids - {None}
    wanted.pop(Case, None)
    wanted.pop(Enterprise, None)
    linked: dict[type[models.Model], Mapping[Any, models.Model]] = {
        model: _rows_of(model, ids) for model, ids in wanted.items() if ids
    }
    return {**linked, Case: {case.pk: case}, Enterprise: {case.enterprise_id: case.enterprise}}


def _rows_of(model: type[models.Model], ids: Iterable[Any]) -> Mapping[Any, models.Model]:
    rows = model._default_manager.filter(pk__in=ids)
    return {row.pk: row for row in (rows.select_related("user") if model is Member else rows)}


def _links(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.remote_field and field.name != "agency"]


def _shown_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields that a reader knows: those with a Japanese name, and links to other rows."""
    owners = {Case, Enterprise} if model is not Case else {Enterprise}
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.name not in {"agency", *CLOCKS}
        and not isinstance(field, models.JSONField)
        and (field.related_model not in owners if field.remote_field else not str(field.verbose_name).isascii())
    ]


def _title(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)


def _rows(model: type[models.Model], pairs: Sequence[_Pair], known: Known) -> Iterator[StoodRow]:
    fields = _shown_fields(model)
    for pair in pairs:
        event = pair.then or pair.now
        name = _name(model, event, known)
        if pair.then is None:
            yield StoodRow(name, "この日の後に追加", (), 1)
            continue
        values = tuple(value for value in (_value(field, pair, known) for field in fields) if _says(value))
        if pair.now is None:
            yield StoodRow(name, "この日の後に削除", values, 1)
        else:
            yield StoodRow(name, "", values, sum(value.differs for value in values))


def _value(field: Any, pair: _Pair, known: Known) -> Value:
    before = getattr(pair.then, field.attname)
    after = getattr(pair.now, field.attname) if pair.now is not None else None
    label = str(field.verbose_name)
    if field.remote_field and label.isascii():
        label = str(field.related_model._meta.verbose_name)
    differs = pair.now is not None and before != after
    return Value(label, _shown(field, before, known), _shown(field, after, known), differs)


def _says(value: Value) -> bool:
    return value.then != NOTHING or value.now != NOTHING


def _shown(field: Any, value: Any, known: Known) -> str:
    """Return a stored value as a reader knows it: labels, はい/いいえ, dates, figures with separators."""
    if value is None or value == "":
        return NOTHING
    if field.remote_field:
        row = known.get(field.related_model, {}).get(value)
        return str(row) if row is not None else "(削除済み)"
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    return _figure(field, value) if isinstance(value, int) else _moment_or_text(value)


def _figure(field: Any, value: int) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return f"{format_yen(value)}円" if field.name.endswith("_yen") else f"{value:,}"


def _moment_or_text(value: Any) -> str:
    return f"{value.astimezone(JAPAN):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _name(model: type[models.Model], event: Any, known: Known) -> str:
    """Return what a row called itself when the event was kept."""
    row = model(**{field.attname: getattr(event, field.attname) for field in model._meta.concrete_fields})
    for field in _links(model):
        linked = known.get(field.related_model, {}).get(getattr(event, field.attname))
        if linked is not None:
            setattr(row, field.name, linked)
        elif getattr(event, field.attname) is not None:
            return f"{_title(model)}(削除済み)"
    return str(row)
