"""Every cap of every live case, read from the ledgers of the enterprises that have one.

A cap belongs to an enterprise and a frame, so that two live cases of one frame stand under the same cap: each has a row
of its own, and in the sums the cap counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.models import Case, Enterprise
from cases.selectors.words import enterprises_with
from cases.workflow import OPEN_STAGES
from subsidies.enums import CostCategory
from subsidies.rules.terms import Limit
from subsidies.selectors.caps.ledger import CapRow, CaseShare, FrameLedger, cap_ledgers_of
from subsidies.selectors.estimate.assessment_page import LIMITS

Key = tuple[int, str, str]
BY_RATE: Final = "なし(補助率どおり)"
WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """The parts of a cap's bar, as lengths of `WIDTH` for the whole cap; parts beyond the cap are cut off."""

    used: int
    others: int
    own: int
    is_over: bool

    @property
    def own_at(self) -> int:
        """Return where the part of the case itself begins."""
        return self.used + self.others


@dataclass(frozen=True, slots=True)
class CaseCap:
    """A cap as one live case sees it; amounts in whole yen."""

    ledger: FrameLedger
    share: CaseShare
    row: CapRow

    @property
    def case(self) -> Case:
        """Return the case."""
        return self.share.case

    @property
    def key(self) -> Key:
        """Return what the cap is known by: it is the same for all cases of an enterprise in a frame."""
        return self.case.enterprise_id, self.ledger.frame.value, self.row.label

    @property
    def cap_yen(self) -> int:
        """Return the cap."""
        return self.row.cap_yen or 0

    @property
    def own_yen(self) -> int:
        """Return what the case takes: as approved, or as its costs stand."""
        return _sum(self.share.subsidies, self.row.categories)

    @property
    def others_yen(self) -> int:
        """Return what other live cases of the enterprise take."""
        return self.row.open_yen - self.own_yen

    @property
    def claimed_yen(self) -> int:
        """Return what approved claims of the case ask for, of `own_yen`."""
        return _sum(self.share.claimed, self.row.categories)

    @property
    def state(self) -> str:
        """Return where what the case takes comes from, as the page and the sheet name it."""
        if self.share.is_approved:
            return "承認済"
        return "算定できません" if self.share.closed else "見込み"

    @property
    def binds(self) -> bool:
        """Tell whether this very cap decides the subsidy of the case."""
        limits = {self.share.limits.get(one) for one in self.row.categories}
        return (self.row.pool or Limit.CAP) in limits

    @property
    def limit_words(self) -> str:
        """Return what limits the subsidy of the case under this cap."""
        found = {self.share.limits[one] for one in self.row.categories if one in self.share.limits}
        return "、".join(LIMITS[one] for one in Limit if one in found) or BY_RATE

    @property
    def bar(self) -> Bar | None:
        """Return the bar of the cap; None where it is no yen at all."""
        if not self.cap_yen:
            return None
        ends = [self._place(yen) for yen in (self.row.used_yen, self.row.used_yen + self.others_yen)]
        end = self._place(self.row.used_yen + self.row.open_yen)
        return Bar(ends[0], ends[1] - ends[0], end - ends[1], self.row.is_over)

    def _place(self, yen: int) -> int:
        return min(WIDTH, max(0, yen) * WIDTH // self.cap_yen)


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A live case whose part, or whose caps, cannot be worked out, with the reason in words."""

    case: Case
    reason: str


@dataclass(frozen=True, slots=True)
class FoundCaps:
    """The caps that pass the filters, those with the least left first, and the cases that have no figures."""

    rows: list[CaseCap]
    closed: list[ClosedCase]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows come to, in whole yen: each cap counts once, and joint limits not at all."""

    cap_yen: int
    used_yen: int
    open_yen: int
    claimed_yen: int
    over_count: int

    @property
    def free_yen(self) -> int:
        """Return what is left of all caps together."""
        return self.cap_yen - self.used_yen - self.open_yen


def caps_in(agency_id: int, wanted: Mapping[str, Any], *, today: date) -> FoundCaps:
    """Return the caps of the live cases that pass the filters, and which of these cases have no figures.

    What is left of a cap (`free`) filters the caps alone: a case without figures has none that could pass.
    """
    meant = [
        (ledger, share)
        for ledger in _ledgers(agency_id, wanted, today)
        for share in ledger.open_cases
        if _is_meant(share.case, wanted)
    ]
    at_most = wanted.get("free")
    found = [cap for ledger, share in meant for cap in _caps(ledger, share)]
    rows = [cap for cap in found if at_most is None or cap.row.free_yen <= at_most]
    rows.sort(key=lambda one: (one.row.free_yen, one.case.number, one.row.label))
    closed = [ClosedCase(share.case, reason) for ledger, share in meant if (reason := _closed(ledger, share))]
    return FoundCaps(rows, sorted(closed, key=lambda one: one.case.number))


def _closed(ledger: FrameLedger, share: CaseShare) -> str:
    """Return why a case has no figures, "" where it has: a ledger without rules hides all of its cases."""
    if share.closed or not ledger.closed or ledger.newest is None or ledger.newest.pk == share.case.pk:
        return share.closed or ledger.closed
    return f"同じ枠の最も新しい案件 {ledger.newest.number} の適用基準日で上限を読めません。{ledger.closed}"


def sums_of(caps: Sequence[CaseCap]) -> Sums:
    """Add the caps up."""
    single = {one.key: one.row for one in caps if one.row.pool is None}
    return Sums(
        cap_yen=sum(row.cap_yen or 0 for row in single.values()),
        used_yen=sum(row.used_yen for row in single.values()),
        open_yen=sum(row.open_yen for row in single.values()),
        claimed_yen=sum(one.claimed_yen for one in caps if one.row.pool is None),
        over_count=len({one.key for one in caps if one.row.is_over}),
    )


def _ledgers(agency_id: int, wanted: Mapping[str, Any], today: date) -> list[FrameLedger]:
    live = Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES)
    if consultant_id := wanted.get("consultant"):
        live = live.filter(consultant_id=consultant_id)
    if frame := wanted.get("frame"):
        live = live.filter(frame=frame)
    enterprises = Enterprise.objects.for_agency(agency_id).filter(pk__in=live.values("enterprise_id"))
    if text := wanted.get("enterprise"):
        enterprises = enterprises.filter(enterprises_with(text))
    ledgers = cap_ledgers_of(agency_id, list(enterprises.order_by("pk")), today=today)
    return [one for found in ledgers.values() for one in found]


def _caps(ledger: FrameLedger, share: CaseShare) -> Iterator[CaseCap]:
    rows = (row for row in ledger.rows if row.cap_yen is not None and row.in_frame and row.categories)
    return (CaseCap(ledger, share, row) for row in rows)


def _is_meant(case: Case, wanted: Mapping[str, Any]) -> bool:
    is_theirs = wanted.get("consultant") in {None, case.consultant_id}
    return is_theirs and wanted.get("frame") in {None, case.frame}


def _sum(amounts: Mapping[CostCategory, int], categories: Iterable[CostCategory]) -> int:
    return sum(amounts.get(one, 0) for one in categories)
