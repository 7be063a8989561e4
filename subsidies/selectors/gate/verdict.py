"""The gate before the submission (提出前ゲート) of an application: what closes it, what was let pass, and the days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationKind
from subsidies.models import Application, GateOverride, GateTick
from subsidies.rules.gate import GateFinding, TimelineEntry, check, timeline
from subsidies.rules.gate.hours import paper_note
from subsidies.rules.gate.ticks import Tick, ticks_for
from subsidies.selectors.gate.facts import gate_facts_of


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding, and a manager's reason to let it pass, which counts only for the very words of the finding."""

    finding: GateFinding
    override: GateOverride | None

    @property
    def is_closing(self) -> bool:
        """Tell whether the finding keeps the gate closed."""
        return self.finding.blocks and self.override is None


@dataclass(frozen=True, slots=True)
class TickRow:
    """A point that a person checks, and who ticked it in this round."""

    tick: Tick
    done: GateTick | None


@dataclass(frozen=True)
class GateReport:
    """What the gate says of an application on one day.

    Attributes:
        stale: overrides of this round whose finding is gone or says something else by now.
        paper_note: that hours are kept on paper, so that nobody compared them; "" where they are not.
    """

    application: Application
    rows: tuple[FindingRow, ...]
    ticks: tuple[TickRow, ...]
    stale: tuple[GateOverride, ...]
    timeline: tuple[TimelineEntry, ...]
    paper_note: str = ""

    @cached_property
    def findings(self) -> tuple[GateFinding, ...]:
        """Return everything that was found, the quickest to put right first."""
        return tuple(row.finding for row in self.rows)

    @cached_property
    def overrides(self) -> tuple[GateOverride, ...]:
        """Return the overrides that count."""
        return tuple(row.override for row in self.rows if row.override is not None)

    @cached_property
    def closing(self) -> tuple[FindingRow, ...]:
        """Return the findings that keep the gate closed."""
        return tuple(row for row in self.rows if row.is_closing)

    @cached_property
    def passed(self) -> tuple[FindingRow, ...]:
        """Return the findings that a manager let pass."""
        return tuple(row for row in self.rows if row.override is not None)

    @cached_property
    def advice(self) -> tuple[FindingRow, ...]:
        """Return the findings that are said and no more."""
        return tuple(row for row in self.rows if not row.finding.blocks and row.override is None)

    @cached_property
    def unticked(self) -> tuple[Tick, ...]:
        """Return the points that nobody ticked yet."""
        return tuple(row.tick for row in self.open_ticks)

    @cached_property
    def done_ticks(self) -> tuple[TickRow, ...]:
        """Return the points that somebody ticked in this round."""
        return tuple(row for row in self.ticks if row.done is not None)

    @cached_property
    def open_ticks(self) -> tuple[TickRow, ...]:
        """Return the points that still wait for somebody."""
        return tuple(row for row in self.ticks if row.done is None)

    @property
    def blocking(self) -> tuple[str, ...]:
        """Return all that keeps the gate closed, in whole sentences."""
        unticked = (f"「{one.sentence}」の確認がまだです。" for one in self.unticked)
        return (*(row.finding.message for row in self.closing), *unticked)

    @property
    def is_open(self) -> bool:
        """Tell whether the application may be submitted."""
        return not self.closing and not self.unticked

    @property
    def minutes(self) -> int:
        """Return how long the closing findings take to put right together, as a rule of thumb."""
        return sum(row.finding.minutes for row in self.closing)

    def row(self, key: str) -> FindingRow | None:
        """Return the finding of a key, if it is still found."""
        return next((row for row in self.rows if row.finding.key == key), None)


def gate_of(application: Application, *, today: date) -> GateReport:
    """Check an application as its rows stand, as if it were submitted `today`."""
    facts = gate_facts_of(application, today=today)
    overrides = tuple(_of_round(application))
    rows = tuple(FindingRow(one, _override(one, overrides)) for one in check(facts))
    counted = {row.override.pk for row in rows if row.override is not None}
    return GateReport(
        application=application,
        rows=rows,
        ticks=_ticks(application),
        stale=tuple(one for one in overrides if one.pk not in counted),
        timeline=timeline(facts),
        paper_note=paper_note(facts),
    )


def overrides_of(application: Application) -> tuple[GateOverride, ...]:
    """Return the exceptions that a manager made for the application's present round, for its annex."""
    return tuple(_of_round(application))


def case_overrides(case: Case) -> tuple[GateOverride, ...]:
    """Return all exceptions ever made on a case, newest first, for its page."""
    found = GateOverride.objects.for_agency(case.agency_id).filter(application__case_id=case.pk)
    return tuple(found.select_related("application__case", "made_by__user").order_by("-id"))


def _of_round(application: Application) -> Iterable[GateOverride]:
    found = GateOverride.objects.for_agency(application.agency_id).filter(application_id=application.pk)
    return found.filter(round=application.returned_count).select_related("made_by__user").order_by("id")


def _override(finding: GateFinding, overrides: Iterable[GateOverride]) -> GateOverride | None:
    said = (finding.code, finding.about, finding.message)
    return next((one for one in overrides if finding.blocks and (one.code, one.about, one.message) == said), None)


def _ticks(application: Application) -> tuple[TickRow, ...]:
    stored = GateTick.objects.for_agency(application.agency_id).filter(application=application)
    done = {one.code: one for one in stored.filter(round=application.returned_count).select_related("ticked_by__user")}
    points = ticks_for(ApplicationKind(application.kind), SchemeFrame(application.case.frame))
    return tuple(TickRow(one, done.get(one.id)) for one in points)
