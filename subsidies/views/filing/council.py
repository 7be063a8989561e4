"""The pages on which what passes between the office and the council is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from subsidies.enums import ApplicationAction, ApplicationState, ReturnCause
from subsidies.forms.council import (
    AcceptForm,
    AnswerForm,
    CorrectPaymentForm,
    DecideForm,
    PayForm,
    RefuseForm,
    ReturnForm,
    SubmitForm,
    decision_values,
    payment_values,
)
from subsidies.models import Application, ReturnItem
from subsidies.selectors.claiming.claims import is_claim
from subsidies.selectors.filing.applications import application_url
from subsidies.selectors.payments.receipts import Due, dues_of
from subsidies.services.filing import council as services
from subsidies.services.filing.receipts import correct_payment
from subsidies.views.filing.acts import Page, form_page, key_of
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded

A = ApplicationAction
FORM: Final = "subsidies/application_form.html"
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
    dues = dues_of(application) if claims else ()
    initial = {"decided_on": clock.today(), **(decision_values(dues) if len(dues) > 1 else {})}
    form = DecideForm(request.POST or None, dues=dues, initial=initial)

    def save() -> object:
        values = form.cleaned_data
        return services.record_decision(
            case_id=application.case_id,
            actor=request.member,
            decided_on=values["decided_on"],
            decided_yen=values.get("decided_yen"),
            parts=form.parts(),
            note=values.get("note", ""),
            today=clock.today(),
            key=key_of(application),
        )

    name = "支払決定" if claims else "利用決定"
    page = Page(f"{name}の記録", f"{name}を記録する", f"{name}を記録しました。", _template(dues), {"dues": dues})
    return form, save, page


def _pay(request: MemberRequest, application: Application) -> tuple[forms.BaseForm, Saver, Page]:
    dues = dues_of(application)
    initial = payment_values(dues, application.decided_yen, clock.today())
    form = PayForm(request.POST or None, dues=dues, initial=initial)

    def save() -> object:
        return services.record_payment(
            case_id=application.case_id,
            actor=request.member,
            today=clock.today(),
            key=key_of(application),
            parts=form.parts(),
            note=form.cleaned_data["note"],
        )

    done = f"{application.name}の入金を記録しました。"
    return form, save, Page("入金の記録", "入金を記録する", done, _template(dues), {"dues": dues})


def payment_edit(request: MemberRequest, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    if application.state != ApplicationState.PAID:
        messages.warning(request, f"{application.name}には、まだ入金の記録がありません。")
        return redirect(application_url(application))
    dues = dues_of(application)
    initial = {"version": application.version, **payment_values(dues, application.paid_yen, application.paid_on)}
    form = CorrectPaymentForm(request.POST or None, dues=dues, initial=initial)

    def save() -> object:
        return correct_payment(
            actor=request.member,
            case_id=application.case_id,
            key=key_of(application),
            version=form.cleaned_data["version"],
            parts=form.parts(),
            note=form.cleaned_data["note"],
            today=clock.today(),
        )

    done = f"{application.name}の入金を直しました。"
    page = Page("入金の追加・訂正", "保存する", done, _template(dues), {"dues": dues})
    return form_page(request, application, form, save, page)


def _template(dues: Sequence[Due]) -> str:
    return "subsidies/receipts_form.html" if dues else FORM


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
