"""Broken claims with logged hours, one fault each: the gate catches every one, and lets the clean ones pass."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subsidies.models import CostLine, WorkEntry, WorkerRate
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.filing.gate import GateClosed, require_open_gate
from tests.subsidies.gate.hours_rows import (
    log_hours,
    paper_agencies,
    worked_agencies,
    worked_monitoring,
    worked_plan,
)
from tests.subsidies.gate.rows import claim_packet
from tests.subsidies.gate.seeded_faults import Break, Make, settlement
from tests.subsidies.gate.seeded_hours_faults import HOURS_FAULTS, withhold
from vapup.accounts.models import Member


@pytest.mark.parametrize("make", [worked_plan, worked_agencies, paper_agencies, worked_monitoring])
def test_a_clean_packet_passes(make: Make, consultant: Member) -> None:
    packet = make(consultant)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.blocking == ()
    assert report.findings == ()
    require_open_gate(packet.fresh(), submitted_on=packet.day, today=packet.day)


@pytest.mark.parametrize(
    ("make", "fault", "code", "values"),
    [one[2:] for one in HOURS_FAULTS],
    ids=[f"{one[0]}: {one[1]}" for one in HOURS_FAULTS],
)
def test_a_broken_packet_is_caught_under_its_own_code(
    make: Make, fault: Break, code: str, values: tuple[str, str], consultant: Member
) -> None:
    packet = make(consultant)
    fault(packet)
    report = gate_of(packet.fresh(), today=packet.day)
    assert {row.finding.code for row in report.closing} == {code}
    messages = [row.finding.message for row in report.closing]
    assert any(all(value in message for value in values) for message in messages), messages
    assert all(row.finding.first.label in row.finding.message for row in report.closing)
    with pytest.raises(GateClosed) as closed:
        require_open_gate(packet.fresh(), submitted_on=packet.day, today=packet.day)
    assert messages[0] in closed.value.message


def test_there_are_at_least_15_faults_of_every_kind() -> None:
    counted = Counter(one[0] for one in HOURS_FAULTS)
    assert sum(counted.values()) >= 15
    assert set(counted) == {"hours", "rates", "invoices", "transfers", "withholding", "halves"}
    assert min(counted.values()) >= 2


def test_hours_on_paper_open_the_gate_and_are_told(consultant: Member) -> None:
    packet = claim_packet(consultant)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.is_open
    assert report.findings == ()
    assert "紙で管理" in report.paper_note
    assert "計画策定支援費用 1,500,000円" in report.paper_note


def test_logged_hours_are_not_called_paper(consultant: Member) -> None:
    packet = worked_plan(consultant)
    assert gate_of(packet.fresh(), today=packet.day).paper_note == ""


def test_a_transfer_net_of_tax_passes_with_the_gross_invoice(consultant: Member) -> None:
    packet = worked_plan(consultant)
    withhold()(packet)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.is_open
    assert report.findings == ()


@pytest.mark.parametrize(("withheld_yen", "is_told"), [(45_945, False), (50_539, False), (49_500, True)])
def test_an_unusual_withholding_is_said_and_does_not_close(
    withheld_yen: int, is_told: bool, consultant: Member
) -> None:
    # 450,000 × 10.21 % = 45,945 without tax, 495,000 × 10.21 % = 50,539 with it; 49,500 would be a flat tenth
    packet = worked_plan(consultant)
    withhold(withheld_yen=withheld_yen, transferred_yen=495_000 - withheld_yen)(packet)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.is_open
    assert [one.code for one in report.findings] == ["withholding_unusual"] * is_told
    assert all("要確認" in one.source and "45,945円" in one.message for one in report.findings)


def test_a_card_above_the_estimate_is_only_advice(consultant: Member) -> None:
    packet = worked_plan(consultant)
    WorkerRate.objects.update(hourly_rate_yen=12_000)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.is_open
    assert [one.code for one in report.findings] == ["rate_under_card"]
    assert "支払は見積の単価" in report.findings[0].message


def test_an_own_invoice_before_the_last_day_of_work_is_only_advice(consultant: Member) -> None:
    packet = worked_monitoring(consultant)
    settlement(own_invoiced_on=date(2026, 10, 19))(packet)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.is_open
    assert [one.code for one in report.findings] == ["own_invoice_before_work"]
    assert "2026-10-19" in report.findings[0].message
    assert "2026-10-20" in report.findings[0].message


def test_the_days_of_the_claim_must_be_those_of_the_hours(consultant: Member) -> None:
    packet = worked_plan(consultant)
    packet.change(packet.line, worked_to="2025-11-19")
    report = gate_of(packet.fresh(), today=packet.day)
    assert [one.code for one in report.findings] == ["hours_days_differ"]
    assert "2025-11-19" in report.findings[0].message
    assert "2025-11-18" in report.findings[0].message


def test_the_gate_takes_as_many_queries_for_few_hours_as_for_many(consultant: Member) -> None:
    packet = worked_plan(consultant)
    with CaptureQueriesContext(connection) as few:
        gate_of(packet.fresh(), today=packet.day)
    line = CostLine.objects.get(case=packet.case)
    entry = WorkEntry.objects.filter(case=packet.case).latest("worked_on")
    log_hours(line, entry.worker, consultant, first_on=entry.worked_on.replace(day=20), hours=40)
    with CaptureQueriesContext(connection) as many:
        gate_of(packet.fresh(), today=packet.day)
    assert len(many) == len(few)
