"""What the caps of an enterprise still leave to an application, beside its other cases and what was paid before.

A usage application must fit beside what the enterprise's other open cases were approved for; a claim beside what was
really claimed. So a case that claims less than it filed leaves its rest to the others, and where two enterprises were
merged whose cases file more than one cap, who claims first is served first. What a case was paid stays taken when the
case ends; where a past use tells it, that counts in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cases.models import PastUse
from cases.workflow import OPEN_STAGES
from subsidies.enums import CLAIMS, ApplicationKind, CostCategory
from subsidies.models import Application
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.lines import Line
from subsidies.rules.terms import terms_on
from subsidies.selectors.caps.taken import COLUMNS, KeptClaim, taken_after_the_end, without_past_uses
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.estimate.assessment_page import POOLS
from vapup.shared.money import format_yen

Yen = Mapping[CostCategory, int]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A category of which more is asked for than is left, every amount in whole yen.

    Attributes:
        asked_yen: what the application asks for.
        own_yen: what other claims of the same case have taken.
        others_yen: what other open cases have taken, with their numbers.
        ended_yen: what cases that have ended were paid, or may still be, where no past use tells it; with numbers.
        limit: the cap, in words with its amount.
    """

    category: CostCategory
    asked_yen: int
    left_yen: int
    past_yen: int
    own_yen: int
    others_yen: int
    ended_yen: int
    numbers: tuple[str, ...]
    ended_numbers: tuple[str, ...]
    limit: str

    @property
    def words(self) -> str:
        """Return the shortage in one sentence, with what was asked, what is left, and why; and what ends it."""
        cases = f"({'、'.join(self.numbers)})" if self.others_yen else ""
        return (
            f"{self.category.label}の補助額 {format_yen(self.asked_yen)}円 が、残りの {format_yen(self.left_yen)}円 を "
            f"{format_yen(self.asked_yen - self.left_yen)}円 超えます"
            f"({self.limit}、過去の利用 {format_yen(self.past_yen)}円、{self._ended}"
            f"ほかの案件 {format_yen(self.others_yen)}円{cases}、この案件の他の請求 {format_yen(self.own_yen)}円)。"
            f"{self._advice}"
        )

    @property
    def _ended(self) -> str:
        if not self.ended_yen:
            return ""
        return f"終わった案件の支払申請 {format_yen(self.ended_yen)}円({'、'.join(self.ended_numbers)})、"

    @property
    def _advice(self) -> str:
        if not self.ended_yen:
            return ""
        return (
            "終わった案件は、提出済み・入金済みの支払申請を、申請したときの算定で数えています。実際の入金額と違うときは、"
            "その案件と同じ枠・費用区分・受理日の「過去の利用」に入金額を登録すると、代わりにその額で数えます。"
        )


def shortages_of(application: Application, assessment: Assessment) -> tuple[Shortage, ...]:
    """Return every category in which an application asks for more than is left; its enterprise must be locked.

    Args:
        assessment: that of the application's case, on which its own figures rest.
    """
    if application.kind != ApplicationKind.USAGE and application.kind not in CLAIMS:
        return ()
    room = _room_beside(application)
    limited = assess(replace(assessment.request, past_subsidies=room.all_taken))
    asked = _asked(application, assessment)
    return tuple(
        _shortage(room, limited, line, asked[line.category])
        for line in limited.lines
        if asked.get(line.category) and room.own.get(line.category, 0) + asked[line.category] > line.subsidy_yen
    )


def _shortage(room: _Room, limited: Assessment, line: Line, asked_yen: int) -> Shortage:
    counted, own_yen = _counted(limited, line), room.own.get(line.category, 0)
    return Shortage(
        category=line.category,
        asked_yen=asked_yen,
        left_yen=max(0, line.subsidy_yen - own_yen),
        past_yen=sum(room.past.get(one, 0) for one in counted),
        own_yen=own_yen,
        others_yen=sum(room.others.get(one, 0) for one in counted),
        ended_yen=sum(room.ended.get(one, 0) for one in counted),
        numbers=tuple(room.numbers),
        ended_numbers=tuple(room.ended_numbers),
        limit=_limit(limited, line),
    )


def _asked(application: Application, assessment: Assessment) -> Yen:
    if application.kind == ApplicationKind.USAGE:
        return {line.category: line.subsidy_yen for line in assessment.lines}
    return {row.category: row.subsidy_yen for row in claim_of(application).rows}


@dataclass(slots=True)
class _Room:
    """What is taken of the caps beside an application, in yen by category.

    Attributes:
        past: by past uses.
        own: by other claims of the same case.
        others: by other open cases, `numbers`.
        ended: by cases that have ended, `ended_numbers`, beside what past uses tell of them.
    """

    past: dict[CostCategory, int] = field(default_factory=lambda: defaultdict(int))
    own: dict[CostCategory, int] = field(default_factory=lambda: defaultdict(int))
    others: dict[CostCategory, int] = field(default_factory=lambda: defaultdict(int))
    ended: dict[CostCategory, int] = field(default_factory=lambda: defaultdict(int))
    numbers: dict[str, None] = field(default_factory=dict)
    ended_numbers: dict[str, None] = field(default_factory=dict)

    @property
    def all_taken(self) -> Yen:
        """Return what is taken by anything but the case itself."""
        parts = (self.past, self.others, self.ended)
        return {one: sum(part.get(one, 0) for part in parts) for one in {*self.past, *self.others, *self.ended}}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A frozen application of the enterprise in the same frame, and what its case is."""

    case_id: int
    number: str
    stage: str
    accepted_on: date | None
    usage_accepted_on: date | None
    kept: KeptClaim

    @property
    def is_claim(self) -> bool:
        return self.kept.kind in CLAIMS

    @property
    def days(self) -> tuple[date | None, ...]:
        return self.accepted_on, self.usage_accepted_on

    @property
    def subsidies(self) -> Yen:
        if self.is_claim:
            return self.kept.subsidies
        return {CostCategory(line["category"]): int(line["subsidy"]) for line in self.kept.lines or ()}


def _room_beside(application: Application) -> _Room:
    case, room = application.case, _Room()
    uses = PastUse.objects.for_agency(case.agency_id).filter(enterprise_id=case.enterprise_id, frame=case.frame)
    past_uses = list(uses.order_by("pk"))
    for use in past_uses:
        room.past[CostCategory(use.category)] += use.paid_yen
    for rows in _by_case(application):
        first = rows[0]
        if first.stage not in OPEN_STAGES:
            taken = taken_after_the_end([one.kept for one in rows if one.is_claim])
            _add(room.ended, without_past_uses(taken, first.days, past_uses), room.ended_numbers, first.number)
            continue
        for one in rows:
            if one.is_claim != (application.kind in CLAIMS):
                continue
            if one.case_id == case.pk:
                _add(room.own, one.subsidies, {}, one.number)
            else:
                _add(room.others, one.subsidies, room.numbers, one.number)
    return room


def _add(sums: dict[CostCategory, int], amounts: Yen, numbers: dict[str, None], number: str) -> None:
    for category, yen in amounts.items():
        sums[category] += yen
        if yen:
            numbers[number] = None


def _by_case(application: Application) -> Iterator[Sequence[_Kept]]:
    """Yield what the cases of the enterprise in the same frame had approved, but for the application, case by case."""
    case = application.case
    kept = Application.objects.for_agency(case.agency_id).frozen().exclude(pk=application.pk)
    same = kept.filter(
        kind__in=CLAIMS | {ApplicationKind.USAGE}, case__enterprise_id=case.enterprise_id, case__frame=case.frame
    )
    of_case = ("case_id", "case__number", "case__stage", "case__accepted_on", "case__usage_accepted_on")
    rows: dict[int, list[_Kept]] = defaultdict(list)
    for found in same.order_by("case_id", "pk").values_list(*of_case, *COLUMNS):
        case_id, number, stage, accepted_on, usage_accepted_on, *kept_facts = found
        one = _Kept(case_id, number, stage, accepted_on, usage_accepted_on, KeptClaim(*kept_facts))
        rows[one.case_id].append(one)
    yield from rows.values()


def _counted(limited: Assessment, line: Line) -> tuple[CostCategory, ...]:
    """Return the categories that the limit of a line counts together."""
    terms = terms_on(limited.request.frame, limited.request.accepted_on)
    if terms.pool is None or line.limited_by is not terms.pool.limit:
        return (line.category,)
    return tuple(category for category, one in terms.by_category.items() if one.shares_pool)


def _limit(limited: Assessment, line: Line) -> str:
    pool = terms_on(limited.request.frame, limited.request.accepted_on).pool
    if pool is not None and line.limited_by is pool.limit:
        return f"{POOLS[pool.limit]} {format_yen(pool.limits_yen[limited.size_class])}円"
    return f"上限 {format_yen(line.cap_yen)}円" if line.cap_yen is not None else "この枠の対象外"
