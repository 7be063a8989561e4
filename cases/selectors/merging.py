"""What a merge of two enterprises would do, and what was merged into one before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cases.enums import LenderRole
from cases.models import Case, Enterprise, EnterpriseMerge, Lender, PastUse

# What two rows of one company may say differently, in the order of its page.
MERGED_FACTS: Final = (
    *("name", "name_kana", "legal_form", "corporate_number", "representative_title", "representative"),
    *("postal_code", "address", "phone", "founded_on", "industry", "business", "capital_yen", "employee_count"),
    *("fiscal_year_end_month", "annual_sales_yen", "interest_bearing_debt_yen"),
)
Change = tuple[str, int, str, Any, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of both enterprises, as a reader knows it."""

    name: str
    label: str
    kept: str
    gone: str
    differs: bool
    prefers_gone: bool


@dataclass(frozen=True, slots=True)
class LenderPair:
    """A lender of the enterprise that goes, and the same one of the enterprise that stays, or None where it moves."""

    gone: Lender
    kept: Lender | None
    role: str


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Everything that belongs to the enterprise that goes, and where it will be."""

    kept: Enterprise
    gone: Enterprise
    facts: tuple[Fact, ...]
    cases: tuple[Case, ...]
    lenders: tuple[LenderPair, ...]
    past_uses: tuple[PastUse, ...]
    twice_used: tuple[PastUse, ...]

    @property
    def differing(self) -> tuple[Fact, ...]:
        """Return the fields that a person must choose between."""
        return tuple(one for one in self.facts if one.differs)

    @property
    def has_two_numbers(self) -> bool:
        """Tell whether both have a corporate number: then they are two companies, unless one was mistyped."""
        return bool(self.kept.corporate_number and self.gone.corporate_number)

    @property
    def moving_lenders(self) -> tuple[LenderPair, ...]:
        """Return the lenders that only the enterprise that goes has."""
        return tuple(one for one in self.lenders if one.kept is None)

    @property
    def doubled_lenders(self) -> tuple[LenderPair, ...]:
        """Return the lenders that both have."""
        return tuple(one for one in self.lenders if one.kept is not None)


def merge_plan(kept: Enterprise, gone: Enterprise) -> MergePlan:
    """Return what merging `gone` into `kept` would do."""
    agency_id = kept.agency_id
    cases = Case.objects.for_agency(agency_id).filter(enterprise=gone).order_by("pk")
    uses = tuple(PastUse.objects.for_agency(agency_id).filter(enterprise=gone).order_by("pk"))
    mine = PastUse.objects.for_agency(agency_id).filter(enterprise=kept)
    known = {_use(one) for one in mine}
    return MergePlan(
        kept=kept,
        gone=gone,
        facts=tuple(_fact(kept, gone, name) for name in MERGED_FACTS),
        cases=tuple(cases.select_related("consultant__user")),
        lenders=tuple(_lender_pairs(kept, gone)),
        past_uses=uses,
        twice_used=tuple(one for one in uses if _use(one) in known),
    )


def _use(use: PastUse) -> tuple[object, ...]:
    return use.frame, use.category, use.paid_yen, use.accepted_on


def _fact(kept: Enterprise, gone: Enterprise, name: str) -> Fact:
    mine, its = getattr(kept, name), getattr(gone, name)
    label = str(getattr(Enterprise._meta.get_field(name), "verbose_name", name))
    is_empty = mine in ("", None)
    return Fact(name, label, _shown(kept, name), _shown(gone, name), mine != its, is_empty and its not in ("", None))


def _shown(enterprise: Enterprise, name: str) -> str:
    value = getattr(enterprise, name)
    if value in ("", None):
        return "(空欄)"
    if name.endswith("_yen"):
        return f"{value:,}円"
    if hasattr(enterprise, f"get_{name}_display"):
        return str(getattr(enterprise, f"get_{name}_display")())
    units = {"employee_count": "人", "fiscal_year_end_month": "月"}
    return f"{value}{units.get(name, '')}"


def _lender_pairs(kept: Enterprise, gone: Enterprise) -> Iterator[LenderPair]:
    """Pair the lenders by bank and branch; of two main lenders the one that stays remains it."""
    mine = {(one.bank_name, one.branch_name): one for one in kept.lenders.order_by("-pk")}
    has_main = any(one.role == LenderRole.MAIN for one in mine.values())
    for one in gone.lenders.order_by("pk"):
        same = mine.get((one.bank_name, one.branch_name))
        steps_down = has_main and one.role == LenderRole.MAIN and same is None
        yield LenderPair(one, same, LenderRole.SUBMAIN.value if steps_down else one.role)


def changes_of(plan: MergePlan, taken: Sequence[str]) -> list[Change]:
    """Return every column that the merge writes; `taken` names the fields whose value comes from what goes."""
    kept, gone = plan.kept, plan.gone
    facts = [
        ("cases.enterprise", kept.pk, name, getattr(kept, name), getattr(gone, name))
        for name in MERGED_FACTS
        if name in taken and getattr(kept, name) != getattr(gone, name)
    ]
    return [
        ("cases.enterprise", gone.pk, "merged_into_id", None, kept.pk),
        *facts,
        *(("cases.case", one.pk, "enterprise_id", gone.pk, kept.pk) for one in plan.cases),
        *(change for pair in plan.lenders for change in _lender_changes(plan, pair)),
        *(("cases.pastuse", one.pk, "enterprise_id", gone.pk, kept.pk) for one in plan.past_uses),
    ]


def _lender_changes(plan: MergePlan, pair: LenderPair) -> Iterator[Change]:
    """Yield what happens to a lender: it moves, or what banks said to the cases is said by its twin."""
    if pair.kept is None:
        yield "cases.lender", pair.gone.pk, "enterprise_id", plan.gone.pk, plan.kept.pk
        if pair.role != pair.gone.role:
            yield "cases.lender", pair.gone.pk, "role", pair.gone.role, pair.role
        return
    for row in pointing_to(pair.gone):
        yield row._meta.label_lower, row.pk, "lender_id", pair.gone.pk, pair.kept.pk


def pointing_to(lender: Lender) -> Iterator[Any]:
    """Yield every row that speaks of a lender, of whatever table; tables of other apps are found by their link."""
    for relation in Lender._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if relation.one_to_many and not hasattr(model, "pgh_tracked_model"):
            yield from model._default_manager.filter(agency_id=lender.agency_id, lender=lender).order_by("pk")


def shown_hash(plan: MergePlan) -> str:
    """Return the hash of what a person is shown before they confirm: both rows and everything that moves."""
    rows = [*plan.cases, *(pair.gone for pair in plan.lenders), *(pair.kept for pair in plan.lenders), *plan.past_uses]
    named = [f"{type(row).__name__}:{row.pk if row else 0}" for row in rows]
    said = [plan.kept.pk, plan.kept.version, plan.gone.pk, plan.gone.version, *named]
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


def merges_into(enterprise: Enterprise) -> Sequence[EnterpriseMerge]:
    """Return what was merged into an enterprise and still is, newest first."""
    merges = EnterpriseMerge.objects.for_agency(enterprise.agency_id).filter(kept=enterprise, undone_at=None)
    return list(merges.select_related("gone", "kept", "made_by__user").order_by("-pk"))


def counts_of(merge: EnterpriseMerge) -> Mapping[str, int]:
    """Return how many cases, lenders and past uses a merge moved, by their Japanese names."""
    moved = [model for model, _, column, _, _ in merge.changes if column == "enterprise_id"]
    named = ((Case, "案件"), (Lender, "金融機関"), (PastUse, "過去の利用"))
    return {label: moved.count(model._meta.label_lower) for model, label in named}
