"""The days of an application in the order of the procedure, each with its name: what is compared, and what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from subsidies.enums import ApplicationKind
from subsidies.rules.gate.facts import GateFacts, LenderFacts, LineFacts, SettlementFacts


class Moment(IntEnum):
    """The moments of a case, in the order in which they should come."""

    CONSULTED = 1
    CONSULTATION_LETTER = 2
    CONFIRMATION_LETTER = 3
    APPLIED = 4
    ACCEPTED = 5
    DECIDED = 6
    CREDITORS_AGREED = 7
    APPOINTED = 8
    STANDSTILL = 9
    CONTRACTED = 10
    PERIOD_STARTS = 11
    WORK_FIRST = 12
    REPORTED = 13
    PLAN_HANDED = 14
    MEETING = 15
    WORK_LAST = 16
    RECEIVED = 17
    CONSENTED = 18
    COMPLETED = 19
    PERIOD_ENDS = 20
    COUNCIL_INVOICED = 21
    OWN_INVOICED = 22
    TRANSFERRED = 23
    SUBMITTED = 24
    CLAIM_BY = 25


# Derived from others, so that it is compared but not drawn a second time.
DERIVED: Final = frozenset({Moment.COMPLETED})


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the case; `whose` is the agency, the lender or the category that it belongs to."""

    moment: Moment
    label: str
    day: date
    whose: str = ""

    @property
    def title(self) -> str:
        """Return the name of the day, and whose it is."""
        return f"{self.label}({self.whose})" if self.whose else self.label


def days_of(facts: GateFacts) -> tuple[Day, ...]:
    """Return the known days of an application in the order of the procedure."""
    found = [*_of_case(facts)]
    for lender in facts.lenders:
        found.extend(_of_lender(facts, lender))
    for line in facts.lines:
        found.extend(_of_line(line))
    for settlement in facts.settlements:
        found.extend(_of_settlement(settlement))
    return tuple(sorted(found, key=lambda one: (one.moment, one.day, one.whose)))


def _known(moment: Moment, label: str, day: date | None, whose: str = "") -> Iterator[Day]:
    if day is not None:
        yield Day(moment, label, day, whose)


def _of_case(facts: GateFacts) -> Iterator[Day]:
    known = facts.procedure
    is_usage = facts.kind is ApplicationKind.USAGE
    yield from _known(Moment.CONSULTED, "初回相談日", known.consulted_on)
    if not is_usage:
        yield from _known(Moment.APPLIED, "利用申請日", known.applied_on)
        yield from _known(Moment.ACCEPTED, "受理日", known.accepted_on)
        yield from _known(Moment.DECIDED, "利用決定日", known.decided_on)
    yield from _known(Moment.CREDITORS_AGREED, "主要債権者が選任に同意した日", known.main_creditors_agreed_on)
    yield from _known(Moment.APPOINTED, "第三者支援専門家の選任日", known.appointed_on)
    yield from _known(Moment.STANDSTILL, "一時停止を要請した日", known.standstill_requested_on)
    yield from _known(Moment.REPORTED, "調査報告書の日付", known.report_on)
    yield from _known(Moment.MEETING, "債権者会議の日", known.meeting_on)
    yield from _known(Moment.PERIOD_STARTS, "伴走支援対象期間の初日", known.period_starts_on)
    yield from _known(Moment.PERIOD_ENDS, "伴走支援対象期間の最終日", known.period_ends_on)
    if facts.kind is ApplicationKind.PLAN_CLAIM:
        label = "最後の受取書の日付" if facts.is_early else "最後の同意日"
        yield from _known(Moment.COMPLETED, label, facts.completed_on)
    yield Day(Moment.SUBMITTED, f"{facts.kind.label}の提出日", facts.day)
    yield from _known(Moment.CLAIM_BY, "支払申請の期限", known.claim_by)


def _of_lender(facts: GateFacts, lender: LenderFacts) -> Iterator[Day]:
    if facts.kind not in {ApplicationKind.USAGE, ApplicationKind.PLAN_CLAIM}:
        return
    name = lender.name
    yield from _known(Moment.CONSULTATION_LETTER, "事前相談書の日付", lender.consultation_letter_on, name)
    yield from _known(Moment.CONFIRMATION_LETTER, "確認書面の日付", lender.confirmation_letter_on, name)
    if facts.kind is ApplicationKind.PLAN_CLAIM:
        yield from _known(Moment.PLAN_HANDED, "計画書を渡した日", lender.plan_handed_on, name)
        yield from _known(Moment.RECEIVED, "受取書の日付", lender.receipt_on, name)
        yield from _known(Moment.CONSENTED, "同意日", lender.consented_on, name)


def _of_line(line: LineFacts) -> Iterator[Day]:
    yield from _known(Moment.WORK_FIRST, "従事の初日", line.worked_from, line.category.label)
    yield from _known(Moment.WORK_LAST, "従事の最終日", line.worked_to, line.category.label)


def _of_settlement(one: SettlementFacts) -> Iterator[Day]:
    name = one.agency.name
    yield from _known(Moment.CONTRACTED, "契約日", one.contracted_on, name)
    yield from _known(Moment.COUNCIL_INVOICED, "協議会あて請求書の日付", one.council_invoiced_on, name)
    yield from _known(Moment.OWN_INVOICED, "事業者あて請求書の日付", one.own_invoiced_on, name)
    yield from _known(Moment.TRANSFERRED, "振込日", one.transferred_on, name)
