"""What an assessment finds fault with or points out: each finding names the figure, the limit and the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from subsidies.enums import CostCategory
from subsidies.rules.lines import Line
from subsidies.rules.payments import PLAN_CATEGORIES
from subsidies.rules.request import AssessRequest
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import Limit, Terms
from subsidies.rules.trace import Rule, TraceRow
from subsidies.rules.version import Parameter, RuleVersion
from vapup.shared.money import floor_share, format_yen
from vapup.shared.rule_data import Source


class Severity(StrEnum):
    """How much a finding weighs at the usage application (利用申請)."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(NamedTuple):
    """One finding; `message` is a complete Japanese sentence, `source` the public text in one line."""

    code: str
    severity: Severity
    category: CostCategory | None
    message: str
    source: str


_ERROR: Final = Severity.ERROR
_WARNING: Final = Severity.WARNING
_INFO: Final = Severity.INFO
_PLANNING: Final = CostCategory.PLANNING
_MONITORING: Final = CostCategory.MONITORING
_NEGOTIATION: Final = CostCategory.NEGOTIATION

_REUSE_PROOFS: Final[Mapping[object, str]] = {
    "decline_proof": (
        "新型コロナウイルス感染症、ウクライナ情勢または原油価格高騰等の影響による業況悪化(売上の減少等)の証憑が必要です"
    ),
    "council_approval": (
        "悪化の要因が前回と異なる等、協議会が適当と認める場合に限られます。協議会の承認を得て、理由を別紙1の備考に記載してください"
    ),
}


def find(
    terms: Terms,
    request: AssessRequest,
    costs: Mapping[CostCategory, int],
    size_class: SizeClass | None,
    lines: Sequence[Line],
    trace: Sequence[TraceRow],
) -> tuple[Finding, ...]:
    """Return the findings, errors first, each kind in the order of the categories."""
    version = terms.version
    limited = [line for line in lines if line.limited_by is not None]
    return (
        *(_not_in_frame(version, line) for line in lines if not line.in_frame and line.cost_yen),
        *_size_findings(terms, costs, size_class),
        *_reuse_findings(version, request),
        *(_exceeds_estimate(version, line) for line in limited if line.eligible_yen < line.cost_yen),
        *(() if request.monitoring_periods else _missing_periods(version, lines)),
        *(_cap_binds(version, line, size_class) for line in limited if line.subsidy_yen < line.two_thirds_yen),
        *_unconfirmed_findings(trace),
    )


def _unconfirmed_findings(trace: Sequence[TraceRow]) -> list[Finding]:
    """Return one finding for each parameter that took part without an official source."""
    rules: dict[Rule, None] = {}
    for kind, _ in trace:
        for rule in kind.unconfirmed:
            rules[rule] = None
    return [_unconfirmed(rule) for rule in rules]


def _finding(code: str, severity: Severity, category: CostCategory | None, sentence: str, source: Source) -> Finding:
    return Finding(code, severity, category, f"{sentence}(根拠: {source.title})", source.citation)


def _not_in_frame(version: RuleVersion, line: Line) -> Finding:
    names = "、".join(category.label for category in version.categories)
    sentence = (
        f"{version.frame.label}に{line.category.label}はなく、{format_yen(line.cost_yen)}円は補助の対象になりません。"
        f"この枠の費用区分は{names}です。"
    )
    return _finding("category_not_in_frame", _ERROR, line.category, sentence, version.source)


def _size_findings(terms: Terms, costs: Mapping[CostCategory, int], size: SizeClass | None) -> list[Finding]:
    """Compare the costs of planning and monitoring, before any estimate, with the limits of the size class."""
    if size is None or terms.sizes is None:
        return []
    version, limits = terms.version, terms.sizes
    monitoring_yen = costs.get(_MONITORING, 0)
    total_yen = costs.get(_PLANNING, 0) + monitoring_yen
    found = []
    if monitoring_yen * limits.monitoring_under > total_yen * limits.monitoring_over:
        found.append(_exceeds_half(version, monitoring_yen, total_yen))
    ceiling_yen = limits.ceilings_yen.get(size)
    if ceiling_yen is not None and monitoring_yen > ceiling_yen:
        sentence = (
            f"{size.label}の伴走支援費用 {format_yen(monitoring_yen)}円が、"
            f"上限の {format_yen(ceiling_yen)}円を超えています。"
        )
        source = version.get("monitoring_ceiling_yen", size_class=size).source
        found.append(_finding("monitoring_exceeds_ceiling", _ERROR, None, sentence, source))
    if total_yen > limits.totals_yen[size]:
        sentence = (
            f"計画策定支援費用と伴走支援費用の合計 {format_yen(total_yen)}円が、"
            f"{size.label}の総額の目安 {format_yen(limits.totals_yen[size])}円を超えています。"
        )
        source = version.get("size_total_yen", size_class=size).source
        found.append(_finding("total_exceeds_size_class", _ERROR, None, sentence, source))
    return found


def _exceeds_half(version: RuleVersion, monitoring_yen: int, total_yen: int) -> Finding:
    share = version.share("monitoring_share_max")
    sentence = (
        f"伴走支援費用 {format_yen(monitoring_yen)}円が、計画策定支援費用との合計 {format_yen(total_yen)}円の"
        f"{share}({format_yen(floor_share(total_yen, share))}円)を超えています。"
    )
    return _finding("monitoring_exceeds_half", _ERROR, None, sentence, version.get("monitoring_share_max").source)


def _reuse_findings(version: RuleVersion, request: AssessRequest) -> tuple[Finding, ...]:
    past_yen = sum(request.past_subsidies.values())
    return (_reuse(version, past_yen),) if past_yen else ()


def _reuse(version: RuleVersion, past_yen: int) -> Finding:
    reuse = version.get("reuse")
    start = f"過去に {format_yen(past_yen)}円の補助を受けています。"
    proof = _REUSE_PROOFS.get(reuse.value)
    if proof is None:
        sentence = f"{start}{version.frame.label}の再度の利用は認められていません(再度の利用の上限は0円)。"
        return _finding("reuse_not_allowed", _ERROR, None, sentence, reuse.source)
    sentence = f"{start}再度の利用には、{proof}。過去の補助額は費用区分ごとの上限額から差し引かれます。"
    return _finding("reuse_needs_council", _WARNING, None, sentence, reuse.source)


def _exceeds_estimate(version: RuleVersion, line: Line) -> Finding:
    sentence = (
        f"{line.category.label} {format_yen(line.cost_yen)}円が、利用申請の額 {format_yen(line.eligible_yen)}円を"
        f"超えています。超えた {format_yen(line.cost_yen - line.eligible_yen)}円は補助の対象になりません。"
    )
    return _finding("cost_exceeds_estimate", _WARNING, line.category, sentence, version.get("estimate_limit").source)


def _missing_periods(version: RuleVersion, lines: Sequence[Line]) -> Iterator[Finding]:
    """Point out payments that wait for a monitoring that is not planned."""
    held = [
        (line, holdback)
        for line in lines
        if line.category in PLAN_CATEGORIES
        and line.subsidy_yen
        and (holdback := version.find("holdback_share", line.category))
    ]
    if held:
        share = version.share("holdback_share", held[0][0].category)
        subsidy_yen = sum(line.subsidy_yen for line, _ in held)
        sentence = (
            f"計画策定に係る補助額 {format_yen(subsidy_yen)}円の{share}は初回の伴走支援とあわせて支払われますが、"
            "伴走支援の対象期間が0件です。"
        )
        yield _finding("holdback_without_monitoring", _WARNING, None, sentence, held[0][1].source)
    for line in lines:
        if line.category is _NEGOTIATION and line.subsidy_yen:
            sentence = (
                f"金融機関交渉費用の補助額 {format_yen(line.subsidy_yen)}円は最後の伴走支援とあわせて支払われますが、"
                "伴走支援の対象期間が0件です。"
            )
            source = version.get("negotiation_paid_with").source
            yield _finding("negotiation_without_monitoring", _WARNING, None, sentence, source)


def _cap_binds(version: RuleVersion, line: Line, size_class: SizeClass | None) -> Finding:
    shared_yen = format_yen(line.shared_remainder_yen or 0)
    if line.limited_by is Limit.JOINT_CAP:
        limit = f"計画策定支援と伴走支援を合わせた上限の残り {shared_yen}円"
        source = version.get("joint_cap_yen").source
    elif line.limited_by is Limit.SIZE_REMAINDER:
        limit = f"総額の目安({size_class.label if size_class else ''})による残り {shared_yen}円"
        source = version.get("size_remainder").source
    else:
        limit = f"補助上限額 {format_yen(line.cap_yen or 0)}円の残り {format_yen(line.remaining_cap_yen or 0)}円"
        source = version.get("cap_yen", line.category).source
    sentence = (
        f"{line.category.label}の補助額は、補助率による {format_yen(line.two_thirds_yen)}円ではなく、"
        f"{limit}を限度に {format_yen(line.subsidy_yen)}円になります。"
    )
    return _finding("cap_binds", _INFO, line.category, sentence, source)


@lru_cache(maxsize=256)
def _unconfirmed(rule: Rule) -> Finding:
    label, note = (rule.label, rule.note) if isinstance(rule, Parameter) else (rule.id, "")
    sentence = f"「{label}」は公的資料で確認できていません。{note}。協議会に確かめてください。"
    return Finding("unconfirmed_rule", _INFO, None, f"{sentence}({rule.id})", rule.source.citation)
