"""The pages of a case's applications: the list, a new one, and one that is not the usage application."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.models import Case
from subsidies.enums import LETTERS, WRITABLE, ApplicationKind
from subsidies.forms.council import BeginForm, LetterForm, ReasonToCancelForm
from subsidies.models import Application
from subsidies.packets.content import content_of
from subsidies.selectors.estimate.figures import figures_of
from subsidies.selectors.filing.applications import application_rows, application_url, next_of, openable_of
from subsidies.selectors.filing.usage_page import points_as_tasks
from subsidies.selectors.gate.verdict import case_overrides
from subsidies.services.filing import applications as services
from subsidies.views.filing import acts
from subsidies.views.filing.buttons import buttons_of, waits_for
from subsidies.views.output.printings import printings_of
from subsidies.views.shared import application_context, case_context
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError


def applications(request: MemberRequest, **_: object) -> HttpResponse:
    case = loaded(request, Case)
    openable = openable_of(case)
    may_begin = can(request.member, Action.REQUEST_APPROVAL, case)
    context = {
        **case_context(case, acts.TAB),
        "rows": application_rows(case),
        "overrides": case_overrides(case),
        "can_begin": bool(openable) and may_begin.allowed,
        "next_one": next_of(openable) if may_begin.allowed else None,
        "is_closed": not openable,
        "refusal": may_begin.reason,
    }
    return render(request, "subsidies/applications.html", context)


def application_new(request: MemberRequest, **_: object) -> HttpResponse:
    case = loaded(request, Case)
    form = BeginForm(request.POST or None, openable=openable_of(case), initial={"choice": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        try:
            begun = services.begin_application(actor=request.member, case_id=case.pk, beginning=form.beginning())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{begun.name}の準備を始めました。")
            return redirect(application_url(begun))
    context = {
        **case_context(case, acts.TAB, here="申請の準備を始める"),
        "form": form,
        "has_choices": form.has_choices,
        "heading": "申請の準備を始める",
    }
    return render(request, "subsidies/application_new.html", context, status=422 if request.method == "POST" else 200)


def application(request: MemberRequest, **_: object) -> HttpResponse:
    found = loaded(request, Application)
    if found.kind == ApplicationKind.USAGE:
        return redirect("subsidies:usage", found.case.number)
    content = content_of(found)
    printings = printings_of(request.member, found)
    is_printed = printings["is_printed"]
    has_links = can(request.member, Action.REQUEST_APPROVAL, found.case).allowed
    context = {
        **case_context(found.case, acts.TAB, here=found.name),
        **application_context(found),
        **printings,
        "content": content,
        "tasks": points_as_tasks(content.points, has_links=has_links),
        "is_met": all(one.is_met for one in content.points),
        "figures": figures_of(found.case, today=clock.today()),
        "buttons": buttons_of(request.member, found, is_ready=not content.blocking, is_printed=is_printed),
        "waits_for": waits_for(request.member, found),
        "can_answer": has_links and found.state in WRITABLE,
        "can_edit_letter": has_links and found.kind in LETTERS and found.state in WRITABLE,
    }
    return render(request, "subsidies/application.html", context)


def application_edit(request: MemberRequest, **_: object) -> HttpResponse:
    found = loaded(request, Application)
    initial = {"subject": found.subject, "explanation": found.explanation, "version": found.version}
    form = LetterForm(request.POST or None, initial=initial)

    def save() -> object:
        return services.edit_letter(
            actor=request.member,
            case_id=found.case_id,
            key=acts.key_of(found),
            version=form.cleaned_data["version"],
            texts=form.values(),
        )

    page = acts.Page(f"{found.name}の内容", "保存する", "保存しました。")
    return acts.form_page(request, found, form, save, page)


def application_request(request: MemberRequest, **_: object) -> HttpResponse:
    return acts.request_approval(request, loaded(request, Application))


def application_reopen(request: MemberRequest, **_: object) -> HttpResponse:
    return acts.reopen(request, loaded(request, Application))


def application_approve(request: MemberRequest, **_: object) -> HttpResponse:
    return acts.approve(request, loaded(request, Application))


def application_send_back(request: MemberRequest, **_: object) -> HttpResponse:
    return acts.send_back(request, loaded(request, Application))


def application_cancel(request: MemberRequest, **_: object) -> HttpResponse:
    found = loaded(request, Application)
    form = ReasonToCancelForm(request.POST or None)

    def save() -> object:
        return services.cancel_application(
            actor=request.member, case_id=found.case_id, key=acts.key_of(found), reason=form.cleaned_data["reason"]
        )

    page = acts.Page(f"{found.name}を取りやめる", "取りやめる", f"{found.name}を取りやめました。")
    return acts.form_page(request, found, form, save, page)
