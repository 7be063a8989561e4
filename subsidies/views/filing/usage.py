"""The page of the usage application (利用申請), beside its costs, and its acts in the office."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from cases.models import Case
from subsidies.enums import WRITABLE
from subsidies.packets.content import content_of
from subsidies.selectors.estimate.cost_sheet import application_of
from subsidies.selectors.estimate.figures import figures_of
from subsidies.selectors.filing.usage_page import points_as_tasks
from subsidies.views.filing import acts, council
from subsidies.views.filing.buttons import buttons_of, waits_for
from subsidies.views.output.printings import printings_of
from subsidies.views.shared import application_context, case_context
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can


def usage(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    application = application_of(case)
    content = content_of(application)
    printings = printings_of(request.member, application)
    is_printed = printings["is_printed"]
    has_links = can(request.member, Action.REQUEST_APPROVAL, case).allowed
    context = {
        **case_context(case, acts.TAB, here="利用申請"),
        **application_context(application),
        **printings,
        "content": content,
        "tasks": points_as_tasks(content.points, has_links=has_links),
        "is_met": all(one.is_met for one in content.points),
        "figures": figures_of(case, today=clock.today()),
        "buttons": buttons_of(request.member, application, is_ready=not content.blocking, is_printed=is_printed),
        "waits_for": waits_for(request.member, application),
        "can_answer": has_links and application.state in WRITABLE,
    }
    return render(request, "subsidies/usage.html", context)


def request_approval(request: MemberRequest, **_: str) -> HttpResponse:
    return acts.request_approval(request, application_of(loaded(request, Case)))


def withdraw_request(request: MemberRequest, **_: str) -> HttpResponse:
    return acts.reopen(request, application_of(loaded(request, Case)))


def send_back(request: MemberRequest, **_: str) -> HttpResponse:
    return acts.send_back(request, application_of(loaded(request, Case)))


def approve(request: MemberRequest, **_: str) -> HttpResponse:
    return acts.approve(request, application_of(loaded(request, Case)))


def submit(request: MemberRequest, **_: str) -> HttpResponse:
    return council.submit(request, application_of(loaded(request, Case)))
