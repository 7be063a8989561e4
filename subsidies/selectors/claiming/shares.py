"""Who of several agencies gets what of a claim: by claimed cost, fractions of a yen to the lead agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import starmap

from cases.models import CoAgency
from subsidies.models import Application, Settlement
from subsidies.rules.claims import split_by_cost


@dataclass(frozen=True, slots=True)
class Split:
    """The amounts of a claim that the agencies share, in whole yen: the subsidy, and what of it is paid now."""

    cost_yen: int
    subsidy_yen: int
    now_yen: int


@dataclass(frozen=True, slots=True)
class AgencyShare:
    """One agency's part of a claim in whole yen; the parts are None until the cost of every agency is known.

    Attributes:
        co_agency: None for the lead agency.
        cost_yen: its cost, tax included.
        council_yen: what it invoices to the council now, a released half included.
        later_yen: what it will invoice to the council with the first monitoring claim.
        own_yen: what the enterprise pays to it, before any income tax is withheld.
    """

    co_agency: CoAgency | None
    name: str
    settlement: Settlement | None
    cost_yen: int | None
    council_yen: int | None = None
    later_yen: int | None = None
    own_yen: int | None = None

    @property
    def key(self) -> int:
        """Return the id in its address; 0 for the lead agency."""
        return self.co_agency.pk if self.co_agency else 0

    @property
    def transferred_on(self) -> date | None:
        """Return the day of the enterprise's transfer, once recorded."""
        return self.settlement.transferred_on if self.settlement else None

    @property
    def transferred_yen(self) -> int | None:
        """Return what was transferred, once recorded."""
        return self.settlement.transferred_yen if self.settlement else None

    @property
    def own_invoiced_on(self) -> date | None:
        """Return the day of the invoice to the enterprise, once recorded."""
        return self.settlement.own_invoiced_on if self.settlement else None


def shares_of(
    application: Application, split: Split, released: tuple[Application | None, Split]
) -> tuple[AgencyShare, ...]:
    """Split a claim among the agencies of its case, the lead agency first.

    Args:
        released: the plan claim and its whole subsidy, whose held half is paid with this claim; zeros where none is.
    """
    agencies = agencies_of(application, split.cost_yen)
    costs = [one.cost_yen for one in agencies if one.cost_yen is not None]
    if len(costs) != len(agencies):
        return agencies
    plan, plan_split = released
    plan_costs = [one.cost_yen or 0 for one in agencies_of(plan, plan_split.cost_yen)] if plan else costs
    halves = _later(plan_split, plan_costs if sum(plan_costs) else costs)
    wholes, later = split_by_cost(split.subsidy_yen, costs), _later(split, costs)
    rows = zip(agencies, costs, wholes, later, halves, strict=True)
    return tuple(starmap(_share, rows))


def _later(split: Split, costs: Sequence[int]) -> tuple[int, ...]:
    """Return the part of the subsidy that each agency gets later: its whole less what it gets now."""
    wholes, now = split_by_cost(split.subsidy_yen, costs), split_by_cost(split.now_yen, costs)
    return tuple(whole - first for whole, first in zip(wholes, now, strict=True))


def _share(one: AgencyShare, cost_yen: int, whole_yen: int, later_yen: int, half_yen: int) -> AgencyShare:
    now_yen = whole_yen - later_yen + half_yen
    return AgencyShare(one.co_agency, one.name, one.settlement, cost_yen, now_yen, later_yen, cost_yen - whole_yen)


def agencies_of(application: Application, cost_yen: int) -> tuple[AgencyShare, ...]:
    """Return the agencies of a claim with their costs, the lead first; one alone has all of `cost_yen`."""
    case = application.case
    stored = Settlement.objects.for_agency(case.agency_id).filter(application=application)
    settlements = {one.co_agency_id: one for one in stored}
    others = tuple(CoAgency.objects.for_agency(case.agency_id).filter(case=case).order_by("id"))
    names: list[tuple[CoAgency | None, str]] = [(None, case.agency.name), *((one, one.name) for one in others)]
    rows = []
    for co_agency, name in names:
        settlement = settlements.get(co_agency.pk if co_agency else None)
        stated = settlement.cost_yen if settlement else None
        rows.append(AgencyShare(co_agency, name, settlement, stated if stated is not None or others else cost_yen))
    return tuple(rows)
