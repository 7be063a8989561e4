"""The four-way match of a whole case: every claim in one row, and the work that no claim covers yet."""

from __future__ import annotations

from dataclasses import dataclass

from cases.models import Case
from subsidies.enums import CLAIMS, DEAD
from subsidies.models import Application
from subsidies.rules.parameters import FrameNotOpen
from subsidies.rules.request import InvalidRequest
from subsidies.selectors.diary.worked import Worked, worked_of_case
from subsidies.selectors.matching.of_claim import Match, match_of


@dataclass(frozen=True)
class CaseMatch:
    """All claims of a case by their number; amounts in whole yen with tax.

    Attributes:
        unclaimed: the pieces of work that no live claim covers yet.
        loose: the hours that no work was chosen for; None where there are none.
        refused: why claims have no figures, in whole sentences.
    """

    claims: tuple[Match, ...]
    unclaimed: tuple[Worked, ...]
    loose: Worked | None
    refused: tuple[str, ...]

    @property
    def claimed_yen(self) -> int:
        """Return the cost of all claims."""
        return sum(one.sheet.cost_yen for one in self.claims)

    @property
    def due_yen(self) -> int:
        """Return what the council pays for all claims."""
        return sum(one.sheet.due_now_yen for one in self.claims)

    @property
    def own_yen(self) -> int:
        """Return what the enterprise pays itself for all claims."""
        return sum(one.sheet.own_burden_yen for one in self.claims)


def case_match_of(case: Case) -> CaseMatch:
    """Return the match of every live claim of a case; the hours are read once."""
    works = worked_of_case(case)
    stored = Application.objects.for_agency(case.agency_id).filter(case=case, kind__in=CLAIMS).exclude(state__in=DEAD)
    claims, refused = [], []
    for application in stored.select_related("case__enterprise", "case__agency", "period").order_by("id"):
        try:
            claims.append(match_of(application, works=works))
        except (FrameNotOpen, InvalidRequest) as closed:
            refused.append(f"「{application.name}」の金額を計算できません。{closed.message}")
    covered = {work.line.pk for one in claims for work in one.hours.works if work.line}
    unclaimed = tuple(one for one in works if one.line is not None and one.line.pk not in covered)
    loose = next((one for one in works if one.line is None), None)
    return CaseMatch(tuple(claims), unclaimed, loose, tuple(refused))
