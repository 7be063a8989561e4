"""Seeded random requests as JSON payloads, crowded around the limits, where rules go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.subsidies.second_opinion import NOTICES, ORDER, Notice

MONITORING = ("monitoring", "monitoring_interim", "monitoring_closing")
# Costs at which something begins or ends: size totals, the ceiling, and three halves of every cap.
EDGES = (
    *(0, 1, 2, 3, 75_000, 150_000, 225_000, 300_000, 450_000, 750_000, 1_000_000, 1_500_000),
    *(2_000_000, 2_250_000, 3_000_000, 4_500_000, 10**12),
)
PAST = (0, 1, 49_999, 50_000, 60_000, 100_000, 150_000, 400_000, 800_000, 1_000_000, 2_000_000, 3_000_000)
FIGURES = (0, 50_000_000, 99_999_999, 100_000_000, 100_000_001, 999_999_999, 1_000_000_000)
LAST_DAY = date(2035, 12, 31)


def random_payloads(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield `count` requests, the versions in turn."""
    draw = Random(seed)
    notices = list(NOTICES.values())
    for number in range(count):
        yield random_payload(draw, notices[number % len(notices)])


def random_payload(draw: Random, notice: Notice) -> dict[str, Any]:
    """Return a request under one version: sometimes lean, sometimes with everything."""
    accepted = _day(draw, notice)
    periods = [_period(draw, accepted, notice) for _ in range(draw.choice((0, 0, 1, 2, 3, 5)))]
    free = [one for one in ORDER if one not in {period["category"] for period in periods}]
    preferred = [one for one in free if one in notice.caps]
    named = draw.sample(preferred, draw.randint(0, len(preferred))) + draw.sample(free, draw.choice((0, 0, 0, 1)))
    payload: dict[str, Any] = {
        "frame": notice.frame,
        "accepted_on": accepted.isoformat(),
        "costs": {category: _yen(draw) for category in named},
        "monitoring_periods": periods,
    }
    if notice.frame == "normal":
        payload["enterprise"] = {"annual_sales": draw.choice(FIGURES), "interest_bearing_debt": draw.choice(FIGURES)}
    if draw.random() < 0.4:
        payload["estimates"] = {category: _yen(draw) for category in draw.sample(ORDER, 3)}
    if draw.random() < 0.4:
        payload["past_subsidies"] = {category: draw.choice(PAST) for category in draw.sample(ORDER, 3)}
    return payload


def _day(draw: Random, notice: Notice) -> date:
    first = date.fromisoformat(notice.first)
    last = date.fromisoformat(notice.last) if notice.last else LAST_DAY
    return draw.choice((first, last, first + timedelta(days=draw.randint(0, (last - first).days))))


def _period(draw: Random, accepted: date, notice: Notice) -> dict[str, Any]:
    usual = [one for one in MONITORING if one in notice.caps] or list(MONITORING)
    category = draw.choice(usual if draw.random() < 0.9 else MONITORING)
    ends_on = accepted + timedelta(days=draw.choice((0, 30, 181, 365, draw.randint(0, 1_500))))
    return {"category": category, "ends_on": ends_on.isoformat(), "cost": _yen(draw)}


def _yen(draw: Random) -> int:
    if draw.random() < 0.5:
        return draw.randint(0, draw.choice((1_000, 400_000, 6_000_000)))
    return min(10**12, max(0, draw.choice(EDGES) + draw.choice((-2, -1, 0, 0, 1, 2))))
