"""Let the product under test live on another day: Python imports this module by its name before anything else.

The tests start the product with this folder on its path; a file says by how many whole days its clock runs ahead.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

CLOCK = os.environ.get("VAPUP_TEST_CLOCK", "")
_really = timezone.now  # noqa: TID251 -- the clock itself is what is moved


def now() -> datetime:
    """Return the present instant of the story, in UTC."""
    try:
        days = int(Path(CLOCK).read_text())
    except (OSError, ValueError):
        days = 0  # between two writes the file is empty
    return _really() + timedelta(days=days)


if CLOCK:
    timezone.now = now  # noqa: TID251
