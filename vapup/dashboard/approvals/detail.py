"""One item of the inbox with what a decision needs: the gate, the four-way match, and what changed since the last one.

Everything here is worked out by the selectors of the item's own pages, which show the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from cases.models import Plan
from cases.selectors.plan.diff import Differences, differences_between
from cases.selectors.plan.figures import sheet_of
from cases.selectors.plan.findings import findings_of
from cases.selectors.plan.tasks import tasks_of
from cases.selectors.plan.versions import plans_of
from subsidies.models import Application
from subsidies.packets.content import Content, content_of
from subsidies.selectors.claiming.claims import is_claim
from subsidies.selectors.diary.week import EntryRow, entry_rows
from subsidies.selectors.diary.weeks import WaitingWeek
from subsidies.selectors.filing.history import Event, changes_since_decision, words_of
from subsidies.selectors.filing.usage_page import FigureChange, figure_changes
from subsidies.selectors.gate.verdict import GateReport, gate_of
from subsidies.selectors.matching.of_claim import Match, match_of
from subsidies.services.filing.approval import shown_hash
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.dashboard.approvals.listing import Item, Kind
from vapup.shared.errors import DomainError

SHOWN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDetail:
    """An application that waits.

    Attributes:
        match_refusal: why a claim has no figures to match.
        seen: the hash of what is shown, or "" where too much is missing to print it.
    """

    application: Application
    content: Content
    gate: GateReport
    match: Match | None
    match_refusal: str
    figure_changes: list[FigureChange]
    changes: list[Event]
    seen: str

    template: str = "dashboard/approvals/_application.html"
    keeps_words: bool = True

    @property
    def exceptions(self) -> tuple[str, ...]:
        """Return what only a written reason lets pass."""
        return self.content.exceptions

    @property
    def missing(self) -> list[str]:
        """Return what keeps it from being approved."""
        return [f"{point.label}: {point.missing}" for point in self.content.blocking]

    @property
    def gate_url(self) -> str:
        """Return the page of the gate."""
        return reverse("subsidies:gate", args=[self.application.case.number, self.application.pk])

    @property
    def match_url(self) -> str:
        """Return the page of the match."""
        return reverse("subsidies:match", args=[self.application.case.number, self.application.pk])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDetail:
    """A version of a plan that waits, beside the newest one before it."""

    plan: Plan
    missing_tasks: list[Any]
    found: tuple[Any, ...]
    old: Plan | None
    differences: Differences | None
    seen: str

    template: str = "dashboard/approvals/_plan.html"
    keeps_words: bool = False
    exceptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def compare_url(self) -> str:
        """Return the page with all differences."""
        if self.old is None:
            return ""
        return reverse("cases:plan_compare", args=[self.plan.case.number, self.old.number, self.plan.number])


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDetail:
    """A week of hours that waits; `changes`: what was written of its hours since it was last returned."""

    waiting: WaitingWeek
    rows: list[EntryRow]
    changes: list[Event]
    seen: str

    template: str = "dashboard/approvals/_week.html"
    keeps_words: bool = False
    exceptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


Detail = ApplicationDetail | PlanDetail | WeekDetail


def detail_of(member: Member, item: Item, *, today: date) -> Detail | None:
    """Return what a decision on an item needs; None where it went away meanwhile."""
    if item.kind is Kind.APPLICATION:
        return _application(member, item, today)
    if item.kind is Kind.PLAN:
        return _plan(member, item)
    return _week(item.week) if item.week else None


def _application(member: Member, item: Item, today: date) -> ApplicationDetail | None:
    stored = Application.objects.for_agency(member.agency_id).select_related(
        "case__enterprise", "case__council", "case__consultant__user", "case__agency", "period", "requested_by__user"
    )
    application = stored.filter(pk=item.pk).first()
    if application is None:
        return None
    content = content_of(application)
    match, refusal = _match(application)
    return ApplicationDetail(
        application=application,
        content=content,
        gate=gate_of(application, today=today),
        match=match,
        match_refusal=refusal,
        figure_changes=figure_changes(application.assessment, content.assessment) if content.assessment else [],
        changes=changes_since_decision(application),
        seen=shown_hash(application, content),
    )


def _match(application: Application) -> tuple[Match | None, str]:
    if not is_claim(application):
        return None, ""
    try:
        return match_of(application), ""
    except DomainError as refused:
        return None, refused.message


def _plan(member: Member, item: Item) -> PlanDetail | None:
    known = Plan.objects.for_agency(member.agency_id).filter(pk=item.pk)
    found = known.select_related("case__enterprise", "case__agency", "case__consultant__user").first()
    if found is None:
        return None
    versions = list(plans_of(found.case)[:2])
    plan = next((one for one in versions if one.pk == found.pk), found)
    old = next((one for one in versions if one.number < plan.number), None)
    sheet = sheet_of(plan)
    return PlanDetail(
        plan=plan,
        missing_tasks=[task for task in tasks_of(sheet) if task.state != "done"],
        found=findings_of(sheet),
        old=old,
        differences=differences_between(old, plan) if old else None,
        seen=str(plan.version),
    )


def _week(waiting: WaitingWeek) -> WeekDetail:
    return WeekDetail(
        waiting=waiting,
        rows=list(entry_rows(waiting.entries)),
        changes=_since_return(waiting),
        seen=str(waiting.week.version),
    )


def _since_return(waiting: WaitingWeek) -> list[Event]:
    """Return the changes of the week's hours since it was last returned, newest first; those removed are gone."""
    events = AuditEvent.objects.for_agency(waiting.week.agency_id)
    of_week = events.filter(object_type="workweek", object_id=waiting.week.pk, verb=Verb.SENT_BACK)
    returned = of_week.order_by("-pk").values_list("pk", flat=True).first()
    if returned is None:
        return []
    entries = [one.pk for one in waiting.entries]
    changed = events.filter(object_type="workentry", object_id__in=entries, pk__gt=returned).order_by("-pk")
    return [_event(one) for one in changed[:SHOWN]]


def _event(one: AuditEvent) -> Event:
    return Event("edit", f"{one.object_label}: {words_of(one)}", one.occurred_at, one.actor_label, one.reason)
