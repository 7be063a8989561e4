"""Enterprises that were registered twice and are one row again."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cases.models.enterprises import Enterprise
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track


@track
class EnterpriseMerge(models.Model):
    """One enterprise merged into another, with every column that was written for it, so that it can be undone.

    `changes` lists [model, id, column, before, after]; both corporate numbers stay readable here.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kept = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="merges", verbose_name="残した事業者")
    gone = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="mergings", verbose_name="統合された事業者"
    )
    kept_number = models.CharField("残した事業者の法人番号", max_length=13, blank=True)
    gone_number = models.CharField("統合された事業者の法人番号", max_length=13, blank=True)
    changes: models.JSONField[Any, Any] = models.JSONField("書き換えた内容", encoder=DjangoJSONEncoder)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="統合した人")
    made_at = models.DateTimeField("統合日時", db_default=Now())
    undone_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取り消した人"
    )
    undone_at = models.DateTimeField("取消日時", null=True, blank=True)

    objects = AgencyQuerySet["EnterpriseMerge"].as_manager()

    class Meta:
        verbose_name = "事業者の統合"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="enterprise_merged_into_one"
            ),
            models.CheckConstraint(name="enterprise_merged_into_another", condition=~Q(kept=models.F("gone"))),
        ]

    def __str__(self) -> str:
        return f"{self.gone.name} → {self.kept.name}"
