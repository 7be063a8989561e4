"""金融機関説明資料: a list of the lenders, and the file for one of them."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from cases.models import Case, Lender, Plan
from cases.selectors.plan.follow_up import lenders_told
from cases.selectors.plan.versions import plans_of
from cases.views.plan.shared import plan_context
from monitoring.enums import PackFormat
from monitoring.services.bank_pack import print_bank_pack
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can

PAGE: Final = "monitoring:bank_pack"
TYPES: Final = {
    PackFormat.PDF: "application/pdf",
    PackFormat.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def bank_pack(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    context = {
        **plan_context(plan, request.member, PAGE),
        "lenders": lenders_told(plan),
        "versions": plans_of(plan.case),
        "can_print": can(request.member, Action.DRAFT_PACKET, plan.case).allowed,
        "can_add": can(request.member, Action.EDIT_ENTERPRISE).allowed,
    }
    return render(request, "plans/bank_pack.html", context)


def bank_pack_file(request: MemberRequest, plan_number: int, lender_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    asked = request.GET.get("format", "")
    format_ = PackFormat(asked) if asked in PackFormat.values else PackFormat.PDF
    ids = {"case_id": case.pk, "plan_number": plan_number, "lender_id": lender_id}
    try:
        name, content = print_bank_pack(actor=request.member, today=clock.today(), format_=format_, **ids)
    except (Plan.DoesNotExist, Lender.DoesNotExist):
        raise Http404(f"no version {plan_number} or no lender {lender_id} of the case {case.number}") from None
    response = HttpResponse(content, content_type=TYPES[format_])
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response
