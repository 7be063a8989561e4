"""The collector of reference cycles, kept still while a large table is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector of cycles still while one file is read and told of; its rows are many and none are cyclic.

    It would go through all the rows again and again as they become more, which takes as long as reading them. Threads
    that read side by side leave it as the first of them found it. Serves as a decorator as well.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
