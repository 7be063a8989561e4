"""What the home page shows: the work that waits for each role, a bounded number of rows and queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from cases.enums import CaseAction, CaseStage
from cases.models import APPLICATION_OPEN, Case, CaseStep, Enterprise, Mention
from cases.selectors.notes import unread_of
from cases.selectors.overview import RETURNED, tone_of
from cases.workflow import OPEN_STAGES
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Packet
from subsidies.selectors.filing.applications import act_url, application_url
from subsidies.selectors.filing.packets import awaiting_approval
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.dashboard.next_steps import NextStep, before_completion, next_step

ROWS: Final = 10
SUBMISSIONS: Final = (CaseAction.SUBMIT_USAGE, CaseAction.RESUBMIT_USAGE)
PACKET_TONES: Final[Mapping[str, str]] = MappingProxyType(
    {PacketState.QUEUED: "info", PacketState.DONE: "success", PacketState.FAILED: "error"}
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with what is to be done next; `note` is what the approver or the council said when it came back."""

    case: Case
    tone: str
    next_label: str
    next_url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A usage application that waits for a manager. `cost_yen` is the whole estimate, tax included."""

    application: Application
    cost_yen: int
    url: str
    action_label: str


@dataclass(frozen=True, slots=True)
class ApprovedRow:
    """An approved application that has not left the office."""

    application: Application
    tone: str
    state_label: str
    url: str
    action_label: str


@dataclass(frozen=True, slots=True)
class PacketRow:
    """A packet of the member's own making."""

    packet: Packet
    tone: str


@dataclass(frozen=True, slots=True)
class StageFigure:
    """How many cases stand in a stage."""

    label: str
    count: int
    url: str


def has_enterprises(agency_id: int) -> bool:
    """Tell whether the agency has registered anybody yet."""
    return Enterprise.objects.for_agency(agency_id).exists()


def is_alone(agency_id: int) -> bool:
    """Tell whether the agency has one member only."""
    return Member.objects.for_agency(agency_id).active().count() == 1


def returned_cases(member: Member) -> list[CaseRow]:
    """Return the member's cases that came back, from the approver or from the council."""
    returned = _own(member).filter(Q(stage__in=RETURNED) | Q(approval=ApplicationState.SENT_BACK))
    return _case_rows(member, returned.order_by("pk"))


def own_cases(member: Member) -> list[CaseRow]:
    """Return the member's newest cases under way, without those that came back."""
    rest = _own(member).exclude(stage__in=RETURNED).exclude(Q(approval=ApplicationState.SENT_BACK))
    return _case_rows(member, rest.order_by("-pk"))


def own_packets(member: Member) -> list[PacketRow]:
    """Return the packets that the member asked for last."""
    packets = Packet.objects.for_agency(member.agency_id).filter(requested_by=member)
    newest = packets.select_related("case__enterprise").defer("payload").order_by("-pk")[:5]
    return [PacketRow(packet, PACKET_TONES[packet.state]) for packet in newest]


def unread_mentions(member: Member) -> list[Mention]:
    """Return the notes that call the member and that they have not said to have read, the newest first."""
    return list(unread_of(member)[:ROWS])


def approvals_waiting(member: Member) -> list[ApprovalRow]:
    """Return the applications that wait for approval, the longest waiting first."""
    waiting = awaiting_approval(member.agency_id).annotate(cost_yen=Sum("case__cost_lines__gross_yen"))
    return [_approval_row(member, one) for one in waiting.defer("payload", "assessment")[:ROWS]]


def approved_in_office(member: Member) -> list[ApprovedRow]:
    """Return the approved applications that the council has not got yet: to be exported, or to be handed in."""
    official = Packet.objects.filter(
        case_id=OuterRef("case_id"),
        is_draft=False,
        state__in=[PacketState.QUEUED, PacketState.DONE],
        requested_at__gte=OuterRef("decided_at"),
    )
    is_waited_for = Q(case__stage__in=APPLICATION_OPEN) | ~Q(kind=ApplicationKind.USAGE)
    approved = _applications(member).filter(is_waited_for, state=ApplicationState.APPROVED, case__stage__in=OPEN_STAGES)
    rows = approved.annotate(is_exported=Exists(official)).order_by("decided_at", "pk")[:ROWS]
    return [_approved_row(one, is_exported=one.is_exported) for one in rows]


def recent_submissions(agency_id: int) -> list[CaseStep]:
    """Return what went to the council last."""
    steps = CaseStep.objects.for_agency(agency_id).filter(action__in=SUBMISSIONS)
    return list(steps.select_related("case__enterprise", "actor__user").order_by("-pk")[:5])


def stage_figures(agency_id: int) -> list[StageFigure]:
    """Return the numbers of cases under way, by stage, in the order of the procedure."""
    cases = Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES)
    counts = dict(cases.order_by().values_list("stage").annotate(Count("pk")))
    listed = reverse("cases:list")
    return [
        StageFigure(stage.label, counts[stage.value], f"{listed}?stage={stage.value}")
        for stage in CaseStage
        if counts.get(stage.value)
    ]


def missing_settings(member: Member) -> list[str]:
    """Return which settings that applications print are still empty, for those who can fill them in."""
    if not can(member, Action.EDIT_AGENCY).allowed:
        return []
    agency = member.agency
    printed = {"代表者": agency.representative, "認定支援機関ID": agency.certification_number, "所在地": agency.address}
    return [label for label, value in printed.items() if not value]


def _own(member: Member) -> QuerySet[Case]:
    cases = Case.objects.for_agency(member.agency_id).filter(consultant=member, stage__in=OPEN_STAGES)
    usage = FilteredRelation("applications", condition=Q(applications__kind=ApplicationKind.USAGE))
    known = cases.annotate(usage=usage).annotate(
        approval=Coalesce(F("usage__state"), Value("")), note=F("usage__decision_note")
    )
    return known.select_related("enterprise")


def _applications(member: Member) -> QuerySet[Application]:
    applications = Application.objects.for_agency(member.agency_id).defer("payload", "assessment")
    return applications.select_related("case__enterprise", "case__consultant__user")


def _case_rows(member: Member, cases: QuerySet[Case]) -> list[CaseRow]:
    shown = list(cases[:ROWS])
    still_open = before_completion(member.agency_id, shown)
    return [_case_row(case, still_open) for case in shown]


def _case_row(case: Case, still_open: Mapping[int, NextStep]) -> CaseRow:
    approval = getattr(case, "approval", None) or ApplicationState.PREPARING
    note = getattr(case, "note", None) if approval == ApplicationState.SENT_BACK else ""
    step = next_step(case, approval, still_open)
    return CaseRow(case, tone_of(case.stage), step.label, step.url, note or "")


def _approval_row(member: Member, application: Application) -> ApprovalRow:
    cost_yen = getattr(application, "cost_yen", None) or 0
    if can(member, Action.APPROVE_USAGE, application).allowed:
        return ApprovalRow(application, cost_yen, act_url(application, "approve"), "確認して承認")
    return ApprovalRow(application, cost_yen, application_url(application), "内容を見る")


def _approved_row(application: Application, *, is_exported: bool) -> ApprovedRow:
    if application.kind != ApplicationKind.USAGE:
        return ApprovedRow(application, "info", "提出待ち", application_url(application), "申請を開く")
    if is_exported:
        return ApprovedRow(application, "info", "提出待ち", act_url(application, "submit"), "提出を記録")
    return ApprovedRow(application, "todo", "出力待ち", application_url(application), "書類を出力")
