"""The pages of saved views: save, change, remove, and open a list with one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from vapup.accounts.enums import ListPage
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.models import SavedView
from vapup.accounts.saved_views import services
from vapup.accounts.saved_views.forms import EditViewForm, NewViewForm
from vapup.shared.errors import DomainError

METHODS: Final = ["GET", "HEAD", "POST"]
ADDRESSES: Final = {ListPage.CASES: "cases:list", ListPage.ENTERPRISES: "cases:enterprises"}


@require_http_methods(METHODS)
def view_new(request: MemberRequest) -> HttpResponse:
    initial = {"page": _asked_page(request.GET), "query": request.GET.get("query", "")}
    form = NewViewForm(request.POST if request.method == "POST" else None, initial=initial)
    page = ListPage(_asked_page(request.POST or request.GET))
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "page": ListPage(form.cleaned_data["page"])}
        try:
            view = services.save_view(actor=request.member, **facts)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"表示「{view.name}」を保存しました。")
            return _opened(view)
    context = {"form": form, "list_url": reverse(ADDRESSES[page]), "breadcrumbs": _crumbs(page, "表示の保存")}
    return render(request, "accounts/saved_views/new.html", context, status=_status(request))


@require_http_methods(METHODS)
def view_edit(request: MemberRequest, **_: int) -> HttpResponse:
    view = loaded(request, SavedView)
    shown = request.GET.get("query", "")
    initial = {"name": view.name, "is_shared": view.is_shared, "query": shown}
    form = EditViewForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        query = facts["query"] if facts["takes_query"] else None
        try:
            changed = services.change_view(
                actor=request.member, view_id=view.pk, name=facts["name"], is_shared=facts["is_shared"], query=query
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"表示「{changed.name}」を保存しました。")
            return _opened(changed)
    page = ListPage(view.page)
    context = {"form": form, "view": view, "list_url": _url(view), "breadcrumbs": _crumbs(page, view.name)}
    return render(request, "accounts/saved_views/edit.html", context, status=_status(request))


@require_POST
def view_remove(request: MemberRequest, **_: int) -> HttpResponse:
    view = loaded(request, SavedView)
    services.remove_view(actor=request.member, view_id=view.pk)
    messages.success(request, f"表示「{view.name}」を削除しました。")
    return redirect(f"{reverse(ADDRESSES[ListPage(view.page)])}?view=all")


@require_POST
def view_opening(request: MemberRequest, **_: int) -> HttpResponse:
    view = loaded(request, SavedView)
    is_opening = request.POST.get("is_opening") == "1"
    services.open_with(actor=request.member, view=view, is_opening=is_opening)
    page = ListPage(view.page).label
    said = (
        f"「{page}」を開くと「{view.name}」を表示します。" if is_opening else f"「{page}」を開くとすべてを表示します。"
    )
    messages.success(request, said)
    return _opened(view)


def _asked_page(data: QueryDict) -> str:
    page = data.get("page", "")
    return page if page in ListPage.values else ListPage.CASES.value


def _url(view: SavedView) -> str:
    return f"{reverse(ADDRESSES[ListPage(view.page)])}?{view.opening_query}"


def _opened(view: SavedView) -> HttpResponseRedirect:
    return redirect(_url(view))


def _status(request: MemberRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def _crumbs(page: ListPage, here: str) -> list[dict[str, Any]]:
    path = [{"label": "ホーム", "url": "/"}, {"label": page.label, "url": f"{reverse(ADDRESSES[page])}?view=all"}]
    return [*path, {"label": here, "url": ""}]
