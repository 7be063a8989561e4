"""What-ifs that were kept, and local top-ups."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from cases.models import Case, yen_range
from subsidies.enums import TopUpState
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track


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
