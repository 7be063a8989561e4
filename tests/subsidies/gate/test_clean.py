"""Clean applications pass, whatever their kind; and each fault of plain facts is found with its own code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cases.enums import Consent, LenderRole, SchemeFrame
from subsidies.enums import ApplicationKind, CostCategory, PaperPlace, PaperStatus, PaymentMethod
from subsidies.rules.gate import GateFacts, check, timeline
from subsidies.rules.gate.facts import AgencyFacts, LenderFacts, OpenPoint, Party
from subsidies.rules.gate.findings import KINDS, Severity
from tests.subsidies.gate.clean_facts import (
    AGENCY,
    clean_monitoring_claim,
    clean_plan_claim,
    clean_usage,
    replaced,
)
from tests.subsidies.gate.seeded_hours_faults import ADVICE_OF_HOURS, HOURS_FAULTS

Change = Callable[[GateFacts], GateFacts]


def paper(key: str, **said: Any) -> Change:
    def change(facts: GateFacts) -> GateFacts:
        assert any(one.key == key for one in facts.papers)
        return replace(facts, papers=tuple(replaced(one, **said) if one.key == key else one for one in facts.papers))

    return change


def settlement(**said: Any) -> Change:
    return lambda facts: replace(facts, settlements=(replace(facts.settlements[0], **said),))


def line(**said: Any) -> Change:
    return lambda facts: replace(facts, lines=(replace(facts.lines[0], **said),))


def lender(number: int, **said: Any) -> Change:
    def change(facts: GateFacts) -> GateFacts:
        lenders = list(facts.lenders)
        lenders[number] = replace(lenders[number], **said)
        return replace(facts, lenders=tuple(lenders))

    return change


def procedure(**said: Any) -> Change:
    return lambda facts: replace(facts, procedure=replace(facts.procedure, **said))


def claim(**said: Any) -> Change:
    def change(facts: GateFacts) -> GateFacts:
        assert facts.claim is not None
        return replace(facts, claim=replace(facts.claim, **said))

    return change


def facts(**said: Any) -> Change:
    return lambda before: replace(before, **said)


def expiring(day: date | None) -> Change:
    return facts(agencies=(replace(AGENCY, certification_expires_on=day),))


def usage() -> GateFacts:
    return clean_usage()


def early_usage() -> GateFacts:
    return clean_usage(SchemeFrame.VUP)


def plan() -> GateFacts:
    return clean_plan_claim()


def early_plan() -> GateFacts:
    return replace(clean_plan_claim(SchemeFrame.VUP), lenders=clean_plan_claim().lenders[:1])


def guideline() -> GateFacts:
    return clean_plan_claim(SchemeFrame.SME_GL)


def monitoring() -> GateFacts:
    return clean_monitoring_claim()


def negotiation() -> GateFacts:
    plain = clean_monitoring_claim()
    own = replace(plain.lines[0], category=CostCategory.NEGOTIATION)
    return replace(plain, kind=ApplicationKind.NEGOTIATION_CLAIM, lines=(own,))


@pytest.mark.parametrize("make", [usage, early_usage, plan, early_plan, guideline, monitoring, negotiation])
def test_a_clean_application_passes(make: Callable[[], GateFacts]) -> None:
    assert check(make()) == ()
    assert not any(entry.is_inverted for entry in timeline(make()))


def test_an_agency_without_a_part_is_asked_for_no_days() -> None:
    unknown = dict.fromkeys(("contracted_on", "council_invoiced_on", "own_invoiced_on", "transferred_on"))
    idle = settlement(cost_yen=0, **unknown)(plan())
    assert "day_missing" not in {one.code for one in check(idle)}
    busy = settlement(**unknown)(plan())
    assert [one.code for one in check(busy)].count("day_missing") == len(unknown)


@pytest.mark.parametrize(
    ("nothing", "days"),
    [("council_invoice_yen", ["council_invoiced_on"]), ("own_invoice_yen", ["own_invoiced_on", "transferred_on"])],
)
def test_who_is_asked_for_nothing_needs_no_day_of_an_invoice(nothing: str, days: list[str]) -> None:
    unknown = dict.fromkeys(days)
    asked = codes(monitoring(), settlement(**unknown))
    assert asked.count("day_missing") == len(days)
    assert "day_missing" not in codes(monitoring(), settlement(**unknown, **{nothing: 0}))
    due = "due_council_yen" if nothing.startswith("council") else "due_own_yen"
    assert "day_missing" not in codes(monitoring(), settlement(**unknown, **{nothing: None, due: 0}))


def test_an_invoice_of_nothing_need_not_be_there() -> None:
    nothing_due = settlement(own_invoice_yen=None, due_own_yen=0)(plan())
    assert "own_invoice_missing" not in {one.code for one in check(nothing_due)}
    something_due = settlement(own_invoice_yen=None, due_own_yen=1)(plan())
    assert "own_invoice_missing" in {one.code for one in check(something_due)}


LATE = date(2026, 2, 21)
FAULTS: list[tuple[str, Callable[[], GateFacts], Change, tuple[str, ...]]] = [
    # totals
    ("statement_missing", plan, line(statement_yen=None), ("未入力", "1,500,000円")),
    ("statement_differs", plan, line(statement_yen=1_499_999), ("1,499,999円", "1,500,000円", "差 1円")),
    ("hours_missing", plan, line(hours_yen=None), ("未入力", "1,500,000円")),
    ("hours_differ", plan, line(hours_yen=1_400_000), ("1,400,000円", "1,500,000円")),
    ("category_not_filed", plan, line(filed_yen=None), ("1,500,000円", "なし")),
    ("cost_over_filed", plan, line(filed_yen=1_499_999), ("1,500,000円", "1,499,999円")),
    ("cost_over_filed", monitoring, line(earlier_yen=600_001), ("900,001円", "900,000円")),
    ("total_over_filed", plan, claim(filed_total_yen=1_499_999), ("1,500,000円", "1,499,999円")),
    ("claim_empty", plan, claim(not_entered=((CostCategory.DUE_DILIGENCE, 700_000),)), ("未入力", "700,000円")),
    ("settlements_differ", plan, settlement(cost_yen=1_500_001), ("1,500,001円", "1,500,000円")),
    ("council_invoice_missing", plan, settlement(council_invoice_yen=None), ("未入力", "500,000円")),
    ("council_invoice_differs", plan, settlement(council_invoice_yen=500_001), ("500,001円", "500,000円")),
    ("own_invoice_missing", plan, settlement(own_invoice_yen=None), ("未入力", "500,000円")),
    ("own_invoice_differs", plan, settlement(own_invoice_yen=499_000), ("499,000円", "500,000円")),
    ("paper_amount_differs", usage, paper("estimate", stated_yen=2_900_000), ("2,900,000円", "3,000,000円")),
    ("negotiation_before_last", negotiation, claim(is_last_monitoring=False), ("提出しようとしている", "まだ")),
    ("release_not_sought", negotiation, claim(seeks_guarantee_release=False), ("請求する", "いいえ")),
    (
        "point_open",
        usage,
        facts(points=(OpenPoint("費用明細", "ありません。", blocks=True),)),
        ("ありません",),
    ),
    ("point_noted", usage, facts(points=(OpenPoint("申請の理由", "未入力です。", blocks=False),)), ("未入力です",)),
    # the own share
    ("settlement_missing", plan, facts(settlements=()), ("未入力", "青葉会計事務所")),
    ("transfer_missing", plan, settlement(transferred_yen=None), ("未入力", "500,000円")),
    ("not_by_transfer", plan, settlement(method=PaymentMethod.CASH), ("現金", "500,000円")),
    ("not_by_transfer", plan, settlement(method=PaymentMethod.OFFSET), ("顧問料", "500,000円")),
    ("not_single_purpose", plan, settlement(is_single_purpose=False), ("ほかの支払と合算", "500,000円")),
    ("fee_deducted", plan, settlement(fee_deducted_yen=660, transferred_yen=499_340), ("660円", "500,000円")),
    ("transfer_differs", plan, settlement(transferred_yen=499_340), ("499,340円", "500,000円", "差 660円")),
    ("gross_invoice_missing", monitoring, settlement(has_gross_invoice=False), ("10,210円", "なし")),
    # names
    ("paper_name_differs", usage, paper("registry_certificate", stated_name="株式会社高橋製作所"), ("髙橋", "字体")),
    ("paper_name_differs", usage, paper("registry_certificate", stated_name="山田水産"), ("山田水産", "髙橋")),
    (
        "paper_address_differs",
        usage,
        paper("registry_certificate", stated_address="宮城県石巻市魚町9-9"),
        ("魚町9-9", "魚町1-2-3"),
    ),
    ("payer_missing", plan, settlement(payer=""), ("未入力", "株式会社髙橋製作所")),
    ("payer_differs", plan, settlement(payer="髙橋 一郎"), ("髙橋 一郎", "株式会社髙橋製作所")),
    ("payee_missing", plan, settlement(payee=""), ("未入力", "青葉会計事務所")),
    ("slip_in_kana", plan, settlement(payee="アオバカイケイ"), ("アオバカイケイ", "青葉会計事務所")),
    ("payee_differs", plan, settlement(payee="青葉会計株式会社"), ("青葉会計株式会社", "青葉会計事務所")),
    # papers
    ("paper_missing", usage, paper("estimate", status=PaperStatus.NOT_STARTED), ("未着手", "必要")),
    ("paper_unchecked", usage, paper("estimate", status=PaperStatus.WORKING), ("作業中", "必要")),
    (
        "paper_lacking",
        usage,
        paper("estimate", status=PaperStatus.CHECKED_LACKING, reason="押印がない"),
        ("確認済・不足あり", "押印がない"),
    ),
    ("paper_left_out", usage, paper("estimate", status=PaperStatus.LEFT_OUT, reason="不要"), ("対象外", "不要")),
    ("original_missing", usage, paper("registry_certificate", is_original=False), ("写し", "原本")),
    ("paper_elsewhere", usage, paper("estimate", place=PaperPlace.BANK), ("金融機関", "当事務所")),
    # 2025-02-09 and three months by the Civil Code end on 2025-05-09; the day of the submission is 2025-05-10.
    (
        "certificate_stale",
        usage,
        paper("registry_certificate", issued_on=date(2025, 2, 9)),
        ("2025-02-09", "2025-05-10"),
    ),
    ("certificate_undated", usage, paper("registry_certificate", issued_on=None), ("未入力", "2025-05-10")),
    ("paper_expired", usage, paper("certification_notice", valid_until=date(2025, 5, 9)), ("2025-05-09", "2025-05-10")),
    ("edition_wrong", usage, paper("usage_application", stated_edition="r6"), ("r6", "r7")),
    ("edition_unread", usage, paper("usage_application", stated_edition=""), ("未入力", "r7")),
    ("certification_expired", plan, expiring(date(2026, 2, 19)), ("2026-02-19", "2026-02-20")),
    ("certification_unknown", usage, expiring(None), ("未入力", "2025-05-10")),
    # banks
    ("no_lender", usage, facts(lenders=()), ("登録なし", "主要または準主要")),
    ("opening_letter_missing", usage, lender(0, confirmation_letter_on=None), ("主要金融機関の確認書面", "記名押印")),
    ("opening_letter_missing", early_usage, lender(0, consultation_letter_on=None), ("事前相談書", "記名押印")),
    (
        "lender_not_consented",
        plan,
        lender(1, consent=Consent.REFUSED, consented_on=None),
        ("宮城県信用保証協会", "不同意", "すべての金融機関"),
    ),
    (
        "lender_conditional",
        plan,
        lender(0, consent=Consent.CONDITIONAL, conditions="担保の追加"),
        ("担保の追加", "条件"),
    ),
    ("guarantor_missing", plan, lender(1, role=LenderRole.OTHER), ("七十七銀行 石巻支店", "なし")),
    ("receipt_missing", early_plan, lender(0, receipt_on=None), ("受取書", "なし")),
    # days
    ("day_missing", plan, line(worked_to=None), ("従事の初日と最終日", "従事時間管理表")),
    ("day_missing", plan, settlement(contracted_on=None), ("契約日", "契約書")),
    ("day_missing", guideline, procedure(report_on=None), ("調査報告書の日付", "中小版GLの手続")),
    ("after_submission", plan, settlement(transferred_on=LATE), ("2026-02-21", "2026-02-20")),
    (
        "letter_before_consultation",
        usage,
        lender(0, confirmation_letter_on=date(2025, 3, 31)),
        ("2025-03-31", "2025-04-01"),
    ),
    ("applied_before_letter", plan, lender(0, confirmation_letter_on=date(2025, 5, 8)), ("2025-05-07", "2025-05-08")),
    ("contract_before_acceptance", plan, settlement(contracted_on=date(2025, 5, 11)), ("2025-05-11", "2025-05-12")),
    ("work_before_acceptance", plan, line(worked_from=date(2025, 5, 11)), ("2025-05-11", "2025-05-12")),
    ("work_before_contract", plan, settlement(contracted_on=date(2025, 5, 21)), ("2025-05-20", "2025-05-21")),
    ("work_before_decision", monitoring, procedure(decided_on=date(2026, 4, 11)), ("2026-04-10", "2026-04-11")),
    ("work_after_completion", plan, line(worked_to=date(2026, 1, 13)), ("2026-01-13", "2026-01-12")),
    ("receipt_before_handing", plan, lender(0, plan_handed_on=date(2025, 12, 26)), ("2025-12-25", "2025-12-26")),
    ("consent_before_handing", plan, lender(1, plan_handed_on=date(2026, 1, 13)), ("2026-01-12", "2026-01-13")),
    (
        "invoice_before_completion",
        plan,
        settlement(council_invoiced_on=date(2026, 1, 11)),
        ("2026-01-11", "2026-01-12"),
    ),
    (
        "own_invoice_before_completion",
        plan,
        settlement(own_invoiced_on=date(2026, 1, 11)),
        ("2026-01-11", "2026-01-12"),
    ),
    ("transfer_before_invoice", plan, settlement(transferred_on=date(2026, 1, 19)), ("2026-01-19", "2026-01-20")),
    ("work_before_period", monitoring, line(worked_from=date(2026, 3, 31)), ("2026-03-31", "2026-04-01")),
    (
        "invoice_before_period_end",
        monitoring,
        settlement(council_invoiced_on=date(2026, 9, 29)),
        ("2026-09-29", "2026-09-30"),
    ),
    ("usage_lapsed", plan, procedure(claim_by=date(2026, 2, 19)), ("2026-02-19", "2026-02-20")),
    ("claim_lapsed", monitoring, procedure(claim_by=date(2026, 11, 9)), ("2026-11-09", "2026-11-10")),
    (
        "expert_before_creditors",
        guideline,
        procedure(main_creditors_agreed_on=date(2025, 6, 6)),
        ("2025-06-05", "2025-06-06"),
    ),
    (
        "standstill_before_expert",
        guideline,
        procedure(standstill_requested_on=date(2025, 6, 4)),
        ("2025-06-04", "2025-06-05"),
    ),
    ("meeting_before_report", guideline, procedure(report_on=date(2026, 1, 6)), ("2026-01-05", "2026-01-06")),
    ("accepted_before_application", plan, procedure(applied_on=date(2025, 5, 13)), ("2025-05-12", "2025-05-13")),
    ("decided_before_acceptance", plan, procedure(decided_on=date(2025, 5, 11)), ("2025-05-11", "2025-05-12")),
    (
        "expert_before_acceptance",
        guideline,
        procedure(appointed_on=date(2025, 5, 11), main_creditors_agreed_on=date(2025, 5, 11)),
        ("2025-05-11", "2025-05-12"),
    ),
]


@pytest.mark.parametrize(
    ("code", "make", "change", "values"), FAULTS, ids=[f"{one[0]}-{n}" for n, one in enumerate(FAULTS)]
)
def test_a_single_fault_is_found_under_its_own_code(
    code: str, make: Callable[[], GateFacts], change: Change, values: tuple[str, ...]
) -> None:
    found = check(change(make()))
    assert [one.code for one in found] == [code]
    assert [value for value in values if value not in found[0].message] == []
    assert found[0].message.endswith("。")
    assert (found[0].first.label, found[0].first.value) != ("", "")
    assert (found[0].second.label, found[0].second.value) != ("", "")


def test_every_code_is_known_and_has_a_fault_that_shows_it() -> None:
    # several findings at once: see the tests below
    together = {"council_invoice_share", "own_invoice_share", "claim_before_period_end", "consent_before_meeting"}
    # through the database, with logged hours: see test_seeded_hours_faults
    with_hours = {one[4] for one in HOURS_FAULTS} | ADVICE_OF_HOURS
    assert {one[0] for one in FAULTS} | together | with_hours == set(KINDS)


def codes(before: GateFacts, *changes: Change) -> list[str]:
    for change in changes:
        before = change(before)
    return sorted(one.code for one in check(before))


def test_a_claim_before_the_end_of_its_period_is_found() -> None:
    assert "claim_before_period_end" in codes(monitoring(), procedure(period_ends_on=date(2026, 11, 11)))


def test_a_consent_before_the_meeting_of_creditors_is_found() -> None:
    # both lenders agreed before 2026-01-15, the day of the meeting
    assert codes(guideline(), procedure(meeting_on=date(2026, 1, 15))) == ["consent_before_meeting"] * 2


def test_of_two_agencies_the_sum_binds_and_the_split_is_advice() -> None:
    other = AgencyFacts(party=Party(name="駅前会計"), is_lead=False, certification_expires_on=date(2028, 1, 1))
    half: dict[str, Any] = {
        "due_council_yen": 250_000,
        "due_own_yen": 250_000,
        "cost_yen": 750_000,
        "transferred_yen": 250_000,
    }
    first = replace(plan().settlements[0], council_invoice_yen=250_001, own_invoice_yen=250_000, **half)
    second = replace(first, agency=other, council_invoice_yen=249_999, payee="駅前会計")
    both = replace(plan(), agencies=(AGENCY, other), settlements=(first, second))
    # 250,001 + 249,999 = 500,000 is the sum that is due; only who gets the odd yen differs.
    assert codes(both) == ["council_invoice_share", "council_invoice_share"]
    short = replace(both, settlements=(first, replace(second, council_invoice_yen=249_998)))
    assert "council_invoice_differs" in codes(short)
    own = replace(both, settlements=(replace(first, own_invoice_yen=250_001), replace(second, own_invoice_yen=249_999)))
    assert "own_invoice_share" in codes(own)
    assert "own_invoice_differs" not in codes(own)


def test_a_late_contract_of_a_second_agency_is_no_fault_of_the_first_ones_hours() -> None:
    other = AgencyFacts(party=Party(name="駅前会計"), is_lead=False, certification_expires_on=date(2028, 1, 1))
    first = replace(plan().settlements[0], due_council_yen=None, due_own_yen=None)
    second = replace(first, agency=other, contracted_on=date(2025, 9, 1), payee="駅前会計")
    assert "work_before_contract" not in codes(replace(plan(), settlements=(first, second)))


def test_later_claims_need_no_letters_and_no_consents() -> None:
    nobody = LenderFacts(name="七十七銀行", role=LenderRole.MAIN, balance_yen=1)
    assert codes(monitoring(), facts(lenders=(nobody,))) == []


def test_a_paper_that_is_not_needed_may_be_missing() -> None:
    assert codes(usage(), paper("estimate", is_needed=False, status=PaperStatus.NOT_STARTED)) == []


@pytest.mark.parametrize("written", ["R7", "r7", "令和7年度版", "R7年度"])
def test_an_edition_is_read_however_it_is_written(written: str) -> None:
    assert codes(usage(), paper("usage_application", stated_edition=written)) == []


def test_the_certificate_is_fresh_up_to_the_last_day_of_its_third_month() -> None:
    # issued on 2025-02-10: the three months begin on 02-11 and end on 05-10, the day of the submission.
    assert codes(usage(), paper("registry_certificate", issued_on=date(2025, 2, 10))) == []
    # issued on 2024-11-30: the months end on 2025-02-28, which has no 30th
    aged = facts(day=date(2025, 2, 28))
    fresh = paper("registry_certificate", issued_on=date(2024, 11, 30))
    assert "certificate_stale" not in codes(usage(), fresh, aged)
    assert "certificate_stale" in codes(usage(), fresh, facts(day=date(2025, 3, 1)))


def test_findings_come_by_the_time_they_take() -> None:
    both = replace(settlement(council_invoice_yen=1)(plan()), papers=())
    broken = lender(0, consent=Consent.ASKED, consented_on=None)(line(worked_to=None)(both))
    found = check(broken)
    assert [one.minutes for one in found] == sorted(one.minutes for one in found)
    assert found[0].code == "day_missing"
    assert found[-1].code == "lender_not_consented"
    assert {one.severity for one in found} == {Severity.BLOCKS}
