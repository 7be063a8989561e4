"""The two papers of the follow-up print the report on the claimed period; without one they are ruled for the hand."""

from __future__ import annotations

from datetime import date

import pytest

from cases.enums import SchemeFrame
from cases.models import MonthlyFigure, Plan
from monitoring.enums import ReportState
from subsidies.models import Application
from subsidies.packets.claim import ClaimPayload
from subsidies.packets.content import content_of
from subsidies.packets.payload import Form
from subsidies.packets.printing import part_html
from tests.monitoring.follow_up.follow_up_cases import book, make_agreed_plan, make_meeting, make_report, months
from tests.subsidies.form_cases import content, monitored_case, monitoring_claim
from vapup.accounts.models import Member

TEXTS = {
    "results": "売上高は計画を下回りました。",
    "progress": "原価率の見直しは遅れています。",
    "causes": "原料が値上がりしました。",
    "requests": "返済の据置きをお願いします。",
    "next_steps": "仕入先を見直します。",
}
NEXT_YEAR = months(4, 9, 2026)


@pytest.fixture
def claim(consultant: Member, manager: Member) -> Application:
    """A claim for the period from April to September 2026, whose case has a plan and books."""
    case = monitored_case(consultant, manager, SchemeFrame.NORMAL)
    make_agreed_plan(case)
    book(case, NEXT_YEAR)
    return monitoring_claim(case, consultant)


def html_of(payload: ClaimPayload, code: str) -> str:
    form: Form = next(one for one in payload.forms if one.code == code)
    return part_html(payload, form, is_draft=False)


def report_on(claim: Application, state: ReportState = ReportState.DRAFT) -> None:
    assert claim.period is not None
    make_report(claim.period, state=state, **TEXTS)


def test_without_a_report_there_is_room_to_write(claim: Application) -> None:
    payload = content(claim)
    assert payload.report is None
    text = html_of(payload, "monitoring_report")
    assert "面談(申請者のみ)" in text
    assert "項目(千円)" in text
    assert "対応策、支援機関の助言、次の期間の予定を記入する。" in text
    assert "令和　　年　　月　　日" in html_of(payload, "follow_up_report")


def test_the_texts_stand_in_their_places(claim: Application) -> None:
    report_on(claim)
    payload = content(claim)
    report, follow_up = html_of(payload, "monitoring_report"), html_of(payload, "follow_up_report")
    assert TEXTS["causes"] in report
    assert TEXTS["next_steps"] in report
    for name in ("results", "progress", "causes", "requests"):
        assert TEXTS[name] in follow_up
    # The outline, the request and the progress are asked for in the other paper alone.
    assert TEXTS["requests"] not in report
    assert TEXTS["next_steps"] not in follow_up


def test_the_figures_are_those_of_the_comparison(claim: Application) -> None:
    report_on(claim)
    found = content(claim).report
    assert found is not None
    rows = {one.label: (one.plan_yen, one.actual_yen, one.difference_yen, one.achieved) for one in found.rows}
    # The second year of the plan: 120,000,000 a year, six months; the books have 9,500,000 a month.
    assert rows["売上高"] == (60_000_000, 57_000_000, -3_000_000, "95.0%")
    assert rows["販売費・一般管理費"] == (12_000_000, 12_000_000, 0, "100.0%")
    assert rows["営業利益"] == (18_000_000, 12_000_000, -6_000_000, "66.6%")
    assert rows["現預金の残高"] == (None, None, None, "")
    text = html_of(content(claim), "monitoring_report")
    assert "57,000,000" in text
    assert "△6,000,000" in text
    assert "計画は第1版" in text


def test_months_without_books_are_named(claim: Application) -> None:
    MonthlyFigure.objects.filter(month=date(2026, 9, 1)).delete()
    report_on(claim)
    found = content(claim).report
    assert found is not None
    assert found.missing == (date(2026, 9, 1),)
    assert "2026年9月" in html_of(content(claim), "follow_up_report")


def test_months_outside_of_the_plan_are_named(claim: Application) -> None:
    # The plan starts in June 2026: April and May have books and no plan.
    report_on(claim)
    Plan.objects.filter(case=claim.case).update(base_ends_on=date(2026, 5, 31))
    payload = content(claim)
    assert payload.report is not None
    assert (payload.report.missing, payload.report.unplanned) == ((), (date(2026, 4, 1), date(2026, 5, 1)))
    assert payload.report.rows[0].plan_yen == 40_000_000, "four months of 10 million"
    for code in ("monitoring_report", "follow_up_report"):
        assert "計画の年度に入らない月(2026年4月、2026年5月)を除いています。" in html_of(payload, code)
    assert ClaimPayload.from_json(payload.as_json()) == payload


def test_a_report_frozen_without_word_of_such_months_keeps_its_hash_and_its_print(claim: Application) -> None:
    report_on(claim)
    payload = content(claim)
    stored = payload.as_json()
    assert "unplanned" not in stored["report"]
    again = ClaimPayload.from_json(stored)
    assert again.sha256 == payload.sha256
    assert "計画の年度に入らない月" not in html_of(again, "monitoring_report")


def test_meetings_are_told_and_the_others_left_to_the_hand(claim: Application) -> None:
    report_on(claim)
    assert claim.period is not None
    main = claim.case.enterprise.lenders.get(role="main")
    make_meeting(claim.period, main, held_on=date(2026, 10, 20), said="在庫の圧縮を急いでほしい。")
    payload = content(claim)
    assert payload.report is not None
    assert payload.report.opinions == f"{main}: 在庫の圧縮を急いでほしい。"
    text = html_of(payload, "monitoring_report")
    assert "令和8年10月20日" in text
    assert "訪問" in text
    untold = [one for one in payload.report.meetings if one.held_on is None]
    assert text.count("面談(申請者のみ)") == len(untold) == claim.case.enterprise.lenders.count() - 1
    assert "社長、担当 花子、融資課 阿部様" in html_of(payload, "follow_up_report")


def test_what_was_frozen_is_printed_again_whatever_becomes_of_the_report(claim: Application) -> None:
    report_on(claim)
    payload = content(claim)
    stored = payload.as_json()
    assert claim.period is not None
    claim.period.report.delete()
    again = ClaimPayload.from_json(stored)
    assert again == payload
    assert html_of(again, "follow_up_report") == html_of(payload, "follow_up_report")


def test_a_claim_frozen_before_there_were_reports_is_read_and_printed_as_before(claim: Application) -> None:
    stored = content(claim).as_json()
    assert stored.pop("report") is None
    old = ClaimPayload.from_json(stored)
    assert old.report is None
    assert "項目(千円)" in html_of(old, "monitoring_report")


def test_half_a_report_keeps_the_approval_from_being_asked_for(claim: Application) -> None:
    def missing() -> list[str]:
        fresh = Application.objects.get(pk=claim.pk)
        return [one.missing for one in content_of(fresh).points if one.label == "伴走支援の報告"]

    assert missing() == []
    report_on(claim)
    assert missing() == ["この回の伴走支援の報告が作成中です。完成させてください。"]
    assert claim.period is not None
    claim.period.report.delete()
    report_on(claim, ReportState.FINISHED)
    assert missing() == [""]


def test_hostile_words_stay_words(claim: Application) -> None:
    assert claim.period is not None
    make_report(claim.period, results="<script>alert(1)</script>{{ payload }}")
    text = html_of(content(claim), "follow_up_report")
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ payload }}" in text
