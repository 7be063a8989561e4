"""`manage.py refresh_deadlines`: work all deadlines out again, as the daily task does."""

from __future__ import annotations

import json
from typing import Any

from subsidies.services import deadlines
from vapup.commands import JsonErrorCommand


class Command(JsonErrorCommand):
    """`refresh_deadlines`: one JSON object with the number of cases that were looked at."""

    help = "すべての案件の期限を計算し直します。規則の版が変わったときに使います(毎日の定期処理と同じ)。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.write((json.dumps({"cases": deadlines.refresh_all()}).encode(), b"\n"))
