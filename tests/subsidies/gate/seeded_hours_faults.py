"""Seeded faults in hours, rates, invoices, transfers, withholding and halves: one each, and the code that tells it."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.models import CoAgency
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, ApplicationState, WeekState
from subsidies.models import Application, CostLine, Settlement, WorkEntry, Worker, WorkerRate, WorkWeek
from tests.builders import make_case
from tests.subsidies.gate.hours_rows import (
    OTHER_AGENCY,
    RATE_YEN,
    claim_yen,
    complete,
    make_entry,
    make_worker,
    paper_agencies,
    settle,
    worked_agencies,
    worked_monitoring,
    worked_plan,
)
from tests.subsidies.gate.rows import Packet
from tests.subsidies.gate.seeded_faults import Break, Make, settlement

PERIOD_BEFORE = (date(2025, 10, 1), date(2026, 3, 31))
# 495,000 of own share: without tax 450,000, of which 10.21 % are 45,945
WITHHELD = {"withheld_yen": 45_945, "transferred_yen": 449_055, "has_gross_invoice": True}


def last_entry(packet: Packet) -> WorkEntry:
    """Return the newest hours of the claim."""
    return WorkEntry.objects.filter(case=packet.case).latest("worked_on")


def shorten(packet: Packet) -> None:
    entry = last_entry(packet)
    packet.change(entry, ends_minute=entry.ends_minute - 60, minutes=entry.minutes - 60)


def reopen_week(packet: Packet) -> None:
    WorkWeek.objects.filter(worker__agency=packet.case.agency, monday=date(2025, 5, 26)).update(state=WeekState.OPEN)


def add_hours(day: date, *, has_line: bool = True, minutes: int = 60) -> Break:
    """Log hours on a day, on the piece of work of the claim or on none."""

    def change(packet: Packet) -> None:
        entry = last_entry(packet)
        line = entry.cost_line if has_line else None
        make_entry(packet.case, entry.worker, packet.case.consultant, day, line=line, minutes=minutes)

    return change


def claim_excluded(packet: Packet) -> None:
    """Claim an hour before the acceptance: 1,496,000 × 2/3 = 997,333, of which 498,666 now; own 498,667."""
    add_hours(date(2025, 5, 6))(packet)
    claim_yen(packet, 1_496_000)
    settle(packet, cost_yen=1_496_000, council_yen=498_666, own_yen=498_667)


def double_book(packet: Packet) -> None:
    entry = last_entry(packet)
    elsewhere = make_case(packet.case.consultant, number="C-2025-9999")
    make_entry(elsewhere, entry.worker, packet.case.consultant, entry.worked_on, line=None, minutes=30)


def cheaper_card(packet: Packet) -> None:
    worker = Worker.objects.get(agency=packet.case.agency)
    WorkerRate.objects.create(
        agency=worker.agency, worker=worker, valid_from=date(2025, 11, 1), hourly_rate_yen=RATE_YEN - 1_000
    )


def somebody_else(packet: Packet) -> None:
    entry = last_entry(packet)
    stranger = make_worker(packet.case, "高橋 一郎")
    week = WorkWeek.objects.filter(worker=entry.worker).latest("monday")
    WorkWeek.objects.filter(pk=week.pk).update(worker=stranger)
    packet.change(entry, worker=stranger)


def withhold(**values: Any) -> Break:
    """Let the enterprise keep income tax back, with the paper that this asks for."""

    def change(packet: Packet) -> None:
        settlement(**{**WITHHELD, **values})(packet)
        complete(packet, packet.case.consultant)

    return change


def other_settlement(**values: Any) -> Break:
    return lambda packet: Settlement.objects.filter(
        application=packet.application, co_agency__name=OTHER_AGENCY
    ).update(**values)


def move_work(packet: Packet) -> None:
    """Book hours of the other agency on the work of the lead one."""
    lead = CostLine.objects.get(case=packet.case, co_agency=None)
    packet.change(last_entry(packet), cost_line=lead)


def give_away_line(packet: Packet) -> None:
    third = CoAgency.objects.get(case=packet.case, name="盛岡会計")
    CostLine.objects.filter(case=packet.case, co_agency__name=OTHER_AGENCY).update(co_agency=third)


def plan_settlement(**values: Any) -> Break:
    return lambda packet: Settlement.objects.filter(
        application__case=packet.case, application__kind=ApplicationKind.PLAN_CLAIM
    ).update(**values)


def earlier_period(packet: Packet) -> MonitoringPeriod:
    """Plan a period before that of the claim."""
    return MonitoringPeriod.objects.create(
        agency=packet.case.agency,
        case=packet.case,
        kind=PeriodKind.REGULAR,
        starts_on=PERIOD_BEFORE[0],
        ends_on=PERIOD_BEFORE[1],
    )


def earlier_claim(packet: Packet) -> None:
    Application.objects.create(
        agency=packet.case.agency,
        case=packet.case,
        kind=ApplicationKind.MONITORING_CLAIM,
        number=2,
        period=earlier_period(packet),
        state=ApplicationState.SUBMITTED,
        submitted_on=date(2026, 5, 11),
    )


# These are said without closing the gate, or follow from another day; each has a test of its own.
ADVICE_OF_HOURS = {"hours_days_differ", "rate_under_card", "withholding_unusual", "own_invoice_before_work"}

HOURS_FAULTS: list[tuple[str, str, Make, Break, str, tuple[str, str]]] = [
    ("hours", "changed after the take-over", worked_plan, shorten, "hours_changed", ("1,485,000円", "1,474,000円")),
    ("hours", "week not approved", worked_plan, reopen_week, "hours_unapproved", ("2025-05-26", "5時間")),
    (
        "hours",
        "without a work",
        worked_plan,
        add_hours(date(2025, 6, 5), has_line=False),
        "hours_without_work",
        ("1件(2025-06-05)", "1時間"),
    ),
    (
        "hours",
        "before the acceptance, claimed",
        worked_plan,
        claim_excluded,
        "hours_excluded",
        ("1,496,000円", "1,485,000円"),
    ),
    (
        "hours",
        "at the same time on another case",
        worked_plan,
        double_book,
        "hours_overlap",
        ("C-2025-9999", "9:00〜9:30"),
    ),
    (
        "hours",
        "before the period",
        worked_monitoring,
        add_hours(date(2026, 3, 31)),
        "hours_outside_period",
        ("2026-03-31", "2026-04-01"),
    ),
    (
        "hours",
        "after the claim",
        worked_monitoring,
        add_hours(date(2026, 11, 11)),
        "hours_after_claim",
        ("2026-11-11", "2026-11-10"),
    ),
    ("rates", "above the rate card", worked_plan, cheaper_card, "rate_over_card", ("10,000円", "9,000円")),
    ("rates", "somebody without a rate", worked_plan, somebody_else, "person_not_on_line", ("高橋 一郎", "佐藤 花子")),
    (
        "rates",
        "hours on another agency's work",
        worked_agencies,
        move_work,
        "agency_hours_differ",
        ("495,000円", "440,000円"),
    ),
    (
        "invoices",
        "before the last day of work",
        worked_monitoring,
        settlement(council_invoiced_on=date(2026, 10, 19)),
        "invoice_before_work",
        ("2026-10-19", "2026-10-20"),
    ),
    (
        "invoices",
        "sum of two agencies",
        worked_agencies,
        other_settlement(council_invoice_yen=165_001),
        "council_invoice_differs",
        ("495,001円", "495,000円"),
    ),
    (
        "invoices",
        "of an agency without work",
        paper_agencies,
        give_away_line,
        "agency_without_lines",
        ("495,000円", "なし"),
    ),
    (
        "transfers",
        "to the other agency",
        worked_agencies,
        other_settlement(payee="青葉会計事務所"),
        "transfer_to_wrong_agency",
        ("青葉会計事務所", OTHER_AGENCY),
    ),
    (
        "transfers",
        "before the invoice",
        worked_monitoring,
        settlement(transferred_on=date(2026, 10, 24)),
        "transfer_before_invoice",
        ("2026-10-24", "2026-10-25"),
    ),
    (
        "withholding",
        "without the gross invoice",
        worked_plan,
        withhold(has_gross_invoice=False),
        "gross_invoice_missing",
        ("45,945円", "なし"),
    ),
    (
        "withholding",
        "taken off the council's invoice",
        worked_plan,
        withhold(council_invoice_yen=449_055),
        "council_invoice_net",
        ("449,055円", "495,000円"),
    ),
    (
        "withholding",
        "taken off the own invoice",
        worked_plan,
        withhold(own_invoice_yen=449_055),
        "own_invoice_net",
        ("449,055円", "495,000円"),
    ),
    (
        "halves",
        "do not add up to the subsidy",
        worked_monitoring,
        plan_settlement(council_invoice_yen=500_001),
        "halves_differ",
        ("1,000,001円", "1,000,000円"),
    ),
    (
        "halves",
        "the second without the first period",
        worked_monitoring,
        earlier_period,
        "half_before_first_period",
        ("500,000円", "なし"),
    ),
    ("halves", "the second twice", worked_monitoring, earlier_claim, "half_claimed_twice", ("720,000円", "220,000円")),
]
