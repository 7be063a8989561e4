"""The papers that go with an application: what each says, where it is, and its uploaded versions."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cases.models import CoAgency, Lender, yen_range
from subsidies.enums import PaperPlace, PaperStatus
from subsidies.models.applications import Application
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track
from vapup.documents.models import StoredDocument


@track
class Paper(models.Model):
    """One paper that an application needs (書類): which row of the dated list it answers, and what it says.

    `requirement` names the row of the list. Where the list asks for one paper an agency or a lender, `co_agency` or
    `lender` says whose it is; both are empty for the lead agency's and for papers that exist once. The `stated_`
    columns repeat what the paper itself says, so that papers can be compared with the records.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="papers")
    requirement = models.CharField("書類", max_length=80)
    co_agency = models.ForeignKey(CoAgency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField("状態", max_length=20, choices=PaperStatus.choices, default=PaperStatus.NOT_STARTED)
    reason = models.CharField("不足・対象外の理由", max_length=300, blank=True)
    place = models.CharField("現物の所在", max_length=20, choices=PaperPlace.choices, default=PaperPlace.NOWHERE)
    is_original = models.BooleanField("原本である", default=False)
    issued_on = models.DateField("発行日・作成日", null=True, blank=True)
    valid_until = models.DateField("有効期限", null=True, blank=True)
    stated_edition = models.CharField("様式の版", max_length=20, blank=True)
    stated_name = models.CharField("書類の名称・氏名", max_length=200, blank=True)
    stated_address = models.CharField("書類の所在地", max_length=300, blank=True)
    stated_yen = models.BigIntegerField("書類の金額", null=True, blank=True)
    checked_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="確かめた人"
    )
    checked_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["Paper"].as_manager()

    class Meta:
        verbose_name = "書類"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "requirement", "co_agency", "lender"],
                nulls_distinct=False,
                name="paper_once_per_subject",
            ),
            models.CheckConstraint(
                name="paper_left_out_for_a_reason",
                condition=~Q(status__in=(PaperStatus.LEFT_OUT, PaperStatus.CHECKED_LACKING)) | ~Q(reason=""),
                violation_error_message="「対象外」と「確認済・不足あり」には、理由を入力してください。",
            ),
            models.CheckConstraint(
                name="paper_checked_by_somebody",
                condition=~Q(status__in=(PaperStatus.CHECKED, PaperStatus.CHECKED_LACKING))
                | Q(checked_by__isnull=False, checked_at__isnull=False),
            ),
            yen_range("stated_yen", "paper_stated_in_range"),
        ]

    def __str__(self) -> str:
        return self.requirement

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.application.case.consultant_id


class PaperVersion(models.Model):
    """An uploaded scan of a paper. Only ever added to; the newest counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版")
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="登録した人")
    uploaded_at = models.DateTimeField("登録日時", db_default=Now())
    note = models.CharField("備考", max_length=200, blank=True)

    objects = AgencyQuerySet["PaperVersion"].as_manager()

    class Meta:
        verbose_name = "書類の版"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_version_numbered_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"第{self.number}版"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.paper.application.case.consultant_id
