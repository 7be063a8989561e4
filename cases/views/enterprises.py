"""The pages of an enterprise: list, facts, edit, history."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.forms import EditEnterpriseForm, NewEnterpriseForm
from cases.models import Enterprise
from cases.selectors import enterprises as selectors
from cases.selectors.likeness import lookalikes, lookalikes_of
from cases.services import enterprises as services
from cases.services.locking import EditedMeanwhile
from cases.views.merging import merge_rows
from cases.views.shared import PAGE_SIZE, conflict, crumbs, history_page, posted, search_text
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can

LIST = ("事業者", "cases:enterprises")
FORM_PAGE = "cases/enterprise_form.html"


def enterprises(request: MemberRequest) -> HttpResponse:
    form, text = search_text(request)
    found = selectors.enterprises_found(request.member.agency_id, text)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    alike = lookalikes(request.member.agency_id, page.object_list)
    context = {
        "search": form,
        "text": text,
        "page": page,
        "rows": [(one, alike.get(one.pk, ())) for one in page.object_list],
        "can_edit": can(request.member, Action.EDIT_ENTERPRISE).allowed,
        "breadcrumbs": crumbs("事業者"),
    }
    return render(request, "cases/enterprises.html", context)


def enterprise_new(request: MemberRequest) -> HttpResponse:
    form = NewEnterpriseForm(posted(request))
    existing: Enterprise | None = None
    if request.method == "POST" and form.is_valid():
        is_another = form.cleaned_data["is_another"]
        try:
            stored = services.register_enterprise(actor=request.member, facts=form.facts(), is_another=is_another)
        except services.SameName as same:
            form.ask_whether_another(same.message)
            existing = same.existing
        except services.DuplicateNumber as duplicate:
            form.add_error("corporate_number", duplicate.message)
            existing = duplicate.existing
        else:
            messages.success(request, f"事業者「{stored.name}」を登録しました。")
            return redirect("cases:enterprise", stored.pk)
    context = {"row": None, "form": form, "existing": existing, "breadcrumbs": crumbs("事業者の登録", LIST)}
    return render(request, FORM_PAGE, context, status=422 if request.method == "POST" else 200)


def enterprise(request: MemberRequest, **_: int) -> HttpResponse:
    shown = loaded(request, Enterprise)
    context = {
        "enterprise": shown,
        "verdicts": selectors.verdicts(shown, on=clock.today()),
        "lenders": selectors.lenders_of(shown),
        "totals": selectors.lender_totals(shown),
        "past_uses": shown.past_uses.order_by("pk"),
        "cases": selectors.cases_of(shown),
        "events": selectors.trail(shown)[:3],
        "lookalikes": lookalikes_of(shown),
        "merges": merge_rows(shown),
        "can_merge": can(request.member, Action.MERGE_ENTERPRISES).allowed,
        "can_edit": can(request.member, Action.EDIT_ENTERPRISE, shown).allowed,
        "can_open_case": can(request.member, Action.OPEN_CASE).allowed,
        "breadcrumbs": crumbs(shown.name, LIST),
    }
    return render(request, "cases/enterprise.html", context)


def enterprise_edit(request: MemberRequest, **_: int) -> HttpResponse:
    shown = loaded(request, Enterprise)
    initial = {name: getattr(shown, name) for name in (*services.FACTS, "version")}
    form = EditEnterpriseForm(posted(request), initial=initial)
    context = {"row": shown, "form": form, "existing": None, "breadcrumbs": _crumbs(shown, "変更")}
    if request.method == "POST" and form.is_valid():
        version, facts = form.cleaned_data["version"], form.facts()
        try:
            services.edit_enterprise(actor=request.member, enterprise_id=shown.pk, version=version, facts=facts)
        except EditedMeanwhile as late:
            return conflict(request, form, late, FORM_PAGE, context)
        except services.DuplicateNumber as duplicate:
            form.add_error("corporate_number", duplicate.message)
            context["existing"] = duplicate.existing
        else:
            messages.success(request, f"事業者「{facts['name']}」を保存しました。")
            return redirect("cases:enterprise", shown.pk)
    return render(request, FORM_PAGE, context, status=422 if request.method == "POST" else 200)


def enterprise_history(request: MemberRequest, **_: int) -> HttpResponse:
    shown = loaded(request, Enterprise)
    return history_page(request, shown, {"breadcrumbs": _crumbs(shown, "履歴")})


def _crumbs(shown: Enterprise, label: str) -> list[dict[str, str]]:
    return crumbs(label, LIST, (shown.name, reverse("cases:enterprise", args=[shown.pk])))
