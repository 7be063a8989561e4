"""A member's own cases, with what their next step depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from cases.models import Case
from cases.selectors.overview import tone_of
from cases.workflow import OPEN_STAGES
from subsidies.enums import ApplicationKind
from vapup.accounts.models import Member

RECENT: Final = 5


@dataclass(frozen=True, slots=True)
class RecentCase:
    """A case that was worked at lately, with the tone of its stage's chip."""

    case: Case
    tone: str


def own_cases(member: Member) -> QuerySet[Case]:
    """Return the member's cases under way, each with `approval`: the state of its usage application, or ""."""
    cases = Case.objects.for_agency(member.agency_id).filter(consultant=member, stage__in=OPEN_STAGES)
    usage = FilteredRelation("applications", condition=Q(applications__kind=ApplicationKind.USAGE))
    known = cases.annotate(usage=usage).annotate(approval=Coalesce(F("usage__state"), Value("")))
    return known.select_related("enterprise")


def has_own_cases(member: Member) -> bool:
    """Tell whether the member is in charge of a case under way."""
    return Case.objects.for_agency(member.agency_id).filter(consultant=member, stage__in=OPEN_STAGES).exists()


def recent_cases(member: Member) -> list[RecentCase]:
    """Return the member's cases that changed last, ended ones included."""
    cases = Case.objects.for_agency(member.agency_id).filter(consultant=member).select_related("enterprise")
    return [RecentCase(case, tone_of(case.stage)) for case in cases.order_by("-updated_at", "-pk")[:RECENT]]
