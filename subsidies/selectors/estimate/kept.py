"""Assessments that were kept: what was assessed, the hash of its figures, and whether today's rules still agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from subsidies.models import Application, Estimate
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.parameters import FrameNotOpen
from subsidies.rules.request import InvalidRequest, parse_request
from vapup.documents.payload import content_hash

# The figures of an answer. Words, sources and the trace may be improved; these may not change for a kept assessment.
FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "lines": ("category", "cost", "subsidy", "own_burden"),
    "payments": ("category", "trigger", "period", "amount"),
    "deadlines": ("kind", "period", "claim_by", "lapses_on", "yen_at_risk"),
    "findings": ("code", "severity", "category"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A kept assessment that today's program works out differently."""

    kind: str
    id: int
    case_number: str
    rule_version: str
    kept_sha256: str
    now_sha256: str
    reason: str


def figures_of_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of an assessment's values alone; notes on unconfirmed rules are words, too."""
    kept: dict[str, Any] = {name: answer[name] for name in ("rule_version", "size_class", "totals")}
    for name, keys in FIGURES.items():
        rows = [row for row in answer[name] if row.get("code") != "unconfirmed_rule"]
        kept[name] = [{key: row[key] for key in keys} for row in rows]
    return kept


def figures_sha256(assessment: Assessment) -> str:
    """Return the SHA-256 of the figures of an assessment."""
    return content_hash(figures_of_answer(assessment.as_dict()))


def kept_assessments(agency_id: int) -> Iterator[tuple[str, int, str, Mapping[str, Any], str, str]]:
    """Yield every kept assessment of an agency: kind, id, case number, what was assessed, rule version, hash."""
    columns = ("pk", "case__number", "assessed", "assessment__rule_version", "figures_sha256")
    approved = Application.objects.for_agency(agency_id).frozen().exclude(assessed=None)
    for row in approved.order_by("pk").values_list(*columns).iterator():
        yield ("usage", *row)
    for row in Estimate.objects.for_agency(agency_id).order_by("pk").values_list(*columns).iterator():
        yield ("estimate", *row)


def recomputed(agency_id: int) -> Iterator[Difference | None]:
    """Work every kept assessment of an agency out again; yield None where the figures agree."""
    for kind, pk, number, assessed, version, sha256 in kept_assessments(agency_id):
        now, reason = _again(assessed)
        yield None if now == sha256 else Difference(kind, pk, number, version, sha256, now, reason)


def _again(assessed: Mapping[str, Any]) -> tuple[str, str]:
    """Return the hash of today's figures, or none and why there are none."""
    try:
        return figures_sha256(assess(parse_request(dict(assessed)))), "金額・期限・指摘のどれかが、保存時と異なります。"
    except InvalidRequest as refused:
        return "", f"保存した前提を読めません({refused.field}): {refused.message}"
    except FrameNotOpen as refused:
        return "", refused.message
