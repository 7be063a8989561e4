"""The only place that reads the clock; views, tasks and commands ask here and pass the answer down."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from vapup.shared import dates

JAPAN = dates.JAPAN


def now() -> datetime:
    """Return this instant, in UTC."""
    return timezone.now()  # noqa: TID251


def today() -> date:
    """Return today's date in Japan, whatever the time zone of the machine or the process."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """Return the day on which an instant falls in Japan."""
    return instant.astimezone(JAPAN).date()


def start_of(day: date) -> datetime:
    """Return the instant at which a day begins in Japan."""
    return datetime.combine(day, time.min, JAPAN)
