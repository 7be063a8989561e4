"""The pages of a claim (支払申請): its figures, each agency's invoices and transfer, and the note for the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.services.locking import EditedMeanwhile
from cases.views.shared import Difference, differences_of, posted
from subsidies.forms.claims import ClaimLinesForm, SettlementForm, line_values
from subsidies.models import Application
from subsidies.selectors import rule_name
from subsidies.selectors.claiming.claims import ClaimSheet, NotAClaim, claim_of
from subsidies.selectors.claiming.settlements import Offer, latest_change, offer_for, settlement_values, share_of
from subsidies.selectors.claiming.shares import AgencyShare
from subsidies.selectors.claiming.transfer_note import advice_for, suggestion_for, transfer_note_of
from subsidies.selectors.estimate.basis import BasisGroup, basis_groups
from subsidies.selectors.matching.of_claim import match_of
from subsidies.services.claiming import claims as services
from subsidies.views.shared import below_application
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

CLAIM_PAGE: Final = "実績と請求額"
CLAIM: Final = "subsidies:claim"
CASE_TITLE: Final = "案件全体"
NO_CONFLICT: Final[Mapping[str, Any]] = {"differences": (), "latest": None}


def _with_sheet(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the claim of its address; what asks for no payment is missing."""

    @wraps(view)
    def wrapped(request: MemberRequest, number: str, **rest: Any) -> HttpResponse:
        application = loaded(request, Application)
        rest.pop("application_id")
        try:
            sheet = claim_of(application)
        except NotAClaim as other:
            raise Http404(f"application {application.pk} is no claim") from other
        except DomainError as closed:
            messages.error(request, f"「{application.name}」の金額を計算できません。{closed.message}")
            return redirect("cases:detail", number)
        return view(request, sheet=sheet, **rest)

    return wrapped


@_with_sheet
def claim(request: MemberRequest, sheet: ClaimSheet) -> HttpResponse:
    may_edit = can(request.member, Action.EDIT_COSTS, sheet.application)
    lock = services.claim_lock_reason(sheet.application)
    initial = line_values(sheet, fill=request.GET.get("fill", ""))
    form = ClaimLinesForm(posted(request), sheet=sheet, initial=initial)
    status, found = HTTPStatus.OK, NO_CONFLICT
    if request.method == "POST":
        status, found = _save_lines(request, form, sheet)
        if status is HTTPStatus.FOUND:
            messages.success(request, "実績の費用を保存しました。")
            return redirect(_page_of(sheet))
    found_match = match_of(sheet.application, sheet=sheet)
    context = {
        **_context(sheet, CLAIM_PAGE),
        "form": form,
        "match": found_match,
        "has_hours": found_match.hours.is_kept,
        "can_take": may_edit.allowed and not lock and found_match.hours.is_kept,
        "can_edit": may_edit.allowed and not lock,
        "notice": lock or may_edit.reason,
        "groups": _groups(sheet),
        "version_name": rule_name(sheet.assessment.rule_version),
        **found,
    }
    return render(request, "subsidies/claim.html", context, status=status)


@_with_sheet
def settlement(request: MemberRequest, sheet: ClaimSheet, co_agency_id: int) -> HttpResponse:
    share = share_of(sheet, co_agency_id)
    if share is None:
        raise Http404(f"the case has no agency {co_agency_id}")
    offer, suggestion = offer_for(sheet, share), suggestion_for(share, today=clock.today())
    asked, tax = request.GET.get("fill", ""), suggestion if "tax" in request.GET else None
    initial = settlement_values(offer, is_filled=asked == "1" or (sheet.is_complete and asked != "0"), tax=tax)
    form = SettlementForm(posted(request), initial=initial)
    status, found = HTTPStatus.OK, NO_CONFLICT
    if request.method == "POST":
        status, found = _save_settlement(request, form, sheet, offer)
        if status is HTTPStatus.FOUND:
            messages.success(request, f"{share.name}の請求と支払を保存しました。")
            return redirect(_page_of(sheet))
    may_edit = can(request.member, Action.EDIT_COSTS, sheet.application)
    context = {**_settlement_context(sheet, share, offer, may_edit.reason), "form": form, "suggestion": suggestion}
    context |= {"has_tax": tax is not None, "fill": asked, **found}
    return render(request, "subsidies/settlement.html", context, status=status)


def _settlement_context(sheet: ClaimSheet, share: AgencyShare, offer: Offer, denial: str) -> dict[str, Any]:
    return {
        **_context(sheet, f"請求と支払: {share.name}"),
        "share": share,
        "offer": offer,
        "is_filled": sheet.is_complete and bool(offer.missing),
        "advice": advice_for(sheet.application.case),
        "notice": services.claim_lock_reason(sheet.application) or denial,
        "cancel_url": _page_of(sheet),
    }


@_with_sheet
def transfer_note(request: MemberRequest, sheet: ClaimSheet) -> HttpResponse:
    context = {
        **_context(sheet, "振込のご案内"),
        "note": transfer_note_of(sheet, today=clock.today()),
        "today": clock.today(),
        "agency": request.member.agency,
    }
    return render(request, "subsidies/transfer_note.html", context)


def _page_of(sheet: ClaimSheet) -> str:
    return reverse(CLAIM, args=[sheet.application.case.number, sheet.application.pk])


def _context(sheet: ClaimSheet, here: str) -> dict[str, Any]:
    path = () if here == CLAIM_PAGE else ((CLAIM_PAGE, _page_of(sheet)),)
    head = below_application(sheet.application, here, *path)
    return {**head, "sheet": sheet, "heading": f"{sheet.application.name} {here}"}


def _groups(sheet: ClaimSheet) -> list[BasisGroup]:
    """Return the steps behind the claim's own figures and the case as a whole."""
    own = {one.category.label for one in sheet.rows} | {one.category.label for one in sheet.released}
    return [one for one in basis_groups(sheet.assessment) if one.title.startswith(CASE_TITLE) or one.title in own]


def _save_lines(
    request: MemberRequest, form: ClaimLinesForm, sheet: ClaimSheet
) -> tuple[HTTPStatus, Mapping[str, Any]]:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY, NO_CONFLICT
    try:
        services.save_claim_lines(
            actor=request.member,
            application_id=sheet.application.pk,
            version=form.cleaned_data["version"],
            lines=form.lines(),
            today=clock.today(),
        )
    except EditedMeanwhile as late:
        return _late(form, late, sheet, _line_differences(form, sheet))
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY, NO_CONFLICT
    return HTTPStatus.FOUND, NO_CONFLICT


def _line_differences(form: ClaimLinesForm, sheet: ClaimSheet) -> list[Difference]:
    """Return where the stored costs and what was typed disagree, in the words of the form."""
    fresh = claim_of(sheet.application)
    stored = {name: value for name, value in line_values(fresh).items() if name != "version"}
    found = []
    for name, before in stored.items():
        typed, field = form.cleaned_data[name], form.fields[name]
        if typed != before:
            shown = [str(field.prepare_value(one)) if one is not None else "(空欄)" for one in (before, typed)]
            found.append(Difference(str(field.label), *shown))
    return found


def _save_settlement(
    request: MemberRequest, form: SettlementForm, sheet: ClaimSheet, offer: Offer
) -> tuple[HTTPStatus, Mapping[str, Any]]:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY, NO_CONFLICT
    co_agency = offer.settlement.co_agency
    try:
        services.save_settlement(
            actor=request.member,
            application_id=sheet.application.pk,
            co_agency_id=co_agency.pk if co_agency else None,
            version=form.cleaned_data["version"],
            facts=form.facts(),
            today=clock.today(),
        )
    except EditedMeanwhile as late:
        share = share_of(claim_of(sheet.application), co_agency.pk if co_agency else 0)
        stored = (share.settlement if share else None) or offer.settlement
        status, found = _late(form, late, sheet, differences_of(form, stored))
        form.accept_version(stored.version)
        return status, found
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY, NO_CONFLICT
    return HTTPStatus.FOUND, NO_CONFLICT


def _late(
    form: ClaimLinesForm | SettlementForm, late: EditedMeanwhile, sheet: ClaimSheet, differences: list[Difference]
) -> tuple[HTTPStatus, Mapping[str, Any]]:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again."""
    sheet.application.refresh_from_db(fields=["version"])
    form.add_error(None, late.message)
    form.accept_version(sheet.application.version)
    latest = latest_change(sheet.application)
    return HTTPStatus.CONFLICT, {"differences": differences, "latest": latest}
