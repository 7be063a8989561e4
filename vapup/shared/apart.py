"""Work that is done for many, where the failure of one must not hold up the others and must not be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")


def for_each(items: Iterable[T], act: Callable[[T], None], *, what: str) -> None:
    """Call `act` with every item, though it failed with one before; then raise what failed.

    An exit or an interruption ends the work at once.

    Raises:
        ExceptionGroup: named `what`, of every error that there was.
    """
    failures = [failure for item in items if (failure := error_of(partial(act, item))) is not None]
    if failures:
        raise ExceptionGroup(what, failures)


def error_of(act: Callable[[], None]) -> Exception | None:
    """Call `act` and return its error, or None; whoever calls this raises it, or tries another way."""
    kept = _Kept()
    with kept:
        act()
    return kept.error


class _Kept:
    """Puts an error aside; an exit or an interruption is none."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = error
        return True
