"""Save the picture of the business (ビジネスモデル俯瞰図) as one sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cases.models import MapFlow, MapNode, Plan
from cases.selectors.plan.business_map import BusinessMap, map_of
from cases.services.locking import EditedMeanwhile
from cases.services.plan.rows import Comparison, RowInput, compare_rows, store_rows
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.work import unit_of_work

PART = "俯瞰図"


class MapRefused(PlanRefused):
    """The picture contradicts itself."""


@dataclass(frozen=True, slots=True)
class MapInput:
    """The whole sheet: its parties, and its flows, whose `source` and `target` are parties that are stored."""

    nodes: Sequence[RowInput]
    flows: Sequence[RowInput]


@dataclass(frozen=True, slots=True)
class MapComparison:
    """What saving a sheet does to the picture."""

    nodes: Comparison[MapNode]
    flows: Comparison[MapFlow]

    @property
    def changes(self) -> audit.Changes:
        """Return everything that changes."""
        return {**self.nodes.changes, **self.flows.changes}


@unit_of_work()
def save_map(*, actor: Member, case_id: int, seen: int, sheet: MapInput) -> audit.Changes:
    """Save the sheet that the user saw at the stamp `seen`, and return what changed.

    Raises:
        EditedMeanwhile: another person changed the picture in between.
        MapRefused: a flow from a party to itself, or to one that goes or is not there.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    stored = map_of(plan)
    if stored.stamp != seen:
        raise EditedMeanwhile
    found = compare_map(plan, stored, sheet)
    if wrong := list(_contradictions(found)):
        raise MapRefused("\n".join(wrong))
    store_rows(found.flows, MapFlow.objects.for_agency(plan.agency_id).filter(plan=plan))
    store_rows(found.nodes, MapNode.objects.for_agency(plan.agency_id).filter(plan=plan))
    note_part(actor, plan, PART, found.changes)
    return found.changes


def compare_map(plan: Plan, stored: BusinessMap, sheet: MapInput) -> MapComparison:
    """Return what saving a sheet would change, without saving it."""
    nodes = compare_rows("当事者", stored.nodes, sheet.nodes, lambda: MapNode(agency_id=plan.agency_id, plan=plan))
    flows = compare_rows("流れ", stored.flows, sheet.flows, lambda: MapFlow(agency_id=plan.agency_id, plan=plan))
    return MapComparison(nodes, flows)


def _contradictions(found: MapComparison) -> Iterator[str]:
    gone = {row.pk for row in found.nodes.gone}
    present = {row.pk for row in found.nodes.kept if row.pk}
    for number, flow in enumerate(found.flows.kept, 1):
        ends = (flow.source, flow.target)
        if flow.source_id == flow.target_id:
            yield f"流れ{number}の「から」と「へ」が、どちらも「{flow.source}」です。別の当事者を選んでください。"
        for one in ends:
            if one.pk in gone:
                yield (
                    f"当事者「{one}」を削除しようとしていますが、流れ{number}「{flow}」が残っています。"
                    "流れも削除するか、相手を選び直してください。"
                )
            elif one.pk not in present:
                yield f"流れ{number}の「{one}」は、この計画の当事者にありません。選び直してください。"
