"""For whom something waits, in words, and where the diary of a person's week is."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from subsidies.models import WorkWeek

MANAGER: Final = "管理者"
COUNCIL: Final = "協議会"
BANK: Final = "金融機関"
ENTERPRISE: Final = "事業者"


def hours_url(week: WorkWeek) -> str:
    """Return the page of a person's week."""
    asked = urlencode({"week": week.monday.isoformat(), "worker": week.worker_id})
    return f"{reverse('subsidies:hours')}?{asked}"
