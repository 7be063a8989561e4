"""The planned periods of the follow-up (伴走支援対象期間)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.models import Case
from monitoring.enums import PeriodKind
from vapup.accounts.models import Agency, AgencyQuerySet, track


@track
class MonitoringPeriod(models.Model):
    """One period that is reported on and claimed for. Both days are inclusive."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="monitoring_periods")
    kind = models.CharField("区分", max_length=30, choices=PeriodKind.choices)
    starts_on = models.DateField("対象期間の初日")
    ends_on = models.DateField("対象期間の最終日")

    objects = AgencyQuerySet["MonitoringPeriod"].as_manager()

    class Meta:
        verbose_name = "伴走支援対象期間"
        ordering = ["ends_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="monitoring_period_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="対象期間の最終日は、初日以後の日付にしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}〜{self.ends_on}"
