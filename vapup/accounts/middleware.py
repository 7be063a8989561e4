"""The doors that every request passes: session age, membership with its database scope, and the URL's policy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string

from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import Access, Moved, Registry, UrlPolicy, member_of
from vapup.accounts.models import Member
from vapup.accounts.policy import NotAllowed, can
from vapup.accounts.tenancy import tenant_scope
from vapup.work import Busy

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# The session is written at most this often, so that a busy user does not cost an UPDATE per page.
TOUCH_EVERY = timedelta(minutes=5)
CSRF = "csrfmiddlewaretoken"
RETRY_AFTER = 5  # seconds


class NoStoreMiddleware:
    """Keeps every page out of browser and proxy caches: after log-out, "back" shows nothing of a client."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark the answer; static files are served before it and stay cacheable."""
        response = self.get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        return response


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
        members = self._members(request)
        member = members[0] if members else None
        vars(request).update(member=member, has_other_agencies=len(members) > 1)
        if member is None:
            return self.get_response(request)
        with tenant_scope(member.agency_id):
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)  # who sees an error page may rely on it that nothing was saved
        return response

    def _members(self, request: HttpRequest) -> list[Member]:
        """Return the user's places of work, the one chosen for this session first."""
        if not request.user.is_authenticated:
            return []
        chosen = request.session.get("agency_id")
        memberships = Member.objects.active().filter(user_id=request.user.pk).select_related("agency", "user")
        return sorted(memberships.order_by("pk"), key=lambda member: member.agency_id != chosen)


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
        policy = _declared_policy(request)
        needed = policy.read if request.method in SAFE_METHODS else policy.write
        if needed is None:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if needed is Access.PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if isinstance(needed, Action):
            try:
                self._authorise(request, policy, needed, kwargs)
            except Moved as moved:
                return HttpResponseRedirect(moved.url)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a service's refusal of a right as its own kind, and locks that were not to be had."""
        if isinstance(exception, NotAllowed):
            return permission_denied(request, PermissionDenied(exception.message))
        return busy(request, exception) if isinstance(exception, Busy) else None

    def _authorise(self, request: HttpRequest, policy: UrlPolicy, needed: Action, kwargs: dict[str, Any]) -> None:
        member = member_of(request)
        if member is None:
            raise PermissionDenied("どの支援機関にも所属していません。事務管理者に招待を依頼してください。")
        target = policy.load(member, **kwargs) if policy.load else None
        decision = can(member, needed, target)
        if not decision.allowed:
            raise PermissionDenied(decision.reason)
        vars(request).update(target=target)


def _declared_policy(request: HttpRequest) -> UrlPolicy:
    name = request.resolver_match.view_name if request.resolver_match else ""
    policy = registry().get(name)
    if policy is None:
        raise ImproperlyConfigured(f"URL {name or request.path!r} has no policy")
    if policy.read is Access.CLOSED:
        raise Http404
    return policy


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the refusal with its reason (the project's `handler403`)."""
    return render(request, "403.html", {"reason": str(exception)}, status=HTTPStatus.FORBIDDEN)


def busy(request: HttpRequest, exception: Busy) -> HttpResponse:
    """Say that others are at it; what was sent can be sent again as it is, unless files or passwords were part of it.

    As every answer from 500 on, it takes back what the request had saved before.
    """
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != CSRF]
    is_plain = request.method == "POST" and not request.FILES and not any("password" in name for name, _ in fields)
    context = {
        "text": exception.message,
        "action": request.get_full_path() if is_plain else "",
        "fields": fields if is_plain else [],
        "back_url": _page_before(request),
    }
    response = render(request, "busy.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _page_before(request: HttpRequest) -> str:
    """Return the page of this site that the request came from, or its own address for one that only reads."""
    if request.method in SAFE_METHODS:
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        before, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return before if is_ours else "/"


@cache
def registry() -> Registry:
    """Return the project's URL policies, by view name."""
    found: Registry = import_string(settings.URL_POLICIES)
    return found
