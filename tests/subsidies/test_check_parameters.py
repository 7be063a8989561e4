"""Nobody forgets to read the sources again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from subsidies.management.commands import check_parameters
from subsidies.rules.loading import PARAMETERS_FOLDER
from subsidies.rules.sources import FOLDERS, sourced_rows
from vapup import clock
from vapup.commands import InvalidInput

ROW = """
[[parameter]]
name = "rate"
frame = "normal"
effective_from = 2013-03-08
value = "2/3"
unit = "share"
source = { title = "協議会の案内", clause = "補助率", url = "https://example.jp/", checked_on = %s }
confirmed = %s
"""


def listed(**options: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    out = StringIO()
    call_command("check_parameters", stdout=out, **options)
    *rows, counts = [json.loads(line) for line in out.getvalue().splitlines()]
    return rows, counts


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three rows, read on 2026-01-01, -02 and -03, looked at on 2026-06-30."""
    days = zip(("2026-01-02", "2026-01-01", "2026-01-03"), ("true", "false", "true"), strict=True)
    (tmp_path / "rows.toml").write_text("".join(ROW % day for day in days), encoding="utf-8")
    monkeypatch.setattr(check_parameters, "sourced_rows", lambda: sourced_rows((tmp_path,)))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 6, 30, 3, tzinfo=UTC))
    return tmp_path


@pytest.mark.parametrize(
    ("older_than", "days"),
    [
        # From 2026-01-01 to 2026-06-30 it is 180 days: 30 + 28 + 31 + 30 + 31 + 30.
        (180, []),
        (179, [180]),
        (178, [180, 179]),
        (0, [180, 179, 178]),
    ],
)
def test_what_was_read_longer_ago_is_listed_the_longest_first(folder: Path, older_than: int, days: list[int]) -> None:
    rows, counts = listed(older_than=older_than)
    assert [row["days"] for row in rows] == days
    assert counts == {"rows": 3, "stale": len(days), "older_than": older_than}


def test_a_row_says_where_it_stands_and_what_to_read(folder: Path) -> None:
    (row,) = listed(older_than=179)[0]
    assert row.pop("place").endswith("/rows.toml [[parameter]] 2")
    assert row == {
        "name": "rate normal",
        "checked_on": "2026-01-01",
        "days": 180,
        "confirmed": False,
        "title": "協議会の案内",
        "clause": "補助率",
        "url": "https://example.jp/",
    }


def test_every_row_of_every_file_is_looked_at() -> None:
    written = sum(
        path.read_text(encoding="utf-8").count(" = { title =") for folder in FOLDERS for path in folder.glob("*.toml")
    )
    rows = sourced_rows()
    assert PARAMETERS_FOLDER in FOLDERS
    assert len(rows) == written > 100
    assert len({row.place for row in rows}) == len(rows)
    assert [row.place for row in rows if not row.name] == []


@pytest.mark.parametrize("days", [-1, 36_501])
def test_a_number_of_days_that_makes_no_sense_is_refused(days: int) -> None:
    with pytest.raises(InvalidInput, match=str(days)):
        listed(older_than=days)
