"""The pages of the cost sheet and of the assessment."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from subsidies.forms.application import CostLineForm, VersionForm, initial_of
from subsidies.models import CostLine
from subsidies.selectors.diary.crew import crew_of, off_card
from subsidies.selectors.estimate.cost_sheet import application_of, cost_sheet_of, sheet_version
from subsidies.selectors.estimate.figures import figures_of
from subsidies.selectors.estimate.top_ups import net_burden_of
from subsidies.services.estimate import costs as services
from subsidies.services.estimate.sheet import lock_reason
from subsidies.views.shared import case_context
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.ui.forms import VersionedForm

PAGE: Final = "subsidies:costs"
LONGEST_ID: Final = 18


def costs(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    may_edit = can(request.member, Action.EDIT_COSTS, case)
    lock = _lock_of(case)
    sheet = cost_sheet_of(case)
    context = {
        **case_context(case, PAGE),
        "sheet": sheet,
        "off_card": off_card(case, sheet.lines),
        "has_agencies": any(one.co_agency_id for one in sheet.lines),
        "figures": figures_of(case, today=clock.today()),
        "can_edit": may_edit.allowed and not lock,
        "notice": lock or may_edit.reason,
    }
    return render(request, "subsidies/costs.html", context)


def cost_line_new(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    if request.method == "GET" and (lock := _lock_of(case)):
        return _back(request, case, lock)
    sheet = cost_sheet_of(case)
    initial = _first_values(request, case, sheet.version)
    form = CostLineForm(request.POST or None, sheet=sheet, crew=crew_of(case), initial=initial)

    def save() -> CostLine:
        version = form.cleaned_data["version"]
        return services.add_cost_line(case_id=case.pk, actor=request.member, line=form.line_input(), version=version)

    return _line_page(request, case, form, save, heading="費用明細の追加")


def cost_line_edit(request: MemberRequest, line_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    line = _line_of(case, line_id)
    if request.method == "GET" and (lock := _lock_of(case)):
        return _back(request, case, lock)
    sheet = cost_sheet_of(case)
    initial = {**initial_of(line), "version": sheet.version}
    form = CostLineForm(request.POST or None, sheet=sheet, crew=crew_of(case), line=line, initial=initial)

    def save() -> CostLine:
        entry, version = form.line_input(), form.cleaned_data["version"]
        return services.change_cost_line(
            case_id=case.pk, line_id=line.pk, actor=request.member, line=entry, version=version
        )

    return _line_page(request, case, form, save, heading="費用明細の編集")


def cost_line_remove(request: MemberRequest, line_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    line = _line_of(case, line_id)
    if request.method == "GET" and (lock := _lock_of(case)):
        return _back(request, case, lock)
    form = VersionForm(request.POST or None, initial={"version": sheet_version(case)})
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _try(form, case, lambda: _remove(request, form, line))
        if status is HTTPStatus.FOUND:
            messages.success(request, f"「{line.work}」を削除しました。")
            return redirect(PAGE, case.number)
    context = {**case_context(case, PAGE, here="費用明細の削除"), "form": form, "line": line}
    return render(request, "subsidies/cost_line_remove.html", context, status=status)


def assessment(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    shown: dict[str, Any] = {"case": case, "figures": figures_of(case, today=clock.today())}
    if request.GET.get("part") == "summary":
        return render(request, "subsidies/_assessment_summary.html", shown)
    shown["is_basis_open"] = request.GET.get("basis") == "open"
    shown["can_edit_top_ups"] = can(request.member, Action.EDIT_CASE, case).allowed
    page = shown["figures"].page
    shown["net_burden"] = net_burden_of(case, page.assessment) if page else None
    return render(request, "subsidies/assessment.html", {**case_context(case, "subsidies:assessment"), **shown})


def _line_page(
    request: MemberRequest, case: Case, form: CostLineForm, save: Callable[[], CostLine], *, heading: str
) -> HttpResponse:
    """Show the form of a line, or save it and go back to the sheet."""
    saved: list[CostLine] = []
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _try(form, case, lambda: saved.append(save()))
    for line in saved:
        messages.success(
            request,
            f"「{line.work}」を保存しました。税抜 {format_yen(line.net_yen)}円 + 消費税 {format_yen(line.tax_yen)}円 "
            f"= 税込 {format_yen(line.gross_yen)}円",
        )
        _tell_off_card(request, form, line)
        return redirect(PAGE, case.number)
    context = {**case_context(case, PAGE, here=heading), "form": form, "heading": heading}
    return render(request, "subsidies/cost_line_form.html", context, status=status)


def _tell_off_card(request: MemberRequest, form: CostLineForm, line: CostLine) -> None:
    card_yen = form.card_rate_yen
    if card_yen is not None and card_yen != line.hourly_rate_yen:
        messages.warning(
            request,
            f"「{line.work}」の単価 {format_yen(line.hourly_rate_yen)}円 は、"
            f"単価表の {format_yen(card_yen)}円 と異なります。見積書と単価表のどちらかを確かめてください。",
        )


def _try(form: VersionedForm, case: Case, save: Callable[[], object]) -> HTTPStatus:
    """Save what a form says; what keeps it from being saved becomes an error of the form, which keeps its input."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        save()
    except EditedMeanwhile as late:
        form.add_error(None, late.message)
        form.accept_version(sheet_version(case))
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def _remove(request: MemberRequest, form: VersionForm, line: CostLine) -> None:
    version = form.cleaned_data["version"]
    services.remove_cost_line(case_id=line.case_id, line_id=line.pk, actor=request.member, version=version)


def _first_values(request: MemberRequest, case: Case, version: int) -> dict[str, Any]:
    """Return what a new line shows first: a copy of another one, or the group that was asked for."""
    copied = request.GET.get("copy", "")
    is_id = copied.isascii() and copied.isdigit() and len(copied) <= LONGEST_ID
    source = case.cost_lines.filter(pk=int(copied)).first() if is_id else None
    first = initial_of(source) if source else {"group": request.GET.get("group", "")}
    return {**first, "version": version}


def _line_of(case: Case, line_id: int) -> CostLine:
    line = CostLine.objects.for_agency(case.agency_id).filter(case=case, pk=line_id).first()
    if line is None:
        raise Http404(f"no cost line {line_id} in this case")
    return line


def _lock_of(case: Case) -> str:
    return "" if case.is_application_open else lock_reason(case, application_of(case))


def _back(request: MemberRequest, case: Case, reason: str) -> HttpResponse:
    messages.warning(request, reason)
    return redirect(PAGE, case.number)
