"""The pages of deadlines: those of a case, one of them, and what people may say about it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from cases.views.shared import case_context, crumbs, posted
from monitoring.enums import DeadlineState
from monitoring.forms.deadlines import AcknowledgeForm, ExtensionForm, SnoozeForm
from monitoring.models import Deadline, DeadlineExtension
from monitoring.rules.kinds import clock_kind
from monitoring.selectors import deadlines as selectors
from monitoring.services import deadlines as services
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.documents.scanning import is_scanner_configured
from vapup.documents.services import DocumentDamaged, open_stored
from vapup.shared.errors import DomainError
from vapup.ui.forms import VersionedForm

LIST: Final = "monitoring:case_deadlines"
PAGE: Final = "monitoring:deadline"
FORM_PAGE: Final = "monitoring/deadline_form.html"


def case_deadlines(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    rows = selectors.deadline_rows(selectors.deadlines_of(case), today=clock.today())
    context = {
        **case_context(case, LIST),
        "open": [row for row in rows if row.is_open],
        "closed": [row for row in rows if not row.is_open][::-1],
    }
    return render(request, "monitoring/case_deadlines.html", context)


def deadline(request: MemberRequest, **_: int) -> HttpResponse:
    row, member = loaded(request, Deadline), request.member
    is_open = row.state == DeadlineState.OPEN
    may_handle = is_open and can(member, Action.HANDLE_DEADLINE, row).allowed
    shown = selectors.deadline_row(row, today=clock.today())
    context = {
        **_head(row),
        "row": shown,
        "escalation": selectors.escalation_words(shown.kind),
        "said": selectors.sayings_of(row),
        "form": AcknowledgeForm(initial={"version": row.version}),
        "can_acknowledge": may_handle and not selectors.is_acknowledged_by(member, row),
        "can_snooze": may_handle and row.safe_by > clock.today(),
        "can_extend": selectors.is_extendable(row) and can(member, Action.EXTEND_DEADLINE, row).allowed,
        "settings_url": reverse("accounts:agency") if _is_for_settings(request, row) else "",
    }
    return render(request, "monitoring/deadline.html", context)


def deadline_acknowledge(request: MemberRequest, **_: int) -> HttpResponse:
    row = loaded(request, Deadline)
    form = AcknowledgeForm(posted(request), initial={"version": row.version})

    def save() -> str:
        note = form.cleaned_data["note"]
        services.acknowledge(actor=request.member, seen=_seen(row, form), note=note, now=clock.now())
        return f"「{row}」を確認済みにしました。"

    intro = selectors.escalation_words(clock_kind(row.kind))
    return _act(request, form, save, heading="期限の確認", submit="確認しました", intro=intro)


def deadline_snooze(request: MemberRequest, **_: int) -> HttpResponse:
    row = loaded(request, Deadline)
    form = SnoozeForm(posted(request), initial={"version": row.version})

    def save() -> str:
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        services.snooze(actor=request.member, seen=_seen(row, form), until=until, reason=reason, now=clock.now())
        return f"「{row}」は {until} に知らせます。"

    intro = (
        "その日まで、あなたには知らせません。ほかの人、とくに管理者と事務管理には、これまでどおり知らせます。"
        f"選べるのは、明日から安全な期限 {row.safe_by} までの日です。"
    )
    return _act(request, form, save, heading="通知の後回し", submit="後回しにする", intro=intro)


def deadline_extend(request: MemberRequest, **_: int) -> HttpResponse:
    row = loaded(request, Deadline)
    files = request.FILES if request.method == "POST" else None
    given: dict[str, Any] = {"files": files, "initial": {"version": row.version}}
    form = ExtensionForm(posted(request), **given, max_bytes=settings.UPLOAD_MAX_BYTES)

    def save() -> str:
        cleaned = form.cleaned_data
        permission = services.Permission(cleaned["until"], cleaned["granted_on"], cleaned["proof"])
        file = cleaned["file"]
        upload = (file.name or "", file) if file else None
        seen = _seen(row, form)
        services.extend(actor=request.member, seen=seen, permission=permission, upload=upload, now=clock.now())
        return f"「{row}」の延長(最終日 {permission.until})を記録しました。"

    intro = (
        f"今の最終日は {row.claim_by} です。協議会が延長を認めたときだけ記録してください。"
        "安全な期限は新しい最終日から数え直し、通知も新しい日に合わせてやり直します。"
    )
    return _act(request, form, save, heading="延長の記録", submit="延長を記録する", intro=intro)


def extension_document(request: MemberRequest, extension_id: int, **_: int) -> HttpResponseBase:
    row = loaded(request, Deadline)
    extensions = DeadlineExtension.objects.for_agency(row.agency_id).filter(deadline=row)
    extension = extensions.select_related("document", "deadline__case").filter(pk=extension_id).first()
    if extension is None or extension.document is None:
        raise Http404(f"no document of an extension {extension_id} of the deadline {row.pk}")
    document = extension.document
    try:
        file = open_stored(document)
    except DocumentDamaged as damaged:
        messages.error(request, damaged.message)
        return redirect(PAGE, row.pk)
    services.record_download(actor=request.member, extension=extension)
    response = FileResponse(file, as_attachment=True, filename=document.filename, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    patch_cache_control(response, no_store=True, private=True)
    return response


def _act(
    request: MemberRequest, form: VersionedForm, save: Callable[[], str], *, heading: str, submit: str, intro: str
) -> HttpResponse:
    """Show a form about the loaded deadline, or do what it asks for; `save` returns what to say afterwards."""
    row = loaded(request, Deadline)
    status = HTTPStatus.OK
    if request.method == "POST":
        done, status = _done(row, form, save)
        if done:
            messages.success(request, done)
            return redirect(PAGE, row.pk)
    context = {
        **_head(row, here=heading),
        "row": selectors.deadline_row(row, today=clock.today()),
        "form": form,
        "heading": heading,
        "submit": submit,
        "intro": intro,
        "cancel_url": reverse(PAGE, args=[row.pk]),
        "has_file": "file" in form.fields,
        "is_scanned": is_scanner_configured(),
    }
    return render(request, FORM_PAGE, context, status=status)


def _done(row: Deadline, form: VersionedForm, save: Callable[[], str]) -> tuple[str, HTTPStatus]:
    """Do what a form asks for; return what to say, or "" and the status of the page that says why not."""
    if not form.is_valid():
        return "", HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return save(), HTTPStatus.OK
    except EditedMeanwhile as late:
        row.refresh_from_db()
        form.add_error(None, late.message)
        form.accept_version(row.version)
        return "", HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return "", HTTPStatus.UNPROCESSABLE_ENTITY


def _head(row: Deadline, *, here: str = "") -> dict[str, Any]:
    """Return the head of the page: that of the case, or of a page of the office."""
    own = (str(row), reverse(PAGE, args=[row.pk]))
    if row.case is None:
        path = [("失効リスク", "monitoring:risk"), *([own] if here else [])]
        return {"case": None, "tabs": (), "stage_tone": "", "breadcrumbs": crumbs(here or str(row), *path)}
    return case_context(row.case, LIST, here=here or str(row), via=[own] if here else ())


def _seen(row: Deadline, form: VersionedForm) -> services.Seen:
    return services.Seen(row.pk, form.cleaned_data["version"])


def _is_for_settings(request: MemberRequest, row: Deadline) -> bool:
    return row.case is None and can(request.member, Action.EDIT_AGENCY).allowed
