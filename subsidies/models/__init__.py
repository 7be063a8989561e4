"""The tables of the subsidy: costs, hours, applications with their papers and claims, packets, exports, estimates."""

from __future__ import annotations

from subsidies.models.applications import Application, GateOverride, GateTick, ReturnItem
from subsidies.models.claims import ClaimLine, Settlement
from subsidies.models.costs import LONGEST_MINUTES, CostLine
from subsidies.models.estimates import Estimate, LocalTopUp
from subsidies.models.exports import Export, ExportItem
from subsidies.models.hours import WorkEntry, WorkWeek
from subsidies.models.packets import Packet
from subsidies.models.papers import Paper, PaperVersion
from subsidies.models.receipts import Receipt
from subsidies.models.workers import Worker, WorkerRate

__all__ = [
    "LONGEST_MINUTES",
    "Application",
    "ClaimLine",
    "CostLine",
    "Estimate",
    "Export",
    "ExportItem",
    "GateOverride",
    "GateTick",
    "LocalTopUp",
    "Packet",
    "Paper",
    "PaperVersion",
    "Receipt",
    "ReturnItem",
    "Settlement",
    "WorkEntry",
    "WorkWeek",
    "Worker",
    "WorkerRate",
]
