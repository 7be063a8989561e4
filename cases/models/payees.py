"""How an agency is paid: its bank account, and whether income tax is withheld from its fee."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from cases.enums import AccountKind
from cases.models.cases import CoAgency
from vapup.accounts.models import Agency, AgencyQuerySet, track

SHOWN_DIGITS: Final = 3


@track
class Payee(models.Model):
    """The account of one agency (振込先); `co_agency` is empty for the agency itself.

    The account is given as a whole or not at all. `withholds_tax` says that the agency is a person of a listed
    profession, from whose fee the enterprise keeps back the income tax.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    co_agency = models.ForeignKey(
        CoAgency, on_delete=models.PROTECT, null=True, blank=True, related_name="payees", verbose_name="支援機関"
    )
    bank_name = models.CharField("金融機関名", max_length=100, blank=True)
    bank_code = models.CharField("金融機関コード", max_length=4, blank=True)
    branch_name = models.CharField("支店名", max_length=100, blank=True)
    branch_code = models.CharField("支店コード", max_length=3, blank=True)
    kind = models.CharField("預金の種類", max_length=10, choices=AccountKind.choices, default=AccountKind.ORDINARY)
    number = models.CharField("口座番号", max_length=7, blank=True)
    holder_kana = models.CharField("口座名義(カナ)", max_length=48, blank=True)
    withholds_tax = models.BooleanField("源泉所得税が差し引かれる個人の士業", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["Payee"].as_manager()

    class Meta:
        verbose_name = "振込先"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "co_agency"], nulls_distinct=False, name="payee_once_per_agency"),
            models.CheckConstraint(
                name="payee_account_is_whole",
                condition=Q(number="", bank_name="", branch_name="", holder_kana="")
                | Q(number__regex=r"^[0-9]{7}$") & ~Q(bank_name="") & ~Q(branch_name="") & ~Q(holder_kana=""),
            ),
        ]

    def __str__(self) -> str:
        return self.co_agency.name if self.co_agency else str(self.agency)

    @property
    def consultant_id(self) -> int | None:
        """Return whose case it is, for the policy; None for the agency itself."""
        return self.co_agency.case.consultant_id if self.co_agency else None

    @property
    def has_account(self) -> bool:
        """Tell whether an account is recorded."""
        return bool(self.number)

    @property
    def masked_number(self) -> str:
        """Return the number with all but its last digits hidden."""
        return mask(self.number)


def mask(number: str) -> str:
    """Return an account number of which only the last three digits can be read; "" stays ""."""
    return "*" * (len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]
