"""What is done with an application, whatever its kind: one page an act, and back to the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.forms.application import ApproveForm, ReasonForm, RequestApprovalForm, SendBackForm, ShownForm
from subsidies.models import Application
from subsidies.packets.content import Content, content_of
from subsidies.selectors.estimate.figures import figures_of
from subsidies.selectors.filing.applications import act_url, application_url
from subsidies.selectors.filing.history import changes_since_decision
from subsidies.selectors.filing.usage_page import figure_changes
from subsidies.services.filing import approval as services
from subsidies.services.filing.applications import ApplicationKey
from subsidies.views.shared import APPLICATIONS, below_application
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.shared.errors import DomainError
from vapup.ui.forms import VersionedForm

TAB: Final = APPLICATIONS


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a page that does one thing with an application."""

    heading: str
    submit: str
    done: str
    template: str = "subsidies/application_form.html"
    context: dict[str, Any] = field(default_factory=dict)


def key_of(application: Application) -> ApplicationKey:
    """Return what names an application among those of its case."""
    return ApplicationKey(ApplicationKind(application.kind), application.number)


def request_approval(request: MemberRequest, application: Application) -> HttpResponse:
    """Ask for the approval."""
    form = RequestApprovalForm(request.POST or None, initial={"version": application.version})

    def save() -> object:
        values, key = form.cleaned_data, key_of(application)
        return services.request_approval(
            case_id=application.case_id,
            actor=request.member,
            version=values["version"],
            note=values["note"],
            now=clock.now(),
            key=key,
        )

    page = Page("承認の依頼", "承認を依頼する", "承認を依頼しました。内容は、承認か差戻しまで変更できません。")
    return form_page(request, application, form, save, page)


def reopen_label(state: ApplicationState) -> str:
    """Return what taking a request or an approval back is called."""
    return "承認を取り消して修正する" if state is ApplicationState.APPROVED else "依頼を取り消して修正する"


def reopen(request: MemberRequest, application: Application) -> HttpResponse:
    """Take the request or the approval back."""
    label = reopen_label(ApplicationState(application.state))
    form = ReasonForm(request.POST or None)

    def save() -> object:
        return services.reopen(
            case_id=application.case_id,
            actor=request.member,
            reason=form.cleaned_data["reason"],
            key=key_of(application),
        )

    return form_page(request, application, form, save, Page(label, label, "取り消しました。内容を変更できます。"))


def send_back(request: MemberRequest, application: Application) -> HttpResponse:
    """Send back to its author what stands there as this page opens, or was shown on the page of its approval."""
    is_requested = application.state == ApplicationState.REQUESTED
    if not is_requested and request.method == "GET":
        return _not_requested(request, application)
    shown = services.shown_hash(application, content_of(application)) if is_requested else ""
    seen = request.GET.get("seen", shown) if request.method == "GET" else shown
    form = SendBackForm(request.POST or None, initial={"shown_sha256": seen})

    def save() -> object:
        return services.send_back(
            case_id=application.case_id,
            actor=request.member,
            comment=form.cleaned_data["comment"],
            shown_sha256=form.cleaned_data["shown_sha256"],
            now=clock.now(),
            key=key_of(application),
        )

    return form_page(request, application, form, save, Page("所内の差戻し", "差し戻す", "担当者に差し戻しました。"))


def approve(request: MemberRequest, application: Application) -> HttpResponse:
    """Approve what is shown, and freeze it."""
    content = content_of(application)
    if application.state != ApplicationState.REQUESTED or not _is_printable(application, content):
        return _not_requested(request, application)
    sha256 = services.decision_hash(application, content)
    has_exceptions = bool(content.exceptions)
    form = ApproveForm(request.POST or None, has_exceptions=has_exceptions, initial={"shown_sha256": sha256})

    def save() -> object:
        today, given, key = clock.today(), form.approval(), key_of(application)
        return services.approve(
            case_id=application.case_id,
            actor=request.member,
            approval=given,
            now=clock.now(),
            prepared_on=today,
            key=key,
        )

    return form_page(request, application, form, save, _approval_page(request, application, content, sha256))


def _not_requested(request: MemberRequest, application: Application) -> HttpResponse:
    label = application.get_state_display()
    messages.warning(request, f"{application.name}は「{label}」です。承認待ちではありません。")
    return redirect(application_url(application))


def _is_printable(application: Application, content: Content) -> bool:
    return content.assessment is not None or application.kind in {ApplicationKind.CHANGE, ApplicationKind.WITHDRAWAL}


def _approval_page(request: MemberRequest, application: Application, content: Content, sha256: str) -> Page:
    changes = figure_changes(application.assessment, content.assessment) if content.assessment else []
    context = {
        "content": content,
        "figure_changes": changes,
        "changes": changes_since_decision(application),
        "is_self": application.requested_by_id == request.member.pk,
        "is_usage": application.kind == ApplicationKind.USAGE,
        "send_back_url": f"{act_url(application, 'send_back')}?seen={sha256}",
    }
    done = f"{application.name}を承認し、金額と申請内容を固定しました。"
    return Page(f"{application.name}の承認", "承認する", done, "subsidies/approve.html", context)


def form_page(
    request: MemberRequest, application: Application, form: forms.BaseForm, save: Callable[[], object], page: Page
) -> HttpResponse:
    """Show a form, or save it and go back to the application; what is refused stays on the page with the input."""
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _try(form, application, save)
        if status is HTTPStatus.FOUND:
            messages.success(request, page.done)
            return redirect(application_url(application))
    case = application.case
    context = {
        **below_application(application, page.heading),
        **page.context,
        "application": application,
        "figures": figures_of(case, today=clock.today()),
        "form": form,
        "heading": page.heading,
        "submit": page.submit,
        "cancel_url": application_url(application),
    }
    return render(request, page.template, context, status=status)


def _try(form: forms.BaseForm, application: Application, save: Callable[[], object]) -> HTTPStatus:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        save()
    except (EditedMeanwhile, services.FiguresChanged) as late:
        form.add_error(None, late.message)
        _accept(form, application)
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def _accept(form: forms.BaseForm, application: Application) -> None:
    """Let the form carry what it now shows, so that saving again is a knowing decision."""
    if isinstance(form, VersionedForm):
        stored = Application.objects.for_agency(application.agency_id).filter(pk=application.pk).first()
        form.accept_version(stored.version if stored else application.version)
    elif isinstance(form, ShownForm):
        form.accept_figures()
