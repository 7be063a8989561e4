"""The four-way match: what differences consist of, the pages that show them, and the workbook."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from subsidies.models import CostLine, WorkEntry
from subsidies.rules.match import Cause, Part, Quote, Side, Verdict, explain, link, quoted_and_worked
from subsidies.selectors.matching.of_case import case_match_of
from subsidies.selectors.matching.of_claim import match_of
from tests.conftest import sign_in
from tests.subsidies.gate.hours_rows import log_hours, worked_agencies, worked_monitoring, worked_plan
from tests.subsidies.gate.rows import Packet, claim_packet
from tests.subsidies.gate.seeded_faults import settlement
from tests.subsidies.gate.seeded_hours_faults import WITHHELD, last_entry, shorten
from vapup.accounts.models import AuditEvent, Member

YEN = st.integers(-3_000_000, 3_000_000)


def part(cause: Cause, yen: int) -> Part:
    return Part(cause, yen, "理由")


@given(gap_yen=YEN, causes=st.lists(YEN, max_size=5), rounding_yen=st.integers(0, 10))
def test_the_parts_of_a_difference_always_add_up_to_it(gap_yen: int, causes: list[int], rounding_yen: int) -> None:
    found = explain(gap_yen, [part(Cause.TAX, yen) for yen in causes], rounding_yen=rounding_yen)
    assert sum(one.yen for one in found) == gap_yen
    assert all(abs(one.yen) <= rounding_yen for one in found if one.cause is Cause.ROUNDING)


@given(rate=st.integers(0, 30_000), planned=st.integers(1, 60_000), worked=st.integers(0, 60_000))
def test_worked_less_quoted_is_time_and_nothing_else(rate: int, planned: int, worked: int) -> None:
    base = Quote(rate, planned, 10, 0)
    quote = Quote(rate, planned, 10, base.amounts(planned).gross_yen)
    parts = quoted_and_worked(quote, worked)
    assert sum(one.yen for one in parts) == quote.amounts(worked).gross_yen - quote.gross_yen
    assert {one.cause for one in parts} <= {Cause.TIME if worked < planned else Cause.OVER_QUOTE}


@pytest.mark.parametrize(
    ("left", "right", "causes", "expected", "verdict"),
    [
        (100, 100, [], [], Verdict.AGREES),
        (110, 100, [part(Cause.TAX, -10)], [Cause.TAX], Verdict.BROKEN),
        (495_000, 449_055, [part(Cause.WITHHELD, -45_945)], [Cause.WITHHELD], Verdict.EXPLAINED),
        (1_000, 330, [part(Cause.WITHHELD, -10), part(Cause.FEE, -660)], [Cause.WITHHELD, Cause.FEE], Verdict.BROKEN),
        (1_000, 998, [], [Cause.ROUNDING], Verdict.BROKEN),
        (1_000, 900, [part(Cause.TAX, -91)], [Cause.UNKNOWN], Verdict.BROKEN),
        (1_000, None, [part(Cause.TAX, -91)], [], Verdict.OPEN),
    ],
)
def test_a_comparison_finds_the_fewest_causes(
    left: int, right: int | None, causes: list[Part], expected: list[Cause], verdict: Verdict
) -> None:
    found = link(Side("見積", left), Side("請求", right), causes, rounding_yen=2)
    assert [one.cause for one in found.parts] == expected
    assert found.verdict is verdict
    assert found.gap_yen == (None if right is None else right - left)


@pytest.mark.parametrize("make", [worked_plan, worked_agencies, worked_monitoring])
def test_a_clean_claim_agrees_everywhere(make: Any, consultant: Member) -> None:
    match = match_of(make(consultant).fresh())
    assert {one.verdict for one in match.links} == {Verdict.AGREES}
    assert match.verdict is Verdict.AGREES
    assert match.broken == ()
    assert match.invoiced_council_yen == match.sheet.due_now_yen
    assert match.transferred_yen == match.sheet.own_burden_yen


def broken(packet: Packet) -> list[tuple[str, int | None, list[Cause]]]:
    found = match_of(packet.fresh()).broken
    return [(one.right.label, one.gap_yen, [it.cause for it in one.parts]) for one in found]


def test_hours_that_changed_after_the_take_over_are_named(consultant: Member) -> None:
    packet = worked_plan(consultant)
    shorten(packet)  # an hour less: 11,000 yen
    found = broken(packet)
    assert ("請求する費用(計画策定支援費用)", 11_000, [Cause.CHANGED]) in found
    assert ("この機関の費用(青葉会計事務所)", 11_000, [Cause.UNKNOWN]) in found
    row = match_of(packet.fresh()).agencies[0].rows[0]
    assert (row.gap_yen, [one.cause for one in row.parts]) == (-11_000, [Cause.TIME])
    assert row.verdict is Verdict.EXPLAINED


@pytest.mark.parametrize(
    ("values", "label", "cause"),
    [
        ({"council_invoice_yen": 990_000}, "協議会あて請求書(青葉会計事務所)", Cause.HELD),
        ({"council_invoice_yen": 450_000}, "協議会あて請求書(青葉会計事務所)", Cause.TAX),
        ({**WITHHELD, "council_invoice_yen": 449_055}, "協議会あて請求書(青葉会計事務所)", Cause.NET),
        ({"transferred_yen": 494_340, "fee_deducted_yen": 660}, "振込(青葉会計事務所)", Cause.FEE),
        ({**WITHHELD, "has_gross_invoice": False}, "振込(青葉会計事務所)", Cause.UNPROVEN),
        ({"transferred_yen": 494_999}, "振込(青葉会計事務所)", Cause.UNKNOWN),
    ],
)
def test_a_wrong_invoice_or_transfer_is_explained(
    values: dict[str, Any], label: str, cause: Cause, consultant: Member
) -> None:
    packet = worked_plan(consultant)
    settlement(**values)(packet)
    assert [(one[0], one[2]) for one in broken(packet)] == [(label, [cause])]


def test_a_transfer_net_of_tax_is_explained_and_fine(consultant: Member) -> None:
    packet = worked_plan(consultant)
    settlement(**WITHHELD)(packet)
    match = match_of(packet.fresh())
    assert match.broken == ()
    assert match.verdict is Verdict.EXPLAINED
    assert match.withheld_yen == 45_945


def test_the_page_leads_to_the_row_that_breaks_it(consultant: Member) -> None:
    packet = worked_plan(consultant)
    settlement(transferred_yen=494_999)(packet)
    shown = page(consultant, packet)
    claim = [packet.case.number, packet.application.pk]
    assert reverse("subsidies:settlement", args=[*claim, 0]) in shown
    line = CostLine.objects.get(case=packet.case)
    assert f"{reverse('subsidies:costs', args=claim[:1])}#line-{line.pk}" in shown
    assert f"{reverse('subsidies:case_hours', args=claim[:1])}#work-{line.pk}" in shown
    assert "説明できない差" in shown
    assert "直すこと 1件" in shown


def page(member: Member, packet: Packet, query: str = "") -> str:
    address = reverse("subsidies:match", args=[packet.case.number, packet.application.pk])
    answer = sign_in(member).get(address + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_claims_on_paper_have_a_page_too(consultant: Member, viewer: Member) -> None:
    packet = claim_packet(consultant)
    shown = page(viewer, packet)
    assert "記録なし" in shown
    assert "業務日誌に記録がありません" in shown
    assert "業務日誌から取り込む" not in shown


def test_the_case_page_lists_claims_and_unclaimed_work(consultant: Member) -> None:
    packet = worked_monitoring(consultant)
    found = case_match_of(packet.case)
    assert [one.sheet.application.name for one in found.claims] == ["支払申請(計画策定)", "支払申請(伴走支援)(第1回)"]
    assert [one.line for one in found.unclaimed] == [CostLine.objects.latest("pk")]  # that of the second period
    assert found.due_yen == sum(one.sheet.due_now_yen for one in found.claims)
    shown = sign_in(consultant).get(reverse("subsidies:case_match", args=[packet.case.number])).content.decode()
    assert "支払申請ごとの突合" in shown
    assert "まだ請求していない業務" in shown


def test_a_case_without_claims_says_so(consultant: Member) -> None:
    packet = worked_plan(consultant)
    packet.change(packet.application, state="cancelled")
    shown = sign_in(consultant).get(reverse("subsidies:case_match", args=[packet.case.number])).content.decode()
    assert "支払申請はまだありません" in shown


def test_what_is_no_claim_leads_back(consultant: Member) -> None:
    packet = worked_plan(consultant)
    usage = packet.case.applications.get(kind="usage")
    address = [packet.case.number, usage.pk]
    answer = sign_in(consultant).get(reverse("subsidies:match", args=address))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("subsidies:application", args=address))


def test_the_workbook_says_the_same_and_is_noted(consultant: Member) -> None:
    packet = worked_plan(consultant)
    address = reverse("subsidies:match", args=[packet.case.number, packet.application.pk])
    answer = sign_in(consultant).get(f"{address}?format=xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["業務ごと", "突合"]
    values = [row for row in book["業務ごと"].iter_rows(values_only=True) if row[0] == "青葉会計事務所"]
    assert values[0][5:9] == (1_485_000, 135, 1_485_000, 0)
    event = AuditEvent.objects.filter(object_id=packet.case.pk).latest("pk")
    assert "四点突合.xlsx" in str(event.changes)


def test_the_page_takes_as_many_queries_for_few_hours_as_for_many(consultant: Member) -> None:
    packet = worked_plan(consultant)
    browser: Client = sign_in(consultant)
    address = reverse("subsidies:match", args=[packet.case.number, packet.application.pk])
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    entry = last_entry(packet)
    line = CostLine.objects.get(case=packet.case)
    log_hours(line, entry.worker, consultant, first_on=entry.worked_on.replace(day=20), hours=40)
    assert WorkEntry.objects.filter(cost_line=line).count() == 27 + 8
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(few)


def test_a_part_says_its_direction_and_why() -> None:
    assert str(Part(Cause.TAX, -10, "端数")) == f"{Cause.TAX} △10円(端数)"
    assert str(Part(Cause.TAX, 1_234, "端数")) == f"{Cause.TAX} +1,234円(端数)"
    assert str(Part(Cause.TAX, 0, "端数")) == f"{Cause.TAX} 0円(端数)"


def test_a_quoted_amount_that_its_own_rate_does_not_make_is_rounding() -> None:
    """10,000 yen × 1.5 hours = 15,000, with tax 16,500; the estimate says 16,501: one yen less was worked."""
    (only,) = quoted_and_worked(Quote(10_000, 90, 10, 16_501), 90)
    assert (only.cause, only.yen) == (Cause.ROUNDING, -1)
