"""The words of the follow-up."""

from __future__ import annotations

from django.db.models import TextChoices


class PeriodKind(TextChoices):
    """What a monitoring period reports on; the value is the engine's category."""

    REGULAR = "monitoring", "伴走支援(405事業)"
    INTERIM = "monitoring_interim", "期中"
    CLOSING = "monitoring_closing", "決算期"
