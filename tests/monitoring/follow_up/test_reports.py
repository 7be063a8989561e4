"""The report on a period: begun, drafted, edited, finished, frozen, and reopened for a reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from cases.enums import PlanState
from cases.models import Case, Measure, MonthlyFigure, Plan
from cases.services.locking import EditedMeanwhile
from monitoring.enums import FollowUpPhase, ProgressState, ReportState
from monitoring.models import FollowUpReport, MonitoringPeriod
from monitoring.selectors.follow_up_period import PeriodSheet, kept_comparison, period_sheet
from monitoring.services import reports
from monitoring.services.reports import GapsGrew, ReportRefused
from tests.builders import make_case, make_member, make_period
from tests.cases.plans.making import make_measure
from tests.monitoring.follow_up.follow_up_cases import (
    make_agreed_plan,
    make_first_period,
    make_followed_case,
    make_meeting,
    make_report,
    measures_of_case,
)
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.shared.dates import JAPAN

TODAY = date(2025, 10, 15)
NOW = datetime(2025, 10, 15, 10, 0, tzinfo=JAPAN)
FULL: dict[str, Any] = dict.fromkeys(reports.TEXTS, "本文")


def whose(period: MonitoringPeriod, **more: Any) -> dict[str, Any]:
    return {"actor": period.case.consultant, "case_id": period.case_id, "period_id": period.pk, **more}


def sheet_of(period: MonitoringPeriod) -> PeriodSheet:
    case = Case.objects.select_related("enterprise").get(pk=period.case_id)
    sheet = period_sheet(case, period.pk, today=TODAY)
    assert sheet is not None
    return sheet


def finish(period: MonitoringPeriod, version: int) -> FollowUpReport:
    return reports.finish_report(**whose(period, version=version), now=NOW)


def test_a_report_goes_by_the_plan_that_holds(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    report = reports.start_report(**whose(period))
    assert (report.plan.number, report.state, report.version) == (1, ReportState.DRAFT, 1)
    assert reports.start_report(**whose(period)).pk == report.pk
    event = AuditEvent.objects.get(object_type="case", object_id=period.case_id)
    assert list(event.changes.values()) == [[None, "作成を開始(計画 第1版)"]]


def test_without_a_plan_there_is_nothing_to_report_on(consultant: Member) -> None:
    period = make_period(make_case(consultant))
    with pytest.raises(ReportRefused, match="計画がまだない"):
        reports.start_report(**whose(period))
    with pytest.raises(ReportRefused, match="まだ作り始めていません"):
        reports.tick_task(**whose(period), task="owner_talk", is_done=True)
    with pytest.raises(MonitoringPeriod.DoesNotExist):
        reports.start_report(**whose(period) | {"period_id": period.pk + 1})


def test_the_draft_is_made_of_the_figures_and_fills_empty_texts_only(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period, requests="元金の据置きをお願いします。")
    written = reports.draft_texts(**whose(period, version=1), today=TODAY)
    assert written == ("業績の概要", "施策の進捗", "計画との差異の原因と対策", "次回までに行うこと")
    report = FollowUpReport.objects.get(period=period)
    # Six months: sales 6 × 9.5 = 57 of 60 million, purchases 6 × 5.5 = 33 of 30 million.
    assert "売上高は57,000,000円(計画60,000,000円、達成率95.0%)で、計画を3,000,000円下回りました。" in report.results
    assert "仕入・材料費: 計画30,000,000円に対し実績33,000,000円(差異+3,000,000円)" in report.causes
    assert "・原価率の見直し(担当: 社長" in report.progress
    assert (report.requests, report.version) == ("元金の据置きをお願いします。", 2)
    assert reports.draft_texts(**whose(period, version=2), today=TODAY) == ()


def test_texts_are_saved_once_for_each_version(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period)
    report = reports.save_texts(**whose(period, version=1), texts=FULL)
    assert report.version == 2
    with pytest.raises(EditedMeanwhile):
        reports.save_texts(**whose(period, version=1), texts=FULL)
    unchanged = reports.save_texts(**whose(period, version=2), texts=FULL)
    assert unchanged.version == 2
    assert AuditEvent.objects.filter(object_type="case", object_id=period.case_id).count() == 1


def test_measures_keep_a_state_and_a_note(consultant: Member) -> None:
    case = make_followed_case(consultant)
    period = make_first_period(case)
    make_report(period)
    first, second = measures_of_case(case)
    late = {first.pk: (ProgressState.LATE, "交渉中"), second.pk: (None, "")}
    reports.save_progress(**whose(period, version=1), progress=late)
    assert [(one.progress and one.progress.state) for one in sheet_of(period).measures] == ["late", None]
    event = AuditEvent.objects.filter(object_type="case").latest("pk")
    assert list(event.changes.values()) == [[None, "遅れている 交渉中"]]
    none = {first.pk: (None, ""), second.pk: (ProgressState.DONE, "")}
    reports.save_progress(**whose(period, version=2), progress=none)
    assert [(one.progress and one.progress.state) for one in sheet_of(period).measures] == [None, "done"]
    with pytest.raises(ReportRefused, match="ない施策が1件"):
        reports.save_progress(**whose(period, version=3), progress={second.pk + 999: (ProgressState.DONE, "")})


def test_causes_are_kept_by_line(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period)
    assert [one.id for one in sheet_of(period).unexplained] == ["purchases"]
    said = {"purchases": ("原料の値上がり", "複数見積り"), "gross_profit": ("", "")}
    reports.save_deviations(**whose(period, version=1), reasons=said)
    sheet = sheet_of(period)
    by_line = {one.row.id: one.deviation for one in sheet.deviations}
    assert by_line["purchases"] is not None
    assert by_line["purchases"].cause == "原料の値上がり"
    assert sheet.unexplained == []
    assert "計画との差異: 仕入・材料費" in str(AuditEvent.objects.latest("pk").changes)
    with pytest.raises(ReportRefused, match="原因も書いて"):
        reports.save_deviations(**whose(period, version=2), reasons={"gross_profit": ("", "値上げ")})
    reports.save_deviations(**whose(period, version=2), reasons={"purchases": ("", "")})
    assert all(one.deviation is None for one in sheet_of(period).deviations)


def test_ticks_are_only_for_what_a_person_sees(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period)
    reports.tick_task(**whose(period), task="owner_talk", is_done=True)
    reports.tick_task(**whose(period), task="owner_talk", is_done=True)
    before = {line.task.id: line.is_done for line in sheet_of(period).tasks(FollowUpPhase.BEFORE)}
    # The books are complete, so that task is done by itself; the period does not end with the fiscal year.
    assert before == {"figures": True, "owner_talk": True, "cash_table": False, "report": False}
    reports.tick_task(**whose(period), task="owner_talk", is_done=False)
    assert FollowUpReport.objects.get(period=period).ticks == []
    with pytest.raises(ReportRefused, match="自動で判定"):
        reports.tick_task(**whose(period), task="claim", is_done=True)


def test_a_report_with_an_empty_required_text_is_not_finished(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period, **FULL | {"causes": " ", "next_steps": ""})
    with pytest.raises(ReportRefused, match="「計画との差異の原因と対策」が空欄"):
        finish(period, 1)


def test_a_finished_report_is_frozen_with_its_figures(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period, **FULL)
    report = finish(period, 1)
    assert (report.state, report.finished_by, report.finished_at) == (ReportState.FINISHED, consultant, NOW)
    for refused in (
        lambda: reports.save_texts(**whose(period, version=2), texts=FULL),
        lambda: reports.draft_texts(**whose(period, version=2), today=TODAY),
        lambda: reports.save_progress(**whose(period, version=2), progress={}),
        lambda: reports.save_deviations(**whose(period, version=2), reasons={}),
        lambda: reports.tick_task(**whose(period), task="owner_talk", is_done=True),
        lambda: finish(period, 2),
    ):
        with pytest.raises(ReportRefused, match="完成した報告は変更できません"):
            refused()
    MonthlyFigure.objects.filter(account="sales").update(yen=1)
    sheet = sheet_of(period)
    assert sheet.is_stale
    assert sheet.comparison is not None
    assert sheet.comparison == kept_comparison(report)
    sales = sheet.comparison.row("sales")
    assert sales is not None
    assert sales.actual_yen == 57_000_000


def test_a_finished_report_is_reopened_for_a_reason(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period, **FULL)
    finish(period, 1)
    with pytest.raises(ReportRefused, match="理由"):
        reports.reopen_report(**whose(period, version=2), reason=" ")
    with pytest.raises(EditedMeanwhile):
        reports.reopen_report(**whose(period, version=1), reason="誤り")
    report = reports.reopen_report(**whose(period, version=2), reason="売上高の誤り")
    assert (report.state, report.finished_by, report.figures) == (ReportState.DRAFT, None, None)
    event = AuditEvent.objects.filter(object_type="case").latest("pk")
    assert event.reason == "売上高の誤り"
    assert ["完成", "作成中"] in event.changes.values()
    assert not sheet_of(period).is_stale
    with pytest.raises(ReportRefused, match="作成中です"):
        reports.reopen_report(**whose(period, version=3), reason="もう一度")


def test_a_draft_may_go_by_the_new_version_and_its_measures_follow_by_title(consultant: Member) -> None:
    case = make_followed_case(consultant)
    period = make_first_period(case)
    make_report(period)
    first, second = measures_of_case(case)
    said = {first.pk: (ProgressState.LATE, "交渉中"), second.pk: (ProgressState.DONE, "")}
    reports.save_progress(**whose(period, version=1), progress=said)
    with pytest.raises(ReportRefused, match="ほかに承認済の版はありません"):
        reports.go_by_new_plan(**whose(period, version=2))
    Plan.objects.filter(case=case).update(state=PlanState.REPLACED)
    newer = make_agreed_plan(case, number=2)
    newer.measures.filter(title="直販サイトの開設").update(title="通販の開始")
    assert sheet_of(period).newer_plan == newer
    report, dropped = reports.go_by_new_plan(**whose(period, version=2))
    assert (report.plan, dropped) == (newer, ("直販サイトの開設",))
    assert AuditEvent.objects.latest("pk").changes == {
        f"伴走支援 {period}: 計画": ["第1版", "第2版"],
        f"伴走支援 {period}: 施策の進捗: 直販サイトの開設": ["完了", None],
    }
    sheet = sheet_of(period)
    assert [(one.measure.title, one.progress is not None) for one in sheet.measures] == [
        ("原価率の見直し", True),
        ("通販の開始", False),
    ]
    assert sheet.newer_plan is None


def test_measures_of_one_title_go_along_one_by_one(consultant: Member) -> None:
    case = make_followed_case(consultant)
    period = make_first_period(case)
    make_report(period)
    first, second = measures_of_case(case)
    Measure.objects.filter(pk=second.pk).update(title=first.title)
    said = {first.pk: (ProgressState.LATE, "交渉中"), second.pk: (ProgressState.DONE, "")}
    reports.save_progress(**whose(period, version=1), progress=said)
    # Neither of the two is lost in the history.
    assert sorted(AuditEvent.objects.latest("pk").changes) == [
        f"伴走支援 {period}: 施策の進捗: 原価率の見直し",
        f"伴走支援 {period}: 施策の進捗: 原価率の見直し(2件目)",
    ]
    Plan.objects.filter(case=case).update(state=PlanState.REPLACED)
    newer = make_agreed_plan(case, number=2)
    newer.measures.filter(title="直販サイトの開設").update(title=first.title)
    _, dropped = reports.go_by_new_plan(**whose(period, version=2))
    assert dropped == ()
    assert [one.progress and one.progress.state for one in sheet_of(period).measures] == ["late", "done"]
    # The third version has one measure of that title: it takes what was said of the first.
    Plan.objects.filter(case=case).update(state=PlanState.REPLACED)
    make_agreed_plan(case, number=3)
    _, dropped = reports.go_by_new_plan(**whose(period, version=3))
    assert dropped == ("原価率の見直し(2件目)",)
    assert [one.progress and one.progress.state for one in sheet_of(period).measures] == ["late", None]


def test_a_title_that_looks_like_the_second_of_another_stays_apart(consultant: Member) -> None:
    case = make_followed_case(consultant)
    period = make_first_period(case)
    make_report(period)
    measures = [*measures_of_case(case), make_measure(measures_of_case(case)[0].issue, "値上げ(2件目)", position=3)]
    Measure.objects.filter(pk__in=[one.pk for one in measures[:2]]).update(title="値上げ")
    said = {one.pk: (ProgressState.LATE, note) for one, note in zip(measures, "甲乙丙", strict=True)}
    reports.save_progress(**whose(period, version=1), progress=said)
    assert AuditEvent.objects.latest("pk").changes == {
        f"伴走支援 {period}: 施策の進捗: 値上げ": [None, "遅れている 甲"],
        f"伴走支援 {period}: 施策の進捗: 値上げ(3件目)": [None, "遅れている 乙"],
        f"伴走支援 {period}: 施策の進捗: 値上げ(2件目)": [None, "遅れている 丙"],
    }
    Plan.objects.filter(case=case).update(state=PlanState.REPLACED)
    newer = make_agreed_plan(case, number=2)
    newer.measures.update(title="値上げ")
    make_measure(newer.issues.get(), "値上げ(2件目)", position=3)
    _, dropped = reports.go_by_new_plan(**whose(period, version=2))
    assert dropped == ()
    told = [(one.measure.title, one.progress and one.progress.note) for one in sheet_of(period).measures]
    assert told == [("値上げ", "甲"), ("値上げ", "乙"), ("値上げ(2件目)", "丙")]


def test_a_report_is_finished_after_its_period(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    make_report(period, **FULL)
    last_day = datetime(2025, 9, 30, 23, 59, tzinfo=JAPAN)
    with pytest.raises(ReportRefused, match="最終日 2025-09-30 は、今日 2025-09-30 にはまだ過ぎていません"):
        reports.finish_report(**whose(period, version=1), now=last_day)
    done = reports.finish_report(**whose(period, version=1), now=datetime(2025, 10, 1, 0, 0, tzinfo=JAPAN))
    assert done.state == ReportState.FINISHED


def test_a_report_without_all_months_is_finished_with_consent_only(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    MonthlyFigure.objects.filter(month__in=[date(2025, 8, 1), date(2025, 9, 1)]).delete()
    make_report(period, **FULL)
    with pytest.raises(ReportRefused, match="2025年8月、2025年9月の実績がありません"):
        finish(period, 1)
    report = _finish_without(period, "actual:2025-08", "actual:2025-09")
    assert report.state == ReportState.FINISHED
    event = AuditEvent.objects.latest("pk")
    assert event.changes[f"伴走支援 {period}: 除いた月"] == [None, "2025年8月、2025年9月の実績がないまま完成"]


def test_consent_holds_for_the_months_that_were_shown(consultant: Member) -> None:
    period = make_first_period(make_followed_case(consultant))
    MonthlyFigure.objects.filter(month=date(2025, 9, 1)).delete()
    make_report(period, **FULL)
    seen = sheet_of(period).gap_ids.split()
    assert seen == ["actual:2025-09"]
    MonthlyFigure.objects.filter(month=date(2025, 5, 1)).delete()
    with pytest.raises(GapsGrew, match="2025年5月の実績もなくなりました。今ないのは、2025年5月、2025年9月の実績です"):
        _finish_without(period, *seen)
    assert FollowUpReport.objects.get(period=period).state == ReportState.DRAFT
    # Of a month that has come in meanwhile nobody has to be asked again.
    assert _finish_without(period, "actual:2025-05", "actual:2025-08", *seen).state == ReportState.FINISHED


def _finish_without(period: MonitoringPeriod, *gaps: str) -> FollowUpReport:
    return reports.finish_report(**whose(period, version=1), now=NOW, accepted_gaps=gaps)


def test_only_who_has_the_case_writes_its_reports(consultant: Member) -> None:
    period = make_first_period(make_followed_case(make_member(consultant.agency)))
    with pytest.raises(NotAllowed):
        reports.start_report(**whose(period) | {"actor": consultant})
    make_report(period)
    with pytest.raises(NotAllowed):
        reports.save_texts(**whose(period, version=1) | {"actor": consultant}, texts=FULL)


def test_meetings_of_all_lenders_are_a_task_of_their_own(consultant: Member) -> None:
    case = make_followed_case(consultant)
    period = make_first_period(case)
    main, second = sheet_of(period).lenders
    assert main.role == "main"
    make_meeting(period, main)
    after = {line.task.id: line for line in sheet_of(period).tasks(FollowUpPhase.AFTER)}
    assert (after["meetings"].is_done, after["meetings"].hint) == (False, f"まだ: {second}")
    make_meeting(period, second)
    assert {line.task.id: line.is_done for line in sheet_of(period).tasks(FollowUpPhase.AFTER)}["meetings"]
