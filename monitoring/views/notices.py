"""The page of a member's own notices."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from cases.views.shared import PAGE_SIZE, crumbs
from monitoring.forms.deadlines import ReadForm
from monitoring.models import Notice
from monitoring.selectors.notices import newest_notice_id, notices_of, unread_count
from monitoring.services import notices as services
from vapup import clock
from vapup.accounts.http import MemberRequest

PAGE: Final = "monitoring:notices"
UNREAD: Final = "unread"


def notices(request: MemberRequest) -> HttpResponse:
    member = request.member
    unread_only = request.GET.get("show") == UNREAD
    page = Paginator(notices_of(member, unread_only=unread_only), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "unread_only": unread_only,
        "unread": unread_count(member),
        "newest": newest_notice_id(member),
        "here": request.get_full_path(),
        "breadcrumbs": crumbs("通知"),
    }
    return render(request, "monitoring/notices.html", context)


@require_POST
def notices_read(request: MemberRequest) -> HttpResponse:
    form = ReadForm(request.POST)
    if not form.is_valid():
        messages.error(request, "既読にする通知を選び直してください。")
        return redirect(PAGE)
    notice_id, now = form.cleaned_data["notice"], clock.now()
    if form.cleaned_data["everything"]:
        count = services.mark_all_read(actor=request.member, up_to=notice_id, now=now)
        messages.success(request, f"{count}件の通知を既読にしました。")
        return redirect(PAGE)
    try:
        services.mark_read(actor=request.member, notice_id=notice_id, now=now)
    except Notice.DoesNotExist as missing:
        raise Http404(f"no notice {notice_id} for this member") from missing
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else PAGE)
