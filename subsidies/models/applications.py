"""Applications to the council, and what was wrong with those that came back."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cases.models import Case, yen_range
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, ApplicationState, ReturnCause, SubmissionMethod
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track

REPEATED = (ApplicationKind.MONITORING_CLAIM, ApplicationKind.CHANGE)
IN_THE_OFFICE = (
    ApplicationState.PREPARING,
    ApplicationState.REQUESTED,
    ApplicationState.SENT_BACK,
    ApplicationState.APPROVED,
    ApplicationState.CANCELLED,
)
# From the approval on; a returned application keeps what was approved until it is approved again.
FROZEN = (
    ApplicationState.APPROVED,
    ApplicationState.SUBMITTED,
    ApplicationState.RETURNED,
    ApplicationState.ACCEPTED,
    ApplicationState.DECIDED,
    ApplicationState.PAID,
)


class ApplicationQuerySet(AgencyQuerySet["Application"]):
    """Applications of an agency."""

    def usage(self) -> Self:
        """Return the usage applications; a case has one at most."""
        return self.filter(kind=ApplicationKind.USAGE)

    def frozen(self) -> Self:
        """Return those whose approved figures and content are fixed."""
        return self.filter(state__in=FROZEN)


@track
class Application(models.Model):
    """An application to the council: its way through the office and the council, and what was approved, frozen.

    `number` counts the applications of one kind on a case from 1; of monitoring claims it is the period's ordinal.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField("申請の種類", max_length=30, choices=ApplicationKind.choices, default=ApplicationKind.USAGE)
    number = models.PositiveSmallIntegerField("回", default=1)
    period = models.ForeignKey(
        MonitoringPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    state = models.CharField(
        "状態", max_length=20, choices=ApplicationState.choices, default=ApplicationState.PREPARING
    )
    # What a change or a withdrawal says; claims and the usage application say it in their figures.
    subject = models.CharField("件名", max_length=200, blank=True)
    explanation = models.TextField("内容と理由", max_length=2000, blank=True)
    submitted_on = models.DateField("提出日", null=True, blank=True)
    submission_method = models.CharField("提出方法", max_length=20, choices=SubmissionMethod.choices, blank=True)
    receipt_number = models.CharField("受付番号", max_length=50, blank=True)
    accepted_on = models.DateField("受理日", null=True, blank=True)
    decided_on = models.DateField("決定日", null=True, blank=True)
    decided_yen = models.BigIntegerField("決定額", null=True, blank=True)
    paid_on = models.DateField("入金日", null=True, blank=True)
    paid_yen = models.BigIntegerField("入金額", null=True, blank=True)
    returned_count = models.PositiveSmallIntegerField("差戻しの回数", default=0)
    requested_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承認の依頼者"
    )
    requested_at = models.DateTimeField("承認依頼日時", null=True)
    decided_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承認・差戻しをした人"
    )
    decided_at = models.DateTimeField("承認・差戻し日時", null=True)
    decision_note = models.TextField("承認者の意見", blank=True)
    is_self_approved = models.BooleanField("自己承認", default=False)
    override_reason = models.TextField("上限等の例外を認める理由", blank=True)
    assessment: models.JSONField[Any, Any] = models.JSONField("承認時の算定", null=True)
    assessment_sha256 = models.CharField(max_length=64, blank=True)
    # What was assessed, as `manage.py assess` reads it, and the hash of the figures alone: words may be improved,
    # figures of a decided case never change (see `manage.py recompute`).
    assessed: models.JSONField[Any, Any] = models.JSONField("承認時の算定の前提", null=True)
    figures_sha256 = models.CharField(max_length=64, blank=True)
    payload: models.JSONField[Any, Any] = models.JSONField("承認時の申請内容", null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "申請"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "number"], name="application_once_per_kind_and_number"),
            models.CheckConstraint(
                name="application_of_a_period_is_a_monitoring_claim",
                condition=Q(kind=ApplicationKind.MONITORING_CLAIM, period__isnull=False)
                | (~Q(kind=ApplicationKind.MONITORING_CLAIM) & Q(period__isnull=True)),
            ),
            models.CheckConstraint(
                name="application_submitted_on_a_day",
                condition=Q(state__in=IN_THE_OFFICE) | Q(submitted_on__isnull=False),
            ),
            yen_range("decided_yen", "application_decided_in_range"),
            yen_range("paid_yen", "application_paid_in_range"),
            models.CheckConstraint(
                name="application_approved_is_frozen",
                condition=~Q(state=ApplicationState.APPROVED)
                | Q(payload__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_requested_by_somebody",
                condition=~Q(state=ApplicationState.REQUESTED)
                | Q(requested_by__isnull=False, requested_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.case.number}"

    @property
    def name(self) -> str:
        """Return the kind, with its ordinal where a case has several of them."""
        kind = ApplicationKind(self.kind)
        return f"{kind.label}(第{self.number}回)" if kind in REPEATED or self.number > 1 else kind.label

    @property
    def is_frozen(self) -> bool:
        """Tell whether approved figures and content are kept."""
        return self.state in FROZEN

    @property
    def is_approved(self) -> bool:
        """Tell whether what is kept is what the office wants to say: approved, and not returned since."""
        return self.is_frozen and self.state != ApplicationState.RETURNED

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id


@track
class ReturnItem(models.Model):
    """One thing that the council found wrong with an application that it returned (差戻しの項目)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="return_items")
    round = models.PositiveSmallIntegerField("差戻しの回")
    returned_on = models.DateField("差戻しの日")
    cause = models.CharField("原因", max_length=20, choices=ReturnCause.choices)
    document = models.CharField("対象の書類", max_length=100, blank=True)
    comment = models.TextField("指摘の内容", max_length=1000)
    answer = models.TextField("対応の内容", max_length=1000, blank=True)
    answered_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("対応日時", null=True)

    objects = AgencyQuerySet["ReturnItem"].as_manager()

    class Meta:
        verbose_name = "差戻しの項目"
        ordering = ["round", "id"]
        constraints = [
            models.CheckConstraint(
                name="return_item_answered_by_somebody",
                condition=Q(answer="") | Q(answered_by__isnull=False, answered_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.document}".strip()

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.application.case.consultant_id


@track
class GateOverride(models.Model):
    """A manager's written reason to let a blocking finding of the gate pass. It counts for one round only."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="overrides")
    round = models.PositiveSmallIntegerField("差戻しの回", default=0)
    code = models.CharField("確認の項目", max_length=60)
    about = models.CharField("対象", max_length=300, blank=True)
    message = models.TextField("見送った指摘", max_length=1000)
    reason = models.TextField("理由", max_length=1000)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="認めた人")
    made_at = models.DateTimeField("認めた日時", db_default=Now())

    objects = AgencyQuerySet["GateOverride"].as_manager()

    class Meta:
        verbose_name = "例外の承認"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round", "code", "about"], name="override_once_per_finding_and_round"
            ),
            models.CheckConstraint(name="override_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.about}".strip()


@track
class GateTick(models.Model):
    """Something that only a person can see was checked, by whom and when. It counts for one round only."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="ticks")
    round = models.PositiveSmallIntegerField("差戻しの回", default=0)
    code = models.CharField("確認の項目", max_length=60)
    ticked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="確かめた人")
    ticked_at = models.DateTimeField("確かめた日時", db_default=Now())

    objects = AgencyQuerySet["GateTick"].as_manager()

    class Meta:
        verbose_name = "人による確認"
        constraints = [
            models.UniqueConstraint(fields=["application", "round", "code"], name="tick_once_per_point_and_round")
        ]

    def __str__(self) -> str:
        return self.code
