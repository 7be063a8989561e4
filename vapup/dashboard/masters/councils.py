"""The councils: what is known of each beside the national lists, and how many live cases of the office go to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count

from cases.models import Case, Council
from cases.workflow import OPEN_STAGES
from subsidies.rules.requirements_rows import CouncilNote, Requirement, council_notes, requirements


@dataclass(frozen=True, slots=True)
class Profile:
    """What a council asks for beside the national lists: documents, and what it says in words."""

    extras: tuple[Requirement, ...]
    notes: tuple[CouncilNote, ...]

    @property
    def rows(self) -> int:
        """Return how many things are known."""
        return len(self.extras) + len(self.notes)

    @property
    def unconfirmed(self) -> int:
        """Return how many of them no official source confirms."""
        extras = sum(not one.confirmed for one in self.extras)
        return extras + sum(not one.confirmed for one in self.notes)


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """A council in the list."""

    council: Council
    profile: Profile
    case_count: int


EMPTY = Profile((), ())


def council_rows(agency_id: int) -> list[CouncilRow]:
    """Return all councils in their order, in two questions."""
    cases = Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES)
    counts = dict(cases.order_by().values_list("council_id").annotate(Count("pk")))
    return [CouncilRow(one, profile_of(one.code), counts.get(one.code, 0)) for one in Council.objects.order_by("code")]


def live_count(agency_id: int, code: str) -> int:
    """Return how many live cases of the office go to a council."""
    return Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES, council_id=code).count()


def profile_of(code: str) -> Profile:
    """Return what is known of a council."""
    return _profiles().get(code, EMPTY)


@lru_cache(maxsize=1)
def _profiles() -> Mapping[str, Profile]:
    extras = [one for rows in requirements().values() for one in rows if one.council]
    notes = council_notes()
    codes = {one.council for one in extras} | {one.council for one in notes}
    return {
        code: Profile(
            tuple(one for one in extras if one.council == code), tuple(one for one in notes if one.council == code)
        )
        for code in codes
    }
