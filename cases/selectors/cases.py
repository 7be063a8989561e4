"""Questions about cases, and about the members who can be in charge of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from cases.enums import CaseStage
from cases.models import Case
from cases.selectors.enterprises import matching
from cases.workflow import OPEN_STAGES
from vapup.accounts.enums import Role
from vapup.accounts.models import Member, MemberQuerySet

LISTED = (
    "number",
    "frame",
    "stage",
    "accepted_on",
    "planned_accepted_on",
    "updated_at",
    "agency_id",
    "enterprise__name",
    "consultant__user__display_name",
    "consultant__user__email",
)


def listed_cases(agency_id: int) -> QuerySet[Case]:
    """Return the agency's cases, newest first, with just the columns that the list shows and `key_day`."""
    cases = Case.objects.for_agency(agency_id).select_related("enterprise", "consultant__user").only(*LISTED)
    return cases.annotate(key_day=Coalesce("accepted_on", "planned_accepted_on")).order_by("-pk")


def search(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Keep the cases whose number or enterprise matches `text`."""
    return cases.filter(Q(number__icontains=text.upper()) | matching(text, "enterprise__"))


def in_stage(cases: QuerySet[Case], stage: str) -> QuerySet[Case]:
    """Keep the cases of a stage, or all that are under way for "open"."""
    return cases.filter(stage__in=OPEN_STAGES) if stage == "open" else cases.filter(stage=CaseStage(stage))


def chargeable_members(agency_id: int) -> MemberQuerySet:
    """Return who can be in charge of a case: active consultants and managers."""
    return members_by_name(agency_id).active().filter(roles__overlap=[Role.CONSULTANT.value, Role.MANAGER.value])


def members_by_name(agency_id: int) -> MemberQuerySet:
    """Return everybody who is or was in the office, those at work first."""
    members = Member.objects.for_agency(agency_id).select_related("user")
    return members.order_by("-is_active", "user__display_name", "pk")


def open_cases_of(member: Member) -> QuerySet[Case]:
    """Return the cases under way in a member's charge, oldest first."""
    cases = Case.objects.for_agency(member.agency_id).filter(consultant=member, stage__in=OPEN_STAGES)
    return cases.select_related("enterprise").order_by("pk")
