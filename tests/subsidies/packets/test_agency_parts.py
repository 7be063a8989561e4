"""Several agencies: statement, rate table and time records of each show its own work; old contents stay readable."""

from __future__ import annotations

from typing import Any

from cases.models import CoAgency
from subsidies.models import Application, CostLine
from subsidies.packets.claim import ClaimPayload
from subsidies.packets.claim_parts import ClaimPart
from subsidies.packets.contents import live_content
from subsidies.packets.payload import UsagePart, UsagePayload
from subsidies.packets.printing import part_html
from tests.subsidies.gate.hours_rows import OTHER_AGENCY, worked_agencies, worked_plan
from tests.subsidies.gate.rows import CLAIM_DAY, Packet, claim_packet, usage_packet
from vapup.accounts.models import Member


def claim(packet: Packet) -> ClaimPayload:
    content = live_content(packet.fresh(), today=CLAIM_DAY)
    assert isinstance(content, ClaimPayload)
    return content


def shown(content: ClaimPayload | UsagePayload, requirement: str, agency: int) -> str:
    """Return a form of an agency as it is printed."""
    form = next(one for one in content.forms if one.key.split("~")[0] == requirement and one.agency == agency)
    return part_html(content, form, is_draft=True)


def without(stored: Any, *names: str) -> Any:
    """Return stored content as it was before the fields were there."""
    if isinstance(stored, dict):
        return {key: without(value, *names) for key, value in stored.items() if key not in names}
    return [without(one, *names) for one in stored] if isinstance(stored, list) else stored


def test_each_agency_has_its_own_part_of_a_claim(consultant: Member) -> None:
    content = claim(worked_agencies(consultant))
    lead, other = content.part_of(0), content.part_of(1)
    assert [row.work for group in lead.work_groups for row in group.filed.rows] == ["財務DD・計画策定"]
    assert [row.work for group in other.work_groups for row in group.filed.rows] == ["事業DD"]
    # 90 and 45 hours of 11,000 yen with tax, of which all were worked
    assert [(one.filed_yen, one.cost_yen, one.difference_yen) for one in (lead, other)] == [
        (990_000, 990_000, 0),
        (495_000, 495_000, 0),
    ]
    rows = [row for part in (lead, other) for group in part.work_groups for row in group.filed.rows]
    assert [(row.worked_minutes, row.worked_yen, row.worked_difference_yen) for row in rows] == [
        (5_400, 990_000, 0),
        (2_700, 495_000, 0),
    ]


def test_statements_and_time_records_are_printed_for_each_agency(consultant: Member) -> None:
    content = claim(worked_agencies(consultant))
    printed = {(one.key.split("~")[0], one.agency) for one in content.forms}
    assert {("claim_statement", 0), ("claim_statement", 1), ("time_record", 0), ("time_record", 1)} <= printed
    lead, other = (shown(content, "claim_statement", agency) for agency in (0, 1))
    assert "事業DD" not in lead
    assert "財務DD・計画策定" not in other
    assert OTHER_AGENCY in other
    assert "495,000" in other
    assert "支援機関ごとの額" in lead
    assert "支援機関ごとの額" not in other
    assert "1-1 事業DD" in shown(content, "time_record", 1)


def test_an_estimate_that_does_not_tell_agencies_apart_is_the_lead_agencys(consultant: Member) -> None:
    packet = worked_agencies(consultant)
    CostLine.objects.filter(case=packet.case).update(co_agency=None)
    content = claim(packet)
    assert content.parts == ()
    assert {one.agency for one in content.forms if one.key.startswith("claim_statement")} == {0}
    assert content.part_of(0).filed_yen == content.filed_yen
    assert content.part_of(0).work_groups == content.work_groups


def test_logged_hours_stand_in_the_statement_and_paper_ones_stay_blank(consultant: Member) -> None:
    logged = claim(worked_plan(consultant))
    assert [row.worked_yen for group in logged.work_groups for row in group.filed.rows] == [1_485_000]
    assert shown(logged, "claim_statement", 0).count(">135.00</td>") >= 2  # filed, and worked


def test_paper_hours_are_left_to_be_written_by_hand(consultant: Member) -> None:
    on_paper = claim(claim_packet(consultant))
    assert [row.worked_yen for group in on_paper.work_groups for row in group.filed.rows] == [None]
    assert isinstance(on_paper.part_of(0), ClaimPart)


def test_estimates_and_rate_tables_are_those_of_the_agency(consultant: Member) -> None:
    content = usage(consultant)
    lead, other = content.part_of(0), content.part_of(1)
    assert [rate.person for rate in lead.rates] == ["佐藤 花子"]
    assert [(rate.person, rate.hourly_rate_yen) for rate in other.rates] == [("阿部 健", 12_000)]
    assert (lead.estimate.gross_yen, other.estimate.gross_yen) == (1_500_000, 264_000)
    assert content.estimate.gross_yen == 1_764_000
    assert "阿部 健" not in shown(content, "rate_table", 0)
    assert "阿部 健" in shown(content, "rate_table", 1)
    assert "1,764,000" not in shown(content, "estimate_statement", 1)
    assert "264,000" in shown(content, "estimate_statement", 1)


def usage(consultant: Member) -> UsagePayload:
    """Return a usage application whose other agency works 20 hours at 12,000 yen: 240,000 and 24,000 of tax."""
    packet = usage_packet(consultant)
    other = CoAgency.objects.create(agency=packet.case.agency, case=packet.case, name=OTHER_AGENCY)
    CostLine.objects.create(
        agency=packet.case.agency,
        case=packet.case,
        co_agency=other,
        category="planning",
        work="事業DD",
        person="阿部 健(中小企業診断士)",
        hourly_rate_yen=12_000,
        minutes=1_200,
        net_yen=240_000,
        tax_yen=24_000,
        gross_yen=264_000,
    )
    content = live_content(packet.fresh(), today=packet.day)
    assert isinstance(content, UsagePayload)
    return content


def test_contents_from_before_agencies_were_told_apart_stay_readable(consultant: Member) -> None:
    content = usage(consultant)
    old = UsagePayload.from_json(
        without(content.as_json(), "estimates", "agency_rates", "worked_minutes", "worked_yen")
    )
    assert old.part_of(1) == UsagePart(old.estimate, old.sheets.rates)
    assert UsagePayload.from_json(content.as_json()) == content


def test_claims_from_before_stay_readable(consultant: Member) -> None:
    content = claim(worked_agencies(consultant))
    old = ClaimPayload.from_json(without(content.as_json(), "parts", "worked_minutes", "worked_yen"))
    assert old.parts == ()
    assert old.part_of(1).work_groups == old.work_groups
    assert ClaimPayload.from_json(content.as_json()) == content
    assert Application.objects.filter(kind="plan_claim").count() == 1
