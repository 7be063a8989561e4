"""Typed makers of rows for tests. None calls a service: a test's starting point must not depend on what it tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from cases.enums import CaseStage, Industry, LegalForm, LenderRole, SchemeFrame
from cases.models import Case, Council, Enterprise, EnterpriseMerge, Lender, LenderStance, Mention, Note
from monitoring.enums import DeadlineKind, PeriodKind
from monitoring.models import Deadline, MonitoringPeriod
from subsidies.enums import CostCategory, TopUpState
from subsidies.models import CostLine, Estimate, LocalTopUp
from subsidies.rules.assessment import assess
from subsidies.rules.request import AssessRequest
from subsidies.selectors.estimate.kept import figures_sha256
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member, User
from vapup.shared.dates import ONE_DAY, previous_business_day

PASSWORD = "korehatesutonopasu-1"  # of every user made here
_serial = count(1)


def make_agency(*, name: str = "青葉会計事務所", slug: str = "", self_approval_allowed: bool = False) -> Agency:
    """Store an agency."""
    return Agency.objects.create(
        name=name, slug=slug or f"agency-{next(_serial)}", self_approval_allowed=self_approval_allowed
    )


def make_user(*, email: str = "", display_name: str = "佐藤 花子") -> User:
    """Store a user with the tests' password."""
    user = User(email=email or f"user{next(_serial)}@example.jp", display_name=display_name)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_member(agency: Agency, *roles: Role, display_name: str = "佐藤 花子", email: str = "") -> Member:
    """Store a member with `roles` (default: consultant)."""
    user = make_user(email=email, display_name=display_name)
    return Member.objects.create(agency=agency, user=user, roles=[role.value for role in roles or (Role.CONSULTANT,)])


def make_enterprise(
    agency: Agency,
    *,
    name: str = "有限会社山田水産",
    corporate_number: str = "",
    annual_sales_yen: int = 320_000_000,
    interest_bearing_debt_yen: int = 250_000_000,
    legal_form: LegalForm = LegalForm.COMPANY,
) -> Enterprise:
    """Store an enterprise; by default of the medium size class."""
    return Enterprise.objects.create(
        agency=agency,
        name=name,
        name_kana="ヤマダスイサン",
        legal_form=legal_form,
        corporate_number=corporate_number,
        representative="山田 太郎",
        address="宮城県石巻市魚町1-2-3",
        industry=Industry.MANUFACTURING_OTHER,
        business="水産加工品の製造",
        capital_yen=10_000_000,
        employee_count=24,
        fiscal_year_end_month=3,
        annual_sales_yen=annual_sales_yen,
        interest_bearing_debt_yen=interest_bearing_debt_yen,
    )


def make_merge(kept: Enterprise, actor: Member, *, name: str = "(有)山田水産") -> EnterpriseMerge:
    """Store an enterprise without anything of its own that was merged into `kept`."""
    gone = make_enterprise(kept.agency, name=name)
    Enterprise.with_merged.filter(pk=gone.pk).update(merged_into=kept)
    changes = [["cases.enterprise", gone.pk, "merged_into_id", None, kept.pk]]
    return EnterpriseMerge.objects.create(
        agency_id=kept.agency_id, kept=kept, gone=gone, changes=changes, made_by=actor
    )


def make_lender(
    enterprise: Enterprise,
    *,
    role: LenderRole = LenderRole.MAIN,
    balance_yen: int = 180_000_000,
    guaranteed_yen: int = 0,
    bank_name: str = "七十七銀行",
    branch_name: str = "石巻支店",
) -> Lender:
    """Store a lender of an enterprise."""
    return Lender.objects.create(
        agency_id=enterprise.agency_id,
        enterprise=enterprise,
        bank_name=bank_name,
        branch_name=branch_name,
        role=role,
        balance_yen=balance_yen,
        guaranteed_yen=guaranteed_yen,
    )


def make_stance(case: Case, lender: Lender, **recorded: Any) -> LenderStance:
    """Store what a lender has said to a case."""
    return LenderStance.objects.create(agency_id=case.agency_id, case=case, lender=lender, **recorded)


def make_case(
    consultant: Member,
    *,
    enterprise: Enterprise | None = None,
    frame: SchemeFrame = SchemeFrame.NORMAL,
    stage: CaseStage = CaseStage.PREPARING,
    number: str = "",
    planned_accepted_on: date = date(2025, 5, 12),
) -> Case:
    """Store a case in the charge of `consultant`."""
    return Case.objects.create(
        agency_id=consultant.agency_id,
        number=number or f"C-2025-{next(_serial):04d}",
        enterprise=enterprise or make_enterprise(consultant.agency),
        frame=frame,
        stage=stage,
        council=Council.objects.get(code="04"),
        consultant=consultant,
        consulted_on=date(2025, 4, 1),
        planned_accepted_on=planned_accepted_on,
    )


def make_period(
    case: Case, *, ends_on: date = date(2026, 9, 30), kind: PeriodKind = PeriodKind.REGULAR
) -> MonitoringPeriod:
    """Store a monitoring period of half a year."""
    starts_on = date(ends_on.year, 4, 1) if ends_on.month > 3 else date(ends_on.year - 1, 10, 1)
    return MonitoringPeriod.objects.create(
        agency_id=case.agency_id, case=case, kind=kind, starts_on=starts_on, ends_on=ends_on
    )


def make_cost_line(
    case: Case,
    *,
    category: CostCategory = CostCategory.PLANNING,
    gross_yen: int = 1_100_000,
    period: MonitoringPeriod | None = None,
    work: str = "財務DD・計画策定",
) -> CostLine:
    """Store a cost line of `gross_yen` including 10 % tax, at 10,000 yen an hour."""
    net = gross_yen * 10 // 11
    return CostLine.objects.create(
        agency_id=case.agency_id,
        case=case,
        category=category,
        period=period,
        work=work,
        person="佐藤 花子(税理士)",
        hourly_rate_yen=10_000,
        minutes=max(net * 60 // 10_000, 1),
        net_yen=net,
        tax_yen=gross_yen - net,
        gross_yen=gross_yen,
    )


def make_top_up(
    case: Case,
    *,
    provider: str = "宮城県信用保証協会",
    amount_yen: int = 100_000,
    state: TopUpState = TopUpState.PLANNED,
    decided_on: date | None = None,
) -> LocalTopUp:
    """Store a local top-up of a case."""
    return LocalTopUp.objects.create(
        agency_id=case.agency_id,
        case=case,
        provider=provider,
        amount_yen=amount_yen,
        state=state,
        decided_on=decided_on,
    )


def make_note(
    case: Case, author: Member, *, body: str = "社長に電話。決算書は来週届く。", called: Sequence[Member] = ()
) -> Note:
    """Store a note on a case that calls `called`."""
    note = Note.objects.create(agency_id=case.agency_id, case=case, author=author, body=body)
    for member in called:
        Mention.objects.create(agency_id=case.agency_id, note=note, member=member)
    return note


def make_deadline(
    case: Case,
    *,
    kind: DeadlineKind = DeadlineKind.PLAN_CLAIM,
    claim_by: date = date(2027, 5, 12),
    yen_at_risk: int = 1_000_000,
    **fields: Any,
) -> Deadline:
    """Store a deadline as it stands, past the ledger; the case does not ask for it unless a test makes it so."""
    values = {
        "counted_from": case.key_date,
        "lapses_on": claim_by + ONE_DAY,
        "safe_by": previous_business_day(claim_by),
        "clause": "利用申請は、受理された日から2年を経過した日に失効する",
        "source_url": "https://keieikaizen.fukuoka-kyogikai.go.jp/faq-3/",
        "consultant": case.consultant,
        **fields,
    }
    return Deadline.objects.create(
        agency_id=case.agency_id, case=case, kind=kind, claim_by=claim_by, yen_at_risk=yen_at_risk, **values
    )


def make_ready_case(consultant: Member, *, stage: CaseStage = CaseStage.PREPARING, number: str = "") -> Case:
    """Store a normal case of the medium size class that lacks nothing: 2,100,000 yen of subsidy for 3,150,000."""
    case = make_case(consultant, stage=stage, number=number)
    make_lender(case.enterprise)
    make_cost_line(case, gross_yen=1_500_000)
    first, second = make_period(case), make_period(case, ends_on=date(2027, 3, 31))
    make_cost_line(case, category=CostCategory.MONITORING, period=first, gross_yen=500_000, work="第1回の報告")
    make_cost_line(case, category=CostCategory.MONITORING, period=second, gross_yen=1_000_000, work="第2回の報告")
    make_cost_line(case, category=CostCategory.NEGOTIATION, gross_yen=150_000, work="金融機関との交渉")
    return case


def make_estimate(case: Case, by: Member, *, name: str = "伴走支援を3割にした案") -> Estimate:
    """Store a kept what-if of the early frame: 150,000 yen of planning, of which 100,000 are the subsidy."""
    request = AssessRequest(
        frame=SchemeFrame.VUP, accepted_on=date(2025, 5, 12), costs={CostCategory.PLANNING: 150_000}
    )
    assessment = assess(request)
    return Estimate.objects.create(
        agency_id=case.agency_id,
        case=case,
        name=name,
        assessed=request.as_dict(),
        assessment=assessment.as_dict(),
        figures_sha256=figures_sha256(assessment),
        created_by=by,
    )
