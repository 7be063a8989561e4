"""The payment schedule as lanes and as a calendar file, and whose payments it shows."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from subsidies.enums import CostCategory, ReceivableState
from subsidies.models import CostLine
from tests.builders import make_agency, make_case, make_cost_line, make_member
from tests.conftest import sign_in
from tests.dashboard.calendar_cases import make_accepted_case
from tests.dashboard.test_payments import decided_case
from tests.subsidies.claims_cases import make_co_agency
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


@pytest.fixture
def november() -> object:
    with time_machine.travel("2026-11-20 03:00:00+00:00", tick=False):
        yield


@pytest.fixture
def consultant() -> Member:
    return make_member(make_agency(), Role.CONSULTANT, Role.MANAGER)


def events(browser: Client, query: str) -> dict[str, date]:
    answer = browser.get(f"/payments/export/?format=ics&{query}")
    assert answer["Content-Type"].startswith("text/calendar")
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(one["summary"]): one.decoded("dtstart") for one in found}


def test_a_quarter_draws_the_window_and_the_safe_day_of_each_claim(consultant: Member) -> None:
    """The first period ends 2026-09-30: its claim can be made until 2027-03-31, and the held half comes with it."""
    case = make_accepted_case(consultant)
    browser = sign_in(consultant)
    (lane,) = browser.get("/payments/?view=quarter&from=2027-01").context["drawing"].lanes
    assert lane.case == case
    assert "申請できる期間 2026-10-01から2027-03-31まで" in lane.in_words
    assert "計画策定の留保分 第1回の伴走支援と一緒に支払い" in lane.in_words
    assert browser.get("/payments/").context["drawing"] is None


def test_only_cases_with_payments_on_the_page_have_a_lane(consultant: Member) -> None:
    make_accepted_case(consultant)
    browser = sign_in(consultant)
    assert browser.get("/payments/?view=quarter&from=2027-01&frame=vup").context["drawing"] is None
    assert browser.get("/payments/?view=quarter&from=2027-01&frame=normal").context["drawing"] is not None


def test_the_page_says_that_the_held_half_waits_for_the_first_period(consultant: Member) -> None:
    make_accepted_case(consultant)
    page = sign_in(consultant).get("/payments/").content.decode()
    assert "最初に提出する伴走支援の支払申請と一緒に支払われます" in page
    assert "初回の伴走支援と一緒" in page


def test_the_calendar_file_has_an_event_on_the_day_of_each_payment(consultant: Member) -> None:
    case = decided_case(consultant, decided_on=date(2026, 10, 1))
    found = events(sign_in(consultant), "view=quarter&from=2026-08&payer=council")
    assert found == {
        f"【{ReceivableState.DECIDED.label}】{case.number} {case.enterprise.name} 計画策定": date(2026, 10, 1)
    }
    changes = AuditEvent.objects.latest("pk").changes
    assert (changes["形式"], changes["行数"][1]) == ([None, "ics"], len(found))


def test_a_line_break_in_a_name_ends_no_line_of_the_file(consultant: Member) -> None:
    case = decided_case(consultant, decided_on=date(2026, 10, 1))
    case.enterprise.name = "山田\r\nBEGIN:VALARM"
    case.enterprise.save()
    answer = sign_in(consultant).get("/payments/export/?format=ics&view=quarter&from=2026-08")
    assert b"\r\nBEGIN:VALARM" not in answer.content


def test_payments_of_other_agencies_can_be_left_out(consultant: Member) -> None:
    case = make_accepted_case(consultant)
    other = make_co_agency(case)
    CostLine.objects.filter(case=case, category="negotiation").update(co_agency=other)
    browser = sign_in(consultant)

    def agencies(query: str) -> set[str]:
        return {row.agency_name for row in browser.get(f"/payments/?{query}").context["page"].object_list}

    assert agencies("") == {consultant.agency.name, other.name}
    assert agencies("agency=own") == {consultant.agency.name}
    assert agencies("agency=others") == {other.name}


def test_what_has_no_day_has_a_row_in_the_sums(consultant: Member) -> None:
    """Monitoring of 300,000 without any period: nobody knows yet when it is paid."""
    make_cost_line(make_case(consultant), category=CostCategory.MONITORING, gross_yen=300_000)
    sums = sign_in(consultant).get("/payments/").context["sums"]
    assert (sums.months[-1].month, sums.months[-1].expected_yen) == (None, sums.total.expected_yen)
    assert sums.total.expected_yen == 300_000  # 200,000 of the council and 100,000 of the enterprise
