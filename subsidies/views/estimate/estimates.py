"""The pages of kept estimates (試算): keep, look at, remove."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.models import Case
from cases.views.shared import posted
from subsidies.forms.what_if import AssumptionForm, EstimateForm
from subsidies.models import Estimate
from subsidies.selectors.estimate.estimates import estimate_of, kept_estimate
from subsidies.selectors.estimate.what_if import assumptions_of_case, values_of, what_if_of
from subsidies.services.estimate import estimates as services
from subsidies.views.estimate.what_if import PAGE, assumption_form
from subsidies.views.shared import case_context
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError


def estimate_new(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    assumed = assumption_form(request.GET, values_of(assumptions_of_case(case)))
    form = EstimateForm(posted(request))
    if request.method == "POST" and (kept := _keep(request, case, assumed, form)):
        messages.success(request, f"試算「{kept.name}」を保存しました。")
        return redirect(PAGE, case.number)
    is_fine = assumed.is_valid()
    context = {
        **case_context(case, PAGE, here="試算の保存"),
        "form": form,
        "assumed": assumed,
        "found": what_if_of(assumed.assumptions(), case=case, today=clock.today()) if is_fine else None,
        "back_url": f"{reverse(PAGE, args=[case.number])}?{request.GET.urlencode()}",
    }
    refused = request.method == "POST" or not is_fine
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "subsidies/estimate_form.html", context, status=status)


def estimate(request: MemberRequest, estimate_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    found = _estimate(case, estimate_id)
    context = {
        **case_context(case, PAGE, here=found.name),
        "kept": kept_estimate(found),
        "can_remove": can(request.member, Action.EDIT_COSTS, case).allowed,
    }
    return render(request, "subsidies/estimate.html", context)


def estimate_remove(request: MemberRequest, estimate_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    found = _estimate(case, estimate_id)
    if request.method == "POST":
        services.remove_estimate(case_id=case.pk, estimate_id=found.pk, actor=request.member)
        messages.success(request, f"試算「{found.name}」を削除しました。")
        return redirect(PAGE, case.number)
    context = {**case_context(case, PAGE, here="試算の削除"), "kept": kept_estimate(found)}
    return render(request, "subsidies/estimate_remove.html", context)


def _keep(request: MemberRequest, case: Case, assumed: AssumptionForm, form: EstimateForm) -> Estimate | None:
    """Keep a what-if; none where something keeps it from being kept, which the form then says."""
    if not (form.is_valid() and assumed.is_valid()):
        return None
    try:
        return services.keep_estimate(
            case_id=case.pk, actor=request.member, name=form.cleaned_data["name"], assumed=assumed.assumptions()
        )
    except DomainError as refused:
        form.add_error(None, refused.message)
        return None


def _estimate(case: Case, estimate_id: int) -> Estimate:
    found = estimate_of(case, estimate_id)
    if found is None:
        raise Http404(f"no estimate {estimate_id} in this case")
    return found
