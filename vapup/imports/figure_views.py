"""Pages of the import of figures: the file, its preview with every choice, its commit, and its undo."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.models import Enterprise
from cases.services.locking import EditedMeanwhile
from cases.views.shared import crumbs
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.documents.scanning import is_scanner_configured
from vapup.imports import selectors
from vapup.imports.enums import BatchState, CommitMode, ImportKind, Verdict
from vapup.imports.figures.choices import Seen, seen
from vapup.imports.figures.fields import FiguresFileForm, NamesForm, ReadAgainForm, TakeForm
from vapup.imports.figures.layout import ASKED
from vapup.imports.figures.products import AUTO, PRODUCTS
from vapup.imports.models import ImportBatch
from vapup.imports.services import batches as services
from vapup.imports.services.figures import choose_names, read_again
from vapup.imports.services.undo import undo_batch
from vapup.shared.errors import DomainError

LIST: Final = ("事業者", "cases:enterprises")
TITLE: Final = "試算表の取込"
PAGE: Final = "imports/figures/batch.html"


def figures_new(request: MemberRequest, **_url: Any) -> HttpResponse:
    """Take a file in, and list those that came before."""
    enterprise, is_sent = loaded(request, Enterprise), request.method == "POST"
    form = FiguresFileForm(*((request.POST, request.FILES) if is_sent else ()))
    if is_sent and form.is_valid():
        try:
            return redirect(urls_of(_uploaded(request, enterprise, form))["batch"])
        except DomainError as refused:
            form.add_error("file", refused.message)
    page = _earlier(enterprise, request.GET.get("page"))
    context = {
        "enterprise": enterprise,
        "form": form,
        "products": [one.label for one in PRODUCTS],
        "page": page,
        "rows": [(one, selectors.STATE_TONES[BatchState(one.state)], urls_of(one)["batch"]) for one in page],
        "is_scanned": is_scanner_configured(),
        "breadcrumbs": _crumbs(enterprise, TITLE),
    }
    return render(request, "imports/figures/new.html", context, status=422 if is_sent else 200)


def figures_batch(request: MemberRequest, **_url: Any) -> HttpResponse:
    """Show what was read and what becomes of it."""
    found = loaded(request, ImportBatch)
    if request.GET.get("part") == "state":
        return render(request, "imports/_state.html", {**_state(found), "is_alone": True})
    return render(request, PAGE, _context(request, found))


@require_POST
def figures_names(request: MemberRequest, **_url: Any) -> HttpResponse:
    """Decide what names stand for."""
    found = loaded(request, ImportBatch)
    form = NamesForm(request.POST, names=seen(found).shown(request.POST))
    if not form.is_valid():
        return _answer(request, found, {"names_form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)
    now, version = clock.now(), form.cleaned_data["version"]
    try:
        choose_names(actor=request.member, batch_id=found.pk, version=version, names=form.decided(), now=now)
    except DomainError as refused:
        return _refused(request, found, form, refused, "names_form")
    return redirect(urls_of(found)["batch"])


@require_POST
def figures_options(request: MemberRequest, **_url: Any) -> HttpResponse:
    """Read the file in another way."""
    found = loaded(request, ImportBatch)
    form = ReadAgainForm(request.POST)
    if not form.is_valid():
        return _answer(request, found, {"how_form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)
    now, version = clock.now(), form.cleaned_data["version"]
    try:
        read_again(actor=request.member, batch_id=found.pk, version=version, options=form.options(), now=now)
    except DomainError as refused:
        return _refused(request, found, form, refused, "how_form")
    return redirect(urls_of(found)["batch"])


@require_POST
def figures_commit(request: MemberRequest, **_url: Any) -> HttpResponse:
    """Take everything, or nothing."""
    found = loaded(request, ImportBatch)
    form = TakeForm(request.POST, differs=bool(seen(found).differing))
    if not form.is_valid():
        return _answer(request, found, {"form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        services.request_commit(
            actor=request.member,
            batch_id=found.pk,
            version=form.cleaned_data["version"],
            mode=CommitMode.ALL_OR_NOTHING,
            now=clock.now(),
        )
    except DomainError as refused:
        return _refused(request, found, form, refused, "form")
    return redirect(urls_of(found)["batch"])


def figures_undo(request: MemberRequest, **_url: Any) -> HttpResponse:
    """Take an import back."""
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
    trail = _crumbs(_enterprise(found), "取消し", (TITLE, urls["home"]), (str(found), urls["batch"]))
    context = {"batch": found, "urls": urls, "refusal": refusal, "breadcrumbs": trail}
    return render(request, "imports/undo.html", context, status=status)


def urls_of(found: ImportBatch) -> dict[str, str]:
    """Return the addresses of an import of figures."""
    own = [found.options["enterprise"], found.pk]
    names = ("batch", "names", "options", "commit", "undo")
    return {
        **{name: reverse(f"imports:figures_{name}", args=own) for name in names},
        "home": reverse("imports:figures_new", args=own[:1]),
        "figures": reverse("cases:figures", args=own[:1]),
    }


def _uploaded(request: MemberRequest, enterprise: Enterprise, form: FiguresFileForm) -> ImportBatch:
    file = form.cleaned_data["file"]
    end_month = enterprise.fiscal_year_end_month
    return services.upload_batch(
        actor=request.member,
        kind=ImportKind.FIGURES,
        name=file.name or "",
        stream=file,
        now=clock.now(),
        options={"enterprise": enterprise.pk, "end_month": end_month, **form.options()},
    )


def _earlier(enterprise: Enterprise, number: str | None) -> Page[ImportBatch]:
    """Return a page of the imports for an enterprise, the newest first."""
    own = ImportBatch.objects.for_agency(enterprise.agency_id).filter(
        kind=ImportKind.FIGURES, options__enterprise=enterprise.pk
    )
    related = own.select_related("document", "uploaded_by__user").order_by("-id")
    return Paginator(related, selectors.BATCHES_A_PAGE).get_page(number)


def _enterprise(found: ImportBatch) -> Enterprise:
    return Enterprise.with_merged.for_agency(found.agency_id).get(pk=found.options["enterprise"])


def _crumbs(enterprise: Enterprise, here: str, *via: tuple[str, str]) -> list[dict[str, str]]:
    own = reverse("cases:enterprise", args=[enterprise.pk])
    figures = reverse("cases:figures", args=[enterprise.pk])
    return crumbs(here, LIST, (enterprise.name, own), ("実績", figures), *via)


def _refused(
    request: MemberRequest, found: ImportBatch, form: TakeForm | NamesForm | ReadAgainForm, why: DomainError, name: str
) -> HttpResponse:
    """Show the page with what a service refused; 409 where somebody else was quicker."""
    found.refresh_from_db()
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(why, EditedMeanwhile):
        form.accept_version(found.version)
        status = HTTPStatus.CONFLICT
    form.add_error(None, why.message)
    return _answer(request, found, {name: form}, status)


def _answer(request: MemberRequest, found: ImportBatch, forms: dict[str, Form], status: HTTPStatus) -> HttpResponse:
    return render(request, PAGE, {**_context(request, found), **forms}, status=status)


def _context(request: MemberRequest, found: ImportBatch) -> dict[str, Any]:
    verdict = request.GET.get("verdict", "")
    page = selectors.rows_page(found, verdict=verdict, number=request.GET.get("page"))
    enterprise, glance = _enterprise(found), seen(found)
    return {
        **_state(found),
        **_forms(found, glance),
        "enterprise": enterprise,
        "glance": glance,
        "page": page,
        "rows": [(row, selectors.TONES[Verdict(row.verdict)]) for row in page],
        "filters": selectors.filters_of(found, verdict=verdict),
        "bad_count": found.error_count + found.skipped_count,
        "breadcrumbs": _crumbs(enterprise, str(found), (TITLE, urls_of(found)["home"])),
    }


def _forms(found: ImportBatch, glance: Seen) -> dict[str, Form]:
    version, options = {"version": found.version}, found.options
    how = {
        "product": options.get("product") or AUTO,
        "basis": options.get("basis") or ASKED,
        **{name: (options.get(name) or "")[:7] for name in ("first", "last")},
    }
    return {
        "form": TakeForm(initial=version, differs=bool(glance.differing)),
        "names_form": NamesForm(initial=version, names=glance.shown()),
        "how_form": ReadAgainForm(initial=version | how),
    }


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
