"""What 伴走支援報告書 and 伴走支援レポート print of the report on a period: frozen with the claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cases.enums import LenderRole
from monitoring.enums import MeetingMode, ProgressState
from monitoring.models import MonitoringPeriod
from monitoring.rules.variance import SECTION, Comparison
from monitoring.selectors.follow_up_period import MeasureLine, PeriodSheet, period_sheet
from vapup.documents.payload import ADDED
from vapup.shared.dates import JAPAN

# The lines of the forms, by the ids of the comparison.
PRINTED: Final = (
    (f"{SECTION}sales", "売上高"),
    ("gross_profit", "売上総利益"),
    (f"{SECTION}selling_admin", "販売費・一般管理費"),
    ("operating_profit", "営業利益"),
    ("ordinary_profit", "経常利益"),
    ("cash", "現預金の残高"),
    ("debt", "借入金の残高"),
)


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A line of plan and actual in whole yen, None where one is not known; `achieved` as 96.4%, or ""."""

    label: str
    plan_yen: int | None
    actual_yen: int | None
    difference_yen: int | None
    achieved: str


@dataclass(frozen=True, slots=True)
class PrintedMeasure:
    """A measure of the plan and how it stands in words; "" where nobody said."""

    title: str
    owner: str
    due_on: date
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class PrintedMeeting:
    """A report to a lender; no day and no words where none was recorded."""

    lender: str
    role: str
    held_on: date | None
    mode: str
    people: str
    papers: str
    said: str


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """The report on a period.

    Attributes:
        plan_number: the version of the plan that it goes by.
        finished_on: None while it is a draft.
        missing: months without actual figures, which both sides leave out.
        unplanned: months outside of the planned years, which both sides leave out too.
    """

    plan_number: int
    finished_on: date | None
    missing: tuple[date, ...]
    rows: tuple[PrintedRow, ...]
    measures: tuple[PrintedMeasure, ...]
    meetings: tuple[PrintedMeeting, ...]
    results: str
    progress: str
    causes: str
    requests: str
    next_steps: str
    unplanned: tuple[date, ...] = field(default=(), metadata=ADDED)

    @property
    def held(self) -> tuple[PrintedMeeting, ...]:
        """Return the meetings that were held."""
        return tuple(one for one in self.meetings if one.held_on is not None)

    @property
    def opinions(self) -> str:
        """Return what the lenders said, each with its name."""
        return "\n".join(f"{one.lender}: {one.said}" for one in self.held if one.said)


def printed_report(period: MonitoringPeriod | None, *, today: date) -> PrintedReport | None:
    """Return the report on a claimed period, or None where none was begun: its forms are then filled in by hand."""
    if period is None or getattr(period, "report", None) is None:
        return None
    sheet = period_sheet(period.case, period.pk, today=today)
    if sheet is None or sheet.report is None:
        return None
    report, comparison = sheet.report, sheet.comparison
    return PrintedReport(
        plan_number=report.plan.number,
        finished_on=report.finished_at.astimezone(JAPAN).date() if report.finished_at else None,
        missing=comparison.missing if comparison else (),
        rows=tuple(_rows(comparison)) if comparison else (),
        measures=tuple(_measure(one) for one in sheet.measures),
        meetings=tuple(_meetings(sheet)),
        results=report.results,
        progress=report.progress,
        causes=report.causes,
        requests=report.requests,
        next_steps=report.next_steps,
        unplanned=comparison.unplanned if comparison else (),
    )


def _rows(comparison: Comparison) -> Iterator[PrintedRow]:
    for row_id, label in PRINTED:
        row = comparison.row(row_id)
        if row is None:
            yield PrintedRow(label, None, None, None, "")
        else:
            yield PrintedRow(label, row.plan_yen, row.actual_yen, row.difference_yen, row.achieved)


def _measure(line: MeasureLine) -> PrintedMeasure:
    said = line.progress
    return PrintedMeasure(
        title=line.measure.title,
        owner=line.measure.owner,
        due_on=line.measure.due_on,
        state=ProgressState(said.state).label if said else "",
        note=said.note if said else "",
    )


def _meetings(sheet: PeriodSheet) -> Iterator[PrintedMeeting]:
    """Yield the meetings in the order of their days, then the lenders that nobody has reported to."""
    for one in sheet.meetings:
        yield PrintedMeeting(
            lender=str(one.lender),
            role=LenderRole(one.lender.role).label,
            held_on=one.held_on,
            mode=MeetingMode(one.mode).label,
            people=one.people,
            papers=one.papers,
            said=one.said,
        )
    for lender in sheet.untold:
        yield PrintedMeeting(str(lender), LenderRole(lender.role).label, None, "", "", "", "")
