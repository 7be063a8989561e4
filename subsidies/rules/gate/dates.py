"""Days in their order: what must not come before what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.gate.days import DERIVED, Day, Moment, days_of
from subsidies.rules.gate.facts import GateFacts, Place, SettlementFacts
from subsidies.rules.gate.findings import GateFinding, Page, finding

M = Moment
USAGE: Final = frozenset({ApplicationKind.USAGE})
PLAN: Final = frozenset({ApplicationKind.PLAN_CLAIM})
MONITORING: Final = frozenset({ApplicationKind.MONITORING_CLAIM})
CLAIMED: Final = frozenset({*PLAN, *MONITORING, ApplicationKind.NEGOTIATION_CLAIM})


@dataclass(frozen=True, slots=True)
class Order:
    """Two moments of which the second must not come before the first; the same day is in order.

    Of several orders with one `later` moment and one `group`, only the first broken one is told: it implies the rest.
    """

    code: str
    earlier: Moment
    later: Moment
    kinds: frozenset[ApplicationKind]
    remedy: str
    group: str = ""
    per_subject: bool = False  # compare only days of the same agency, lender or category
    first_only: bool = False  # compare with the first of the earlier days alone


_HOURS: Final = "従事時間管理表の日付を確かめ、対象にならない時間を請求から除いてください。"
_LETTER: Final = "金融機関のページと書面の日付を確かめ、必要なら書面を取り直してください。"
_INVOICE: Final = "請求書の日付を確かめ、誤りなら請求書を作り直してください。"
_RECORD: Final = "記録と書類の日付を確かめ、誤りのある方を直してください。"

ORDERS: Final = (
    Order("letter_before_consultation", M.CONSULTED, M.CONSULTATION_LETTER, USAGE | PLAN, _LETTER),
    Order("letter_before_consultation", M.CONSULTED, M.CONFIRMATION_LETTER, USAGE | PLAN, _LETTER),
    Order("applied_before_letter", M.CONSULTATION_LETTER, M.APPLIED, PLAN, _LETTER),
    Order("applied_before_letter", M.CONFIRMATION_LETTER, M.APPLIED, PLAN, _LETTER),
    Order("accepted_before_application", M.APPLIED, M.ACCEPTED, CLAIMED, _RECORD),
    Order("decided_before_acceptance", M.ACCEPTED, M.DECIDED, CLAIMED, _RECORD),
    Order(
        "contract_before_acceptance",
        M.ACCEPTED,
        M.CONTRACTED,
        CLAIMED,
        "受理より前の契約は、差戻しの原因になることがあります。契約書の日付と内容を確かめてください。",
    ),
    Order("work_before_acceptance", M.ACCEPTED, M.WORK_FIRST, CLAIMED, _HOURS, "work"),
    Order("work_before_contract", M.CONTRACTED, M.WORK_FIRST, PLAN, _HOURS, "work", first_only=True),
    Order("work_before_decision", M.DECIDED, M.WORK_FIRST, CLAIMED, _HOURS, "work"),
    Order("work_after_completion", M.WORK_LAST, M.COMPLETED, PLAN, _HOURS),
    Order("receipt_before_handing", M.PLAN_HANDED, M.RECEIVED, PLAN, _RECORD, per_subject=True),
    Order("consent_before_handing", M.PLAN_HANDED, M.CONSENTED, PLAN, _RECORD, per_subject=True),
    Order("invoice_before_completion", M.COMPLETED, M.COUNCIL_INVOICED, PLAN, _INVOICE),
    Order("own_invoice_before_completion", M.COMPLETED, M.OWN_INVOICED, PLAN, _INVOICE),
    Order(
        "transfer_before_invoice",
        M.OWN_INVOICED,
        M.TRANSFERRED,
        CLAIMED,
        "振込受付書等と請求書の日付を確かめ、誤りのある方を直してください。",
        per_subject=True,
    ),
    Order("work_before_period", M.PERIOD_STARTS, M.WORK_FIRST, MONITORING, _HOURS, "work"),
    Order(
        "claim_before_period_end",
        M.PERIOD_ENDS,
        M.SUBMITTED,
        MONITORING,
        "対象期間が終わってから提出してください。",
    ),
    Order("invoice_before_period_end", M.PERIOD_ENDS, M.COUNCIL_INVOICED, MONITORING, _INVOICE, "invoice"),
    Order("invoice_before_work", M.WORK_LAST, M.COUNCIL_INVOICED, CLAIMED - PLAN, _INVOICE, "invoice"),
    Order("own_invoice_before_work", M.WORK_LAST, M.OWN_INVOICED, CLAIMED - PLAN, _INVOICE),
    Order(
        "usage_lapsed",
        M.SUBMITTED,
        M.CLAIM_BY,
        PLAN,
        "利用申請の有効期間が過ぎています。提出できるかを、協議会に確かめてください。",
    ),
    Order(
        "claim_lapsed",
        M.SUBMITTED,
        M.CLAIM_BY,
        CLAIMED - PLAN,
        "支払申請の期限が過ぎています。提出できるかを、協議会に確かめてください。",
    ),
    Order("expert_before_creditors", M.CREDITORS_AGREED, M.APPOINTED, PLAN, _RECORD),
    Order("expert_before_acceptance", M.ACCEPTED, M.APPOINTED, PLAN, _RECORD),
    Order("standstill_before_expert", M.APPOINTED, M.STANDSTILL, PLAN, _RECORD),
    Order("meeting_before_report", M.REPORTED, M.MEETING, PLAN, _RECORD),
    Order("consent_before_meeting", M.MEETING, M.CONSENTED, PLAN, _RECORD),
)
_NOT_COMPARED_WITH_SUBMISSION: Final = frozenset({*DERIVED, M.SUBMITTED, M.CLAIM_BY, M.PERIOD_ENDS, M.PERIOD_STARTS})


@dataclass(frozen=True, slots=True)
class Inversion:
    """Two days in the wrong order, and the order that they break."""

    code: str
    earlier: Day
    later: Day
    remedy: str


def inversions(facts: GateFacts) -> tuple[Inversion, ...]:
    """Return every pair of days that stands in the wrong order."""
    days = days_of(facts)
    return (*_broken_orders(facts, days), *_after_submission(facts, days))


def check_dates(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield the days in the wrong order, and those of a claim that are missing."""
    for one in inversions(facts):
        earlier, later = _place(one.earlier), _place(one.later)
        message = f"{later.label} {later.value} が、{earlier.label} {earlier.value} より前です。{one.remedy}"
        about = f"{one.earlier.moment.name} {one.earlier.whose} {one.later.moment.name} {one.later.whose}"
        yield finding(one.code, earlier, later, message, about=about, page=_page_of(one))
    if facts.is_claim:
        yield from _missing(facts)


def _broken_orders(facts: GateFacts, days: Sequence[Day]) -> Iterator[Inversion]:
    told: set[tuple[str, Day]] = set()
    for order in ORDERS:
        if facts.kind not in order.kinds:
            continue
        for earlier, later in _pairs(order, days):
            key = (order.group, later)
            if later.day < earlier.day and not (order.group and key in told):
                told.add(key)
                yield Inversion(order.code, earlier, later, order.remedy)


def _pairs(order: Order, days: Iterable[Day]) -> Iterator[tuple[Day, Day]]:
    firsts = [day for day in days if day.moment is order.earlier][: 1 if order.first_only else None]
    for later in days:
        if later.moment is order.later:
            for earlier in firsts:
                if not order.per_subject or earlier.whose == later.whose:
                    yield earlier, later


def _after_submission(facts: GateFacts, days: Iterable[Day]) -> Iterator[Inversion]:
    """Yield the days that lie in the future of the submission: nothing can have happened on them."""
    submitted = Day(M.SUBMITTED, f"{facts.kind.label}の提出日", facts.day)
    for one in days:
        if one.moment not in _NOT_COMPARED_WITH_SUBMISSION and one.day > facts.day:
            yield Inversion("after_submission", one, submitted, _RECORD)


def _missing(facts: GateFacts) -> Iterator[GateFinding]:
    known = facts.procedure
    if known.accepted_on is None:
        yield _no_day("受理日", "案件の経過", "受理を記録してください。", Page.CASE)
    for line in facts.lines:
        if line.worked_from is None or line.worked_to is None:
            name = line.category.label
            yield _no_day(
                f"従事の初日と最終日({name})", "従事時間管理表", "請求のページで入力してください。", Page.CLAIM
            )
    for one in facts.settlements:
        yield from _missing_of(facts.kind, one)
    is_guideline = facts.kind is ApplicationKind.PLAN_CLAIM and facts.frame is SchemeFrame.SME_GL
    for label, day in (
        ("第三者支援専門家の選任日", known.appointed_on),
        ("調査報告書の日付", known.report_on),
        ("債権者会議の日", known.meeting_on),
    ):
        if is_guideline and day is None:
            yield _no_day(label, "中小版GLの手続", "金融機関のページで入力してください。", Page.BANKS)


def _missing_of(kind: ApplicationKind, one: SettlementFacts) -> Iterator[GateFinding]:
    if one.cost_yen == 0:
        return  # an agency without a part in this claim has neither invoices nor a transfer
    council, own = (
        _is_asked(one.council_invoice_yen, one.due_council_yen),
        _is_asked(one.own_invoice_yen, one.due_own_yen),
    )
    for label, day, paper, is_wanted in (
        # Later claims rest on the contract of the plan.
        ("契約日", one.contracted_on, "契約書", kind is ApplicationKind.PLAN_CLAIM),
        ("協議会あて請求書の日付", one.council_invoiced_on, "協議会あて請求書", council),
        ("事業者あて請求書の日付", one.own_invoiced_on, "事業者あて請求書", own),
        ("振込日", one.transferred_on, "振込受付書等", own),
    ):
        if day is None and is_wanted:
            name = f"{label}({one.agency.name})"
            yield _no_day(name, f"{paper}({one.agency.name})", "請求のページで入力してください。", Page.CLAIM)


def _is_asked(invoice_yen: int | None, due_yen: int | None) -> bool:
    """Tell whether anything is asked for: where a cap is used up, nobody gets an invoice or transfers anything."""
    return bool(due_yen != 0 if invoice_yen is None else invoice_yen)


def _no_day(label: str, paper: str, remedy: str, page: Page) -> GateFinding:
    first, second = Place(label, "未入力"), Place(paper, "日付を確かめていません")
    message = f"{label}が未入力のため、{paper}の日付の前後を確かめられません。{remedy}"
    return finding("day_missing", first, second, message, about=label, page=page)


def _place(day: Day) -> Place:
    return Place(day.title, day.day.isoformat())


def _page_of(one: Inversion) -> Page | None:
    """Return where a day after the submission is put right; the other codes know it themselves."""
    if one.code != "after_submission":
        return None
    if one.earlier.moment in {
        M.CONTRACTED,
        M.WORK_FIRST,
        M.WORK_LAST,
        M.COUNCIL_INVOICED,
        M.OWN_INVOICED,
        M.TRANSFERRED,
    }:
        return Page.CLAIM
    return Page.CASE if one.earlier.moment in {M.CONSULTED, M.APPLIED, M.ACCEPTED, M.DECIDED} else Page.BANKS
