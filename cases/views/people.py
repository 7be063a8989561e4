"""The page that switches a member off and hands their cases over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cases.forms import SwitchOffForm
from cases.selectors.cases import open_cases_of
from cases.services.people import switch_off_member
from cases.views.shared import HUB, crumbs, form_page, posted
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.models import Member


def switch_off(request: MemberRequest, **_: int) -> HttpResponse:
    leaver = loaded(request, Member)
    cases = open_cases_of(leaver)
    form = SwitchOffForm(posted(request), leaver=leaver, has_cases=cases.exists())

    def save() -> HttpResponse:
        successor, reason = form.cleaned_data.get("successor"), form.cleaned_data["reason"]
        moved = switch_off_member(actor=request.member, member_id=leaver.pk, successor=successor, reason=reason)
        handed = f"案件{moved}件を{successor}に引き継ぎました。" if moved else ""
        messages.success(request, f"{leaver}の利用を停止しました。{handed}")
        return redirect("accounts:members")

    heading = f"{leaver}の利用を停止"
    context = {
        "heading": heading,
        "intro": f"{leaver}は、次の操作からこの事務所の情報を見られなくなります。記録は残り、あとで再開できます。",
        "submit": "利用を停止する",
        "danger": True,
        "cases": cases,
        "cancel_url": reverse("accounts:members"),
        "breadcrumbs": crumbs(heading, HUB, ("利用者", "accounts:members")),
    }
    return form_page(request, form, save, context)
