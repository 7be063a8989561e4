"""What was recorded of a lender since a merge, and would be torn from its case if the merge were taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import models

from cases.models import Case, EnterpriseMerge, Lender
from cases.selectors.merging import path_to_case, pointing_to


@dataclass(frozen=True, slots=True)
class Stranded:
    """A row whose case would belong to one of both enterprises again, and whose lender to the other.

    Attributes:
        twin: the same lender of the case's own enterprise, of which the row can speak instead; None where there is none
            or where something of the kind is recorded of it already.
    """

    row: Any
    case: Case
    lender: Lender
    twin: Lender | None


@dataclass(frozen=True, slots=True)
class _Owners:
    """Whose each case and lender would be."""

    merge: EnterpriseMerge
    cases: frozenset[int]
    lenders: frozenset[int]

    def of_case(self, case: Case) -> int:
        return self.merge.gone_id if case.pk in self.cases else case.enterprise_id

    def of_lender(self, lender: Lender) -> int:
        return self.merge.gone_id if lender.pk in self.lenders else lender.enterprise_id


def stranded_by(merge: EnterpriseMerge) -> Sequence[Stranded]:
    """Return what taking a merge back would tear apart."""
    both = (merge.kept_id, merge.gone_id)
    lenders = list(Lender.objects.for_agency(merge.agency_id).filter(enterprise_id__in=both).order_by("pk"))
    owners = _Owners(merge, _moved(merge, "cases.case"), _moved(merge, "cases.lender"))
    back = {(name, pk): before for name, pk, column, before, _ in merge.changes if column == "lender_id"}
    by_pk = {one.pk: one for one in lenders}
    placed = [(row, by_pk[_lender_id(row, back)]) for row in pointing_to(*lenders)]
    torn = [(row, at) for row, at in placed if owners.of_case(case_of(row)) != owners.of_lender(at)]
    apart = {(row._meta.label, row.pk) for row, _ in torn}
    used = {(key, at.pk) for row, at in placed if (row._meta.label, row.pk) not in apart for key in _keys(row)}
    return [Stranded(row, case_of(row), at, _twin(row, at, lenders, owners, used)) for row, at in torn]


def case_of(row: Any) -> Case:
    """Return the case that a row which speaks of a lender belongs to."""
    case: Case = attrgetter(".".join(path_to_case(row)))(row)
    return case


def _moved(merge: EnterpriseMerge, model: str) -> frozenset[int]:
    return frozenset(pk for name, pk, column, _, _ in merge.changes if (name, column) == (model, "enterprise_id"))


def _lender_id(row: Any, back: Mapping[tuple[str, int], int]) -> int:
    lender_id: int = back.get((row._meta.label_lower, row.pk), row.lender_id)
    return lender_id


def _twin(
    row: Any, lender: Lender, lenders: Iterable[Lender], owners: _Owners, used: set[tuple[Any, int]]
) -> Lender | None:
    owner, names = owners.of_case(case_of(row)), (lender.bank_name, lender.branch_name)
    for one in lenders:
        is_same = owners.of_lender(one) == owner and (one.bank_name, one.branch_name) == names
        if is_same and not any((key, one.pk) in used for key in _keys(row)):
            used.update((key, one.pk) for key in _keys(row))
            return one
    return None


def _keys(row: Any) -> list[tuple[Any, ...]]:
    """Return what may be recorded of one lender only once, without the lender."""
    once = [one for one in row._meta.constraints if isinstance(one, models.UniqueConstraint) and "lender" in one.fields]
    return [
        (one.name, *(getattr(row, row._meta.get_field(name).attname) for name in one.fields if name != "lender"))
        for one in once
    ]
