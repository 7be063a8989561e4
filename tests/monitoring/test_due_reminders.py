"""Who is reminded on which day. The safe day is Tuesday 2026-06-30 everywhere, so that offsets are plain to see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from monitoring.enums import DeadlineKind
from monitoring.rules.clocks import Days
from monitoring.rules.kinds import clock_kind
from monitoring.rules.reminders import (
    Due,
    Office,
    Reminded,
    Snoozed,
    due_reminders,
    first_look,
    lapse_offset,
    news_of,
    next_look,
)

SAFE = date(2026, 6, 30)
DAYS = Days(SAFE, SAFE + timedelta(days=1), SAFE)
# The last day is a Sunday: 2026-08-30 → safe on Friday the 28th, too late on Monday the 31st.
WEEKEND = Days(date(2026, 8, 30), date(2026, 8, 31), date(2026, 8, 28))
CONSULTANT, MANAGER, OTHER_MANAGER, ADMIN = 1, 2, 3, 4
OFFICE = Office(frozenset({1, 2, 3, 4, 5}), (MANAGER, OTHER_MANAGER), (ADMIN,))
PLAN = clock_kind(DeadlineKind.PLAN_CLAIM)


def before(days: int) -> date:
    return SAFE - timedelta(days=days)


def reminded(
    *,
    kind: DeadlineKind = DeadlineKind.PLAN_CLAIM,
    days: Days = DAYS,
    consultant_id: int | None = CONSULTANT,
    office: Office = OFFICE,
    is_acknowledged: bool = False,
    snoozes: Mapping[int, date] | None = None,
) -> Reminded:
    return Reminded(
        kind=clock_kind(kind),
        days=days,
        consultant_id=consultant_id,
        office=office,
        is_acknowledged=is_acknowledged,
        snoozes=tuple(Snoozed(*pair) for pair in (snoozes or {}).items()),
    )


def told(about: Reminded, today: date) -> dict[int, int]:
    """Return the offset by person."""
    due = due_reminders(about, today=today)
    assert len({one.member_id for one in due}) == len(due)
    return {one.member_id: one.offset for one in due}


# Days left → the offset that is due for the consultant: the latest that has come.
STEPS = {121: None, 120: 120, 119: 120, 61: 120, 60: 60, 31: 60, 30: 30, 15: 30, 14: 14, 8: 14, 7: 7, 4: 7, 3: 3, 2: 3}
STEPS |= {1: 1, 0: 0}


@pytest.mark.parametrize(("left", "offset"), STEPS.items())
def test_the_latest_offset_that_has_come_is_due(left: int, offset: int | None) -> None:
    assert told(reminded(), before(left)).get(CONSULTANT) == offset


ALL = {CONSULTANT, MANAGER, OTHER_MANAGER, ADMIN}
# Days left → who is told, before and after somebody took note: managers from 30 or 14 days on, admins from 7 or 3.
ESCALATION = [
    (60, {CONSULTANT}, {CONSULTANT}),
    (31, {CONSULTANT}, {CONSULTANT}),
    (30, {CONSULTANT, MANAGER, OTHER_MANAGER}, {CONSULTANT}),
    (15, {CONSULTANT, MANAGER, OTHER_MANAGER}, {CONSULTANT}),
    (14, {CONSULTANT, MANAGER, OTHER_MANAGER}, {CONSULTANT, MANAGER, OTHER_MANAGER}),
    (8, {CONSULTANT, MANAGER, OTHER_MANAGER}, {CONSULTANT, MANAGER, OTHER_MANAGER}),
    (7, ALL, {CONSULTANT, MANAGER, OTHER_MANAGER}),
    (4, ALL, {CONSULTANT, MANAGER, OTHER_MANAGER}),
    (3, ALL, ALL),
    (0, ALL, ALL),
]


@pytest.mark.parametrize(("left", "people", "acknowledged"), ESCALATION)
def test_the_nearer_the_day_the_more_people_hear_of_it(left: int, people: set[int], acknowledged: set[int]) -> None:
    assert told(reminded(), before(left)).keys() == people
    assert told(reminded(is_acknowledged=True), before(left)).keys() == acknowledged


@pytest.mark.parametrize("is_acknowledged", [False, True])
def test_to_acknowledge_never_silences_the_consultant(is_acknowledged: bool) -> None:
    for left, offset in STEPS.items():
        assert told(reminded(is_acknowledged=is_acknowledged), before(left)).get(CONSULTANT) == offset


def test_after_the_safe_day_reminders_go_on_until_it_is_too_late() -> None:
    # Friday 28 August: 0. Saturday: -1. Sunday, the last day: -2. Monday: too late, offset 28 − 31 = -3.
    about = reminded(days=WEEKEND)
    found = {day: set(told(about, date(2026, 8, day)).values()) for day in (28, 29, 30, 31)}
    assert found == {28: {0}, 29: {-1}, 30: {-2}, 31: {-3}}
    assert lapse_offset(WEEKEND) == -3


def test_at_the_turn_of_the_year_each_offset_after_the_safe_day_comes_once() -> None:
    # Last day Sunday 2027-01-03 → safe Monday 2026-12-28; too late on 4 January, offset -7. The data names -1 -2 -3 -5.
    days = Days(date(2027, 1, 3), date(2027, 1, 4), date(2026, 12, 28))
    about = reminded(days=days)
    found = [set(told(about, days.safe_by + timedelta(days=one)).values()) for one in range(8)]
    assert found == [{0}, {-1}, {-2}, {-3}, {-3}, {-5}, {-5}, {-7}]


def test_offsets_after_the_safe_day_never_pass_for_the_lapse() -> None:
    # The safe day is the last one: the day after is the lapse, not the reminder "one day after".
    assert told(reminded(), SAFE + timedelta(days=1)) == dict.fromkeys(ALL, -1)
    assert lapse_offset(DAYS) == -1
    assert told(reminded(), SAFE + timedelta(days=300)) == dict.fromkeys(ALL, -1)


@pytest.mark.parametrize(
    ("told", "after", "news"),
    [
        pytest.param(None, 1, -1, id="never told: the lapse"),
        pytest.param(0, 1, -1, id="told of the safe day: the lapse"),
        pytest.param(-1, 1, None, id="told of the lapse on this day"),
        pytest.param(-1, 9, -9, id="told of the lapse days ago, and it is lost again"),
        pytest.param(-9, 9, None, id="told of the second lapse on this day"),
        pytest.param(-9, 8, None, id="told already, and the clock went back"),
        pytest.param(-9, 10, -10, id="a third time"),
    ],
)
def test_a_deadline_that_is_lost_again_is_news_on_another_day(told: int | None, after: int, news: int | None) -> None:
    due = Due(CONSULTANT, lapse_offset(DAYS))
    found = news_of(due, DAYS, told=told, today=SAFE + timedelta(days=after))
    assert (found and found.offset) == news


def test_before_the_lapse_only_a_later_offset_is_news() -> None:
    for told, is_news in ((None, True), (60, True), (30, False), (14, False)):
        assert (news_of(Due(CONSULTANT, 30), DAYS, told=told, today=before(25)) is not None) == is_news


def test_everybody_hears_of_a_loss_whatever_was_put_off_or_acknowledged() -> None:
    about = reminded(is_acknowledged=True, snoozes={CONSULTANT: SAFE, MANAGER: SAFE})
    assert told(about, DAYS.lapses_on).keys() == ALL


def test_a_day_that_merely_comes_is_told_before_and_never_after() -> None:
    about = reminded(kind=DeadlineKind.FISCAL_CLOSE)
    found = {left: told(about, before(left)) for left in (31, 30, 7, 1, 0, -1)}
    one = {left: {CONSULTANT: left} for left in (30, 7, 0)}
    assert found == {31: {}, **one, 1: {CONSULTANT: 7}, -1: {}}


def test_the_papers_of_a_retention_concern_managers_and_admins_at_once() -> None:
    assert told(reminded(kind=DeadlineKind.RETENTION), before(30)).keys() == ALL


# --- who is there ----------------------------------------------------------------------------------------------------


def office(*members: int, managers: tuple[int, ...] = (), admins: tuple[int, ...] = ()) -> Office:
    return Office(frozenset(members), managers, admins)


def test_who_has_left_is_replaced_from_above() -> None:
    gone = office(2, 3, 4, managers=(2, 3), admins=(4,))
    assert told(reminded(office=gone), before(60)).keys() == {2, 3}
    no_manager = office(4, 6, admins=(4, 6))
    assert told(reminded(office=no_manager), before(60)).keys() == {4, 6}
    assert told(reminded(office=no_manager), DAYS.lapses_on).keys() == {4, 6}


def test_the_agency_s_own_deadlines_go_to_managers_and_admins() -> None:
    about = reminded(kind=DeadlineKind.CERTIFICATION, consultant_id=None)
    assert told(about, before(120)).keys() == {MANAGER, OTHER_MANAGER, ADMIN}
    assert told(about, DAYS.lapses_on).keys() == {MANAGER, OTHER_MANAGER, ADMIN}


def test_one_person_in_every_role_is_told_once() -> None:
    alone = office(1, managers=(1,), admins=(1,))
    for left in (120, 30, 7, 0):
        assert due_reminders(reminded(office=alone), today=before(left)) == (Due(1, left),)
    assert due_reminders(reminded(office=alone), today=DAYS.lapses_on) == (Due(1, -1),)


def test_an_empty_office_is_told_nothing() -> None:
    assert told(reminded(office=office()), before(30)) == {}
    assert told(reminded(office=office()), DAYS.lapses_on) == {}


# --- snoozing --------------------------------------------------------------------------------------------------------


def test_a_snooze_quiets_one_person_until_its_day_and_then_reminds_that_day() -> None:
    # Told 30 days before; asks to be left alone until 20 days before.
    about = reminded(snoozes={CONSULTANT: before(20)})
    found = {left: told(about, before(left)) for left in (30, 21, 20, 15, 14)}
    managers = {MANAGER: 30, OTHER_MANAGER: 30}
    assert found == {
        30: managers,
        21: managers,
        20: {CONSULTANT: 20, **managers},
        15: {CONSULTANT: 20, **managers},
        14: {CONSULTANT: 14, MANAGER: 14, OTHER_MANAGER: 14},
    }


def test_a_snooze_past_several_offsets_reminds_once_of_the_latest() -> None:
    about = reminded(snoozes={CONSULTANT: before(5)})
    found = [told(about, before(left)).get(CONSULTANT) for left in (14, 7, 6, 5, 4, 3)]
    assert found == [None, None, None, 5, 5, 3]


def test_the_longest_snooze_ends_on_the_safe_day() -> None:
    about = reminded(snoozes={CONSULTANT: SAFE})
    assert [told(about, before(left)).get(CONSULTANT) for left in (1, 0)] == [None, 0]


def test_a_snooze_of_somebody_else_changes_nothing() -> None:
    assert told(reminded(snoozes={MANAGER: before(5)}), before(14)) == {CONSULTANT: 14, OTHER_MANAGER: 14}


# --- when to look ----------------------------------------------------------------------------------------------------


def test_a_deadline_is_first_looked_at_when_its_earliest_offset_comes() -> None:
    assert first_look(PLAN, DAYS, today=date(2026, 1, 1)) == date(2026, 3, 2)  # 120 days before 30 June
    assert first_look(PLAN, DAYS, today=date(2026, 3, 3)) == date(2026, 3, 3)
    assert first_look(PLAN, DAYS, today=date(2027, 1, 1)) == date(2027, 1, 1)


LOOKS = {200: 120, 120: 60, 60: 30, 59: 30, 30: 14, 14: 7, 7: 3, 3: 1, 1: 0, 0: -1}


@pytest.mark.parametrize(("left", "next_left"), LOOKS.items())
def test_then_on_each_day_on_which_something_becomes_due(left: int, next_left: int) -> None:
    assert next_look(reminded(), today=before(left)) == before(next_left)


def test_after_the_lapse_there_is_nothing_to_look_at() -> None:
    assert next_look(reminded(), today=DAYS.lapses_on) is None
    assert next_look(reminded(days=WEEKEND), today=date(2026, 8, 30)) == date(2026, 8, 31)


def test_the_day_on_which_a_snooze_ends_is_looked_at() -> None:
    assert next_look(reminded(snoozes={CONSULTANT: before(20)}), today=before(29)) == before(20)
    assert next_look(reminded(snoozes={CONSULTANT: before(20)}), today=before(20)) == before(14)


@pytest.mark.parametrize("kind", DeadlineKind)
@pytest.mark.parametrize("days", [DAYS, WEEKEND])
def test_whoever_looks_on_these_days_alone_misses_nothing(kind: DeadlineKind, days: Days) -> None:
    """What a look on every single day finds is found by the looks that the rules ask for."""
    about = reminded(kind=kind, days=days, snoozes={MANAGER: days.safe_by - timedelta(days=10)})
    every = {one for day in range(-150, 12) for one in due_reminders(about, today=days.safe_by + timedelta(days=day))}
    asked: set[Due] = set()
    day: date | None = first_look(about.kind, days, today=days.safe_by - timedelta(days=150))
    while day is not None:
        asked.update(due_reminders(about, today=day))
        day = next_look(about, today=day)
    assert asked == every
