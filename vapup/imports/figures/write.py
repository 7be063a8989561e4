"""Write the figures of a file: what it says takes the place of what was stored, and what was is kept for an undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from cases.models import AccountName, MonthlyFigure, YearlyFigure
from cases.services.locking import lock_enterprise
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.imports.columns import Draft
from vapup.imports.figures.examine import FiguresPlan
from vapup.imports.figures.office import monthly, of_statements, yearly
from vapup.imports.figures.plan import Place, Plan, earlier_of
from vapup.imports.importers import Writing
from vapup.shared.errors import DomainError

REPLACED: Final = "replaced"


class FiguresMoved(DomainError):
    """The earlier months of a cumulated amount were changed while the file was examined; asked again, it is told."""


def write(examined: FiguresPlan, writing: Writing) -> None:
    """Store what differs from what is stored; whoever calls has examined the file in this same transaction.

    Raises:
        FiguresMoved: what had to be taken off was changed meanwhile.
        EnterpriseMerged: the enterprise was merged into another.
    """
    plan = examined.plan
    if plan is None:
        return
    lock_enterprise(writing.actor, plan.enterprise.pk)
    if plan.earlier_months and earlier_of(plan) != plan.earlier:
        raise FiguresMoved("取り込む間に、前の月の金額が変わりました。もう一度取り込んでください。")
    writing.kept[REPLACED] = {
        "monthly": _monthly(examined, plan, writing),
        "yearly": _yearly(examined, plan, writing),
        "names": _names(examined, plan, writing),
    }
    writing.progress(1)
    _tell(plan, writing)


def _monthly(examined: FiguresPlan, plan: Plan, writing: Writing) -> list[list[Any]]:
    stored = [row for row in monthly(plan.enterprise, plan.months) if of_statements(row.account, plan.statements)]
    gone = [row for row in stored if plan.monthly.get((row.account, row.month)) != row.yen]
    MonthlyFigure.objects.for_agency(writing.actor.agency_id).filter(pk__in=[row.pk for row in gone]).delete()
    kept = {(row.account, row.month): row.yen for row in stored}
    own = {"agency_id": writing.actor.agency_id, "enterprise": plan.enterprise}
    new = _new(plan.monthly, kept)
    writing.save(
        (_row(examined, account), MonthlyFigure(**own, account=account, month=month, yen=yen))
        for account, month, yen in new
    )
    return [[row.pk, row.account, row.month.isoformat(), row.yen] for row in gone]


def _yearly(examined: FiguresPlan, plan: Plan, writing: Writing) -> list[list[Any]]:
    stored = [row for row in yearly(plan.enterprise, plan.ends) if of_statements(row.account, plan.statements)]
    wanted = {place: yen for place, yen in plan.yearly.items() if yen}
    gone = [row for row in stored if wanted.get((row.account, row.ends_on)) != row.yen]
    YearlyFigure.objects.for_agency(writing.actor.agency_id).filter(pk__in=[row.pk for row in gone]).delete()
    kept = {(row.account, row.ends_on): row.yen for row in stored}
    own = {"agency_id": writing.actor.agency_id, "enterprise": plan.enterprise}
    writing.save(
        (_row(examined, account), YearlyFigure(**own, account=account, ends_on=end, yen=yen))
        for account, end, yen in _new(wanted, kept)
    )
    return [[row.pk, row.account, row.ends_on.isoformat(), row.yen] for row in gone]


def _new(wanted: Mapping[Place, int], kept: Mapping[Place, int]) -> Iterable[tuple[str, date, int]]:
    return [(account, when, yen) for (account, when), yen in wanted.items() if kept.get((account, when)) != yen]


def _row(examined: FiguresPlan, account: str) -> Draft:
    """Return the row that an account comes from; one that only earlier months have comes from the file itself."""
    return examined.rows.get(account, examined.head)


def _names(examined: FiguresPlan, plan: Plan, writing: Writing) -> list[list[Any]]:
    """Remember what was decided about names."""
    agency_id = writing.actor.agency_id
    rows = AccountName.objects.for_agency(agency_id).filter(enterprise=plan.enterprise, name__in=list(examined.chosen))
    stored = {row.name: row for row in rows}
    changed = {
        name: chosen
        for name, chosen in examined.chosen.items()
        if name not in stored or (stored[name].account, stored[name].is_negated) != chosen[1:]
    }
    gone = [stored[name] for name in changed if name in stored]
    AccountName.objects.for_agency(agency_id).filter(pk__in=[row.pk for row in gone]).delete()
    own = {"agency_id": agency_id, "enterprise": plan.enterprise}
    writing.save(
        (draft, AccountName(**own, name=name, account=account, is_negated=is_negated))
        for name, (draft, account, is_negated) in changed.items()
    )
    return [[row.pk, row.name, row.account, row.is_negated] for row in gone]


def _tell(plan: Plan, writing: Writing) -> None:
    """Add what came to the trail of the enterprise."""
    places = [f"{month:%Y-%m}" for month in (plan.months[:1] + plan.months[-1:])]
    places += [f"{end}決算" for end in plan.ends]
    changes = {"試算表": [None, writing.source], "対象": [None, "〜".join(dict.fromkeys(places))]}
    audit.record(writing.actor, Verb.IMPORTED, plan.enterprise, changes=changes)
