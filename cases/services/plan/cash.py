"""Save the cash table (資金繰表) as one sheet: where it begins, how long it is, and its planned or actual amounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cases.models import CashFigure, Plan
from cases.models.plans import CASH_MONTHS
from cases.selectors.plan.cash import SETTINGS, CashKey, CashSheet, cash_of
from cases.services.locking import EditedMeanwhile
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.work import unit_of_work

PART: Final = "資金繰表"


class CashRefused(PlanRefused):
    """The table cannot be that long."""


@dataclass(frozen=True, slots=True)
class CashInput:
    """The sheet that the user saw: planned or actual amounts in yen.

    Attributes:
        amounts: of every cell that was shown; None empties a cell, 0 is an amount.
    """

    starts_on: date
    months: int
    opening_yen: int
    is_actual: bool
    amounts: Mapping[CashKey, int | None]


@dataclass(slots=True)
class CashComparison:
    """What saving a sheet does to the stored amounts."""

    new: list[CashFigure] = field(default_factory=list)
    changed: list[CashFigure] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    changes: audit.Changes = field(default_factory=dict)


@unit_of_work()
def save_cash(*, actor: Member, case_id: int, seen: int, sheet: CashInput) -> audit.Changes:
    """Save the sheet that the user saw at the stamp `seen`, and return what changed.

    Amounts of months that the sheet did not show stay as they are.

    Raises:
        EditedMeanwhile: another person changed the table in between.
        CashRefused: fewer than 12 or more than 36 months.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    stored = cash_of(plan)
    if stored.stamp != seen:
        raise EditedMeanwhile
    if not CASH_MONTHS[0] <= sheet.months <= CASH_MONTHS[1]:
        raise CashRefused(
            f"資金繰表の月数は{CASH_MONTHS[0]}から{CASH_MONTHS[1]}までにしてください(入力は{sheet.months}か月です)。"
        )
    found = compare_cash(plan, stored, sheet)
    _store(plan, found)
    note_part(actor, plan, PART, found.changes)
    return found.changes


def compare_cash(plan: Plan, stored: CashSheet, sheet: CashInput) -> CashComparison:
    """Return what saving a sheet would change, without saving it; `plan` carries the new settings afterwards."""
    settings = (sheet.starts_on.replace(day=1), sheet.months, sheet.opening_yen)
    found = CashComparison(changes=audit.apply_changes(plan, dict(zip(SETTINGS, settings, strict=True))))
    kind = "実績" if sheet.is_actual else "計画"
    known = stored.amounts(is_actual=sheet.is_actual)
    for (month, item), yen in sorted(sheet.amounts.items()):
        row = known.get((month, item))
        before = row.yen if row else None
        if before == yen:
            continue
        found.changes[f"{month:%Y-%m} {item.label}({kind})"] = [before, yen]
        if row is None:
            figure = CashFigure(agency_id=plan.agency_id, plan=plan, month=month, item=item.value)
            figure.is_actual, figure.yen = sheet.is_actual, yen or 0
            found.new.append(figure)
        elif yen is None:
            found.gone.append(row.pk)
        else:
            row.yen = yen
            found.changed.append(row)
    return found


def _store(plan: Plan, found: CashComparison) -> None:
    figures = CashFigure.objects.for_agency(plan.agency_id)
    if found.gone:
        figures.filter(plan=plan, pk__in=found.gone).delete()
    if found.changed:
        figures.bulk_update(found.changed, ["yen"])
    if found.new:
        figures.bulk_create(found.new)
    if found.changes:
        plan.save(update_fields=list(SETTINGS))
