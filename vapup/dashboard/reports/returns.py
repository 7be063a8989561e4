"""Why the council returned applications, and which findings of the gate were let pass, in a fiscal year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models import Count

from subsidies.enums import ReturnCause
from subsidies.models import Application, GateOverride, ReturnItem
from subsidies.rules.gate.findings import KINDS, Page
from vapup.dashboard.reports.query import Scope
from vapup.ui.charts import running_percents

PLACES: Final[Mapping[Page, str]] = MappingProxyType(
    {
        Page.CASE: "案件",
        Page.COSTS: "費用",
        Page.ENTERPRISE: "事業者",
        Page.AGENCY: "支援機関",
        Page.BANKS: "金融機関",
        Page.PAPERS: "書類",
        Page.CLAIM: "支払申請",
        Page.USAGE: "利用申請",
        Page.HOURS: "業務日誌",
    }
)


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of returns: how many points were made for it, on how many applications, and its share in percent."""

    label: str
    points: int
    applications: int
    percent: int
    running_percent: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A finding of the gate that managers let pass: where it is put right, how often, and what it said last."""

    place: str
    example: str
    count: int
    cases: int


@dataclass(frozen=True, slots=True)
class Returns:
    """All causes, the most frequent first; `applications` came back, of `submitted` that were handed in."""

    causes: tuple[Cause, ...]
    points: int
    applications: int
    submitted: int


def returns_of(scope: Scope) -> Returns:
    """Return why applications came back in the year."""
    items = ReturnItem.objects.for_agency(scope.agency_id).filter(
        application__case__in=scope.cases(), returned_on__range=scope.year.days
    )
    counts = items.order_by().values_list("cause").annotate(Count("pk"), Count("application_id", distinct=True))
    rows = sorted(counts, key=lambda row: (-row[1], row[0]))
    points = sum(row[1] for row in rows)
    running = running_percents([row[1] for row in rows])
    causes = tuple(
        Cause(ReturnCause(code).label, count, applications, count * 100 // points, percent)
        for (code, count, applications), percent in zip(rows, running, strict=True)
    )
    filed = Application.objects.for_agency(scope.agency_id).filter(case__in=scope.cases())
    submitted = filed.filter(submitted_on__range=scope.year.days).count()
    returned = items.order_by().aggregate(found=Count("application_id", distinct=True))["found"]
    return Returns(causes, points, returned, submitted)


def passed_findings(scope: Scope) -> list[Passed]:
    """Return the findings of the gate that were let pass in the year, the most frequent first."""
    overrides = GateOverride.objects.for_agency(scope.agency_id).filter(
        application__case__in=scope.cases(), made_at__date__range=scope.year.days
    )
    by_code: dict[str, list[tuple[str, int]]] = {}
    for code, message, case_id in overrides.order_by("-pk").values_list("code", "message", "application__case_id"):
        by_code.setdefault(code, []).append((message, case_id))
    found = [
        Passed(_place(code), rows[0][0], len(rows), len({case_id for _, case_id in rows}))
        for code, rows in by_code.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.place))


def _place(code: str) -> str:
    kind = KINDS.get(code)
    return PLACES[kind.page] if kind else "その他"
