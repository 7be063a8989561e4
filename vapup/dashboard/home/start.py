"""What the home page says while an office begins: its first enterprise, its settings, its people."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse

from cases.enums import CaseStage
from cases.models import Case, Enterprise
from cases.workflow import OPEN_STAGES
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can


def has_enterprises(agency_id: int) -> bool:
    """Tell whether the agency has registered anybody yet."""
    return Enterprise.objects.for_agency(agency_id).exists()


def is_alone(agency_id: int) -> bool:
    """Tell whether the agency has one member only."""
    return Member.objects.for_agency(agency_id).active().count() == 1


def missing_settings(member: Member) -> list[str]:
    """Return which settings that applications print are still empty, for those who can fill them in."""
    if not can(member, Action.EDIT_AGENCY).allowed:
        return []
    agency = member.agency
    printed = {"代表者": agency.representative, "認定支援機関ID": agency.certification_number, "所在地": agency.address}
    return [label for label, value in printed.items() if not value]


def stage_counts(agency_id: int) -> list[tuple[str, int, str]]:
    """Return the numbers of cases under way by stage, in the order of the procedure, each with the list's address."""
    cases = Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES)
    counts = dict(cases.order_by().values_list("stage").annotate(Count("pk")))
    listed = reverse("cases:list")
    return [
        (stage.label, counts[stage.value], f"{listed}?stage={stage.value}")
        for stage in CaseStage
        if counts.get(stage.value)
    ]
