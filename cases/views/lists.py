"""The lists of cases and of enterprises, and what is done to several cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cases.forms import AssignForm
from cases.models import Enterprise
from cases.selectors.cases import ids_of_numbers
from cases.selectors.likeness import lookalikes
from cases.services.assigning import Assigned, assign_cases
from cases.views.listing import (
    CASES,
    ENTERPRISES,
    Listing,
    case_address,
    case_listing,
    enterprise_listing,
    list_page,
    opening_of,
)
from cases.views.shared import PAGE_SIZE, crumbs
from vapup.accounts.enums import Action, ListPage
from vapup.accounts.http import MemberRequest
from vapup.accounts.models import SavedView
from vapup.accounts.policy import can
from vapup.accounts.saved_views.selectors import views_of
from vapup.shared.errors import DomainError

# Likely duplicates are looked for in the names of the whole office; a larger one finds them on the enterprise's page.
MOST_COMPARED: Final = 2_000
# The hint names two, and says whether there are more.
MOST_HINTED: Final = 3


def case_list(request: MemberRequest) -> HttpResponse:
    views = views_of(request.member, ListPage.CASES)
    if opening := opening_of(request, views):
        return redirect(f"{reverse(CASES)}?{opening}")
    return _cases(request, views, form=None, numbers=(), status=200)


def assign_many(request: MemberRequest) -> HttpResponse:
    here = f"{reverse(CASES)}?{case_address(request).query(is_paged=True)}"
    if request.method != "POST":
        return redirect(here)
    numbers = tuple(dict.fromkeys(request.POST.getlist("case")))[:PAGE_SIZE]
    ids = ids_of_numbers(request.member.agency_id, numbers)
    if len(ids) != len(numbers):
        raise Http404("not all of these cases are in this agency")
    form = AssignForm(request.POST, actor=request.member, auto_id="assign_%s")
    if form.is_valid() and ids:
        try:
            outcome = assign_cases(actor=request.member, case_ids=ids.values(), **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            _tell(request, outcome, str(form.cleaned_data["consultant"]))
            return redirect(here)
    if not ids:
        form.add_error(None, "担当者を変える案件を、一覧で選んでください。")
    views = views_of(request.member, ListPage.CASES)
    return _cases(request, views, form=form, numbers=numbers, status=422)


def _cases(
    request: MemberRequest,
    views: Sequence[SavedView],
    *,
    form: AssignForm | None,
    numbers: Sequence[str],
    status: int,
) -> HttpResponse:
    can_assign = can(request.member, Action.ASSIGN_CASE).allowed
    listing = case_listing(request, ticked=numbers if can_assign else None)
    context = {
        "can_open": can(request.member, Action.OPEN_CASE).allowed,
        "assign_form": form or (AssignForm(actor=request.member, auto_id="assign_%s") if can_assign else None),
        "breadcrumbs": crumbs("案件"),
    }
    return list_page(request, listing, views, context, status=status)


def _tell(request: MemberRequest, outcome: tuple[Assigned, ...], consultant: str) -> None:
    """Say what became of each case."""
    done = [one.number for one in outcome if not one.refusal]
    if done:
        messages.success(request, f"{len(done)}件の担当者を{consultant}にしました: {'、'.join(done)}")
    for one in outcome:
        if one.refusal:
            messages.warning(request, one.refusal)


def enterprises(request: MemberRequest) -> HttpResponse:
    views = views_of(request.member, ListPage.ENTERPRISES)
    if opening := opening_of(request, views):
        return redirect(f"{reverse(ENTERPRISES)}?{opening}")
    listing = enterprise_listing(request)
    _mark_lookalikes(request, listing)
    context = {
        "can_edit": can(request.member, Action.EDIT_ENTERPRISE).allowed,
        "breadcrumbs": crumbs("事業者"),
    }
    return list_page(request, listing, views, context)


def _mark_lookalikes(request: MemberRequest, listing: Listing) -> None:
    agency_id = request.member.agency_id
    rows = [row.record for row in listing.table.paginated_rows]
    office = Enterprise.objects.for_agency(agency_id).order_by("pk")
    if rows and not office[MOST_COMPARED : MOST_COMPARED + 1].exists():
        listing.table.alike = lookalikes(agency_id, rows, at_most=MOST_HINTED)
