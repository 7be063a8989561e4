"""The picture of the business (ビジネスモデル俯瞰図): its parties and flows, each with its share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cases.models import MapFlow, MapNode, Plan
from cases.selectors.plan.rows import percent_text, shares_by_kind, stamp_of_rows


@dataclass(frozen=True)
class BusinessMap:
    """The parties and flows of a plan, in the order of the sheet."""

    nodes: tuple[MapNode, ...]
    flows: tuple[MapFlow, ...]

    @property
    def stamp(self) -> int:
        """Return the number that a form of the map must carry."""
        return stamp_of_rows(self.nodes, self.flows)

    @cached_property
    def tenths(self) -> Mapping[int, int | None]:
        """Return the share of each party in the sum of its kind, by its id, in tenths of a percent."""
        return shares_by_kind([(one.pk, one.kind, one.amount_yen) for one in self.nodes])

    @cached_property
    def shares(self) -> Mapping[int, str]:
        """Return the share of each party in the sum of its kind, by its id: 45.2%; "" where it has no amount."""
        return {key: percent_text(tenths) for key, tenths in self.tenths.items()}

    @cached_property
    def flow_shares(self) -> Mapping[int, str]:
        """Return the share of each flow in all of its kind between the same sides, by its id; "" without an amount.

        A purchase is compared with purchases, never with sales: both are flows of goods.
        """
        tenths = shares_by_kind(
            [(one.pk, f"{one.kind} {one.source.kind} {one.target.kind}", one.amount_yen) for one in self.flows]
        )
        return {key: percent_text(share) for key, share in tenths.items()}

    @property
    def shared_nodes(self) -> list[tuple[MapNode, str]]:
        """Return the parties, each with its share."""
        return [(one, self.shares[one.pk]) for one in self.nodes]

    @property
    def shared_flows(self) -> list[tuple[MapFlow, str]]:
        """Return the flows, each with its share."""
        return [(one, self.flow_shares[one.pk]) for one in self.flows]


def map_of(plan: Plan) -> BusinessMap:
    """Return the picture of a plan, in two queries."""
    nodes = MapNode.objects.for_agency(plan.agency_id).filter(plan=plan)
    flows = MapFlow.objects.for_agency(plan.agency_id).filter(plan=plan)
    return BusinessMap(tuple(nodes), tuple(flows.select_related("source", "target")))
