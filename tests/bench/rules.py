"""Assessments: one in the process, a hundred thousand through the command, and the same rules under openfisca-core."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request
from tests.bench.report import report
from tests.subsidies.payloads import random_payloads
from vapup.embedded.layout import CHECKOUT

SEED = 405
MANY, FEW = 100_000, 1_000
ROUNDS = 3
BLOCK = 1_000
ASSESS_LINES = (sys.executable, str(CHECKOUT / "manage.py"), "assess", "--lines")
OPENFISCA = (str(CHECKOUT / ".venv-bench" / "bin" / "python"), str(Path(__file__).with_name("openfisca_rules.py")))
OPENFISCA_ROUNDS, OPENFISCA_REQUESTS = 5, 400
LARGEST_OPENFISCA_YEN = 1_000_000_000
# A small process of its own starts the command: the peak of a child is no less than that of who starts it.
PEAK_OF_CHILD = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"
)


def one_assessment() -> None:
    """Report the median time of an assessment with its trace, the request read from JSON before."""
    requests = [parse_request(payload) for payload in random_payloads(2_000, SEED)]
    for request in requests:
        assert assess(request).trace
    times = [_seconds(lambda request=request: assess(request).trace) for _ in range(5) for request in requests]  # type: ignore[misc]
    report("assess_with_trace", statistics.median(times) * 1e6, "µs")


def many_lines() -> None:
    """Report time and peak memory of the command, start of the program included, against parsing and printing alone."""
    with tempfile.TemporaryDirectory(prefix="vapup-bench-", dir="/var/tmp") as folder:
        requests, answers, few = (Path(folder) / name for name in ("requests", "answers", "few"))
        _write_requests(requests, MANY)
        _write_requests(few, FEW)
        with requests.open("rb") as source, answers.open("wb") as target:
            subprocess.run(ASSESS_LINES, stdin=source, stdout=target, check=True)
        pairs = [(_seconds(lambda: _assess_lines(requests)), _bare_loop(requests, answers)) for _ in range(ROUNDS)]
        ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        report(
            f"assess_lines_{MANY}", ours, "s", ratio=ratio, against="parse each request, print its ready-made answer"
        )
        report("parse_and_print_alone", bare, "s")
        least, most = _peak_bytes(few), _peak_bytes(requests)
        report(f"assess_lines_{MANY}_peak", most / 2**20, "MB", ratio=most / least, against=f"peak at {FEW} requests")


def against_openfisca() -> None:
    """Report the time from request to assessment, against openfisca-core from request to subsidies, case by case."""
    payloads = list(islice(_small_payloads(), OPENFISCA_REQUESTS))
    with subprocess.Popen(OPENFISCA, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        _ask(other.stdin, other.stdout, payloads)
        pairs = []
        for _ in range(OPENFISCA_ROUNDS):
            ours = [_seconds(lambda payload=payload: assess(parse_request(payload)).trace) for payload in payloads]  # type: ignore[misc]
            theirs = _ask(other.stdin, other.stdout, payloads)
            pairs.append((statistics.median(ours), statistics.median(theirs)))
        other.stdin.close()
    ours_median, theirs_median = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    report("assess_from_request", ours_median * 1e6, "µs", ratio=ratio, against="openfisca-core, subsidies alone")
    report("openfisca_from_request", theirs_median * 1e6, "µs")
    report("times_faster_than_openfisca", 1 / ratio, "times")


def _write_requests(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(payload) + "\n" for payload in random_payloads(count, SEED))


def _assess_lines(requests: Path) -> None:
    with requests.open("rb") as source:
        subprocess.run(ASSESS_LINES, stdin=source, stdout=subprocess.DEVNULL, check=True)


def _bare_loop(requests: Path, answers: Path) -> float:
    """Return the seconds of the loop; the answer objects are made ready, some at a time, while the clock stands."""
    seconds = 0.0
    with requests.open(encoding="utf-8") as source, answers.open("rb") as ready, Path("/dev/null").open("w") as target:
        while lines := list(islice(source, BLOCK)):
            objects = [json.loads(line) for line in islice(ready, BLOCK)]
            seconds += _seconds(lambda lines=lines, objects=objects: _parse_and_print(lines, objects, target))  # type: ignore[misc]
    return seconds


def _parse_and_print(lines: list[str], answers: list[object], target: IO[str]) -> None:
    for line, answer in zip(lines, answers, strict=True):
        json.loads(line)
        print(json.dumps(answer, ensure_ascii=False), file=target)


def _peak_bytes(requests: Path) -> int:
    with requests.open("rb") as source:
        command = (sys.executable, "-c", PEAK_OF_CHILD, *ASSESS_LINES)
        return int(subprocess.run(command, stdin=source, capture_output=True, check=True).stdout)


def _small_payloads() -> Iterator[dict[str, Any]]:
    for payload in random_payloads(MANY, SEED):
        amounts = [yen for name in ("costs", "estimates", "past_subsidies") for yen in payload.get(name, {}).values()]
        if max([*amounts, *(one["cost"] for one in payload["monitoring_periods"])], default=0) <= LARGEST_OPENFISCA_YEN:
            yield payload


def _ask(stdin: IO[str], stdout: IO[str], payloads: list[dict[str, Any]]) -> list[float]:
    """Return the seconds of each case under openfisca-core; its subsidies must be ours."""
    stdin.write(json.dumps(payloads) + "\n")
    stdin.flush()
    answer = json.loads(stdout.readline())
    for payload, theirs in zip(payloads, answer["subsidies"], strict=True):
        result = assess(parse_request(payload))
        ours = {line.category.value: line.subsidy_yen for line in result.lines} | {"total": result.totals.subsidy_yen}
        if ours != theirs:
            raise ValueError(f"the two disagree on {payload}: {ours} and {theirs}")
    seconds: list[float] = answer["seconds"]
    return seconds


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
