"""What each agency of a case is to be paid, by the council and by the enterprise: planned, claimed, decided and paid.

Planned amounts are those of the filed usage application, or of the rows as they stand before one is approved; claimed
ones those of the claim as it was approved and handed in. Several agencies share by their costs (decision 17).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cases.enums import CaseStage
from cases.models import Case
from subsidies.enums import Payer, ReceivableState
from subsidies.models import Receipt, Settlement
from subsidies.rules import receivable_words as words
from subsidies.rules.claims import split_by_cost
from subsidies.rules.receivables import Expected, Figures, Part, allocate
from subsidies.selectors.payments.facts import CaseFacts, Claim, facts_of
from subsidies.selectors.payments.rows import CaseReceivables, Receivable
from subsidies.selectors.payments.shares import CaseShares, Where

S: Final = ReceivableState
# Nothing that is not claimed by then will be paid.
ENDED: Final = frozenset({CaseStage.REJECTED, CaseStage.WITHDRAWN, CaseStage.LAPSED, CaseStage.COMPLETED})


def receivables_of(case: Case, *, today: date) -> CaseReceivables:
    """Return the payments of a case, which brings its enterprise and agency along."""
    return receivables_of_cases(case.agency_id, [case], today=today)[0]


def receivables_of_cases(agency_id: int, cases: Sequence[Case], *, today: date) -> list[CaseReceivables]:
    """Return the payments of these cases in their order, with a fixed number of questions to the database."""
    return [_of_case(facts, today) for facts in facts_of(agency_id, cases)]


def _of_case(facts: CaseFacts, today: date) -> CaseReceivables:
    rows = tuple(_rows(facts, facts.figures, today)) if facts.figures else ()
    return CaseReceivables(facts.case, rows, facts.is_filed, len(facts.agencies) > 1, facts.closed)


def _rows(facts: CaseFacts, figures: Figures, today: date) -> Iterator[Receivable]:
    """Yield what the council pays, then what the enterprise does."""
    shares, parts = CaseShares(facts), figures.expected
    for expected in parts:
        yield from _council_rows(shares, figures, expected, today)
    for expected in parts:
        yield from _own_rows(shares, figures, expected, today)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the council was asked for, decided and paid to one agency for one part, in whole yen."""

    claimed_yen: int | None = None
    claimed_on: date | None = None
    decided_yen: int | None = None
    decided_on: date | None = None
    paid_yen: int | None = None
    paid_on: date | None = None
    decided_note: str = ""
    paid_note: str = ""


def _base(shares: CaseShares, expected: Expected, payer: Payer, place: int) -> dict[str, Any]:
    """Return the values of a row that nobody needs to have said anything for."""
    where = shares.where(expected)
    agency, name = shares.facts.agencies[place]
    return {
        "case": shares.facts.case,
        "payer": payer,
        "part": expected.part,
        "period_number": expected.period,
        "co_agency_id": agency.pk if agency else None,
        "agency_name": name,
        "planned_on": shares.safe_by(expected.part, where),
        "claim_id": where[1].id if where[1] else None,
        "claim_name": shares.claim_name(expected.part, where),
    }


def _council_rows(shares: CaseShares, figures: Figures, expected: Expected, today: date) -> Iterator[Receivable]:
    where = shares.where(expected)
    revised = shares.revised() if expected.part is Part.HELD else None
    for place, share in enumerate(shares.planned(figures, expected, where)):
        heard = _heard(shares, where[1], expected.part, place)
        row = Receivable(
            **_base(shares, expected, Payer.COUNCIL, place),
            planned_yen=share.council_yen,
            revised_yen=revised[place].council_yen if revised else None,
            claimed_yen=heard.claimed_yen,
            claimed_on=heard.claimed_on,
            decided_yen=heard.decided_yen,
            decided_on=heard.decided_on,
            paid_yen=heard.paid_yen,
            paid_on=heard.paid_on,
        )
        if row.is_shown:
            yield _told(shares, row, where, heard, today)


def _heard(shares: CaseShares, claim: Claim | None, part: Part, place: int) -> _Heard:
    """Return what was claimed, decided and paid of one part of a claim, for the agency at `place`."""
    if claim is None or not claim.is_sent:
        return _Heard()
    parts = shares.parts_of(claim)
    claimed = [[one.council_yen for one in shares.claimed(claim, each)] for each in parts]
    totals = [sum(column) for column in zip(*claimed, strict=True)]
    stored = shares.facts.receipts.get((claim.id, shares.facts.keys[place]))
    receipt = stored or _receipt(claim, totals, place)
    amounts, at = [row[place] for row in claimed], parts.index(part)
    heard = _Heard(amounts[at], claim.submitted_on, decided_note=receipt.decided_note, paid_note=receipt.paid_note)
    if receipt.decided_yen is None:
        return heard
    decided = allocate(receipt.decided_yen, amounts)
    heard = replace(heard, decided_yen=decided[at], decided_on=claim.decided_on)
    if receipt.paid_yen is None:
        return heard
    return replace(heard, paid_yen=allocate(receipt.paid_yen, decided)[at], paid_on=receipt.paid_on)


def _receipt(claim: Claim, claimed: Sequence[int], place: int) -> Receipt:
    """Return an agency's receipt where only the sum of all agencies is known: its part by what was claimed."""
    by = claimed if any(claimed) else [1, *[0] * (len(claimed) - 1)]
    decided, paid = (
        None if yen is None else split_by_cost(yen, by)[place] for yen in (claim.decided_yen, claim.paid_yen)
    )
    return Receipt(decided_yen=decided, paid_yen=paid, paid_on=claim.paid_on)


def _told(shares: CaseShares, row: Receivable, where: Where, heard: _Heard, today: date) -> Receivable:
    """Return a row of the council with its state and what there is to say."""
    state = _state(row)
    sentences = []
    if row.is_held and state is S.PLANNED:
        sentences.append(f"{'' if where[1] else '最初に提出する'}「{row.claim_name}」と一緒に支払われます。")
    if state is S.PLANNED:
        is_over = shares.is_over(row.part, where, today)
        state = S.LAPSED if is_over or row.case.stage in ENDED else state
        sentences.append(_unclaimed(row, where[1], is_over=is_over))
    since = row.claimed_on if state is S.CLAIMED else row.decided_on
    sentences.append(words.waiting(state, since, today))
    return replace(
        row,
        state=state,
        is_late=state is S.DECIDED and words.is_late(row.decided_on, today),
        sentences=tuple(filter(None, sentences)),
        differences=tuple(filter(None, _differences(row, heard))),
    )


def _state(row: Receivable) -> ReceivableState:
    if row.paid_yen is not None:
        return S.PAID
    if row.decided_yen is not None:
        return S.DECIDED
    return S.CLAIMED if row.claimed_yen is not None else S.PLANNED


def _unclaimed(row: Receivable, claim: Claim | None, *, is_over: bool) -> str:
    if row.case.stage in ENDED and not is_over:
        return _ended(row)
    if row.part is Part.UNPLANNED:
        return "伴走支援の回がまだ計画されていません。"
    if row.is_held and not is_over:
        return ""
    return words.to_claim(row.claim_name, claim.state.label if claim else "", row.planned_on, is_over=is_over)


def _ended(row: Receivable) -> str:
    return f"案件は「{row.case.get_stage_display()}」です。支払申請が提出されていないため、支払われません。"


def _own_ended(row: Receivable) -> str:
    """Return what is left to do about the own share: the contract with the enterprise holds without the council."""
    stage = row.case.get_stage_display()
    return f"案件は「{stage}」です。自己負担分の請求は、契約に沿って事業者と確かめてください。"


def _differences(row: Receivable, heard: _Heard) -> Iterator[str]:
    if row.decided_yen is not None and row.claimed_yen is not None:
        sentence = words.difference("決定額", row.decided_yen, "申請額", row.claimed_yen)
        yield words.with_reason(sentence, heard.decided_note)
    if row.paid_yen is not None and row.decided_yen is not None:
        sentence = words.difference("入金額", row.paid_yen, "決定額", row.decided_yen)
        yield words.with_reason(sentence, heard.paid_note)


def _own_rows(shares: CaseShares, figures: Figures, expected: Expected, today: date) -> Iterator[Receivable]:
    where = shares.where(expected)
    planned = shares.planned(figures, expected, where) if expected.cost_yen else ()
    for place, share in enumerate(planned):
        settlement = shares.settlement(where[1], shares.facts.keys[place])
        if share.own_yen or settlement:
            row = Receivable(**_base(shares, expected, Payer.ENTERPRISE, place), planned_yen=share.own_yen)
            yield _own_told(_settled(row, settlement), where[1], today)


def _settled(row: Receivable, settlement: Settlement | None) -> Receivable:
    if settlement is None:
        return row
    arrived_yen = settlement.transferred_yen
    withheld_yen = 0 if arrived_yen is None else settlement.withheld_yen
    return replace(
        row,
        claimed_yen=settlement.own_invoice_yen,
        claimed_on=settlement.own_invoiced_on,
        paid_yen=None if arrived_yen is None else arrived_yen + withheld_yen,
        paid_on=settlement.transferred_on,
        withheld_yen=withheld_yen,
    )


def _own_told(row: Receivable, claim: Claim | None, today: date) -> Receivable:
    state = _state(row)
    if state is S.PLANNED and row.case.stage in ENDED and not (claim and claim.is_sent):
        state, sentence = S.LAPSED, _own_ended(row)
    elif state is S.PAID:
        sentence = words.net_of_tax(row.transferred_yen or 0, row.withheld_yen)
    else:
        sentence = words.invoiced(row.claimed_on if state is S.CLAIMED else None, today)
    return replace(
        row,
        state=state,
        is_late=state is S.CLAIMED and words.is_late(row.claimed_on, today),
        sentences=tuple(filter(None, [sentence])),
        differences=tuple(filter(None, [_own_difference(row)])),
    )


def _own_difference(row: Receivable) -> str:
    if row.paid_yen is None:
        return ""
    due_yen, than = (row.planned_yen, "自己負担の見込") if row.claimed_yen is None else (row.claimed_yen, "請求額")
    return words.difference("振込額と源泉所得税の合計" if row.withheld_yen else "振込額", row.paid_yen, than, due_yen)
