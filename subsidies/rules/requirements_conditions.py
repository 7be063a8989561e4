"""The named conditions of the document lists, judged on the facts of one case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.rules.requirements_rows import Condition
from vapup.shared.money import format_yen


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementFacts:
    """What decides which documents an application needs; amounts are whole yen, tax included.

    Attributes:
        on: the key date of the case (適用基準日), which picks the rows.
        council: the prefecture code of the council.
        planning_cost_yen: the estimate for planning alone, without monitoring.
        withheld_yen: the income tax kept back from the transfer of the own share.
        period_number: which monitoring period is claimed, counted from 1; 0 where none is.
        period_count: how many periods the case has.
        year_end_on: the last day of a fiscal year within the period that is claimed, if there is one.
        standstill_requested_on: when the standstill of the guideline was asked for, if it was.
    """

    frame: SchemeFrame
    application: ApplicationKind
    on: date
    council: str = ""
    is_sole_proprietor: bool = False
    planning_cost_yen: int = 0
    bank_seals_application: bool = False
    is_reuse: bool = False
    withheld_yen: int = 0
    seeks_guarantee_release: bool = False
    has_subcontractors: bool = False
    period_number: int = 0
    period_count: int = 0
    year_end_on: date | None = None
    standstill_requested_on: date | None = None

    @property
    def is_net_of_withholding(self) -> bool:
        """Whether the own share was transferred net of income tax."""
        return self.withheld_yen > 0

    @property
    def is_first_claim(self) -> bool:
        """Whether the first monitoring period is claimed."""
        return self.period_number == 1

    @property
    def is_last_claim(self) -> bool:
        """Whether the last monitoring period is claimed."""
        return 0 < self.period_number == self.period_count

    @property
    def is_year_end_period(self) -> bool:
        """Whether the period that is claimed has the end of a fiscal year in it."""
        return self.year_end_on is not None


class Verdict(NamedTuple):
    """Whether a condition holds, and why; `why` is "" where nothing needs saying."""

    is_met: bool
    why: str


Judge = Callable[[RequirementFacts], Verdict]


def judge(condition: Condition, facts: RequirementFacts) -> Verdict:
    """Tell whether a condition holds, naming the figure and the threshold where there are such."""
    return _JUDGES[condition](facts)


def _either(met: str, not_met: str, *, holds: bool) -> Verdict:
    return Verdict(is_met=holds, why=met if holds else not_met)


def _always(_facts: RequirementFacts) -> Verdict:
    return Verdict(is_met=True, why="")


def _corporation(facts: RequirementFacts) -> Verdict:
    return _either("", "個人事業主は不要", holds=not facts.is_sole_proprietor)


def _sole_proprietor(facts: RequirementFacts) -> Verdict:
    return _either("", "法人は不要", holds=facts.is_sole_proprietor)


def _schedule(facts: RequirementFacts) -> Verdict:
    """The schedule (工程表) is not needed up to a threshold of the cost of planning, where the rules have one."""
    threshold_yen = _gantt_threshold_yen(facts.frame, facts.on)
    if threshold_yen is None:
        return Verdict(is_met=True, why="")
    figures = f"計画策定費用 {format_yen(facts.planning_cost_yen)}円は {format_yen(threshold_yen)}円"
    return _either(f"{figures}を超える", f"{figures}以下のため不要", holds=facts.planning_cost_yen > threshold_yen)


@lru_cache(maxsize=1024)
def _gantt_threshold_yen(frame: SchemeFrame, on: date) -> int | None:
    try:
        threshold = rule_version_on(frame, on).find("gantt_threshold_yen")
    except FrameNotOpen:
        return None
    return threshold.value if threshold is not None and isinstance(threshold.value, int) else None


def _unless_bank_signs(facts: RequirementFacts) -> Verdict:
    signs = "主要・準主要の金融機関が利用申請書に記名押印するため不要"
    return _either("利用申請書に記名押印があれば不要", signs, holds=not facts.bank_seals_application)


def _first_use(facts: RequirementFacts) -> Verdict:
    return _either("", "再度の利用のため、再度利用申請書を使う", holds=not facts.is_reuse)


def _reuse(facts: RequirementFacts) -> Verdict:
    return _either("過去の利用があるため必要", "過去の利用がないため不要", holds=facts.is_reuse)


def _net_of_withholding(facts: RequirementFacts) -> Verdict:
    withheld = f"源泉所得税 {format_yen(facts.withheld_yen)}円を差し引いて振り込んだため必要"
    return _either(withheld, "源泉所得税 0円で、差し引いた振込ではないため不要", holds=facts.is_net_of_withholding)


def _guarantee_release(facts: RequirementFacts) -> Verdict:
    return _either(
        "経営者保証の解除を目指すため必要", "経営者保証の解除を目指さないため不要", holds=facts.seeks_guarantee_release
    )


def _first_claim(facts: RequirementFacts) -> Verdict:
    return _either(
        "第1回の請求のため必要", f"第{facts.period_number}回の請求で、第1回ではないため不要", holds=facts.is_first_claim
    )


def _last_claim(facts: RequirementFacts) -> Verdict:
    claim = f"第{facts.period_number}回の請求で、最終の第{facts.period_count}回"
    return _either(f"{claim}のため必要", f"{claim}ではないため不要", holds=facts.is_last_claim)


def _interim(facts: RequirementFacts) -> Verdict:
    return _either("対象期間に決算日がないため必要", f"{_year_end(facts)}ため不要", holds=not facts.is_year_end_period)


def _year_end_period(facts: RequirementFacts) -> Verdict:
    return _either(f"{_year_end(facts)}ため必要", "対象期間に決算日がないため不要", holds=facts.is_year_end_period)


def _year_end(facts: RequirementFacts) -> str:
    return f"対象期間に決算日({_day(facts.year_end_on)})がある"


def _subcontract(facts: RequirementFacts) -> Verdict:
    return _either(
        "費用明細に外部委託があるため必要", "費用明細に外部委託がないため不要", holds=facts.has_subcontractors
    )


def _standstill(facts: RequirementFacts) -> Verdict:
    asked = f"{_day(facts.standstill_requested_on)}に一時停止を要請したため必要"
    return _either(asked, "一時停止を要請していないため不要", holds=facts.standstill_requested_on is not None)


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _by_choice(_facts: RequirementFacts) -> Verdict:
    return Verdict(is_met=False, why="該当するときだけ添える")


_JUDGES: Final[Mapping[Condition, Judge]] = MappingProxyType(
    {
        Condition.ALWAYS: _always,
        Condition.CORPORATION: _corporation,
        Condition.SOLE_PROPRIETOR: _sole_proprietor,
        Condition.SCHEDULE: _schedule,
        Condition.UNLESS_BANK_SIGNS: _unless_bank_signs,
        Condition.FIRST_USE: _first_use,
        Condition.REUSE: _reuse,
        Condition.NET_OF_WITHHOLDING: _net_of_withholding,
        Condition.GUARANTEE_RELEASE: _guarantee_release,
        Condition.FIRST_CLAIM: _first_claim,
        Condition.LAST_CLAIM: _last_claim,
        Condition.INTERIM: _interim,
        Condition.YEAR_END: _year_end_period,
        Condition.SUBCONTRACT: _subcontract,
        Condition.STANDSTILL: _standstill,
        Condition.BY_CHOICE: _by_choice,
    }
)
