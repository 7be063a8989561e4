"""What each lender has said to a case, and the procedure of the guideline (中小版GL)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.enums import Consent, ExpertList
from cases.models.cases import Case
from cases.models.enterprises import Lender
from vapup.accounts.models import Agency, AgencyQuerySet, track


@track
class LenderStance(models.Model):
    """Where a case stands with one lender: the letters it gave and whether it agrees (金融機関の状況)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stances")
    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="stances")
    contact = models.CharField("金融機関の担当者", max_length=100, blank=True)
    asked_on = models.DateField("依頼日", null=True, blank=True)
    consultation_letter_on = models.DateField("事前相談書の日付", null=True, blank=True)
    seals_application = models.BooleanField("利用申請書に記名押印する", default=False)
    confirmation_letter_on = models.DateField("確認書面の日付", null=True, blank=True)
    letters_valid_until = models.DateField("書面の有効期限", null=True, blank=True)
    plan_handed_on = models.DateField("計画書を渡した日", null=True, blank=True)
    receipt_on = models.DateField("受取書の日付", null=True, blank=True)
    consent = models.CharField("同意の状況", max_length=20, choices=Consent.choices, default=Consent.NOT_ASKED)
    consented_on = models.DateField("同意日", null=True, blank=True)
    conditions = models.TextField("金融機関の条件・留保", max_length=1000, blank=True)
    note = models.TextField("備考", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["LenderStance"].as_manager()

    class Meta:
        verbose_name = "金融機関の状況"
        constraints = [
            models.UniqueConstraint(fields=["case", "lender"], name="stance_once_per_lender"),
            models.CheckConstraint(
                name="stance_agreed_on_a_day",
                condition=~Q(consent__in=(Consent.AGREED, Consent.CONDITIONAL)) | Q(consented_on__isnull=False),
                violation_error_message="同意を記録するには、同意日を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.lender)

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id


@track
class GuidelineProcedure(models.Model):
    """The steps that only the frame of the guideline has: third-party expert, standstill, report and meeting."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="guideline")
    expert_name = models.CharField("第三者支援専門家の氏名", max_length=100, blank=True)
    expert_office = models.CharField("第三者支援専門家の所属", max_length=200, blank=True)
    expert_list = models.CharField("候補者リスト", max_length=20, choices=ExpertList.choices, blank=True)
    main_creditors_agreed_on = models.DateField("主要債権者が選任に同意した日", null=True, blank=True)
    appointed_on = models.DateField("選任日", null=True, blank=True)
    standstill_requested_on = models.DateField("一時停止を要請した日", null=True, blank=True)
    standstill_until = models.DateField("一時停止の期限", null=True, blank=True)
    report_on = models.DateField("調査報告書の日付", null=True, blank=True)
    meeting_on = models.DateField("債権者会議の日", null=True, blank=True)
    meeting_place = models.CharField("債権者会議の場所", max_length=200, blank=True)
    note = models.TextField("備考", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["GuidelineProcedure"].as_manager()

    class Meta:
        verbose_name = "中小版GLの手続"

    def __str__(self) -> str:
        return f"中小版GLの手続 {self.case.number}"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id
