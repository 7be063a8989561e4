"""`manage.py prepare_demonstration`: what `make run` needs before the first page."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command

from vapup.commands import JsonErrorCommand


class Command(JsonErrorCommand):
    """Bring the database up to date and load the demonstration data once."""

    help = "Migrate, then load the demonstration data unless it is there."

    def handle(self, *_args: Any, **_options: Any) -> None:
        call_command("migrate", verbosity=0)
        log_ins = settings.EMBEDDED.root / "demonstration.txt"
        if not log_ins.exists():
            call_command("demo_data", stdout=StringIO())
