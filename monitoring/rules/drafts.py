"""The first words of a report, built from what is stored: the consultant goes on from here.

Sentences are those of 伴走支援レポート: ①業績の概要 ②施策の進捗 ③計画との差異の原因と対策 ④金融機関への依頼.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitoring.enums import ProgressState
from monitoring.rules.variance import SECTION, Comparison, VarianceRow
from vapup.shared.dates import format_wareki

# The lines that the outline of the results speaks of.
OUTLINE: Final = (f"{SECTION}sales", "gross_profit", "operating_profit", "ordinary_profit")
OPEN_STATES: Final = frozenset({ProgressState.NOT_STARTED, ProgressState.ON_TRACK, ProgressState.LATE})


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """A measure of the plan and how it stands; `state` None where nobody said yet."""

    title: str
    owner: str
    due_on: date
    state: ProgressState | None
    note: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line differs from the plan, and what is done about it."""

    row_id: str
    cause: str
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """What a draft rests on.

    Attributes:
        comparison: None where the case has no plan to compare with.
        support_asked: what the plan asks of the lenders.
        next_period: the days of the period after this one, both inclusive.
    """

    starts_on: date
    ends_on: date
    comparison: Comparison | None
    measures: Sequence[MeasureFact]
    reasons: Sequence[Reason]
    support_asked: str
    next_period: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a report."""

    results: str
    progress: str
    causes: str
    requests: str
    next_steps: str


def draft_of(facts: DraftFacts) -> Texts:
    """Return the texts that follow from the facts."""
    return Texts(
        results="\n".join(_results(facts)),
        progress="\n".join(_progress(facts.measures)),
        causes="\n".join(_causes(facts)),
        requests=_requests(facts.support_asked),
        next_steps="\n".join(_next_steps(facts)),
    )


def _results(facts: DraftFacts) -> Iterator[str]:
    yield f"対象期間は{format_wareki(facts.starts_on)}から{format_wareki(facts.ends_on)}までです。"
    found = facts.comparison
    if found is None or not found.rows:
        yield "計画と比べられる月次の実績は、まだありません。"
        return
    for row_id in OUTLINE:
        if (row := found.row(row_id)) is not None:
            yield _sentence(row)
    for balance in found.balances:
        if balance.actual_yen is not None:
            yield _balance_sentence(balance)
    if found.missing:
        yield f"{_month_names(found.missing)}の実績はまだないため、上の金額は計画・実績ともこれらの月を除いています。"
    if found.unplanned:
        yield f"{_month_names(found.unplanned)}は計画の年度に入らないため、上の金額はこれらの月を除いています。"


def _sentence(row: VarianceRow) -> str:
    """Return what a line earned beside the plan: 売上高は57,000,000円(計画60,000,000円、達成率95.0%)で、計画を…."""
    reached = f"、達成率{row.achieved}" if row.achieved else ""
    name, actual, plan = row.label.removesuffix("合計"), _yen(row.actual_yen), _yen(row.plan_yen)
    return f"{name}は{actual}(計画{plan}{reached})で、{_beside(row)}。"


def _beside(row: VarianceRow) -> str:
    apart = row.difference_yen or 0
    if apart == 0:
        return "計画どおりです"
    return f"計画を{abs(apart):,}円{'上回りました' if apart > 0 else '下回りました'}"


def _balance_sentence(row: VarianceRow) -> str:
    plan = f"(計画{_yen(row.plan_yen)})" if row.plan_yen is not None else ""
    return f"期末の{row.label}は{_yen(row.actual_yen)}{plan}です。"


def _progress(measures: Iterable[MeasureFact]) -> Iterator[str]:
    for one in measures:
        state = one.state.label if one.state else "進捗の確認中"
        due = format_wareki(one.due_on)
        yield f"・{one.title}(担当: {one.owner}、期限: {due}): {state}。{one.note}"


def _causes(facts: DraftFacts) -> Iterator[str]:
    if facts.comparison is None or not facts.comparison.rows:
        return
    reasons = {one.row_id: one for one in facts.reasons}
    told = [row for row in facts.comparison.rows if row in facts.comparison.large or row.id in reasons]
    if not told and facts.comparison.rule:
        yield f"計画との大きな差異(目安: {facts.comparison.rule})はありません。"
    for row in told:
        plan, actual, apart = _yen(row.plan_yen), _yen(row.actual_yen), _signed(row.difference_yen)
        yield f"・{row.label}: 計画{plan}に対し実績{actual}({apart})。"
        yield from _reason(reasons.get(row.id))


def _reason(reason: Reason | None) -> Iterator[str]:
    if reason is None:
        return
    yield f"  原因: {reason.cause}"
    if reason.measure:
        yield f"  対策: {reason.measure}"


def _requests(support_asked: str) -> str:
    if not support_asked.strip():
        return "計画に沿った取組を続けますので、引き続きご支援をお願いいたします。"
    return f"計画に記載した次の事項について、引き続きご支援をお願いいたします。\n{support_asked.strip()}"


def _next_steps(facts: DraftFacts) -> Iterator[str]:
    if facts.next_period is not None:
        first, last = facts.next_period
        yield f"次回は{format_wareki(first)}から{format_wareki(last)}までの業績と施策の進み具合を報告します。"
    for one in facts.measures:
        if one.state is None or one.state in OPEN_STATES:
            yield _next_step(one, facts.ends_on)


def _next_step(measure: MeasureFact, ends_on: date) -> str:
    due, owner = format_wareki(measure.due_on), f"担当: {measure.owner}"
    if measure.due_on <= ends_on:
        return f"・{measure.title}は期限({due})を過ぎたため、引き続き進め、完了の見込みを次回に報告します({owner})。"
    return f"・{measure.title}を{due}までに進めます({owner})。"


def _month_names(months: Sequence[date]) -> str:
    return "、".join(f"{month.year}年{month.month}月" for month in months)


def _yen(yen: int | None) -> str:
    if yen is None:
        return "―"
    return f"{'△' if yen < 0 else ''}{abs(yen):,}円"


def _signed(yen: int | None) -> str:
    if not yen:
        return "差異0円"
    return f"差異{'+' if yen > 0 else '△'}{abs(yen):,}円"
