"""The pages of the procedure that only the frame of the guideline (中小版GL枠) has."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.forms.guideline import GuidelineForm
from cases.models import Case, GuidelineProcedure
from cases.selectors.banks import bank_board, latest_change
from cases.selectors.guideline import TRAIL, next_step, procedure_of, steps_from
from cases.services.guideline import GUIDELINE_FACTS, record_guideline
from cases.services.locking import EditedMeanwhile
from cases.views.shared import case_context, differences_of, posted
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

PAGE: Final = "cases:guideline"
FORM_PAGE: Final = "cases/guideline_form.html"


def guideline(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    if case.frame != SchemeFrame.SME_GL:
        return _other_frame(request, case)
    procedure, board = procedure_of(case), bank_board(case)
    steps = steps_from(case, procedure, board)
    context = {
        **case_context(case, PAGE),
        "procedure": procedure,
        "steps": steps,
        "next_step": next_step(steps),
        "board": board,
        "can_edit": can(request.member, Action.EDIT_CASE, case).allowed,
    }
    return render(request, "cases/guideline.html", context)


def guideline_edit(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    if case.frame != SchemeFrame.SME_GL:
        return _other_frame(request, case)
    procedure = procedure_of(case)
    initial = {name: getattr(procedure, name) for name in (*GUIDELINE_FACTS, "version")}
    form = GuidelineForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        ids = {"case_id": case.pk, "version": form.cleaned_data["version"]}
        try:
            record_guideline(actor=request.member, facts=form.values(), today=clock.today(), **ids)
        except EditedMeanwhile as late:
            return _conflict(request, case, form, late)
        except DomainError as refused:
            for sentence in refused.message.splitlines():
                form.add_error(None, sentence)
        else:
            messages.success(request, "中小版GLの手続を保存しました。")
            return redirect(PAGE, case.number)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, FORM_PAGE, {**_form_context(case), "form": form}, status=status)


def _other_frame(request: MemberRequest, case: Case) -> HttpResponse:
    context = {
        **case_context(case, here="中小版GLの手続"),
        "message": (
            f"案件 {case.number} は「{case.get_frame_display()}」です。"
            f"この画面があるのは「{SchemeFrame.SME_GL.label}」の案件だけです。"
        ),
    }
    return render(request, "cases/guideline_refused.html", context, status=HTTPStatus.CONFLICT)


def _form_context(case: Case) -> dict[str, Any]:
    return {**case_context(case, PAGE, here="記録の変更"), "cancel_url": reverse(PAGE, args=[case.number])}


def _conflict(request: MemberRequest, case: Case, form: GuidelineForm, late: EditedMeanwhile) -> HttpResponse:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again."""
    stored: GuidelineProcedure = procedure_of(case)
    form.add_error(None, late.message)
    form.accept_version(stored.version)
    found = {"form": form, "differences": differences_of(form, stored), "latest": latest_change(case, TRAIL)}
    return render(request, FORM_PAGE, {**_form_context(case), **found}, status=HTTPStatus.CONFLICT)
