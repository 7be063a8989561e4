"""The page on which an agency says how it wants its mails."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.services.locking import EditedMeanwhile
from cases.views.shared import HUB, crumbs, differences_of, posted
from monitoring.forms.deadlines import ReminderSettingsForm
from monitoring.selectors.notices import latest_change_of, settings_of
from monitoring.services.reminder_settings import change_reminder_settings
from vapup.accounts.http import MemberRequest
from vapup.shared.errors import DomainError

FORM_PAGE: Final = "monitoring/reminder_settings.html"
FIELDS: Final = ("mail_from_hour", "mail_until_hour", "hides_figures", "version")


def reminder_settings(request: MemberRequest) -> HttpResponse:
    stored = settings_of(request.member.agency_id)
    form = ReminderSettingsForm(posted(request), initial={name: getattr(stored, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            change_reminder_settings(actor=request.member, version=form.cleaned_data["version"], **form.values())
        except EditedMeanwhile as late:
            return _conflict(request, form, late)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "通知の設定を保存しました。")
            return redirect("monitoring:reminder_settings")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, FORM_PAGE, _context(form), status=status)


def _conflict(request: MemberRequest, form: ReminderSettingsForm, late: EditedMeanwhile) -> HttpResponse:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again."""
    stored = settings_of(request.member.agency_id)
    form.add_error(None, late.message)
    form.accept_version(stored.version)
    found = {"differences": differences_of(form, stored), "latest": latest_change_of(stored)}
    return render(request, FORM_PAGE, {**_context(form), **found}, status=HTTPStatus.CONFLICT)


def _context(form: ReminderSettingsForm) -> dict[str, Any]:
    breadcrumbs = crumbs("通知の設定", HUB, ("事務所の設定", "accounts:agency"))
    return {"form": form, "breadcrumbs": breadcrumbs, "differences": (), "latest": None}
