"""Cases, the councils they go to, other agencies on them, and what happened to them."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models.enterprises import Enterprise
from cases.models.words import keep_case_words
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track

NOT_YET_APPLIED = (CaseStage.CONSULTATION, CaseStage.PREPARING)
NOT_YET_ACCEPTED = (*NOT_YET_APPLIED, CaseStage.APPLIED, CaseStage.USAGE_RETURNED, CaseStage.REJECTED)
APPLICATION_OPEN = (*NOT_YET_APPLIED, CaseStage.USAGE_RETURNED)
SIDE_EXITS = (CaseStage.WITHDRAWN, CaseStage.LAPSED)


class Council(models.Model):
    """A prefectural council (中小企業活性化協議会). Shared by all agencies; maintained by migrations."""

    code = models.CharField("都道府県コード", max_length=2, primary_key=True)
    prefecture = models.CharField("都道府県", max_length=10)
    name = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = "協議会"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@track
class Case(models.Model):
    """One enterprise's use of one frame (案件), from the first consultation to the last payment."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField("案件番号", max_length=20)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="cases")
    frame = models.CharField("制度・枠", max_length=20, choices=SchemeFrame.choices)
    stage = models.CharField("段階", max_length=20, choices=CaseStage.choices, default=CaseStage.CONSULTATION)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+", verbose_name="協議会")
    consultant = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="cases", verbose_name="担当者")
    consulted_on = models.DateField("初回相談日")
    planned_accepted_on = models.DateField("受理予定日")
    usage_applied_on = models.DateField("利用申請日", null=True, blank=True)
    usage_accepted_on = models.DateField("受理日", null=True, blank=True)
    usage_decided_on = models.DateField("利用決定日", null=True, blank=True)
    accepted_on = models.DateField("適用基準日", null=True, blank=True)
    accepted_on_reason = models.CharField("適用基準日を変えた理由", max_length=300, blank=True)
    seeks_guarantee_release = models.BooleanField("経営者保証の解除を目指す", default=False)
    difficulty = models.TextField("財務上の問題と相談の経緯", max_length=2000, blank=True)
    support_outlook = models.TextField("金融機関の支援の見込み", max_length=2000, blank=True)
    repeat_use_reason = models.TextField("再度利用の理由", max_length=1000, blank=True)
    returned_count = models.PositiveSmallIntegerField("差戻しの回数", default=0)
    # Set while the usage application awaits approval or is approved: its inputs must not move under the approver.
    costs_locked = models.BooleanField("申請内容の固定", default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("登録日時", db_default=Now())
    updated_at = models.DateTimeField("更新日時", db_default=Now(), editable=False)

    objects = AgencyQuerySet["Case"].as_manager()

    class Meta:
        verbose_name = "案件"
        indexes = [
            models.Index(fields=["agency", "-id"], name="case_newest_first"),
            models.Index(fields=["agency", "stage", "-id"], name="case_by_stage"),
            models.Index(fields=["agency", "consultant", "-id"], name="case_by_consultant"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="case_number_once_per_agency"),
            models.CheckConstraint(
                name="case_past_preparation_has_application_date",
                condition=Q(stage__in=(*NOT_YET_APPLIED, *SIDE_EXITS)) | Q(usage_applied_on__isnull=False),
                violation_error_message="利用申請日のない案件は、準備より先に進めません。",
            ),
            models.CheckConstraint(
                name="case_past_application_has_acceptance_date",
                condition=Q(stage__in=(*NOT_YET_ACCEPTED, *SIDE_EXITS))
                | Q(usage_accepted_on__isnull=False, accepted_on__isnull=False),
                violation_error_message="受理日のない案件は、受理より先に進めません。",
            ),
            models.CheckConstraint(
                name="case_accepted_after_application",
                condition=Q(usage_accepted_on__isnull=True) | Q(usage_accepted_on__gte=F("usage_applied_on")),
                violation_error_message="受理日は、利用申請日以後の日付にしてください。",
            ),
            models.CheckConstraint(
                name="case_decided_after_acceptance",
                condition=Q(usage_decided_on__isnull=True) | Q(usage_decided_on__gte=F("usage_accepted_on")),
                violation_error_message="利用決定日は、受理日以後の日付にしてください。",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="touch",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="NEW.updated_at = now(); RETURN NEW;",
            ),
            keep_case_words(),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.enterprise.name}"

    @property
    def key_date(self) -> date:
        """Return the date that picks rules and forms: fixed at acceptance, provisional (planned) before."""
        return self.accepted_on or self.planned_accepted_on

    @property
    def is_application_open(self) -> bool:
        """Tell whether what the usage application says may still be changed."""
        return self.stage in APPLICATION_OPEN and not self.costs_locked

    @property
    def is_key_date_provisional(self) -> bool:
        """Tell whether rules and forms may still change because nothing has been accepted yet."""
        return self.accepted_on is None


@track
class CoAgency(models.Model):
    """Another certified support agency on a case (その他認定支援機関): a record, without access of its own."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="co_agencies")
    name = models.CharField("名称", max_length=200)
    representative = models.CharField("代表者", max_length=100, blank=True)
    certification_number = models.CharField("認定支援機関ID", max_length=20, blank=True)
    certification_expires_on = models.DateField("認定の有効期限", null=True, blank=True)
    address = models.CharField("所在地", max_length=300, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)

    objects = AgencyQuerySet["CoAgency"].as_manager()

    class Meta:
        verbose_name = "その他認定支援機関"

    def __str__(self) -> str:
        return self.name


class CaseStep(models.Model):
    """A step of a case through its stages. Only ever added to."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    action = models.CharField("操作", max_length=30, choices=CaseAction.choices)
    from_stage = models.CharField("前の段階", max_length=20, choices=CaseStage.choices)
    to_stage = models.CharField("後の段階", max_length=20, choices=CaseStage.choices)
    occurred_on = models.DateField("発生日")
    reason = models.TextField("理由", blank=True)
    actor = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("記録日時", db_default=Now())

    objects = AgencyQuerySet["CaseStep"].as_manager()

    class Meta:
        verbose_name = "案件の経過"
        indexes = [models.Index(fields=["case", "-id"], name="case_step_newest_first")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.occurred_on} {self.get_action_display()}"
