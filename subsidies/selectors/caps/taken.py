"""What approved claims take of the caps, by category, from the figures that were frozen with them.

The printed words of a claim are never read: editions of the forms name the same category differently, and a case that
was moved in has no printed claim at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.models import PastUse
from subsidies.enums import SENT, ApplicationKind, CostCategory
from subsidies.rules.payments import PLAN_CATEGORIES, Trigger

Yen = Mapping[CostCategory, int]
# What `KeptClaim` is made of, as columns of applications.
COLUMNS: Final = (
    "kind",
    "number",
    "state",
    "period__kind",
    "period__ends_on",
    "assessment__lines",
    "assessment__payments",
    "assessed__monitoring_periods",
)


@dataclass(frozen=True, slots=True)
class KeptClaim:
    """An approved claim with its frozen figures; `lines`, `payments` and `periods` are as the assessment keeps them."""

    kind: str
    number: int
    state: str
    category: str | None
    ends_on: date | None
    lines: list[dict[str, Any]] | None
    payments: list[dict[str, Any]] | None
    periods: list[dict[str, Any]] | None

    @property
    def subsidies(self) -> Yen:
        """Return the council's part in yen, paid with this claim or held."""
        if self.kind == ApplicationKind.MONITORING_CLAIM:
            place, own = self._place, Trigger.MONITORING_CLAIM
            return _sums(self.payments, "amount", lambda one: one["trigger"] == own and one["period"] == place)
        covered = PLAN_CATEGORIES if self.kind == ApplicationKind.PLAN_CLAIM else {CostCategory.NEGOTIATION}
        return _sums(self.lines, "subsidy", lambda one: one["category"] in covered)

    @property
    def due_now(self) -> Yen:
        """Return the part that is paid with this claim, without the halves of the plan that it may release."""
        if self.kind != ApplicationKind.PLAN_CLAIM:
            return self.subsidies
        return _sums(self.payments, "amount", lambda one: one["trigger"] == Trigger.PLAN_CLAIM)

    @property
    def _place(self) -> int:
        """Return the number that the frozen figures give the claim's period, which may have moved since."""
        periods = sorted(self.periods or (), key=lambda one: str(one["ends_on"]))
        day = self.ends_on.isoformat() if self.ends_on else ""
        same = [n for n, one in enumerate(periods, 1) if (one["ends_on"], one["category"]) == (day, self.category)]
        return self.number if self.number in same else next(iter(same), min(self.number, len(periods)))


def _sums(rows: Iterable[dict[str, Any]] | None, name: str, is_meant: Any) -> Yen:
    found: dict[CostCategory, int] = defaultdict(int)
    for one in rows or ():
        if is_meant(one):
            found[CostCategory(one["category"])] += int(one[name])
    return found


def taken_after_the_end(claims: Collection[KeptClaim]) -> Yen:
    """Return what a case that has ended keeps of the caps: what it was paid, or may still be paid, in yen.

    The council answers to what it has, whatever became of the case. A held half of the plan is paid with monitoring
    alone, so that it counts only where monitoring was claimed.
    """
    sent = [one for one in claims if one.state in SENT]
    is_watched = any(one.kind == ApplicationKind.MONITORING_CLAIM for one in sent)
    found: dict[CostCategory, int] = defaultdict(int)
    for claim in sent:
        for category, yen in (claim.subsidies if is_watched else claim.due_now).items():
            found[category] += yen
    return found


def without_past_uses(taken: Yen, days: Collection[date | None], past_uses: Iterable[PastUse]) -> Yen:
    """Return what of a case that has ended no past use tells: one of its acceptance day and the category does.

    Args:
        days: on which the case was accepted, as its key date and as the council's answer tell it.
        past_uses: those of its frame.
    """
    told = {use.category for use in past_uses if use.accepted_on is not None and use.accepted_on in days}
    return {category: yen for category, yen in taken.items() if category.value not in told}
