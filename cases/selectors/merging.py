"""What a merge of two enterprises would do, and what was merged into one before."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cases.enums import LenderRole
from cases.models import (
    AccountName,
    Case,
    Enterprise,
    EnterpriseMerge,
    Lender,
    MonthlyFigure,
    PastUse,
    YearlyFigure,
)
from cases.selectors.merging_figures import MovingFigures, moving_figures

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
    """A lender of the enterprise that goes, and the same one of the enterprise that stays, or None where it moves.

    Attributes:
        role: what the lender that will be there is afterwards: the one that moves, or the same one that stays.
    """

    gone: Lender
    kept: Lender | None
    role: str

    @property
    def is_promoted(self) -> bool:
        """Tell whether the one that stays becomes the main lender, as the one that goes was."""
        return self.kept is not None and self.role != self.kept.role


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
    figures: tuple[MovingFigures, ...]

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
        figures=moving_figures(kept, gone),
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
    """Pair the lenders by bank and branch, each with one other; what is there twice moves with the rest.

    Of two main lenders the one that stays remains it; where only the enterprise that goes has one, it stays main as
    the same lender of the other.
    """
    mine: dict[tuple[str, str], list[Lender]] = defaultdict(list)
    for one in kept.lenders.order_by("pk"):
        mine[one.bank_name, one.branch_name].append(one)
    has_main = any(one.role == LenderRole.MAIN for same in mine.values() for one in same)
    for one in sorted(gone.lenders.order_by("pk"), key=lambda one: one.role != LenderRole.MAIN):
        same = mine[one.bank_name, one.branch_name]
        twin = same.pop(0) if same else None
        yield LenderPair(one, twin, _role(one, twin, has_main=has_main))


def _role(gone: Lender, twin: Lender | None, *, has_main: bool) -> str:
    is_main = gone.role == LenderRole.MAIN
    if twin is not None:
        return LenderRole.MAIN.value if is_main and not has_main else twin.role
    return LenderRole.SUBMAIN.value if is_main and has_main else gone.role


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
        *((one.model, pk, "enterprise_id", gone.pk, kept.pk) for one in plan.figures for pk in one.ids),
    ]


def _lender_changes(plan: MergePlan, pair: LenderPair) -> Iterator[Change]:
    """Yield what happens to a lender: it moves, or what banks said to the cases is said by its twin."""
    if pair.kept is None:
        yield "cases.lender", pair.gone.pk, "enterprise_id", plan.gone.pk, plan.kept.pk
        if pair.role != pair.gone.role:
            yield "cases.lender", pair.gone.pk, "role", pair.gone.role, pair.role
        return
    if pair.is_promoted:
        yield "cases.lender", pair.kept.pk, "role", pair.kept.role, pair.role
    for row in pointing_to(pair.gone):
        yield row._meta.label_lower, row.pk, "lender_id", pair.gone.pk, pair.kept.pk


def pointing_to(*lenders: Lender) -> Iterator[Any]:
    """Yield every row that speaks of some lenders, of whatever table, with its case.

    Tables of other apps are found by their link.
    """
    agencies = {one.agency_id for one in lenders}
    for relation in Lender._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if relation.one_to_many and not hasattr(model, "pgh_tracked_model"):
            rows = model._default_manager.filter(agency_id__in=agencies, lender__in=lenders)
            yield from rows.select_related("__".join(path_to_case(model))).order_by("pk")


def path_to_case(model: Any) -> tuple[str, ...]:
    """Return the links that lead from a row to its case: its own, or that of what it belongs to."""
    links = [one for one in model._meta.fields if one.many_to_one or one.one_to_one]
    if any(one.related_model is Case for one in links):
        return ("case",)
    via = next(one for one in links if any(two.related_model is Case for two in one.related_model._meta.fields))
    return via.name, "case"


def shown_hash(plan: MergePlan) -> str:
    """Return the hash of what a person is shown before they confirm: both rows and everything that moves."""
    rows = [*plan.cases, *(pair.gone for pair in plan.lenders), *(pair.kept for pair in plan.lenders), *plan.past_uses]
    named = [f"{type(row).__name__}:{row.pk if row else 0}" for row in rows]
    figures = [f"{one.model}:{one.ids}:{one.left}" for one in plan.figures]
    said = [plan.kept.pk, plan.kept.version, plan.gone.pk, plan.gone.version, *named, *figures]
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


def merges_into(enterprise: Enterprise) -> Sequence[EnterpriseMerge]:
    """Return what was merged into an enterprise and still is, newest first."""
    merges = EnterpriseMerge.objects.for_agency(enterprise.agency_id).filter(kept=enterprise, undone_at=None)
    return list(merges.select_related("gone", "kept", "made_by__user").order_by("-pk"))


def counts_of(merge: EnterpriseMerge) -> Mapping[str, int]:
    """Return how many cases, lenders, past uses, figures and names a merge moved, by their Japanese names; no zeros.

    A figure is an amount of one account.
    """
    moved = [model for model, _, column, _, _ in merge.changes if column == "enterprise_id"]
    named: tuple[tuple[Any, str], ...] = ((Case, "案件"), (Lender, "金融機関"), (PastUse, "過去の利用"))
    figures = ((model, str(model._meta.verbose_name)) for model in (MonthlyFigure, YearlyFigure, AccountName))
    counts = Counter(moved)
    return {label: count for model, label in (*named, *figures) if (count := counts[model._meta.label_lower])}
