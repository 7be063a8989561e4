"""The self-check (自己記入チェックリスト): answered where the records decide, left open where a person must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cases.enums import Industry, LegalForm, Scheme, SchemeFrame
from cases.models import Case, Lender
from cases.rules.eligibility import Answer, Applicant, SmeVerdict, sme_verdict
from subsidies.packets.payload import Check, Form
from subsidies.rules.assessment import Assessment
from subsidies.rules.editions import FOLLOW_UP

YES, NO, OPEN = "yes", "no", "open"
REUSE: Final = "reuse_application"
COSTS = (
    ("category_not_in_frame", "費用の区分は、いずれもこの枠の対象である。"),
    ("total_exceeds_size_class", "計画策定支援と伴走支援の費用の合計は、企業規模に応じた総額の目安の範囲内である。"),
    ("monitoring_exceeds_half", "伴走支援の費用は、計画策定支援との合計に対する割合の上限の範囲内である。"),
    ("monitoring_exceeds_ceiling", "伴走支援の費用は、企業規模ごとの上限の範囲内である。"),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What the edition of the forms calls the application, the outline of the applicant, and the monitoring."""

    application: str
    outline: str
    follow_up: str
    has_reuse_form: bool

    @classmethod
    def of(cls, forms: Iterable[Form], follow_up: str) -> Names:
        """Return the names of a set of forms: their numbers, or their titles where they have none."""
        names = {form.code: form.number or form.title for form in forms}
        reuse = names.get(REUSE)
        usage = reuse or names.get("usage_application", "利用申請書")
        return cls(usage, names.get("applicant_outline", "申請者の概要"), follow_up, reuse is not None)


def checks_of(case: Case, lenders: Sequence[Lender], assessment: Assessment, names: Names) -> tuple[Check, ...]:
    """Return every line of the self-check in its order."""
    costs = _costs(assessment, names)
    return (*_applicant(case, lenders, names), *costs, *_reuse(case, assessment, names), *_declarations(names))


def _applicant(case: Case, lenders: Sequence[Lender], names: Names) -> Iterator[Check]:
    group = "申請者"
    verdict = _sme_verdict(case)
    is_excluded = verdict.answer is Answer.EXCLUDED_FORM
    form = LegalForm(case.enterprise.legal_form).label
    yield Check(group, "法人形態は、制度の対象外とされるものではない。", _said(not is_excluded), f"{form}")
    if is_excluded:
        yield Check(group, "中小企業者の規模の要件を満たす。", OPEN, "対象外の法人形態のため判定していません。")
    else:
        reasons = "".join(verdict.reasons)
        yield Check(
            group, "中小企業者の規模の要件(資本金または従業員数)を満たす。", _said(verdict.is_eligible), reasons
        )
    where = f"{names.outline}「財務上の問題と相談の経緯」" if case.difficulty else ""
    yield Check(group, "借入金の返済負担など財務上の問題を抱え、金融支援を必要としている。", OPEN, where)
    yield Check(group, "自ら計画を策定することが難しく、専門家の支援を必要としている。", OPEN, "")
    where = f"{names.outline}「金融機関の支援の見込み」" if case.support_outlook else ""
    yield Check(group, "取引金融機関の支援が見込まれる。", OPEN, where)
    yield _single_bank(group, lenders)


def _sme_verdict(case: Case) -> SmeVerdict:
    enterprise = case.enterprise
    applicant = Applicant(
        legal_form=LegalForm(enterprise.legal_form),
        industry=Industry(enterprise.industry),
        capital_yen=enterprise.capital_yen,
        employee_count=enterprise.employee_count,
    )
    return sme_verdict(applicant, Scheme.of(SchemeFrame(case.frame)), on=case.key_date)


def _single_bank(group: str, lenders: Sequence[Lender]) -> Check:
    # 沖縄県の協議会 (https://www.nahacci.or.jp/saisei/center/?p=119): one bank and no guaranteed loan is outside.
    text = "借入先が一つの金融機関だけで、信用保証協会の保証付き借入もない、という場合に当たらない。"
    borrowing = [lender for lender in lenders if lender.balance_yen]
    if not borrowing:
        return Check(group, text, OPEN, "借入残高の記録がありません。")
    guaranteed_yen = sum(lender.guaranteed_yen for lender in borrowing)
    bank_count = len({lender.bank_name for lender in borrowing})
    basis = f"借入先 {bank_count}、うち保証協会付 {'あり' if guaranteed_yen else 'なし'}"
    return Check(group, text, _said(bank_count > 1 or guaranteed_yen > 0), basis)


def _costs(assessment: Assessment, names: Names) -> Iterator[Check]:
    """Answer from the findings, so that the form never says other than the assessment."""
    messages = {finding.code: finding.message for finding in assessment.findings}
    for code, text in COSTS:
        if code != "category_not_in_frame" and assessment.size_class is None:
            continue
        basis = messages.get(code, "「計算根拠」のとおり")
        yield Check("費用", text.replace(FOLLOW_UP, names.follow_up), _said(code not in messages), basis)
    yield Check("費用", "見積りの単価は、支援機関が通常用いる単価表のとおりである。", OPEN, "")
    yield Check("費用", "利用申請の受理より前に行う業務の費用を含めていない。", OPEN, "")
    yield Check("費用", "同じ業務について、国などの他の補助金を受けていない(受ける予定もない)。", OPEN, "")


def _reuse(case: Case, assessment: Assessment, names: Names) -> Iterator[Check]:
    past_yen = sum(assessment.request.past_subsidies.values())
    if not past_yen:
        yield Check("過去の利用", "同じ枠を過去に利用したことがない。", YES, "過去の利用の記録なし")
        return
    basis = f"過去の補助額 {past_yen:,}円。{names.application}「過去の利用」"
    yield Check("過去の利用", "同じ枠を過去に利用したことがない。", NO, basis)
    place = names.application if names.has_reuse_form else f"{names.application}の備考"
    text = f"再度利用する理由を{place}に記載した。"
    yield Check("過去の利用", text, _said(bool(case.repeat_use_reason.strip())), "")


def _declarations(names: Names) -> Iterator[Check]:
    group = "確認・誓約"
    sealed = f"主要または準主要の金融機関が{names.application}に記名押印した(しないときは確認書面を添付した)。"
    yield Check(group, sealed, OPEN, "")
    yield Check(
        group,
        "申請者と支援機関は、いずれも反社会的勢力に当たらず、関係も持たない。",
        OPEN,
        "",
    )
    yield Check(group, "記載した内容に相違がなく、添付書類はすべてそろっている。", OPEN, "")


def _said(is_so: bool) -> str:  # noqa: FBT001  # one word of the answer, nothing to confuse it with
    return YES if is_so else NO
