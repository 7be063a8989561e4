"""The assessment: from the facts of a case to its subsidy, payments, deadlines and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from subsidies.rules import answer
from subsidies.rules.deadlines import Deadline, set_deadlines
from subsidies.rules.findings import Finding, find
from subsidies.rules.lines import Line, category_costs, price_lines, size_class_of
from subsidies.rules.payments import Payment, in_order, schedule_payments
from subsidies.rules.request import AssessRequest
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import terms_on
from subsidies.rules.trace import Step, TraceRow, iso
from subsidies.rules.version import RuleVersion


class Totals(NamedTuple):
    """The sums of all lines in whole yen; cost is subsidy and own burden together."""

    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules give for one request; every amount is whole yen, consumption tax included.

    Findings come errors first, then warnings, then remarks; none of them changes a figure.
    """

    request: AssessRequest
    rule_version: RuleVersion
    size_class: SizeClass | None
    lines: tuple[Line, ...]
    totals: Totals
    payments: tuple[Payment, ...]
    deadlines: tuple[Deadline, ...]
    findings: tuple[Finding, ...]
    trace_rows: tuple[TraceRow, ...]

    @property
    def trace(self) -> tuple[Step, ...]:
        """Every step that led to a figure, in the order in which it was taken."""
        return tuple(Step(kind, figures) for kind, figures in self.trace_rows)

    def as_json(self) -> bytes:
        """Return the answer as one line of JSON in UTF-8, without a line end."""
        head = answer.write_head(self.rule_version.name, self.size_class, self.totals)
        figures = answer.write_figures(self.lines, self.payments, self.deadlines)
        trace = answer.write_trace(self.trace_rows)
        return (head + figures).encode() + answer.write_findings(self.findings) + trace.encode()

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as values that JSON can hold.

        It has what `as_json` writes, each deadline's `safe_by`, and each step's `label` and `formula`.
        """
        return {
            "rule_version": self.rule_version.name,
            "size_class": self.size_class,
            "totals": dict(zip(answer.TOTAL_NAMES, self.totals, strict=True)),
            "lines": [dict(zip(answer.LINE_NAMES, line, strict=False)) for line in self.lines],
            "payments": [dict(zip(answer.PAYMENT_NAMES, payment, strict=True)) for payment in self.payments],
            "deadlines": [answer.deadline_values(deadline) for deadline in self.deadlines],
            "findings": [dict(zip(answer.FINDING_NAMES, finding, strict=True)) for finding in self.findings],
            "trace": [answer.step_values(row) for row in self.trace_rows],
        }


def assess(request: AssessRequest) -> Assessment:
    """Work out what the council pays, when, and until when it must be claimed.

    The answer is the national default reading. A finding never stops the arithmetic.

    Raises:
        FrameNotOpen: the frame takes no applications on `accepted_on`.
        ValueError: the normal frame lacks sales or debt, an amount is negative, or a cost is given in both ways.
    """
    terms = terms_on(request.frame, request.accepted_on)
    trace: list[TraceRow] = [(terms.steps.opened, (iso(request.accepted_on), terms.version.name))]
    size_class = size_class_of(terms, request, trace)
    periods = in_order(request.monitoring_periods)
    costs = category_costs(terms, request, periods, trace)
    lines = price_lines(terms, request, costs, size_class, trace)
    totals = _totals(lines)
    trace.append((terms.steps.totals, (totals.cost_yen, totals.own_burden_yen, totals.subsidy_yen)))
    payments = schedule_payments(terms, request, lines, periods, trace)
    deadlines = set_deadlines(terms, request.accepted_on, periods, payments, trace)
    found = find(terms, request, costs, size_class, lines, trace)
    return Assessment(request, terms.version, size_class, lines, totals, payments, deadlines, found, tuple(trace))


def _totals(lines: tuple[Line, ...]) -> Totals:
    cost_yen = subsidy_yen = 0
    for line in lines:
        cost_yen += line.cost_yen
        subsidy_yen += line.subsidy_yen
    return Totals(cost_yen, subsidy_yen, cost_yen - subsidy_yen)
