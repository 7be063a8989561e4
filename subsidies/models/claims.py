"""What a claim asks for, and how the enterprise paid its own share."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import F, Q

from cases.models import CoAgency, yen_range
from subsidies.enums import CostCategory, PaymentMethod
from subsidies.models.applications import Application
from vapup.accounts.models import Agency, AgencyQuerySet, track


@track
class ClaimLine(models.Model):
    """What one category really cost, tax included, and the first and last day of the work (both inclusive)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="claim_lines")
    category = models.CharField("費用区分", max_length=30, choices=CostCategory.choices)
    cost_yen = models.BigIntegerField("実績の費用(税込)")
    statement_yen = models.BigIntegerField("業務別請求明細書の額(税込)", null=True, blank=True)
    hours_yen = models.BigIntegerField("従事時間管理表の額(税込)", null=True, blank=True)
    worked_from = models.DateField("従事の初日", null=True, blank=True)
    worked_to = models.DateField("従事の最終日", null=True, blank=True)

    objects = AgencyQuerySet["ClaimLine"].as_manager()

    class Meta:
        verbose_name = "請求する費用"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "category"], name="claim_line_once_per_category"),
            models.CheckConstraint(
                name="claim_line_days_in_order",
                condition=Q(worked_from__isnull=True) | Q(worked_to__isnull=True) | Q(worked_to__gte=F("worked_from")),
                violation_error_message="従事の最終日は、初日以後の日付にしてください。",
            ),
            yen_range("cost_yen", "claim_line_cost_in_range"),
            yen_range("statement_yen", "claim_line_statement_in_range"),
            yen_range("hours_yen", "claim_line_hours_in_range"),
        ]

    def __str__(self) -> str:
        return self.get_category_display()

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.application.case.consultant_id


class SettlementQuerySet(AgencyQuerySet["Settlement"]):
    """Settlements of an agency."""

    def entered(self) -> Self:
        """Return those that say something of contract, invoices or transfer; the cost may come from the hours."""
        names = ("contracted_on", "council_invoiced_on", "council_invoice_yen", "own_invoiced_on", "own_invoice_yen")
        said = (Q(**{f"{name}__isnull": False}) for name in (*names, "transferred_on", "transferred_yen"))
        return self.filter(reduce(or_, said))


@track
class Settlement(models.Model):
    """One agency's contract and invoices for a claim, and the transfer of the enterprise's own share to it.

    `co_agency` is empty for the lead agency. Every amount is in yen, tax included; `transferred_yen` is what arrived,
    `withheld_yen` the income tax kept back from it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="settlements")
    co_agency = models.ForeignKey(CoAgency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contracted_on = models.DateField("契約日", null=True, blank=True)
    cost_yen = models.BigIntegerField("この機関の費用(税込)", null=True, blank=True)
    council_invoiced_on = models.DateField("協議会あて請求書の日付", null=True, blank=True)
    council_invoice_yen = models.BigIntegerField("協議会あて請求書の額", null=True, blank=True)
    own_invoiced_on = models.DateField("事業者あて請求書の日付", null=True, blank=True)
    own_invoice_yen = models.BigIntegerField("事業者あて請求書の額", null=True, blank=True)
    method = models.CharField("支払方法", max_length=20, choices=PaymentMethod.choices, default=PaymentMethod.TRANSFER)
    transferred_on = models.DateField("振込日", null=True, blank=True)
    transferred_yen = models.BigIntegerField("振込額", null=True, blank=True)
    withheld_yen = models.BigIntegerField("源泉所得税", default=0)
    has_gross_invoice = models.BooleanField("源泉控除前の額がわかる請求書の写しがある", default=False)
    is_single_purpose = models.BooleanField("本件の費用だけを振り込んだ", default=False)
    fee_deducted_yen = models.BigIntegerField("差し引かれた振込手数料", default=0)
    payer = models.CharField("振込人の名義", max_length=200, blank=True)
    payee = models.CharField("受取人の名義", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = "請求と自己負担の支払"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "co_agency"], nulls_distinct=False, name="settlement_once_per_agency"
            ),
            yen_range("cost_yen", "settlement_cost_in_range"),
            yen_range("council_invoice_yen", "settlement_council_invoice_in_range"),
            yen_range("own_invoice_yen", "settlement_own_invoice_in_range"),
            yen_range("transferred_yen", "settlement_transfer_in_range"),
            yen_range("withheld_yen", "settlement_withheld_in_range"),
            yen_range("fee_deducted_yen", "settlement_fee_in_range"),
        ]

    def __str__(self) -> str:
        return self.co_agency.name if self.co_agency else str(self.application.case.agency)

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.application.case.consultant_id
