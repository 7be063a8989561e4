"""The gate answers whatever it is asked, always the same, and never depends on the order of the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.enums import Consent, LenderRole, SchemeFrame
from subsidies.enums import ApplicationKind, CostCategory, PaperPlace, PaperStatus, PaymentMethod
from subsidies.rules.gate import GateFacts, check, timeline
from subsidies.rules.gate.facts import (
    AgencyFacts,
    ClaimFacts,
    LenderFacts,
    LineFacts,
    OpenPoint,
    PaperFacts,
    Party,
    Place,
    ProcedureFacts,
    SettlementFacts,
)
from subsidies.rules.gate.findings import KINDS

DAYS = st.dates(min_value=date(2022, 4, 1), max_value=date(2029, 3, 31))
DAY = st.none() | DAYS
YEN = st.integers(min_value=0, max_value=10**12)
TEXT = st.text(max_size=12) | st.sampled_from(["株式会社髙橋", "(株)高橋", "カ)タカハシ", ""])
PARTY = st.builds(Party, name=TEXT, address=TEXT, kana=TEXT)
AGENCY = st.builds(AgencyFacts, party=PARTY, certification_expires_on=DAY)
LENDER = st.builds(
    LenderFacts,
    name=TEXT,
    role=st.sampled_from(LenderRole),
    balance_yen=YEN,
    guaranteed_yen=YEN,
    seals_application=st.booleans(),
    consultation_letter_on=DAY,
    confirmation_letter_on=DAY,
    plan_handed_on=DAY,
    receipt_on=DAY,
    consent=st.sampled_from(Consent),
    consented_on=DAY,
    conditions=TEXT,
)
PAPER = st.builds(
    PaperFacts,
    key=st.sampled_from(["plan", "estimate"]),
    label=TEXT,
    whose=TEXT,
    is_needed=st.booleans(),
    status=st.sampled_from(PaperStatus),
    reason=TEXT,
    place=st.sampled_from(PaperPlace),
    needs_original=st.booleans(),
    issued_on=DAY,
    valid_until=DAY,
    max_age_months=st.none() | st.integers(1, 24),
    stated_edition=TEXT,
    expected_edition=st.sampled_from(["", "r7"]),
    stated_name=TEXT,
    name=st.none() | st.builds(Place, label=TEXT, value=TEXT),
    stated_yen=st.none() | YEN,
    yen=st.none() | st.tuples(TEXT, YEN),
)
LINE = st.builds(
    LineFacts,
    category=st.sampled_from(CostCategory),
    cost_yen=YEN,
    statement_yen=st.none() | YEN,
    hours_yen=st.none() | YEN,
    worked_from=DAY,
    worked_to=DAY,
    filed_yen=st.none() | YEN,
    earlier_yen=YEN,
)
SETTLEMENT = st.builds(
    SettlementFacts,
    agency=AGENCY,
    due_council_yen=st.none() | YEN,
    due_own_yen=st.none() | YEN,
    contracted_on=DAY,
    cost_yen=st.none() | YEN,
    council_invoice_yen=st.none() | YEN,
    own_invoice_yen=st.none() | YEN,
    own_invoiced_on=DAY,
    method=st.sampled_from(PaymentMethod),
    transferred_on=DAY,
    transferred_yen=st.none() | YEN,
    withheld_yen=YEN,
    fee_deducted_yen=YEN,
    payer=TEXT,
    payee=TEXT,
)
FACTS = st.builds(
    GateFacts,
    kind=st.sampled_from(ApplicationKind),
    frame=st.sampled_from(SchemeFrame),
    key_date=DAYS,
    day=DAYS,
    enterprise=PARTY,
    agencies=st.lists(AGENCY, max_size=2).map(tuple),
    procedure=st.builds(
        ProcedureFacts,
        consulted_on=DAY,
        applied_on=DAY,
        accepted_on=DAY,
        decided_on=DAY,
        period_starts_on=DAY,
        period_ends_on=DAY,
        claim_by=DAY,
        main_creditors_agreed_on=DAY,
        appointed_on=DAY,
        standstill_requested_on=DAY,
        report_on=DAY,
        meeting_on=DAY,
    ),
    lenders=st.lists(LENDER, max_size=3).map(tuple),
    papers=st.lists(PAPER, max_size=3).map(tuple),
    lines=st.lists(LINE, max_size=3).map(tuple),
    settlements=st.lists(SETTLEMENT, max_size=2).map(tuple),
    claim=st.none() | st.builds(ClaimFacts, due_council_yen=YEN, due_own_yen=YEN, filed_total_yen=st.none() | YEN),
    points=st.lists(st.builds(OpenPoint, label=TEXT, message=TEXT, blocks=st.booleans()), max_size=2).map(tuple),
)


@settings(deadline=None, max_examples=200)
@given(FACTS)
def test_whatever_the_facts_the_gate_answers_in_order(facts: GateFacts) -> None:
    found = check(facts)
    assert [(one.minutes, one.code) for one in found] == sorted((one.minutes, one.code) for one in found)
    assert {one.code for one in found} <= set(KINDS)
    assert all(len(one.about) <= 300 and len(one.key) == 16 for one in found)


@settings(deadline=None, max_examples=100)
@given(FACTS)
def test_the_order_of_the_rows_does_not_matter(facts: GateFacts) -> None:
    turned = replace(
        facts,
        papers=facts.papers[::-1],
        lines=facts.lines[::-1],
    )
    assert [(one.code, one.about) for one in check(facts)] == [(one.code, one.about) for one in check(turned)]


@settings(deadline=None, max_examples=100)
@given(FACTS)
def test_the_timeline_stays_within_its_width_and_marks_exactly_what_is_found(facts: GateFacts) -> None:
    entries = timeline(facts)
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert all(0 <= entry.permille <= 1000 for entry in entries)
    before = {"day_missing", "certificate_stale", "paper_expired", "certification_expired"}
    shown = [one for one in check(facts) if one.code not in before and "より前です。" in one.message]
    assert any(entry.is_inverted for entry in entries) == bool(shown)
