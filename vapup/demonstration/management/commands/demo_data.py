"""`manage.py demo_data`: one agency's realistic year."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from vapup import clock
from vapup.accounts.models import Agency
from vapup.commands import InvalidInput, JsonErrorCommand
from vapup.demonstration.office import found_office, log_ins


class Command(JsonErrorCommand):
    """Make the demonstration office; running it twice changes nothing."""

    help = "Make the demonstration office, unless it is there."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise InvalidInput(
                "not_in_production", None, "本番環境では、パスワードが公開されている見本データを作れません。"
            )
        is_new = not Agency.objects.filter(slug="aoba").exists()
        if is_new:
            found_office(today=clock.today())
        settings.EMBEDDED.root.mkdir(parents=True, exist_ok=True)
        Path(settings.EMBEDDED.root, "demonstration.txt").write_text(log_ins(), encoding="utf-8")
        self.stdout.write(json.dumps({"agency": "aoba", "created": is_new}))
