"""The pages on which an enterprise that was registered twice becomes one, and two again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cases.forms.merging import MergeForm, UnmergeForm
from cases.models import Enterprise, EnterpriseMerge
from cases.selectors import enterprises as enterprises_selectors
from cases.selectors.likeness import lookalikes_of
from cases.selectors.merging import counts_of, merge_plan, merges_into
from cases.services import merging as services
from cases.services.locking import EditedMeanwhile
from cases.views.shared import crumbs, form_page, posted, search_text
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.errors import DomainError

LIST: Final = ("事業者", "cases:enterprises")
LONGEST_ID: Final = 18
MOST_FOUND: Final = 20


def enterprise_merge(request: MemberRequest, **_: int) -> HttpResponse:
    """Choose the enterprise that is the same, or confirm what becomes of both."""
    kept = loaded(request, Enterprise)
    asked = request.GET.get("other", "")
    if not asked:
        return _choose(request, kept)
    if not (asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_ID):
        raise Http404("no such enterprise")
    gone = get_object_or_404(Enterprise.objects.for_agency(kept.agency_id).exclude(pk=kept.pk), pk=int(asked))
    return _confirm(request, kept, gone)


def enterprise_unmerge(request: MemberRequest, merge_id: int, **_: int) -> HttpResponse:
    """Say why, and let both enterprises stand for themselves again."""
    kept = loaded(request, Enterprise)
    merges = EnterpriseMerge.objects.for_agency(kept.agency_id).select_related("kept__merged_into", "gone")
    merge = get_object_or_404(merges, pk=merge_id, kept=kept)
    form = UnmergeForm(posted(request))
    url = reverse("cases:enterprise", args=[kept.pk])

    def save() -> HttpResponse:
        services.unmerge_enterprises(
            actor=request.member, merge_id=merge.pk, reason=form.cleaned_data["reason"], now=clock.now()
        )
        messages.success(request, f"「{merge.gone.name}」の統合を取り消し、元の二つの事業者に戻しました。")
        return redirect("cases:enterprise", kept.pk)

    refusal = services.unmerge_refusal(merge)
    context = {
        "heading": "統合の取消し",
        "intro": refusal or _undoing(merge),
        "submit": "統合を取り消す",
        "danger": True,
        "cancel_url": url,
        "breadcrumbs": crumbs("統合の取消し", LIST, (kept.name, url)),
    }
    return form_page(request, form, save, context)


def _choose(request: MemberRequest, kept: Enterprise) -> HttpResponse:
    search, text = search_text(request)
    most = MOST_FOUND + 1  # one of them may be the kept one itself
    found = enterprises_selectors.newest_enterprises(kept.agency_id, text, most=most) if text else ()
    context = {
        "enterprise": kept,
        "lookalikes": lookalikes_of(kept),
        "search": search,
        "text": text,
        "found": [one for one in found if one.pk != kept.pk][:MOST_FOUND],
        "merges": merge_rows(kept),
        "breadcrumbs": _crumbs(kept),
    }
    return render(request, "cases/merge_choose.html", context, status=405 if request.method == "POST" else 200)


def _confirm(request: MemberRequest, kept: Enterprise, gone: Enterprise) -> HttpResponse:
    plan = merge_plan(kept, gone)
    form = MergeForm(posted(request), plan=plan)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _try(request, form)
        if status is HTTPStatus.FOUND:
            messages.success(request, f"「{gone.name}」を「{kept.name}」に統合しました。")
            return redirect("cases:enterprise", kept.pk)
    return render(
        request, "cases/merge.html", {"plan": plan, "form": form, "breadcrumbs": _crumbs(kept)}, status=status
    )


def _try(request: MemberRequest, form: MergeForm) -> HTTPStatus:
    """Merge as the form says; what keeps it from that becomes an error of the form, which keeps its choices."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    plan = form.plan
    merging = services.Merging(gone_id=plan.gone.pk, taken=form.taken, shown_sha256=form.cleaned_data["shown"])
    try:
        services.merge_enterprises(actor=request.member, kept_id=plan.kept.pk, merging=merging)
    except EditedMeanwhile as late:
        form.add_error(None, late.message)
        form.show_again()
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def merge_rows(kept: Enterprise) -> list[dict[str, Any]]:
    """Return what was merged into an enterprise, each with how much came with it."""
    return [{"merge": merge, "counts": counts_of(merge)} for merge in merges_into(kept)]


def _undoing(merge: EnterpriseMerge) -> str:
    moved = "、".join(f"{label} {count}件" for label, count in counts_of(merge).items())
    return (
        f"「{merge.gone.name}」を元の事業者に戻します。{moved or '移したもの'}と、置き換えた項目が統合の前に戻ります。"
        f"統合の後に「{merge.kept.name}」に登録したものは、「{merge.kept.name}」に残ります。"
    )


def _crumbs(kept: Enterprise) -> list[dict[str, str]]:
    return crumbs("統合", LIST, (kept.name, reverse("cases:enterprise", args=[kept.pk])))
