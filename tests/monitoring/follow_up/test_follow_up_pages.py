"""The pages of the follow-up: what they say, what a button does, and what happens when somebody else was first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.enums import CaseStage, LenderRole, PlanState, SchemeFrame
from cases.models import Case, MonthlyFigure, Plan
from monitoring.enums import PeriodState, ProgressState, ReportState
from monitoring.models import BankMeeting, FollowUpReport, MonitoringPeriod
from monitoring.rules.stages import state_of_period
from monitoring.services import reports
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.models import Application
from tests.builders import make_case, make_lender, make_member, make_period
from tests.conftest import sign_in
from tests.monitoring.follow_up.follow_up_cases import (
    make_agreed_plan,
    make_first_period,
    make_followed_case,
    make_meeting,
    make_report,
    measures_of_case,
)
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

TEXTS: dict[str, Any] = dict.fromkeys(reports.TEXTS, "本文")
APRIL = date(2025, 4, 1)


def url(name: str, period: MonitoringPeriod, **more: int) -> str:
    place = {"number": period.case.number, "period_id": period.pk, **more}
    return reverse(f"monitoring:follow_up_{name}", kwargs=place)


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def period(consultant: Member) -> MonitoringPeriod:
    """The first half year of a followed case, with its books."""
    return make_first_period(make_followed_case(consultant))


@pytest.mark.parametrize(
    ("today", "is_reported", "is_claimed", "state"),
    [
        (date(2025, 3, 31), False, False, PeriodState.AHEAD),
        (date(2025, 4, 1), False, False, PeriodState.RUNNING),
        (date(2025, 9, 30), False, False, PeriodState.RUNNING),
        (date(2025, 10, 1), False, False, PeriodState.TO_REPORT),
        (date(2025, 9, 30), True, False, PeriodState.REPORTED),
        (date(2025, 10, 1), True, True, PeriodState.CLAIMED),
        (date(2025, 3, 31), False, True, PeriodState.CLAIMED),
    ],
)
def test_where_a_period_stands(today: date, is_reported: bool, is_claimed: bool, state: PeriodState) -> None:
    found = state_of_period(APRIL, date(2025, 9, 30), today=today, is_reported=is_reported, is_claimed=is_claimed)
    assert found is state


def test_the_list_tells_where_each_period_stands(period: MonitoringPeriod) -> None:
    case, client = period.case, sign_in(period.case.consultant)
    make_report(period, state=ReportState.FINISHED, **TEXTS)
    make_period(case, ends_on=date(2098, 3, 31))
    claimed = make_period(case, ends_on=date(2026, 3, 31))
    claim = Application.objects.create(
        agency=case.agency, case=case, kind=ApplicationKind.MONITORING_CLAIM, period=claimed, number=2
    )
    answer = client.get(reverse("monitoring:follow_up", args=[case.number]))
    lines = answer.context["found"].lines
    assert [one.state for one in lines] == [PeriodState.REPORTED, PeriodState.TO_REPORT, PeriodState.AHEAD]
    page = answer.content.decode()
    assert "準備中" in page
    assert "どの回にも入らない期間があります。" in page
    assert 'aria-current="page"' in page
    Application.objects.filter(pk=claim.pk).update(state=ApplicationState.SUBMITTED, submitted_on=date(2026, 5, 1))
    page = shown(client, reverse("monitoring:follow_up", args=[case.number]))
    assert "2026-05-01提出" in page
    assert "申請済" in page


def test_a_case_without_periods_offers_the_proposal(consultant: Member) -> None:
    case, client = make_case(consultant), sign_in(consultant)
    address = reverse("monitoring:follow_up", args=[case.number])
    assert reverse("monitoring:follow_up_schedule", args=[case.number]) in shown(client, address)
    viewer = sign_in(make_member(consultant.agency, Role.VIEWER))
    assert "担当者が対象期間を登録すると" in shown(viewer, address)
    bank = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    assert "伴走支援がない" in shown(client, reverse("monitoring:follow_up", args=[bank.number]))


def test_the_proposal_is_seen_and_confirmed(consultant: Member) -> None:
    case, client = make_case(consultant, planned_accepted_on=APRIL), sign_in(consultant)
    address = reverse("monitoring:follow_up_schedule", args=[case.number])
    assert "計画がまだないため、仮の条件です" in shown(client, address)
    terms = {"starts_on": "R7.4.1", "months": "12", "frequency": "half_yearly"}
    answer = client.get(address, terms)
    proposal = answer.context["proposal"]
    assert answer.content.decode().count("追加") == 2
    assert client.post(address, {**terms, "seen": proposal.seen})["Location"] == (
        reverse("monitoring:follow_up", args=[case.number])
    )
    assert [str(one) for one in case.monitoring_periods.all()] == [
        "2025-04-01〜2025-09-30",
        "2025-10-01〜2026-03-31",
    ]
    # What was confirmed is not what would follow now.
    late = client.post(address, {**terms, "months": "24", "seen": proposal.seen})
    assert late.status_code == 409
    assert "もう一度確定してください" in late.content.decode()
    assert case.monitoring_periods.count() == 2
    unchanged = client.get(address, terms)
    assert "変更するものはありません" in unchanged.content.decode()
    assert client.post(address, {**terms, "seen": unchanged.context["proposal"].seen}).status_code == 422


def test_terms_that_nobody_can_read_propose_nothing(consultant: Member) -> None:
    case, client = make_case(consultant), sign_in(consultant)
    address = reverse("monitoring:follow_up_schedule", args=[case.number])
    answer = client.get(address, {"starts_on": "いつか", "months": "0", "frequency": "daily"})
    assert answer.context["proposal"] is None
    assert "いつか" in answer.content.decode()
    assert client.post(address, {"starts_on": "いつか"}).status_code == 422


def test_the_proposal_says_why_a_period_stays_and_what_stays_open(period: MonitoringPeriod) -> None:
    case, client = period.case, sign_in(period.case.consultant)
    make_report(period)
    case.enterprise.fiscal_year_end_month = 5
    case.enterprise.save()
    page = shown(client, reverse("monitoring:follow_up_schedule", args=[case.number]))
    assert "据え置き" in page
    assert "伴走支援の報告があるため" in page
    assert "決算日が回の途中にあります。" in page
    case.stage = CaseStage.COMPLETED
    case.save()
    assert "今は変えられません" in shown(client, reverse("monitoring:follow_up_schedule", args=[case.number]))


def test_the_period_shows_plan_and_actual_to_the_yen(period: MonitoringPeriod) -> None:
    page = shown(sign_in(period.case.consultant), url("period", period))
    for amount in ("60,000,000", "57,000,000", "△3,000,000", "95.0%"):
        assert amount in page
    assert "<svg" in page
    assert "差異大(悪化)" in page
    assert "目安。基準を示す公的な資料は見つかっていません" in page
    assert "年度の初めから何か月分を合わせても、年度の計画をその月数で割り当てた金額になります" in page
    assert reverse("cases:plan_revise", args=[period.case.number]) in page
    assert "報告を作り始める" in page


def test_a_period_of_another_case_is_missing(period: MonitoringPeriod) -> None:
    other = make_case(period.case.consultant)
    client = sign_in(period.case.consultant)
    wrong = reverse("monitoring:follow_up_period", args=[other.number, period.pk])
    assert client.get(wrong).status_code == 404
    assert client.post(reverse("monitoring:follow_up_start", args=[other.number, period.pk])).status_code == 404
    assert not FollowUpReport.objects.exists()


def test_a_period_without_a_plan_says_so(consultant: Member) -> None:
    period = make_period(make_case(consultant))
    client = sign_in(consultant)
    page = shown(client, url("period", period))
    assert "計画がまだないため、比べられません。" in page
    assert "報告を作り始める</button>" not in page
    client.post(url("start", period))
    assert not FollowUpReport.objects.exists()
    assert "計画がまだないため、報告を作れません。" in shown(client, url("period", period))
    assert client.get(url("texts", period))["Location"] == url("period", period)


def test_a_report_from_the_first_button_to_the_last(period: MonitoringPeriod) -> None:
    client, case = sign_in(period.case.consultant), period.case
    here = url("period", period)
    assert client.post(url("start", period))["Location"] == f"{here}#report-title"
    client.post(url("tick", period), {"task": "owner_talk"})
    first, second = measures_of_case(case)
    said = {f"state_{first.pk}": "late", f"note_{first.pk}": "交渉中", f"state_{second.pk}": "", "version": "2"}
    assert client.post(url("measures", period), said).status_code == 302
    causes = {"cause_purchases": "原料の値上がり", "measure_purchases": "複数見積り", "version": "3"}
    assert client.post(url("deviations", period), causes).status_code == 302
    client.post(url("draft", period), {"version": "4"})
    page = shown(client, here)
    assert "原因: 原料の値上がり" in page
    assert "・原価率の見直し(担当: 社長、期限: 令和7年9月30日): 遅れている。交渉中" in page
    client.post(url("finish", period), {"version": "5"})
    page = shown(client, here)
    assert "に完成させました。文章と数値は、この時点のものです。" in page
    assert "完成にする" not in page
    for name in ("texts", "measures", "deviations"):
        assert client.get(url(name, period))["Location"] == here
    assert client.post(url("reopen", period), {"reason": "", "version": "6"}).status_code == 422
    assert client.post(url("reopen", period), {"reason": "売上高の誤り", "version": "6"}).status_code == 302
    assert FollowUpReport.objects.get(period=period).state == ReportState.DRAFT


def test_a_report_is_not_finished_before_its_time_or_without_a_tick(period: MonitoringPeriod) -> None:
    client, case = sign_in(period.case.consultant), period.case
    make_report(period, **TEXTS)
    MonthlyFigure.objects.filter(month=date(2025, 9, 1)).delete()
    page = shown(client, url("period", period))
    assert 'name="accepted_gaps" value="actual:2025-09"' in page
    assert "計画と比べられない月を除いて完成にする(2025年9月の実績)" in page
    answer = client.post(url("finish", period), {"version": "1"}, follow=True)
    assert "2025年9月の実績がありません" in answer.content.decode()
    client.post(url("finish", period), {"version": "1", "accepted_gaps": "actual:2025-09"})
    assert FollowUpReport.objects.get(period=period).state == ReportState.FINISHED
    ahead = make_period(case, ends_on=date(2099, 3, 31))
    make_report(ahead, **TEXTS)
    page = shown(client, url("period", ahead))
    assert "完成にする</button>" not in page
    assert "2099-03-31" in page


def test_a_tick_for_other_months_than_are_lacking_by_now_is_asked_for_again(period: MonitoringPeriod) -> None:
    client = sign_in(period.case.consultant)
    make_report(period, **TEXTS)
    # The page showed September; a colleague has taken the import of the other months back since.
    MonthlyFigure.objects.filter(month__gte=date(2025, 8, 1)).delete()
    for seen in ("actual:2025-09", "on"):
        answer = client.post(url("finish", period), {"version": "1", "accepted_gaps": seen})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "今ないのは、2025年8月、2025年9月の実績です" in page
        assert 'value="actual:2025-08 actual:2025-09"' in page
    assert FollowUpReport.objects.get(period=period).state == ReportState.DRAFT


def test_a_cost_below_the_plan_is_not_shown_as_bad(period: MonitoringPeriod) -> None:
    # Purchases: 27 of 30 million, a cost saved. Sales: 57 of 60 million.
    MonthlyFigure.objects.filter(account="purchases").update(yen=4_500_000)
    page = shown(sign_in(period.case.consultant), url("period", period))
    # In the table, and where its cause is asked for.
    assert page.count('<span class="yen">△3,000,000</span>') == 2
    assert page.count('<span class="yen yen--negative">△3,000,000</span>') == 1
    assert "対象期間(伴走支援(405事業))" not in page


def test_a_new_version_names_what_it_has_no_place_for(period: MonitoringPeriod) -> None:
    client, case = sign_in(period.case.consultant), period.case
    first, second = measures_of_case(case)
    said: Any = {first.pk: (ProgressState.LATE, "交渉中"), second.pk: (ProgressState.DONE, "")}
    make_report(period)
    ids: dict[str, Any] = {"actor": case.consultant, "case_id": case.pk, "period_id": period.pk}
    reports.save_progress(**ids, version=1, progress=said)
    Plan.objects.filter(case=case).update(state=PlanState.REPLACED)
    make_agreed_plan(case, number=2).measures.filter(title=second.title).update(title="通販の開始")
    page = client.post(url("new_plan", period), {"version": "2"}, follow=True).content.decode()
    assert "第2版にない施策「直販サイトの開設」の進捗は、報告から外しました。" in page


def test_a_button_of_an_old_page_answers_409(period: MonitoringPeriod) -> None:
    client = sign_in(period.case.consultant)
    make_report(period, version=7)
    for name in ("draft", "finish"):
        answer = client.post(url(name, period), {"version": "6"})
        assert answer.status_code == 409
        assert "ほかの人が先にこの報告を変更しました" in answer.content.decode()
    for tampered in ("²", "", "9" * 5_000, "-1"):
        assert client.post(url("finish", period), {"version": tampered}).status_code == 409
    assert FollowUpReport.objects.get(period=period).version == 7


def test_late_texts_stay_and_the_difference_is_shown(period: MonitoringPeriod) -> None:
    client = sign_in(period.case.consultant)
    report = make_report(period, **TEXTS)
    FollowUpReport.objects.filter(pk=report.pk).update(causes="ほかの人の文章", version=2)
    typed = {**TEXTS, "causes": "わたしの文章", "version": "1"}
    answer = client.post(url("texts", period), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ほかの人の文章" in page
    assert "わたしの文章" in page
    assert 'name="version" value="2"' in page
    assert client.post(url("texts", period), {**typed, "version": "2"}).status_code == 302
    assert FollowUpReport.objects.get(pk=report.pk).causes == "わたしの文章"


def test_late_progress_names_the_measure(period: MonitoringPeriod) -> None:
    client = sign_in(period.case.consultant)
    report = make_report(period)
    first, _ = measures_of_case(period.case)
    ids: dict[str, Any] = {"actor": period.case.consultant, "case_id": period.case_id, "period_id": period.pk}
    reports.save_progress(**ids, version=1, progress={first.pk: (ProgressState.DONE, "")})
    answer = client.post(url("measures", period), {f"state_{first.pk}": "late", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "原価率の見直し: 進捗" in page
    assert report.measures.get().state == ProgressState.DONE


def test_what_belongs_to_nothing_is_refused_with_its_name(period: MonitoringPeriod) -> None:
    client = sign_in(period.case.consultant)
    make_report(period)
    first, _ = measures_of_case(period.case)
    note = client.post(url("measures", period), {f"note_{first.pk}": "交渉中", "version": "1"})
    assert note.status_code == 422
    assert "「原価率の見直し」の進捗を選んでください。" in note.content.decode()
    measure = client.post(url("deviations", period), {"measure_purchases": "値上げ", "version": "1"})
    assert measure.status_code == 422
    assert "「仕入・材料費」の差異の原因を入力してください。" in measure.content.decode()


def test_meetings_are_recorded_changed_and_removed(period: MonitoringPeriod) -> None:
    client, lender = sign_in(period.case.consultant), period.case.enterprise.lenders.get(role="main")
    page = shown(client, f"{url('meeting_new', period)}?lender={lender.pk}")
    assert f'value="{lender.pk}" selected' in page
    values = {"lender": lender.pk, "held_on": "R7.10.20", "mode": "online", "said": "在庫の圧縮", "version": "1"}
    assert client.post(url("meeting_new", period), values)["Location"].endswith("#meetings-title")
    meeting = BankMeeting.objects.get()
    assert (meeting.held_on, meeting.mode, meeting.said) == (date(2025, 10, 20), "online", "在庫の圧縮")
    place = {"meeting_id": meeting.pk}
    BankMeeting.objects.filter(pk=meeting.pk).update(said="資金繰表も", version=2)
    late = client.post(url("meeting", period, **place), {**values, "said": "在庫"})
    assert late.status_code == 409
    assert "資金繰表も" in late.content.decode()
    assert client.post(url("meeting", period, **place), {**values, "version": "2"}).status_code == 302
    assert client.get(url("meeting_remove", period, **place)).status_code == 200
    client.post(url("meeting_remove", period, **place))
    assert not BankMeeting.objects.exists()
    assert client.get(url("meeting", period, **place)).status_code == 404


def test_a_meeting_fits_the_case(period: MonitoringPeriod) -> None:
    client = sign_in(period.case.consultant)
    early = {"lender": period.case.enterprise.lenders.all()[0].pk, "held_on": "2025-03-31", "mode": "visit"}
    answer = client.post(url("meeting_new", period), {**early, "version": "1"})
    assert answer.status_code == 422
    assert "実施日 2025-03-31 は 対象期間の初日 2025-04-01 より前です。" in answer.content.decode()
    late = client.post(url("meeting_new", period), {**early, "held_on": "2099-10-01", "version": "1"})
    assert late.status_code == 422
    assert f"実施日 2099-10-01 は、今日 {clock.today()} より後です。" in late.content.decode()
    stranger = make_lender(make_case(period.case.consultant).enterprise)
    wrong = client.post(
        url("meeting_new", period), {**early, "lender": stranger.pk, "held_on": "2025-10-01", "version": "1"}
    )
    assert wrong.status_code == 422
    assert not BankMeeting.objects.exists()


def test_who_only_looks_sees_no_buttons(period: MonitoringPeriod) -> None:
    make_report(period, **TEXTS)
    client = sign_in(make_member(period.agency, Role.VIEWER))
    page = shown(client, url("period", period))
    assert "本文" in page
    for word in ("完成にする", "済みにする", "データから下書きを作る", "報告を記録", "計画を見直す"):
        assert word not in page
    assert client.get(url("texts", period)).status_code == 403


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_more_rows_take_no_more_queries(period: MonitoringPeriod) -> None:
    case, client = period.case, sign_in(period.case.consultant)
    listed, here = reverse("monitoring:follow_up", args=[case.number]), url("period", period)
    schedule = reverse("monitoring:follow_up_schedule", args=[case.number])
    report = make_report(period, **TEXTS)
    make_meeting(period, case.enterprise.lenders.all()[0])
    client.get(listed)
    before = [queries(client, one) for one in (listed, here, schedule)]
    fill(case, report)
    assert [queries(client, one) for one in (listed, here, schedule)] == before


def fill(case: Case, report: FollowUpReport) -> None:
    """Store more periods, each with a report and a meeting, more lenders, and words to every measure."""
    for year in (2026, 2027, 2028):
        more = make_period(case, ends_on=date(year, 9, 30))
        make_report(more, state=ReportState.FINISHED, **TEXTS)
        make_meeting(more, make_lender(case.enterprise, role=LenderRole.OTHER, bank_name=f"銀行{year}"))
    for measure in measures_of_case(case):
        report.measures.create(agency_id=case.agency_id, measure=measure, state="late")
    make_meeting(report.period, case.enterprise.lenders.all()[1])
