"""A list as its address asks for it: filters, columns, order, page; and the views that members have saved of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_filters import FilterSet

from cases.filters import CaseFilter, EnterpriseFilter
from cases.selectors.cases import columns_of, listed_cases
from cases.selectors.enterprises import enterprises_found
from cases.tables.cases import CASE_COLUMNS, CaseTable
from cases.tables.columns import ListTable
from cases.tables.enterprises import ENTERPRISE_COLUMNS, EnterpriseTable
from cases.views.shared import PAGE_SIZE
from vapup import clock
from vapup.accounts.enums import Action, ListPage
from vapup.accounts.http import MemberRequest
from vapup.accounts.models import SavedView
from vapup.accounts.policy import can
from vapup.ui.lists import CappedData, Choice, ListAddress

CASES: Final = "cases:list"
ENTERPRISES: Final = "cases:enterprises"
TEMPLATES: Final = {ListPage.CASES: "cases/list.html", ListPage.ENTERPRISES: "cases/enterprises.html"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, before its page is turned to."""

    page: ListPage
    url_name: str
    address: ListAddress
    filter: FilterSet
    table: ListTable

    @property
    def url(self) -> str:
        """Return the address of the list without any query."""
        return reverse(self.url_name)


def case_address(request: MemberRequest) -> ListAddress:
    """Return what the address says about the list of cases."""
    usual = {name: column.is_usual for name, column in CASE_COLUMNS.items()}
    return ListAddress(request.GET, filters=CaseFilter.base_filters, columns=usual)


def case_listing(request: MemberRequest, *, ticked: Collection[str] | None = None) -> Listing:
    """Return the list of cases; `ticked` are the numbers of chosen cases, None where cases cannot be chosen."""
    address = case_address(request)
    agency_id = request.member.agency_id
    found = CaseFilter(request.GET, listed_cases(agency_id), request=request)
    data = CappedData(found.qs, lambda ids: columns_of(listed_cases(agency_id).filter(pk__in=ids)))
    columns = {name: CASE_COLUMNS[name] for name in address.columns}
    table = CaseTable(data, columns, today=clock.today(), ticked=ticked)
    return _ordered(Listing(ListPage.CASES, CASES, address, found, table))


def enterprise_listing(request: MemberRequest) -> Listing:
    """Return the list of enterprises."""
    usual = {name: column.is_usual for name, column in ENTERPRISE_COLUMNS.items()}
    address = ListAddress(request.GET, filters=EnterpriseFilter.base_filters, columns=usual)
    everything = enterprises_found(request.member.agency_id, "")
    found = EnterpriseFilter(request.GET, everything, request=request)
    data = CappedData(found.qs, lambda ids: everything.filter(pk__in=ids))
    columns = {name: ENTERPRISE_COLUMNS[name] for name in address.columns}
    table = EnterpriseTable(data, columns, today=clock.today())
    return _ordered(Listing(ListPage.ENTERPRISES, ENTERPRISES, address, found, table))


def _ordered(listing: Listing) -> Listing:
    if listing.address.sort:
        listing.table.order_by = listing.address.sort
    listing.table.open_page(listing.address.page, size=PAGE_SIZE)
    return listing


def opening_of(request: MemberRequest, views: Sequence[SavedView]) -> str:
    """Return the query of the view with which the list opens for the member, if its bare address was asked for."""
    opening = next((view for view in views if getattr(view, "is_opening", False)), None)
    return opening.opening_query if opening and not request.GET else ""


def list_page(
    request: MemberRequest,
    listing: Listing,
    views: Sequence[SavedView],
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Show a list; an answer to htmx tells it the address in its one spelling."""
    response = render(request, TEMPLATES[listing.page], {**_context(request, listing, views), **context}, status=status)
    if getattr(request, "htmx", False):
        response.headers["HX-Push-Url"] = f"{listing.url}?{listing.address.query(is_paged=True)}"
    return response


def _context(request: MemberRequest, listing: Listing, views: Sequence[SavedView]) -> dict[str, Any]:
    address = listing.address
    current = next((view for view in views if view.pk == address.view_id), None)
    columns = CASE_COLUMNS if listing.page is ListPage.CASES else ENTERPRISE_COLUMNS
    choices = [Choice(name, column.label, name in address.columns) for name, column in columns.items()]
    return {
        "listing": listing,
        "filter": listing.filter,
        "table": listing.table,
        "chips": address.chips(listing.filter.form),
        "first_column": choices[0].name,
        "columns": choices[1:],
        "query": address.query(),
        "conditions": address.conditions(),
        "save_query": urlencode({"page": listing.page.value, "query": address.conditions()}),
        "edit_query": urlencode({"query": address.conditions()}),
        "views": [(view, f"?{view.opening_query}") for view in views],
        "current_view": current,
        "is_view_changed": current is not None and current.query != address.conditions(),
        "can_keep_view": current is not None and can(request.member, Action.KEEP_VIEW, current).allowed,
    }
