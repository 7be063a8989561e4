"""What a usage application still lacks before its approval can be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.urls import reverse

from cases.enums import CaseStage, Industry, LegalForm, LenderRole, Scheme, SchemeFrame
from cases.models import Case
from cases.rules.eligibility import Answer, Applicant, SmeVerdict, sme_verdict
from subsidies.models import CostLine
from subsidies.rules.assessment import Assessment
from subsidies.rules.findings import Finding, Severity
from subsidies.rules.parameters import FrameNotOpen
from subsidies.selectors import assessment_of, cost_lines_of, periods_of

APPROVABLE_STAGES = frozenset({CaseStage.PREPARING, CaseStage.USAGE_RETURNED})


class Weight(StrEnum):
    """What an open point means for the approval."""

    BLOCKS = "blocks"  # nothing can be asked for
    NEEDS_OVERRIDE = "needs_override"  # the approver must give a reason for the exception
    ADVICE = "advice"  # the approver should know


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the check: what is looked at, and what is missing if it is not met."""

    label: str
    weight: Weight
    missing: str = ""
    url: str = ""

    @property
    def is_met(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True)
class Readiness:
    """All points of a case, with its assessment where the frame is open."""

    points: tuple[Point, ...]
    assessment: Assessment | None

    @cached_property
    def blocking(self) -> tuple[Point, ...]:
        """Return the open points that keep the approval from being asked for."""
        return tuple(one for one in self.points if not one.is_met and one.weight is Weight.BLOCKS)

    @cached_property
    def exceptions(self) -> tuple[str, ...]:
        """Return what only an approver's written reason can let pass: errors of the assessment, and the SME test."""
        return tuple(one.missing for one in self.points if not one.is_met and one.weight is Weight.NEEDS_OVERRIDE)


def readiness_of(case: Case) -> Readiness:
    """Check a case as its rows stand now."""
    try:
        assessment, closed = assessment_of(case), ""
    except FrameNotOpen as error:
        assessment, closed = None, error.message
    points = (*_case_points(case, closed), *_enterprise_points(case), *_cost_points(case))
    if assessment is not None:
        points = (*points, *_finding_points(case, assessment.findings))
    return Readiness(points, assessment)


def _case_points(case: Case, closed: str) -> Iterator[Point]:
    url = reverse("cases:detail", args=[case.number])
    stage = CaseStage(case.stage)
    not_yet = f"案件は「{stage.label}」の段階です。承認を依頼できるのは、利用申請の準備中か、差戻しの後です。"
    yield Point("案件の段階", Weight.BLOCKS, "" if stage in APPROVABLE_STAGES else not_yet, url)
    edit_url = reverse("cases:edit", args=[case.number])
    yield Point("制度の枠と受理予定日", Weight.BLOCKS, closed, edit_url)
    untold = [
        name
        for name, text in (
            ("財務上の問題と相談の経緯", case.difficulty),
            ("金融機関の支援の見込み", case.support_outlook),
        )
        if not text.strip()
    ]
    missing = f"「{'」「'.join(untold)}」が未入力です。申請書のその欄は空欄になります。" if untold else ""
    yield Point("申請の理由", Weight.ADVICE, missing, edit_url)


def _enterprise_points(case: Case) -> Iterator[Point]:
    url = reverse("cases:enterprise", args=[case.enterprise_id])
    verdict = _verdict(case)
    weight = Weight.BLOCKS if verdict.answer is Answer.EXCLUDED_FORM else Weight.NEEDS_OVERRIDE
    yield Point("事業者の要件", weight, "" if verdict.is_eligible else "".join(verdict.reasons), url)
    roles = {*case.enterprise.lenders.values_list("role", flat=True)} - {LenderRole.GUARANTOR}
    missing = "" if roles else "金融機関が登録されていません。申請書には取引金融機関と借入残高が必要です。"
    yield Point("金融機関", Weight.BLOCKS, missing, f"{url}#lenders")
    no_main = "主要(メイン)の金融機関が決まっていません。" if roles and LenderRole.MAIN not in roles else ""
    yield Point("主要な金融機関", Weight.ADVICE, no_main, f"{url}#lenders")


def _verdict(case: Case) -> SmeVerdict:
    enterprise = case.enterprise
    applicant = Applicant(
        LegalForm(enterprise.legal_form),
        Industry(enterprise.industry),
        enterprise.capital_yen,
        enterprise.employee_count,
    )
    return sme_verdict(applicant, Scheme.of(SchemeFrame(case.frame)), on=case.key_date)


def _cost_points(case: Case) -> Iterator[Point]:
    url = reverse("subsidies:costs", args=[case.number])
    lines, periods = cost_lines_of(case), periods_of(case)
    missing = "" if lines else "費用明細が1件もありません。費用のページで見積りを入力してください。"
    yield Point("費用明細", Weight.BLOCKS, missing, url)
    yield Point("費用明細の回", Weight.BLOCKS, _unassigned(lines, {one.kind for one in periods}), url)
    early = [one for one in periods if one.ends_on < case.key_date]
    missing = "、".join(f"対象期間 {one} の最終日が、適用基準日 {case.key_date} より前です。" for one in early)
    yield Point("伴走支援対象期間", Weight.BLOCKS, missing, f"{url}#periods")


def _unassigned(lines: Sequence[CostLine], kinds: set[str]) -> str:
    """Return what to do about monitoring lines without a period, where there are periods to choose from."""
    loose = [one for one in lines if one.period_id is None and one.category in kinds]
    if not loose:
        return ""
    names = "、".join(f"「{one.work}」" for one in loose)
    return f"{names}に伴走支援の回が選ばれていません。費用のページで回を選んでください。"


def _finding_points(case: Case, findings: Sequence[Finding]) -> Iterator[Point]:
    url = reverse("subsidies:assessment", args=[case.number]) + "#findings"
    errors = [one for one in findings if one.severity is Severity.ERROR]
    for finding in errors:
        yield Point("制度の上限・要件", Weight.NEEDS_OVERRIDE, finding.message, url)
    if not errors:
        yield Point("制度の上限・要件", Weight.NEEDS_OVERRIDE)
    is_reuse = any(one.code == "reuse_needs_council" for one in findings)
    untold = is_reuse and not case.repeat_use_reason.strip()
    missing = "再度の利用ですが、案件の「再度利用の理由」が未入力です。申請書の備考に理由が必要です。" if untold else ""
    yield Point("再度の利用", Weight.BLOCKS, missing, reverse("cases:edit", args=[case.number]))
