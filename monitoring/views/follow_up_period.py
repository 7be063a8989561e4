"""The page of one period of the follow-up, and the acts on it that need no form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from cases.views.shared import case_context
from monitoring.rules.variance import SECTION, Comparison
from monitoring.selectors.follow_up import TONES
from monitoring.selectors.follow_up_period import PeriodSheet, period_sheet
from monitoring.services import reports
from monitoring.views.follow_up import PAGE
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError
from vapup.ui.charts.bar_chart import bars
from vapup.ui.charts.parts import Chart, Series

PERIOD_PAGE: Final = "monitoring:follow_up_period"
CHARTED: Final = {
    f"{SECTION}sales": "売上高",
    "gross_profit": "売上総利益",
    "operating_profit": "営業利益",
    "ordinary_profit": "経常利益",
}
# Digits of the largest number that the database has room for.
LONGEST_VERSION: Final = 18
LATE: Final = "ほかの人が先にこの報告を変更しました。今の内容を確かめてから、もう一度行ってください。"


def with_sheet(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the period of its address; one of another case is missing."""

    @wraps(view)
    def wrapped(request: MemberRequest, number: str, period_id: int, **rest: Any) -> HttpResponse:
        sheet = period_sheet(loaded(request, Case), period_id, today=clock.today())
        if sheet is None:
            raise Http404(f"the case {number} has no period {period_id}")
        return view(request, sheet=sheet, **rest)

    return wrapped


def period_url(sheet: PeriodSheet) -> str:
    """Return the address of the page of a period."""
    return reverse(PERIOD_PAGE, args=[sheet.case.number, sheet.period.pk])


def sheet_context(sheet: PeriodSheet, here: str = "") -> dict[str, Any]:
    """Return what the head of a page of a period shows; `here` names a page below that of the period."""
    name = f"第{sheet.number}回"
    via = [(name, period_url(sheet))] if here else []
    return {**case_context(sheet.case, PAGE, here=here or name, via=via), "sheet": sheet}


@with_sheet
def follow_up_period(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    number = sheet.case.number
    may_edit = can(request.member, Action.EDIT_CASE, sheet.case)
    context = {
        **sheet_context(sheet),
        "tone": TONES[sheet.state],
        "chart": chart_of(sheet.comparison),
        "can_edit": may_edit.allowed,
        "gaps_accepted": reports.GAPS_ACCEPTED,
        "can_write": may_edit.allowed and sheet.report is not None and not sheet.is_finished,
        "can_revise": may_edit.allowed and sheet.may_revise,
        "plan_url": reverse("cases:plan", args=[number]),
        "figures_url": reverse("cases:figures", args=[sheet.case.enterprise_id]),
    }
    return render(request, "monitoring/follow_up_period.html", context)


def chart_of(comparison: Comparison | None) -> Chart | None:
    """Return the bars of the lines that people ask for first."""
    if comparison is None or not comparison.rows:
        return None
    rows = [(label, row) for row_id, label in CHARTED.items() if (row := comparison.row(row_id))]
    series = [
        Series("計画", [row.plan_yen for _, row in rows]),
        Series("実績", [row.actual_yen for _, row in rows]),
    ]
    return bars(id="plan-actual", title="計画と実績", labels=[label for label, _ in rows], series=series)


@with_sheet
@require_POST
def follow_up_start(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    def act() -> str:
        report = reports.start_report(**_whose(request, sheet))
        return f"報告を作り始めました(計画 第{report.plan.number}版と比べます)。"

    return _done(request, sheet, act, "report-title")


@with_sheet
@require_POST
def follow_up_tick(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    task, is_done = request.POST.get("task", ""), not request.POST.get("undo")

    def act() -> str:
        reports.tick_task(**_whose(request, sheet), task=task, is_done=is_done)
        return "済みにしました。" if is_done else "済みを取り消しました。"

    return _done(request, sheet, act, "tasks-title")


@with_sheet
@require_POST
def follow_up_draft(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    def act() -> str:
        written = reports.draft_texts(**_whose(request, sheet), version=_version(request), today=clock.today())
        names = "」「".join(written)
        if written:
            return f"データから「{names}」の下書きを作りました。内容を確かめて、言葉を足してください。"
        return "空欄の文章がないため、何も変えていません。作り直すには、その欄を空にして保存してから行ってください。"

    return _done(request, sheet, act, "report-title")


@with_sheet
@require_POST
def follow_up_new_plan(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    def act() -> str:
        report, dropped = reports.go_by_new_plan(**_whose(request, sheet), version=_version(request))
        number, names = report.plan.number, "」「".join(dropped)
        lost = (
            f"第{number}版にない施策「{names}」の進捗は、報告から外しました。内容は履歴に残ります。" if dropped else ""
        )
        return f"この報告を計画 第{number}版と比べるようにしました。{lost}"

    return _done(request, sheet, act)


@with_sheet
@require_POST
def follow_up_finish(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    def act() -> str:
        seen, whose = request.POST.get("accepted_gaps", "").split(), _whose(request, sheet)
        reports.finish_report(**whose, version=_version(request), now=clock.now(), accepted_gaps=frozenset(seen))
        return "報告を完成にしました。文章と数値は、この時点のまま残ります。"

    return _done(request, sheet, act, "report-title")


def _whose(request: MemberRequest, sheet: PeriodSheet) -> dict[str, Any]:
    return {"actor": request.member, "case_id": sheet.case.pk, "period_id": sheet.period.pk}


def _version(request: MemberRequest) -> int:
    """Return the version of the report that the page showed; 0, which none has, where the page was tampered with."""
    typed = request.POST.get("version", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_VERSION
    return int(typed) if is_number else 0


def _done(request: MemberRequest, sheet: PeriodSheet, act: Callable[[], str], anchor: str = "") -> HttpResponse:
    """Do it, and show the period again; where the page was no longer what stood, with 409 and what stands now."""
    try:
        messages.success(request, act())
    except EditedMeanwhile:
        messages.error(request, LATE)
        return _shown_again(request, sheet)
    except reports.GapsGrew as grew:
        messages.error(request, grew.message)
        return _shown_again(request, sheet)
    except DomainError as refused:
        messages.error(request, refused.message)
    return HttpResponseRedirect(f"{period_url(sheet)}#{anchor}" if anchor else period_url(sheet))


def _shown_again(request: MemberRequest, sheet: PeriodSheet) -> HttpResponse:
    answer = follow_up_period(request, number=sheet.case.number, period_id=sheet.period.pk)
    answer.status_code = 409
    return answer
