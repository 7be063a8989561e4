"""What is brought in: the batch, its rows as they stood in the file, and what was made of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vapup.accounts.models import Agency, AgencyQuerySet, Member, track
from vapup.documents.models import StoredDocument
from vapup.imports.enums import BatchState, CommitMode, ImportKind, Verdict


@track
class ImportBatch(models.Model):
    """One file and what became of it. The counts are numbers of rows; `created_count` is of things that were made."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("種類", max_length=20, choices=ImportKind.choices)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name="ファイル")
    state = models.CharField("状態", max_length=20, choices=BatchState.choices, default=BatchState.UPLOADED)
    mode = models.CharField("取り込み方", max_length=20, choices=CommitMode.choices, blank=True)
    options: models.JSONField[Any, Any] = models.JSONField("設定", default=dict)
    row_count = models.PositiveIntegerField("行数", default=0)
    error_count = models.PositiveIntegerField("誤りのある行", default=0)
    skipped_count = models.PositiveIntegerField("取り込めない行", default=0)
    warning_count = models.PositiveIntegerField("注意のある行", default=0)
    taken_count = models.PositiveIntegerField("取り込んだ行", default=0)
    created_count = models.PositiveIntegerField("登録した件数", default=0)
    attempts = models.PositiveSmallIntegerField("試みた回数", default=0)
    failure = models.TextField("失敗の内容", blank=True)
    uploaded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="登録した人")
    uploaded_at = models.DateTimeField("登録日時", db_default=Now())
    requested_at = models.DateTimeField("取込の依頼日時", null=True)
    committed_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="取り込んだ人"
    )
    committed_at = models.DateTimeField("取込日時", null=True)
    undone_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="取り消した人"
    )
    undone_at = models.DateTimeField("取消日時", null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["ImportBatch"].as_manager()

    class Meta:
        verbose_name = "取込"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="import_committed_by_somebody",
                condition=~Q(state__in=(BatchState.COMMITTING, BatchState.COMMITTED, BatchState.UNDONE))
                | Q(committed_by__isnull=False, requested_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_committed_at_an_instant",
                condition=~Q(state__in=(BatchState.COMMITTED, BatchState.UNDONE)) | Q(committed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_undone_by_somebody",
                condition=~Q(state=BatchState.UNDONE) | Q(undone_by__isnull=False, undone_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_failed_for_a_reason", condition=~Q(state=BatchState.FAILED) | ~Q(failure="")
            ),
        ]

    def __str__(self) -> str:
        return f"取込 {self.pk}"

    @property
    def member_id(self) -> int:
        """Return whose import it is, for the policy of hours."""
        return self.uploaded_by_id


class ImportRow(models.Model):
    """A row as it stood in the file, and what is said of it. Row 1 stands for the sheet itself.

    `cells` maps the name of a column to [letter of the column, value, flag]; `messages` are lists of level (error,
    warning, skipped), address such as 事業者!C12, and sentence.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    place = models.PositiveIntegerField("順番")
    sheet = models.CharField("シート", max_length=31)
    number = models.PositiveIntegerField("行")
    label = models.CharField("内容", max_length=200, blank=True)
    cells: models.JSONField[Any, Any] = models.JSONField("セル", default=dict)
    verdict = models.CharField("判定", max_length=10, choices=Verdict.choices)
    messages: models.JSONField[Any, Any] = models.JSONField("指摘", default=list)

    objects = AgencyQuerySet["ImportRow"].as_manager()

    class Meta:
        verbose_name = "取込の行"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}行"


class ImportedRecord(models.Model):
    """Something that an import made of a row: the model as "cases.case", and its id."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="records")
    row = models.ForeignKey(ImportRow, on_delete=models.PROTECT, related_name="records")
    model = models.CharField("表", max_length=60)
    object_id = models.BigIntegerField("番号")

    objects = AgencyQuerySet["ImportedRecord"].as_manager()

    class Meta:
        verbose_name = "取り込んだもの"
        constraints = [models.UniqueConstraint(fields=["model", "object_id"], name="imported_record_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


class ImportProgress(models.Model):
    """How far a commit is. A table of its own: its row is written while the commit holds the batch."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    batch = models.OneToOneField(ImportBatch, on_delete=models.PROTECT, related_name="progress")
    done = models.PositiveIntegerField("済んだ行", default=0)

    objects = AgencyQuerySet["ImportProgress"].as_manager()

    class Meta:
        verbose_name = "取込の進み具合"

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.done}"
