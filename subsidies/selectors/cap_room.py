"""What the caps of an enterprise still leave to an application, beside its other cases and what was paid before.

A usage application must fit beside what the enterprise's other open cases were approved for; a claim beside what was
really claimed. So a case that claims less than it filed leaves its rest to the others, and where two enterprises were
merged whose cases file more than one cap, who claims first is served first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from cases.workflow import OPEN_STAGES
from subsidies.enums import CLAIMS, ApplicationKind, CostCategory
from subsidies.models import Application
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.lines import Line
from subsidies.rules.terms import terms_on
from subsidies.selectors import past_subsidies_of
from subsidies.selectors.assessment_page import POOLS
from subsidies.selectors.claims import claim_of
from vapup.shared.money import format_yen

Yen = Mapping[CostCategory, int]
_CATEGORIES: Final[Mapping[str, CostCategory]] = {category.label: category for category in CostCategory}


@dataclass(frozen=True, slots=True)
class Shortage:
    """A category of which more is asked for than is left, every amount in whole yen.

    Attributes:
        asked_yen: what the application asks for.
        own_yen: what other claims of the same case have taken.
        others_yen: what other open cases have taken, with their numbers.
        limit: the cap, in words with its amount.
    """

    category: CostCategory
    asked_yen: int
    left_yen: int
    past_yen: int
    own_yen: int
    others_yen: int
    numbers: tuple[str, ...]
    limit: str

    @property
    def words(self) -> str:
        """Return the shortage in one sentence, with what was asked, what is left, and why."""
        cases = f"({'、'.join(self.numbers)})" if self.others_yen else ""
        return (
            f"{self.category.label}の補助額 {format_yen(self.asked_yen)}円 が、残りの {format_yen(self.left_yen)}円 を "
            f"{format_yen(self.asked_yen - self.left_yen)}円 超えます"
            f"({self.limit}、過去の利用 {format_yen(self.past_yen)}円、"
            f"ほかの案件 {format_yen(self.others_yen)}円{cases}、この案件の他の請求 {format_yen(self.own_yen)}円)。"
        )


def shortages_of(application: Application, assessment: Assessment) -> tuple[Shortage, ...]:
    """Return every category in which an application asks for more than is left; its enterprise must be locked.

    Args:
        assessment: that of the application's case, on which its own figures rest.
    """
    is_claim = application.kind in CLAIMS
    if application.kind != ApplicationKind.USAGE and not is_claim:
        return ()
    past = past_subsidies_of(application.case)
    own, others, numbers = _taken(application)
    taken = {category: past.get(category, 0) + others.get(category, 0) for category in {*past, *others}}
    limited = assess(replace(assessment.request, past_subsidies=taken))
    asked = _asked(application, assessment)
    return tuple(
        Shortage(
            category=line.category,
            asked_yen=asked[line.category],
            left_yen=max(0, line.subsidy_yen - own.get(line.category, 0)),
            past_yen=sum(past.get(one, 0) for one in _counted(limited, line)),
            own_yen=own.get(line.category, 0),
            others_yen=sum(others.get(one, 0) for one in _counted(limited, line)),
            numbers=numbers,
            limit=_limit(limited, line),
        )
        for line in limited.lines
        if own.get(line.category, 0) + asked.get(line.category, 0) > line.subsidy_yen and asked.get(line.category)
    )


def _asked(application: Application, assessment: Assessment) -> Yen:
    if application.kind == ApplicationKind.USAGE:
        return {line.category: line.subsidy_yen for line in assessment.lines}
    return {row.category: row.subsidy_yen for row in claim_of(application).rows}


def _taken(application: Application) -> tuple[Yen, Yen, tuple[str, ...]]:
    """Return what the case's other claims took, what other open cases of the enterprise took, and their numbers."""
    case = application.case
    kinds = CLAIMS if application.kind in CLAIMS else {ApplicationKind.USAGE}
    frozen = Application.objects.for_agency(case.agency_id).frozen().filter(kind__in=kinds).exclude(pk=application.pk)
    rows = frozen.filter(
        case__enterprise_id=case.enterprise_id, case__frame=case.frame, case__stage__in=OPEN_STAGES
    ).order_by("case_id", "pk")
    own: dict[CostCategory, int] = defaultdict(int)
    others: dict[CostCategory, int] = defaultdict(int)
    numbers: dict[str, None] = {}
    for pk, number, kind, lines, printed in rows.values_list(
        "case_id", "case__number", "kind", "assessment__lines", "payload__rows"
    ):
        for category, yen in _amounts(kind, lines, printed):
            (own if pk == case.pk else others)[category] += yen
            if pk != case.pk and yen:
                numbers[number] = None
    return own, others, tuple(numbers)


def _amounts(kind: str, lines: Any, printed: Any) -> Iterator[tuple[CostCategory, int]]:
    """Yield what an approved application takes: a claim what it prints, a usage application its figures."""
    if kind in CLAIMS:
        yield from ((_CATEGORIES[row["category"]], int(row["subsidy_yen"])) for row in printed or ())
    else:
        yield from ((CostCategory(line["category"]), int(line["subsidy"])) for line in lines or ())


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
