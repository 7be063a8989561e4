"""The sources of all rule data, to be read again from time to time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from subsidies.rules.loading import PARAMETERS_FOLDER
from vapup.shared.rule_data import Source

_APP: Final = PARAMETERS_FOLDER.parent
FOLDERS: Final = (
    PARAMETERS_FOLDER,
    PARAMETERS_FOLDER / "requirements",
    PARAMETERS_FOLDER / "councils",
    _APP / "eligibility",
    _APP / "top_ups",
    _APP / "own_share",
    _APP / "hours",
    _APP / "ticks",
    _APP.parent / "cases" / "parameters",
)
NAMED_BY: Final = (
    "id",
    "name",
    "form",
    "frame",
    "application",
    "council",
    "scheme",
    "category",
    "code",
    "industry",
    "size_class",
)


@dataclass(frozen=True, slots=True)
class SourcedRow:
    """A row of the rule data: where it stands, what it is called, and the text that it rests on."""

    place: str
    name: str
    source: Source
    confirmed: bool


def sourced_rows(folders: tuple[Path, ...] = FOLDERS) -> tuple[SourcedRow, ...]:
    """Return every row with a source, file by file; that each row has one is what the loaders see to."""
    return tuple(row for folder in folders for path in sorted(folder.glob("*.toml")) for row in _rows_of(path))


def _rows_of(path: Path) -> Iterator[SourcedRow]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for table, rows in content.items():
        for number, values in enumerate(rows, 1):
            yield from _row(f"{path.parent.parent.name}/{path.name} [[{table}]] {number}", table, values)


def _row(place: str, table: str, values: Mapping[str, Any]) -> Iterator[SourcedRow]:
    """Yield a row once for each text that it rests on: one, or one a scheme."""
    name = " ".join(str(values[key]) for key in NAMED_BY if key in values) or table
    is_confirmed = values.get("confirmed", True)
    if "source" in values:
        yield SourcedRow(place, name, Source(**values["source"]), is_confirmed)
    for scheme, source in values.get("sources", {}).items():
        yield SourcedRow(f"{place} {scheme}", name, Source(**source), is_confirmed)
