"""Enterprises, their lenders, their cases, and what happened to a case."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.enums import CaseAction, CaseStage, Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track

# The largest amount that any figure of the schemes may reach: one trillion yen, as in the engine's contract.
LARGEST_YEN = 10**12
NOT_YET_APPLIED = (CaseStage.CONSULTATION, CaseStage.PREPARING)
NOT_YET_ACCEPTED = (*NOT_YET_APPLIED, CaseStage.APPLIED, CaseStage.USAGE_RETURNED, CaseStage.REJECTED)
APPLICATION_OPEN = (*NOT_YET_APPLIED, CaseStage.USAGE_RETURNED)
SIDE_EXITS = (CaseStage.WITHDRAWN, CaseStage.LAPSED)


def yen_range(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint that keeps a yen column within what the engine accepts."""
    return models.CheckConstraint(
        name=name, condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (0, LARGEST_YEN)})
    )


class Council(models.Model):
    """A prefectural council (中小企業活性化協議会). Shared by all agencies; maintained by migrations."""

    code = models.CharField("都道府県コード", max_length=2, primary_key=True)
    prefecture = models.CharField("都道府県", max_length=10)
    name = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = "協議会"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@track
class Enterprise(models.Model):
    """A company or sole trader (事業者) that an agency supports. Figures are of the latest fiscal year, in yen."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("事業者名", max_length=200)
    name_kana = models.CharField("フリガナ", max_length=200)
    legal_form = models.CharField("法人形態", max_length=30, choices=LegalForm.choices, default=LegalForm.COMPANY)
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    representative_title = models.CharField("代表者の役職", max_length=50, blank=True)
    representative = models.CharField("代表者氏名", max_length=100)
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("所在地", max_length=300)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    founded_on = models.DateField("設立日(開業日)", null=True, blank=True)
    industry = models.CharField("業種の区分", max_length=30, choices=Industry.choices)
    business = models.CharField("事業内容", max_length=500)
    capital_yen = models.BigIntegerField("資本金", null=True, blank=True)
    employee_count = models.PositiveIntegerField("常時使用する従業員数")
    fiscal_year_end_month = models.PositiveSmallIntegerField(
        "決算月", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    annual_sales_yen = models.BigIntegerField("年間売上高")
    interest_bearing_debt_yen = models.BigIntegerField("有利子負債")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("登録日時", db_default=Now())

    objects = AgencyQuerySet["Enterprise"].as_manager()

    class Meta:
        verbose_name = "事業者"
        indexes = [models.Index(fields=["agency", "name_kana", "id"], name="enterprise_by_kana")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "corporate_number"],
                condition=~Q(corporate_number=""),
                name="enterprise_once_per_number",
                violation_error_message="この法人番号の事業者は、すでに登録されています。",
            ),
            models.CheckConstraint(
                name="enterprise_has_a_fiscal_month", condition=Q(fiscal_year_end_month__range=(1, 12))
            ),
            yen_range("capital_yen", "enterprise_capital_in_range"),
            yen_range("annual_sales_yen", "enterprise_sales_in_range"),
            yen_range("interest_bearing_debt_yen", "enterprise_debt_in_range"),
        ]

    def __str__(self) -> str:
        return self.name


@track
class Lender(models.Model):
    """A financial institution that an enterprise borrows from, or keeps its account with."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="lenders")
    bank_name = models.CharField("金融機関名", max_length=100)
    branch_name = models.CharField("支店名", max_length=100, blank=True)
    role = models.CharField("区分", max_length=10, choices=LenderRole.choices, default=LenderRole.OTHER)
    balance_yen = models.BigIntegerField("借入残高", default=0)
    guaranteed_yen = models.BigIntegerField("うち保証協会付", default=0)

    objects = AgencyQuerySet["Lender"].as_manager()

    class Meta:
        verbose_name = "金融機関"
        constraints = [
            yen_range("balance_yen", "lender_balance_in_range"),
            models.CheckConstraint(
                name="lender_guaranteed_within_balance",
                condition=Q(guaranteed_yen__gte=0, guaranteed_yen__lte=F("balance_yen")),
                violation_error_message="保証協会付の残高は、借入残高以下にしてください。",
            ),
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(role=LenderRole.MAIN),
                name="lender_one_main",
                violation_error_message="主要(メイン)の金融機関は一つだけです。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.branch_name}".strip()


@track
class PastUse(models.Model):
    """What a council has already paid for an earlier case of an enterprise; it lowers what is left of the caps."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="past_uses")
    frame = models.CharField("枠", max_length=20, choices=SchemeFrame.choices)
    category = models.CharField("費用区分", max_length=30, choices=PaidCategory.choices)
    paid_yen = models.BigIntegerField("協議会が支払った額")
    accepted_on = models.DateField("当時の受理日", null=True, blank=True)
    note = models.CharField("備考", max_length=200, blank=True)

    objects = AgencyQuerySet["PastUse"].as_manager()

    class Meta:
        verbose_name = "過去の利用"
        constraints = [yen_range("paid_yen", "past_use_in_range")]

    def __str__(self) -> str:
        return f"{self.get_frame_display()} {self.get_category_display()} {self.paid_yen:,}円"


@track
class Case(models.Model):
    """One enterprise's use of one frame (案件), from the first consultation to the last payment."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField("案件番号", max_length=20)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="cases")
    frame = models.CharField("制度・枠", max_length=20, choices=SchemeFrame.choices)
    stage = models.CharField("段階", max_length=20, choices=CaseStage.choices, default=CaseStage.CONSULTATION)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+", verbose_name="協議会")
    consultant = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="cases", verbose_name="担当者")
    consulted_on = models.DateField("初回相談日")
    planned_accepted_on = models.DateField("受理予定日")
    usage_applied_on = models.DateField("利用申請日", null=True, blank=True)
    usage_accepted_on = models.DateField("受理日", null=True, blank=True)
    usage_decided_on = models.DateField("利用決定日", null=True, blank=True)
    accepted_on = models.DateField("適用基準日", null=True, blank=True)
    accepted_on_reason = models.CharField("適用基準日を変えた理由", max_length=300, blank=True)
    seeks_guarantee_release = models.BooleanField("経営者保証の解除を目指す", default=False)
    difficulty = models.TextField("財務上の問題と相談の経緯", max_length=2000, blank=True)
    support_outlook = models.TextField("金融機関の支援の見込み", max_length=2000, blank=True)
    repeat_use_reason = models.TextField("再度利用の理由", max_length=1000, blank=True)
    returned_count = models.PositiveSmallIntegerField("差戻しの回数", default=0)
    # Set while the usage application awaits approval or is approved: its inputs must not move under the approver.
    costs_locked = models.BooleanField("申請内容の固定", default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("登録日時", db_default=Now())
    updated_at = models.DateTimeField("更新日時", db_default=Now(), editable=False)

    objects = AgencyQuerySet["Case"].as_manager()

    class Meta:
        verbose_name = "案件"
        indexes = [
            models.Index(fields=["agency", "-id"], name="case_newest_first"),
            models.Index(fields=["agency", "stage", "-id"], name="case_by_stage"),
            models.Index(fields=["agency", "consultant", "-id"], name="case_by_consultant"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="case_number_once_per_agency"),
            models.CheckConstraint(
                name="case_past_preparation_has_application_date",
                condition=Q(stage__in=(*NOT_YET_APPLIED, *SIDE_EXITS)) | Q(usage_applied_on__isnull=False),
                violation_error_message="利用申請日のない案件は、準備より先に進めません。",
            ),
            models.CheckConstraint(
                name="case_past_application_has_acceptance_date",
                condition=Q(stage__in=(*NOT_YET_ACCEPTED, *SIDE_EXITS))
                | Q(usage_accepted_on__isnull=False, accepted_on__isnull=False),
                violation_error_message="受理日のない案件は、受理より先に進めません。",
            ),
            models.CheckConstraint(
                name="case_accepted_after_application",
                condition=Q(usage_accepted_on__isnull=True) | Q(usage_accepted_on__gte=F("usage_applied_on")),
                violation_error_message="受理日は、利用申請日以後の日付にしてください。",
            ),
            models.CheckConstraint(
                name="case_decided_after_acceptance",
                condition=Q(usage_decided_on__isnull=True) | Q(usage_decided_on__gte=F("usage_accepted_on")),
                violation_error_message="利用決定日は、受理日以後の日付にしてください。",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="touch",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="NEW.updated_at = now(); RETURN NEW;",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.enterprise.name}"

    @property
    def key_date(self) -> date:
        """Return the date that picks rules and forms: fixed at acceptance, provisional (planned) before."""
        return self.accepted_on or self.planned_accepted_on

    @property
    def is_application_open(self) -> bool:
        """Tell whether what the usage application says may still be changed."""
        return self.stage in APPLICATION_OPEN and not self.costs_locked

    @property
    def is_key_date_provisional(self) -> bool:
        """Tell whether rules and forms may still change because nothing has been accepted yet."""
        return self.accepted_on is None


@track
class CoAgency(models.Model):
    """Another certified support agency on a case (その他認定支援機関): a record, without access of its own."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="co_agencies")
    name = models.CharField("名称", max_length=200)
    representative = models.CharField("代表者", max_length=100, blank=True)
    certification_number = models.CharField("認定支援機関ID", max_length=20, blank=True)
    address = models.CharField("所在地", max_length=300, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)

    objects = AgencyQuerySet["CoAgency"].as_manager()

    class Meta:
        verbose_name = "その他認定支援機関"

    def __str__(self) -> str:
        return self.name


class CaseStep(models.Model):
    """A step of a case through its stages. Only ever added to."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    action = models.CharField("操作", max_length=30, choices=CaseAction.choices)
    from_stage = models.CharField("前の段階", max_length=20, choices=CaseStage.choices)
    to_stage = models.CharField("後の段階", max_length=20, choices=CaseStage.choices)
    occurred_on = models.DateField("発生日")
    reason = models.TextField("理由", blank=True)
    actor = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("記録日時", db_default=Now())

    objects = AgencyQuerySet["CaseStep"].as_manager()

    class Meta:
        verbose_name = "案件の経過"
        indexes = [models.Index(fields=["case", "-id"], name="case_step_newest_first")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.occurred_on} {self.get_action_display()}"
