"""What the calendar shows: deadlines with their claims, the held half as an item of its own, the sums of each month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from cases.enums import SchemeFrame
from cases.models import Case
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.models import Application
from tests.builders import make_case
from tests.dashboard.calendar_cases import (
    NOON,
    TODAY,
    make_accepted_case,
    make_claim,
    make_deadline,
    make_office_deadline,
)
from tests.monitoring.deadline_cases import follow_case
from vapup.accounts.models import Agency, Member
from vapup.dashboard.calendar.money import money_of
from vapup.dashboard.calendar.query import CalendarFilter, Span, View, span_of
from vapup.dashboard.calendar.rows import Row, found, money_in, rows_of
from vapup.dashboard.calendar.sums import MonthSum, sums_of

pytestmark = pytest.mark.django_db
PLAN, MONITORING, NEGOTIATION = (
    ApplicationKind.PLAN_CLAIM,
    ApplicationKind.MONITORING_CLAIM,
    ApplicationKind.NEGOTIATION_CLAIM,
)


def span(first: str, view: View = View.LIST) -> Span:
    return Span(view, date.fromisoformat(f"{first}-01"))


def rows(agency: Agency, shown: Span, **wanted: Any) -> list[Row]:
    deadlines = found(agency.pk, shown, wanted)
    return list(rows_of(deadlines, money_in(agency.pk, deadlines), today=TODAY))


def sums(agency: Agency, shown: Span, **wanted: Any) -> dict[str, MonthSum]:
    deadlines = found(agency.pk, shown, wanted)
    return {
        str(one.month)[:7]: one
        for one in [
            *sums_of(deadlines, money_in(agency.pk, deadlines), shown).months,
            sums_of(deadlines, money_in(agency.pk, deadlines), shown).total,
        ]
    }


def told(one: MonthSum) -> tuple[int, ...]:
    return one.expected_yen, one.held_yen, one.filed_yen, one.decided_yen, one.paid_yen


def test_each_claim_shows_what_is_paid_with_it(agency: Agency, consultant: Member) -> None:
    make_accepted_case(consultant)
    listed = [(row.name, row.amount_yen, row.is_held) for row in rows(agency, span("2026-11"), kind="claims")]
    assert listed == [
        ("支払申請(伴走支援)の期限", 333_333, False),
        ("計画策定の留保分", 500_000, True),
        ("支払申請(伴走支援)の期限", 666_667, False),
        ("支払申請(金融機関交渉)の期限", 100_000, False),
    ]
    # two years from 2026-05-12: the plan's half comes later in the list, and all of it together is 2,100,000
    (plan,) = rows(agency, span("2028-05"), kind=DeadlineKind.PLAN_CLAIM)
    assert plan.amount_yen == 500_000
    assert sum(yen or 0 for _, yen, _ in listed) + 500_000 == 2_100_000


def test_the_held_half_leads_to_the_first_monitoring_claim(agency: Agency, consultant: Member) -> None:
    case = make_accepted_case(consultant)
    held = next(row for row in rows(agency, span("2026-11")) if row.is_held)
    first = Deadline.objects.get(case=case, kind=DeadlineKind.MONITORING_CLAIM, period_number=1)
    assert held.url == f"/deadlines/{first.pk}/"
    assert held.about == "第1回の伴走支援と一緒に支払い"
    claim = make_claim(case, MONITORING, period=1, submitted_on=date(2026, 11, 18))
    held = next(row for row in rows(agency, span("2026-11")) if row.is_held)
    assert held.claim_url == f"/cases/C-2026-0012/applications/{claim.pk}/"


def test_the_held_half_comes_with_the_monitoring_claim_that_was_handed_in_first(
    agency: Agency, consultant: Member
) -> None:
    case = make_accepted_case(consultant)
    make_claim(case, MONITORING, period=2, submitted_on=date(2027, 4, 5))
    (held,) = [row for row in rows(agency, span("2026-11")) if row.is_held]
    assert held.deadline.period_number == 2


def test_the_sums_of_the_months(agency: Agency, consultant: Member) -> None:
    case = make_accepted_case(consultant)
    make_claim(
        case,
        PLAN,
        state=ApplicationState.PAID,
        submitted_on=date(2026, 9, 30),
        decided_on=date(2026, 10, 20),
        decided_yen=480_000,
        paid_on=date(2026, 11, 5),
        paid_yen=480_000,
    )
    found_sums = sums(agency, span("2026-09"))
    assert told(found_sums["2026-09"]) == (0, 0, 500_000, 0, 0)
    assert told(found_sums["2026-10"]) == (0, 0, 0, 480_000, 0)
    assert told(found_sums["2026-11"]) == (0, 0, 0, 0, 480_000)
    # 333,333 of the first period and 500,000 of the held half
    assert told(found_sums["2027-03"]) == (833_333, 500_000, 0, 0, 0)
    assert told(found_sums["None"]) == (833_333, 500_000, 500_000, 480_000, 480_000)


def test_what_is_handed_in_is_expected_no_more_and_what_came_back_is_not_filed(
    agency: Agency, consultant: Member
) -> None:
    case = make_accepted_case(consultant)
    claim = make_claim(case, MONITORING, period=1, submitted_on=date(2026, 11, 18))
    assert told(sums(agency, span("2026-11"))["2026-11"]) == (0, 0, 833_333, 0, 0)
    assert told(sums(agency, span("2026-11"))["2027-03"]) == (0, 0, 0, 0, 0)
    Application.objects.filter(pk=claim.pk).update(state=ApplicationState.RETURNED)
    follow_case(case)
    assert told(sums(agency, span("2026-11"))["2026-11"]) == (0, 0, 0, 0, 0)
    assert told(sums(agency, span("2026-11"))["2027-03"]) == (833_333, 500_000, 0, 0, 0)


def test_an_approved_claim_counts_with_its_own_figures(consultant: Member) -> None:
    case = make_accepted_case(consultant)
    own = [{"category": "monitoring", "trigger": "monitoring_claim", "period": 1, "amount": 300_000}]
    claim = make_claim(case, MONITORING, period=1, submitted_on=TODAY, assessment={"payments": own})
    row = Deadline.objects.get(case=case, kind=DeadlineKind.MONITORING_CLAIM, period_number=1)
    assert money_of(case.agency_id, [case.pk]).of(row) == (300_000, 0)
    Application.objects.filter(pk=claim.pk).update(state=ApplicationState.RETURNED)
    assert money_of(case.agency_id, [case.pk]).of(row) == (333_333, 500_000)


def test_without_approved_figures_the_ledger_says_what_is_paid(consultant: Member) -> None:
    """With the plan claim all 2,100,000 are lost; the other claims' 833,333 + 666,667 + 100,000 do not come with it."""
    case = make_accepted_case(consultant)
    Application.objects.usage().update(assessment=None)
    money = money_of(case.agency_id, [case.pk])
    by_kind = {
        (row.kind, row.period_number): money.of(row) for row in Deadline.objects.filter(case=case, yen_at_risk__gt=0)
    }
    assert by_kind == {
        (DeadlineKind.PLAN_CLAIM, None): (500_000, 0),
        (DeadlineKind.MONITORING_CLAIM, 1): (833_333, 0),
        (DeadlineKind.MONITORING_CLAIM, 2): (666_667, 0),
        (DeadlineKind.NEGOTIATION_CLAIM, 2): (100_000, 0),
    }


def test_the_filters(agency: Agency, consultant: Member, manager: Member) -> None:
    own, other = make_case(consultant), make_case(manager, frame=SchemeFrame.SME_GL)
    day = date(2027, 3, 31)
    first = make_deadline(own, day)
    second = make_deadline(other, day, kind=DeadlineKind.LETTER, state=DeadlineState.MET, met_on=TODAY)
    office = make_office_deadline(agency, day)
    make_deadline(own, day, state=DeadlineState.CANCELLED)

    def shown(**wanted: Any) -> set[int]:
        return {row.deadline.pk for row in rows(agency, span("2026-11"), **wanted)}

    assert shown() == {first.pk, second.pk, office.pk}
    assert shown(consultant=consultant.pk) == {first.pk}
    assert shown(frame=SchemeFrame.SME_GL) == {second.pk}
    assert shown(kind=DeadlineKind.LETTER) == {second.pk}
    assert shown(state=DeadlineState.OPEN) == {first.pk, office.pk}
    assert shown(kind="claims") == set()


@pytest.mark.parametrize(
    ("claim_by", "in_february"),
    [
        (date(2027, 2, 1), True),
        (date(2027, 2, 28), True),  # a Sunday: the safe day is the 26th
        (date(2027, 1, 31), False),
        (date(2027, 3, 1), False),
        (date(2027, 5, 5), False),
    ],
)
def test_a_deadline_belongs_to_the_month_of_its_days(
    agency: Agency, consultant: Member, claim_by: date, in_february: bool
) -> None:
    make_deadline(make_case(consultant), claim_by)
    assert bool(rows(agency, span("2027-02", View.MONTH))) is in_february


def test_a_safe_day_before_the_month_of_the_last_day_belongs_to_both(agency: Agency, consultant: Member) -> None:
    make_deadline(make_case(consultant), date(2027, 1, 3))  # safe on 2026-12-28
    assert len(rows(agency, span("2026-12", View.MONTH))) == 1
    assert len(rows(agency, span("2027-01", View.MONTH))) == 1
    assert rows(agency, span("2027-02", View.MONTH)) == []


def test_where_windows_are_drawn_a_claim_belongs_to_all_its_months(agency: Agency, consultant: Member) -> None:
    make_accepted_case(consultant)
    assert [row.name for row in rows(agency, span("2026-06", View.MONTH), kind="claims")] == [
        "支払申請(計画策定)の期限"
    ]
    assert rows(agency, span("2026-05", View.MONTH), kind="claims")  # from the 13th on
    assert rows(agency, span("2026-04", View.MONTH), kind="claims") == []


def test_a_claim_is_listed_in_the_months_of_its_payment_too(agency: Agency, consultant: Member) -> None:
    case = make_accepted_case(consultant)
    paid: dict[str, Any] = {
        "state": ApplicationState.PAID,
        "submitted_on": date(2026, 9, 30),
        "paid_on": date(2026, 11, 5),
    }
    make_claim(case, PLAN, **paid)  # its own last day is in 2028
    listed = rows(agency, span("2026-11"), kind=DeadlineKind.PLAN_CLAIM)
    assert [row.claim.paid_on for row in listed if row.claim] == [date(2026, 11, 5)]
    make_claim(case, MONITORING, period=2, state=ApplicationState.CANCELLED, submitted_on=date(2025, 1, 1))
    assert rows(agency, span("2024-06"), kind="claims") == []  # what was given up is no claim


@pytest.mark.parametrize(
    ("claim_by", "state", "label", "tone"),
    [
        (date(2026, 11, 20), DeadlineState.OPEN, "本日", "caution"),
        (date(2026, 11, 27), DeadlineState.OPEN, "あと7日", "caution"),
        (date(2026, 12, 1), DeadlineState.OPEN, "あと11日", "warning"),
        (date(2027, 2, 1), DeadlineState.OPEN, "あと73日", "neutral"),
        (date(2026, 11, 19), DeadlineState.OPEN, "失効", "error"),
        (date(2026, 11, 22), DeadlineState.OPEN, "本日", "caution"),  # a Sunday; safe on the Friday
        (date(2026, 11, 19), DeadlineState.LAPSED, "失効", "error"),
        (date(2026, 11, 19), DeadlineState.MET, "済", "success"),
    ],
)
def test_the_state_in_words(
    agency: Agency, consultant: Member, claim_by: date, state: DeadlineState, label: str, tone: str
) -> None:
    make_deadline(make_case(consultant), claim_by, state=state, met_on=TODAY, lapsed_recorded_at=NOON)
    (row,) = rows(agency, span("2026-11"))
    assert (row.chip.label, row.chip.tone) == (label, tone)


def test_another_agency_is_never_counted(agency: Agency, consultant: Member, outsider: Member) -> None:
    make_accepted_case(outsider)
    assert rows(agency, span("2026-11")) == []
    assert told(sums(agency, span("2026-11"))["None"]) == (0, 0, 0, 0, 0)
    assert money_of(agency.pk, list(Case.objects.values_list("pk", flat=True))).claims == {}


@pytest.mark.parametrize(
    ("address", "view", "first"),
    [
        ("", View.LIST, date(2026, 11, 1)),
        ("view=month&from=2027-02", View.MONTH, date(2027, 2, 1)),
        ("view=quarter&from=2027-02-28", View.QUARTER, date(2027, 2, 1)),
        ("view=week&from=2027-13", View.LIST, date(2026, 11, 1)),
        ("view=month&from=0001-01", View.MONTH, date(2026, 11, 1)),
        ("view=month&from=９９９９-01", View.MONTH, date(2026, 11, 1)),
    ],
)
def test_the_address_names_the_months(address: str, view: View, first: date) -> None:
    assert span_of(QueryDict(address), today=TODAY) == Span(view, first)


def test_spans_follow_each_other() -> None:
    december = span("2026-12", View.QUARTER)
    assert december.last == date(2027, 2, 28)
    assert december.shifted(1).first == date(2027, 3, 1)
    assert december.shifted(-1).first == date(2026, 9, 1)
    assert december.title == "2026年12月〜2027年2月"
    assert span("2026-01").title == "2026年1月〜12月"


def test_an_unreadable_filter_filters_nothing(agency: Agency) -> None:
    form = CalendarFilter(QueryDict("consultant=x&state=lapsed&kind=nothing"), agency_id=agency.pk)
    assert form.wanted() == {"state": "lapsed"}
    assert form.in_words() == ["状態: 失効"]
