"""The pages of what belongs to an enterprise: lenders and past uses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cases.enums import LenderRole
from cases.forms import LenderForm, PastUseForm
from cases.models import Enterprise, Lender, PastUse
from cases.services import relations as services
from cases.views.shared import crumbs, form_page, posted
from vapup.accounts.http import MemberRequest, loaded
from vapup.ui.forms import OfficeForm


def lender_new(request: MemberRequest, **_: int) -> HttpResponse:
    enterprise = loaded(request, Enterprise)
    asked = {"role": request.GET.get("role", LenderRole.OTHER.value), "bank_name": request.GET.get("name", "")}
    form = LenderForm(posted(request), initial={**asked, "balance_yen": _balance_of(asked["role"])})

    def save() -> HttpResponse:
        lender = services.add_lender(actor=request.member, enterprise_id=enterprise.pk, facts=form.cleaned_data)
        return _done(request, enterprise, f"金融機関「{lender}」を登録しました。")

    return form_page(request, form, save, _context(enterprise, "金融機関の登録", "登録する"))


def lender_edit(request: MemberRequest, lender_id: int, **_: int) -> HttpResponse:
    enterprise = loaded(request, Enterprise)
    lender = get_object_or_404(enterprise.lenders, pk=lender_id)
    form = LenderForm(posted(request), initial={name: getattr(lender, name) for name in services.LENDER_FACTS})

    def save() -> HttpResponse:
        services.edit_lender(
            actor=request.member, enterprise_id=enterprise.pk, lender_id=lender.pk, facts=form.cleaned_data
        )
        return _done(request, enterprise, "金融機関を保存しました。")

    return form_page(request, form, save, _context(enterprise, "金融機関の変更", "保存する"))


def lender_remove(request: MemberRequest, lender_id: int, **_: int) -> HttpResponse:
    enterprise = loaded(request, Enterprise)
    lender: Lender = get_object_or_404(enterprise.lenders, pk=lender_id)

    def save() -> HttpResponse:
        name = services.remove_lender(actor=request.member, enterprise_id=enterprise.pk, lender_id=lender.pk)
        return _done(request, enterprise, f"金融機関「{name}」を削除しました。")

    context = _context(enterprise, "金融機関の削除", "削除する")
    return form_page(request, OfficeForm(posted(request)), save, {**context, **_danger(str(lender))})


def past_use_new(request: MemberRequest, **_: int) -> HttpResponse:
    enterprise = loaded(request, Enterprise)
    form = PastUseForm(posted(request))

    def save() -> HttpResponse:
        services.add_past_use(actor=request.member, enterprise_id=enterprise.pk, facts=form.cleaned_data)
        return _done(request, enterprise, "過去の利用を登録しました。")

    return form_page(request, form, save, _context(enterprise, "過去の利用の登録", "登録する"))


def past_use_remove(request: MemberRequest, past_use_id: int, **_: int) -> HttpResponse:
    enterprise = loaded(request, Enterprise)
    past_use: PastUse = get_object_or_404(enterprise.past_uses, pk=past_use_id)

    def save() -> HttpResponse:
        name = services.remove_past_use(actor=request.member, enterprise_id=enterprise.pk, past_use_id=past_use.pk)
        return _done(request, enterprise, f"過去の利用「{name}」を削除しました。")

    context = _context(enterprise, "過去の利用の削除", "削除する")
    return form_page(request, OfficeForm(posted(request)), save, {**context, **_danger(str(past_use))})


def _balance_of(role: str) -> int | None:
    """Return the balance that a new form shows: a guarantee corporation lends nothing until it has paid."""
    return 0 if role == LenderRole.GUARANTOR else None


def _done(request: MemberRequest, enterprise: Enterprise, message: str) -> HttpResponseRedirect:
    messages.success(request, message)
    return redirect("cases:enterprise", enterprise.pk)


def _context(enterprise: Enterprise, heading: str, submit: str) -> dict[str, Any]:
    url = reverse("cases:enterprise", args=[enterprise.pk])
    path = (("事業者", "cases:enterprises"), (enterprise.name, url))
    return {"heading": heading, "submit": submit, "cancel_url": url, "breadcrumbs": crumbs(heading, *path)}


def _danger(name: str) -> dict[str, Any]:
    return {"danger": True, "intro": f"「{name}」を削除します。元に戻せませんが、内容は履歴に残ります。"}
