"""Enterprises, their lenders, and what councils paid for them before."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.enums import Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models.columns import yen_range
from cases.models.words import keep_enterprise_words
from vapup.accounts.models import Agency, AgencyQuerySet, track


class PresentEnterprises(models.Manager["Enterprise"]):
    """Finds enterprises as everybody means them: without those that were merged into another."""

    def get_queryset(self) -> AgencyQuerySet[Enterprise]:
        """Return those that stand for themselves."""
        return AgencyQuerySet(self.model, using=self._db).filter(merged_into=None)

    def for_agency(self, agency_id: int) -> AgencyQuerySet[Enterprise]:
        """Return those of one agency."""
        return self.get_queryset().for_agency(agency_id)


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
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="統合先"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("登録日時", db_default=Now())

    # The first is Django's own choice, for relations and dumps; whoever asks for enterprises asks `objects`.
    with_merged = AgencyQuerySet["Enterprise"].as_manager()
    objects = PresentEnterprises()

    class Meta:
        verbose_name = "事業者"
        indexes = [models.Index(fields=["agency", "name_kana", "id"], name="enterprise_by_kana")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "corporate_number"],
                condition=~Q(corporate_number="") & Q(merged_into__isnull=True),
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
        triggers = [keep_enterprise_words()]

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
