"""What a rule version is: dated parameters of one frame, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final, NamedTuple

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.size_class import SizeClass
from vapup.shared.rule_data import ParameterError, Source


class Spec(NamedTuple):
    """What a parameter may hold: its Japanese name, its unit, what it is kept by, and the words a rule may say."""

    label: str
    unit: str
    keyed_by: str | None = None
    words: frozenset[str] = frozenset()


SPECS: Final[Mapping[str, Spec]] = {
    "rate": Spec("補助率", "share"),
    "rounding": Spec("補助額の1円未満の端数処理", "rule", words=frozenset({"floor_to_yen"})),
    "estimate_limit": Spec("利用申請の額による限度", "rule", words=frozenset({"eligible_up_to_estimate"})),
    "cost_basis": Spec("費用の消費税の扱い", "rule", words=frozenset({"tax_included"})),
    "cap_yen": Spec("補助上限額", "yen", "category"),
    "joint_cap_yen": Spec("計画策定支援と伴走支援を合わせた補助上限額", "yen"),
    "size_small_below_yen": Spec("小規模の基準額", "yen"),
    "size_large_from_yen": Spec("中堅規模の基準額", "yen"),
    "size_total_yen": Spec("企業規模ごとの総額の目安", "yen", "size_class"),
    "monitoring_share_max": Spec("総額に占める伴走支援費用の割合の上限", "share"),
    "monitoring_ceiling_yen": Spec("伴走支援費用の上限", "yen", "size_class"),
    "size_remainder": Spec("再度の利用での総額の残り", "rule", words=frozenset({"size_total_times_rate"})),
    "holdback_share": Spec("初回の伴走支援まで留保される割合", "share", "category"),
    "half_rounding": Spec("分割支払の1円未満の端数処理", "rule", words=frozenset({"floor_then_rest"})),
    "holdback_lapse": Spec("留保分の失効", "rule", words=frozenset({"with_first_period"})),
    "negotiation_paid_with": Spec("金融機関交渉費用の支払時期", "rule", words=frozenset({"last_monitoring_claim"})),
    "plan_claim_months": Spec("利用申請の有効期間", "months"),
    "monitoring_claim_months": Spec("伴走支援の支払申請期間", "months"),
    "monitoring_window_basis": Spec("支払申請期間の数え方", "rule", words=frozenset({"each_period"})),
    "reuse": Spec("再度の利用", "rule", words=frozenset({"not_allowed", "decline_proof", "council_approval"})),
    "gantt_threshold_yen": Spec("工程表が不要な計画策定費用の額", "yen"),
}
FRAMES_WITH_SIZES: Final = frozenset({SchemeFrame.NORMAL})

Value = int | Fraction | str


class Key(NamedTuple):
    """What a parameter is about, beside the frame."""

    name: str
    category: CostCategory | None = None
    size_class: SizeClass | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One dated value of the rules; yen include consumption tax, shares are fractions, months run by the calendar."""

    key: Key
    frame: SchemeFrame
    effective_from: date
    effective_to: date | None
    value: Value
    unit: str
    source: Source
    confirmed: bool
    note: str | None

    @property
    def id(self) -> str:
        """The name by which a trace and a finding refer to this row: cap_yen.normal.planning@2022-04-01."""
        parts = [self.key.name, self.frame.value, *(part.value for part in self.key[1:] if part is not None)]
        return f"{'.'.join(parts)}@{self.effective_from}"

    @property
    def label(self) -> str:
        """The Japanese name, with the category or size class it is about."""
        about = self.key.category or self.key.size_class
        return SPECS[self.key.name].label + (f"({about.label})" if about else "")


@dataclass(frozen=True, eq=False)
class RuleVersion:
    """The rules of a frame over days on which none of them changes."""

    name: str
    frame: SchemeFrame
    effective_from: date
    effective_to: date | None
    categories: tuple[CostCategory, ...]
    source: Source
    parameters: Mapping[Key, Parameter]
    confirmed: bool = True

    @property
    def id(self) -> str:
        """The version's name, as an assessment shows it: normal-2024."""
        return self.name

    @cached_property
    def has_size_classes(self) -> bool:
        """Whether sales and debt decide what an application may total."""
        return self.frame in FRAMES_WITH_SIZES

    def find(
        self, name: str, category: CostCategory | None = None, size_class: SizeClass | None = None
    ) -> Parameter | None:
        """Return the parameter, or none where the version has no such rule."""
        return self.parameters.get(Key(name, category, size_class))

    def get(self, name: str, category: CostCategory | None = None, size_class: SizeClass | None = None) -> Parameter:
        """Return the parameter.

        Raises:
            ParameterError: the version has no such rule.
        """
        found = self.find(name, category, size_class)
        if found is None:
            raise ParameterError(f"{self.name} has no {name} for {category or size_class or 'the frame'}")
        return found

    def whole(self, name: str, category: CostCategory | None = None, size_class: SizeClass | None = None) -> int:
        """Return a value in yen or months."""
        value = self.get(name, category, size_class).value
        if not isinstance(value, int):
            raise ParameterError(f"{name} of {self.name} is no whole number")
        return value

    def share(self, name: str, category: CostCategory | None = None) -> Fraction:
        """Return a value that is a share of an amount."""
        value = self.get(name, category).value
        if not isinstance(value, Fraction):
            raise ParameterError(f"{name} of {self.name} is no share")
        return value
