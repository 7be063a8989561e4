"""The steps of the arithmetic under one rule version: their words, inputs and sources."""

from __future__ import annotations

from typing import Final, NamedTuple

from subsidies.enums import CostCategory
from subsidies.rules.trace import Rule, StepKind
from subsidies.rules.version import RuleVersion

_FRACTION_WORDS: Final = "1円未満切捨て"


class VersionSteps:
    """The steps that are about the whole case."""

    def __init__(self, version: RuleVersion) -> None:
        self.opened = StepKind(
            "rule_version",
            "適用する制度の版",
            "受理日に有効な版",
            ("accepted_on",),
            (version,),
            texts=frozenset({"accepted_on", "result"}),
        )
        self.totals = StepKind(
            "totals",
            "補助額の合計",
            "各費用区分の補助額の合計(費用の合計から自己負担の合計を引いた額)",
            ("cost", "own_burden"),
            (version.get("rate"),),
        )
        self.plan_deadline = _deadline(
            version, "計画策定費用の支払申請の期限", "plan_claim_deadline", "plan_claim_months"
        )
        self.plan_at_risk = StepKind(
            "plan_claim_at_risk",
            "計画策定費用の支払申請の期限を過ぎると失う額",
            "すべての支払の合計",
            ("payments",),
            (version.get("plan_claim_months"),),
        )
        self.periods = _period_steps(version) if version.find("monitoring_claim_months") else None
        self.size_class = self._size_class(version) if version.has_size_classes else None
        self.pool = _pool(version)

    @staticmethod
    def _size_class(version: RuleVersion) -> StepKind:
        names = ("size_small_below_yen", "size_large_from_yen")
        return StepKind(
            "size_class",
            "企業規模",
            "売上高か有利子負債が中堅規模の基準額以上なら中堅規模、両方が小規模の基準額未満なら小規模、その他は中規模",
            ("annual_sales", "interest_bearing_debt", "small_below", "large_from"),
            tuple(version.get(name) for name in names),
            texts=frozenset({"result"}),
        )


class PeriodSteps(NamedTuple):
    """One monitoring period's window in months and its steps; held halves are at risk with the first period only."""

    months: int
    deadline: StepKind
    at_risk: StepKind
    held_at_risk: StepKind


def _period_steps(version: RuleVersion) -> PeriodSteps:
    names = ("monitoring_claim_months", "monitoring_window_basis")
    deadline = _deadline(version, "伴走支援の支払申請の期限", "monitoring_claim_deadline", *names, inputs=("period",))
    window = version.get("monitoring_claim_months")
    held = version.find("holdback_lapse")
    held_at_risk = _period_at_risk(window, *([held] if held else []))
    return PeriodSteps(version.whole("monitoring_claim_months"), deadline, _period_at_risk(window), held_at_risk)


def _deadline(version: RuleVersion, label: str, step: str, *names: str, inputs: tuple[str, ...] = ()) -> StepKind:
    return StepKind(
        step,
        label,
        "起算日の翌日から暦に従って数えた最後の月の応当日の前日。応当日がなければその月の末日(民法140–143条)",
        (*inputs, "counted_from", "months"),
        tuple(version.get(name) for name in names),
        texts=frozenset({"counted_from", "result"}),
    )


def _period_at_risk(*rules: Rule) -> StepKind:
    return StepKind(
        "monitoring_claim_at_risk",
        "伴走支援の支払申請の期限を過ぎると失う額",
        "その回の支払額に、初回は計画策定側の残り、最終回は金融機関交渉費用を加えた額",
        ("period", "payment", "held_halves", "negotiation"),
        rules,
    )


def _pool(version: RuleVersion) -> StepKind | None:
    """Return the step for what planning and monitoring share: the joint cap, or what is left of the size total."""
    joint = version.find("joint_cap_yen")
    if joint is not None:
        return StepKind(
            "joint_cap",
            "計画策定支援と伴走支援を合わせた残りの上限",
            "合わせた上限額から過去の補助額を引いた額(0円を下回らない)",
            ("limit", "past_planning", "past_monitoring"),
            (joint,),
        )
    remainder = version.find("size_remainder")
    if remainder is None:
        return None
    return StepKind(
        "size_remainder",
        "総額の目安による残りの上限",
        f"総額の目安に補助率({version.share('rate')})を掛けた額({_FRACTION_WORDS})から過去の補助額を引いた額(0円を下回らない)",
        ("limit", "past_planning", "past_monitoring"),
        (remainder,),
    )


class CategorySteps:
    """The steps that are about one cost category."""

    def __init__(self, version: RuleVersion, category: CostCategory) -> None:
        self._version = version
        self._category = category
        cap = version.find("cap_yen", category) or version.find("joint_cap_yen") or version
        self.cost = self._step("cost", "費用の合計", "各対象期間の費用の合計", ("periods",), "cost_basis")
        self.eligible = self._step(
            "eligible", "対象額", "費用と利用申請の額の小さい方", ("cost", "estimate"), "estimate_limit"
        )
        self.subsidy = self._step(
            "subsidy",
            "補助額",
            f"対象額に補助率({version.share('rate')})を掛けた額({_FRACTION_WORDS})と、残りの上限の小さい方",
            ("eligible", "two_thirds", "limit"),
            *("rate", "rounding", cap),
        )
        self.remaining_cap = self._step(
            "remaining_cap", "残りの上限", "上限額から過去の補助額を引いた額(0円を下回らない)", ("cap", "past"), cap
        )
        self.outside = self._step("subsidy", "補助額", "この枠にない費用区分のため0円", ("cost",), version)
        self.own_burden = self._step("own_burden", "自己負担", "費用から補助額を引いた額", ("cost", "subsidy"), "rate")
        self.whole = self._step("plan_claim_payment", "計画策定時の支払", "補助額の全額", ("subsidy",), version)
        self.halves = self._halves() if version.find("holdback_share", category) else None
        self.period = self._step(
            "monitoring_payment",
            "各回の支払",
            f"費用の累計に補助率を掛けた額({_FRACTION_WORDS}、補助額が限度)から、前回までの支払を引いた額",
            ("period", "cumulative_cost", "entitled", "paid_before"),
            *(("rate", "rounding") if category in version.categories else (version,)),
        )
        self.last = self._step(
            "last_monitoring_payment",
            "支払",
            "補助額の全額を最後の伴走支援とあわせて支払う",
            ("subsidy",),
            version.find("negotiation_paid_with") or version,
        )

    def _halves(self) -> tuple[StepKind, StepKind]:
        names = ("holdback_share", "half_rounding")
        return (
            self._step(
                "plan_claim_payment",
                "計画策定時の支払",
                f"補助額から留保分を除いた額({_FRACTION_WORDS})",
                ("subsidy",),
                *names,
            ),
            self._step(
                "first_monitoring_payment",
                "初回の伴走支援時の支払",
                "補助額から計画策定時の支払を引いた残り",
                ("subsidy", "paid_before"),
                *names,
            ),
        )

    def _step(self, step: str, label: str, formula: str, inputs: tuple[str, ...], *rules: str | Rule) -> StepKind:
        """Build a step of this category; a rule that is named is that of the category, or else of the frame."""
        found = [
            self._version.find(rule, self._category) or self._version.get(rule) if isinstance(rule, str) else rule
            for rule in rules
        ]
        return StepKind(step, f"{self._category.label} {label}", formula, inputs, found, self._category)
