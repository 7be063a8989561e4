"""The reports of a fiscal year add up what the payments say, and count days and causes from the recorded steps."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import Case, CaseStep, Council
from subsidies.enums import ApplicationState, CostCategory, ReturnCause
from subsidies.models import Application, GateOverride, ReturnItem
from tests.builders import PASSWORD, make_agency, make_case, make_member
from tests.subsidies.claims_cases import accepted_case, make_application, make_claim, make_line, make_settlement
from tests.subsidies.test_receivables import send
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member
from vapup.dashboard.calendar.query import Span, View
from vapup.dashboard.payments.listing import payments_in, sums_of
from vapup.dashboard.payments.query import PaymentFilter
from vapup.dashboard.reports.query import FiscalYear, Scope
from vapup.dashboard.reports.report import Report, report_of
from vapup.dashboard.reports.stays import StageTime, stage_times

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
S, A = CaseStage, CaseAction
TODAY = date(2026, 11, 20)


@pytest.fixture
def november() -> object:
    with time_machine.travel("2026-11-20 03:00:00+00:00", tick=False):
        yield


@pytest.fixture
def manager() -> Member:
    return make_member(make_agency(), Role.CONSULTANT, Role.MANAGER, display_name="所長 三郎")


def paid_case(
    consultant: Member, *, claimed: date, decided: date, paid: date | None = None, cost_yen: int = 1_500_000
) -> Case:
    """Store a case of the normal frame whose plan claim asks for a half of two thirds: 1,500,000 gives 500,000."""
    case = accepted_case(consultant, {CostCategory.PLANNING: cost_yen})
    claim = make_claim(case)
    make_line(claim, cost_yen)
    own = cost_yen // 3
    own_days: dict[str, Any] = {"own_invoiced_on": date(2026, 3, 31), "transferred_on": date(2026, 4, 1)}
    make_settlement(claim, cost_yen=cost_yen, own_invoice_yen=own, transferred_yen=own, **own_days)
    heard: dict[str, Any] = {"decided_on": decided, "decided_yen": own, "state": ApplicationState.DECIDED}
    if paid:
        heard |= {"paid_on": paid, "paid_yen": own - 440, "state": ApplicationState.PAID}
    send(claim, claimed, **heard)
    return case


def report(member: Member, year: int, **asked: Any) -> Report:
    return report_of(Scope(member.agency_id, FiscalYear(year), **asked), today=TODAY)


def browser_of(member: Member) -> Client:
    browser = Client()
    browser.login(username=member.user.email, password=PASSWORD)
    return browser


def test_an_amount_counts_in_the_fiscal_year_of_its_own_day(manager: Member) -> None:
    """Claimed on 31 March, decided on 1 April: two years. 440 yen were kept back from the payment of 500,000."""
    paid_case(manager, claimed=date(2026, 3, 31), decided=date(2026, 4, 1), paid=date(2027, 3, 31))
    before, after = report(manager, 2025).total, report(manager, 2026).total
    assert before.council_yen == (500_000, 0, 0)
    assert after.council_yen == (0, 500_000, 499_560)
    assert (before.own_invoiced_yen, before.own_paid_yen) == (500_000, 0)
    assert (after.own_invoiced_yen, after.own_paid_yen) == (0, 500_000)
    # Accepted on 2025-05-12: the case counts as accepted in one year, as touched in both.
    assert (before.accepted, before.active, after.accepted, after.active) == (1, 1, 0, 1)
    assert report(manager, 2024).has_anything is False


def test_a_year_in_which_only_the_enterprise_paid_is_not_lost(manager: Member) -> None:
    """Everything with the council was over by February; its own share the enterprise transferred on 1 April."""
    paid_case(manager, claimed=date(2026, 1, 5), decided=date(2026, 2, 2), paid=date(2026, 2, 20))
    total = report(manager, 2026).total
    assert (total.council_yen, total.own_paid_yen, total.active) == ((0, 0, 0), 500_000, 1)


def test_the_year_adds_up_to_the_twelve_months_of_the_payment_schedule(manager: Member) -> None:
    for month, cost_yen in ((5, 1_500_000), (9, 900_000), (10, 301)):
        paid_case(manager, claimed=date(2026, month, 1), decided=date(2026, month, 20), cost_yen=cost_yen)
    span = Span(View.LIST, date(2026, 4, 1))
    everything = PaymentFilter(QueryDict(), agency_id=manager.agency_id)
    month_sums = sums_of(payments_in(manager.agency, span, everything, today=TODAY), span).total
    total = report(manager, 2026).total
    # Two thirds halved: 500,000 + 300,000 + 100.
    assert total.claimed_yen == 500_000 + 300_000 + 100
    assert month_sums.filed_yen == total.claimed_yen + total.own_invoiced_yen
    assert month_sums.decided_yen == total.decided_yen
    assert month_sums.paid_yen == total.paid_yen + total.own_paid_yen


def test_every_grouping_has_the_same_sum_and_the_largest_first(manager: Member) -> None:
    colleague = make_member(manager.agency, Role.CONSULTANT, display_name="同僚 次郎")
    small = paid_case(manager, claimed=date(2026, 6, 1), decided=date(2026, 7, 1), cost_yen=300_000)
    paid_case(colleague, claimed=date(2026, 6, 1), decided=date(2026, 7, 1))
    Case.objects.filter(pk=small.pk).update(council=Council.objects.get(code="40"))
    found = {one.key: one for one in report(manager, 2026).groupings}
    assert {one.total.council_yen for one in found.values()} == {(600_000, 600_000, 0)}
    assert [row.claimed_yen for row in found["frame"].rows] == [600_000]
    assert [(row.code, row.claimed_yen) for row in found["council"].rows] == [("04", 500_000), ("40", 100_000)]
    assert [row.label for row in found["person"].rows] == ["同僚 次郎", "所長 三郎"]
    for one in found.values():
        assert sum(row.claimed_yen for row in one.rows) == one.total.claimed_yen
    assert report(manager, 2026, frame=SchemeFrame.VUP).total.active == 0


def test_consultants_see_their_own_cases_whatever_they_ask(manager: Member) -> None:
    consultant = make_member(manager.agency, Role.CONSULTANT)
    paid_case(manager, claimed=date(2026, 6, 1), decided=date(2026, 7, 1))
    paid_case(consultant, claimed=date(2026, 6, 1), decided=date(2026, 7, 1), cost_yen=300_000)
    own = browser_of(consultant).get("/reports/", {"consultant": manager.pk})
    assert own.context["report"].total.claimed_yen == 100_000
    assert "自分が担当する案件だけ" in own.content.decode()
    chief = browser_of(manager)
    assert chief.get("/reports/").context["report"].total.claimed_yen == 600_000
    assert chief.get("/reports/", {"consultant": consultant.pk}).context["report"].total.claimed_yen == 100_000
    asked: dict[str, Any] = {"part": "person", "format": "csv", "consultant": manager.pk}
    taken = browser_of(consultant).get("/reports/export/", asked)
    assert "所長" not in taken.content.decode("utf-8-sig")


def test_another_office_is_never_counted(manager: Member) -> None:
    stranger = make_member(make_agency(), Role.CONSULTANT)
    paid_case(stranger, claimed=date(2026, 6, 1), decided=date(2026, 7, 1))
    returned(make_application(make_case(stranger)), ReturnCause.DATE)
    walk(stranger, (S.CONSULTATION, S.PREPARING, date(2026, 5, 1)))
    assert report(manager, 2026).has_anything is False


def walk(member: Member, *steps: tuple[CaseStage, CaseStage, date], consulted_on: date = date(2026, 4, 1)) -> Case:
    """Store a case that took these steps."""
    case = make_case(member)
    Case.objects.filter(pk=case.pk).update(consulted_on=consulted_on)
    CaseStep.objects.bulk_create(
        CaseStep(
            agency_id=case.agency_id,
            case=case,
            action=A.START_PREPARATION,
            from_stage=before,
            to_stage=after,
            occurred_on=day,
            actor=member,
        )
        for before, after, day in steps
    )
    return case


def times(member: Member, year: int = 2026) -> dict[str, StageTime]:
    return {one.label: one for one in stage_times(Scope(member.agency_id, FiscalYear(year)))}


def test_quartiles_stand_between_the_cases(manager: Member) -> None:
    """7, 10, 14 and 30 days: a quarter of the way 7 + 0.75 × (10 − 7) = 9.25, the middle 12, 14 + 0.25 × 16 = 18."""
    for days in (30, 7, 14, 10):
        walk(manager, (S.CONSULTATION, S.PREPARING, date(2026, 5, 1 + days)), consulted_on=date(2026, 5, 1))
    found = times(manager)[S.CONSULTATION.label]
    assert (found.count, found.low, found.median, found.high, found.longest) == (4, 9.25, 12, 18, 30)
    assert found.is_few
    assert list(times(manager)) == ["相談"]


def test_a_stage_left_twice_counts_once_with_all_its_days(manager: Member) -> None:
    """Applied for 10 days, returned for 5, applied again for 20: one case, 30 days."""
    walk(
        manager,
        (S.CONSULTATION, S.PREPARING, date(2026, 4, 1)),
        (S.PREPARING, S.APPLIED, date(2026, 4, 2)),
        (S.APPLIED, S.USAGE_RETURNED, date(2026, 4, 12)),
        (S.USAGE_RETURNED, S.APPLIED, date(2026, 4, 17)),
        (S.APPLIED, S.ACCEPTED, date(2026, 5, 7)),
    )
    found = times(manager)
    assert {label: (one.count, one.median) for label, one in found.items()} == {
        "相談": (1, 0),
        "利用申請準備": (1, 1),
        "利用申請済": (1, 30),
        "利用申請 差戻し": (1, 5),
    }


def test_a_stay_belongs_to_the_year_in_which_it_ended(manager: Member) -> None:
    """Left on 31 March and on 1 April: the whole way, 2025-03-02 to 2026-04-01, is 395 days of 2026."""
    walk(
        manager,
        (S.CONSULTATION, S.PREPARING, date(2026, 3, 31)),
        (S.PREPARING, S.COMPLETED, date(2026, 4, 1)),
        consulted_on=date(2025, 3, 2),
    )
    assert {label: one.median for label, one in times(manager, 2025).items()} == {"相談": 394}
    assert {label: one.median for label, one in times(manager).items()} == {"利用申請準備": 1, "相談から完了まで": 395}


def test_what_began_before_anything_was_recorded_is_not_counted(manager: Member) -> None:
    """Moved in half-way: how long it had been planned for is not known, how long it took from then on is."""
    walk(
        manager,
        (S.PLANNING, S.AGREED, date(2026, 5, 1)),
        (S.AGREED, S.PLAN_CLAIMED, date(2026, 5, 11)),
        (S.PLAN_CLAIMED, S.COMPLETED, date(2026, 5, 12)),
    )
    assert {label: one.median for label, one in times(manager).items()} == {"同意・提出済": 10, "支払申請済": 1}


def returned(application: Application, *causes: ReturnCause, day: date = date(2026, 6, 1)) -> None:
    ReturnItem.objects.bulk_create(
        ReturnItem(
            agency_id=application.agency_id,
            application=application,
            round=1,
            returned_on=day,
            cause=cause,
            comment="合いません。",
        )
        for cause in causes
    )


def test_causes_come_by_frequency_with_their_running_share(manager: Member) -> None:
    """Three times the amount, once a date, once a paper: 60 %, 80 %, 100 % of five."""
    one = make_application(make_case(manager), submitted_on=date(2026, 5, 1))
    two = make_application(make_case(manager), submitted_on=date(2026, 5, 1))
    returned(one, ReturnCause.AMOUNT, ReturnCause.AMOUNT, ReturnCause.MISSING)
    returned(two, ReturnCause.AMOUNT, ReturnCause.DATE)
    returned(two, ReturnCause.SEAL, day=date(2026, 3, 31))
    found = report(manager, 2026).returns
    assert [(row.label, row.points, row.applications) for row in found.causes] == [
        ("金額の不一致", 3, 2),
        ("日付の前後・誤り", 1, 1),
        ("書類の不足", 1, 1),
    ]
    assert [(row.percent, row.running_percent) for row in found.causes] == [(60, 60), (20, 80), (20, 100)]
    assert (found.points, found.applications, found.submitted) == (5, 2, 2)
    assert [row.label for row in report(manager, 2025).returns.causes] == ["記名・押印のもれ"]


def test_findings_let_pass_are_counted_by_what_they_are_about(manager: Member) -> None:
    one, two = (make_application(make_case(manager)) for _ in range(2))
    for application, code in ((one, "hours_differ"), (two, "hours_differ"), (two, "receipt_before_handing")):
        reason = {"message": f"{code}の指摘です。", "reason": "協議会に確かめました。", "made_by": manager}
        GateOverride.objects.create(agency=manager.agency, application=application, code=code, **reason)
    passed = report(manager, 2026).passed
    assert [(row.place, row.count, row.cases) for row in passed] == [("支払申請", 2, 2), ("金融機関", 1, 1)]
    assert passed[0].example == "hours_differの指摘です。"


def test_the_export_is_what_is_on_the_page_and_leaves_a_trace(manager: Member) -> None:
    paid_case(manager, claimed=date(2026, 6, 1), decided=date(2026, 7, 1))
    browser = browser_of(manager)
    text = browser.get("/reports/export/", {"part": "frame", "format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1] == ["405事業 通常枠", "0", "1", "500000", "500000", "0", "0", "500000"]
    assert rows[2][0] == "合計"
    book = load_workbook(io.BytesIO(browser.get("/reports/export/", {"year": "2026"}).content))
    assert book.sheetnames == [
        *("制度枠別の集計", "協議会別の集計", "担当者別の集計", "段階ごとの日数", "差戻しの原因", "見送った指摘"),
    ]
    assert [cell.value for cell in book.worksheets[0][2]][:5] == ["405事業 通常枠", 0, 1, 500_000, 500_000]
    traces = AuditEvent.objects.filter(verb="downloaded").order_by("id").values_list("changes", flat=True)
    assert [one["条件"][1] for one in traces] == ["2026年度(令和8年度)"] * 2
    assert browser.get("/reports/export/", {"part": "nonsense"}).status_code == 404


def test_years_reach_from_the_oldest_case_to_this_one(manager: Member) -> None:
    browser = browser_of(manager)
    years = [code for code, _ in browser.get("/reports/").context["form"].fields["year"].choices]
    assert years == ["2026"]
    walk(manager, consulted_on=date(2024, 3, 31))
    page = browser.get("/reports/", {"year": "2023"})
    assert [code for code, _ in page.context["form"].fields["year"].choices] == ["2026", "2025", "2024", "2023"]
    assert page.context["year"].label == "2023年度(令和5年度)"
    assert browser.get("/reports/", {"year": "１９"}).context["year"].year == 2026
    walk(manager, consulted_on=date(1900, 1, 1))
    assert len(browser.get("/reports/").context["form"].fields["year"].choices) == 20


def test_an_empty_year_says_the_next_step(manager: Member) -> None:
    page = browser_of(manager).get("/reports/").content.decode()
    assert "この年度に集計するものがありません" in page
    assert "案件の一覧を見る" in page


def test_the_number_of_questions_does_not_grow(manager: Member) -> None:
    browser = browser_of(manager)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/reports/").status_code == 200
        return len(queries)

    def add() -> None:
        case = paid_case(manager, claimed=date(2026, 6, 1), decided=date(2026, 7, 1))
        returned(case.applications.get(kind="usage"), ReturnCause.DATE)
        walk(manager, (S.CONSULTATION, S.PREPARING, date(2026, 5, 1)))

    add()
    asked()  # what is asked once a process or session is asked before the counting
    few = asked()
    for _ in range(4):
        add()
    assert asked() == few
