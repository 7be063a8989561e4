"""Pages of the import of hours: a file or pasted rows; preview, commit and undo are those of every import."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Any, BinaryIO, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.models import Case
from cases.views.shared import crumbs
from cases.workflow import OPEN_STAGES
from subsidies.selectors.diary.workers import workers_for
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.documents.scanning import is_scanner_configured
from vapup.imports import selectors
from vapup.imports.enums import BatchState, ImportKind
from vapup.imports.guide import template_of
from vapup.imports.hours.fields import HoursFileForm
from vapup.imports.hours.forms import FORMS, HEADS
from vapup.imports.hours.paste import NAME, pasted_file
from vapup.imports.models import ImportBatch
from vapup.imports.services.batches import upload_batch
from vapup.imports.views import urls_of, workbook_response
from vapup.shared.errors import DomainError

DIARY: Final = ("業務日誌", "subsidies:hours")
TITLE: Final = "業務日誌の取込"
TEMPLATE: Final = "業務日誌のひな形.xlsx"


def hours(request: MemberRequest, **_url: Any) -> HttpResponse:
    """Take hours in, and list what was brought in before."""
    workers = workers_for(request.member)
    if not workers:
        messages.warning(request, "先に、自分の業務日誌を始めてください。")
        return redirect("subsidies:hours")
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(urls_of(_uploaded(request, form))["batch"])
        except DomainError as refused:
            form.add_error("pasted" if form.cleaned_data["pasted"] else "file", refused.message)
    page = selectors.hours_page(request.member, request.GET.get("page"))
    context = {
        "form": form,
        "heads": HEADS,
        "page": page,
        "rows": [(one, selectors.STATE_TONES[BatchState(one.state)]) for one in page],
        "is_scanned": is_scanner_configured(),
        "breadcrumbs": crumbs(TITLE, DIARY),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "imports/hours.html", context, status=status)


def hours_template(_request: MemberRequest, **_url: Any) -> HttpResponse:
    """Give out the empty table with its guide."""
    return workbook_response(template_of(FORMS, title="業務日誌のひな形", made_on=clock.today()), TEMPLATE)


def _uploaded(request: MemberRequest, form: HoursFileForm) -> ImportBatch:
    """Take the file or the pasted rows in; raises what stands against it."""
    pasted, file = form.cleaned_data["pasted"], form.cleaned_data["file"]
    stream: BinaryIO = io.BytesIO(pasted_file(pasted)) if pasted else file
    return upload_batch(
        actor=request.member,
        kind=ImportKind.HOURS,
        name=NAME if pasted else file.name or "",
        stream=stream,
        now=clock.now(),
        options=form.options(),
    )


def _form(request: MemberRequest) -> HoursFileForm:
    workers, asked = workers_for(request.member), request.GET
    cases = Case.objects.for_agency(request.member.agency_id).filter(stage__in=OPEN_STAGES)
    offered = list(cases.select_related("enterprise").order_by("-number"))
    case = next((one.pk for one in offered if one.number == asked.get("case")), None)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return HoursFileForm(
        *sent, workers=workers, cases=offered, initial={"worker": asked.get("worker") or workers[0].pk, "case": case}
    )
