"""The packets made from applications."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cases.models import Case
from subsidies.enums import ApplicationKind, PacketState
from subsidies.models.applications import Application
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track
from vapup.documents.models import StoredDocument


@track
class Packet(models.Model):
    """One printing of an application: the payload as it was, what was enclosed, and the files made from them.

    `document` is the merged PDF, `archive` the ZIP of its parts.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="packets")
    application = models.CharField("申請", max_length=30, choices=ApplicationKind.choices)
    application_row = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="packets")
    is_draft = models.BooleanField("下書き", default=True)
    state = models.CharField("状態", max_length=10, choices=PacketState.choices, default=PacketState.QUEUED)
    payload: models.JSONField[Any, Any] = models.JSONField()
    enclosed: models.JSONField[Any, Any] = models.JSONField("同封する書類と確認の結果", null=True)
    failure = models.TextField("失敗の内容", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    archive = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
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

    @property
    def name(self) -> str:
        """Return the name of the application, with its ordinal where a case has several of the kind."""
        return self.application_row.name if self.application_row else self.get_application_display()

    @property
    def is_exportable(self) -> bool:
        """Tell whether it can go into an export: final, made, and of an application that is stored."""
        return not self.is_draft and self.state == PacketState.DONE and self.application_row_id is not None
