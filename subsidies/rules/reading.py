"""From rows of the rule data to checked rule versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeVar

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.loading import TABLES
from subsidies.rules.size_class import SizeClass
from subsidies.rules.version import SPECS, Key, Parameter, RuleVersion, Spec, Value
from vapup.shared.rule_data import ParameterError, Row, chain, in_force, read_rows

ONE_DAY: Final = timedelta(days=1)
REQUIRED: Final = ("rate", "rounding", "estimate_limit", "cost_basis", "plan_claim_months", "reuse")
REQUIRED_WITH_SIZES: Final = ("size_small_below_yen", "size_large_from_yen", "monitoring_share_max")
REQUIRED_WITH_HOLDBACK: Final = ("half_rounding", "holdback_lapse", "monitoring_claim_months")
REQUIRED_WITH_WINDOW: Final = ("monitoring_window_basis",)

E = TypeVar("E", bound=Enum)


def load_rule_versions(folder: Path) -> dict[SchemeFrame, tuple[RuleVersion, ...]]:
    """Read and check the rule data of a folder; the versions of a frame come oldest first.

    Raises:
        ParameterError: anything in the data is missing, unknown, undated, without a source, or contradicts itself.
    """
    parameters = chain(
        ((one.frame, one.key), one) for one in map(_parameter, read_rows("parameter", folder, known=TABLES))
    )
    named = chain((one.frame, one) for one in map(_version, read_rows("version", folder, known=TABLES)))
    rules: dict[SchemeFrame, tuple[RuleVersion, ...]] = {}
    for frame in SchemeFrame:
        if frame not in named:
            raise ParameterError(f"no [[version]] for the frame {frame.value}")
        of_frame = [members for members in parameters.values() if members[0].frame == frame]
        _check_within(named[frame], of_frame)
        rules[frame] = tuple(_cut(named[frame], of_frame))
    return rules


def _parameter(row: Row) -> Parameter:
    name = row.text("name")
    spec = SPECS.get(name)
    if spec is None:
        row.refuse(f"unknown parameter {name}")
    category = _one_of(CostCategory, row.text("category"), row) if spec.keyed_by == "category" else None
    size_class = _one_of(SizeClass, row.text("size_class"), row) if spec.keyed_by == "size_class" else None
    parameter = Parameter(
        key=Key(name, category, size_class),
        frame=_one_of(SchemeFrame, row.text("frame"), row),
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        value=_value(row, spec),
        unit=spec.unit,
        source=row.source(),
        confirmed=row.truth("confirmed"),
        note=row.optional_text("note"),
    )
    if not parameter.confirmed and parameter.note is None:
        row.refuse("a row that is not confirmed says in note what is assumed")
    row.finish()
    return parameter


def _value(row: Row, spec: Spec) -> Value:
    unit, value = row.text("unit"), row.anything("value")
    if unit != spec.unit:
        row.refuse(f"the unit is {spec.unit}, not {unit}")
    if unit in {"yen", "months"}:
        if type(value) is not int or value <= 0:
            row.refuse(f"{value!r} is no whole number of {unit} above 0")
        return value
    if not isinstance(value, str):
        row.refuse(f"{value!r} is no text")
    return _share(row, value) if unit == "share" else _word(row, value, spec)


def _share(row: Row, value: str) -> Fraction:
    over, slash, under = value.partition("/")
    if not (slash and over.isdecimal() and under.isdecimal() and 0 < int(over) <= int(under)):
        row.refuse(f'{value!r} is no share such as "2/3"')
    return Fraction(int(over), int(under))


def _word(row: Row, value: str, spec: Spec) -> str:
    if value not in spec.words:
        row.refuse(f"{value!r} is none of {', '.join(sorted(spec.words))}")
    return value


def _version(row: Row) -> RuleVersion:
    version = RuleVersion(
        name=row.text("id"),
        frame=_one_of(SchemeFrame, row.text("frame"), row),
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        categories=tuple(_one_of(CostCategory, text, row) for text in row.texts("categories")),
        source=row.source(),
        parameters={},
    )
    row.finish()
    return version


def _one_of(kind: type[E], text: str, row: Row) -> E:
    try:
        return kind(text)
    except ValueError:
        row.refuse(f"unknown {kind.__name__} {text}")


def _check_within(named: Sequence[RuleVersion], of_frame: Iterable[Sequence[Parameter]]) -> None:
    """Refuse a parameter in force on days on which its frame is not open: one of the two dates is wrong."""
    opens, closes = named[0].effective_from, named[-1].effective_to
    for members in of_frame:
        last = members[-1].effective_to
        if members[0].effective_from < opens or (closes and last and last > closes):
            raise ParameterError(f"{members[0].id} reaches beyond the versions of its frame")


def _cut(named: Sequence[RuleVersion], of_frame: Sequence[Sequence[Parameter]]) -> Iterator[RuleVersion]:
    """Cut the named versions wherever a parameter changes, so that nothing changes inside a piece."""
    starts = sorted({version.effective_from for version in named} | {day for one in of_frame for day in _changes(one)})
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        version = in_force(named, start)
        if version is None:
            continue
        end = following - ONE_DAY if following else version.effective_to
        held = {found.key: found for members in of_frame if (found := in_force(members, start))}
        piece = RuleVersion(version.name, version.frame, start, end, version.categories, version.source, held)
        _check_complete(piece)
        yield piece


def _changes(members: Sequence[Parameter]) -> Iterator[date]:
    for one in members:
        yield one.effective_from
        if one.effective_to:
            yield one.effective_to + ONE_DAY


def _check_complete(piece: RuleVersion) -> None:
    """Refuse a version that an assessment could not be made with, or a cap for a category it does not list."""
    missing = [key.name for key in _required(piece) if key not in piece.parameters]
    if missing:
        raise ParameterError(f"{piece.name} has no {', '.join(missing)} on {piece.effective_from}")
    strays = [one.id for one in piece.parameters.values() if one.key.category not in (None, *piece.categories)]
    if strays:
        raise ParameterError(f"{piece.name} has no such category: {', '.join(strays)}")


def _required(piece: RuleVersion) -> Iterator[Key]:
    """Yield what the arithmetic of this version asks for."""
    names = list(REQUIRED)
    if piece.has_size_classes:
        names += REQUIRED_WITH_SIZES
        yield from (Key("size_total_yen", None, size) for size in SizeClass)
    if "holdback_share" in {key.name for key in piece.parameters}:
        names += REQUIRED_WITH_HOLDBACK
    if Key("monitoring_claim_months") in piece.parameters:
        names += REQUIRED_WITH_WINDOW
    if CostCategory.NEGOTIATION in piece.categories:
        names.append("negotiation_paid_with")
    if Key("joint_cap_yen") not in piece.parameters:
        yield from (Key("cap_yen", category) for category in piece.categories)
    yield from map(Key, names)
