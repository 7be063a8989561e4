"""Requests of every version with the fingerprint of their figures, so that no change of a figure goes unseen.

A line of `tests/golden/frozen.jsonl` holds a name, a request, the totals for a reader, and the SHA-256 of all figures:
version, size class, totals, lines, payments, deadlines and finding codes, as JSON
with sorted keys and no blanks. Words are left out.

Where a figure is meant to change (a new rule version never changes an old case, so this is rare), read the failing
names, make sure that each is meant, and renew the file with

    python -m tests.subsidies.test_frozen_figures > frozen.new && mv frozen.new tests/golden/frozen.jsonl

A new rule version adds its requests to `_requests` and changes none of the old lines.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request
from tests.subsidies.second_opinion import NOTICES, Opinion

FROZEN = Path(__file__).resolve().parent.parent / "golden" / "frozen.jsonl"
LINES = [json.loads(line) for line in FROZEN.read_text(encoding="utf-8").splitlines()] if FROZEN.exists() else []
FIGURES = {
    "lines": ("category", "cost", "subsidy", "own_burden"),
    "payments": ("category", "trigger", "period", "amount"),
    "deadlines": ("kind", "period", "claim_by", "lapses_on", "yen_at_risk"),
    "findings": ("code", "severity", "category"),
}


def fingerprint(answer: dict[str, Any]) -> str:
    """Return the SHA-256 of the figures of an answer, whatever words and further keys it has."""
    figures = {name: answer[name] for name in ("rule_version", "size_class", "totals")}
    for name, keys in FIGURES.items():
        figures[name] = [
            {key: row[key] for key in keys} for row in answer[name] if row.get("code") != "unconfirmed_rule"
        ]
    return sha256(json.dumps(figures, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _figures(request: dict[str, Any]) -> tuple[dict[str, int], str]:
    answer = assess(parse_request(copy.deepcopy(request))).as_dict()
    return answer["totals"], fingerprint(answer)


@pytest.mark.parametrize("line", [pytest.param(line, id=line["name"]) for line in LINES])
def test_the_figures_are_those_of_the_day_on_which_they_were_frozen(line: dict[str, Any]) -> None:
    totals, digest = _figures(line["request"])
    assert totals == line["totals"]
    assert digest == line["sha256"], "see the top of this file before renewing"


def test_every_version_has_its_frozen_requests() -> None:
    versions = [Opinion(line["request"]).version for line in LINES]
    assert {name: versions.count(name) for name in NOTICES} == dict.fromkeys(NOTICES, 5)
    assert len({line["name"] for line in LINES}) == len(LINES) == 45
    assert len({line["sha256"] for line in LINES}) == 45
    assert [line["name"] for line in LINES] == [name for name, _ in _requests()]


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("lines", "subsidy", 1),
        ("payments", "amount", 1),
        ("payments", "trigger", "plan"),
        ("deadlines", "claim_by", "2000-01-01"),
        ("deadlines", "yen_at_risk", 1),
        ("findings", "code", "cap"),
    ],
)
def test_the_fingerprint_sees_one_changed_figure(part: str, key: str, value: object) -> None:
    answer = assess(parse_request(LINES[0]["request"])).as_dict()
    changed = copy.deepcopy(answer)
    changed[part][0][key] = value
    assert fingerprint(changed) != fingerprint(answer)
    changed = copy.deepcopy(answer)
    changed["findings"][0]["message"] = "別の言葉"
    assert fingerprint(changed) == fingerprint(answer)


def _requests() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield five requests for every version: full, odd yen, above every cap, second use, and only periods."""
    for version, notice in NOTICES.items():
        base: dict[str, Any] = {"frame": notice.frame, "accepted_on": notice.first}
        if notice.frame == "normal":
            base["enterprise"] = {"annual_sales": 1_000_000_000, "interest_bearing_debt": 99_999_999}
        plain = [category for category in notice.caps if not category.startswith("monitoring")]
        monitoring = [category for category in notice.caps if category.startswith("monitoring")] or ["monitoring"]
        caps = {category: notice.caps[category] * 15_000 for category in plain}
        year = int(notice.first[:4]) + 1
        days = [f"{year}-08-31", f"{year + 1}-02-28", f"{year}-12-31"]
        periods = [
            {"category": monitoring[place % len(monitoring)], "ends_on": day, "cost": 12_345 * (place + 1)}
            for place, day in enumerate(days)
        ]
        yield f"{version} full", {**base, "costs": {**caps, "due_diligence": 10}, "monitoring_periods": periods}
        odd = {category: 100_001 + 10 * place for place, category in enumerate(plain)}
        yield f"{version} odd yen", {**base, "costs": odd, "monitoring_periods": periods[:1]}
        above = {category: yen + 1_000_001 for category, yen in caps.items()} | dict.fromkeys(monitoring, 1_600_000)
        yield f"{version} above the caps", {**base, "costs": above, "estimates": {plain[0]: caps[plain[0]] + 500_000}}
        past = {category: notice.caps[category] * 6_000 + 1 for category in notice.caps}
        yield f"{version} second use", {**base, "costs": caps, "past_subsidies": past, "monitoring_periods": periods}
        yield f"{version} periods", {**base, "monitoring_periods": periods, "estimates": {monitoring[0]: 20_000}}


def main() -> None:
    """Write the frozen lines anew, to standard output."""
    for name, request in _requests():
        totals, digest = _figures(request)
        line = {"name": name, "request": request, "totals": totals, "sha256": digest}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
