"""What the pages of a plan have in common: the head of the case, the parts of the plan, and who may write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from cases.enums import PlanState
from cases.models import Plan
from cases.views.shared import Tab, case_context
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can

PAGE: Final = "cases:plan"
# The parts of a plan in the order of the paper, each with the name of its address.
PLAN_PAGES: Final = (
    ("概要", PAGE),
    ("概況と方針", "cases:plan_texts"),
    ("俯瞰図", "cases:plan_map"),
    ("課題と施策", "cases:plan_actions"),
    ("損益計画", "cases:plan_profit"),
    ("貸借対照表", "cases:plan_balance"),
    ("返済計画", "cases:plan_loans"),
    ("資金繰表", "cases:plan_cash"),
    ("実態BS", "cases:plan_real"),
    ("モニタリング計画", "cases:plan_follow_up"),
    ("説明資料", "monitoring:bank_pack"),
)
TONES: Final = {
    PlanState.DRAFT: "todo",
    PlanState.SUBMITTED: "info",
    PlanState.APPROVED: "success",
    PlanState.REPLACED: "neutral",
}


def plan_context(plan: Plan, member: Member, current: str = PAGE, *, here: str = "") -> dict[str, Any]:
    """Return what the head of a page of the plan shows (`templates/plans/base.html`).

    Args:
        current: the URL name of the part that the page belongs to.
        here: the name of a page below that part, for the breadcrumbs.
    """
    labels = {name: label for label, name in PLAN_PAGES}
    number = plan.case.number
    via = [(labels[current], reverse(current, args=[number]))] if here and current != PAGE else []
    name = here or ("" if current == PAGE else labels[current])
    return {
        **case_context(plan.case, PAGE, here=name, via=via),
        "plan": plan,
        "plan_tone": TONES[PlanState(plan.state)],
        "part_label": labels[current],
        "plan_tabs": [Tab(label, reverse(name, args=[number]), name == current) for label, name in PLAN_PAGES],
        "can_edit": plan.is_open and can(member, Action.EDIT_CASE, plan).allowed,
    }


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done to a version as a whole; `is_main` is the one that comes next."""

    label: str
    url: str
    is_main: bool = False


def acts_of(plan: Plan, member: Member) -> dict[str, Any]:
    """Return what the reader may do to a version as it stands, and in words for whom it waits."""
    can_write = can(member, Action.EDIT_CASE, plan).allowed
    decides = can(member, Action.APPROVE_PLAN, plan)
    acts: list[Act] = []
    if plan.state == PlanState.DRAFT and can_write:
        acts = [_act(plan, "承認を依頼する", "submit", is_main=True), _act(plan, "基準年度・計画年数を変える", "base")]
    elif plan.state == PlanState.SUBMITTED:
        if decides.allowed:
            acts = [_act(plan, "承認する", "approve", is_main=True), _act(plan, "差し戻す", "return")]
        if can_write:
            acts.append(_act(plan, "依頼を取り下げる", "withdraw"))
    elif plan.state == PlanState.APPROVED and can_write:
        acts = [_act(plan, "計画を見直す(新しい版)", "revise")]
    waits = "" if plan.state != PlanState.SUBMITTED or decides.allowed else "管理者の承認を待っています。"
    if waits and can(member, Action.APPROVE_PLAN).allowed:  # a manager, but the one who submitted it
        waits = decides.reason
    return {"acts": acts, "waits": waits, "is_self_approved": _is_self_approved(plan)}


def _act(plan: Plan, label: str, name: str, *, is_main: bool = False) -> Act:
    return Act(label, reverse(f"cases:plan_{name}", args=[plan.case.number]), is_main)


def _is_self_approved(plan: Plan) -> bool:
    return plan.approved_by_id is not None and plan.approved_by_id == plan.submitted_by_id
