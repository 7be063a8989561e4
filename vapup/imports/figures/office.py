"""What the office has of an enterprise's figures, as an import compares with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.enums import Statement
from cases.models import AccountName, Enterprise, MonthlyFigure, YearlyFigure
from cases.rules.accounts import accounts
from vapup.imports.importers import Asked


@dataclass(frozen=True, slots=True)
class Office:
    """An enterprise, and how its books name accounts: id ("" leaves the line out) and whether it is negated."""

    enterprise: Enterprise
    names: Mapping[str, tuple[str, bool]]


def office_of(asked: Asked) -> Office:
    """Return the enterprise that an import is for; what was chosen for this file goes before what is remembered.

    Raises:
        Enterprise.DoesNotExist: the agency has no such enterprise.
    """
    agency_id = asked.actor.agency_id
    enterprise = Enterprise.objects.for_agency(agency_id).get(pk=asked.options["enterprise"])
    return Office(enterprise, decided_names(agency_id, asked.options))


def decided_names(agency_id: int, options: Mapping[str, Any]) -> Mapping[str, tuple[str, bool]]:
    """Return what was decided about names: what is remembered of the enterprise, then what was chosen for a file."""
    rows = AccountName.objects.for_agency(agency_id).filter(enterprise_id=options["enterprise"])
    remembered = {
        name: (account, negated) for name, account, negated in rows.values_list("name", "account", "is_negated")
    }
    chosen = {name: (account, bool(negated)) for name, (account, negated) in options.get("names", {}).items()}
    return remembered | chosen


def of_statements(account_id: str, statements: Iterable[Statement]) -> bool:
    """Tell whether an account stands in one of the statements; one that the chart has no more stands in none."""
    account = accounts().get(account_id)
    return account is not None and account.statement in statements


def monthly(enterprise: Enterprise, months: Iterable[date]) -> list[MonthlyFigure]:
    """Return the stored figures of some months."""
    rows = MonthlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise, month__in=list(months))
    return list(rows.order_by("pk"))


def yearly(enterprise: Enterprise, ends: Iterable[date]) -> list[YearlyFigure]:
    """Return the stored figures of some closed years."""
    rows = YearlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise, ends_on__in=list(ends))
    return list(rows.order_by("pk"))
