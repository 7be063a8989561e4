"""The address of the calendar for other programs: its settings page, and the calendar itself."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_http_methods

from monitoring.forms.feeds import FeedForm
from monitoring.selectors.feeds import calendar_of, feed_url, live_feed, own_feed
from monitoring.services import feeds as services
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.accounts.tenancy import tenant_scope
from vapup.shared.errors import DomainError

PAGE: Final = "monitoring:feed"
CRUMBS: Final = (("ホーム", "/"), ("期限カレンダー", "/calendar/"), ("カレンダーへの配信", ""))
MAKE, REVOKE = "make", "revoke"
# A program reads it; one answer for every token that opens nothing, whatever the reason.
UNKNOWN: Final = "このアドレスのカレンダーはありません。\n"


@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: MemberRequest) -> HttpResponse:
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == REVOKE:
        return _revoke(request)
    data = request.POST if act == MAKE else None
    form = FeedForm(data, may_cover_office=services.may_cover_office(request.member))
    if act == MAKE and form.is_valid():
        try:
            made = services.make_feed(actor=request.member, now=clock.now(), **_options(form))
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            # Shown now and never again, so this page is the answer itself, and nothing keeps a copy of it.
            return _page(request, form, address=feed_url(made.token))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return _page(request, form, status=status)


@login_not_required
def feed_ics(request: HttpRequest, token: str) -> HttpResponseBase:
    found = live_feed(token)
    if found is None:
        return _uncached(HttpResponseNotFound(UNKNOWN, content_type="text/plain; charset=utf-8"))
    with tenant_scope(found.agency_id):
        content = calendar_of(found, now=clock.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="vapup.ics"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = etag = f'"{hashlib.sha256(content).hexdigest()}"'
    answer = get_conditional_response(request, etag=etag, response=response)
    return _uncached(response if answer is None else answer)


def _uncached(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, no_store=True, private=True)
    return response


def _options(form: FeedForm) -> dict[str, bool]:
    return {name: form.cleaned_data.get(name, False) for name in services.OPTIONS}


def _revoke(request: MemberRequest) -> HttpResponse:
    try:
        services.revoke_feed(actor=request.member, now=clock.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "配信のアドレスを取り消しました。このアドレスは、もう使えません。")
    return redirect(PAGE)


def _page(
    request: MemberRequest, form: FeedForm, *, address: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, Any] = {
        "feed": own_feed(request.member),
        "form": form,
        "address": address,
        "webcal": f"webcal:{address.partition(':')[2]}" if address else "",
        "breadcrumbs": [{"label": label, "url": url} for label, url in CRUMBS],
    }
    return render(request, "monitoring/feed.html", context, status=status)
