"""Bounds of the process that prints: a document that wants too much memory fails alone, the machine goes on."""

from __future__ import annotations

import resource
from typing import Final

MEGABYTE: Final = 1024 * 1024


def limit_memory(megabytes: int) -> None:
    """Let this process have no more address space than that, for good, and write no core of it.

    Beyond it Python raises `MemoryError`; a library that cannot go on without memory ends the process, and another
    takes its place. The packet is then tried again, three times at most.
    """
    wanted = megabytes * MEGABYTE
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
