"""The doors that every request passes: session age, membership with its database scope, and the URL's policy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.module_loading import import_string

from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import Access, Registry, UrlPolicy
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.accounts.tenancy import tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# The session is written at most this often, so that a busy user does not cost an UPDATE per page.
TOUCH_EVERY = timedelta(minutes=5)


class SessionAgeMiddleware:
    """Ends a session after an hour of idleness or twelve hours of life."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Sign the user out when the session is too old; otherwise note that it is in use."""
        if request.user.is_authenticated:
            self._check(request, clock.now())
        return self.get_response(request)

    def _check(self, request: HttpRequest, now: datetime) -> None:
        started, seen = request.session.get("started_at"), request.session.get("seen_at")
        if started is None or seen is None:
            request.session["started_at"] = request.session["seen_at"] = now.timestamp()
            return
        is_idle = now.timestamp() - seen > settings.SESSION_IDLE_SECONDS
        is_old = now.timestamp() - started > settings.SESSION_COOKIE_AGE
        if is_idle or is_old:
            logout(request)
        elif now.timestamp() - seen > TOUCH_EVERY.total_seconds():
            request.session["seen_at"] = now.timestamp()


class MemberMiddleware:
    """Finds the member behind the user and runs the request inside the agency's database scope."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set `request.member`; a member's whole request is one transaction under row-level security."""
        member = self._member(request)
        request.member = member  # type: ignore[attr-defined]
        if member is None:
            return self.get_response(request)
        with tenant_scope(member.agency_id):
            return self.get_response(request)

    def _member(self, request: HttpRequest) -> Member | None:
        if not request.user.is_authenticated:
            return None
        chosen = request.session.get("agency_id")
        memberships = Member.objects.active().filter(user_id=request.user.pk).select_related("agency", "user")
        members = list(memberships.order_by("pk"))
        return next((member for member in members if member.agency_id == chosen), members[0] if members else None)


class PolicyMiddleware:
    """Lets a request reach its view only through the URL's declared policy; what is not declared is refused loudly."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the work is done in `process_view`, when the URL is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponseBase], _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Apply the policy of the matched URL and load its object."""
        match = request.resolver_match
        policy = registry().get(match.view_name if match else "")
        if policy is None:
            raise ImproperlyConfigured(f"URL {match.view_name if match else request.path!r} has no policy")
        if policy.read is Access.CLOSED:
            raise Http404
        if request.method not in SAFE_METHODS and policy.write is None:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        needed = policy.read if request.method in SAFE_METHODS else policy.write
        if isinstance(needed, Action):
            self._authorise(request, policy, needed, kwargs)
        return None

    def _authorise(self, request: HttpRequest, policy: UrlPolicy, needed: Action, kwargs: dict[str, Any]) -> None:
        member: Member | None = request.member  # type: ignore[attr-defined]
        if member is None:
            if not request.user.is_authenticated:
                return  # LoginRequiredMiddleware has sent, or will send, the visitor to the log-in page
            raise PermissionDenied("どの支援機関にも所属していません。事務管理者に招待を依頼してください。")
        target = policy.load(member, **kwargs) if policy.load else None
        decision = can(member, needed, target)
        if not decision.allowed:
            raise PermissionDenied(decision.reason)
        request.target = target  # type: ignore[attr-defined]


@cache
def registry() -> Registry:
    """Return the project's URL policies, by view name."""
    found: Registry = import_string(settings.URL_POLICIES)
    return found
