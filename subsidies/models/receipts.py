"""What the council decided on and paid to each agency of a claim."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models import CoAgency, yen_range
from subsidies.models.applications import Application
from vapup.accounts.models import Agency, AgencyQuerySet, track


@track
class Receipt(models.Model):
    """One agency's part of what the council decided on and paid for a claim, whole yen.

    The council pays each agency directly; `co_agency` is empty for the lead agency. The claim itself keeps the sums.
    What arrived in several parts is one sum, with the day of the last part. A note says why an amount is another one
    than was claimed, or decided.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="receipts")
    co_agency = models.ForeignKey(CoAgency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_yen = models.BigIntegerField("決定額", null=True, blank=True)
    paid_on = models.DateField("入金日", null=True, blank=True)
    decided_note = models.CharField("決定額が異なる理由", max_length=500, blank=True)
    paid_yen = models.BigIntegerField("入金額", null=True, blank=True)
    paid_note = models.CharField("入金額が異なる理由", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["Receipt"].as_manager()

    class Meta:
        verbose_name = "支援機関ごとの入金"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "co_agency"], nulls_distinct=False, name="receipt_once_per_agency"
            ),
            models.CheckConstraint(
                name="receipt_paid_on_a_day", condition=Q(paid_yen__isnull=True) | Q(paid_on__isnull=False)
            ),
            yen_range("decided_yen", "receipt_decided_in_range"),
            yen_range("paid_yen", "receipt_paid_in_range"),
        ]

    def __str__(self) -> str:
        return self.co_agency.name if self.co_agency else str(self.application.case.agency)

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.application.case.consultant_id
