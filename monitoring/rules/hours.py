"""When a mail may go out: within the hours that the agency keeps, in Japan."""

from __future__ import annotations

from datetime import datetime, timedelta

from vapup.shared.dates import JAPAN


def send_from(now: datetime, *, from_hour: int, until_hour: int) -> datetime:
    """Return the first instant from `now` on at which the agency takes mails; `until_hour` is exclusive, up to 24."""
    here = now.astimezone(JAPAN)
    if from_hour <= here.hour < until_hour:
        return now
    opening = here.replace(hour=from_hour, minute=0, second=0, microsecond=0)
    return opening if here.hour < from_hour else opening + timedelta(days=1)
