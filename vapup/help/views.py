"""The pages of the help, and what scripts ask of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from vapup import clock
from vapup.accounts.http import MemberRequest, loaded, member_of
from vapup.accounts.views import Crumb
from vapup.help import glossary as words
from vapup.help import services
from vapup.help.forms import DraftForm
from vapup.help.keys import PLACES
from vapup.help.models import Draft
from vapup.help.session import stay, time_left
from vapup.shared.errors import DomainError

HOME: Final = Crumb("ホーム", "/")
METHODS: Final = ["GET", "HEAD", "POST"]
MOVES: Final = frozenset({"next", "back", "close", "open"})


def index(request: MemberRequest) -> HttpResponse:
    return render(request, "help/index.html", {"breadcrumbs": [HOME, Crumb("ヘルプ")]})


def glossary(request: MemberRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    groups = words.find(wanted)
    context = {"groups": groups, "q": wanted, "count": sum(len(one.terms) for one in groups)}
    return render(request, "help/glossary.html", {**context, "breadcrumbs": _under_help("用語集")})


def keys(request: MemberRequest) -> HttpResponse:
    context = {"places": PLACES, "is_on": request.user.has_single_keys, "breadcrumbs": _under_help("キー操作")}
    return render(request, "help/keys.html", context)


@require_http_methods(METHODS)
def tour(request: MemberRequest) -> HttpResponse:
    move = request.POST.get("move", "")
    if request.method == "POST" and move in MOVES:
        progress = services.move_tour(actor=request.member, move=move)
        if progress.is_closed:
            messages.success(request, "案内を閉じました。「ヘルプ」からいつでも見られます。")
    return redirect("dashboard:home")


def drafts(request: MemberRequest) -> HttpResponse:
    rows = Draft.objects.for_agency(request.member.agency_id).filter(member=request.member)
    return render(request, "help/drafts.html", {"drafts": list(rows), "breadcrumbs": _under_help("下書き")})


@require_http_methods(METHODS)
def draft(request: MemberRequest) -> HttpResponse:
    """Answer a script: the draft of a form, or that it is kept now."""
    if request.method != "POST":
        return _draft_found(request)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": "下書きを保存できません。"}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        kept = services.save_draft(
            actor=request.member, unsaved=form.unsaved(), revision=form.cleaned_data["revision"], now=clock.now()
        )
    except DomainError as refused:
        return JsonResponse({"error": refused.message}, status=HTTPStatus.CONFLICT)
    return JsonResponse(_said_of(kept))


@require_http_methods(METHODS)
def draft_drop(request: MemberRequest, **_kwargs: int) -> HttpResponse:
    """Drop a draft: asked for by its page, or by a script that wants no page."""
    unwanted = loaded(request, Draft)
    if request.method == "POST":
        services.drop_draft(actor=request.member, path=unwanted.path, name=unwanted.name)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({})
        messages.success(request, f"「{unwanted}」の下書きを捨てました。")
    return redirect("help:drafts")


@require_http_methods(METHODS)
def session(request: HttpRequest) -> HttpResponse:
    """Answer a script: who is signed in and for how long, and the token of forms; POST begins the idle time anew."""
    if request.method == "POST":
        stay(request)
    left, member = time_left(request), member_of(request)
    said = {"idle": left.idle, "life": left.life, "member": member.pk if member else None, "token": get_token(request)}
    return JsonResponse(said)


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "help/accessibility.html", {"breadcrumbs": []})


def _draft_found(request: MemberRequest) -> HttpResponse:
    own = Draft.objects.for_agency(request.member.agency_id).filter(member=request.member)
    path, name = (request.GET.get(key, "").replace("\x00", "") for key in ("path", "name"))
    found = own.filter(path=path, name=name).first()
    return JsonResponse({**_said_of(found), "base": found.base, "fields": found.fields} if found else {})


def _said_of(kept: Draft) -> dict[str, str | int]:
    at = timezone.localtime(kept.saved_at)
    is_today = at.date() == clock.today()
    return {"id": kept.pk, "revision": kept.revision, "at": at.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M")}


def _under_help(label: str) -> list[Crumb]:
    return [HOME, Crumb("ヘルプ", "/help/"), Crumb(label)]
