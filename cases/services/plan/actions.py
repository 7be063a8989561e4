"""Write the action plan: issues (経営課題), the measures that solve them (施策), and what each measure is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from django.db.models import ProtectedError

from cases.models import Issue, Measure, Plan
from cases.selectors.plan.actions import seen_issue, seen_measure, seen_removal
from cases.services.locking import EditedMeanwhile
from cases.services.plan.effects import Effects, store_effects
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import AgencyQuerySet, Member
from vapup.work import unit_of_work

PART: Final = "課題と施策"
ISSUE_FACTS: Final = ("title", "situation", "direction")
MEASURE_FACTS: Final = ("title", "detail", "owner", "starts_on", "due_on", "kpi")
REMOVED_TOO_LATE: Final = (
    "この画面を開いた後に、ほかの人が経営課題か施策を変更しました。"
    "下の内容を確かめてから、もう一度「削除する」を押してください。"
)
Row = TypeVar("Row", Issue, Measure)


@unit_of_work()
def add_issue(*, actor: Member, case_id: int, facts: Mapping[str, Any]) -> Issue:
    """Add an issue after the others; `facts` are the fields of `ISSUE_FACTS`.

    Raises:
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    issue = Issue.objects.create(agency_id=plan.agency_id, plan=plan, position=_after(_issues(plan)), **facts)
    note_part(actor, plan, PART, _labelled("課題", issue, audit.initial_values(issue, facts)))
    return issue


@unit_of_work()
def edit_issue(*, actor: Member, case_id: int, issue_id: int, seen: int, facts: Mapping[str, Any]) -> Issue:
    """Change an issue that the user saw at the stamp `seen`; nothing where nothing changed.

    Raises:
        Issue.DoesNotExist: the plan has no such issue.
        EditedMeanwhile: another person changed it in between.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    issue = _seen_issue(plan, issue_id, seen)
    name = str(issue)
    changes = audit.apply_changes(issue, facts)
    if changes:
        issue.save(update_fields=list(facts))
        note_part(actor, plan, PART, _labelled("課題", name, changes))
    return issue


@unit_of_work()
def remove_issue(*, actor: Member, case_id: int, issue_id: int, seen: int) -> str:
    """Remove an issue with its measures and their effects, and return its title; the trail keeps what they said.

    Args:
        seen: stands for the issue with all that goes with it (`seen_removal`): nothing goes that was not shown.

    Raises:
        Issue.DoesNotExist, EditedMeanwhile: as in `edit_issue`.
        PlanRefused: the follow-up has reports about one of the measures.
    """
    plan = lock_plan(actor, case_id, None)
    issue = _issues(plan).get(pk=issue_id)
    if seen_removal(issue) != seen:
        raise EditedMeanwhile(REMOVED_TOO_LATE)
    changes = _labelled("課題", issue, _gone(issue, ISSUE_FACTS))
    for measure in _measures(plan).filter(issue=issue):
        changes.update(_delete_measure(plan, measure))
    issue.delete()
    note_part(actor, plan, PART, changes)
    return issue.title


@unit_of_work()
def add_measure(
    *, actor: Member, case_id: int, issue_id: int, facts: Mapping[str, Any], effects: Effects | None = None
) -> Measure:
    """Add a measure to an issue, after its others; `facts` are the fields of `MEASURE_FACTS`.

    Raises:
        Issue.DoesNotExist: the plan has no such issue.
        PlanRefused: an effect is on no account of measures, or outside the planned years.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    issue = _issues(plan).get(pk=issue_id)
    position = _after(_measures(plan).filter(issue=issue))
    measure = Measure.objects.create(agency_id=plan.agency_id, plan=plan, issue=issue, position=position, **facts)
    changes = audit.initial_values(measure, facts)
    changes.update(store_effects(plan, measure, effects or {}))
    note_part(actor, plan, PART, _labelled("施策", measure, changes))
    return measure


@unit_of_work()
def edit_measure(
    *, actor: Member, case_id: int, measure_id: int, seen: int, facts: Mapping[str, Any], effects: Effects
) -> Measure:
    """Change a measure and all of its effects, which the user saw at the stamp `seen`.

    Raises:
        Measure.DoesNotExist: the plan has no such measure.
        EditedMeanwhile, PlanRefused: as in `edit_issue` and `add_measure`.
    """
    plan = lock_plan(actor, case_id, None)
    measure = _seen_measure(plan, measure_id, seen)
    name = str(measure)
    changes = audit.apply_changes(measure, facts)
    if changes:
        measure.save(update_fields=list(facts))
    changes.update(store_effects(plan, measure, effects))
    note_part(actor, plan, PART, _labelled("施策", name, changes))
    return measure


@unit_of_work()
def remove_measure(*, actor: Member, case_id: int, measure_id: int, seen: int) -> str:
    """Remove a measure with its effects and return its title.

    Raises:
        Measure.DoesNotExist, EditedMeanwhile, PlanRefused: as in `edit_measure` and `remove_issue`.
    """
    plan = lock_plan(actor, case_id, None)
    measure = _measures(plan).get(pk=measure_id)
    if seen_measure(measure) != seen:
        raise EditedMeanwhile(REMOVED_TOO_LATE)
    note_part(actor, plan, PART, _delete_measure(plan, measure))
    return measure.title


@unit_of_work()
def move_issue(*, actor: Member, case_id: int, issue_id: int, up: bool) -> Issue:
    """Let an issue change places with the one before it, or after it; at the end of the list nothing happens.

    Raises:
        Issue.DoesNotExist: the plan has no such issue.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    issue = _issues(plan).get(pk=issue_id)
    rows = list(_issues(plan))
    note_part(actor, plan, PART, _swap("課題", rows, issue, up=up))
    Issue.objects.bulk_update(rows, ["position"])
    return issue


@unit_of_work()
def move_measure(*, actor: Member, case_id: int, measure_id: int, up: bool) -> Measure:
    """Let a measure change places with another of its issue; as in `move_issue`.

    Raises:
        Measure.DoesNotExist: the plan has no such measure.
    """
    plan = lock_plan(actor, case_id, None)
    measure = _measures(plan).get(pk=measure_id)
    rows = list(_measures(plan).filter(issue_id=measure.issue_id))
    note_part(actor, plan, PART, _swap("施策", rows, measure, up=up))
    Measure.objects.bulk_update(rows, ["position"])
    return measure


def _issues(plan: Plan) -> AgencyQuerySet[Issue]:
    return Issue.objects.for_agency(plan.agency_id).filter(plan=plan).order_by("position", "id")


def _measures(plan: Plan) -> AgencyQuerySet[Measure]:
    return Measure.objects.for_agency(plan.agency_id).filter(plan=plan).order_by("position", "id")


def _after(rows: AgencyQuerySet[Row]) -> int:
    """Return the place behind the last of the rows."""
    last = rows.last()
    return 1 if last is None else last.position + 1


def _seen_issue(plan: Plan, issue_id: int, seen: int) -> Issue:
    issue = _issues(plan).get(pk=issue_id)
    if seen_issue(issue) != seen:
        raise EditedMeanwhile
    return issue


def _seen_measure(plan: Plan, measure_id: int, seen: int) -> Measure:
    measure = _measures(plan).get(pk=measure_id)
    if seen_measure(measure) != seen:
        raise EditedMeanwhile
    return measure


def _delete_measure(plan: Plan, measure: Measure) -> audit.Changes:
    changes = {**_gone(measure, MEASURE_FACTS), **store_effects(plan, measure, {})}
    labelled = _labelled("施策", measure, changes)
    try:
        measure.delete()
    except ProtectedError as kept:
        raise PlanRefused(
            f"施策「{measure.title}」には伴走支援の記録があるため、削除できません。記録を残したまま、内容を変更してください。"
        ) from kept
    return labelled


def _swap(kind: str, rows: Sequence[Row], row: Row, *, up: bool) -> audit.Changes:
    """Number the rows anew with `row` one place further up or down; return the new order, if there is one."""
    places = [one.pk for one in rows]
    here = places.index(row.pk)
    there = here + (-1 if up else 1)
    order = list(rows)
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, 1):
        one.position = position
    if [one.pk for one in order] == places:
        return {}
    return {f"{kind}の並び": [[one.title for one in rows], [one.title for one in order]]}


def _gone(row: Row, names: Sequence[str]) -> audit.Changes:
    return {label: [after, before] for label, (before, after) in audit.initial_values(row, names).items()}


def _labelled(kind: str, name: object, changes: audit.Changes) -> audit.Changes:
    return {f"{kind}「{name}」{label}": pair for label, pair in changes.items()}
