"""The page of the approval inbox (承認箱)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.services.locking import EditedMeanwhile
from cases.views.shared import Tab, crumbs
from subsidies.services.filing.approval import FiguresChanged
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.dashboard.approvals.deciding import decide
from vapup.dashboard.approvals.detail import Detail, detail_of
from vapup.dashboard.approvals.forms import APPROVE, DecideForm
from vapup.dashboard.approvals.listing import Item, Sort, counted, inbox_of
from vapup.shared.errors import DomainError

NAME: Final = "承認箱"
PAGE: Final = "dashboard:approvals"
ROWS_PER_PAGE: Final = 50


def approvals(request: MemberRequest) -> HttpResponse:
    today, sort = clock.today(), _sort(request)
    items = inbox_of(request.member, sort, today=today)
    if request.method == "POST":
        return _decide(request, items, sort, today)
    wanted = request.GET.get("item", "")
    item = _of_key(items, wanted) or (items[0] if items else None)
    if wanted and (item is None or item.key != wanted):
        messages.info(request, "選んだ依頼は、もう承認を待っていません。")
        return redirect(PAGE)
    detail = detail_of(request.member, item, today=today) if item else None
    form = _form(item, detail) if item and detail else None
    return _shown(request, items, sort, item, detail, form)


def _decide(request: MemberRequest, items: Sequence[Item], sort: Sort, today: date) -> HttpResponse:
    item = _of_key(items, request.POST.get("item", ""))
    detail = detail_of(request.member, item, today=today) if item else None
    if item is None or detail is None:
        messages.info(request, "選んだ依頼は、もう承認を待っていません。今の一覧を確かめてください。")
        return redirect(PAGE)
    form = _form(item, detail, request)
    status = _try(request, detail, form, today)
    if status is HTTPStatus.FOUND:
        done = "承認しました" if form.act == APPROVE else "差し戻しました"
        messages.success(request, f"{item.about} {item.title}を{done}。")
        return _on(items, item, sort)
    return _shown(request, items, sort, item, detail, form, status=status)


def _try(request: MemberRequest, detail: Detail, form: DecideForm, today: date) -> HTTPStatus:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        decide(request.member, detail, form, now=clock.now(), today=today)
    except (EditedMeanwhile, FiguresChanged) as late:
        form.add_error(None, late.message)
        form.show_again(detail.seen)
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def _on(items: Sequence[Item], done: Item, sort: Sort) -> HttpResponseRedirect:
    """Go on to the item that came after the one decided on, or to the one before it at the end of the list."""
    place = items.index(done)
    rest = [*items[place + 1 :], *reversed(items[:place])]
    page = reverse(PAGE)
    return HttpResponseRedirect(f"{page}{_query(rest[0].key, sort)}#{rest[0].key}" if rest else page)


def _shown(
    request: MemberRequest,
    items: Sequence[Item],
    sort: Sort,
    item: Item | None,
    detail: Detail | None,
    form: DecideForm | None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **_list(request, items, sort, item),
        "item": item,
        "detail": detail,
        "form": form,
        "can_approve": detail is not None and bool(detail.seen) and not detail.missing,
        "is_self": item is not None and item.who == request.member and not item.refusal,
    }
    return render(request, "dashboard/approvals/page.html", context, status=status)


def _list(request: MemberRequest, items: Sequence[Item], sort: Sort, item: Item | None) -> dict[str, Any]:
    """Return what the page shows beside the chosen item."""
    page = _page(request, items, item)
    return {
        "page": page,
        "rows": [{"item": one, "url": _query(one.key, sort), "is_current": one is item} for one in page],
        "counts": list(counted(items).items()),
        "is_chosen": request.method == "POST" or "item" in request.GET,
        "has_keys": request.member.user.has_single_keys,
        "list_url": f"?{urlencode({'sort': sort.value})}",
        "tabs": [Tab(one.label, f"?{urlencode({'sort': one.value})}", one is sort) for one in Sort],
        "breadcrumbs": crumbs(NAME),
    }


def _page(request: MemberRequest, items: Sequence[Item], item: Item | None) -> Page[Any]:
    """Return the page of the list that was asked for, or else that on which the chosen item stands."""
    place = items.index(item) if item in items else 0
    return Paginator(items, ROWS_PER_PAGE).get_page(request.GET.get("page") or place // ROWS_PER_PAGE + 1)


def _form(item: Item, detail: Detail, request: MemberRequest | None = None) -> DecideForm:
    initial = {"item": item.key, "seen": detail.seen}
    return DecideForm(
        request.POST if request else None,
        initial=initial,
        kind=item.kind,
        act=request.POST.get("act", "") if request else "",
        keeps_words=detail.keeps_words,
        has_exceptions=bool(detail.exceptions),
    )


def _sort(request: MemberRequest) -> Sort:
    name = request.GET.get("sort", "")
    return Sort(name) if name in set(Sort) else Sort.URGENT


def _of_key(items: Sequence[Item], key: str) -> Item | None:
    return next((one for one in items if one.key == key), None)


def _query(key: str, sort: Sort) -> str:
    return f"?{urlencode({'sort': sort.value, 'item': key})}"
