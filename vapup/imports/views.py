"""Pages of imports: the list, upload, preview and result in one page, progress, and undo."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from cases.services.locking import EditedMeanwhile
from cases.views.shared import crumbs
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.documents.scanning import is_scanner_configured
from vapup.imports import selectors
from vapup.imports.enums import BatchState, ImportKind, Verdict
from vapup.imports.forms import CommitForm, FileForm
from vapup.imports.guide import template_of
from vapup.imports.kinds import IMPORTERS
from vapup.imports.models import ImportBatch
from vapup.imports.services import batches as services
from vapup.imports.services.undo import undo_batch
from vapup.shared.errors import DomainError

LIST: Final = ("移行の取込", "imports:list")
PAGE: Final = "imports:batch"
# Where an import of a kind lives: the page that it came from, and the prefix of its own addresses.
HOMES: Final = {
    ImportKind.MOVE_IN: (LIST, "imports:"),
    ImportKind.HOURS: (("業務日誌の取込", "imports:hours"), "imports:hours_"),
}
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE: Final = "移行のひな形.xlsx"


def batches(request: MemberRequest, **_url: Any) -> HttpResponse:
    page = selectors.batches_page(request.member, request.GET.get("page"))
    rows = [(one, selectors.STATE_TONES[BatchState(one.state)]) for one in page]
    return render(request, "imports/list.html", {"page": page, "rows": rows})


def upload(request: MemberRequest, **_url: Any) -> HttpResponse:
    is_sent = request.method == "POST"
    sent = (request.POST, request.FILES) if is_sent else ()
    form = FileForm(*sent, max_bytes=settings.UPLOAD_MAX_BYTES)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = services.upload_batch(
                actor=request.member, kind=ImportKind.MOVE_IN, name=file.name or "", stream=file, now=clock.now()
            )
        except DomainError as refused:
            form.add_error("file", refused.message)
        else:
            return redirect(PAGE, batch_id=batch.pk)
    context = {
        "form": form,
        "sheets": IMPORTERS[ImportKind.MOVE_IN].forms,
        "is_scanned": is_scanner_configured(),
        "breadcrumbs": crumbs("ファイルを取り込む", LIST),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_sent else HTTPStatus.OK
    return render(request, "imports/upload.html", context, status=status)


def template(_request: MemberRequest, **_url: Any) -> HttpResponse:
    content = template_of(IMPORTERS[ImportKind.MOVE_IN].forms, title="移行のひな形", made_on=clock.today())
    return workbook_response(content, TEMPLATE)


def workbook_response(content: bytes, filename: str) -> HttpResponse:
    """Return a workbook to be kept as a file, by nobody on the way."""
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response


def batch(request: MemberRequest, **_url: Any) -> HttpResponse:
    found = loaded(request, ImportBatch)
    if request.GET.get("part") == "state":
        return render(request, "imports/_state.html", {**_state(found), "is_alone": True})
    return render(request, "imports/batch.html", _context(request, found))


@require_POST
def commit(request: MemberRequest, **_url: Any) -> HttpResponse:
    found = loaded(request, ImportBatch)
    form, status = CommitForm(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            services.request_commit(
                actor=request.member,
                batch_id=found.pk,
                version=form.cleaned_data["version"],
                mode=form.cleaned_data["mode"],
                now=clock.now(),
            )
        except EditedMeanwhile as edited:
            found.refresh_from_db()
            form.accept_version(found.version)
            form.add_error(None, edited.message)
            status = HTTPStatus.CONFLICT
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return redirect(urls_of(found)["batch"])
    return render(request, "imports/batch.html", _context(request, found, form=form), status=status)


def undo(request: MemberRequest, **_url: Any) -> HttpResponse:
    found = loaded(request, ImportBatch)
    refusal, status, urls = "", HTTPStatus.OK, urls_of(found)
    if request.method == "POST":
        try:
            undo_batch(actor=request.member, batch_id=found.pk, now=clock.now())
        except DomainError as refused:
            refusal, status = refused.message, HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, f"{found}を取り消し、取り込む前の状態に戻しました。")
            return redirect(urls["batch"])
    home, _ = HOMES[ImportKind(found.kind)]
    trail = crumbs("取消し", home, (str(found), urls["batch"]))
    context = {"batch": found, "urls": urls, "refusal": refusal, "breadcrumbs": trail}
    return render(request, "imports/undo.html", context, status=status)


def _context(request: MemberRequest, found: ImportBatch, *, form: CommitForm | None = None) -> dict[str, Any]:
    verdict = request.GET.get("verdict", "")
    page = selectors.rows_page(found, verdict=verdict, number=request.GET.get("page"))
    bad = found.error_count + found.skipped_count
    mode = "flawless_rows" if bad else "all_or_nothing"
    return {
        **_state(found),
        "form": form or CommitForm(initial={"version": found.version, "mode": mode}),
        "page": page,
        "rows": [(row, selectors.TONES[Verdict(row.verdict)]) for row in page],
        "filters": selectors.filters_of(found, verdict=verdict),
        "good_count": found.row_count - bad,
        "is_move_in": found.kind == ImportKind.MOVE_IN,
        "breadcrumbs": crumbs(str(found), HOMES[ImportKind(found.kind)][0]),
    }


def urls_of(found: ImportBatch) -> dict[str, str]:
    """Return the addresses of an import: of its page, to commit, to undo, and of where it came from."""
    (_, home), prefix = HOMES[ImportKind(found.kind)]
    own = {name: reverse(f"{prefix}{name}", args=[found.pk]) for name in ("batch", "commit", "undo")}
    return {**own, "home": reverse(home)}


def _state(found: ImportBatch) -> dict[str, Any]:
    state = BatchState(found.state)
    return {
        "batch": found,
        "urls": urls_of(found),
        "is_alone": False,
        "tone": selectors.STATE_TONES[state],
        "can_commit": state is BatchState.PREVIEWED,
        "can_undo": state is BatchState.COMMITTED,
        "is_waiting": state is BatchState.COMMITTING,
        "done": selectors.rows_done(found) if state is BatchState.COMMITTING else 0,
    }
