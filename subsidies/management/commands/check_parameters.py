"""List the rule data that nobody has compared with its public source for a long time."""

from __future__ import annotations

import json
from typing import Any, Final

from django.core.management.base import CommandParser

from subsidies.rules.sources import sourced_rows
from vapup import clock
from vapup.commands import InvalidInput, JsonErrorCommand

LONGEST_DAYS: Final = 36_500


class Command(JsonErrorCommand):
    """`check_parameters [--older-than DAYS]`: a JSON line for each row, longest unread first, then the counts."""

    help = "規則データのうち、出典を読み直してから指定の日数を超えた行を、古い順に出力します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than", type=int, default=180, metavar="DAYS", help="この日数を超えた行(既定は180)")

    def handle(self, *_args: Any, **options: Any) -> None:
        longest = options["older_than"]
        if not 0 <= longest <= LONGEST_DAYS:
            raise InvalidInput(
                "out_of_range", "older-than", f"日数 {longest} は0から{LONGEST_DAYS}の範囲にしてください。"
            )
        today, rows = clock.today(), sourced_rows()
        stale = [row for row in rows if (today - row.source.checked_on).days > longest]
        for row in sorted(stale, key=lambda row: (row.source.checked_on, row.place)):
            self._write(
                {
                    "place": row.place,
                    "name": row.name,
                    "checked_on": row.source.checked_on.isoformat(),
                    "days": (today - row.source.checked_on).days,
                    "confirmed": row.confirmed,
                    "title": row.source.title,
                    "clause": row.source.clause,
                    "url": row.source.url,
                }
            )
        self._write({"rows": len(rows), "stale": len(stale), "older_than": longest})

    def _write(self, line: dict[str, Any]) -> None:
        self.write((json.dumps(line, ensure_ascii=False).encode(), b"\n"))
