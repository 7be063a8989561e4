"""Who works on cases, and at which hourly rate (単価表)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models import CoAgency, yen_range
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track


@track
class Worker(models.Model):
    """A person whose hours are charged (従事者).

    `member` is who logs in as that person, if anybody does. `co_agency` is the other agency on a case that the person
    works for; empty for this office's own people. Rows that hours hang on are switched off, never deleted.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    co_agency = models.ForeignKey(
        CoAgency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workers",
        verbose_name="その他認定支援機関",
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="workers", verbose_name="利用者"
    )
    name = models.CharField("氏名", max_length=100)
    qualification = models.CharField("資格・役職", max_length=100, blank=True)
    is_subcontracted = models.BooleanField("外部委託先の人", default=False)
    is_active = models.BooleanField("使用中", default=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["Worker"].as_manager()

    class Meta:
        verbose_name = "従事者"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "co_agency", "name", "qualification"],
                nulls_distinct=False,
                name="worker_once_per_name",
                violation_error_message="同じ氏名・資格の従事者が、すでに登録されています。",
            ),
            models.UniqueConstraint(
                fields=["agency", "member"],
                condition=Q(co_agency__isnull=True, member__isnull=False),
                name="worker_once_per_member",
                violation_error_message="この利用者は、すでに別の従事者として登録されています。",
            ),
            models.CheckConstraint(
                name="worker_of_another_agency_does_not_log_in",
                condition=Q(co_agency__isnull=True) | Q(member__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}({self.qualification})" if self.qualification else self.name


@track
class WorkerRate(models.Model):
    """A person's hourly rate in yen without tax, from `valid_from` (inclusive) until the next one begins."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="rates")
    valid_from = models.DateField("適用開始日")
    hourly_rate_yen = models.BigIntegerField("単価(税抜・円/時間)")

    objects = AgencyQuerySet["WorkerRate"].as_manager()

    class Meta:
        verbose_name = "単価"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "valid_from"],
                name="worker_rate_once_per_day",
                violation_error_message="同じ日から適用する単価が、すでに登録されています。",
            ),
            yen_range("hourly_rate_yen", "worker_rate_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}から {self.hourly_rate_yen:,}円"
