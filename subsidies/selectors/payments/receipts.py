"""Each agency's part of a claim, for whoever records what the council decided and paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cases.models import CoAgency
from subsidies.models import Application, Receipt
from subsidies.rules.claims import split_by_cost
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.claiming.shares import agencies_of
from vapup.shared.errors import DomainError

# An agency by the id of its record on the case; None is the lead agency.
AgencyKey = int | None


@dataclass(frozen=True, slots=True)
class Due:
    """One agency of a claim; amounts in whole yen, None where unknown.

    Attributes:
        claimed_yen: what the claim asks for it; None until the cost of every agency is known.
        receipt: what was recorded for it.
    """

    co_agency: CoAgency | None
    name: str
    claimed_yen: int | None
    receipt: Receipt | None

    @property
    def agency_key(self) -> AgencyKey:
        """Return the id of the agency."""
        return self.co_agency.pk if self.co_agency else None

    @property
    def decided_yen(self) -> int | None:
        """Return what was decided for it."""
        return self.receipt.decided_yen if self.receipt else None


def dues_of(application: Application) -> tuple[Due, ...]:
    """Return the agencies of a claim, the lead one first, each with its part as the claim asks for it."""
    found: list[tuple[CoAgency | None, str, int | None]]
    try:
        sheet = claim_of(application)
    except DomainError:  # its rules are not open any more: then only what is recorded is known
        found = [(one.co_agency, one.name, None) for one in agencies_of(application, 0)]
    else:
        is_alone = len(sheet.agencies) == 1
        found = [
            (one.co_agency, one.name, sheet.due_now_yen if is_alone else one.council_yen) for one in sheet.agencies
        ]
    stored = Receipt.objects.for_agency(application.agency_id).filter(application=application)
    receipts = {one.co_agency_id: one for one in stored}
    return tuple(Due(agency, name, yen, receipts.get(agency.pk if agency else None)) for agency, name, yen in found)


def split_among(dues: tuple[Due, ...], total_yen: int, by: Mapping[AgencyKey, int | None]) -> dict[AgencyKey, int]:
    """Split a sum among agencies by these amounts; where one is missing all is the lead agency's."""
    weights = [by.get(one.agency_key) or 0 for one in dues]
    is_known = any(weights) and all(by.get(one.agency_key) is not None for one in dues)
    parts = split_by_cost(total_yen, weights if is_known else [1, *[0] * (len(dues) - 1)])
    return {one.agency_key: part for one, part in zip(dues, parts, strict=True)}
