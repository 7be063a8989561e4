"""The 計算根拠 behind every figure: inputs, formula, result and public source, in Japanese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from subsidies.enums import CostCategory
from subsidies.rules.assessment import Assessment
from subsidies.rules.size_class import SizeClass
from subsidies.rules.trace import Figure, Step
from subsidies.rules.version import Parameter, RuleVersion
from subsidies.selectors import in_force_from, version_title
from vapup.shared.money import format_yen
from vapup.shared.rule_data import Source

# Names of figures in the trace, and their unit.
INPUTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "accepted_on": ("適用基準日", ""),
        "annual_sales": ("年間売上高", "円"),
        "interest_bearing_debt": ("有利子負債", "円"),
        "small_below": ("小規模の基準額", "円"),
        "large_from": ("中堅規模の基準額", "円"),
        "periods": ("対象期間の数", "回"),
        "cost": ("費用", "円"),
        "estimate": ("利用申請の額", "円"),
        "eligible": ("対象額", "円"),
        "rate": ("補助率", ""),
        "two_thirds": ("補助率による額", "円"),
        "cap": ("上限額", "円"),
        "limit": ("限度額", "円"),
        "past": ("過去の補助額", "円"),
        "past_planning": ("過去の補助額(計画策定)", "円"),
        "past_monitoring": ("過去の補助額(伴走支援)", "円"),
        "subsidy": ("補助額", "円"),
        "own_burden": ("自己負担", "円"),
        "paid_before": ("前回までの支払", "円"),
        "cumulative_cost": ("費用の累計", "円"),
        "entitled": ("累計に対する補助額", "円"),
        "payment": ("その回の支払", "円"),
        "payments": ("支払の件数", "件"),
        "held_halves": ("計画策定側の残り", "円"),
        "negotiation": ("金融機関交渉費用", "円"),
        "counted_from": ("起算日", ""),
        "months": ("期間", "か月"),
    }
)


@dataclass(frozen=True, slots=True)
class Input:
    """A figure that went into a step."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Basis:
    """One step: what was worked out, from what, how, and where that is written."""

    label: str
    formula: str
    inputs: tuple[Input, ...]
    result: str
    rule: str
    rule_names: tuple[str, ...]
    sources: tuple[Source, ...]
    is_confirmed: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BasisGroup:
    """The steps behind one category, or behind the case as a whole."""

    title: str
    rows: tuple[Basis, ...]

    @property
    def unconfirmed_count(self) -> int:
        """Return how many steps rest on a reading that no official source confirms."""
        return sum(not row.is_confirmed for row in self.rows)


def basis_groups(assessment: Assessment) -> tuple[BasisGroup, ...]:
    """Return every step of an assessment: the case first, then each category, each in the order of the arithmetic."""
    groups = [BasisGroup("案件全体(版・規模・合計・期限)", tuple(map(_basis, _of(assessment, None))))]
    for line in assessment.lines:
        groups.append(BasisGroup(line.category.label, tuple(map(_basis, _of(assessment, line.category)))))
    return tuple(groups)


def _of(assessment: Assessment, category: CostCategory | None) -> Iterator[Step]:
    return (step for step in assessment.trace if step.category == category)


def _basis(step: Step) -> Basis:
    rules = [rule for rule in step.kind.rules if isinstance(rule, Parameter | RuleVersion)]
    number = step.inputs.get("period")
    own = step.label.removeprefix(step.category.label).strip() if step.category else step.label
    label = f"{own}(第{number}回)" if number else own
    return Basis(
        label=label,
        formula=step.formula,
        inputs=tuple(_input(name, value) for name, value in step.inputs.items() if name != "period"),
        result=_result(step, rules),
        rule=step.rule,
        rule_names=tuple(map(_rule_name, rules)),
        sources=tuple(dict.fromkeys(rule.source for rule in rules)),
        is_confirmed=step.confirmed,
        notes=tuple(rule.note for rule in rules if isinstance(rule, Parameter) and rule.note and not rule.confirmed),
    )


def _rule_name(rule: Parameter | RuleVersion) -> str:
    words = rule.label if isinstance(rule, Parameter) else rule.frame.label
    return f"{words}({in_force_from(rule.effective_from)})"


def _input(name: str, value: Figure) -> Input:
    label, unit = INPUTS.get(name, (name, ""))
    return Input(label, f"{format_yen(value)}{unit}" if isinstance(value, int) else _text(value))


def _result(step: Step, rules: Sequence[Parameter | RuleVersion]) -> str:
    named = next((rule for rule in rules if isinstance(rule, RuleVersion) and rule.id == step.result), None)
    if named is not None:
        return version_title(named)
    return f"{format_yen(step.result)}円" if isinstance(step.result, int) else _text(step.result)


def _text(value: Figure) -> str:
    return value.label if isinstance(value, SizeClass) else str(value)
