"""A unit of work: one transaction at whose end, still inside it, whoever follows what was touched catches up.

A service says with `touch` which case, enterprise or agency it writes to. Higher parts of the product register with
`follow`; so the deadlines of a case move in the transaction that moves their reasons, and lower parts need not know
of them.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from vapup import clock
from vapup.shared.errors import DomainError

# Called with an agency, the ids of what was touched there, and this instant.
Follower = Callable[[int, frozenset[int], datetime], None]
Marks = dict[tuple[str, int], set[int]]


class _Current(threading.local):
    marks: Marks | None = None


# What can be touched, in the order in which it is caught up with: locks are then taken in one order by everybody.
KINDS: Final = ("enterprise", "case", "agency")

_current: Final = _Current()
_followers: Final[dict[str, Follower]] = {}


class OutsideWork(RuntimeError):
    """Something was touched outside a unit of work, where nobody could follow it."""


class Busy(DomainError):
    """Others held what this unit of work needs for longer than the database lets anybody wait, or wait for it too."""

    def __init__(self) -> None:
        super().__init__(
            "ほかの人の処理が続いているため、待ち時間を超えました。何も保存していません。少し待ってから、もう一度実行してください。"
        )


class TouchedTooLate(RuntimeError):
    """A follower touched what had been caught up with already."""


def follow(kind: str, follower: Follower) -> None:
    """Let `follower` catch up at the end of each unit of work that touched things of this kind.

    The transaction may have been opened for nobody's agency: a follower enters the scope of the agency itself. It may
    touch things of a kind that comes after its own.
    """
    _followers[kind] = follower


def touch(kind: str, agency_id: int, pk: int) -> None:
    """Say that this unit of work writes to something, or to what belongs to it.

    Raises:
        OutsideWork: no unit of work runs.
    """
    if _current.marks is None:
        raise OutsideWork(f"{kind} {pk} was touched outside a unit of work")
    _current.marks[kind, agency_id].add(pk)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Run a transaction, and let the followers catch up before it commits; inside another unit, be part of that one.

    Raises:
        Busy: a lock could not be had in time, or others waited for what this one held and held what it waited for.
    """
    if _current.marks is not None:
        with transaction.atomic():
            yield
        return
    marks: Marks = defaultdict(set)
    _current.marks = marks
    try:
        with transaction.atomic():
            yield
            _catch_up(marks)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            raise Busy from error
        raise
    finally:
        _current.marks = None


def _catch_up(marks: Marks) -> None:
    """Call the followers, kind by kind; what they touch themselves is caught up with in the same round."""
    now = clock.now()
    for kind in KINDS:
        for mark in sorted(mark for mark in marks if mark[0] == kind):
            ids = frozenset(marks.pop(mark))
            if (follower := _followers.get(kind)) is not None:
                follower(mark[1], ids, now)
    if marks:
        raise TouchedTooLate(f"touched after they had been caught up with: {sorted(marks)}")
