"""The collector of cycles is on again whatever happens while it is still."""

from __future__ import annotations

import gc

import pytest

from vapup.shared.collector import collector_paused


def test_the_collector_is_still_inside_and_on_again_afterwards() -> None:
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_is_on_again_after_a_failure() -> None:
    with pytest.raises(ValueError, match="a bad row"), collector_paused():
        raise ValueError("a bad row")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
