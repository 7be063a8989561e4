"""The rows of the estimate."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.models import Case, CoAgency, yen_range
from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models.workers import Worker
from vapup.accounts.models import Agency, AgencyQuerySet, track

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
    # Whose work it is; empty for the lead agency.
    co_agency = models.ForeignKey(
        CoAgency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cost_lines",
        verbose_name="担当する支援機関",
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="cost_lines", verbose_name="従事者"
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
