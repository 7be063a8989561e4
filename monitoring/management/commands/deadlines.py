"""`manage.py deadlines`: the open deadlines, as JSON lines or for reading."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any, Final

from django.core.management.base import CommandParser
from django.db import connection

from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from vapup import clock
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import sweep_scope
from vapup.commands import InvalidInput, JsonErrorCommand
from vapup.shared.dates import UnreadableDate, countdown, parse_japanese_date
from vapup.shared.money import format_yen

CHUNK: Final = 2_000
COLUMNS: Final = (
    "case__number",
    "kind",
    "period_number",
    "counted_from",
    "safe_by",
    "claim_by",
    "lapses_on",
    "yen_at_risk",
    "is_confirmed",
)


class Command(JsonErrorCommand):
    """`deadlines [--json] [--today DATE] [--agency SLUG]`: one line for each open deadline, the nearest first."""

    help = "期限前の期限を、安全な期限の近い順に出力します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="一行に一つの JSON で出力する")
        parser.add_argument("--today", metavar="DATE", help="この日を今日とみなす(例 2026-11-23)")
        parser.add_argument("--agency", metavar="SLUG", help="この支援機関だけを出力する")

    def handle(self, *_args: Any, **options: Any) -> None:
        today = clock.today() if options["today"] is None else _day(options["today"])
        agency_id = None if options["agency"] is None else _agency_id(options["agency"])
        write = _as_json if options["json"] else partial(_as_text, today=today)
        with _reading():
            for row in _open_ones(agency_id, today):
                self.write((write(row).encode(), b"\n"))


def _open_ones(agency_id: int | None, today: date) -> Iterator[Mapping[str, Any]]:
    rows = Deadline.objects.all() if agency_id is None else Deadline.objects.for_agency(agency_id)
    found = rows.filter(state=DeadlineState.OPEN).order_by("safe_by", "pk").values_list(*COLUMNS)
    for number, kind, period, counted_from, safe_by, claim_by, lapses_on, yen, is_confirmed in found.iterator(CHUNK):
        yield {
            "case": number,
            "kind": kind,
            "period": period,
            "counted_from": counted_from,
            "safe_by": safe_by,
            "claim_by": claim_by,
            "lapses_on": lapses_on,
            "yen_at_risk": yen,
            "days_left": (safe_by - today).days,
            "confirmed": is_confirmed,
        }


@contextmanager
def _reading() -> Iterator[None]:
    """Read all agencies from one snapshot; the reader of the output may take its time."""
    with sweep_scope():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def _as_json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=date.isoformat)


def _as_text(row: Mapping[str, Any], *, today: date) -> str:
    label = DeadlineKind(row["kind"]).label + (f" 第{row['period']}回" if row["period"] else "")
    yen = f"{format_yen(row['yen_at_risk'])}円" if row["yen_at_risk"] else "-"
    left = countdown(row["safe_by"], today=today)
    days = f"安全な期限 {row['safe_by']}({left})  最終日 {row['claim_by']}"
    note = "" if row["confirmed"] else "  (未確認の根拠による)"
    return f"{row['case'] or '(事務所)':<12}  {days}  {yen:>14}  {label}{note}"


def _day(text: str) -> date:
    try:
        return parse_japanese_date(text)
    except UnreadableDate as unreadable:
        raise InvalidInput("invalid_date", "today", unreadable.message) from None


def _agency_id(slug: str) -> int:
    found = Agency.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise InvalidInput("no_such_agency", "agency", f"識別名 {slug} の支援機関はありません。")
    return found
