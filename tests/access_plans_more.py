"""The parts of a plan in the access tests: who reads and writes them, and the story that saves each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

PLANS_MORE: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "cases:plan_map": ("comav", "cm"),
    "cases:plan_loans": ("comav", "cm"),
    "cases:plan_cash": ("comav", "cm"),
    "cases:plan_real": ("comav", "cm"),
    "cases:plan_follow_up": ("comav", "cm"),
    "cases:plan_debtor": ("comav", None),
}


def play_plan_parts(write: Callable[..., object]) -> None:
    """Save each part of the draft of the plan once."""
    write("c", "cases:plan_map", **{"node-0-name": "宮城漁連", "node-0-amount_yen": "1,000"})
    write("c", "cases:plan_loans", **{"loan-0-repaid_1": "1,000"})
    write("m", "cases:plan_cash", opening_yen="5,000")
    adjustment = {"account": "stock", "adjustment_yen": "△5", "reason": "滞留"}
    write("c", "cases:plan_real", **{f"adjustment-0-{name}": value for name, value in adjustment.items()})
    write("m", "cases:plan_follow_up", frequency="quarterly")
