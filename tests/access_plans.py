"""The plan of the access tests' world, who may call its pages, and the writes of a plan in the story of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from cases.models import Case, Issue, Measure, Plan, PlanFigure
from tests.access_plans_more import play_plan_parts
from tests.builders import make_case
from vapup.accounts.models import Member

if TYPE_CHECKING:
    from tests.test_access_audit import Story

BASE: Final = date(2025, 3, 31)
EVERYBODY: Final = "comav"
# Rows of the table in `access_world`: who reads, who writes.
PLANS: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "cases:plan": (EVERYBODY, None),
    "cases:plan_start": ("cm", "cm"),
    "cases:plan_base": ("cm", "cm"),
    "cases:plan_texts": (EVERYBODY, "cm"),
    "cases:plan_actions": (EVERYBODY, None),
    "cases:plan_issue_new": ("cm", "cm"),
    "cases:plan_issue": ("cm", "cm"),
    "cases:plan_issue_remove": ("cm", "cm"),
    "cases:plan_issue_move": ("cm", "cm"),
    "cases:plan_measure_new": ("cm", "cm"),
    "cases:plan_measure": ("cm", "cm"),
    "cases:plan_measure_remove": ("cm", "cm"),
    "cases:plan_measure_move": ("cm", "cm"),
    "cases:plan_profit": (EVERYBODY, "cm"),
    "cases:plan_balance": (EVERYBODY, "cm"),
    "cases:plan_assumptions": (EVERYBODY, "cm"),
    "cases:plan_calculate": ("cm", "cm"),
    "cases:plan_submit": ("cm", "cm"),
    "cases:plan_withdraw": ("cm", "cm"),
    "cases:plan_approve": ("m", "m"),
    "cases:plan_return": ("m", "m"),
    "cases:plan_revise": ("cm", "cm"),
    "cases:plan_version": (EVERYBODY, None),
    "cases:plan_compare": (EVERYBODY, None),
}


def plan_rows(case: Case, by: Member) -> dict[str, str | int]:
    """Store a draft with an issue, its measure and the sales of the base year."""
    plan = Plan.objects.create(agency=case.agency, case=case, number=1, base_ends_on=BASE, years=3, prepared_by=by)
    issue = Issue.objects.create(agency=case.agency, plan=plan, title="粗利率の低下", position=1)
    measure = Measure.objects.create(
        agency=case.agency,
        plan=plan,
        issue=issue,
        title="値上げ交渉",
        owner="社長",
        starts_on=date(2025, 4, 1),
        due_on=date(2025, 9, 30),
        position=1,
    )
    PlanFigure.objects.create(agency=case.agency, plan=plan, year=0, account="sales", yen=320_000_000)
    numbers = {"plan_number": plan.number, "other_number": plan.number}
    return {"issue_id": issue.pk, "measure_id": measure.pk, "statement": "profit", **numbers}


def play_plan(story: Story) -> None:
    """A plan begins; another is written, comes back, is withdrawn and approved, and a new version is made of it."""
    other = make_case(story.world.members["c"])
    story.write("c", "cases:plan_start", kwargs={"number": other.number}, base_ends_on=str(BASE), years="3")
    story.write("c", "cases:plan_base", years="4")
    story.write("c", "cases:plan_texts", outline="創業50年の水産加工業者")
    _play_actions(story)
    line: dict[str, Any] = {"line-0-account": "salaries", "line-0-ground": "最低賃金の引上げ", "line-0-1": "500,000"}
    story.write("c", "cases:plan_assumptions", **line)
    figures: dict[str, dict[str, Any]] = {"profit": {"sales:1": "330,000,000"}, "balance": {"cash:0": "1,000"}}
    story.write("c", "cases:plan_calculate", names=["salaries"])
    story.write("c", "cases:plan_profit", **figures["profit"])
    story.write("c", "cases:plan_balance", **figures["balance"])
    story.write("c", "cases:plan_submit")
    story.write("c", "cases:plan_withdraw")
    story.write("c", "cases:plan_submit")
    story.write("m", "cases:plan_return", reason="2年目の根拠を書いてください。")
    story.write("c", "cases:plan_submit")
    story.write("m", "cases:plan_approve")
    story.write("c", "cases:plan_revise", because="売上高が計画を下回ったため。")
    play_plan_parts(story.write)


def _play_actions(story: Story) -> None:
    """An issue and a measure come, change, change places, and go again."""
    story.write("c", "cases:plan_issue_new", title="在庫の滞留")
    issue: dict[str, Any] = {"issue_id": Issue.objects.latest("pk").pk}
    story.write("c", "cases:plan_issue", kwargs=issue, direction="月次の棚卸で滞留品を処分する。")
    story.write("c", "cases:plan_issue_move", kwargs=issue, way="up")
    entered: dict[str, Any] = {
        "title": "棚卸の月次化",
        "owner": "工場長",
        "starts_on": "2025-05-01",
        "due_on": "2025-12-31",
    }
    story.write("c", "cases:plan_measure_new", **entered)
    measure: dict[str, Any] = {"measure_id": Measure.objects.latest("pk").pk}
    effect: dict[str, Any] = {"line-0-account": "stock", "line-0-1": "△5,000,000"}
    story.write("c", "cases:plan_measure", kwargs=measure, kpi="在庫回転30日", **effect)
    story.write("c", "cases:plan_measure_move", kwargs=measure, way="up")
    story.write("c", "cases:plan_measure_remove", kwargs=measure)
    story.write("c", "cases:plan_issue_remove", kwargs=issue)
