"""The pages on which what passes between the office and the council is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from subsidies.enums import ApplicationAction, ReturnCause
from subsidies.forms.council import AcceptForm, AnswerForm, DecideForm, PayForm, RefuseForm, ReturnForm, SubmitForm
from subsidies.models import Application, ReturnItem
from subsidies.selectors.claims import is_claim
from subsidies.services import council as services
from subsidies.views.acts import Page, form_page, key_of
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded

A = ApplicationAction
Saver = Callable[[], object]


def submit(request: MemberRequest, application: Application) -> HttpResponse:
    """Record the submission."""
    today = clock.today()
    form = SubmitForm(request.POST or None, initial={"submitted_on": today})

    def save() -> object:
        submission = services.Submission(**form.cleaned_data)
        return services.submit(
            case_id=application.case_id,
            actor=request.member,
            submission=submission,
            today=today,
            key=key_of(application),
        )

    page = Page("提出の記録", "提出を記録する", f"{application.case.council}への提出を記録しました。")
    return form_page(request, application, form, save, page)


def application_submit(request: MemberRequest, **_: object) -> HttpResponse:
    return submit(request, loaded(request, Application))


def application_council(request: MemberRequest, answer: str, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    maker = _PAGES.get(answer)
    if maker is None:
        raise Http404(f"the council does not {answer}")
    form, save, page = maker(request, application)
    return form_page(request, application, form, save, page)


def return_answer(request: MemberRequest, item_id: int, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    item = get_object_or_404(ReturnItem.objects.for_agency(application.agency_id), pk=item_id, application=application)
    form = AnswerForm(request.POST or None, initial={"answer": item.answer})

    def save() -> object:
        return services.answer_item(
            case_id=application.case_id,
            actor=request.member,
            item_id=item.pk,
            answer=form.cleaned_data["answer"],
            now=clock.now(),
        )

    page = Page("差戻しへの対応", "対応を記録する", "対応を記録しました。", context={"item": item})
    return form_page(request, application, form, save, page)


def _return(request: MemberRequest, application: Application) -> tuple[forms.BaseForm, Saver, Page]:
    form = ReturnForm(request.POST or None, initial={"returned_on": clock.today()})

    def save() -> object:
        return services.record_return(
            case_id=application.case_id,
            actor=request.member,
            returned_on=form.cleaned_data["returned_on"],
            complaints=[
                services.Complaint(cause=ReturnCause(one["cause"]), document=one["document"], comment=one["comment"])
                for one in form.complaints()
            ],
            today=clock.today(),
            key=key_of(application),
        )

    page = Page(
        "差戻しの記録",
        "差戻しを記録する",
        "差戻しを記録しました。項目ごとに対応を記録してください。",
        "subsidies/return_form.html",
    )
    return form, save, page


def _accept(request: MemberRequest, application: Application) -> tuple[forms.BaseForm, Saver, Page]:
    initial = {"accepted_on": clock.today(), "receipt_number": application.receipt_number}
    form = AcceptForm(request.POST or None, initial=initial)

    def save() -> object:
        return services.record_acceptance(
            case_id=application.case_id,
            actor=request.member,
            today=clock.today(),
            key=key_of(application),
            **form.cleaned_data,
        )

    return form, save, Page("受理の記録", "受理を記録する", f"{application.name}の受理を記録しました。")


def _refuse(request: MemberRequest, application: Application) -> tuple[forms.BaseForm, Saver, Page]:
    form = RefuseForm(request.POST or None, initial={"refused_on": clock.today()})

    def save() -> object:
        return services.record_refusal(
            case_id=application.case_id,
            actor=request.member,
            today=clock.today(),
            key=key_of(application),
            **form.cleaned_data,
        )

    return form, save, Page("不受理の記録", "不受理を記録する", "不受理を記録しました。")


def _decide(request: MemberRequest, application: Application) -> tuple[forms.BaseForm, Saver, Page]:
    claims = is_claim(application)
    form = DecideForm(request.POST or None, is_claim=claims, initial={"decided_on": clock.today()})

    def save() -> object:
        return services.record_decision(
            case_id=application.case_id,
            actor=request.member,
            decided_on=form.cleaned_data["decided_on"],
            decided_yen=form.cleaned_data.get("decided_yen"),
            today=clock.today(),
            key=key_of(application),
        )

    name = "支払決定" if claims else "利用決定"
    return form, save, Page(f"{name}の記録", f"{name}を記録する", f"{name}を記録しました。")


def _pay(request: MemberRequest, application: Application) -> tuple[forms.BaseForm, Saver, Page]:
    initial = {"paid_on": clock.today(), "paid_yen": application.decided_yen}
    form = PayForm(request.POST or None, initial=initial)

    def save() -> object:
        return services.record_payment(
            case_id=application.case_id,
            actor=request.member,
            today=clock.today(),
            key=key_of(application),
            **form.cleaned_data,
        )

    return (
        form,
        save,
        Page("入金の記録", "入金を記録する", f"{application.name}の入金を記録しました。"),
    )


_PAGES: Final[Mapping[str, Callable[[MemberRequest, Application], tuple[forms.BaseForm, Saver, Page]]]] = (
    MappingProxyType(
        {
            A.RETURN.value: _return,
            A.ACCEPT.value: _accept,
            A.REFUSE.value: _refuse,
            A.DECIDE.value: _decide,
            A.PAY.value: _pay,
        }
    )
)
