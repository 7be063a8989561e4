"""What the gate finds: each finding names two places with their values, and how long it takes to put right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from subsidies.rules.gate.facts import Place
from vapup.shared.money import format_yen

LONGEST_ABOUT: Final = 300


class Severity(StrEnum):
    """What a finding does to the gate."""

    BLOCKS = "blocks"  # closed until it is put right or a manager lets it pass for a reason
    ADVICE = "advice"  # said, and no more


class Page(StrEnum):
    """Where a finding is put right."""

    CASE = "case"
    COSTS = "costs"
    ENTERPRISE = "enterprise"
    AGENCY = "agency"
    BANKS = "banks"
    PAPERS = "papers"
    CLAIM = "claim"
    USAGE = "usage"
    HOURS = "hours"


class Kind(NamedTuple):
    """What every finding of one code has in common; `minutes` is a rule of thumb."""

    minutes: int
    severity: Severity
    page: Page
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFinding:
    """One finding; `about` tells findings of one code apart, `message` is a complete Japanese sentence."""

    code: str
    about: str
    message: str
    first: Place
    second: Place
    minutes: int
    severity: Severity
    page: Page
    source: str

    @property
    def key(self) -> str:
        """Return what names the finding in addresses and forms; its words are not part of it."""
        return hashlib.sha256(f"{self.code}|{self.about}".encode()).hexdigest()[:16]

    @property
    def words_key(self) -> str:
        """Return what stands for the very words of the finding."""
        return hashlib.sha256(self.message.encode()).hexdigest()[:16]

    @property
    def blocks(self) -> bool:
        """Tell whether the finding closes the gate."""
        return self.severity is Severity.BLOCKS


_B: Final = Severity.BLOCKS
_A: Final = Severity.ADVICE
_P: Final = Page.PAPERS
_C: Final = Page.CLAIM
_K: Final = Page.BANKS
_H: Final = Page.HOURS

OWN: Final = "書類どうしの突合(差戻しを防ぐための確認)"
FUKUOKA_CLAIM: Final = (
    "福岡県中小企業活性化協議会 支払申請に必要な書類 "
    "https://keieikaizen.fukuoka-kyogikai.go.jp/souki_keieikaizen/souki_request/"
)
FUKUOKA_USAGE: Final = (
    "福岡県中小企業活性化協議会 利用申請に必要な書類 https://keieikaizen.fukuoka-kyogikai.go.jp/keieikaizen/request-4/"
)
FUKUOKA_WINDOW: Final = (
    "福岡県中小企業活性化協議会 よくあるご質問 支払申請 https://keieikaizen.fukuoka-kyogikai.go.jp/faq-3/"
)
FUKUOKA_TAX: Final = "福岡県中小企業活性化協議会 消費税率の取扱い https://www.fukunet.or.jp/keieikaizen/"
IBARAKI: Final = "茨城県中小企業活性化協議会 利用申請に必要な書類 https://i-smeadviser.go.jp/plan/plan-doc/"
OKINAWA: Final = "沖縄県中小企業活性化協議会 2018年8月1日からの変更 http://www.nahacci.or.jp/saisei/center/"
SAPPORO: Final = (
    "北海道中小企業活性化協議会 経営改善計画策定支援事業 https://www.sapporo-cci.or.jp/keieikaizen/improvement-plan/"
)
WITHHOLDING: Final = (
    "国税庁 タックスアンサー No.2798 https://www.nta.go.jp/taxes/shiraberu/taxanswer/gensen/2798.htm (取扱いは要確認)"
)
SHIZUOKA: Final = "静岡県中小企業活性化協議会 様式と適用する年度 https://shizuoka-sme.go.jp/menu/improvement"
YAMAGUCHI: Final = "山口県中小企業活性化協議会 経営改善計画策定支援 https://yipf.or.jp/kaizen/improvement-plan/"

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        # totals
        "statement_missing": Kind(10, _B, _C, FUKUOKA_CLAIM),
        "statement_differs": Kind(15, _B, _C, OWN),
        "hours_missing": Kind(10, _B, _C, FUKUOKA_CLAIM),
        "hours_differ": Kind(30, _B, _C, OWN),
        "category_not_filed": Kind(1440, _B, _C, FUKUOKA_TAX),
        "cost_over_filed": Kind(30, _B, _C, FUKUOKA_TAX),
        "total_over_filed": Kind(30, _B, _C, FUKUOKA_TAX),
        "claim_empty": Kind(10, _B, _C, OWN),
        "settlements_differ": Kind(10, _B, _C, OWN),
        "council_invoice_missing": Kind(30, _B, _C, FUKUOKA_CLAIM),
        "council_invoice_differs": Kind(30, _B, _C, OWN),
        "council_invoice_share": Kind(10, _A, _C, OWN),
        "own_invoice_missing": Kind(30, _B, _C, OWN),
        "own_invoice_differs": Kind(30, _B, _C, OWN),
        "own_invoice_share": Kind(10, _A, _C, OWN),
        "paper_amount_differs": Kind(15, _B, _P, OWN),
        "negotiation_before_last": Kind(10, _B, _C, SAPPORO),
        "release_not_sought": Kind(10, _B, Page.CASE, SAPPORO),
        "point_open": Kind(20, _B, Page.USAGE, OWN),
        "point_noted": Kind(20, _A, Page.USAGE, OWN),
        # hours and rates
        "hours_changed": Kind(10, _B, _C, OWN),
        "hours_excluded": Kind(10, _B, _C, IBARAKI),
        "hours_days_differ": Kind(5, _B, _C, OWN),
        "hours_after_claim": Kind(10, _B, _H, OWN),
        "hours_outside_period": Kind(10, _B, _H, SAPPORO),
        "hours_unapproved": Kind(30, _B, _H, OKINAWA),
        "hours_without_work": Kind(10, _B, _H, OWN),
        "hours_overlap": Kind(30, _B, _H, OWN),
        "person_not_on_line": Kind(30, _B, _H, OWN),
        "rate_over_card": Kind(30, _B, Page.COSTS, FUKUOKA_USAGE),
        "rate_under_card": Kind(10, _A, Page.COSTS, FUKUOKA_USAGE),
        "agency_hours_differ": Kind(10, _B, _C, FUKUOKA_CLAIM),
        "agency_without_lines": Kind(20, _B, Page.COSTS, FUKUOKA_USAGE),
        # the halves of the plan
        "halves_differ": Kind(60, _B, _C, FUKUOKA_USAGE),
        "half_before_first_period": Kind(1440, _B, _C, FUKUOKA_USAGE),
        "half_claimed_twice": Kind(30, _B, _C, FUKUOKA_USAGE),
        # the own share
        "council_invoice_net": Kind(30, _B, _C, FUKUOKA_CLAIM),
        "own_invoice_net": Kind(30, _B, _C, FUKUOKA_CLAIM),
        "withholding_unusual": Kind(20, _A, _C, WITHHOLDING),
        "transfer_to_wrong_agency": Kind(1440, _B, _C, FUKUOKA_CLAIM),
        "settlement_missing": Kind(20, _B, _C, FUKUOKA_CLAIM),
        "transfer_missing": Kind(1440, _B, _C, FUKUOKA_CLAIM),
        "not_by_transfer": Kind(1440, _B, _C, OKINAWA),
        "not_single_purpose": Kind(1440, _B, _C, FUKUOKA_CLAIM),
        "fee_deducted": Kind(1440, _B, _C, FUKUOKA_CLAIM),
        "transfer_differs": Kind(1440, _B, _C, FUKUOKA_CLAIM),
        "gross_invoice_missing": Kind(60, _B, _C, FUKUOKA_CLAIM),
        # names
        "paper_name_differs": Kind(60, _B, _P, OWN),
        "paper_address_differs": Kind(60, _B, _P, OWN),
        "payer_missing": Kind(5, _B, _C, FUKUOKA_CLAIM),
        "payer_differs": Kind(60, _B, _C, FUKUOKA_CLAIM),
        "payee_missing": Kind(5, _B, _C, FUKUOKA_CLAIM),
        "slip_in_kana": Kind(2, _A, _C, OWN),
        "payee_differs": Kind(60, _B, _C, FUKUOKA_CLAIM),
        # papers
        "paper_missing": Kind(120, _B, _P, FUKUOKA_USAGE),
        "paper_unchecked": Kind(10, _B, _P, OWN),
        "paper_lacking": Kind(60, _B, _P, OWN),
        "paper_left_out": Kind(10, _B, _P, OWN),
        "original_missing": Kind(120, _B, _P, FUKUOKA_USAGE),
        "paper_elsewhere": Kind(60, _A, _P, OWN),
        "certificate_stale": Kind(240, _B, _P, IBARAKI),
        "certificate_undated": Kind(2, _B, _P, IBARAKI),
        "paper_expired": Kind(240, _B, _P, OWN),
        "edition_wrong": Kind(60, _B, _P, SHIZUOKA),
        "edition_unread": Kind(2, _A, _P, SHIZUOKA),
        "certification_expired": Kind(4320, _B, Page.AGENCY, FUKUOKA_USAGE),
        "certification_unknown": Kind(5, _B, Page.AGENCY, FUKUOKA_USAGE),
        # banks
        "no_lender": Kind(10, _B, Page.ENTERPRISE, FUKUOKA_USAGE),
        "opening_letter_missing": Kind(4320, _B, _K, FUKUOKA_USAGE),
        "lender_not_consented": Kind(10080, _B, _K, YAMAGUCHI),
        "lender_conditional": Kind(60, _A, _K, YAMAGUCHI),
        "guarantor_missing": Kind(10, _B, Page.ENTERPRISE, YAMAGUCHI),
        "receipt_missing": Kind(4320, _B, _K, FUKUOKA_CLAIM),
        # days
        "day_missing": Kind(2, _B, _C, OWN),
        "after_submission": Kind(5, _B, _C, OWN),
        "letter_before_consultation": Kind(5, _B, _K, OWN),
        "applied_before_letter": Kind(10, _B, _K, FUKUOKA_USAGE),
        "accepted_before_application": Kind(5, _B, Page.CASE, OWN),
        "decided_before_acceptance": Kind(5, _B, Page.CASE, OWN),
        "contract_before_acceptance": Kind(60, _A, _C, IBARAKI),
        "work_before_acceptance": Kind(60, _B, _C, IBARAKI),
        "work_before_contract": Kind(60, _B, _C, OWN),
        "work_before_decision": Kind(30, _A, _C, IBARAKI),
        "work_after_completion": Kind(60, _B, _C, FUKUOKA_TAX),
        "receipt_before_handing": Kind(5, _B, _K, OWN),
        "consent_before_handing": Kind(5, _B, _K, OWN),
        "invoice_before_completion": Kind(30, _B, _C, OWN),
        "own_invoice_before_completion": Kind(30, _B, _C, OWN),
        "invoice_before_work": Kind(30, _B, _C, OWN),
        "own_invoice_before_work": Kind(30, _A, _C, OWN),
        "transfer_before_invoice": Kind(60, _B, _C, FUKUOKA_CLAIM),
        "work_before_period": Kind(30, _B, _C, SAPPORO),
        "claim_before_period_end": Kind(1440, _B, _C, SAPPORO),
        "invoice_before_period_end": Kind(30, _B, _C, SAPPORO),
        "usage_lapsed": Kind(10080, _B, Page.CASE, FUKUOKA_WINDOW),
        "claim_lapsed": Kind(10080, _B, Page.CASE, SAPPORO),
        "expert_before_creditors": Kind(5, _B, _K, OWN),
        "expert_before_acceptance": Kind(60, _A, _K, IBARAKI),
        "standstill_before_expert": Kind(5, _B, _K, OWN),
        "meeting_before_report": Kind(5, _B, _K, OWN),
        "consent_before_meeting": Kind(5, _B, _K, OWN),
    }
)


def finding(
    code: str, first: Place, second: Place, message: str, *, about: str = "", page: Page | None = None
) -> GateFinding:
    """Return a finding of a known code; `page` where it is put right elsewhere than others of its code."""
    kind = KINDS[code]
    return GateFinding(
        code=code,
        about=about[:LONGEST_ABOUT],
        message=message,
        first=first,
        second=second,
        minutes=kind.minutes,
        severity=kind.severity,
        page=page or kind.page,
        source=kind.source,
    )


def differs(code: str, first: Place, second: Place, remedy: str, *, about: str = "") -> GateFinding:
    """Return that two places do not say the same."""
    message = f"{first.label}「{first.value}」が、{second.label}「{second.value}」と異なります。{remedy}"
    return finding(code, first, second, message, about=about)


def differs_in_yen(
    code: str, first: tuple[str, int], second: tuple[str, int], remedy: str, *, about: str = ""
) -> GateFinding:
    """Return that two places do not give the same amount; the sentence says by how much."""
    one, other = yen_place(*first), yen_place(*second)
    gap_yen = abs(first[1] - second[1])
    message = (
        f"{one.label} {one.value} が、{other.label} {other.value} と異なります(差 {format_yen(gap_yen)}円)。{remedy}"
    )
    return finding(code, one, other, message, about=about)


def yen_place(label: str, yen: int | None) -> Place:
    """Return a place that gives an amount in yen, or none yet."""
    return Place(label, "未入力" if yen is None else f"{format_yen(yen)}円")
