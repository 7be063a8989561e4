"""Amounts: the claim, its papers, its invoices and what was filed must give the same figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from subsidies.enums import ApplicationKind, CostCategory
from subsidies.rules.gate.facts import ClaimFacts, GateFacts, LineFacts, Place, SettlementFacts
from subsidies.rules.gate.findings import GateFinding, differs_in_yen, finding, yen_place
from subsidies.rules.gate.halves import is_second_half
from vapup.shared.money import format_yen

_STATEMENT: Final = "業務別請求明細書"
_HOURS: Final = "従事時間管理表"
_FILED: Final = "利用申請の額"


def check_totals(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield the amounts that disagree, and what the check of the usage application found missing."""
    for point in facts.points:
        first, second = Place(point.label, "不足"), Place("利用申請の確認", "承認の前の確認事項")
        yield finding(
            "point_open" if point.blocks else "point_noted",
            first,
            second,
            point.message,
            about=point.message,
        )
    for paper in facts.papers:
        if paper.stated_yen is not None and paper.yen is not None and paper.stated_yen != paper.yen[1]:
            remedy = "書類と記録のどちらが正しいかを確かめ、誤りのある方を直してください。"
            stated = (f"{paper.title}の額", paper.stated_yen)
            yield differs_in_yen("paper_amount_differs", stated, paper.yen, remedy, about=paper.about)
    if facts.is_claim and facts.claim is not None:
        yield from _of_claim(facts, facts.claim)


def _of_claim(facts: GateFacts, claim: ClaimFacts) -> Iterator[GateFinding]:
    for category, filed_yen in claim.not_entered:
        first = Place(f"請求する費用({category.label})", "未入力")
        second = yen_place(f"{_FILED}({category.label})", filed_yen)
        message = (
            f"{first.label}が{first.value}です。{second.label}は {second.value} です。"
            "実績の費用(なければ0円)を、請求のページで入力してください。"
        )
        yield finding("claim_empty", first, second, message, about=category.value)
    over = []
    for line in facts.lines:
        yield from _papers_of(line)
        over += _over_filed(line)
    yield from over or _total_over_filed(facts, claim)
    yield from _settlements(facts, claim)
    yield from _negotiation(facts, claim)


def _papers_of(line: LineFacts) -> Iterator[GateFinding]:
    cost = (f"請求する費用({line.category.label})", line.cost_yen)
    for paper, yen, missing, differing in (
        (_STATEMENT, line.statement_yen, "statement_missing", "statement_differs"),
        (_HOURS, line.hours_yen, "hours_missing", "hours_differ"),
    ):
        place = f"{paper}の額({line.category.label})"
        if yen is None:
            message = (
                f"{place}が未入力のため、{cost[0]} {format_yen(line.cost_yen)}円 と突き合わせられません。"
                f"{paper}の合計(税込)を請求のページで入力してください。"
            )
            yield finding(missing, yen_place(place, None), yen_place(*cost), message, about=line.category.value)
        elif yen != line.cost_yen:
            remedy = f"単価と時間から計算し直し、{paper}か請求する費用を直してください。"
            yield differs_in_yen(differing, (place, yen), cost, remedy, about=line.category.value)


def _over_filed(line: LineFacts) -> list[GateFinding]:
    name = line.category.label
    cost = f"請求する費用({name})"
    if line.filed_yen is None:
        message = (
            f"{cost} {format_yen(line.cost_yen)}円 は、{_FILED}({name}) なし のため、支払の対象になりません。"
            "請求から除くか、協議会に確かめてください。"
        )
        first, second = yen_place(cost, line.cost_yen), Place(f"{_FILED}({name})", "なし")
        return [finding("category_not_filed", first, second, message, about=line.category.value)]
    total_yen = line.cost_yen + line.earlier_yen
    if total_yen <= line.filed_yen:
        return []
    earlier = f"(これまでの請求 {format_yen(line.earlier_yen)}円を含む)" if line.earlier_yen else ""
    first, second = yen_place(f"{cost}{earlier}", total_yen), yen_place(f"{_FILED}({name})", line.filed_yen)
    return [finding("cost_over_filed", first, second, _too_much(first, second), about=line.category.value)]


def _total_over_filed(facts: GateFacts, claim: ClaimFacts) -> Iterator[GateFinding]:
    """Compare the sums where no category alone is too high."""
    total_yen = sum(line.cost_yen for line in facts.lines) + claim.earlier_total_yen
    if claim.filed_total_yen is not None and total_yen > claim.filed_total_yen:
        first = yen_place("請求する費用の合計(これまでの請求を含む)", total_yen)
        second = yen_place("利用申請の総額", claim.filed_total_yen)
        yield finding("total_over_filed", first, second, _too_much(first, second))


def _too_much(first: Place, second: Place) -> str:
    return (
        f"{first.label} {first.value} が、{second.label} {second.value} を超えています。"
        "超えた分は支払われません。請求額を利用申請の範囲に直してください。"
    )


def _settlements(facts: GateFacts, claim: ClaimFacts) -> Iterator[GateFinding]:
    if not facts.settlements:
        return
    known = [one.cost_yen for one in facts.settlements if one.cost_yen is not None]
    cost_yen = sum(line.cost_yen for line in facts.lines)
    if known and sum(known) != cost_yen:
        agencies = ("支援機関ごとの費用の合計", sum(known))
        remedy = "支援機関ごとの費用を直してください。"
        yield differs_in_yen("settlements_differ", agencies, ("請求する費用の合計", cost_yen), remedy)
    for one in facts.settlements:
        yield from _invoice(
            facts, one, "council_invoice", "協議会あて請求書の額", one.council_invoice_yen, one.due_council_yen
        )
        yield from _invoice(facts, one, "own_invoice", "事業者あて請求書の額", one.own_invoice_yen, one.due_own_yen)
    if len(facts.settlements) > 1:
        yield from _sums(facts, claim)


def _invoice(
    facts: GateFacts, one: SettlementFacts, code: str, label: str, yen: int | None, due_yen: int | None
) -> Iterator[GateFinding]:
    """Compare an invoice with the assessment; of several agencies the split is a proposal, so only the sum binds."""
    if due_yen is None:
        return
    due = (f"{_due_name(code)}({one.agency.name})", due_yen)
    place = f"{label}({one.agency.name})"
    if yen is None:
        if due_yen:
            first, second = yen_place(place, None), yen_place(*due)
            message = (
                f"{first.label}が未入力のため、{second.label} {second.value} と突き合わせられません。"
                "請求書を用意し、請求のページで額を入力してください。"
            )
            yield finding(f"{code}_missing", first, second, message, about=one.agency.name)
    elif yen != due_yen:
        alone = len(facts.settlements) == 1
        remedy = (
            "請求書を作り直すか、記録した額を直してください。" if alone else "支援機関の間の分け方を確かめてください。"
        )
        told = f"{code}_differs" if alone else f"{code}_share"
        if one.withheld_yen and yen == due_yen - one.withheld_yen:
            told, remedy = f"{code}_net", "請求書は、源泉所得税を差し引く前の額で作り直してください。"
        elif alone and code == "council_invoice" and is_second_half(facts, yen - due_yen):
            return
        yield differs_in_yen(told, (place, yen), due, remedy, about=one.agency.name)


def _sums(facts: GateFacts, claim: ClaimFacts) -> Iterator[GateFinding]:
    for code, label, amounts, due_yen in (
        (
            "council_invoice",
            "協議会あて請求書の合計",
            [_invoiced(one.council_invoice_yen, one.due_council_yen) for one in facts.settlements],
            claim.due_council_yen,
        ),
        (
            "own_invoice",
            "事業者あて請求書の合計",
            [_invoiced(one.own_invoice_yen, one.due_own_yen) for one in facts.settlements],
            claim.due_own_yen,
        ),
    ):
        known = [yen for yen in amounts if yen is not None]
        if len(known) == len(amounts) and sum(known) != due_yen:
            remedy = "請求書を作り直すか、記録した額を直してください。"
            yield differs_in_yen(
                f"{code}_differs", (label, sum(known)), (_due_name(code), due_yen), remedy, about="sum"
            )


def _invoiced(yen: int | None, due_yen: int | None) -> int | None:
    """Return what an agency invoiced; one to which nothing is due writes no invoice, which is an invoice of 0 yen."""
    return 0 if yen is None and due_yen == 0 else yen


def _due_name(code: str) -> str:
    return "算定した今回の請求額" if code == "council_invoice" else "算定した自己負担額"


def _negotiation(facts: GateFacts, claim: ClaimFacts) -> Iterator[GateFinding]:
    asks = facts.kind is ApplicationKind.NEGOTIATION_CLAIM or any(
        line.category is CostCategory.NEGOTIATION for line in facts.lines
    )
    if asks and not claim.is_last_monitoring:
        first, second = (
            Place("支払申請(金融機関交渉)", "提出しようとしている"),
            Place("最終回の伴走支援の支払申請", "まだ"),
        )
        message = (
            f"{first.label}を{first.value}ところですが、{second.label}が{second.value}です。"
            "金融機関交渉費用は、最終回の伴走支援の支払申請と併せて請求してください。"
        )
        yield finding("negotiation_before_last", first, second, message)
    if asks and not claim.seeks_guarantee_release:
        first, second = (
            Place("支払申請(金融機関交渉)", "請求する"),
            Place("案件の「経営者保証の解除を目指す」", "いいえ"),
        )
        message = (
            f"{first.label}で費用を{first.value}内容ですが、{second.label}が「{second.value}」です。"
            "利用申請の内容を確かめ、案件の記録か請求を直してください。"
        )
        yield finding("release_not_sought", first, second, message)
