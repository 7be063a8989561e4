"""What an enterprise earned and owned: monthly and yearly figures by account, and how its books name accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models.columns import LARGEST_YEN
from cases.models.enterprises import Enterprise
from vapup.accounts.models import Agency, AgencyQuerySet, track


def signed_yen_range(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint that keeps a yen column of either sign within what the engine accepts."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__range": (-LARGEST_YEN, LARGEST_YEN)}))


@track
class MonthlyFigure(models.Model):
    """An amount of one account in one month, in yen, in the account's own direction (`cases.rules.accounts`).

    Accounts of the profit and loss statement: what was booked in the month; of the balance sheet: the balance at its
    end. `month` is the first day of the month.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="monthly_figures")
    month = models.DateField("月")
    account = models.CharField("勘定科目", max_length=40)
    yen = models.BigIntegerField("金額")

    objects = AgencyQuerySet["MonthlyFigure"].as_manager()

    class Meta:
        verbose_name = "月次の実績"
        ordering = ["month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "month", "account"], name="monthly_figure_once"),
            models.CheckConstraint(name="monthly_figure_of_a_month", condition=Q(month__day=1)),
            signed_yen_range("yen", "monthly_figure_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.account} {self.yen:,}円"


@track
class YearlyFigure(models.Model):
    """An amount of one account in a closed fiscal year (決算), in yen, as in `MonthlyFigure`."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="yearly_figures")
    ends_on = models.DateField("決算日")
    account = models.CharField("勘定科目", max_length=40)
    yen = models.BigIntegerField("金額")

    objects = AgencyQuerySet["YearlyFigure"].as_manager()

    class Meta:
        verbose_name = "決算の実績"
        ordering = ["ends_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "ends_on", "account"], name="yearly_figure_once"),
            signed_yen_range("yen", "yearly_figure_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.ends_on} {self.account} {self.yen:,}円"


@track
class AccountName(models.Model):
    """How the books of one enterprise name an account, as a person decided; "" as `account` leaves the line out."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="account_names")
    name = models.CharField("帳簿の科目名", max_length=100)
    account = models.CharField("勘定科目", max_length=40, blank=True)
    is_negated = models.BooleanField("符号を反転", default=False)

    objects = AgencyQuerySet["AccountName"].as_manager()

    class Meta:
        verbose_name = "科目の対応"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "name"], name="account_name_once")]

    def __str__(self) -> str:
        return f"{self.name} → {self.account or '対象外'}"
