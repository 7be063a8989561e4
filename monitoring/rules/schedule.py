"""Which periods a follow-up consists of, and what becomes of the planned ones when that changes. All days inclusive.

405: periods of the agreed length, counted back from the fiscal year-end, until the agreed end. Vアップ: interim periods
(期中), then the closing one (決算期), which ends with the first close a year after the plan.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import Frequency, SchemeFrame
from monitoring.enums import KINDS, PeriodKind, ScheduleStep, Tie
from vapup.shared.dates import ONE_DAY, months_end

# A close "after one year" counts from the day after the plan; one on the anniversary itself is taken as after it.
CLOSING_AFTER_MONTHS: Final = 12
DECEMBER: Final = 12
# Ties that keep a period where it is; cost lines alone let it go where somebody says so.
SOFT: Final = frozenset({Tie.COSTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What the follow-up of a case was agreed to be.

    Attributes:
        starts_on: the first day.
        months: how long it lasts; in Vアップ the frame says so, whatever stands here.
        fiscal_month: the month (1–12) at whose end the fiscal year closes.
        counted_from: the day of the plan, which Vアップ counts the year from; the day before the first where unknown.
    """

    frame: SchemeFrame
    starts_on: date
    months: int
    frequency: Frequency
    fiscal_month: int
    counted_from: date | None = None

    @property
    def ends_on(self) -> date:
        """The last day of the follow-up."""
        day_before = self.starts_on - ONE_DAY
        if PeriodKind.CLOSING not in KINDS[self.frame]:
            return months_end(day_before, self.months)
        year_later = months_end(self.counted_from or day_before, CLOSING_AFTER_MONTHS)
        return close_on_or_after(max(year_later, self.starts_on), self.fiscal_month)

    @property
    def is_close_on_the_anniversary(self) -> bool:
        """Tell whether the closing year ends exactly a year after the plan, which no source decides."""
        base = self.counted_from or self.starts_on - ONE_DAY
        return PeriodKind.CLOSING in KINDS[self.frame] and self.ends_on == months_end(base, CLOSING_AFTER_MONTHS)


@dataclass(frozen=True, slots=True)
class Slot:
    """A period as the schedule wants it."""

    kind: PeriodKind
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Planned:
    """A period that stands, and what keeps it there."""

    id: int
    kind: PeriodKind
    starts_on: date
    ends_on: date
    ties: frozenset[Tie] = frozenset()

    @property
    def slot(self) -> Slot:
        """The period without its name and ties."""
        return Slot(self.kind, self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one period; `ties` say why one stays that the schedule would move or remove."""

    step: ScheduleStep
    before: Planned | None
    after: Slot | None
    ties: frozenset[Tie] = frozenset()

    @property
    def starts_on(self) -> date:
        """The first day, as it will be where the period goes on."""
        found = self.after or self.before
        return found.starts_on if found else date.min


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a set of periods: days that none covers, that two cover, or a close inside of a period."""

    text: str
    starts_on: date
    ends_on: date


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def close_on_or_after(day: date, fiscal_month: int) -> date:
    """Return the first fiscal year-end that is not before `day`."""
    this_year = month_end(day.year, fiscal_month)
    return this_year if this_year >= day else month_end(day.year + 1, fiscal_month)


def closes_between(first: date, last: date, fiscal_month: int) -> Iterator[date]:
    """Yield the fiscal year-ends of some days, both inclusive."""
    close = close_on_or_after(first, fiscal_month)
    while close <= last:
        yield close
        close = month_end(close.year + 1, fiscal_month)


def schedule_of(agreed: Agreed) -> tuple[Slot, ...]:
    """Return the periods from the first day to the last, without gaps; none where the frame has no follow-up."""
    return _slots(agreed, [(agreed.starts_on, agreed.ends_on)]) if KINDS[agreed.frame] else ()


def difference(planned: Sequence[Planned], agreed: Agreed, *, moves_costed: bool = False) -> tuple[Change, ...]:
    """Return what becomes of the planned periods, and which ones are new, in the order of their first days.

    A period with a tie stays as it is, and the others are laid around it. Nothing changes before the last period that
    was claimed for: claims are numbered by their place.

    Args:
        moves_costed: periods that nothing but cost lines holds may move too, but not vanish or change their kind.
    """
    wanted_first = set(schedule_of(agreed))
    claimed = max((one.ends_on for one in planned if Tie.CLAIM in one.ties), default=date.min)
    held = [one for one in planned if one.ends_on <= claimed or (one.ties - SOFT if moves_costed else one.ties)]
    while True:
        free = [one for one in planned if one not in held]
        slots = _slots(agreed, _gaps(agreed, held, after=claimed)) if KINDS[agreed.frame] else ()
        pairs, gone, new = _matched(free, slots)
        lost = [one for one in gone if one.ties] + [was for was, slot in pairs if was.ties and was.kind != slot.kind]
        if not lost:
            break
        held.extend(lost)
    found = [_stays(one, wanted_first, claimed) for one in held]
    found += [_moves(was, slot) for was, slot in pairs]
    found += [Change(ScheduleStep.REMOVED, one, None) for one in gone]
    found += [Change(ScheduleStep.ADDED, None, slot) for slot in new]
    return tuple(sorted(found, key=lambda one: (one.starts_on, one.before is None, one.before.id if one.before else 0)))


def flaws_of(slots: Iterable[Slot], fiscal_month: int) -> tuple[Flaw, ...]:
    """Return the gaps and overlaps between periods, and the fiscal year-ends that fall inside of one."""
    found, covered_to = [], None
    for one in sorted(slots, key=lambda slot: (slot.starts_on, slot.ends_on)):
        if covered_to is not None and one.starts_on > covered_to + ONE_DAY:
            found.append(Flaw("どの回にも入らない期間があります。", covered_to + ONE_DAY, one.starts_on - ONE_DAY))
        if covered_to is not None and one.starts_on <= covered_to:
            found.append(Flaw("2つの回に重なる期間があります。", one.starts_on, min(covered_to, one.ends_on)))
        for close in closes_between(one.starts_on, one.ends_on - ONE_DAY, fiscal_month):
            found.append(Flaw("決算日が回の途中にあります。", close, close))
        covered_to = max(covered_to, one.ends_on) if covered_to else one.ends_on
    return tuple(found)


def _slots(agreed: Agreed, spans: Iterable[tuple[date, date]]) -> tuple[Slot, ...]:
    return tuple(Slot(_kind(agreed, part[1]), *part) for span in spans for part in _parts(agreed, *span))


def _kind(agreed: Agreed, ends_on: date) -> PeriodKind:
    kinds = KINDS[agreed.frame]
    return kinds[-1] if ends_on == agreed.ends_on else kinds[0]


def _parts(agreed: Agreed, first: date, last: date) -> list[tuple[date, date]]:
    """Divide some days at the grid; a piece of a month joins its neighbour, unless the fiscal year closes between."""
    cuts = [end for end in _grid(agreed, first, last) if end < last]
    closes = set(closes_between(first, last, agreed.fiscal_month))
    if cuts and _is_piece(first, cuts[0]) and cuts[0] not in closes:
        cuts = cuts[1:]
    if cuts and _is_piece(cuts[-1] + ONE_DAY, last) and cuts[-1] not in closes:
        cuts = cuts[:-1]
    firsts = [first, *(cut + ONE_DAY for cut in cuts)]
    return list(zip(firsts, [*cuts, last], strict=True))


def _is_piece(first: date, last: date) -> bool:
    """Tell whether some days are less than one month."""
    return last < months_end(first - ONE_DAY, 1)


def _grid(agreed: Agreed, first: date, last: date) -> Iterator[date]:
    """Yield the month ends at which periods end: every fiscal year-end, and what the frequency puts between."""
    year, month = first.year, first.month
    while (end := month_end(year, month)) <= last:
        if (month - agreed.fiscal_month) % agreed.frequency.months == 0:
            yield end
        year, month = (year + 1, 1) if month == DECEMBER else (year, month + 1)


def _gaps(agreed: Agreed, held: Iterable[Planned], *, after: date) -> Iterator[tuple[date, date]]:
    """Yield the days of the follow-up that no held period covers, from the day after `after` on."""
    first = max(agreed.starts_on, after + ONE_DAY)
    for one in sorted(held, key=lambda period: period.starts_on):
        if one.starts_on > first:
            yield from _within(first, min(one.starts_on - ONE_DAY, agreed.ends_on))
        first = max(first, one.ends_on + ONE_DAY)
    yield from _within(first, agreed.ends_on)


def _within(first: date, last: date) -> Iterator[tuple[date, date]]:
    if first <= last:
        yield first, last


def _matched(
    free: Sequence[Planned], slots: Sequence[Slot]
) -> tuple[list[tuple[Planned, Slot]], list[Planned], list[Slot]]:
    """Pair periods with slots: equal ones first, then each slot with the earliest period left that it overlaps."""
    pairs, left = [], sorted(free, key=lambda one: (one.ends_on, one.id))
    open_slots = []
    for slot in slots:
        same = next((one for one in left if one.slot == slot), None)
        if same is None:
            open_slots.append(slot)
            continue
        pairs.append((same, slot))
        left.remove(same)
    new = []
    for slot in open_slots:
        near = next((one for one in left if one.starts_on <= slot.ends_on and slot.starts_on <= one.ends_on), None)
        if near is None:
            new.append(slot)
            continue
        pairs.append((near, slot))
        left.remove(near)
    return pairs, left, new


def _moves(was: Planned, slot: Slot) -> Change:
    return Change(ScheduleStep.KEPT if was.slot == slot else ScheduleStep.MOVED, was, slot)


def _stays(one: Planned, wanted: set[Slot], claimed: date) -> Change:
    """Return that a period is as wanted, or why it stays where it is all the same."""
    if one.slot in wanted:
        return Change(ScheduleStep.KEPT, one, one.slot)
    later = frozenset({Tie.LATER_CLAIM}) if one.ends_on <= claimed and Tie.CLAIM not in one.ties else frozenset()
    return Change(ScheduleStep.STAYS, one, one.slot, one.ties | later)
