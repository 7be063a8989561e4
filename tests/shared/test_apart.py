"""Steps that must not hold up each other."""

from __future__ import annotations

import pytest

from vapup.shared.apart import error_of, for_each


def halve(number: int, into: list[int]) -> None:
    if number % 2:
        raise ValueError(f"{number} is odd")
    into.append(number // 2)


def test_every_item_is_taken_in_order() -> None:
    found: list[int] = []
    for_each([4, 2, 8], lambda one: halve(one, found), what="halves")
    assert found == [2, 1, 4]


def test_a_failure_holds_up_nothing_and_none_is_lost() -> None:
    found: list[int] = []
    with pytest.raises(ExceptionGroup, match="halves") as raised:
        for_each([4, 3, 8, 5], lambda one: halve(one, found), what="halves")
    assert found == [2, 4]
    assert [str(one) for one in raised.value.exceptions] == ["3 is odd", "5 is odd"]
    assert all(one.__traceback__ is not None for one in raised.value.exceptions)


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_an_interruption_ends_the_work_at_once(end: type[BaseException]) -> None:
    found: list[int] = []

    def act(number: int) -> None:
        found.append(number)
        raise end

    with pytest.raises(end):
        for_each([1, 2], act, what="nothing")
    assert found == [1]


def test_an_error_can_be_asked_for_instead() -> None:
    found: list[int] = []
    assert error_of(lambda: halve(4, found)) is None
    assert str(error_of(lambda: halve(3, found))) == "3 is odd"
    assert found == [2]
