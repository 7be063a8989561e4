"""What becomes of planned periods when the fiscal year-end or the agreement changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import Frequency, SchemeFrame
from monitoring.enums import PeriodKind, ScheduleStep, Tie
from monitoring.rules.schedule import Agreed, Change, Planned, Slot, difference, flaws_of, schedule_of

REGULAR, INTERIM, CLOSING = PeriodKind.REGULAR, PeriodKind.INTERIM, PeriodKind.CLOSING
KEPT, STAYS, MOVED, ADDED, REMOVED = ScheduleStep
AGREED = Agreed(
    frame=SchemeFrame.NORMAL,
    starts_on=date(2025, 4, 1),
    months=36,
    frequency=Frequency.YEARLY,
    fiscal_month=3,
)
TO_JUNE = replace(AGREED, fiscal_month=6)


def planned(agreed: Agreed = AGREED, **ties: set[Tie]) -> list[Planned]:
    """Return the schedule as it stands; `_2={Tie.COSTS}` ties the second period."""
    return [
        Planned(place, one.kind, one.starts_on, one.ends_on, frozenset(ties.get(f"_{place}", ())))
        for place, one in enumerate(schedule_of(agreed), 1)
    ]


def steps(changes: Sequence[Change]) -> list[tuple[ScheduleStep, int | None, str | None]]:
    return [
        (one.step, one.before.id if one.before else None, str(one.after.ends_on) if one.after else None)
        for one in changes
    ]


def applied(changes: Sequence[Change]) -> list[Planned]:
    """Return what stands once the changes were made."""
    ids = iter(range(1000, 2000))
    return [
        Planned(one.before.id if one.before else next(ids), *_slot(one.after), one.before.ties if one.before else NONE)
        for one in changes
        if one.after
    ]


NONE = frozenset[Tie]()


def _slot(slot: Slot) -> tuple[PeriodKind, date, date]:
    return slot.kind, slot.starts_on, slot.ends_on


def test_nothing_changes_where_all_is_as_agreed() -> None:
    assert {one.step for one in difference(planned(), AGREED)} == {KEPT}


def test_the_first_proposal_adds_all() -> None:
    assert steps(difference([], AGREED)) == [
        (ADDED, None, "2026-03-31"),
        (ADDED, None, "2027-03-31"),
        (ADDED, None, "2028-03-31"),
    ]


def test_a_new_fiscal_year_end_moves_the_whole_set() -> None:
    # The close in June cuts the three years into 3 + 12 + 12 + 9 months.
    found = difference(planned(), TO_JUNE)
    assert steps(found) == [
        (MOVED, 1, "2025-06-30"),
        (MOVED, 2, "2026-06-30"),
        (MOVED, 3, "2027-06-30"),
        (ADDED, None, "2028-03-31"),
    ]
    assert flaws_of([one.after for one in found if one.after], 6) == ()


def test_a_shorter_agreement_removes_the_rest() -> None:
    assert steps(difference(planned(), replace(AGREED, months=12))) == [
        (KEPT, 1, "2026-03-31"),
        (REMOVED, 2, None),
        (REMOVED, 3, None),
    ]


@pytest.mark.parametrize("tie", [Tie.CLAIM, Tie.HOURS, Tie.REPORT, Tie.MEETING, Tie.COSTS])
def test_a_tied_period_stays_and_says_why(tie: Tie) -> None:
    found = difference(planned(_1={tie}), TO_JUNE)
    assert steps(found)[0] == (STAYS, 1, "2026-03-31")
    assert found[0].ties == {tie}
    # The others are laid around it: from 2026-04-01 on, to the closes in June.
    assert steps(found)[1:] == [(MOVED, 2, "2026-06-30"), (MOVED, 3, "2027-06-30"), (ADDED, None, "2028-03-31")]


def test_a_tied_period_outside_of_a_shorter_agreement_stays_too() -> None:
    found = difference(planned(_3={Tie.REPORT}), replace(AGREED, months=12))
    assert steps(found) == [(KEPT, 1, "2026-03-31"), (REMOVED, 2, None), (STAYS, 3, "2028-03-31")]
    assert [set(one.ties) for one in found] == [set(), set(), {Tie.REPORT}]


def test_a_tie_is_no_matter_where_nothing_would_change() -> None:
    found = difference(planned(_1={Tie.CLAIM}, _2={Tie.COSTS}), AGREED)
    assert {one.step for one in found} == {KEPT}
    assert [set(one.ties) for one in found] == [set(), set(), set()]


def test_nothing_moves_before_the_last_claim() -> None:
    # The second period is claimed as number 2: the first must neither move nor be divided.
    found = difference(planned(_2={Tie.CLAIM}), TO_JUNE)
    assert steps(found) == [
        (STAYS, 1, "2026-03-31"),
        (STAYS, 2, "2027-03-31"),
        (MOVED, 3, "2027-06-30"),
        (ADDED, None, "2028-03-31"),
    ]
    assert [set(one.ties) for one in found[:2]] == [{Tie.LATER_CLAIM}, {Tie.CLAIM}]


def test_costed_periods_move_where_somebody_says_so() -> None:
    costed = planned(_1={Tie.COSTS}, _2={Tie.COSTS}, _3={Tie.COSTS})
    assert {one.step for one in difference(costed, TO_JUNE)} == {STAYS}
    found = difference(costed, TO_JUNE, moves_costed=True)
    assert steps(found)[:3] == [(MOVED, 1, "2025-06-30"), (MOVED, 2, "2026-06-30"), (MOVED, 3, "2027-06-30")]
    reported = planned(_1={Tie.COSTS, Tie.REPORT})
    assert difference(reported, TO_JUNE, moves_costed=True)[0].step is STAYS


def test_a_costed_period_never_vanishes() -> None:
    costed = planned(_3={Tie.COSTS})
    found = difference(costed, replace(AGREED, months=12), moves_costed=True)
    assert steps(found)[-1] == (STAYS, 3, "2028-03-31")
    assert found[-1].ties == {Tie.COSTS}


def test_a_costed_period_never_changes_its_kind() -> None:
    vup = replace(AGREED, frame=SchemeFrame.VUP, frequency=Frequency.HALF_YEARLY, counted_from=date(2025, 3, 31))
    # Interim to September, closing to March; with the close in September the half to September would be the closing.
    stands = planned(vup, _1={Tie.COSTS})
    assert [one.kind for one in stands] == [INTERIM, CLOSING]
    moved = replace(vup, fiscal_month=9, starts_on=date(2025, 4, 1), counted_from=date(2024, 9, 30))
    found = difference(stands, moved, moves_costed=True)
    assert steps(found) == [(STAYS, 1, "2025-09-30"), (REMOVED, 2, None)]
    assert found[0].after == Slot(INTERIM, date(2025, 4, 1), date(2025, 9, 30))


def test_a_frame_without_follow_up_removes_what_nothing_holds() -> None:
    bank = replace(AGREED, frame=SchemeFrame.VUP_BANK)
    found = difference(planned(_1={Tie.COSTS}), bank)
    assert steps(found) == [(STAYS, 1, "2026-03-31"), (REMOVED, 2, None), (REMOVED, 3, None)]


AGREEMENTS = st.builds(
    Agreed,
    frame=st.sampled_from([SchemeFrame.NORMAL, SchemeFrame.VUP]),
    starts_on=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    months=st.integers(1, 40),
    frequency=st.sampled_from([Frequency.QUARTERLY, Frequency.HALF_YEARLY, Frequency.YEARLY]),
    fiscal_month=st.integers(1, 12),
    counted_from=st.none(),
)
TIES = st.lists(st.sets(st.sampled_from([one for one in Tie if one is not Tie.LATER_CLAIM]), max_size=2), max_size=20)


@given(AGREEMENTS, AGREEMENTS, TIES, st.booleans())
def test_whatever_changes(first: Agreed, then: Agreed, ties: list[set[Tie]], moves_costed: bool) -> None:
    then = replace(then, frame=first.frame)
    stands = [
        replace(one, ties=frozenset(ties[place]) if place < len(ties) else NONE)
        for place, one in enumerate(planned(first))
    ]
    changes = difference(stands, then, moves_costed=moves_costed)

    # Every period is told of once; what is tied stays to the day, cost lines apart where they may move.
    assert sorted(one.before.id for one in changes if one.before) == [one.id for one in stands]
    for one in changes:
        if one.before and one.before.ties - ({Tie.COSTS} if moves_costed else set()):
            assert one.after == one.before.slot
        if one.before and one.before.ties:
            assert one.after is not None
            assert one.after.kind == one.before.kind
        assert bool(one.ties) == (one.step is STAYS)
    # The new set overlaps nowhere, and laying it again changes nothing.
    texts = {flaw.text for flaw in flaws_of([one.after for one in changes if one.after], then.fiscal_month)}
    assert "2つの回に重なる期間があります。" not in texts
    again = difference(applied(changes), then, moves_costed=moves_costed)
    assert {one.step for one in again} <= {KEPT, STAYS}
