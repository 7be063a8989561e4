"""Hours of the access tests' world: a worker with a rate, a week handed in, an entry in it, and a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, Protocol

from cases.models import Case
from subsidies.enums import WeekState
from subsidies.models import Application, CostLine, Receipt, WorkEntry, Worker, WorkerRate, WorkWeek
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.matching.take_hours import taken_hours_of
from vapup import clock
from vapup.accounts.models import Member

MONDAY = date(2025, 6, 2)
# Rows of the table in `access_world`: who reads, who writes.
HOURS: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "subsidies:hours": ("com", "com"),
    "subsidies:hours_time": ("com", None),
    "subsidies:hours_start": ("com", "com"),
    "subsidies:hours_copy": ("com", "com"),
    "subsidies:hours_submit": ("com", "com"),
    "subsidies:hours_withdraw": ("com", "com"),
    "subsidies:hours_new": ("com", "com"),
    "subsidies:hours_entry": ("cm", "cm"),
    "subsidies:hours_entry_remove": ("cm", "cm"),
    "subsidies:hours_approvals": ("m", "m"),
    "subsidies:hours_return": ("m", "m"),
    "subsidies:hours_unlock": ("m", "m"),
    "subsidies:case_hours": ("comav", None),
    "subsidies:hours_record": ("cm", None),
    "subsidies:workers": ("ma", None),
    "subsidies:worker_new": ("ma", "ma"),
    "subsidies:worker": ("ma", "ma"),
    "subsidies:worker_switch": ("ma", "ma"),
    "subsidies:worker_rate_remove": ("ma", "ma"),
}


def hours_rows(case: Case, by: Member, *, claim_id: int) -> dict[str, str | int]:
    """Store one row of everything about hours and receipts; the entry has no work chosen yet."""
    worker = Worker.objects.create(agency=case.agency, member=by, name="担当 花子", qualification="税理士")
    rate = WorkerRate.objects.create(
        agency=case.agency, worker=worker, valid_from=date(2025, 4, 1), hourly_rate_yen=10_000
    )
    week = WorkWeek.objects.create(
        agency=case.agency,
        worker=worker,
        monday=MONDAY,
        state=WeekState.SUBMITTED,
        requested_by=by,
        requested_at=clock.now(),
        note="訪問先を書く。",
    )
    entry = WorkEntry.objects.create(
        agency=case.agency,
        case=case,
        worker=worker,
        worked_on=MONDAY,
        starts_minute=9 * 60,
        ends_minute=11 * 60,
        minutes=120,
        content="資金繰り表の前提を社長に聞き取り",
        place="事業者の本社",
        entered_by=by,
    )
    Receipt.objects.create(agency=case.agency, application_id=claim_id, decided_yen=666_666)
    return {"worker_id": worker.pk, "week_id": week.pk, "entry_id": entry.pk, "rate_id": rate.pk}


class Player(Protocol):
    """Who plays the story of the audit test: sends the forms of pages as they stand, changed by `data`."""

    @property
    def world(self) -> Any:
        """Return the rows behind the doors."""

    def write(self, who: str, address: str, /, **data: Any) -> object:
        """Send a form and expect an event."""


def play_hours(story: Player) -> None:
    """A week comes back, is corrected, handed in again, approved, and unlocked; the rate card is kept."""
    case, week = story.world.values["number"], WorkWeek.objects.filter(pk=story.world.values["week_id"])
    story.write("m", "subsidies:hours_return", reason="訪問先を書く。")
    story.write("c", "subsidies:hours_entry", place="事業者の工場")
    worked = {"time": "13-15", "content": "返済計画の案を主要行に説明", "worked_on": str(MONDAY)}
    story.write("c", "subsidies:hours", query=f"?week={MONDAY}", **worked)
    tuesday = {**worked, "worked_on": str(MONDAY + timedelta(days=1))}
    story.write("c", "subsidies:hours_new", query=f"?case={case}", **tuesday)
    story.write("c", "subsidies:hours_copy", day=str(MONDAY + timedelta(days=2)))
    newest = {"entry_id": WorkEntry.objects.latest("pk").pk}
    story.write("c", "subsidies:hours_entry_remove", kwargs=newest)
    WorkEntry.objects.filter(case__number=case).update(cost_line=_line(case))
    story.write("c", "subsidies:hours_submit", week=str(MONDAY))
    story.write("c", "subsidies:hours_withdraw", week=str(MONDAY))
    story.write("c", "subsidies:hours_submit", week=str(MONDAY))
    story.write("m", "subsidies:hours_approvals", week=[f"{week.get().pk}:{week.get().version}"])
    claim = Application.objects.get(pk=story.world.values["claim_id"])
    shown = taken_hours_of(claim_of(claim)).sha256
    story.write("c", "subsidies:take_hours", kwargs={"application_id": claim.pk}, shown_sha256=shown)
    story.write("m", "subsidies:hours_unlock", reason="業務の取り違え。")
    story.write("c", "subsidies:hours_submit", week=str(MONDAY))
    story.write("m", "dashboard:approvals", query=f"?item=week-{week.get().pk}", act="approve")
    story.write("o", "subsidies:hours_start")
    story.write("a", "subsidies:worker_new", name="弁護士 本郷 修", qualification="外部")
    story.write("a", "subsidies:worker", qualification="公認会計士")
    story.write("a", "subsidies:worker_rate_remove")
    story.write("a", "subsidies:worker_switch", is_active="")


def _line(number: str) -> CostLine | None:
    return CostLine.objects.filter(case__number=number).order_by("pk").first()
