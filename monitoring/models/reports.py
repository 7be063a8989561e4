"""What is reported on a period of the follow-up (伴走支援): texts, measures, deviations, and meetings with lenders."""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cases.models import Lender, Measure, Plan
from monitoring.enums import MeetingMode, ProgressState, ReportState
from monitoring.models.periods import MonitoringPeriod
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track

LONGEST_TEXT: Final = 3_000


@track
class FollowUpReport(models.Model):
    """The draft of the report on one period (伴走支援報告書・伴走支援レポート).

    `ticks` are the items done, by name. `figures` is the comparison of plan and actual (`Comparison`), kept from the
    moment that the report is finished: a later import does not change what was reported.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    period = models.OneToOneField(MonitoringPeriod, on_delete=models.PROTECT, related_name="report")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reports", verbose_name="計画")
    state = models.CharField("状態", max_length=20, choices=ReportState.choices, default=ReportState.DRAFT)
    ticks: models.JSONField[Any, Any] = models.JSONField("確認した事項", default=list)
    results = models.TextField("業績の概要", max_length=LONGEST_TEXT, blank=True)
    progress = models.TextField("施策の進捗", max_length=LONGEST_TEXT, blank=True)
    causes = models.TextField("計画との差異の原因と対策", max_length=LONGEST_TEXT, blank=True)
    requests = models.TextField("金融機関への依頼事項", max_length=LONGEST_TEXT, blank=True)
    next_steps = models.TextField("次回までに行うこと", max_length=LONGEST_TEXT, blank=True)
    figures: models.JSONField[Any, Any] = models.JSONField("完成時の計画と実績", null=True)
    prepared_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="作成者")
    created_at = models.DateTimeField("作成日時", db_default=Now())
    finished_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField("完成日時", null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["FollowUpReport"].as_manager()

    class Meta:
        verbose_name = "伴走支援の報告"
        constraints = [
            models.CheckConstraint(
                name="report_finished_by_somebody",
                condition=Q(state=ReportState.DRAFT) | Q(finished_by__isnull=False, finished_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} 報告"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.period.case.consultant_id


@track
class MeasureProgress(models.Model):
    """How one measure of the plan stands at the end of a period."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(FollowUpReport, on_delete=models.PROTECT, related_name="measures")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="progress", verbose_name="施策")
    state = models.CharField("進捗", max_length=20, choices=ProgressState.choices)
    note = models.CharField("実施の状況・対策", max_length=500, blank=True)

    objects = AgencyQuerySet["MeasureProgress"].as_manager()

    class Meta:
        verbose_name = "施策の進捗"
        ordering = ["measure__position", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "measure"], name="measure_progress_once")]

    def __str__(self) -> str:
        return f"{self.measure} {self.get_state_display()}"


@track
class Deviation(models.Model):
    """Why an account differs from the plan in a period, and what is done about it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(FollowUpReport, on_delete=models.PROTECT, related_name="deviations")
    account = models.CharField("勘定科目・利益", max_length=40)
    cause = models.CharField("差異の原因", max_length=500)
    measure = models.CharField("対策", max_length=500, blank=True)

    objects = AgencyQuerySet["Deviation"].as_manager()

    class Meta:
        verbose_name = "計画との差異"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "account"], name="deviation_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.cause}"


@track
class BankMeeting(models.Model):
    """A report to a lender (金融機関への報告): when, how, who was there, and what it said."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(MonitoringPeriod, on_delete=models.PROTECT, related_name="meetings")
    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="meetings", verbose_name="金融機関")
    held_on = models.DateField("実施日")
    mode = models.CharField("方法", max_length=20, choices=MeetingMode.choices, default=MeetingMode.VISIT)
    people = models.CharField("出席者", max_length=300, blank=True)
    papers = models.CharField("説明した資料", max_length=300, blank=True)
    said = models.TextField("金融機関の意見・要望", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["BankMeeting"].as_manager()

    class Meta:
        verbose_name = "金融機関への報告"
        ordering = ["held_on", "id"]

    def __str__(self) -> str:
        return f"{self.lender} {self.held_on}"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.period.case.consultant_id
