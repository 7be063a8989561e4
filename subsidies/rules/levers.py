"""Small changes of a request that help: each is one step that a consultant could take, and each is assessed.

The sizes of the steps come from the limits; what a step brings is never worked out here but read off `assess` of the
changed request, so that a promise is what the page shows once the step is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import permutations
from typing import Final

from subsidies.enums import CostCategory
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.findings import Severity
from subsidies.rules.lines import Line
from subsidies.rules.request import LARGEST_YEN, MONITORING_CATEGORIES, AssessRequest, PeriodCost
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import Limit, SizeTerms, Terms, terms_on
from vapup.shared.money import format_yen

# Hours of planning and of monitoring may be planned either way; an examination or a negotiation is another work.
MOVABLE: Final = frozenset({CostCategory.PLANNING}) | MONITORING_CATEGORIES
_PLANNING: Final = CostCategory.PLANNING
_MONITORING: Final = CostCategory.MONITORING

ErrorKey = tuple[str, CostCategory | None]


class LeverKind(StrEnum):
    """What is done with the yen of a lever."""

    MOVE = "move"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Lever:
    """One change that helps: `yen` leave `source`, for `target` or (cut) for nobody.

    `changed` is the request after it; `subsidy_yen` and `own_burden_yen` are how much its totals differ from those
    before, plus or minus, and `cleared` the errors that it removes. It never adds an error.
    """

    kind: LeverKind
    source: CostCategory
    target: CostCategory | None
    yen: int
    changed: AssessRequest
    subsidy_yen: int
    own_burden_yen: int
    cleared: tuple[ErrorKey, ...]

    @property
    def title(self) -> str:
        """The change in words."""
        if self.target is not None:
            return f"{self.source.label}から{self.target.label}へ {format_yen(self.yen)}円を移す"
        return f"{self.source.label}を {format_yen(self.yen)}円減らす"

    @property
    def _rank(self) -> tuple[int, int, int, int]:
        return -len(self.cleared), -self.subsidy_yen, self.own_burden_yen, self.yen


def find_levers(request: AssessRequest) -> tuple[Lever, ...]:
    """Return the changes that help, the best first; nothing where the request cannot be bettered by one of them.

    A change helps if it removes an error, or raises the subsidy without raising the own burden, or lowers the own
    burden without lowering the subsidy. Of the sizes of one change the best is returned, of equal ones the smallest.

    Raises:
        FrameNotOpen, ValueError: as `assess`.
    """
    now = assess(request)
    best: dict[tuple[CostCategory, CostCategory | None], Lever] = {}
    for source, target, yen in dict.fromkeys(_steps(now)):
        lever = _tried(now, source, target, yen)
        known = best.get((source, target))
        if lever is not None and (known is None or lever._rank < known._rank):
            best[source, target] = lever
    return tuple(sorted(best.values(), key=lambda lever: lever._rank))


def with_cost(request: AssessRequest, category: CostCategory, cost_yen: int) -> AssessRequest:
    """Return the request with another cost of a category; its periods share it as they shared the old one.

    Fractions of a yen are dropped; the last period of the category takes the remainder.
    """
    own = [one for one in request.monitoring_periods if one.category is category]
    if not own:
        return replace(request, costs={**request.costs, category: cost_yen})
    old_yen = sum(one.cost_yen for one in own)
    shares = [(one.cost_yen, old_yen) if old_yen else (1, len(own)) for one in own]
    parts = [cost_yen * over // under for over, under in shares]
    parts[-1] = cost_yen - sum(parts[:-1])
    left = iter(parts)
    periods = (
        PeriodCost(category, one.ends_on, next(left)) if one.category is category else one
        for one in request.monitoring_periods
    )
    return replace(request, monitoring_periods=tuple(periods))


def _tried(now: Assessment, source: CostCategory, target: CostCategory | None, yen: int) -> Lever | None:
    """Assess one step; none where it is no step, or does not help."""
    costs = {line.category: line.cost_yen for line in now.lines}
    if not 0 < yen <= costs.get(source, 0):
        return None
    changed = with_cost(now.request, source, costs[source] - yen)
    if target is not None:
        changed = with_cost(changed, target, costs.get(target, 0) + yen)
    then = assess(changed)
    before, after = _errors(now), _errors(then)
    cleared = tuple(one for one in before if one not in after)
    lever = Lever(
        kind=LeverKind.CUT if target is None else LeverKind.MOVE,
        source=source,
        target=target,
        yen=yen,
        changed=changed,
        subsidy_yen=then.totals.subsidy_yen - now.totals.subsidy_yen,
        own_burden_yen=then.totals.own_burden_yen - now.totals.own_burden_yen,
        cleared=cleared,
    )
    return lever if set(after) <= set(before) and _helps(lever) else None


def _helps(lever: Lever) -> bool:
    gain, burden = lever.subsidy_yen, lever.own_burden_yen
    return bool(lever.cleared) or (gain > 0 and burden <= 0) or (burden < 0 and gain >= 0)


def _errors(assessment: Assessment) -> tuple[ErrorKey, ...]:
    return tuple((one.code, one.category) for one in assessment.findings if one.severity is Severity.ERROR)


def _steps(now: Assessment) -> Iterator[tuple[CostCategory, CostCategory | None, int]]:
    """Yield the steps worth trying: where they start, where they go, how many yen."""
    terms = terms_on(now.request.frame, now.request.accepted_on)
    lines = {line.category: line for line in now.lines}
    for line in now.lines:
        yield line.category, None, _idle_yen(terms, line)
    for source, target in permutations(_movable(terms), 2):
        if source in lines:
            for yen in _moves(terms, now, lines[source], lines.get(target), target):
                yield source, target, yen
    if terms.sizes is not None and now.size_class is not None:
        yield from _size_steps(terms.sizes, now.size_class, now)


def _movable(terms: Terms) -> list[CostCategory]:
    return [category for category in terms.version.categories if category in MOVABLE]


def _idle_yen(terms: Terms, line: Line) -> int:
    """Return the yen of a line that bring no subsidy: beyond the estimate, beyond a limit, or outside the frame."""
    if not line.in_frame:
        return line.cost_yen
    if line.limited_by is None:
        return 0
    if line.limited_by is Limit.ESTIMATE:
        return line.cost_yen - line.eligible_yen
    return line.cost_yen - _cost_for(terms, line.subsidy_yen)


def _cost_for(terms: Terms, subsidy_yen: int) -> int:
    """Return the lowest cost of which the rate gives at least `subsidy_yen`."""
    return -(-subsidy_yen * terms.rate_under // terms.rate_over)


def _moves(terms: Terms, now: Assessment, source: Line, target: Line | None, to: CostCategory) -> Iterator[int]:
    """Yield how many yen to move: what is idle, what finds room, and what the size class still allows."""
    idle_yen, room_yen = _idle_yen(terms, source), _room_yen(terms, now, target, to)
    allowed_yen = _monitoring_room(terms, now) if to is _MONITORING else idle_yen
    yield min(idle_yen, room_yen, allowed_yen)
    yield min(idle_yen, room_yen)
    yield min(idle_yen, allowed_yen)
    if source.category is _MONITORING:
        yield -_monitoring_room(terms, now)


def _room_yen(terms: Terms, now: Assessment, line: Line | None, category: CostCategory) -> int:
    """Return how much cost a category can still take until its own cap binds."""
    if line is not None and line.remaining_cap_yen is not None:
        return max(0, _cost_for(terms, line.remaining_cap_yen) - line.cost_yen)
    cap_yen = terms.by_category[category].cap_yen
    if line is None and cap_yen is not None:
        return _cost_for(terms, max(0, cap_yen - now.request.past_subsidies.get(category, 0)))
    return LARGEST_YEN


def _monitoring_room(terms: Terms, now: Assessment) -> int:
    """Return how much more monitoring an unchanged total may hold; below zero: how much it holds too much."""
    if terms.sizes is None or now.size_class is None:
        return LARGEST_YEN
    planning_yen, monitoring_yen = _support_costs(now)
    share_yen = (planning_yen + monitoring_yen) * terms.sizes.monitoring_over // terms.sizes.monitoring_under
    most_yen = min(share_yen, terms.sizes.ceilings_yen.get(now.size_class, share_yen))
    return most_yen - monitoring_yen


def _size_steps(sizes: SizeTerms, size: SizeClass, now: Assessment) -> Iterator[tuple[CostCategory, None, int]]:
    """Yield the cuts that bring the costs back under the limits of the size class."""
    planning_yen, monitoring_yen = _support_costs(now)
    total_yen = sizes.totals_yen[size]
    over_yen = planning_yen + monitoring_yen - total_yen
    half_yen = planning_yen * sizes.monitoring_over // (sizes.monitoring_under - sizes.monitoring_over)
    ceiling_yen = sizes.ceilings_yen.get(size, monitoring_yen)
    yield _PLANNING, None, over_yen
    for most_yen in (half_yen, ceiling_yen, min(half_yen, ceiling_yen), monitoring_yen - over_yen):
        yield _MONITORING, None, monitoring_yen - most_yen


def _support_costs(now: Assessment) -> tuple[int, int]:
    """Return the costs of planning and of monitoring, before any estimate."""
    costs = {line.category: line.cost_yen for line in now.lines}
    return costs.get(_PLANNING, 0), costs.get(_MONITORING, 0)
