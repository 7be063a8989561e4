"""The open cases of an office in yen: how much stands in each stage, and whose caps are the tightest.

Both come from one walk over the caps of the enterprises with open cases; the page asks for it after it is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef
from django.urls import reverse

from cases.enums import CaseStage
from cases.models import Case, Enterprise
from cases.workflow import OPEN_STAGES
from subsidies.selectors.caps.ledger import CapRow, CaseShare, FrameLedger, cap_ledgers_of

SHOWN: Final = 5
WHOLE: Final = 1_000


@dataclass(frozen=True, slots=True)
class StageYen:
    """How many cases stand in a stage, and their subsidy in whole yen: as approved, else as expected.

    Attributes:
        width: of the stage's bar, in thousandths of the largest one.
        unknown: how many of the cases have no figures, because their frame is not open on their key date.
    """

    label: str
    count: int
    yen: int
    url: str
    width: int
    unknown: int


@dataclass(frozen=True, slots=True)
class CapUse:
    """The tightest cap of an enterprise in a frame; `binds` tells that it keeps a case below its share of the cost."""

    enterprise: Enterprise
    frame: str
    row: CapRow
    binds: bool
    url: str

    @property
    def label(self) -> str:
        """Return what the bar is about."""
        return f"{self.frame} {self.row.label}"

    @property
    def filled(self) -> int:
        """Return how much of the cap is taken, in thousandths; above 1,000 where it is passed."""
        return (self.row.used_yen + self.row.open_yen) * WHOLE // max(self.row.cap_yen or 0, 1)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The stages in the order of the procedure, their sums, and the tightest caps."""

    stages: tuple[StageYen, ...]
    caps: tuple[CapUse, ...]

    @property
    def count(self) -> int:
        """Return how many cases are under way."""
        return sum(one.count for one in self.stages)

    @property
    def yen(self) -> int:
        """Return the subsidy of all of them."""
        return sum(one.yen for one in self.stages)

    @property
    def unknown(self) -> int:
        """Return how many of them have no figures."""
        return sum(one.unknown for one in self.stages)


def portfolio_of(agency_id: int, *, today: date) -> Portfolio:
    """Return what an office has under way."""
    running = Case.objects.for_agency(agency_id).filter(enterprise=OuterRef("pk"), stage__in=OPEN_STAGES)
    enterprises = list(Enterprise.objects.for_agency(agency_id).filter(Exists(running)).order_by("pk"))
    ledgers = cap_ledgers_of(agency_id, enterprises, today=today)
    frames = [frame for found in ledgers.values() for frame in found]
    caps = [use for one in enterprises for frame in ledgers[one.pk] if (use := _tightest(one, frame))]
    tightest = sorted(caps, key=lambda one: (-one.filled, -one.row.used_yen, one.row.cap_yen or 0))
    return Portfolio(_stages([share for frame in frames for share in frame.open_cases]), tuple(tightest[:SHOWN]))


def _stages(shares: Sequence[CaseShare]) -> tuple[StageYen, ...]:
    counts = Counter(share.case.stage for share in shares)
    unknown = Counter(share.case.stage for share in shares if share.closed)
    yen: dict[str, int] = defaultdict(int)
    for share in shares:
        yen[share.case.stage] += share.total_yen
    largest, listed = max(yen.values(), default=0) or 1, reverse("cases:list")
    return tuple(
        StageYen(
            label=stage.label,
            count=counts[stage.value],
            yen=yen[stage.value],
            url=f"{listed}?stage={stage.value}",
            width=yen[stage.value] * WHOLE // largest,
            unknown=unknown[stage.value],
        )
        for stage in CaseStage
        if counts[stage.value]
    )


def _tightest(enterprise: Enterprise, frame: FrameLedger) -> CapUse | None:
    """Return the cap of a frame of which the least is left, where an open case takes something of any."""
    rows = [row for row in frame.rows if row.cap_yen and row.in_frame and row.applies and row.open_yen]
    uses = [_use(enterprise, frame, row) for row in rows]
    return max(uses, key=lambda one: (one.filled, one.binds, one.row.cap_yen or 0), default=None)


def _use(enterprise: Enterprise, frame: FrameLedger, row: CapRow) -> CapUse:
    url = reverse("subsidies:cap_ledger", args=[enterprise.pk])
    return CapUse(enterprise, frame.frame.label, row, _binds(row, frame.open_cases), url)


def _binds(row: CapRow, shares: Iterable[CaseShare]) -> bool:
    return any(category in share.limits for share in shares for category in row.categories)
