"""Cost lines, the usage application with its frozen figures, and the packets made from it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.models import Case, yen_range
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, ApprovalState, CostCategory, PacketState, TopUpState
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track
from vapup.documents.models import StoredDocument

LONGEST_MINUTES = 60 * 10_000


@track
class CostLine(models.Model):
    """One row of the estimate (業務別見積明細): a person's hours on one kind of work.

    `net_yen` is rate × minutes / 60 and `tax_yen` its consumption tax, each with fractions of a yen dropped.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="cost_lines")
    category = models.CharField("費用区分", max_length=30, choices=CostCategory.choices)
    period = models.ForeignKey(
        MonitoringPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="cost_lines", verbose_name="回"
    )
    position = models.PositiveIntegerField(default=0)
    work = models.CharField("業務内容", max_length=200)
    person = models.CharField("担当者・資格", max_length=100)
    hourly_rate_yen = models.BigIntegerField("単価(税抜・円/時間)")
    minutes = models.PositiveIntegerField("予定時間(分)")
    net_yen = models.BigIntegerField("金額(税抜)")
    tax_percent = models.PositiveSmallIntegerField("消費税率", default=10)
    tax_yen = models.BigIntegerField("消費税")
    gross_yen = models.BigIntegerField("合計(税込)")
    is_subcontracted = models.BooleanField("外部委託", default=False)

    objects = AgencyQuerySet["CostLine"].as_manager()

    class Meta:
        verbose_name = "費用明細"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(name="cost_line_adds_up", condition=Q(gross_yen=F("net_yen") + F("tax_yen"))),
            models.CheckConstraint(name="cost_line_has_time", condition=Q(minutes__gt=0, minutes__lte=LONGEST_MINUTES)),
            yen_range("hourly_rate_yen", "cost_line_rate_in_range"),
            yen_range("gross_yen", "cost_line_gross_in_range"),
            models.CheckConstraint(name="cost_line_parts_not_negative", condition=Q(net_yen__gte=0, tax_yen__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.work}"


@track
class UsageApplication(models.Model):
    """The 利用申請 of a case: its approval in the office and, once approved, the figures frozen for ever."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="usage_application")
    state = models.CharField(
        "所内の状態", max_length=20, choices=ApprovalState.choices, default=ApprovalState.PREPARING
    )
    requested_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承認の依頼者"
    )
    requested_at = models.DateTimeField("承認依頼日時", null=True)
    decided_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承認・差戻しをした人"
    )
    decided_at = models.DateTimeField("承認・差戻し日時", null=True)
    decision_note = models.TextField("承認者の意見", blank=True)
    is_self_approved = models.BooleanField("自己承認", default=False)
    override_reason = models.TextField("上限等の例外を認める理由", blank=True)
    assessment: models.JSONField[Any, Any] = models.JSONField("承認時の算定", null=True)
    assessment_sha256 = models.CharField(max_length=64, blank=True)
    # What was assessed, as `manage.py assess` reads it, and the hash of the figures alone: words may be improved,
    # figures of a decided case never change (see `manage.py recompute`).
    assessed: models.JSONField[Any, Any] = models.JSONField("承認時の算定の前提", null=True)
    figures_sha256 = models.CharField(max_length=64, blank=True)
    payload: models.JSONField[Any, Any] = models.JSONField("承認時の申請内容", null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["UsageApplication"].as_manager()

    class Meta:
        verbose_name = "利用申請"
        constraints = [
            models.CheckConstraint(
                name="usage_approved_is_frozen",
                condition=~Q(state=ApprovalState.APPROVED)
                | Q(
                    assessment__isnull=False,
                    assessed__isnull=False,
                    payload__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="usage_requested_by_somebody",
                condition=~Q(state=ApprovalState.REQUESTED) | Q(requested_by__isnull=False, requested_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"利用申請 {self.case.number}"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id


@track
class Packet(models.Model):
    """One printing of an application: the payload as it was, and the PDF made from it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="packets")
    application = models.CharField("申請", max_length=30, choices=ApplicationKind.choices)
    is_draft = models.BooleanField("下書き", default=True)
    state = models.CharField("状態", max_length=10, choices=PacketState.choices, default=PacketState.QUEUED)
    payload: models.JSONField[Any, Any] = models.JSONField()
    failure = models.TextField("失敗の内容", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField("依頼日時", db_default=Now())
    finished_at = models.DateTimeField("完了日時", null=True)

    objects = AgencyQuerySet["Packet"].as_manager()

    class Meta:
        verbose_name = "申請書類一式"
        indexes = [models.Index(fields=["state", "id"], name="packet_waiting")]
        constraints = [
            models.CheckConstraint(
                name="packet_done_has_document", condition=~Q(state=PacketState.DONE) | Q(document__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_application_display()} {self.case.number}"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id


@track
class Estimate(models.Model):
    """A what-if that was kept (試算): what was assumed, and what the rules made of it. It is never changed."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="estimates")
    name = models.CharField("試算の名前", max_length=100)
    assessed: models.JSONField[Any, Any] = models.JSONField("前提")
    assessment: models.JSONField[Any, Any] = models.JSONField("算定")
    figures_sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="作成者")
    created_at = models.DateTimeField("作成日時", db_default=Now())

    objects = AgencyQuerySet["Estimate"].as_manager()

    class Meta:
        verbose_name = "試算"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id


@track
class LocalTopUp(models.Model):
    """What a town or a guarantee corporation adds to the enterprise's own share (地域の上乗せ補助).

    It lowers what the enterprise pays in the end, and never enters the arithmetic of the scheme.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="top_ups")
    provider = models.CharField("実施機関", max_length=100)
    programme = models.CharField("制度の名称", max_length=200, blank=True)
    amount_yen = models.BigIntegerField("上乗せの額")
    state = models.CharField("状況", max_length=10, choices=TopUpState.choices, default=TopUpState.PLANNED)
    decided_on = models.DateField("交付決定日", null=True, blank=True)
    source_url = models.URLField("制度のページ", max_length=300, blank=True)
    note = models.CharField("備考", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["LocalTopUp"].as_manager()

    class Meta:
        verbose_name = "上乗せ補助"
        ordering = ["id"]
        constraints = [yen_range("amount_yen", "top_up_in_range")]

    def __str__(self) -> str:
        return f"{self.provider} {self.amount_yen:,}円"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id
