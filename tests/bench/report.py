"""Print one measurement a line, as JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable


def report(name: str, value: float, unit: str, *, ratio: float | None = None, against: str | None = None) -> None:
    """Print one figure; `ratio` is to what `against` names, measured in the same run."""
    shown = None if ratio is None else round(ratio, 3)
    line = {"name": name, "value": round(value, 3), "unit": unit, "ratio": shown, "against": against}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def paired(first: Callable[[], object], second: Callable[[], object], *, rounds: int) -> tuple[float, float, float]:
    """Run two things in turn and return the median seconds of each and the median ratio first/second of the pairs."""
    firsts, seconds = [], []
    for _ in range(rounds):
        firsts.append(_seconds(first))
        seconds.append(_seconds(second))
    ratios = [one / other for one, other in zip(firsts, seconds, strict=True)]
    return statistics.median(firsts), statistics.median(seconds), statistics.median(ratios)


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
