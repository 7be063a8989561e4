"""The pages of the rules and forms (制度・規則); they show, and never change, what the repository holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.selectors.overview import tone_of
from cases.views.shared import Tab, crumbs
from subsidies.rules.parameters import rule_versions
from subsidies.rules.version import Parameter, RuleVersion
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.dashboard.rules.affected import Counts, cases_under, count_by_frame_outside, count_of, counts_by_day
from vapup.dashboard.rules.forms import editions_during, forms_by_frame, sources
from vapup.dashboard.rules.versions import before, compared, in_order, version_from, versions_of
from vapup.dashboard.rules.words import value_in_words

NAME: Final = "制度・規則"
LIST: Final = (NAME, "dashboard:rules")
PAGES: Final = (
    ("規則の版", "dashboard:rules"),
    ("様式の版", "dashboard:rule_forms"),
    ("出典", "dashboard:rule_sources"),
)
CASES_PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list: what it is to its frame today, and what it applies to."""

    version: RuleVersion
    state: str
    tone: str
    unconfirmed: int
    case_count: int
    change_count: int | None


def rules(request: MemberRequest) -> HttpResponse:
    today, counts = clock.today(), counts_by_day(request.member.agency_id)
    every = [one for versions in rule_versions().values() for one in versions]
    outside = count_by_frame_outside(every, counts)
    frames = [
        (frame, [_row(one, counts, today) for one in reversed(versions_of(frame))], outside.get(frame, 0))
        for frame in SchemeFrame
    ]
    context = {"frames": frames, "tabs": _tabs("dashboard:rules"), "breadcrumbs": crumbs(NAME)}
    return render(request, "dashboard/rules/list.html", context)


def rule_version(request: MemberRequest, *, frame: str, since: str) -> HttpResponse:
    version = _version(frame, since)
    others = [one for one in versions_of(version.frame) if one.name != version.name]
    other = _other(request.GET.get("against", ""), others) or before(version)
    cases = cases_under(request.member.agency_id, version)
    page = Paginator(cases, CASES_PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "version": version,
        "title": _title(version),
        "rows": [(one, value_in_words(one)) for one in in_order(version.parameters)],
        "unconfirmed": _unconfirmed(version),
        "others": [(one, _title(one)) for one in others],
        "other": other,
        "difference": compared(version, other) if other else None,
        "editions": editions_during(version.frame, version.effective_from, version.effective_to),
        "page": page,
        "cases": [(case, tone_of(case.stage)) for case in page.object_list],
        "breadcrumbs": crumbs(_title(version), LIST),
    }
    return render(request, "dashboard/rules/version.html", context)


def rule_forms(request: MemberRequest) -> HttpResponse:
    frames = forms_by_frame(counts_by_day(request.member.agency_id), today=clock.today())
    context = {"frames": frames, "tabs": _tabs("dashboard:rule_forms"), "breadcrumbs": crumbs("様式の版", LIST)}
    return render(request, "dashboard/rules/forms.html", context)


def rule_sources(request: MemberRequest) -> HttpResponse:
    only_unconfirmed = request.GET.get("unconfirmed") == "1"
    context = {
        "sources": sources(only_unconfirmed=only_unconfirmed),
        "only_unconfirmed": only_unconfirmed,
        "other_url": "?" if only_unconfirmed else f"?{urlencode({'unconfirmed': '1'})}",
        "tabs": _tabs("dashboard:rule_sources"),
        "breadcrumbs": crumbs("出典", LIST),
    }
    return render(request, "dashboard/rules/sources.html", context)


def _version(frame: str, since: str) -> RuleVersion:
    day = _day(since)
    version = version_from(SchemeFrame(frame), day) if day and frame in SchemeFrame.values else None
    if version is None:
        raise Http404(f"no version of {frame} from {since}")
    return version


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _other(asked: str, others: list[RuleVersion]) -> RuleVersion | None:
    return next((one for one in others if one.effective_from.isoformat() == asked), None)


def _row(version: RuleVersion, counts: Counts, today: date) -> VersionRow:
    is_over = version.effective_to is not None and version.effective_to < today
    state, tone = ("過去の受理", "neutral") if is_over else ("今の受理", "success")
    if version.effective_from > today:
        state, tone = "これから", "info"
    previous = before(version)
    changes = compared(previous, version).count if previous else None
    return VersionRow(version, state, tone, len(_unconfirmed(version)), count_of(version, counts), changes)


def _unconfirmed(version: RuleVersion) -> list[Parameter]:
    return [one for one in in_order(version.parameters) if not one.confirmed]


def _title(version: RuleVersion) -> str:
    until = f"{version.effective_to}" if version.effective_to else ""
    return f"{version.frame.label} {version.effective_from}〜{until}の受理"


def _tabs(current: str) -> list[Tab]:
    return [Tab(label, reverse(name), name == current) for label, name in PAGES]
