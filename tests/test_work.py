"""The unit of work: one transaction, whose followers hear what was touched before it commits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest

from cases.enums import SchemeFrame
from cases.models import Enterprise
from cases.services.locking import lock_case, lock_enterprise
from tests.builders import make_case, make_enterprise
from vapup import work
from vapup.accounts.models import Agency, Member
from vapup.work import OutsideWork, TouchedTooLate, follow, touch, unit_of_work

Heard = list[tuple[str, int, frozenset[int]]]


class Broken(Exception):
    """Something went wrong on purpose."""


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, db: None) -> Heard:
    """Followers that only note what they hear, in place of the product's."""
    found: Heard = []
    monkeypatch.setattr(work, "_followers", {})
    for kind in work.KINDS:
        follow(kind, noting(kind, found))
    return found


def noting(kind: str, found: Heard) -> work.Follower:
    def follower(agency_id: int, ids: frozenset[int], now: datetime) -> None:
        assert now.tzinfo is not None
        found.append((kind, agency_id, ids))

    return follower


@unit_of_work()
def write(agency: Agency) -> None:
    touch("case", agency.pk, 7)
    make_enterprise(agency)


@unit_of_work()
def work_in_vain(agency: Agency) -> None:
    write(agency)
    raise Broken


@pytest.fixture(autouse=True)
def _leaves_no_marks() -> Iterator[None]:
    yield
    with pytest.raises(OutsideWork):
        touch("case", 1, 1)


def test_followers_hear_each_id_once_by_agency_when_the_unit_ends(heard: Heard) -> None:
    with unit_of_work():
        touch("case", 1, 7)
        touch("case", 1, 8)
        touch("case", 1, 7)
        touch("case", 2, 7)
        assert heard == []
    assert heard == [("case", 1, frozenset({7, 8})), ("case", 2, frozenset({7}))]


def test_followers_are_called_in_one_order_whatever_was_touched_first(heard: Heard) -> None:
    with unit_of_work():
        touch("agency", 1, 1)
        touch("case", 1, 7)
        touch("enterprise", 1, 3)
    assert [kind for kind, _, _ in heard] == ["enterprise", "case", "agency"]


def test_inside_another_unit_the_outer_one_ends_it(heard: Heard) -> None:
    with unit_of_work():
        with unit_of_work():
            touch("case", 1, 7)
        assert heard == []
        touch("case", 1, 8)
    assert heard == [("case", 1, frozenset({7, 8}))]


def test_what_an_inner_unit_took_back_is_still_looked_at(heard: Heard, agency: Agency) -> None:
    with unit_of_work():
        with pytest.raises(Broken):
            work_in_vain(agency)
        assert not Enterprise.objects.filter(agency=agency).exists()
        touch("case", agency.pk, 8)
    assert heard == [("case", agency.pk, frozenset({7, 8}))]


def test_a_unit_that_fails_calls_nobody_and_leaves_nothing(heard: Heard, agency: Agency) -> None:
    with pytest.raises(Broken):
        work_in_vain(agency)
    assert (heard, Enterprise.objects.filter(agency=agency).count()) == ([], 0)
    with unit_of_work():
        touch("case", agency.pk, 9)
    assert heard == [("case", agency.pk, frozenset({9}))]


def test_a_follower_that_fails_takes_the_unit_back(heard: Heard, agency: Agency) -> None:
    def failing(_agency_id: int, _ids: frozenset[int], _now: datetime) -> None:
        raise Broken

    follow("case", failing)
    with pytest.raises(Broken):
        write(agency)
    assert Enterprise.objects.filter(agency=agency).count() == 0


def test_what_a_follower_touches_is_followed_too(heard: Heard) -> None:
    def follower(agency_id: int, ids: frozenset[int], _now: datetime) -> None:
        for pk in ids:
            touch("case", agency_id, pk * 10)

    follow("enterprise", follower)
    with unit_of_work():
        touch("case", 1, 7)
        touch("enterprise", 1, 3)
    assert heard == [("case", 1, frozenset({7, 30}))]


def test_a_follower_must_not_touch_what_was_caught_up_with(heard: Heard) -> None:
    follow("agency", lambda agency_id, _ids, _now: touch("case", agency_id, 7))
    with pytest.raises(TouchedTooLate, match="case"), unit_of_work():
        touch("agency", 1, 1)


def test_nobody_needs_to_follow(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(work, "_followers", {})
    with unit_of_work():
        touch("case", 1, 7)


def test_each_thread_has_a_unit_of_its_own(heard: Heard) -> None:
    raised: list[BaseException] = []

    def elsewhere() -> None:
        try:
            touch("case", 1, 9)
        except OutsideWork as error:
            raised.append(error)

    with unit_of_work():
        touch("case", 1, 7)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert len(raised) == 1
    assert heard == [("case", 1, frozenset({7}))]


def test_rows_are_locked_inside_a_unit_of_work_alone(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.NORMAL)
    with pytest.raises(OutsideWork, match=f"case {case.pk}"):
        lock_case(consultant, case.pk)
    with pytest.raises(OutsideWork, match=f"enterprise {case.enterprise_id}"):
        lock_enterprise(consultant, case.enterprise_id)
    with unit_of_work():
        assert lock_case(consultant, case.pk) == case
