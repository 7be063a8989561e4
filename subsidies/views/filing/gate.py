"""The page of the gate before the submission (提出前ゲート), its ticks and its exceptions."""

from __future__ import annotations

from http import HTTPStatus
from itertools import pairwise
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from subsidies.enums import OPEN_STATES
from subsidies.forms.gate import OverrideForm
from subsidies.models import Application, GateOverride
from subsidies.rules.gate.findings import GateFinding, Page
from subsidies.selectors.filing.applications import application_url
from subsidies.selectors.gate.verdict import FindingRow, GateReport, gate_of
from subsidies.services.filing import gate as services
from subsidies.views.shared import below_application
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError
from vapup.ui.forms import OfficeForm

HOUR: Final = 60
DAY: Final = 24 * HOUR
GATE: Final = "提出前の確認"
ROW_HEIGHT: Final = 28


def gate(request: MemberRequest, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    report = gate_of(application, today=clock.today())
    is_here = application.state in OPEN_STATES
    context = {
        **_head(application, GATE),
        "report": report,
        "closing": [_shown(application, row) for row in report.closing],
        "passed": [_shown(application, row) for row in report.passed],
        "advice": [_shown(application, row) for row in report.advice],
        "left": len(report.blocking),
        "duration": duration(report.minutes),
        "is_here": is_here,
        "can_tick": is_here and can(request.member, Action.HANDLE_PAPERS, application).allowed,
        "can_override": is_here and can(request.member, Action.OVERRIDE_GATE, application).allowed,
        "drawing": drawing_of(report),
    }
    return render(request, "subsidies/gate.html", context)


def gate_tick(request: MemberRequest, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    if request.method != "POST":
        return redirect(_url(application))
    code = request.POST.get("code", "")
    act = services.untick if request.POST.get("undo") else services.tick
    try:
        act(actor=request.member, case_id=application.case_id, application_id=application.pk, code=code)
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect(_url(application))
    messages.success(request, "確認を取り消しました。" if request.POST.get("undo") else "確認済みにしました。")
    return redirect(f"{_url(application)}#ticks")


def gate_override(request: MemberRequest, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    key = request.POST.get("finding") or request.GET.get("finding", "")
    row = gate_of(application, today=clock.today()).row(key)
    if row is None or not row.finding.blocks:
        messages.info(request, "選ばれた指摘は、もうありません。今の指摘を確かめてください。")
        return redirect(_url(application))
    shown = {"finding": row.finding.key, "words": row.finding.words_key}
    form = OverrideForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        ids = {"case_id": application.case_id, "application_id": application.pk}
        try:
            services.override_finding(actor=request.member, exemption=form.exemption(), today=clock.today(), **ids)
        except DomainError as refused:
            form.add_error(None, refused.message)
            form.accept_words(row.finding)
        else:
            messages.success(request, "例外を承認しました。理由は、案件・付属資料・履歴に残ります。")
            return redirect(_url(application))
    context = {"form": form, "row": _shown(application, row), "override": None, "submit": "例外を承認する"}
    return _form(request, application, "例外の承認", context)


def gate_override_remove(request: MemberRequest, override_id: int, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    overrides = GateOverride.objects.for_agency(application.agency_id).filter(application=application)
    override = overrides.filter(pk=override_id, round=application.returned_count).first()
    if override is None:
        messages.info(request, "この例外の承認は、取り消されたか、前の提出のものです。")
        return redirect(_url(application))
    form = OfficeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        ids = {"case_id": application.case_id, "application_id": application.pk, "override_id": override_id}
        try:
            services.withdraw_override(actor=request.member, **ids)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "例外の承認を取り消しました。")
            return redirect(_url(application))
    context = {"form": form, "row": None, "override": override, "submit": "例外の承認を取り消す"}
    return _form(request, application, "例外の承認の取消し", context)


def duration(minutes: int) -> str:
    """Return a rule of thumb in the unit that people plan in: 約15分, 約2時間, 約3日."""
    if minutes < HOUR:
        return f"約{minutes}分"
    if minutes < DAY:
        return f"約{-(-minutes // HOUR)}時間"
    return f"約{-(-minutes // DAY)}日"


def drawing_of(report: GateReport) -> dict[str, Any]:
    """Return the timeline as lengths: a dot for every day, and a line from each to the next."""
    dots: list[dict[str, Any]] = [
        {"entry": entry, "x": 40 + entry.permille * 300 // 1000, "y": ROW_HEIGHT * number + ROW_HEIGHT // 2}
        for number, entry in enumerate(report.timeline)
    ]
    lines = [
        {
            "x1": one["x"],
            "y1": one["y"],
            "x2": other["x"],
            "y2": other["y"],
            # Some days have no fixed order; only what breaks one is drawn as going back.
            "is_back": other["entry"].day < one["entry"].day
            and (one["entry"].is_inverted or other["entry"].is_inverted),
        }
        for one, other in pairwise(dots)
    ]
    return {"dots": dots, "lines": lines, "height": ROW_HEIGHT * len(dots)}


def _shown(application: Application, row: FindingRow) -> dict[str, Any]:
    finding = row.finding
    return {
        "finding": finding,
        "override": row.override,
        "duration": duration(finding.minutes),
        "url": fix_url(application, finding),
        "source": finding.source.rpartition(" http")[0] or finding.source,
        "source_url": finding.source[finding.source.find("http") :] if "http" in finding.source else "",
    }


def fix_url(application: Application, finding: GateFinding) -> str:
    """Return the page on which a finding is put right; of a paper, the page of that paper."""
    case = application.case
    own = [case.number, application.pk]
    if finding.page is Page.PAPERS:
        return reverse("subsidies:paper", args=[*own, finding.about])
    if finding.page is Page.AGENCY and finding.about == case.agency.name:
        return reverse("accounts:agency")
    pages = {
        Page.COSTS: reverse("subsidies:costs", args=[case.number]),
        Page.ENTERPRISE: f"{reverse('cases:enterprise', args=[case.enterprise_id])}#lenders",
        Page.BANKS: reverse("cases:banks", args=[case.number]),
        Page.CLAIM: reverse("subsidies:claim", args=own),
        Page.USAGE: application_url(application),
        Page.HOURS: reverse("subsidies:case_hours", args=[case.number]),
    }
    return pages.get(finding.page, reverse("cases:detail", args=[case.number]))


def _url(application: Application) -> str:
    return reverse("subsidies:gate", args=[application.case.number, application.pk])


def _head(application: Application, here: str, *via: tuple[str, str]) -> dict[str, Any]:
    return {
        **below_application(application, here, *via),
        "application": application,
        "application_url": application_url(application),
    }


def _form(request: MemberRequest, application: Application, heading: str, context: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    url = _url(application)
    head = {**_head(application, heading, (GATE, url)), "heading": heading, "cancel_url": url}
    return render(request, "subsidies/gate_override.html", {**head, **context}, status=status)
