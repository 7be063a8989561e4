"""Exports: several final packets taken out of the office at once, for one purpose."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from subsidies.enums import ExportState, PacketState
from subsidies.models.applications import Application
from subsidies.models.packets import Packet
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track


@track
class Export(models.Model):
    """What somebody asked to take out, and why. It is made as soon as none of its packets waits any more."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField("出力の目的")
    state = models.CharField("状態", max_length=10, choices=ExportState.choices, default=ExportState.WORKING)
    requested_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="依頼した人")
    requested_at = models.DateTimeField("依頼日時", db_default=Now())
    made_at = models.DateTimeField("完了日時", null=True)

    objects = AgencyQuerySet["Export"].as_manager()

    class Meta:
        verbose_name = "一括出力"
        constraints = [
            models.CheckConstraint(name="export_has_purpose", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="export_made_at_its_end", condition=Q(state=ExportState.WORKING) ^ Q(made_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"一括出力 {self.pk}"


@track
class ExportItem(models.Model):
    """One application of an export: the packet that stands for it, or the words why there is none."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, null=True, related_name="export_items")
    state = models.CharField("状態", max_length=10, choices=PacketState.choices, default=PacketState.QUEUED)
    failure = models.TextField("失敗の内容", blank=True)

    objects = AgencyQuerySet["ExportItem"].as_manager()

    class Meta:
        verbose_name = "一括出力の書類"
        constraints = [
            models.CheckConstraint(
                name="export_item_has_packet", condition=Q(state=PacketState.FAILED) | Q(packet__isnull=False)
            ),
            models.CheckConstraint(
                name="export_item_says_why", condition=~Q(state=PacketState.FAILED) | ~Q(failure="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.case.number} {self.application.name}"
