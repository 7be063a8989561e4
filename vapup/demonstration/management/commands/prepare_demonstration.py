"""`manage.py prepare_demonstration`: what `make run` needs before the first page."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command

from monitoring.services import pulse
from vapup import clock
from vapup.commands import JsonErrorCommand


class Command(JsonErrorCommand):
    """Bring the database up to date, load the demonstration data once, and catch up with reminders."""

    help = "Migrate, load the demonstration data unless it is there, and catch up with reminders."

    def handle(self, *_args: Any, **_options: Any) -> None:
        call_command("migrate", verbosity=0)
        log_ins = settings.EMBEDDED.root / "demonstration.txt"
        if not log_ins.exists():
            call_command("demo_data", stdout=StringIO())
        # What became due while nothing ran; so the first look at the product's health finds no silence.
        pulse.sweep(now=clock.now())
        pulse.deliver(now=clock.now())
