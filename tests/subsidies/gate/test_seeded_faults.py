"""Broken packets, one fault each, through the database: the gate catches every one and lets the clean ones pass."""

from __future__ import annotations

from datetime import date

import pytest

from cases.enums import LenderRole
from cases.models import Lender
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.filing.gate import GateClosed, require_open_gate
from tests.subsidies.gate.seeded_faults import (
    FAULTS,
    Break,
    Make,
    case,
    early,
    early_usage,
    filed,
    guideline,
    new_bank,
    plan,
    usage,
)
from vapup.accounts.models import Member


@pytest.mark.parametrize("make", [usage, early_usage, plan, early, guideline])
def test_a_clean_packet_passes(make: Make, consultant: Member) -> None:
    packet = make(consultant)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.blocking == ()
    assert report.is_open
    require_open_gate(packet.fresh(), submitted_on=packet.day, today=packet.day)


@pytest.mark.parametrize(
    ("make", "fault", "code", "values"), [one[2:] for one in FAULTS], ids=[f"{one[0]}: {one[1]}" for one in FAULTS]
)
def test_a_broken_packet_is_caught(
    make: Make, fault: Break, code: str, values: tuple[str, str], consultant: Member
) -> None:
    packet = make(consultant)
    fault(packet)
    report = gate_of(packet.fresh(), today=packet.day)
    assert [one.code for one in report.findings] == [code]
    message = report.findings[0].message
    assert [value for value in values if value not in message] == []
    assert report.findings[0].first.label in message
    with pytest.raises(GateClosed) as closed:
        require_open_gate(packet.fresh(), submitted_on=packet.day, today=packet.day)
    assert message in closed.value.message


def test_there_are_at_least_25_faults_of_every_kind() -> None:
    assert len(FAULTS) >= 25
    assert {one[0] for one in FAULTS} == {
        *("dates", "documents", "banks", "edition"),
        *("names", "certificates", "filed total", "payment"),
    }


def test_a_claim_over_the_filed_total_is_caught_with_what_follows_from_it(consultant: Member) -> None:
    packet = plan(consultant)
    filed("planning", 1_200_000)(packet)
    report = gate_of(packet.fresh(), today=packet.day)
    over = next(one for one in report.findings if one.code == "cost_over_filed")
    assert "1,500,000円" in over.message
    assert "1,200,000円" in over.message
    # 1,200,000 × 2/3 = 800,000, half of it 400,000 now: 500,000 is too much; the own share is 700,000
    due = next(one for one in report.findings if one.code == "council_invoice_differs")
    assert "400,000円" in due.message
    assert {one.code for one in report.findings} == {
        *("cost_over_filed", "council_invoice_differs"),
        *("own_invoice_differs", "transfer_differs"),
    }


def test_a_new_bank_must_agree_and_give_its_paper(consultant: Member) -> None:
    packet = plan(consultant)
    new_bank(packet)
    report = gate_of(packet.fresh(), today=packet.day)
    assert sorted(one.code for one in report.findings) == ["lender_not_consented", "paper_missing"]
    assert all("北上信用金庫" in one.message for one in report.findings)


def test_a_claim_after_the_validity_of_the_usage_application_is_caught(consultant: Member) -> None:
    packet = early(consultant)
    # accepted on 2025-05-12, so the claim of the early scheme must be made by 2026-05-12
    assert gate_of(packet.fresh(), today=date(2026, 5, 12)).is_open
    report = gate_of(packet.fresh(), today=date(2026, 5, 13))
    assert [one.code for one in report.findings] == ["usage_lapsed"]
    assert "2026-05-12" in report.findings[0].message
    assert "2026-05-13" in report.findings[0].message


def test_what_the_usage_application_lacks_closes_the_gate(consultant: Member) -> None:
    packet = usage(consultant)
    case(support_outlook="")(packet)
    assert [one.code for one in gate_of(packet.fresh(), today=packet.day).findings] == ["point_noted"]
    Lender.objects.filter(pk=packet.main.pk).update(role=LenderRole.OTHER)
    codes = {one.code for one in gate_of(packet.fresh(), today=packet.day).findings}
    assert "opening_letter_missing" in codes
