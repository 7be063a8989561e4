"""The pages of the usage application: check, approval in the office, submission to the council."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.models import Case
from subsidies.enums import ApprovalState, PacketState
from subsidies.forms.application import ApproveForm, ReasonForm, RequestApprovalForm, SendBackForm, SubmitForm
from subsidies.models import UsageApplication
from subsidies.selectors.cost_sheet import application_of, sheet_version
from subsidies.selectors.figures import figures_of
from subsidies.selectors.history import approval_events, changes_since_decision
from subsidies.selectors.readiness import Readiness, readiness_of
from subsidies.selectors.usage_page import TONES, figure_changes, packets_of, tasks_of
from subsidies.services import usage as services
from subsidies.services.sheet import SheetChanged
from subsidies.views.shared import case_context
from vapup import clock
from vapup.accounts.enums import Action, Role
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError
from vapup.ui.forms import VersionedForm

PAGE: Final = "subsidies:usage"
DECIDED: Final[Mapping[ApprovalState, str]] = MappingProxyType(
    {ApprovalState.SENT_BACK: "差し戻しました", ApprovalState.APPROVED: "承認しました"}
)


@dataclass(frozen=True, slots=True)
class Button:
    """Something that the member may do with the application now."""

    label: str
    url: str
    is_main: bool = False


def usage(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    application, readiness = application_of(case), readiness_of(case)
    state = ApprovalState(application.state)
    printings = _printings(request.member, case, state)
    context = {
        **case_context(case, PAGE),
        **printings,
        "application": application,
        "tone": TONES[state],
        "is_decided": state in DECIDED,
        "decided_words": DECIDED.get(state, ""),
        "is_approved": state is ApprovalState.APPROVED,
        "readiness": readiness,
        "tasks": tasks_of(readiness, has_links=can(request.member, Action.REQUEST_APPROVAL, case).allowed),
        "figures": figures_of(case, today=clock.today()),
        "buttons": _buttons(request.member, case, application, readiness, is_printed=printings["is_printed"]),
        "waits_for": _waits_for(request.member, application),
        "events": approval_events(case),
    }
    return render(request, "subsidies/usage.html", context)


def _printings(member: Member, case: Case, state: ApprovalState) -> dict[str, Any]:
    """Return what was printed and what may be."""
    packets = packets_of(case)
    return {
        "packets": packets,
        "is_printed": any(not packet.is_draft and packet.state != PacketState.FAILED for packet in packets),
        "can_draft": can(member, Action.DRAFT_PACKET, case).allowed,
        "can_export": state is ApprovalState.APPROVED and can(member, Action.EXPORT_PACKET, case).allowed,
    }


def _buttons(
    member: Member, case: Case, application: UsageApplication, readiness: Readiness, *, is_printed: bool
) -> list[Button]:
    """Return what the member may do now, each of which would be allowed; what moves the application on is main."""
    state = ApprovalState(application.state)
    may_write = can(member, Action.REQUEST_APPROVAL, case).allowed
    may_approve = state is ApprovalState.REQUESTED and can(member, Action.APPROVE_USAGE, application).allowed
    is_submittable = state is ApprovalState.APPROVED and case.stage in services.SUBMISSIONS
    is_reopenable = may_write and not services.reopen_refusal(member, case, application)
    offered = [
        (may_write and state in services.REQUESTABLE and not readiness.blocking, "承認を依頼する", "request_approval"),
        (may_approve, "確認して承認する", "approve"),
        (is_submittable and can(member, Action.REGISTER_COUNCIL, case).allowed, "提出を記録する", "submit"),
        (may_approve, "差し戻す", "send_back"),
        (is_reopenable, _reopen_label(state), "withdraw_request"),
    ]
    forward = {"request_approval", "approve"} | ({"submit"} if is_printed else set())
    url = {name: reverse(f"subsidies:{name}", args=[case.number]) for _, _, name in offered}
    return [Button(label, url[name], is_main=name in forward) for is_open, label, name in offered if is_open]


def _reopen_label(state: ApprovalState) -> str:
    return "承認を取り消して修正する" if state is ApprovalState.APPROVED else "依頼を取り消して修正する"


def _waits_for(member: Member, application: UsageApplication) -> str:
    """Return whom a requested application waits for, where the reader is not the one."""
    decision = can(member, Action.APPROVE_USAGE, application)
    if application.state != ApprovalState.REQUESTED or decision.allowed:
        return ""
    is_own = application.requested_by_id == member.pk and member.has_role(Role.MANAGER)
    return decision.reason if is_own else "管理者(所長)の承認を待っています。"


def request_approval(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    form = RequestApprovalForm(request.POST or None, initial={"version": sheet_version(case)})

    def save() -> object:
        values = form.cleaned_data
        return services.request_approval(
            case_id=case.pk, actor=request.member, version=values["version"], note=values["note"], now=clock.now()
        )

    page = Page("承認の依頼", "承認を依頼する", "承認を依頼しました。費用は、承認か差戻しまで変更できません。")
    return _form_page(request, case, form, save, page)


def withdraw_request(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    label = _reopen_label(ApprovalState(application_of(case).state))
    form = ReasonForm(request.POST or None)

    def save() -> object:
        return services.reopen_usage(case_id=case.pk, actor=request.member, reason=form.cleaned_data["reason"])

    return _form_page(request, case, form, save, Page(label, label, "取り消しました。費用を変更できます。"))


def send_back(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    form = SendBackForm(request.POST or None)

    def save() -> object:
        return services.send_back_usage(
            case_id=case.pk, actor=request.member, comment=form.cleaned_data["comment"], now=clock.now()
        )

    return _form_page(request, case, form, save, Page("所内の差戻し", "差し戻す", "担当者に差し戻しました。"))


def submit(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    today = clock.today()
    form = SubmitForm(request.POST or None, initial={"submitted_on": today})

    def save() -> object:
        return services.submit_usage(case_id=case.pk, actor=request.member, today=today, **form.cleaned_data)

    page = Page("提出の記録", "提出を記録する", f"{case.council}への提出を記録しました。")
    return _form_page(request, case, form, save, page)


def approve(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    application, readiness = application_of(case), readiness_of(case)
    if application.state != ApprovalState.REQUESTED or readiness.assessment is None:
        messages.warning(request, f"利用申請は「{application.get_state_display()}」です。承認待ちではありません。")
        return redirect(PAGE, case.number)
    has_exceptions = bool(readiness.exceptions)
    sha256 = services.decision_hash(application, readiness.assessment)
    form = ApproveForm(request.POST or None, has_exceptions=has_exceptions, initial={"shown_sha256": sha256})

    def save() -> object:
        today, approval = clock.today(), form.approval()
        return services.approve_usage(
            case_id=case.pk, actor=request.member, approval=approval, now=clock.now(), prepared_on=today
        )

    changes = figure_changes(application.assessment, readiness.assessment)
    is_self = application.requested_by_id == request.member.pk
    context = {"readiness": readiness, "figure_changes": changes, "is_self": is_self}
    done = "利用申請を承認し、金額と申請内容を固定しました。"
    page = Page(
        "承認", "承認する", done, "subsidies/approve.html", {**context, "changes": changes_since_decision(case)}
    )
    return _form_page(request, case, form, save, page)


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a page that does one thing with the application."""

    heading: str
    submit: str
    done: str
    template: str = "subsidies/usage_form.html"
    context: dict[str, Any] | None = None


def _form_page(
    request: MemberRequest, case: Case, form: forms.Form, save: Callable[[], object], page: Page
) -> HttpResponse:
    """Show a form, or save it and go back to the application; what is refused stays on the page with the input."""
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _try(form, case, save)
        if status is HTTPStatus.FOUND:
            messages.success(request, page.done)
            return redirect(PAGE, case.number)
    context = {
        **case_context(case, PAGE, here=page.heading),
        **(page.context or {}),
        "figures": figures_of(case, today=clock.today()),
        "form": form,
        "heading": page.heading,
        "submit": page.submit,
    }
    return render(request, page.template, context, status=status)


def _try(form: forms.Form, case: Case, save: Callable[[], object]) -> HTTPStatus:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        save()
    except (SheetChanged, services.FiguresChanged) as late:
        form.add_error(None, late.message)
        _accept(form, case)
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def _accept(form: forms.Form, case: Case) -> None:
    """Let the form carry what it now shows, so that saving again is a knowing decision."""
    if isinstance(form, VersionedForm):
        form.accept_version(sheet_version(case))
    elif isinstance(form, ApproveForm):
        form.accept_figures()
