"""What the enterprise pays in the end (実質負担), and what known local programmes would add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import TopUpState
from subsidies.models import LocalTopUp
from subsidies.rules.assessment import Assessment
from subsidies.rules.parameters import FrameNotOpen
from subsidies.rules.top_ups import Place, Programme, programmes_for, suggested_yen
from subsidies.selectors import assessment_of
from vapup.accounts.models import AuditEvent

TONES: Final[Mapping[TopUpState, str]] = MappingProxyType(
    {
        TopUpState.PLANNED: "todo",
        TopUpState.APPLIED: "info",
        TopUpState.DECIDED: "success",
        TopUpState.PAID: "success",
        TopUpState.REFUSED: "neutral",
    }
)
EXPECTED: Final = frozenset({TopUpState.PLANNED, TopUpState.APPLIED})


@dataclass(frozen=True, slots=True)
class TopUpRow:
    """A top-up as the panel shows it; what is not decided yet is expected, what was refused does not count."""

    top_up: LocalTopUp
    tone: str
    is_expected: bool
    is_counted: bool

    @property
    def link(self) -> str:
        """Return the address of the programme's page, if what is stored is one that a browser may open."""
        return self.top_up.source_url if self.top_up.source_url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True)
class NetBurden:
    """The own share of an assessment, less the top-ups, in whole yen."""

    own_burden_yen: int
    rows: tuple[TopUpRow, ...]

    @property
    def expected_yen(self) -> int:
        """Return the part of the top-ups that nobody has decided yet."""
        return sum(row.top_up.amount_yen for row in self.rows if row.is_counted and row.is_expected)

    @property
    def decided_yen(self) -> int:
        """Return the part of the top-ups that was decided or paid."""
        return sum(row.top_up.amount_yen for row in self.rows if row.is_counted and not row.is_expected)

    @property
    def total_yen(self) -> int:
        """Return all top-ups that count."""
        return self.expected_yen + self.decided_yen

    @property
    def over_yen(self) -> int:
        """Return by how much the top-ups exceed the own share; costs may have become less since they were recorded."""
        return max(0, self.total_yen - self.own_burden_yen)

    @property
    def net_yen(self) -> int:
        """Return what the enterprise pays in the end; never below 0, see `over_yen`."""
        return max(0, self.own_burden_yen - self.total_yen)

    @property
    def decided_net_yen(self) -> int:
        """Return what the enterprise pays if nothing but what is decided comes."""
        return max(0, self.own_burden_yen - self.decided_yen)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A known programme that fits the case, and what it would give in yen (None: its source does not say)."""

    programme: Programme
    amount_yen: int | None


def net_burden_of(case: Case, assessment: Assessment) -> NetBurden:
    """Return what the enterprise pays in the end of the costs of a case."""
    return NetBurden(assessment.totals.own_burden_yen, tuple(map(_row, _top_ups_of(case))))


def _top_ups_of(case: Case) -> tuple[LocalTopUp, ...]:
    return tuple(LocalTopUp.objects.for_agency(case.agency_id).filter(case=case).order_by("id"))


def _row(top_up: LocalTopUp) -> TopUpRow:
    state = TopUpState(top_up.state)
    return TopUpRow(top_up, TONES[state], state in EXPECTED, state is not TopUpState.REFUSED)


def suggestions_of(case: Case) -> tuple[Suggestion, ...]:
    """Return the programmes that fit a case and that it does not have yet; none where it cannot be assessed."""
    place = Place(case.council_id, case.enterprise.address, SchemeFrame(case.frame))
    known = programmes_for(place, on=case.key_date)
    if not known:
        return ()
    try:
        assessment = assessment_of(case)
    except FrameNotOpen:
        return ()
    here, before = _given(case)
    left_yen = assessment.totals.own_burden_yen - sum(here.values())
    return tuple(
        Suggestion(
            one,
            suggested_yen(one, assessment.lines, past_yen=before.get(one.provider, 0), own_burden_yen=left_yen),
        )
        for one in known
        if one.provider not in here
    )


def _given(case: Case) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return by provider what counts on this case, and on the other cases of its enterprise, in yen."""
    here: dict[str, int] = defaultdict(int)
    before: dict[str, int] = defaultdict(int)
    rows = LocalTopUp.objects.for_agency(case.agency_id).filter(case__enterprise_id=case.enterprise_id)
    counted = rows.exclude(state=TopUpState.REFUSED).order_by("id")
    for case_id, provider, amount_yen in counted.values_list("case_id", "provider", "amount_yen"):
        (here if case_id == case.pk else before)[provider] += amount_yen
    return here, before


def latest_change(case: Case) -> AuditEvent | None:
    """Return the newest event of the case that tells of a top-up, if it is among the latest."""
    events = AuditEvent.objects.for_agency(case.agency_id).filter(object_type="case", object_id=case.pk)
    told = (
        event for event in events.order_by("-pk")[:20] if any(key.startswith("上乗せ補助") for key in event.changes)
    )
    return next(told, None)
