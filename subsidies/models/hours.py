"""The hours that people logged (業務日誌), and the weeks in which they hand them in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.models import Case
from subsidies.enums import WeekState
from subsidies.models.costs import CostLine
from subsidies.models.workers import Worker
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track

MINUTES_OF_A_DAY = 24 * 60
MONDAY = 2  # as the database counts the days of a week, from Sunday


@track
class WorkWeek(models.Model):
    """One person's week, Monday to Sunday, over all cases: handed in by the person, approved by another.

    A week without a row has not been handed in. `requested_by` handed it in, `decided_by` approved or returned it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="weeks")
    monday = models.DateField("週の初日(月曜)")
    state = models.CharField("状態", max_length=10, choices=WeekState.choices, default=WeekState.OPEN)
    requested_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="提出した人"
    )
    requested_at = models.DateTimeField("提出日時", null=True)
    decided_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承認・差戻しをした人"
    )
    decided_at = models.DateTimeField("承認・差戻し日時", null=True)
    is_self_approved = models.BooleanField("自己承認", default=False)
    note = models.CharField("差戻し・解除の理由", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["WorkWeek"].as_manager()

    class Meta:
        verbose_name = "業務日誌の週"
        ordering = ["monday", "id"]
        constraints = [
            models.UniqueConstraint(fields=["worker", "monday"], name="work_week_once_per_worker"),
            models.CheckConstraint(name="work_week_begins_on_monday", condition=Q(monday__week_day=MONDAY)),
            models.CheckConstraint(
                name="work_week_handed_in_by_somebody",
                condition=~Q(state__in=(WeekState.SUBMITTED, WeekState.APPROVED))
                | Q(requested_by__isnull=False, requested_at__isnull=False),
            ),
            models.CheckConstraint(
                name="work_week_approved_by_somebody",
                condition=~Q(state=WeekState.APPROVED) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.monday}の週"


@track
class WorkEntry(models.Model):
    """Hours of one person on one piece of work of a case on one day.

    `starts_minute` and `ends_minute` count from midnight; the end is exclusive and may be 24:00. `minutes` is what is
    charged: the time between them less the break. Hours before the acceptance (受理日) are kept but never counted;
    that follows from the day and is not stored.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="work_entries")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="entries", verbose_name="従事者")
    cost_line = models.ForeignKey(
        CostLine, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="業務"
    )
    worked_on = models.DateField("従事日")
    starts_minute = models.PositiveSmallIntegerField("開始")
    ends_minute = models.PositiveSmallIntegerField("終了")
    break_minutes = models.PositiveSmallIntegerField("休憩(分)", default=0)
    minutes = models.PositiveSmallIntegerField("時間(分)")
    content = models.CharField("業務内容", max_length=300)
    place = models.CharField("場所・相手方", max_length=100, blank=True)
    entered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="入力した人")
    entered_at = models.DateTimeField("入力日時", db_default=Now())
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["WorkEntry"].as_manager()

    class Meta:
        verbose_name = "業務日誌"
        ordering = ["worked_on", "starts_minute", "id"]
        indexes = [
            models.Index(fields=["case", "worked_on"], name="work_entry_of_case"),
            models.Index(fields=["worker", "worked_on"], name="work_entry_of_worker"),
        ]
        constraints = [
            models.CheckConstraint(
                name="work_entry_ends_after_start",
                condition=Q(ends_minute__gt=F("starts_minute"), ends_minute__lte=MINUTES_OF_A_DAY),
                violation_error_message="終了の時刻は、開始より後(24:00まで)にしてください。",
            ),
            models.CheckConstraint(
                name="work_entry_adds_up",
                condition=Q(minutes=F("ends_minute") - F("starts_minute") - F("break_minutes"), minutes__gt=0),
                violation_error_message="休憩が、開始から終了までの時間より長くなっています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worked_on} {self.worker}"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id
