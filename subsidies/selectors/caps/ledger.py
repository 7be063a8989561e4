"""How far an enterprise has used the caps of each frame, across all of its cases (補助上限の使用状況).

Caps, earlier payments and what is left of both come from assessments: that of each case, and one of the frame without
any cost, which shows every category. Here they are only laid side by side. Cases that have ended count as used with
what they were paid, as at an approval (see `room`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case, Enterprise, PastUse
from cases.selectors.overview import tone_of
from cases.workflow import OPEN_STAGES
from monitoring.models import MonitoringPeriod
from subsidies.enums import CLAIMS, ApplicationKind, CostCategory
from subsidies.models import Application, CostLine
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.lines import Line
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.rules.request import AssessRequest
from subsidies.rules.terms import Limit, Terms, terms_on
from subsidies.rules.trace import StepKind
from subsidies.selectors import RuleName, request_from, rule_name
from subsidies.selectors.caps.taken import COLUMNS, KeptClaim, taken_after_the_end, without_past_uses
from subsidies.selectors.estimate.assessment_page import POOLS
from vapup.shared.money import format_yen
from vapup.shared.rule_data import Source

Yen = Mapping[CostCategory, int]
# Of these only what was claimed before they ended is of interest.
_GIVEN_UP: Final = frozenset({CaseStage.REJECTED, CaseStage.WITHDRAWN, CaseStage.LAPSED})


@dataclass(frozen=True, slots=True)
class CaseShare:
    """What one case takes of the caps, in yen by category: frozen where approved, expected (見込み) otherwise.

    Attributes:
        closed: why a case has no figures: its frame takes no applications on its key date.
        claimed: what its approved claims ask for, of that.
        limits: what keeps a category below the rate's share of its cost, for those where anything does.
    """

    case: Case
    tone: str
    is_approved: bool
    subsidies: Yen
    closed: str
    claimed: Yen
    limits: Mapping[CostCategory, Limit]

    @property
    def total_yen(self) -> int:
        """Return the whole subsidy."""
        return sum(self.subsidies.values())

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Return the categories with a subsidy, by name."""
        return [(category.label, yen) for category, yen in self.subsidies.items() if yen]


@dataclass(frozen=True, slots=True)
class EndedCase:
    """What a case that has ended was paid, or may still be paid, in yen by category.

    Attributes:
        counted: what counts as used.
        told: what past uses of its acceptance day tell; these count in its place.
    """

    case: Case
    tone: str
    counted: Yen
    told: Yen

    @property
    def parts(self) -> list[tuple[str, int, bool]]:
        """Return the categories that were claimed, by name, and whether a past use counts in their place."""
        shown = ((self.counted, False), (self.told, True))
        return [(one.label, yen, is_told) for amounts, is_told in shown for one, yen in amounts.items() if yen]

    @property
    def counted_yen(self) -> int:
        """Return all that counts as used."""
        return sum(self.counted.values())


@dataclass(frozen=True, slots=True)
class CapRow:
    """A cap, or the joint limit of two categories, and how far it is used, in yen.

    The cap is None where only a joint one applies or the frame does not have the category. A limit that does not
    apply yet is shown, but passing it is no fault.

    Attributes:
        categories: those that it counts, one or, of a joint limit, several.
        pool: which joint limit it is, None for a cap.
        sources: the public texts that it rests on.
    """

    label: str
    cap_yen: int | None
    used_yen: int
    open_yen: int
    in_frame: bool = True
    applies: bool = True
    categories: tuple[CostCategory, ...] = ()
    pool: Limit | None = None
    sources: tuple[Source, ...] = ()

    @property
    def free_yen(self) -> int:
        """Return what is left; below 0 where the cap is passed."""
        return (self.cap_yen or 0) - self.used_yen - self.open_yen

    @property
    def is_over(self) -> bool:
        """Tell whether more is used or planned than the cap gives."""
        return self.applies and self.cap_yen is not None and self.free_yen < 0

    @property
    def words(self) -> str:
        """Return the fault in a sentence."""
        return (
            f"{self.label}: 使用済み {format_yen(self.used_yen)}円 と進行中の案件 {format_yen(self.open_yen)}円 の"
            f"合計 {format_yen(self.used_yen + self.open_yen)}円 が、上限 {format_yen(self.cap_yen or 0)}円 を "
            f"{format_yen(-self.free_yen)}円 超えています。"
        )


@dataclass(frozen=True, slots=True)
class FrameLedger:
    """The caps of one frame that the enterprise has used or has a case in.

    Attributes:
        rules: those of `on`, the key date of the newest case, or the day that was asked for where there is none.
        closed: why there are no caps: the frame takes no applications on that day.
    """

    frame: SchemeFrame
    on: date
    newest: Case | None
    rules: RuleName
    size_class: str
    rows: tuple[CapRow, ...]
    past_uses: tuple[PastUse, ...]
    open_cases: tuple[CaseShare, ...]
    ended: tuple[EndedCase, ...]
    closed: str

    @property
    def faults(self) -> list[str]:
        """Return every cap that is passed, in words."""
        return [row.words for row in self.rows if row.is_over]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Everything that is stored of an enterprise's cases, read once."""

    cases: Sequence[Case]
    past_uses: Sequence[PastUse]
    lines: Mapping[int, Sequence[CostLine]]
    periods: Mapping[int, Sequence[MonitoringPeriod]]
    kept: Mapping[int, Sequence[KeptClaim]]

    def claims_of(self, case: Case) -> list[KeptClaim]:
        """Return the approved claims of a case."""
        return [one for one in self.kept.get(case.pk, ()) if one.kind in CLAIMS]

    def is_shown(self, case: Case) -> bool:
        """Tell whether the caps have to do with a case: one that was given up has where it was claimed from."""
        return case.stage not in _GIVEN_UP or any(taken_after_the_end(self.claims_of(case)).values())


def cap_ledger_of(enterprise: Enterprise, *, today: date, also: Enterprise | None = None) -> tuple[FrameLedger, ...]:
    """Return the caps of every frame that the enterprise used or has a case in.

    Args:
        today: picks the rules of a frame without a case.
        also: an enterprise whose cases and past uses count as if they were this one's.
    """
    owners = {one.pk: enterprise for one in (enterprise, also) if one is not None}
    return _ledger(enterprise, _read(enterprise.agency_id, owners)[enterprise.pk], today)


def cap_ledgers_of(
    agency_id: int, enterprises: Sequence[Enterprise], *, today: date
) -> dict[int, tuple[FrameLedger, ...]]:
    """Return the caps of many enterprises of an agency by their ids, as `cap_ledger_of` does, in as many questions."""
    rows = _read(agency_id, {one.pk: one for one in enterprises})
    return {one.pk: _ledger(one, rows[one.pk], today) for one in enterprises}


def _ledger(enterprise: Enterprise, rows: _Rows, today: date) -> tuple[FrameLedger, ...]:
    used = {case.frame for case in rows.cases} | {use.frame for use in rows.past_uses}
    return tuple(_frame(enterprise, frame, rows, today) for frame in SchemeFrame if frame.value in used)


def _read(agency_id: int, owners: Mapping[int, Enterprise]) -> dict[int, _Rows]:
    """Read the rows of all `owners` at once; each counts for the enterprise that it is mapped to, whose id keys them.

    A case knows that very enterprise, so that it is not read again for each.
    """
    cases = Case.objects.for_agency(agency_id).filter(enterprise__in=owners)
    uses = PastUse.objects.for_agency(agency_id).filter(enterprise__in=owners)
    lines = CostLine.objects.for_agency(agency_id).filter(case__enterprise__in=owners)
    periods = MonitoringPeriod.objects.for_agency(agency_id).filter(case__enterprise__in=owners)
    whole = _Rows(
        cases=[],
        past_uses=[],
        lines=_by_case(lines.order_by("position", "id")),
        periods=_by_case(periods.order_by("ends_on", "id")),
        kept=_kept(agency_id, owners),
    )
    of_owner: dict[int, tuple[list[Case], list[PastUse]]] = {one.pk: ([], []) for one in owners.values()}
    for case in cases.select_related("consultant__user").order_by("-pk"):
        case.enterprise = owners[case.enterprise_id]
        if whole.is_shown(case):
            of_owner[case.enterprise.pk][0].append(case)
    for use in uses.order_by("accepted_on", "pk"):
        of_owner[owners[use.enterprise_id].pk][1].append(use)
    return {pk: replace(whole, cases=found, past_uses=told) for pk, (found, told) in of_owner.items()}


def _kept(agency_id: int, owners: Mapping[int, Enterprise]) -> dict[int, list[KeptClaim]]:
    frozen = Application.objects.for_agency(agency_id).frozen().filter(case__enterprise__in=owners)
    meant = frozen.filter(kind__in=CLAIMS | {ApplicationKind.USAGE}).order_by("pk")
    found: dict[int, list[KeptClaim]] = defaultdict(list)
    for case_id, *columns in meant.values_list("case_id", *COLUMNS):
        found[case_id].append(KeptClaim(*columns))
    return found


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _frame(enterprise: Enterprise, frame: SchemeFrame, rows: _Rows, today: date) -> FrameLedger:
    cases = [case for case in rows.cases if case.frame == frame]
    uses = tuple(use for use in rows.past_uses if use.frame == frame)
    past = _paid(uses)
    open_cases = tuple(_share(case, rows, past) for case in cases if case.stage in OPEN_STAGES)
    ended = tuple(_ended(case, rows.claims_of(case), uses) for case in cases if case.stage not in OPEN_STAGES)
    newest = cases[0] if cases else None
    on = newest.key_date if newest else today
    reference, closed = _reference(enterprise, frame, on, _used(past, ended), open_cases)
    return FrameLedger(
        frame=frame,
        on=on,
        newest=newest,
        **_reference_parts(reference, open_cases),
        past_uses=uses,
        open_cases=open_cases,
        ended=ended,
        closed=closed,
    )


def _paid(uses: Iterable[PastUse]) -> Yen:
    paid: dict[CostCategory, int] = defaultdict(int)
    for use in uses:
        paid[CostCategory(use.category)] += use.paid_yen
    return paid


def _ended(case: Case, claims: Sequence[KeptClaim], uses: Sequence[PastUse]) -> EndedCase:
    taken = taken_after_the_end(claims)
    counted = without_past_uses(taken, (case.accepted_on, case.usage_accepted_on), uses)
    told = {category: yen for category, yen in taken.items() if category not in counted}
    return EndedCase(case, tone_of(case.stage), counted, told)


def _used(past: Yen, ended: Sequence[EndedCase]) -> Yen:
    used = defaultdict(int, past)
    for one in ended:
        for category, yen in one.counted.items():
            used[category] += yen
    return used


def _reference_parts(reference: Assessment | None, open_cases: Sequence[CaseShare]) -> dict[str, Any]:
    """Return what a frame's table says of its rules; nothing where the frame is not open."""
    if reference is None:
        return {"rules": rule_name(None), "size_class": "", "rows": ()}
    size_class = reference.size_class.label if reference.size_class else ""
    rules = rule_name(reference.rule_version)
    return {"rules": rules, "size_class": size_class, "rows": _cap_rows(reference, open_cases)}


def _share(case: Case, rows: _Rows, past: Yen) -> CaseShare:
    usages = [one for one in rows.kept.get(case.pk, ()) if one.kind == ApplicationKind.USAGE]
    share = CaseShare(
        case,
        tone_of(case.stage),
        is_approved=bool(usages) and usages[-1].lines is not None,
        subsidies={},
        closed="",
        claimed=_claimed(rows.claims_of(case)),
        limits={},
    )
    if share.is_approved:
        kept = [(CostCategory(one["category"]), one) for one in usages[-1].lines or ()]
        limits = {category: Limit(one["limited_by"]) for category, one in kept if one.get("limited_by")}
        return replace(share, subsidies={category: int(one["subsidy"]) for category, one in kept}, limits=limits)
    try:
        found = assess(request_from(case, rows.lines.get(case.pk, ()), rows.periods.get(case.pk, ()), past))
    except FrameNotOpen as error:
        return replace(share, closed=error.message)
    limits = {line.category: line.limited_by for line in found.lines if line.limited_by}
    return replace(share, subsidies={line.category: line.subsidy_yen for line in found.lines}, limits=limits)


def _claimed(claims: Iterable[KeptClaim]) -> Yen:
    claimed: dict[CostCategory, int] = defaultdict(int)
    for claim in claims:
        for category, yen in claim.subsidies.items():
            claimed[category] += yen
    return claimed


def _reference(
    enterprise: Enterprise, frame: SchemeFrame, on: date, used: Yen, open_cases: Sequence[CaseShare]
) -> tuple[Assessment | None, str]:
    """Assess the frame without any cost, so that every category shows its cap; or tell why there is none."""
    try:
        offered = rule_version_on(frame, on).categories
    except FrameNotOpen as closed:
        return None, closed.message
    named = {*offered, *used, *(category for share in open_cases for category in share.subsidies)}
    request = AssessRequest(
        frame=frame,
        accepted_on=on,
        annual_sales_yen=enterprise.annual_sales_yen,
        interest_bearing_debt_yen=enterprise.interest_bearing_debt_yen,
        costs={category: 0 for category in CostCategory if category in named},
        past_subsidies=used,
    )
    return assess(request), ""


def _cap_rows(reference: Assessment, open_cases: Sequence[CaseShare]) -> tuple[CapRow, ...]:
    terms = terms_on(reference.request.frame, reference.request.accepted_on)
    rows = tuple(_cap_row(terms, line, open_cases) for line in reference.lines)
    pool = _pool_row(reference, open_cases)
    return (*rows, pool) if pool else rows


def _cap_row(terms: Terms, line: Line, open_cases: Sequence[CaseShare]) -> CapRow:
    open_yen = sum(share.subsidies.get(line.category, 0) for share in open_cases)
    return CapRow(
        line.category.label,
        line.cap_yen,
        line.past_yen,
        open_yen,
        in_frame=line.in_frame,
        categories=(line.category,),
        sources=_sources(terms.by_category[line.category].steps.remaining_cap) if line.in_frame else (),
    )


def _sources(step: StepKind | None) -> tuple[Source, ...]:
    found = (rule.source for rule in step.rules) if step else ()
    return tuple(dict.fromkeys(one for one in found if isinstance(one, Source)))


def _pool_row(reference: Assessment, open_cases: Sequence[CaseShare]) -> CapRow | None:
    """Return planning and monitoring against what they may get together; a limit on reuse waits for a second use."""
    terms = terms_on(reference.request.frame, reference.request.accepted_on)
    if terms.pool is None:
        return None
    shared = [line for line in reference.lines if line.in_frame and terms.by_category[line.category].shares_pool]
    applies = any(line.shared_remainder_yen is not None for line in shared) or len(open_cases) > 1
    return CapRow(
        label=POOLS[terms.pool.limit],
        cap_yen=terms.pool.limits_yen[reference.size_class],
        used_yen=sum(line.past_yen for line in shared),
        open_yen=sum(share.subsidies.get(line.category, 0) for share in open_cases for line in shared),
        applies=applies,
        categories=tuple(line.category for line in shared),
        pool=terms.pool.limit,
        sources=_sources(terms.steps.pool),
    )
