"""What the sheets of a plan have in common: saved in one step, 409 with the differences, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cases.models import Case, Plan
from cases.selectors.banks import latest_change
from cases.services.locking import EditedMeanwhile
from cases.views.shared import Difference
from vapup.accounts import audit
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.ui.forms import VersionedForm

MOST_BLANK: Final = 30
MORE_BLANK: Final = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as a view saves it.

    Attributes:
        part: its name in messages and in the trail.
        save: calls the service with the form's input and returns what changed.
        compare: returns what the form's input would change in what is stored now.
        stamp: returns the stamp of what is stored now.
    """

    plan: Plan
    part: str
    form: VersionedForm
    save: Callable[[], audit.Changes]
    compare: Callable[[], audit.Changes]
    stamp: Callable[[], int]


@dataclass(slots=True)
class Attempt:
    """How saving went: FOUND, UNPROCESSABLE_ENTITY or CONFLICT; after a conflict what the page shows of it."""

    status: HTTPStatus
    changes: audit.Changes = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)


def attempt(sheet: Sheet) -> Attempt:
    """Save a sheet; what keeps it from being saved becomes an error of the form, which keeps its input."""
    if not sheet.form.is_valid():
        return Attempt(HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        return Attempt(HTTPStatus.FOUND, changes=sheet.save())
    except EditedMeanwhile as late:
        sheet.form.add_error(None, late.message)
        sheet.form.accept_version(sheet.stamp())
        trail = f"計画 第{sheet.plan.number}版 {sheet.part}"
        latest = latest_change(sheet.plan.case, trail)
        shown = {"differences": differences(sheet.compare()), "latest": latest, "is_conflict": True}
        return Attempt(HTTPStatus.CONFLICT, shown=shown)
    except DomainError as refused:
        for sentence in refused.message.splitlines():
            sheet.form.add_error(None, sentence)
        return Attempt(HTTPStatus.UNPROCESSABLE_ENTITY)


def differences(changes: audit.Changes) -> list[Difference]:
    """Return what is stored beside what was typed, as a reader knows it."""
    return [Difference(label, _shown(stored), _shown(typed)) for label, (stored, typed) in changes.items()]


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "(空欄)"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return format_yen(value) if isinstance(value, int) else str(value)


def tell(request: HttpRequest, part: str, done: Attempt) -> None:
    """Say that a sheet was saved, or that nothing had changed."""
    text = f"{part}を保存しました。" if done.changes else f"{part}に変更はありませんでした。"
    messages.success(request, text)


def blank_rows(request: HttpRequest, usual: int) -> int:
    """Return how many empty rows a sheet shows: as many as were asked for with `?rows=`."""
    asked = request.GET.get("rows", "")
    is_count = asked.isascii() and asked.isdigit() and len(asked) <= len(str(MOST_BLANK))
    return min(int(asked), MOST_BLANK) if is_count else usual


def back(page: str, case: Case, act: str) -> HttpResponse:
    """Return to a sheet that was saved: with more empty rows, or to the row that was moved."""
    url = reverse(page, args=[case.number])
    verb, _, rest = act.partition(":")
    prefix, _, index = rest.partition(":")
    if verb == "add":
        return redirect(f"{url}?rows={MORE_BLANK}")
    if verb in {"up", "down"} and index.isascii() and index.isdigit() and prefix.isidentifier():
        place = int(index[:4]) + (1 if verb == "down" else -1)
        return redirect(f"{url}#{prefix}-{max(place, 0)}")
    return redirect(url)
