"""The exports of lists: the same rows, columns and order as on the page."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from cases.views.listing import Listing, case_listing, enterprise_listing
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.dashboard import exports
from vapup.ui.lists import MOST_COUNTED

ALL: Final = "すべて"


def cases_export(request: MemberRequest) -> HttpResponse:
    return _export(request, case_listing(request))


def enterprises_export(request: MemberRequest) -> HttpResponse:
    return _export(request, enterprise_listing(request))


def _export(request: MemberRequest, listing: Listing) -> HttpResponse:
    if listing.table.data.is_capped:
        messages.error(
            request, f"{MOST_COUNTED:,}件を超える一覧は書き出せません。条件を絞ってから、書き出してください。"
        )
        return redirect(f"{listing.url}?{listing.address.query()}")
    format_ = exports.Format.XLSX if request.GET.get("format") == exports.Format.XLSX else exports.Format.CSV
    sheet = sheet_of(listing)
    conditions = [chip.label for chip in listing.address.chips(listing.filter.form)] or [ALL]
    exports.record_export(actor=request.member, sheet=sheet, format_=format_, conditions=conditions)
    return exports.answer(sheet, format_, now=clock.now(), today=clock.today())


def sheet_of(listing: Listing) -> exports.Sheet:
    """Return all rows of the list with the columns that it shows, each with what its cells say beside the value."""
    columns = [one for shown in listing.table.shown.values() for one in (shown, *shown.beside)]
    rows = [[column.plain(record) for column in columns] for record in listing.table.data.everything()]
    return exports.Sheet(listing.table.caption, [(column.label, column.width) for column in columns], rows)
