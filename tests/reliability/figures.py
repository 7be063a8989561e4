"""Figures with their goals, one JSON object a line."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field


@dataclass(slots=True)
class Figures:
    """What was measured. `prefix` names the scenario; `all_hold` tells whether every goal was met."""

    prefix: str
    all_hold: bool = field(default=True)

    def exactly(self, name: str, value: float, goal: float, unit: str) -> None:
        """Print a figure that must be `goal`."""
        self._print(name, value, unit, f"= {goal:g}", holds=value == goal)

    def at_most(self, name: str, value: float, goal: float, unit: str) -> None:
        """Print a figure that must not be above `goal`."""
        self._print(name, value, unit, f"<= {goal:g}", holds=value <= goal)

    def at_least(self, name: str, value: float, goal: float, unit: str) -> None:
        """Print a figure that must not be below `goal`."""
        self._print(name, value, unit, f">= {goal:g}", holds=value >= goal)

    def known(self, name: str, value: float, unit: str) -> None:
        """Print a figure that has no goal."""
        self._print(name, value, unit, None, holds=True)

    def _print(self, name: str, value: float, unit: str, goal: str | None, *, holds: bool) -> None:
        self.all_hold = self.all_hold and holds
        shown = int(value) if value == int(value) else round(value, 3)
        line = {"name": f"{self.prefix}_{name}", "value": shown, "unit": unit, "goal": goal, "holds": holds}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
