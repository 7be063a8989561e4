"""What the frame of every page tells its reader: unread notices, and to admins that the reminders have stopped."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from monitoring.models import Alarm
from monitoring.selectors.mails import silence_banner
from monitoring.selectors.notices import bell_of
from vapup.accounts.http import member_of


def bell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the bell in `base.html`; asked for only by whole pages of members."""
    member = member_of(request)
    if member is None:
        return {"unread_notices": 0, "open_alarms": ()}
    found = cache(lambda: bell_of(member))

    def alarms() -> tuple[Alarm, ...]:
        _unread, is_silent = found()
        return silence_banner(member) if is_silent else ()

    return {"unread_notices": SimpleLazyObject(lambda: found()[0]), "open_alarms": SimpleLazyObject(alarms)}
