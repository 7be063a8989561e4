"""The page of the quick search, and the short list below its box."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.views.shared import crumbs, search_text
from vapup.accounts.http import MemberRequest
from vapup.dashboard.search.selectors import case_numbered, found_by, is_long_enough

ON_PAGE: Final = 20
BELOW_BOX: Final = 5
BOX: Final = "quick-results"


def search(request: MemberRequest) -> HttpResponse:
    form, text = search_text(request)
    agency_id = request.member.agency_id
    is_below_box = getattr(request, "htmx", False) and request.htmx.target == BOX
    if text and not is_below_box and (case := case_numbered(agency_id, text)):
        return redirect("cases:detail", case.number)
    most = BELOW_BOX if is_below_box else ON_PAGE
    found = found_by(agency_id, text, most=most) if is_long_enough(text) else None
    context: dict[str, Any] = {
        "text": text,
        "error": next(iter(form.errors.get("q", ())), ""),
        "found": found,
        "search_text": text,
        "breadcrumbs": crumbs("検索"),
    }
    for name, url in (("cases", "cases:list"), ("enterprises", "cases:enterprises"), ("all", "dashboard:search")):
        context[f"{name}_url"] = f"{reverse(url)}?{urlencode({'q': text})}"
    template = "dashboard/search/_below_box.html" if is_below_box else "dashboard/search/page.html"
    return render(request, template, context)
