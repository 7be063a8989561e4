"""The assessment of a case in the words and shapes of its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cases.models import Case
from cases.workflow import OPEN_STAGES
from subsidies.enums import SENT, ApplicationKind, CostCategory
from subsidies.models import Application
from subsidies.rules.assessment import Assessment
from subsidies.rules.deadlines import Deadline
from subsidies.rules.findings import Finding, Severity
from subsidies.rules.lines import Line
from subsidies.rules.payments import Payment, Trigger
from subsidies.rules.terms import Limit, terms_on
from subsidies.selectors import RuleName, periods_of, rule_name
from subsidies.selectors.estimate.basis import BasisGroup, basis_groups
from vapup.shared.dates import countdown
from vapup.shared.money import format_yen

LIMITS: Final[Mapping[Limit, str]] = MappingProxyType(
    {
        Limit.CAP: "補助上限額",
        Limit.ESTIMATE: "利用申請の額",
        Limit.JOINT_CAP: "計画策定と伴走支援を合わせた上限",
        Limit.SIZE_REMAINDER: "総額の目安による残り",
    }
)
POOLS: Final[Mapping[Limit, str]] = MappingProxyType(
    {
        Limit.JOINT_CAP: "計画策定と伴走支援を合わせた上限",
        Limit.SIZE_REMAINDER: "計画策定と伴走支援の合計(総額の目安 × 補助率)",
    }
)
PLAN_CLAIM: Final = "計画策定費用の支払申請"
SOON_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One category against its cap, in whole yen; the cap is None where only a joint one applies."""

    label: str
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int
    past_yen: int
    cap_yen: int | None
    in_frame: bool
    limited_by: str
    cap_binds: bool

    @property
    def free_yen(self) -> int:
        """Return what is left of the cap after this case."""
        return (self.cap_yen or 0) - self.past_yen - self.subsidy_yen


@dataclass(frozen=True, slots=True)
class Gauge:
    """A cost against what the size class allows."""

    label: str
    value_yen: int
    limit_yen: int
    share: str

    @property
    def is_over(self) -> bool:
        """Tell whether the limit is passed."""
        return self.value_yen > self.limit_yen


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment of the council and the claim with which it comes."""

    category: str
    claim: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One claim's last day, in both readings of 「経過した日」.

    `remaining` says how far off the safe day is (あと30日, 本日, 3日超過) or that the claim was submitted (提出済), or
    nothing once the case has ended, and `tone` how near that is, for a chip.
    """

    name: str
    counted_from: date
    months: int
    claim_by: date
    safe_by: date
    lapses_on: date
    yen_at_risk: int
    is_confirmed: bool
    remaining: str
    tone: str
    is_submitted: bool

    @property
    def day(self) -> date:
        """Return the day that a list of deadlines shows."""
        return self.safe_by

    @property
    def icon(self) -> str:
        """Return the icon of its chip."""
        return "check" if self.is_submitted else "clock"


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """Everything that the page says of an assessment."""

    assessment: Assessment
    bars: tuple[Bar, ...]
    pool: Bar | None
    gauges: tuple[Gauge, ...]
    payments: tuple[PaymentRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    next_deadlines: tuple[DeadlineRow, ...]
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    unconfirmed: tuple[Finding, ...]
    basis: tuple[BasisGroup, ...]
    schedule_threshold_yen: int | None

    @property
    def rules(self) -> RuleName:
        """Return the name of the rules that were applied."""
        return rule_name(self.assessment.rule_version)

    @property
    def size_class(self) -> str:
        """Return the word of the size class, or nothing where the frame has none."""
        return self.assessment.size_class.label if self.assessment.size_class else ""

    @property
    def payments_yen(self) -> int:
        """Return the sum of the payments; less than the subsidy while monitoring is costed without periods."""
        return sum(row.amount_yen for row in self.payments)

    @property
    def needs_work_schedule(self) -> bool:
        """Tell whether the planning cost asks for a 工程表(ガントチャート)."""
        planning_yen = _cost_yen(self.assessment, CostCategory.PLANNING)
        return self.schedule_threshold_yen is not None and planning_yen > self.schedule_threshold_yen


def assessment_page_of(case: Case, assessment: Assessment, *, today: date) -> AssessmentPage:
    """Lay out an assessment for its page; `today` is what deadlines are counted down from."""
    deadlines = _deadlines(case, assessment, today)
    ahead = [row for row in deadlines if row.claim_by >= today and not row.is_submitted]
    findings = assessment.findings
    version = assessment.rule_version
    has_threshold = version.find("gantt_threshold_yen") is not None
    return AssessmentPage(
        assessment=assessment,
        bars=tuple(_bar(line) for line in assessment.lines),
        pool=_pool(assessment),
        gauges=tuple(_gauges(assessment)),
        payments=tuple(_payment(payment) for payment in assessment.payments),
        deadlines=deadlines,
        next_deadlines=tuple(sorted(ahead, key=_safe_by)[:1]),
        errors=_of_severity(findings, Severity.ERROR),
        warnings=_of_severity(findings, Severity.WARNING),
        remarks=tuple(one for one in _of_severity(findings, Severity.INFO) if one.code != "unconfirmed_rule"),
        unconfirmed=tuple(one for one in findings if one.code == "unconfirmed_rule"),
        basis=basis_groups(assessment),
        schedule_threshold_yen=version.whole("gantt_threshold_yen") if has_threshold else None,
    )


def _cost_yen(assessment: Assessment, category: CostCategory) -> int:
    return sum(line.cost_yen for line in assessment.lines if line.category is category)


def _of_severity(findings: Sequence[Finding], severity: Severity) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.severity is severity)


def _bar(line: Line) -> Bar:
    return Bar(
        label=line.category.label,
        cost_yen=line.cost_yen,
        subsidy_yen=line.subsidy_yen,
        own_burden_yen=line.own_burden_yen,
        past_yen=line.past_yen,
        cap_yen=line.cap_yen,
        in_frame=line.in_frame,
        limited_by=LIMITS[line.limited_by] if line.limited_by else "",
        cap_binds=line.limited_by is Limit.CAP,
    )


def _pool(assessment: Assessment) -> Bar | None:
    """Return planning and monitoring against what they may get together, where such a limit applies."""
    shared = [line for line in assessment.lines if line.shared_remainder_yen is not None]
    pool = terms_on(assessment.request.frame, assessment.request.accepted_on).pool
    if not shared or pool is None:
        return None
    past = assessment.request.past_subsidies
    subsidy_yen = sum(line.subsidy_yen for line in shared)
    cost_yen = sum(line.cost_yen for line in shared)
    is_binding = any(line.limited_by is pool.limit for line in shared)
    return Bar(
        label=POOLS[pool.limit],
        cost_yen=cost_yen,
        subsidy_yen=subsidy_yen,
        own_burden_yen=cost_yen - subsidy_yen,
        past_yen=past.get(CostCategory.PLANNING, 0) + past.get(CostCategory.MONITORING, 0),
        cap_yen=pool.limits_yen[assessment.size_class],
        in_frame=True,
        limited_by=LIMITS[pool.limit] if is_binding else "",
        cap_binds=is_binding,
    )


def _gauges(assessment: Assessment) -> Iterator[Gauge]:
    """Return the costs against the limits of the size class, where the frame has size classes."""
    size, version = assessment.size_class, assessment.rule_version
    if size is None:
        return
    monitoring_yen = _cost_yen(assessment, CostCategory.MONITORING)
    total_yen = _cost_yen(assessment, CostCategory.PLANNING) + monitoring_yen
    limit_yen = version.whole("size_total_yen", size_class=size)
    yield Gauge(f"計画策定+伴走支援の総額({size.label}の目安)", total_yen, limit_yen, _percent(total_yen, limit_yen))
    share = version.share("monitoring_share_max")
    half_yen = total_yen * share.numerator // share.denominator
    yield Gauge(f"伴走支援の割合(総額の{share}まで)", monitoring_yen, half_yen, _percent(monitoring_yen, total_yen))
    if version.find("monitoring_ceiling_yen", size_class=size):
        ceiling_yen = version.whole("monitoring_ceiling_yen", size_class=size)
        share_text = _percent(monitoring_yen, ceiling_yen)
        yield Gauge(f"伴走支援費用の上限({size.label})", monitoring_yen, ceiling_yen, share_text)


def _percent(part_yen: int, whole_yen: int) -> str:
    """Return a share with one decimal, cut off: 50.0%; — of nothing."""
    if not whole_yen:
        return "—"
    percent, tenths = divmod(part_yen * 1000 // whole_yen, 10)
    return f"{percent}.{tenths}%"


def _payment(payment: Payment) -> PaymentRow:
    claims = {
        Trigger.PLAN_CLAIM: PLAN_CLAIM,
        Trigger.FIRST_MONITORING_CLAIM: "初回の伴走支援の支払申請(留保分)",
        Trigger.MONITORING_CLAIM: f"伴走支援 第{payment.period}回の支払申請",
        Trigger.LAST_MONITORING_CLAIM: "最後の伴走支援の支払申請",
    }
    return PaymentRow(payment.category.label, claims[payment.trigger], payment.amount_yen)


def _safe_by(row: DeadlineRow) -> date:
    return row.safe_by


def _deadlines(case: Case, assessment: Assessment, today: date) -> tuple[DeadlineRow, ...]:
    plan = PLAN_CLAIM + ("(暫定)" if case.is_key_date_provisional else "")
    names: dict[int | None, str] = {
        one.period: f"伴走支援 第{one.period}回の支払申請" for one in assessment.deadlines if one.period
    }
    is_open, submitted = case.stage in OPEN_STAGES, submitted_claims(case)
    rows = (_deadline(one, names.get(one.period, plan), today, is_open=is_open) for one in assessment.deadlines)
    return tuple(
        replace(row, remaining="提出済", tone="success", is_submitted=True) if one.period in submitted else row
        for row, one in zip(rows, assessment.deadlines, strict=True)
    )


def submitted_claims(case: Case) -> frozenset[int | None]:
    """Return which claims of a case the council has or has paid: None for the plan's, else the period's number.

    A case that is only imagined has none.
    """
    if case._state.adding:
        return frozenset()
    sent = Application.objects.for_agency(case.agency_id).filter(case=case, state__in=SENT)
    claims = sent.filter(kind__in=(ApplicationKind.PLAN_CLAIM, ApplicationKind.MONITORING_CLAIM))
    ids = list(claims.values_list("period_id", flat=True))
    numbers = {period.pk: number for number, period in enumerate(periods_of(case), 1)} if ids else {}
    return frozenset(None if pk is None else numbers[pk] for pk in ids)


def _deadline(one: Deadline, name: str, today: date, *, is_open: bool) -> DeadlineRow:
    days = (one.safe_by - today).days
    return DeadlineRow(
        name=name,
        counted_from=one.counted_from,
        months=one.months,
        claim_by=one.claim_by,
        safe_by=one.safe_by,
        lapses_on=one.lapses_on,
        yen_at_risk=one.yen_at_risk,
        is_confirmed=one.confirmed,
        remaining=countdown(one.safe_by, today=today) if is_open else "",
        tone="error" if days < 0 else "warning" if days <= SOON_DAYS else "neutral",
        is_submitted=False,
    )


def limit_words(assessment: Assessment) -> tuple[str, ...]:
    """Return which limits decide the subsidy, for the summary: 計画策定支援費用: 補助上限額 2,000,000円."""
    return tuple(
        f"{line.category.label}: {LIMITS[line.limited_by]}{_limit_yen(line)}"
        for line in assessment.lines
        if line.limited_by
    )


def _limit_yen(line: Line) -> str:
    if line.limited_by is Limit.CAP:
        words = "の残り" if line.past_yen else ""
        return f"{words} {format_yen(line.remaining_cap_yen or 0)}円"
    if line.limited_by is Limit.ESTIMATE:
        return f" {format_yen(line.estimate_yen or 0)}円"
    return f" {format_yen(line.shared_remainder_yen or 0)}円"
