"""The payment schedule: what is on the page is what is exported, and sums add up by month."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.enums import SchemeFrame
from cases.models import Case
from monitoring.enums import DeadlineKind
from subsidies.enums import ApplicationState, CostCategory
from subsidies.models import Application
from tests.builders import PASSWORD, make_agency, make_case, make_cost_line, make_deadline, make_member
from tests.subsidies.claims_cases import accepted_case, make_claim, make_line, make_settlement
from tests.subsidies.test_receivables import send
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
C = CostCategory


@pytest.fixture
def november() -> object:
    with time_machine.travel("2026-11-20 03:00:00+00:00", tick=False):
        yield


@pytest.fixture
def consultant() -> Member:
    return make_member(make_agency(), Role.CONSULTANT, Role.MANAGER)


def browser_of(member: Member) -> Client:
    browser = Client()
    browser.login(username=member.user.email, password=PASSWORD)
    return browser


def decided_case(consultant: Member, *, decided_on: date, decided_yen: int = 500_000) -> Case:
    """Store a case whose plan claim of 500,000 was handed in on 2026-09-01 and decided."""
    case = accepted_case(consultant, {C.PLANNING: 1_500_000})
    claim = make_claim(case)
    make_line(claim, 1_500_000)
    paid: dict[str, Any] = {"transferred_on": date(2026, 8, 20), "transferred_yen": 500_000}
    make_settlement(claim, cost_yen=1_500_000, own_invoice_yen=500_000, own_invoiced_on=date(2026, 8, 1), **paid)
    heard = {"state": ApplicationState.DECIDED, "decided_on": decided_on, "decided_yen": decided_yen}
    send(claim, date(2026, 9, 1), **heard)
    return case


def amounts(browser: Client, query: str) -> tuple[int, int, int, int]:
    total = browser.get(f"/payments/?{query}").context["sums"].total
    return total.expected_yen, total.filed_yen, total.decided_yen, total.paid_yen


def test_each_amount_counts_in_the_month_of_its_day(consultant: Member) -> None:
    """September: 500,000 claimed. October: decided. August: the own share, invoiced and transferred."""
    decided_case(consultant, decided_on=date(2026, 10, 1))
    browser = browser_of(consultant)
    assert amounts(browser, "view=month&from=2026-08") == (0, 500_000, 0, 500_000)
    assert amounts(browser, "view=month&from=2026-09") == (0, 500_000, 0, 0)
    assert amounts(browser, "view=month&from=2026-10") == (0, 0, 500_000, 0)
    assert amounts(browser, "view=quarter&from=2026-08") == (0, 1_000_000, 500_000, 500_000)
    assert amounts(browser, "view=quarter&from=2026-08&payer=council") == (0, 500_000, 500_000, 0)
    assert amounts(browser, "view=quarter&from=2026-08&payer=enterprise") == (0, 500_000, 0, 500_000)


def test_what_is_late_stays_in_sight_and_is_marked(consultant: Member) -> None:
    """Decided 50 days ago: it stands in today's month, though none of its days does."""
    decided_case(consultant, decided_on=date(2026, 10, 1))
    page = browser_of(consultant).get("/payments/?view=month")
    assert page.context["late_count"] == 1
    assert "入金を待っています(決定から50日)。協議会に確かめてください。" in page.content.decode()
    assert [one.name for one in page.context["page"].object_list if one.is_late] == ["計画策定"]
    assert page.context["sums"].total.decided_yen == 0


def test_planned_payments_count_in_the_month_of_their_deadline(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=1_500_000)
    make_deadline(case, kind=DeadlineKind.PLAN_CLAIM, subject="", safe_by=date(2027, 2, 26), claim_by=date(2027, 2, 28))
    browser = browser_of(consultant)
    assert amounts(browser, "view=month&from=2027-02")[0] == 500_000 + 500_000  # the plan and its own share
    held = browser.get("/payments/").context["sums"].total
    assert (held.expected_yen, held.held_yen) == (1_500_000, 500_000)
    assert amounts(browser, "view=month&from=2027-03")[0] == 0


def test_filters_stand_in_the_address(consultant: Member) -> None:
    colleague = make_member(consultant.agency, Role.CONSULTANT)
    decided_case(consultant, decided_on=date(2026, 11, 10), decided_yen=490_000)
    other = make_case(colleague, frame=SchemeFrame.VUP)
    make_cost_line(other, gross_yen=225_000)
    browser = browser_of(consultant)
    found = {query: browser.get(f"/payments/?{query}").context["page"].object_list for query in (
        f"consultant={colleague.pk}", "frame=vup", "frame=normal", "state=decided", "state=differs", "state=late",
        "state=held", "state=lapsed",
    )}  # fmt: skip
    assert {one.case.pk for one in found[f"consultant={colleague.pk}"]} == {other.pk}
    assert {one.case.pk for one in found["frame=vup"]} == {other.pk}
    assert other.pk not in {one.case.pk for one in found["frame=normal"]}
    assert [one.decided_yen for one in found["state=decided"]] == [490_000]
    assert [one.differences[0][:13] for one in found["state=differs"]] == ["決定額 490,000円は"]
    assert {one.is_held for one in found["state=held"]} == {True}
    assert (found["state=late"], found["state=lapsed"]) == ([], [])


def test_the_export_has_what_is_on_the_screen(consultant: Member) -> None:
    decided_case(consultant, decided_on=date(2026, 10, 1))
    browser = browser_of(consultant)
    query = "view=quarter&from=2026-08&payer=council"
    shown = browser.get(f"/payments/?{query}").context["page"].object_list
    answer = browser.get(f"/payments/export/?{query}&format=csv")
    head, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(shown)
    assert [row[head.index("決定額(円)")] for row in rows] == [str(one.decided_yen or "") for one in shown]
    assert rows[0][head.index("決定日")] == "2026-10-01"
    assert browser.get(f"/payments/export/?{query}&format=xlsx").content[:2] == b"PK"
    event = AuditEvent.objects.latest("pk")
    assert event.changes["行数"] == [None, len(rows)]
    assert "支払元: 協議会" in event.changes["条件"][1]


def test_another_agency_sees_nothing_of_it(consultant: Member) -> None:
    decided_case(consultant, decided_on=date(2026, 10, 1))
    stranger = browser_of(make_member(make_agency(), Role.MANAGER))
    page = stranger.get("/payments/")
    assert list(page.context["page"].object_list) == []
    assert "この期間の支払はありません" in page.content.decode()


def test_many_cases_ask_no_more_questions_than_one(consultant: Member) -> None:
    browser = browser_of(consultant)
    counts = []
    for _ in range(3):
        decided_case(consultant, decided_on=date(2026, 10, 1))
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/payments/").status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]
    assert counts[2] <= 30


def test_a_case_page_shows_differences_and_sums(consultant: Member) -> None:
    case = decided_case(consultant, decided_on=date(2026, 11, 10), decided_yen=490_000)
    Application.objects.usage().update(assessment=None)
    page = browser_of(consultant).get(f"/cases/{case.number}/payments/")
    text = page.content.decode()
    assert "決定額 490,000円は、申請額 500,000円より 10,000円 少ない額です。" in text
    sums = page.context["page"].council_sums
    assert (sums.planned_yen, sums.claimed_yen, sums.decided_yen) == (1_000_000, 500_000, 490_000)
    assert sums.open_yen == 490_000 + 500_000
    empty = browser_of(consultant).get(f"/cases/{make_case(consultant).number}/payments/")
    assert "入金の予定はまだありません" in empty.content.decode()
