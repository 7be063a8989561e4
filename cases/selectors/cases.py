"""Questions about cases, and about the members who can be in charge of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypedDict

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from cases.enums import CaseStage
from cases.models import Case, Council, Enterprise
from cases.selectors.words import cases_with, newest_cases_with
from cases.workflow import OPEN_STAGES
from vapup.accounts.enums import Role
from vapup.accounts.models import Member, MemberQuerySet, User


class ListedCase(TypedDict):
    """A row of the list of cases: its columns alone, which is much quicker than whole objects."""

    number: str
    frame: str
    stage: str
    accepted_on: date | None
    updated_at: datetime
    key_day: date
    consulted_on: date
    usage_applied_on: date | None
    usage_accepted_on: date | None
    returned_count: int
    enterprise_name: str
    corporate_number: str
    council_name: str
    consultant_name: str


def listed_cases(agency_id: int) -> QuerySet[Case]:
    """Return the agency's cases with their `key_day`, newest first, to be filtered."""
    cases = Case.objects.for_agency(agency_id)
    return cases.annotate(key_day=Coalesce("accepted_on", "planned_accepted_on")).order_by("-pk")


def columns_of(cases: QuerySet[Case]) -> QuerySet[Case, dict[str, Any]]:
    """Return each of the `listed_cases` as a `ListedCase`.

    The names are subqueries, asked for the rows of one page alone: a join would be made for every row that is counted.
    """
    enterprises = Enterprise.objects.filter(pk=OuterRef("enterprise_id"))
    users = User.objects.filter(memberships=OuterRef("consultant_id"))
    named = cases.annotate(
        enterprise_name=Subquery(enterprises.values("name")),
        corporate_number=Subquery(enterprises.values("corporate_number")),
        council_name=Subquery(Council.objects.filter(pk=OuterRef("council_id")).order_by().values("name")),
        consultant_name=Subquery(
            users.values_list(Coalesce(NullIf("display_name", Value("")), "email", output_field=TextField()))
        ),
    )
    columns: QuerySet[Case, dict[str, Any]] = named.values(*ListedCase.__annotations__)
    return columns


def search(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Keep the cases whose number or enterprise matches `text`."""
    return cases.filter(cases_with(text))


def newest_found(agency_id: int, text: str, *, most: int) -> QuerySet[Case]:
    """Return the newest `most` of the cases that `search` keeps, newest first, quick however many there are."""
    return Case.objects.for_agency(agency_id).filter(newest_cases_with(text, most)).order_by("-pk")


def in_stage(cases: QuerySet[Case], stage: str) -> QuerySet[Case]:
    """Keep the cases of a stage, or all that are under way for "open"."""
    return cases.filter(stage__in=OPEN_STAGES) if stage == "open" else cases.filter(stage=CaseStage(stage))


def ids_of_numbers(agency_id: int, numbers: Collection[str]) -> dict[str, int]:
    """Return the agency's cases of these numbers by number; a number that is none of theirs is left out."""
    asked = [number for number in numbers if number.isprintable()]
    return dict(Case.objects.for_agency(agency_id).filter(number__in=asked).values_list("number", "pk"))


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
