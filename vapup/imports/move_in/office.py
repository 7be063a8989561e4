"""What the office has already, as far as a move-in looks at it, read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F

from cases.enums import SchemeFrame
from cases.models import Case, Council, Enterprise, Lender, PastUse
from cases.services.cases import CHARGEABLE
from subsidies.enums import CostCategory
from vapup.accounts.models import Member

Paid = Mapping[CostCategory, int]


@dataclass(frozen=True, slots=True)
class Office:
    """Rows of one agency.

    Attributes:
        numbers: enterprises by their corporate number; names: by their name, the first registered.
        members: who can be in charge of cases, by address and by name; several people may share a name.
        councils: codes by prefecture, also without 県, 府 or 都.
        uses: what councils paid before, by enterprise; past: the same summed up, in yen, by enterprise and frame.
    """

    agency_id: int
    numbers: Mapping[str, Enterprise]
    names: Mapping[str, Enterprise]
    members: Mapping[str, Sequence[Member]]
    councils: Mapping[str, str]
    case_numbers: frozenset[str]
    lenders: Mapping[int, Sequence[Lender]]
    uses: Mapping[int, Sequence[PastUse]]
    past: Mapping[tuple[int, SchemeFrame], Paid]


def office_of(agency_id: int, *, numbers: Iterable[str], names: Iterable[str]) -> Office:
    """Read what the office has of the enterprises with these corporate numbers or names, and all that cases need."""
    by_number = _by_number(agency_id, set(numbers) - {""})
    namesakes = Enterprise.objects.for_agency(agency_id).filter(name__in=set(names))
    by_name = {one.name: one for one in namesakes.order_by("-pk")}
    ids = [one.pk for one in by_number.values()]
    uses = _uses(agency_id, ids)
    return Office(
        agency_id=agency_id,
        numbers=by_number,
        names=by_name,
        members=_members(agency_id),
        councils=_councils(),
        case_numbers=frozenset(Case.objects.for_agency(agency_id).values_list("number", flat=True)),
        lenders=_lenders(agency_id, ids),
        uses=uses,
        past=_past(uses),
    )


def _by_number(agency_id: int, numbers: set[str]) -> dict[str, Enterprise]:
    """Return who has a number now: of an enterprise that was merged it is the one that was kept."""
    rows = Enterprise.with_merged.for_agency(agency_id).filter(corporate_number__in=numbers)
    found: dict[str, Enterprise] = {}
    for row in rows.select_related("merged_into").order_by(F("merged_into").asc(nulls_last=True), "pk"):
        kept = row
        while kept.merged_into is not None:
            kept = kept.merged_into
        found[row.corporate_number] = kept
    return found


def _members(agency_id: int) -> Mapping[str, Sequence[Member]]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in Member.objects.for_agency(agency_id).active().select_related("user").order_by("pk"):
        if member.has_role(*CHARGEABLE):
            found[member.user.email].append(member)
            found["".join(member.user.display_name.split())].append(member)
    return found


def _councils() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for council in Council.objects.all():
        short = council.prefecture if council.prefecture == "北海道" else council.prefecture[:-1]
        found |= dict.fromkeys((council.prefecture, short, council.name), council.code)
    return found


def _lenders(agency_id: int, ids: Sequence[int]) -> Mapping[int, Sequence[Lender]]:
    found: dict[int, list[Lender]] = defaultdict(list)
    for lender in Lender.objects.for_agency(agency_id).filter(enterprise_id__in=ids).order_by("pk"):
        found[lender.enterprise_id].append(lender)
    return found


def _uses(agency_id: int, ids: Sequence[int]) -> Mapping[int, Sequence[PastUse]]:
    found: dict[int, list[PastUse]] = defaultdict(list)
    for use in PastUse.objects.for_agency(agency_id).filter(enterprise_id__in=ids).order_by("pk"):
        found[use.enterprise_id].append(use)
    return found


def _past(uses: Mapping[int, Sequence[PastUse]]) -> Mapping[tuple[int, SchemeFrame], Paid]:
    found: dict[tuple[int, SchemeFrame], dict[CostCategory, int]] = defaultdict(lambda: defaultdict(int))
    for enterprise_id, own in uses.items():
        for use in own:
            found[enterprise_id, SchemeFrame(use.frame)][CostCategory(use.category)] += use.paid_yen
    return found
