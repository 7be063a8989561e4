"""What each document looks like, once more by hand: form number, original or copy, how many, when, and how sure."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.requirements import Requirement, RequirementFacts, requirements_on

# id, form, original or copy (? where no source says), how many, condition, and + where an official page says so.
NORMAL_USAGE: Final = """
usage_application     別紙1    original  once         always             +
applicant_outline     別紙1-1  original  once         always             +
self_check            別紙1-2  original  once         always             +
estimate_statement    別紙1-3  original  agency       always             +
registry_certificate  -        original  once         corporation        +
opening_notice        -        copy      once         sole_proprietor    +
certification_notice  -        copy      agency       always             +
estimate              -        copy      agency       always             +
rate_table            -        original  agency       always             +
tax_returns           -        copy      once         always             +
schedule              -        ?         once         schedule           +
bank_confirmation     -        original  main_lender  unless_bank_signs  +
owner_self_check      別添1    ?         once         always             +
supporter_check       別添2    ?         once         always             +
reuse_check           -        ?         once         reuse              +
"""
NORMAL_PLAN_CLAIM: Final = """
plan_claim_form       別紙2    original  once         always             -
plan                  別紙2-1  ?         once         always             -
claim_self_check      別紙2-2  ?         once         always             -
claim_statement       別紙2-3  original  agency       always             -
time_record           別紙2-4  original  worker       always             -
council_invoice       -        original  agency       always             -
subcontract_invoice   -        copy      once         subcontract        -
contract              -        copy      agency       always             -
transfer_proof        -        copy      agency       always             -
gross_invoice         -        copy      agency       net_of_withholding -
consent               -        copy      lender       always             +
support_details       -        ?         once         by_choice          -
planning_viewpoints   -        ?         once         always             +
"""
# Until 2022-03-31 the list of the claim was read whole; which numbers came after is not known.
NORMAL_PLAN_CLAIM_2021: Final = "\n".join(
    line[:-1] + "+" for line in NORMAL_PLAN_CLAIM.strip().splitlines() if "viewpoints" not in line
)
NORMAL_MONITORING: Final = """
monitoring_claim_form   別紙3    original  period  always              -
monitoring_report       別紙3-1  original  period  always              +
follow_up_report        -        copy      period  always              +
monitoring_viewpoints   -        ?         period  always              +
claim_statement         別紙3-2  original  agency  always              -
time_record             別紙3-3  original  worker  always              -
council_invoice         -        original  agency  always              -
subcontract_invoice     -        copy      once    subcontract         -
transfer_proof          -        copy      agency  always              -
gross_invoice           -        copy      agency  net_of_withholding  -
trial_balance           -        ?         period  interim             +
year_end_returns        -        ?         period  year_end            +
remaining_half_request  -        ?         once    first_claim         -
negotiation_claim_together - ? once last_claim,guarantee_release +
"""
NEGOTIATION: Final = """
negotiation_claim_form    -  original  once    always              -
guarantee_release_report  -  ?         once    always              {report}
claim_statement           -  original  agency  always              -
time_record               -  original  worker  always              -
council_invoice           -  original  agency  always              -
subcontract_invoice       -  copy      once    subcontract         -
transfer_proof            -  copy      agency  always              -
gross_invoice             -  copy      agency  net_of_withholding  -
"""
VUP_USAGE: Final = """
usage_application     別紙1    original  once         always             +
applicant_outline     別紙1-1  original  once         always             +
estimate_statement    別紙1-2  original  agency       always             +
registry_certificate  -        original  once         corporation        +
opening_notice        -        copy      once         sole_proprietor    +
certification_notice  -        copy      agency       always             +
estimate              -        copy      agency       always             +
rate_table            -        original  agency       always             +
consultation_letter   -        original  main_lender  unless_bank_signs  +
owner_self_check      別添1    ?         once         always             -
supporter_check       別添2    ?         once         always             -
"""
VUP_PLAN_CLAIM: Final = """
plan_claim_form       別紙2    original  once         always             +
plan                  別紙2-1  ?         once         always             -
claim_statement       別紙2-2  original  agency       always             -
time_record           別紙2-3  original  worker       always             -
planning_viewpoints   -        ?         once         always             +
council_invoice       -        original  agency       always             +
transfer_proof        -        copy      agency       always             +
gross_invoice         -        copy      agency       net_of_withholding +
contract              -        copy      agency       always             +
plan_receipt          -        ?         main_lender  always             +
subcontract_invoice   -        copy      once         subcontract        -
"""
# The guideline's own papers; none of them is in a list that could be read.
GUIDELINE: Final = """
expert_appointment       -  ?     once              always      -
main_creditor_consent    -  ?     each_main_lender  always      -
standstill_request       -  ?     once              standstill  -
survey_report            -  ?     once              always      -
creditor_meeting_record  -  ?     once              always      -
consent                  -  copy  lender            always      -
"""
WITHDRAWAL: Final = """
withdrawal_form           -  original  once    always     +
failure_report            -  ?         once    by_choice  +
early_end_request         -  ?         once    by_choice  +
lender_agreement_to_end   -  ?         lender  by_choice  +
"""
CHANGE: Final = """
change_notice     -  original  once  always     -
revised_schedule  -  ?         once  by_choice  {schedule}
"""
NOW: Final = date(2025, 5, 12)


def columns(requirement: Requirement) -> tuple[str, ...]:
    """A row as the tables above write it."""
    copy = "?" if requirement.copy == "unknown" else str(requirement.copy)
    conditions = ",".join(requirement.conditions)
    form = requirement.form or "-"
    return (requirement.id, form, copy, str(requirement.per), conditions, "+" if requirement.confirmed else "-")


def rows_of(frame: SchemeFrame, application: ApplicationKind, on: date = NOW) -> list[tuple[str, ...]]:
    judged = requirements_on(RequirementFacts(frame=frame, application=application, on=on))
    return [columns(one.requirement) for one in judged]


def typed(table: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in table.strip().splitlines()]


@pytest.mark.parametrize(
    ("frame", "application", "table"),
    [
        (SchemeFrame.NORMAL, ApplicationKind.USAGE, NORMAL_USAGE),
        (SchemeFrame.NORMAL, ApplicationKind.PLAN_CLAIM, NORMAL_PLAN_CLAIM),
        (SchemeFrame.NORMAL, ApplicationKind.MONITORING_CLAIM, NORMAL_MONITORING),
        (SchemeFrame.NORMAL, ApplicationKind.NEGOTIATION_CLAIM, NEGOTIATION.format(report="+")),
        (SchemeFrame.NORMAL, ApplicationKind.CHANGE, CHANGE.format(schedule="+")),
        (SchemeFrame.NORMAL, ApplicationKind.WITHDRAWAL, WITHDRAWAL),
        (SchemeFrame.VUP, ApplicationKind.USAGE, VUP_USAGE),
        (SchemeFrame.VUP, ApplicationKind.PLAN_CLAIM, VUP_PLAN_CLAIM),
        (SchemeFrame.VUP, ApplicationKind.NEGOTIATION_CLAIM, NEGOTIATION.format(report="-")),
        (SchemeFrame.VUP, ApplicationKind.CHANGE, CHANGE.format(schedule="-")),
    ],
)
def test_every_document_has_its_columns(frame: SchemeFrame, application: ApplicationKind, table: str) -> None:
    assert rows_of(frame, application) == typed(table)


def test_the_claim_list_of_before_april_2022_is_official() -> None:
    old = rows_of(SchemeFrame.NORMAL, ApplicationKind.PLAN_CLAIM, date(2022, 3, 31))
    assert old == typed(NORMAL_PLAN_CLAIM_2021)


def test_monitoring_of_vup_follows_405_and_says_that_it_is_a_reading() -> None:
    rows = rows_of(SchemeFrame.VUP, ApplicationKind.MONITORING_CLAIM)
    assert [row[:5] for row in rows] == [row[:5] for row in typed(NORMAL_MONITORING)]
    assert [row[0] for row in rows if row[5] == "+"] == ["monitoring_viewpoints"]


@pytest.mark.parametrize("frame", [SchemeFrame.SME_GL, SchemeFrame.VUP_BANK])
def test_no_list_of_the_guideline_or_of_the_bank_variant_could_be_confirmed(frame: SchemeFrame) -> None:
    confirmed = {(kind.value, row[0]) for kind in ApplicationKind for row in rows_of(frame, kind) if row[5] == "+"}
    assert confirmed == set()


def test_the_guideline_has_its_own_papers() -> None:
    rows = rows_of(SchemeFrame.SME_GL, ApplicationKind.PLAN_CLAIM)
    assert [row for row in typed(GUIDELINE) if row not in rows] == []


@pytest.mark.parametrize(
    ("on", "forms"),
    [(date(2022, 3, 31), ["別紙①", "別紙①-1", "別紙①-2"]), (date(2022, 4, 1), ["別紙1", "別紙1-1", "別紙1-2"])],
)
def test_vup_printed_circled_numbers_until_march_2022(on: date, forms: list[str]) -> None:
    rows = rows_of(SchemeFrame.VUP, ApplicationKind.USAGE, on)
    assert [row[1] for row in rows if row[1].startswith("別紙")] == forms


@pytest.mark.parametrize(
    ("frame", "form", "title"),
    [
        (SchemeFrame.NORMAL, "別紙1", "経営改善計画策定支援事業利用申請書"),
        (SchemeFrame.VUP, "別紙1", "利用申請書(早期経営改善計画策定支援)"),
    ],
)
def test_the_application_form_bears_its_official_title(frame: SchemeFrame, form: str, title: str) -> None:
    first = requirements_on(RequirementFacts(frame=frame, application=ApplicationKind.USAGE, on=NOW))[0].requirement
    assert (first.form, first.title, first.label) == (form, title, f"{form} {title}")


def test_the_registry_certificate_alone_ages() -> None:
    aged = {
        (one.requirement.id, one.requirement.max_age_months)
        for frame in SchemeFrame
        for kind in ApplicationKind
        for one in requirements_on(RequirementFacts(frame=frame, application=kind, on=NOW))
        if one.requirement.max_age_months is not None
    }
    assert aged == {("registry_certificate", 3)}
