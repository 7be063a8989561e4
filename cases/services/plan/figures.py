"""Write the figures of a plan: a statement as one sheet, what the measures make of it, and the assumptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cases.enums import Statement
from cases.models import Assumption, Plan, PlanFigure
from cases.rules.accounts import accounts
from cases.selectors.plan.figures import (
    Figures,
    Sheet,
    assumption_stamp,
    assumptions_of,
    calculated,
    calculation_stamp,
    enterable,
    figures_stamp,
    sheet_of,
)
from cases.selectors.plan.versions import year_end
from cases.services.locking import EditedMeanwhile
from cases.services.plan.effects import check_effects
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.shared.money import format_yen
from vapup.work import unit_of_work

PARTS = {Statement.PROFIT: "損益計画", Statement.BALANCE: "貸借対照表"}


@dataclass(frozen=True, slots=True)
class AssumptionLine:
    """A change of an account that no measure makes: yen against the base year by planned year, with its ground."""

    account: str
    ground: str
    yen: Mapping[int, int]


@unit_of_work()
def save_figures(
    *,
    actor: Member,
    case_id: int,
    statement: Statement,
    seen: int,
    figures: Mapping[tuple[str, int], int | None],
) -> audit.Changes:
    """Save a statement that the user saw at the stamp `seen`, and return what changed.

    Args:
        figures: yen by account and year, past years included; None clears an amount; what is not named stays.

    Raises:
        EditedMeanwhile: another person changed the statement in between.
        PlanRefused: an amount is on an account that follows from others.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    return _save(actor, plan, statement, seen, figures)


@unit_of_work()
def calculate_figures(
    *, actor: Member, case_id: int, statement: Statement, seen: int, names: Collection[str]
) -> audit.Changes:
    """Fill the planned years of some accounts with base year + measures + assumptions; return what changed.

    Args:
        seen: the stamp of what the user was shown: the statement, and what the calculation makes of it.
        names: the accounts; the others stay as they are.

    Raises:
        As in `save_figures`.
    """
    plan = lock_plan(actor, case_id, None)
    sheet = sheet_of(plan)
    found = calculated(sheet, statement)
    if seen != calculation_stamp(sheet, statement):
        raise EditedMeanwhile
    wanted = {key: yen for key, yen in found.items() if key[0] in names}
    return _save(actor, plan, statement, figures_stamp(sheet.stored, statement), dict(wanted))


@unit_of_work()
def save_assumptions(*, actor: Member, case_id: int, seen: int, lines: Sequence[AssumptionLine]) -> audit.Changes:
    """Make `lines` the assumptions of the plan, which the user saw at the stamp `seen`; return what changed.

    Raises:
        EditedMeanwhile: another person changed them in between.
        PlanRefused: as in `check_effects`.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    stored = assumptions_of(plan)
    if assumption_stamp(stored) != seen:
        raise EditedMeanwhile
    for line in lines:
        check_effects(plan, {(line.account, year): yen for year, yen in line.yen.items()})
    changes = compare_assumptions(plan, lines)
    if changes:
        Assumption.objects.for_agency(plan.agency_id).filter(plan=plan).delete()
        Assumption.objects.bulk_create(_rows(plan, lines))
        note_part(actor, plan, "前提", changes)
    return changes


def compare_assumptions(plan: Plan, lines: Sequence[AssumptionLine]) -> audit.Changes:
    """Return what saving `lines` would change."""
    before, after = _words(assumptions_of(plan)), _words(_rows(plan, lines))
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: [before.get(name), after.get(name)] for name in names}


def compare_figures(plan: Plan, stored: Figures, figures: Mapping[tuple[str, int], int | None]) -> audit.Changes:
    """Return what saving `figures` over `stored` would change."""
    return {_label(plan, *key): [stored.get(key), yen] for key, yen in figures.items() if stored.get(key) != yen}


def _save(
    actor: Member, plan: Plan, statement: Statement, seen: int, figures: Mapping[tuple[str, int], int | None]
) -> audit.Changes:
    sheet = sheet_of(plan)
    stored = sheet.stored
    if figures_stamp(stored, statement) != seen:
        raise EditedMeanwhile
    _check(sheet, statement, figures)
    changes = compare_figures(plan, stored, figures)
    _store(plan, {key: yen for key, yen in figures.items() if stored.get(key) != yen})
    note_part(actor, plan, PARTS[statement], changes)
    return changes


def _check(sheet: Sheet, statement: Statement, figures: Mapping[tuple[str, int], int | None]) -> None:
    open_cells = enterable(sheet, statement)
    for account, year in figures:
        if (account, year) not in open_cells:
            label = accounts()[account].label if account in accounts() else account
            raise PlanRefused(f"「{label}」の{year}年目は入力できません。画面を開き直してください。")


def _store(plan: Plan, changed: Mapping[tuple[str, int], int | None]) -> None:
    """Write the amounts that changed, in three statements however many they are."""
    rows = PlanFigure.objects.for_agency(plan.agency_id).filter(plan=plan)
    stored = {(one.account, one.year): one for one in rows}
    gone = [stored[key].pk for key, yen in changed.items() if yen is None]
    if gone:
        rows.filter(pk__in=gone).delete()
    kept, new = [], []
    for (account, year), yen in changed.items():
        if yen is None:
            continue
        row = stored.get((account, year))
        if row is None:
            new.append(PlanFigure(agency_id=plan.agency_id, plan=plan, account=account, year=year, yen=yen))
        else:
            row.yen = yen
            kept.append(row)
    PlanFigure.objects.bulk_update(kept, ["yen"])
    PlanFigure.objects.bulk_create(new)


def _label(plan: Plan, account: str, year: int) -> str:
    when = f"{year}年目" if year > 0 else f"{year_end(plan, year):%Y年%-m月期}"
    return f"{accounts()[account].label} {when}"


def _rows(plan: Plan, lines: Sequence[AssumptionLine]) -> list[Assumption]:
    return [
        Assumption(
            agency_id=plan.agency_id,
            plan=plan,
            position=position,
            account=line.account,
            year=year,
            yen=yen,
            ground=line.ground,
        )
        for position, line in enumerate(lines, 1)
        for year, yen in sorted(line.yen.items())
        if yen
    ]


def _words(rows: Sequence[Assumption]) -> dict[str, str]:
    """Return each line of assumptions as the trail shows it."""
    found: dict[str, str] = {}
    for one in rows:
        name = f"{accounts()[one.account].label}({one.ground})"
        found[name] = f"{found[name]}、" if name in found else ""
        found[name] += f"{one.year}年目 {format_yen(one.yen)}円"
    return found
