"""The follow-up of the demonstration: reports on the periods, what differs from the plan and why, and the lenders."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from cases.models import Case
from cases.selectors.plan.figures import measures_of
from monitoring.enums import MeetingMode, ProgressState
from monitoring.models import FollowUpReport, MonitoringPeriod
from monitoring.selectors.periods import periods_of
from monitoring.services.meetings import add_meeting
from monitoring.services.reports import (
    TEXTS,
    draft_texts,
    finish_report,
    save_deviations,
    save_progress,
    save_texts,
    start_report,
    tick_task,
)
from vapup.accounts.models import Member
from vapup.clock import JAPAN
from vapup.demonstration.books import DAYS_TO_CLOSE
from vapup.work import unit_of_work

DESCRIBED: Final = Path(__file__).with_name("reports.toml")
# The words of the product are kept before our own, but for what the plan once asked of the lenders.
OWN_WORDS: Final = frozenset({"requests"})


def reports_told() -> list[dict[str, Any]]:
    """Return the description of the reports, in the order of the periods."""
    found: list[dict[str, Any]] = tomllib.loads(DESCRIBED.read_text(encoding="utf-8"))["report"]
    return found


@dataclass(frozen=True, slots=True)
class Follower:
    """Who reports on the periods of a case."""

    case: Case
    consultant: Member
    today: date

    @unit_of_work()
    def report(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Report on the first periods; those with `days_finished` are finished, and the lenders are told."""
        for period, one in zip(periods_of(self.case), told, strict=False):
            place: dict[str, Any] = {"actor": self.consultant, "case_id": self.case.pk, "period_id": period.pk}
            report = start_report(**place)
            # Begun when the trial balance of the last month came; the database wrote down this moment.
            begun = min(period.ends_on + timedelta(days=DAYS_TO_CLOSE), self.today - timedelta(days=1))
            FollowUpReport.objects.filter(pk=report.pk).update(
                created_at=datetime.combine(begun, time(9), tzinfo=JAPAN)
            )
            self._progress(report, place, one["measures"])
            for task in one["ticks"]:
                tick_task(**place, task=task, is_done=True)
            if "days_finished" in one:
                self._finish(period, place, one)
            for meeting in one.get("meetings", ()):
                self._meet(period, place, meeting)

    def _progress(self, report: FollowUpReport, place: Mapping[str, Any], told: Sequence[Sequence[str]]) -> None:
        said = {
            measure.pk: (ProgressState(state), note)
            for measure, (state, note) in zip(measures_of(report.plan), told, strict=False)
        }
        save_progress(**place, version=_version(place), progress=said)

    def _finish(self, period: MonitoringPeriod, place: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        reasons = {one["account"]: (one["cause"], one["measure"]) for one in told["deviations"]}
        save_deviations(**place, version=_version(place), reasons=reasons)
        draft_texts(**place, version=_version(place), today=self.today)
        report = _report(place)
        texts = {name: _joined(name, getattr(report, name), told.get(name, "")) for name in TEXTS}
        save_texts(**place, version=report.version, texts=texts)
        day = period.ends_on + timedelta(days=told["days_finished"])
        finish_report(**place, version=_version(place), now=datetime.combine(day, time(16, 40), tzinfo=JAPAN))

    def _meet(self, period: MonitoringPeriod, place: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        lender = self.case.enterprise.lenders.get(bank_name=told["bank"])
        facts = {
            "held_on": period.ends_on + timedelta(days=told["days"]),
            "mode": MeetingMode(told["mode"]),
            **{name: told[name] for name in ("people", "papers", "said")},
        }
        add_meeting(**place, lender_id=lender.pk, facts=facts, today=self.today)


def _report(place: Mapping[str, Any]) -> FollowUpReport:
    return FollowUpReport.objects.for_agency(place["actor"].agency_id).get(period_id=place["period_id"])


def _version(place: Mapping[str, Any]) -> int:
    return _report(place).version


def _joined(name: str, drafted: str, own: str) -> str:
    return own if name in OWN_WORDS else "\n".join(part for part in (drafted, own) if part)
