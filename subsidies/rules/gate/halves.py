"""The two halves of the plan's subsidy: the second comes once, with the first monitoring, and completes the first."""

from __future__ import annotations

from collections.abc import Iterator

from subsidies.rules.gate.facts import GateFacts, HalvesFacts, Place
from subsidies.rules.gate.findings import GateFinding, differs_in_yen, finding, yen_place
from vapup.shared.money import format_yen


def check_halves(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield what is wrong with the second half that a monitoring claim asks for, or should not ask for."""
    halves = facts.claim.halves if facts.claim else None
    if halves is None:
        return
    yield from _sum(halves)
    yield from _skipped(facts, halves)
    yield from _twice(facts, halves)


def is_second_half(facts: GateFacts, excess_yen: int) -> bool:
    """Tell whether an invoice is too high by just the second half, which another claim has."""
    halves = facts.claim.halves if facts.claim else None
    return halves is not None and halves.other_yen > 0 and excess_yen == halves.other_yen


def _sum(halves: HalvesFacts) -> Iterator[GateFinding]:
    if halves.invoiced_yen is None or not halves.released_yen:
        return
    total_yen = halves.invoiced_yen + halves.released_yen
    if total_yen != halves.subsidy_yen:
        parts = f"前半 {format_yen(halves.invoiced_yen)}円 + 後半 {format_yen(halves.released_yen)}円"
        first = (f"計画策定の協議会あて請求の合計({parts})", total_yen)
        remedy = "計画策定の支払申請の請求書と、この申請の請求額を確かめてください。"
        yield differs_in_yen("halves_differ", first, ("算定した計画策定の補助額", halves.subsidy_yen), remedy)


def _skipped(facts: GateFacts, halves: HalvesFacts) -> Iterator[GateFinding]:
    if not halves.skipped:
        return
    first = yen_place("計画策定の留保分", halves.released_yen)
    second = Place(f"第1回({halves.skipped})の支払申請", "なし")
    message = (
        f"{first.label} {first.value} をこの{facts.kind.label}で請求しますが、{second.label}は「{second.value}」です。"
        "留保分は初回の伴走支援と併せて請求します。この申請で支払われるかを、協議会に確かめてください。"
    )
    yield finding("half_before_first_period", first, second, message)


def _twice(facts: GateFacts, halves: HalvesFacts) -> Iterator[GateFinding]:
    invoiced = [one.council_invoice_yen for one in facts.settlements]
    known = [yen for yen in invoiced if yen is not None]
    due_yen = facts.claim.due_council_yen if facts.claim else 0
    if not halves.other_yen or not known or sum(known) - due_yen != halves.other_yen:
        return
    first = yen_place("協議会あて請求書の額", sum(known))
    second = yen_place("算定した今回の請求額", due_yen)
    message = (
        f"{first.label} {first.value} が、{second.label} {second.value} より、計画策定の留保分 "
        f"{format_yen(halves.other_yen)}円 だけ多くなっています。留保分は「{halves.other}」で請求しています。"
        "請求書から留保分を除いてください。"
    )
    yield finding("half_claimed_twice", first, second, message)
