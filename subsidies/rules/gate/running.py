"""All checks of the gate together, ordered by how long each finding takes to put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from subsidies.rules.gate.banks import check_banks
from subsidies.rules.gate.dates import check_dates
from subsidies.rules.gate.facts import GateFacts
from subsidies.rules.gate.findings import GateFinding
from subsidies.rules.gate.halves import check_halves
from subsidies.rules.gate.hours import check_hours
from subsidies.rules.gate.names import check_names
from subsidies.rules.gate.papers import check_papers
from subsidies.rules.gate.payment import check_payment
from subsidies.rules.gate.totals import check_totals

CHECKS: Final[tuple[Callable[[GateFacts], Iterator[GateFinding]], ...]] = (
    *(check_totals, check_payment, check_names),
    *(check_papers, check_banks, check_dates),
    *(check_hours, check_halves),
)


def check(facts: GateFacts) -> tuple[GateFinding, ...]:
    """Return everything that the gate finds, the quickest to put right first; never refuses facts."""
    found = {(one.code, one.about, one.message): one for run in CHECKS for one in run(facts)}
    return tuple(sorted(found.values(), key=lambda one: (one.minutes, one.code, one.about, one.message)))
