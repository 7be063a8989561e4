"""How long a session still lasts, as pages tell it beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from vapup import clock


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Whole seconds until the session ends.

    Attributes:
        idle: if its user does nothing more; using a page begins it anew.
        life: whatever its user does.
    """

    idle: int
    life: int

    @property
    def ends_in(self) -> int:
        """Return what comes first."""
        return min(self.idle, self.life)


def time_left(request: HttpRequest) -> TimeLeft:
    """Return how long the session of a signed-in user still lasts."""
    now = clock.now().timestamp()
    seen, started = request.session.get("seen_at", now), request.session.get("started_at", now)
    idle, life = settings.SESSION_IDLE_SECONDS - (now - seen), settings.SESSION_COOKIE_AGE - (now - started)
    return TimeLeft(max(int(idle), 0), max(int(life), 0))


def stay(request: HttpRequest) -> None:
    """Begin the idle time anew, since the user says that they are there."""
    request.session["seen_at"] = clock.now().timestamp()
