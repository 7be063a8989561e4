"""`manage.py sweep_reminders`: what the periodic task does, once, and the mails with it."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils.dateparse import parse_datetime

from monitoring.services import pulse
from vapup import clock
from vapup.commands import InvalidInput, JsonErrorCommand


class Command(JsonErrorCommand):
    """`sweep_reminders [--now DATETIME]`: one JSON object of counts."""

    help = "期限の通知を一度だけ確認し、作成した通知と送信したメールの件数を JSON で出力します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", metavar="DATETIME", help="この日時の時点とみなす(例 2026-11-23T08:00+09:00。時差の省略は日本時間)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        now = clock.now() if options["now"] is None else _instant(options["now"])
        try:
            swept = pulse.sweep(now=now)
        finally:  # the rows of one agency may be broken; the mails of the others go out
            delivered = pulse.deliver(now=now, seconds=sys.maxsize)
        counts = {
            "planned": swept.planned,
            "sent": delivered.sent,
            "failed": delivered.failed,
            "late": swept.late,
            "lapsed": swept.lapsed,
            "weekly": swept.weekly,
            "retried": delivered.retried,
            "cancelled": delivered.cancelled,
        }
        self.write((json.dumps(counts).encode(), b"\n"))


def _instant(text: str) -> datetime:
    """Read an instant; without an offset it is one in Japan."""
    try:
        found = parse_datetime(text.strip())
        if found is not None:
            return found if found.tzinfo else found.replace(tzinfo=clock.JAPAN)
    except ValueError:
        pass
    raise InvalidInput(
        "invalid_datetime",
        "now",
        f"--now の「{text}」は日時として読めません。2026-11-23T08:00+09:00 のように指定してください。",
    )
