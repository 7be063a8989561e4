"""The gate before the submission (提出前ゲート): papers, days, banks and payments, compared with each other."""

from __future__ import annotations

from subsidies.rules.gate.facts import GateFacts
from subsidies.rules.gate.findings import GateFinding
from subsidies.rules.gate.running import check
from subsidies.rules.gate.timeline import TimelineEntry, timeline

__all__ = ["GateFacts", "GateFinding", "TimelineEntry", "check", "timeline"]
