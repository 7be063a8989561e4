"""The answer of an assessment, as plain values and as JSON text; both follow the same lists of names.

The text is written straight into prepared templates, because the command writes many in a row. The values hold more:
the last business day of each deadline, and the Japanese words of each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quote
from typing import Any, Final

from subsidies.enums import CostCategory
from subsidies.rules.deadlines import Deadline
from subsidies.rules.findings import Finding
from subsidies.rules.lines import Line
from subsidies.rules.payments import Payment, Trigger
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import Limit
from subsidies.rules.trace import TraceRow, iso

TOTAL_NAMES: Final = ("cost", "subsidy", "own_burden")
LINE_NAMES: Final = (
    *("category", "cost", "subsidy", "own_burden", "estimate", "eligible", "two_thirds"),
    *("cap", "past", "remaining_cap", "shared_remainder", "limited_by"),
)
PAYMENT_NAMES: Final = ("category", "trigger", "period", "amount")
DEADLINE_NAMES: Final = (
    *("kind", "period", "claim_by", "lapses_on", "yen_at_risk", "counted_from", "months", "confirmed"),
)
FINDING_NAMES: Final = ("code", "severity", "category", "message", "source")

Row = Sequence[Any]


def _template(names: Iterable[str]) -> str:
    return "{" + ",".join(f'"{name}":%s' for name in names) + "}"


_TOTALS: Final = _template(TOTAL_NAMES)
_LINE: Final = _template(LINE_NAMES)
_PAYMENT: Final = _template(PAYMENT_NAMES)
_DEADLINE: Final = _template(DEADLINE_NAMES)
_FINDING: Final = _template(FINDING_NAMES)
_QUOTED: Final = {word: f'"{word.value}"' for kind in (CostCategory, Trigger, Limit, SizeClass) for word in kind}
_TRUTH: Final = {True: "true", False: "false"}


def write_head(rule_version: str, size_class: SizeClass | None, totals: Row) -> str:
    """Return the opening of the JSON text: rule version, size class, totals in yen."""
    size = "null" if size_class is None else _QUOTED[size_class]
    return f'{{"rule_version":"{rule_version}","size_class":{size},"totals":{_TOTALS % (*totals,)},'


def write_figures(lines: Iterable[Line], payments: Iterable[Payment], deadlines: Iterable[Deadline]) -> str:
    """Return the JSON text of the three lists of figures."""
    return (
        f'"lines":[{",".join([_write_line(line) for line in lines])}],'
        f'"payments":[{",".join([_write_payment(payment) for payment in payments])}],'
        f'"deadlines":[{",".join([_write_deadline(deadline) for deadline in deadlines])}],'
    )


def write_findings(findings: Iterable[Finding]) -> bytes:
    """Return the JSON text of the findings in UTF-8; the other parts are ASCII."""
    return b'"findings":[' + b",".join([_write_finding(finding) for finding in findings]) + b"],"


def write_trace(trace: Iterable[TraceRow]) -> str:
    """Return the JSON text of the trace and the end of the answer."""
    return f'"trace":[{",".join([kind.template % figures for kind, figures in trace])}]}}'


def deadline_values(deadline: Deadline) -> dict[str, Any]:
    """Return a deadline with its days as YYYY-MM-DD, and the last business day on or before it."""
    values = dict(zip(DEADLINE_NAMES, deadline, strict=True))
    values["claim_by"] = iso(deadline.claim_by)
    values["lapses_on"] = iso(deadline.lapses_on)
    values["counted_from"] = iso(deadline.counted_from)
    values["safe_by"] = iso(deadline.safe_by)
    return values


def step_values(row: TraceRow) -> dict[str, Any]:
    """Return a step of the trace, with its Japanese label and formula."""
    kind, figures = row
    return {
        "step": kind.step,
        "label": kind.label,
        "category": kind.category,
        "inputs": dict(zip(kind.inputs, figures, strict=False)),
        "formula": kind.formula,
        "result": figures[-1],
        "rule": kind.rule,
        "source": kind.source,
        "confirmed": kind.confirmed,
    }


def _write_line(line: Line) -> str:
    category, *figures, limited_by, _ = line
    written = ["null" if figure is None else figure for figure in figures]
    return _LINE % (_QUOTED[category], *written, "null" if limited_by is None else _QUOTED[limited_by])


def _write_payment(payment: Payment) -> str:
    category, trigger, period, amount = payment
    return _PAYMENT % (_QUOTED[category], _QUOTED[trigger], "null" if period is None else period, amount)


def _write_deadline(deadline: Deadline) -> str:
    kind, period, claim_by, lapses_on, yen_at_risk, counted_from, months, confirmed = deadline
    return _DEADLINE % (
        f'"{kind}"',
        "null" if period is None else period,
        f'"{iso(claim_by)}"',
        f'"{iso(lapses_on)}"',
        yen_at_risk,
        f'"{iso(counted_from)}"',
        months,
        _TRUTH[confirmed],
    )


@lru_cache(maxsize=256)
def _write_finding(finding: Finding) -> bytes:
    return (_FINDING % tuple("null" if value is None else quote(str(value)) for value in finding)).encode()
