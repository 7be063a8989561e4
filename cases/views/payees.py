"""The pages on which the bank accounts of the agencies are recorded."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cases.forms.payees import PayeeForm
from cases.models import Case, CoAgency, Payee
from cases.selectors.payees import payee_of
from cases.services import payees as services
from cases.services.locking import EditedMeanwhile
from cases.views.shared import HUB, Difference, case_context, crumbs, differences_of, posted
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.errors import DomainError

HEADING = "振込先の口座"
Save = Callable[[int, dict[str, Any]], object]


def office_account(request: MemberRequest) -> HttpResponse:
    actor = request.member

    def save(version: int, facts: dict[str, Any]) -> object:
        return services.save_own_payee(actor=actor, version=version, facts=facts)

    url = reverse("accounts:agency")
    context = {"breadcrumbs": crumbs(HEADING, HUB, ("事務所の設定", url)), "tabs": None, "cancel_url": url}
    return _page(request, None, save, {**context, "about": actor.agency.name})


def co_agency_account(request: MemberRequest, co_agency_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    co_agency: CoAgency = get_object_or_404(case.co_agencies, pk=co_agency_id)

    def save(version: int, facts: dict[str, Any]) -> object:
        return services.save_co_agency_payee(
            actor=request.member, case_id=case.pk, co_agency_id=co_agency.pk, version=version, facts=facts
        )

    url = reverse("cases:detail", args=[case.number])
    context = {**case_context(case, here=HEADING), "cancel_url": url, "about": co_agency.name}
    return _page(request, co_agency, save, context)


def _page(request: MemberRequest, co_agency: CoAgency | None, save: Save, context: dict[str, Any]) -> HttpResponse:
    payee = payee_of(request.member.agency_id, co_agency)
    initial = {name: getattr(payee, name) for name in (*services.PAYEE_FACTS, "version")}
    form = PayeeForm(posted(request), initial=initial)
    status, differences = HTTPStatus.OK, None
    if request.method == "POST":
        status, differences = _save(request, form, payee, save)
        if status is HTTPStatus.FOUND:
            messages.success(request, f"{context['about']}の振込先を保存しました。")
            return redirect(context["cancel_url"])
    shown = {"form": form, "heading": HEADING, "differences": differences, "latest": None}
    return render(request, "cases/payee.html", {**context, **shown}, status=status)


def _save(
    request: MemberRequest, form: PayeeForm, payee: Payee, save: Save
) -> tuple[HTTPStatus, list[Difference] | None]:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY, None
    try:
        save(form.cleaned_data["version"], form.values())
    except EditedMeanwhile as late:
        stored = payee_of(request.member.agency_id, payee.co_agency)
        form.add_error(None, late.message)
        form.accept_version(stored.version)
        return HTTPStatus.CONFLICT, differences_of(form, stored)
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY, None
    return HTTPStatus.FOUND, None
