"""What the pages of this app have in common: the head of a case, searches, the plain form page, conflicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case, Enterprise
from cases.selectors.enterprises import trail
from cases.selectors.overview import tone_of
from cases.services.locking import EditedMeanwhile
from vapup.accounts.http import MemberRequest
from vapup.accounts.selectors import audit_entry
from vapup.shared.errors import DomainError
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import TextField

PAGE_SIZE = 50
LIST: Final = ("案件", "cases:list")
DETAIL: Final = "cases:detail"
# The pages of a case, each with the name of its address; the tabs of every page of the case lead to them.
CASE_PAGES: Final = (
    ("案件", DETAIL),
    ("費用", "subsidies:costs"),
    ("算定", "subsidies:assessment"),
    ("試算", "subsidies:what_if"),
    ("業務日誌", "subsidies:case_hours"),
    ("計画", "cases:plan"),
    ("金融機関", "cases:banks"),
    ("中小版GL", "cases:guideline"),
    ("伴走支援", "monitoring:follow_up"),
    ("申請", "subsidies:applications"),
    ("入金", "subsidies:payments"),
    ("期限", "monitoring:case_deadlines"),
    ("メモ", "cases:notes"),
    ("履歴", "cases:history"),
)
# Pages that only some frames have.
PAGES_OF_FRAMES: Final = {"cases:guideline": frozenset({SchemeFrame.SME_GL})}


class SearchForm(OfficeForm):
    """One search text."""

    q = TextField(label="検索", max_length=100, required=False, widget=forms.TextInput({"type": "search"}))


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the case; tabs of this kind have no count."""

    label: str
    url: str
    is_current: bool
    count: None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the stored row and the user's input disagree."""

    label: str
    stored: str
    typed: str


def posted(request: MemberRequest) -> QueryDict | None:
    """Return what was sent, even if nothing, or None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


# What the office maintains stands below this page.
HUB: Final = ("管理", "dashboard:masters")


def crumbs(here: str, *path: tuple[str, str]) -> list[dict[str, str]]:
    """Return breadcrumbs to a page named `here`; `path` gives names with a URL or the name of one."""
    items = [{"label": label, "url": url if url.startswith("/") else reverse(url)} for label, url in path]
    return [{"label": "ホーム", "url": "/"}, *items, {"label": here, "url": ""}]


def case_context(
    case: Case, current: str = DETAIL, *, here: str = "", via: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Return what the head of a page of the case shows.

    Args:
        current: the URL name of the tab that the page belongs to.
        here: the name of a page below that tab, for the breadcrumbs.
        via: the pages between the tab and this one, each with its URL.
    """
    labels = {name: label for label, name in CASE_PAGES}
    path = [LIST, (case.number, reverse(DETAIL, args=[case.number]))]
    if here and current != DETAIL:
        path.append((labels[current], reverse(current, args=[case.number])))
    path.extend(via)
    is_top = current == DETAIL and not here
    return {
        "case": case,
        "stage_tone": tone_of(case.stage),
        "tabs": [
            Tab(label, reverse(name, args=[case.number]), name == current)
            for label, name in CASE_PAGES
            if case.frame in PAGES_OF_FRAMES.get(name, SchemeFrame)
        ],
        "breadcrumbs": crumbs(case.number, LIST) if is_top else crumbs(here or labels[current], *path),
    }


def search_text(request: MemberRequest) -> tuple[SearchForm, str]:
    """Return the search form and its text; an unreadable text searches for nothing."""
    form = SearchForm(request.GET)
    return form, form.cleaned_data["q"] if form.is_valid() else ""


def active_filters(request: MemberRequest, form: forms.Form) -> list[dict[str, str]]:
    """Return the filters in force, each with the address that leaves it out."""
    chips = []
    cleaned = form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {})
    for name, value in cleaned.items():
        if value:
            rest = request.GET.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            field = form.fields[name]
            chips.append({"label": f"{field.label}: {_shown(field, value)}", "url": f"?{rest.urlencode()}"})
    return chips


def history_page(request: MemberRequest, row: Case | Enterprise, head: Mapping[str, Any]) -> HttpResponse:
    """Show everything that happened to a row, field by field, newest first; `head` holds at least breadcrumbs."""
    page = Paginator(trail(row), PAGE_SIZE).get_page(request.GET.get("page"))
    entries = [audit_entry(event) for event in page.object_list]
    plain = {"form": None, "as_of": None, "is_filtered": False}
    context = {**head, **plain, "subject": str(row), "page": page, "entries": entries}
    return render(request, "cases/history.html", context)


def form_page(
    request: MemberRequest, form: forms.Form, save: Callable[[], HttpResponse], context: Mapping[str, Any]
) -> HttpResponse:
    """Show a form or save it; what the service refuses is shown above the input, which stays.

    Args:
        save: calls one service and answers; only asked when the form is valid.
        context: heading, submit, cancel_url, breadcrumbs and, if there is something to say first, intro; for a page
            of a case also the head of the case.
    """
    if request.method == "POST" and form.is_valid():
        try:
            return save()
        except DomainError as refused:
            form.add_error(None, refused.message)
    status = 422 if request.method == "POST" else 200
    return render(request, "cases/form.html", {"intro": "", "danger": False, **context, "form": form}, status=status)


def conflict(
    request: MemberRequest, form: VersionedForm, late: EditedMeanwhile, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again.

    Args:
        context: of the template; "row" is the stored row as it is now.
    """
    row: Case | Enterprise = context["row"]
    row.refresh_from_db()  # it was read before the lock, perhaps before the other's save
    form.add_error(None, late.message)
    form.accept_version(row.version)
    found = {"form": form, "differences": differences_of(form, row), "latest": trail(row).first()}
    return render(request, template, {**context, **found}, status=409)


def differences_of(form: VersionedForm, row: Model) -> list[Difference]:
    """Return the fields in which a stored row and what was typed disagree, as a reader knows them."""
    found = []
    for name, typed in form.cleaned_data.items():
        stored = getattr(row, name, None)
        if name not in {"version", "reason"} and hasattr(row, name) and stored != typed:
            field = form.fields[name]
            found.append(Difference(str(field.label), _shown(field, stored), _shown(field, typed)))
    return found


def _shown(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return "(空欄)"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, Model):
        return str(value)
    if isinstance(field, forms.ChoiceField):
        labels = {str(code): label for code, label in field.widget.choices}
        return str(labels.get(str(value), value))
    return str(field.prepare_value(value))
