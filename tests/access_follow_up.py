"""The follow-up of the access tests' world, who may call its pages, and its writes in the story of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from cases.enums import PlanState, SchemeFrame
from cases.models import Case, Lender, Measure, Plan
from monitoring.models import BankMeeting, FollowUpReport, MonitoringPeriod
from tests.builders import make_case, make_enterprise, make_lender
from vapup import clock

if TYPE_CHECKING:
    from tests.test_access_audit import Story

EVERYBODY: Final = "comav"
# Rows of the table in `access_world`: who reads, who writes.
FOLLOW_UP: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "monitoring:follow_up": (EVERYBODY, None),
    "monitoring:follow_up_schedule": ("cm", "cm"),
    "monitoring:follow_up_period": (EVERYBODY, None),
    "monitoring:follow_up_start": ("cm", "cm"),
    "monitoring:follow_up_tick": ("cm", "cm"),
    "monitoring:follow_up_draft": ("cm", "cm"),
    "monitoring:follow_up_new_plan": ("cm", "cm"),
    "monitoring:follow_up_finish": ("cm", "cm"),
    "monitoring:follow_up_texts": ("cm", "cm"),
    "monitoring:follow_up_measures": ("cm", "cm"),
    "monitoring:follow_up_deviations": ("cm", "cm"),
    "monitoring:follow_up_reopen": ("cm", "cm"),
    "monitoring:follow_up_meeting_new": ("cm", "cm"),
    "monitoring:follow_up_meeting": ("cm", "cm"),
    "monitoring:follow_up_meeting_remove": ("cm", "cm"),
}


def follow_up_rows(period: MonitoringPeriod, lender: Lender) -> dict[str, int]:
    """Store a meeting of a period; the report on it begins in the story."""
    meeting = BankMeeting.objects.create(
        agency_id=period.agency_id,
        period=period,
        lender=lender,
        held_on=period.ends_on,
        people="社長、融資課 阿部",
        said="在庫の圧縮を急いでほしい。",
    )
    return {"meeting_id": meeting.pk}


def play_follow_up(story: Story) -> None:
    """A schedule is laid; a report begins, goes by a new plan, is written, finished, and opened again."""
    case = _followed(story)
    page = story.browser("c").get(story.url("monitoring:follow_up_schedule", number=case.number))
    seen = page.context["proposal"].seen
    story.write("c", "monitoring:follow_up_schedule", kwargs={"number": case.number}, seen=seen)
    period = case.monitoring_periods.order_by("ends_on")[0]
    place: dict[str, Any] = {"number": case.number, "period_id": period.pk}
    story.write("c", "monitoring:follow_up_start", kwargs=place)
    story.write("c", "monitoring:follow_up_tick", kwargs=place, task="owner_talk")
    _revise(case)
    story.write("c", "monitoring:follow_up_new_plan", kwargs=place, version=_version(period))
    story.write("c", "monitoring:follow_up_draft", kwargs=place, version=_version(period))
    story.write("c", "monitoring:follow_up_texts", kwargs=place, causes="原料の値上がり", progress="予定どおり")
    measure = Measure.objects.get(plan__case=case, plan__number=2)
    story.write("c", "monitoring:follow_up_measures", kwargs=place, **{f"state_{measure.pk}": "late"})
    story.write("c", "monitoring:follow_up_deviations", kwargs=place, cause_sales="主要取引先の受注減")
    seen = story.browser("c").get(story.url("monitoring:follow_up_period", **place)).context["sheet"].gap_ids
    story.write("c", "monitoring:follow_up_finish", kwargs=place, version=_version(period), accepted_gaps=seen)
    story.write("c", "monitoring:follow_up_reopen", kwargs=place, reason="売上高の誤り")
    met = {"held_on": str(period.ends_on), "mode": "visit", "people": "社長"}
    lender = case.enterprise.lenders.get().pk
    story.write("c", "monitoring:follow_up_meeting_new", kwargs=place, lender=lender, **met)
    meeting = {**place, "meeting_id": period.meetings.get().pk}
    story.write("c", "monitoring:follow_up_meeting", kwargs=meeting, said="在庫の圧縮を急いでほしい。")
    story.write("c", "monitoring:follow_up_meeting_remove", kwargs=meeting)


def _followed(story: Story) -> Case:
    """Store a case with an approved plan that can be compared with."""
    consultant = story.world.members["c"]
    enterprise = make_enterprise(consultant.agency, name="有限会社金華水産")
    make_lender(enterprise)
    case = make_case(consultant, enterprise=enterprise, frame=SchemeFrame.NORMAL, planned_accepted_on=date(2025, 4, 1))
    _plan(case, 1)
    return case


def _plan(case: Case, number: int) -> Plan:
    now, by = clock.now(), case.consultant
    people: dict[str, Any] = {"prepared_by": by, "submitted_by": by, "approved_by": by}
    plan = Plan.objects.create(
        agency=case.agency,
        case=case,
        number=number,
        state=PlanState.APPROVED,
        base_ends_on=date(2025, 3, 31),
        frequency="yearly",
        follow_up_starts_on=date(2025, 4, 1),
        submitted_at=now,
        approved_at=now,
        **people,
    )
    common = {"agency": case.agency, "plan": plan}
    issue = plan.issues.create(agency=case.agency, title="粗利率の低下")
    days = {"starts_on": date(2025, 4, 1), "due_on": date(2026, 3, 31)}
    Measure.objects.create(**common, issue=issue, title="値上げ交渉", owner="社長", **days)
    plan.figures.create(agency=case.agency, year=1, account="sales", yen=120_000_000)
    months = [date(2025, 4 + place, 1) for place in range(9)]
    for month in months:
        case.enterprise.monthly_figures.get_or_create(
            agency=case.agency, month=month, account="sales", defaults={"yen": 1_000_000}
        )
    return plan


def _revise(case: Case) -> None:
    Plan.objects.filter(case=case).update(state=PlanState.REPLACED)
    _plan(case, 2)


def _version(period: MonitoringPeriod) -> int:
    return FollowUpReport.objects.get(period=period).version
