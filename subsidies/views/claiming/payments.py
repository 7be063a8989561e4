"""The page of a case's payments (入金)."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from cases.models import Case
from subsidies.selectors.payments.page import payments_page_of
from subsidies.views.shared import case_context
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can

PAGE: Final = "subsidies:payments"


def case_payments(request: MemberRequest, **_: str) -> HttpResponse:
    case, member = loaded(request, Case), request.member
    page = payments_page_of(
        case,
        today=clock.today(),
        may_see_own=can(member, Action.EDIT_AGENCY).allowed,
        may_see_others=can(member, Action.EDIT_CASE, case).allowed,
    )
    can_record = can(member, Action.REGISTER_COUNCIL, case).allowed
    context = {**case_context(case, PAGE), "page": page, "can_record": can_record}
    return render(request, "subsidies/payments.html", context)
