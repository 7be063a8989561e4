"""Work every kept assessment out again: a change of the program must not change the figures of a decided case."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import CommandParser

from subsidies.selectors.estimate.kept import recomputed
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope
from vapup.commands import InvalidInput, JsonErrorCommand

DIFFERENT_STATUS: Final = 3


class Command(JsonErrorCommand):
    """`recompute [--agency SLUG]`: a JSON line for each difference, then the counts; exit status 3 where any is."""

    help = (
        "保存済みのすべての算定を計算し直し、保存時の金額・期限・指摘と同じことを確かめます。違いがあれば終了コード3。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", metavar="SLUG", help="この支援機関だけを調べる")

    def handle(self, *_args: Any, **options: Any) -> None:
        checked = different = 0
        for agency in _agencies(options["agency"]):
            with tenant_scope(agency.pk):
                for difference in recomputed(agency.pk):
                    checked += 1
                    if difference is not None:
                        different += 1
                        self._write({"agency": agency.slug, **asdict(difference)})
        self._write({"checked": checked, "different": different})
        if different:
            sys.exit(DIFFERENT_STATUS)

    def _write(self, line: dict[str, Any]) -> None:
        self.write((json.dumps(line, ensure_ascii=False).encode(), b"\n"))


def _agencies(slug: str | None) -> list[Agency]:
    found = Agency.objects.order_by("pk")
    if slug is None:
        return list(found)
    if not (named := list(found.filter(slug=slug))):
        raise InvalidInput("no_such_agency", "agency", f"識別名 {slug} の支援機関はありません。")
    return named
