"""Deadlines, and what people say about them: extensions, acknowledgements and snoozes."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.models import Case, yen_range
from monitoring.enums import DeadlineKind, DeadlineState
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track
from vapup.documents.models import StoredDocument


@track
class Deadline(models.Model):
    """One clock of a case, or of the agency itself (期限). The rows follow the case; nobody edits them.

    `safe_by` is the last business day on or before `claim_by`, and what reminders aim at; `lapses_on` is the first day
    on which it is too late. `remind_at` is the instant from which the sweep must look at an open deadline.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="deadlines")
    consultant = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="担当者")
    kind = models.CharField("期限の種類", max_length=30, choices=DeadlineKind.choices)
    subject = models.CharField(max_length=60, blank=True)
    about = models.CharField("対象", max_length=300, blank=True)
    period_number = models.PositiveSmallIntegerField("回", null=True)
    counted_from = models.DateField("起算日")
    claim_by = models.DateField("最終日")
    lapses_on = models.DateField("失効日")
    safe_by = models.DateField("安全な期限")
    extended_until = models.DateField("延長後の最終日", null=True)
    yen_at_risk = models.BigIntegerField("失うおそれのある額", default=0)
    is_confirmed = models.BooleanField("公的な出典で確認済み", default=True)
    clause = models.CharField("根拠", max_length=500)
    source_url = models.CharField("出典", max_length=300)
    state = models.CharField("状態", max_length=20, choices=DeadlineState.choices, default=DeadlineState.OPEN)
    met_on = models.DateField("済んだ日", null=True)
    met_by = models.CharField("済ませた手続き", max_length=100, blank=True)
    lapsed_recorded_at = models.DateTimeField("失効の記録日時", null=True)
    remind_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField("更新日時", db_default=Now())

    objects = AgencyQuerySet["Deadline"].as_manager()

    class Meta:
        verbose_name = "期限"
        ordering = ["safe_by", "id"]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="deadline_to_look_at"),
            models.Index(fields=["agency", "safe_by"], condition=Q(state="open"), name="deadline_open_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "case", "kind", "subject"], nulls_distinct=False, name="deadline_once_per_subject"
            ),
            models.CheckConstraint(
                name="deadline_days_in_order", condition=Q(safe_by__lte=F("claim_by"), lapses_on__gt=F("claim_by"))
            ),
            models.CheckConstraint(
                name="deadline_looked_at_while_open", condition=Q(state="open") | Q(remind_at__isnull=True)
            ),
            models.CheckConstraint(
                name="deadline_met_on_a_day", condition=~Q(state=DeadlineState.MET) | Q(met_on__isnull=False)
            ),
            models.CheckConstraint(
                name="deadline_lapse_recorded",
                condition=~Q(state=DeadlineState.LAPSED) | Q(lapsed_recorded_at__isnull=False),
            ),
            yen_range("yen_at_risk", "deadline_yen_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}".strip()


class DeadlineExtension(models.Model):
    """A council's permission to come later, with its proof. Only ever added to; the newest counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="extensions")
    until = models.DateField("延長後の最終日")
    granted_on = models.DateField("協議会が認めた日")
    proof = models.CharField("根拠となる文書・連絡", max_length=300)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="記録した人")
    made_at = models.DateTimeField("記録日時", db_default=Now())

    objects = AgencyQuerySet["DeadlineExtension"].as_manager()

    class Meta:
        verbose_name = "期限の延長"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="extension_has_proof", condition=~Q(proof=""))]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.until}まで延長"


class Acknowledgement(models.Model):
    """Somebody took note of a deadline and takes care of it. Only ever added to; it holds for one safe day."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="acknowledgements")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="確認した人")
    safe_by = models.DateField("安全な期限")
    note = models.CharField("対応の予定", max_length=300, blank=True)
    made_at = models.DateTimeField("確認日時", db_default=Now())

    objects = AgencyQuerySet["Acknowledgement"].as_manager()

    class Meta:
        verbose_name = "期限の確認"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "safe_by", "member"], name="acknowledged_once_per_day_and_member"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.member} {self.safe_by}"


class Snooze(models.Model):
    """Somebody wants no reminder before a day, for a reason. Only ever added to; the newest of a member counts."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="snoozes")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="後回しにした人")
    safe_by = models.DateField("安全な期限")
    until = models.DateField("次に知らせる日")
    reason = models.CharField("理由", max_length=300)
    made_at = models.DateTimeField("記録日時", db_default=Now())

    objects = AgencyQuerySet["Snooze"].as_manager()

    class Meta:
        verbose_name = "通知の後回し"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="snooze_ends_by_the_safe_day", condition=Q(until__lte=F("safe_by"))),
            models.CheckConstraint(name="snooze_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.member} {self.until}まで"
