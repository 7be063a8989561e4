"""A rule version laid out for the arithmetic: numbers taken out, steps prepared, once per version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.parameters import rule_version_on
from subsidies.rules.size_class import SizeClass
from subsidies.rules.steps import CategorySteps, VersionSteps
from subsidies.rules.version import RuleVersion
from vapup.shared.money import floor_share

SHARING_CATEGORIES = (CostCategory.PLANNING, CostCategory.MONITORING)
"""The categories under a joint limit, in the order in which they draw on it."""


class Limit(StrEnum):
    """What keeps a category's subsidy below two thirds of its cost."""

    CAP = "cap"
    ESTIMATE = "estimate"
    JOINT_CAP = "joint_cap"
    SIZE_REMAINDER = "size_remainder"


@dataclass(frozen=True, slots=True, eq=False)
class CategoryTerms:
    """One category's numbers: its cap in yen, or none under a joint cap, and the share held back as over and under."""

    category: CostCategory
    in_frame: bool
    shares_pool: bool
    cap_yen: int | None
    held_over: int
    held_under: int
    steps: CategorySteps


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """What planning and monitoring may get together; `limits_yen` by size class, or under none for all."""

    limit: Limit
    limits_yen: Mapping[SizeClass | None, int]
    only_on_reuse: bool


@dataclass(frozen=True, slots=True, eq=False)
class SizeTerms:
    """The limits of the size classes in yen, and the largest share of monitoring as over and under."""

    small_below_yen: int
    large_from_yen: int
    monitoring_over: int
    monitoring_under: int
    ceilings_yen: Mapping[SizeClass, int]
    totals_yen: Mapping[SizeClass, int]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """One rule version's numbers: the rate as over and under, the plan claim's window in months, the limits."""

    version: RuleVersion
    rate_over: int
    rate_under: int
    plan_claim_months: int
    sizes: SizeTerms | None
    pool: Pool | None
    by_category: Mapping[CostCategory, CategoryTerms]
    steps: VersionSteps


@lru_cache(maxsize=8192)
def terms_on(frame: SchemeFrame, accepted_on: date) -> Terms:
    """Return the terms in force on `accepted_on`.

    Raises:
        FrameNotOpen: the frame takes no applications on that day.
    """
    return _terms(rule_version_on(frame, accepted_on))


@lru_cache(maxsize=64)
def _terms(version: RuleVersion) -> Terms:
    rate = version.share("rate")
    return Terms(
        version=version,
        rate_over=rate.numerator,
        rate_under=rate.denominator,
        plan_claim_months=version.whole("plan_claim_months"),
        sizes=_size_terms(version) if version.has_size_classes else None,
        pool=_pool(version),
        by_category={category: _category_terms(version, category) for category in CostCategory},
        steps=VersionSteps(version),
    )


def _size_terms(version: RuleVersion) -> SizeTerms:
    share = version.share("monitoring_share_max")
    ceilings = {size: version.find("monitoring_ceiling_yen", size_class=size) for size in SizeClass}
    return SizeTerms(
        small_below_yen=version.whole("size_small_below_yen"),
        large_from_yen=version.whole("size_large_from_yen"),
        monitoring_over=share.numerator,
        monitoring_under=share.denominator,
        ceilings_yen={
            size: version.whole("monitoring_ceiling_yen", size_class=size) for size, found in ceilings.items() if found
        },
        totals_yen={size: version.whole("size_total_yen", size_class=size) for size in SizeClass},
    )


def _category_terms(version: RuleVersion, category: CostCategory) -> CategoryTerms:
    held = version.find("holdback_share", category)
    share = version.share("holdback_share", category) if held else None
    return CategoryTerms(
        category=category,
        in_frame=category in version.categories,
        shares_pool=category in SHARING_CATEGORIES,
        cap_yen=version.whole("cap_yen", category) if version.find("cap_yen", category) else None,
        held_over=share.numerator if share else 0,
        held_under=share.denominator if share else 1,
        steps=CategorySteps(version, category),
    )


def _pool(version: RuleVersion) -> Pool | None:
    if version.find("joint_cap_yen"):
        joint_yen = version.whole("joint_cap_yen")
        return Pool(Limit.JOINT_CAP, dict.fromkeys((None, *SizeClass), joint_yen), only_on_reuse=False)
    if version.find("size_remainder"):
        rate = version.share("rate")
        totals = {size: version.whole("size_total_yen", size_class=size) for size in SizeClass}
        return Pool(
            Limit.SIZE_REMAINDER,
            {size: floor_share(total, rate) for size, total in totals.items()},
            only_on_reuse=True,
        )
    return None
