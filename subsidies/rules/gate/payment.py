"""How the enterprise paid its own share: by transfer, for this alone, in full, and net only with the gross invoice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from subsidies.enums import PaymentMethod
from subsidies.rules.gate.facts import GateFacts, Place, SettlementFacts
from subsidies.rules.gate.findings import GateFinding, finding, yen_place
from subsidies.rules.own_share import withholding_on
from vapup.shared.money import format_yen

_SLIP: Final = "振込受付書等"


def check_payment(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield what is wrong with the payment of the own share, agency by agency."""
    if not facts.is_claim:
        return
    if not facts.settlements:
        first, second = Place("請求と自己負担の支払", "未入力"), Place("支払申請の支援機関", _lead_name(facts))
        message = (
            f"{first.label}が{first.value}のため、{second.label}「{second.value}」への支払を確かめられません。"
            "請求のページで、契約・請求書・振込を入力してください。"
        )
        yield finding("settlement_missing", first, second, message)
    elif len(facts.agencies) > 1:
        yield from _unshared(facts)
    for one in facts.settlements:
        yield from _manner(one)
        yield from _amount(one)


def _unshared(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield the agencies whose part of the cost is not recorded; without it no invoice can be judged."""
    known = {one.agency.name for one in facts.settlements if one.cost_yen is not None}
    whole = yen_place("請求する費用の合計", sum(line.cost_yen for line in facts.lines))
    for agency in facts.agencies:
        if agency.name not in known:
            first = yen_place(f"支援機関ごとの費用({agency.name})", None)
            message = (
                f"{first.label}が未入力のため、{whole.label} {whole.value} を支援機関に分けて、"
                "請求書の額と自己負担額を確かめられません。請求のページで入力してください(受け持ちがなければ0円)。"
            )
            yield finding("settlement_missing", first, whole, message, about=agency.name)


def _lead_name(facts: GateFacts) -> str:
    return facts.agencies[0].name if facts.agencies else "代表支援機関"


def _manner(one: SettlementFacts) -> Iterator[GateFinding]:
    name = one.agency.name
    own = yen_place(f"自己負担額({name})", one.due_own_yen)
    if one.method is not PaymentMethod.TRANSFER:
        first = Place(f"自己負担の支払方法({name})", one.method.label)
        message = (
            f"{first.label}が「{first.value}」です。{own.label} {own.value} は、銀行振込で支払う必要があります。"
            "事業者に振り込み直してもらい、振込受付書等の写しを受け取ってください。"
        )
        yield finding("not_by_transfer", first, own, message, about=name)
    if one.transferred_yen and not one.is_single_purpose:
        first = Place(f"{_SLIP}({name})", "ほかの支払と合算か、確認前")
        message = (
            f"{first.label}は「{first.value}」です。{own.label} {own.value} だけの振込と分かる必要があります。"
            "この費用だけの振込と確かめて請求のページに記録するか、合算のときは振り込み直してもらってください。"
        )
        yield finding("not_single_purpose", first, own, message, about=name)
    if one.fee_deducted_yen:
        first = yen_place(f"差し引かれた振込手数料({name})", one.fee_deducted_yen)
        message = (
            f"{first.label} {first.value} だけ、{own.label} {own.value} に届いていません。"
            "手数料は費用に含まれないため、差額を事業者に振り込んでもらってください。"
        )
        yield finding("fee_deducted", first, own, message, about=name)


def _amount(one: SettlementFacts) -> Iterator[GateFinding]:
    name = one.agency.name
    own = yen_place(f"算定した自己負担額({name})", one.due_own_yen)
    if one.transferred_yen is None:
        if one.due_own_yen != 0 and one.method is PaymentMethod.TRANSFER:
            first = yen_place(f"振込額({name})", None)
            message = (
                f"{first.label}が未入力です。{own.label} {own.value} の支払を、支払申請の前に確かめる必要があります。"
                f"{_SLIP}を見て、請求のページで入力してください。"
            )
            yield finding("transfer_missing", first, own, message, about=name)
        return
    paid_yen = one.transferred_yen + one.withheld_yen + one.fee_deducted_yen
    if one.due_own_yen is not None and paid_yen != one.due_own_yen:
        first = yen_place(f"振込額と源泉所得税の合計({name})", one.transferred_yen + one.withheld_yen)
        parts = f"振込 {format_yen(one.transferred_yen)}円、源泉 {format_yen(one.withheld_yen)}円"
        message = (
            f"{first.label} {first.value}({parts}) が、"
            f"{own.label} {own.value} と異なります(差 {format_yen(abs(paid_yen - one.due_own_yen))}円)。"
            f"{_SLIP}の額を確かめ、過不足を事業者と精算してください。"
        )
        yield finding("transfer_differs", first, own, message, about=name)
    yield from _withholding(one)
    if one.withheld_yen and not one.has_gross_invoice:
        first = yen_place(f"差し引いた源泉所得税({name})", one.withheld_yen)
        second = Place(f"控除前の額が分かる請求書の写し({name})", "なし")
        message = (
            f"{first.label} {first.value} に対して、{second.label} が「{second.value}」です。"
            "控除前の額と源泉所得税が分かる請求書の写しを添えてください。"
        )
        yield finding("gross_invoice_missing", first, second, message, about=name)


def _withholding(one: SettlementFacts) -> Iterator[GateFinding]:
    """Say where the income tax is neither the share of the amount without tax nor that of the whole (unconfirmed)."""
    due_yen, day = one.due_own_yen, one.transferred_on
    if not one.withheld_yen or due_yen is None or due_yen <= 0 or day is None:
        return
    usual = withholding_on(due_yen, day)
    if usual is None or one.withheld_yen in {usual.tax_yen, usual.tax_on_gross_yen}:
        return
    name = one.agency.name
    first = yen_place(f"差し引かれた源泉所得税({name})", one.withheld_yen)
    second = yen_place(f"目安の源泉所得税({name})", usual.tax_yen)
    message = (
        f"{first.label} {first.value} が、{second.label} {second.value}"
        f"(消費税を分けない請求書なら {format_yen(usual.tax_on_gross_yen)}円)と異なります。"
        "個人の士業への支払の目安です。取扱いは確かめられていないため、請求書と源泉の計算を確かめてください。"
    )
    yield finding("withholding_unusual", first, second, message, about=name)
