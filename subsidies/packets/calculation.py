"""The annex 計算根拠 as it is printed: payments, last days, findings, every step of the arithmetic, who approved it.

Every amount is whole yen with consumption tax.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of the council and the claim with which it is made."""

    label: str
    trigger: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a claim is made, and what is lost after that."""

    label: str
    counted_from: date
    months: int
    claim_by: date
    safe_by: date
    lapses_on: date
    yen_at_risk: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the assessment."""

    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that went into a step, as text with its unit."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the arithmetic; `sources` are numbers of the list of sources."""

    label: str
    formula: str
    figures: tuple[Figure, ...]
    result: str
    rule: str
    sources: tuple[int, ...]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved the application inside the agency; all empty in a draft of one that is not approved."""

    requested_by: str
    approved_by: str
    approved_on: date | None
    is_self_approved: bool
    override_reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """A finding of the check before submission that a manager let pass, and why."""

    finding: str
    reason: str
    made_by: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Calculation:
    """The annex 計算根拠: every yen with its rule and source."""

    rule_version: str
    payments: tuple[Payment, ...]
    deadlines: tuple[Deadline, ...]
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    sources: tuple[str, ...]
    approval: Approval
    exemptions: tuple[Exemption, ...]
