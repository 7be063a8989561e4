"""What the frame of every page needs of the help."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from vapup.accounts.http import member_of
from vapup.help.session import time_left
from vapup.help.tour import tour_of


def help_shell(request: HttpRequest) -> dict[str, Any]:
    """Return how long the session lasts, and the first tour, which only the home page asks for."""
    member = member_of(request)
    if member is None:
        return {"session_left": None, "tour": None}
    return {"session_left": time_left(request), "tour": SimpleLazyObject(lambda: tour_of(member))}
