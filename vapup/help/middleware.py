"""After a form was saved its draft is gone, and every answer tells how long the session still lasts."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from vapup.accounts.http import member_of
from vapup.help.forms import NAME
from vapup.help.services import drop_draft
from vapup.help.session import time_left

GetResponse = Callable[[HttpRequest], HttpResponseBase]
MARK: Final = "_draft"
HEADER: Final = "Session-Time-Left"


class HelpMiddleware:
    """Stands inside the member's transaction: if saving fails, its draft stays."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Drop the draft of a form that was answered with a redirect, which is how every saved form is answered."""
        response = self.get_response(request)
        member = member_of(request)
        if member is None or not request.user.is_authenticated:
            return response
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST
        if request.method == "POST" and is_redirect and NAME.fullmatch(request.POST.get(MARK, "")):
            drop_draft(actor=member, path=request.path, name=request.POST[MARK])
        left = time_left(request)
        response.headers[HEADER] = f"{left.idle} {left.life}"
        return response
