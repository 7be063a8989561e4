"""Store what a measure is worth: one amount for each account and planned year."""

from __future__ import annotations

from collections.abc import Mapping

from cases.models import Measure, MeasureEffect, Plan
from cases.rules.accounts import accounts
from cases.selectors.plan.actions import CHANGEABLE, effects_of_measure
from cases.services.plan.writing import PlanRefused
from vapup.accounts import audit

# Yen against the base year, by account and planned year.
Effects = Mapping[tuple[str, int], int]


def check_effects(plan: Plan, effects: Effects) -> None:
    """Refuse an amount on an account that follows from others, or in a year that the plan does not have.

    Raises:
        PlanRefused: the sentence names the account and the year.
    """
    for account, year in effects:
        if account not in CHANGEABLE:
            label = accounts()[account].label if account in accounts() else account
            raise PlanRefused(
                f"「{label}」はほかの数値から決まるため、金額を入力できません。別の勘定科目を選んでください。"
            )
        if year not in plan.planned_years:
            raise PlanRefused(f"{year}年目は計画の期間(1年目から{plan.years}年目)の外です。")


def compare_effects(measure: Measure, effects: Effects) -> audit.Changes:
    """Return what storing `effects` would change in the effects of a measure, in yen; an amount of 0 is none."""
    wanted = {key: yen for key, yen in effects.items() if yen}
    stored = {(one.account, one.year): one.yen for one in effects_of_measure(measure)}
    order = {name: place for place, name in enumerate(accounts())}
    return {
        _label(*key): [stored.get(key), wanted.get(key)]
        for key in sorted({*stored, *wanted}, key=lambda key: (order.get(key[0], 0), key[1]))
        if stored.get(key) != wanted.get(key)
    }


def store_effects(plan: Plan, measure: Measure, effects: Effects) -> audit.Changes:
    """Make `effects` the effects of a measure, and return what changed; an amount of 0 is none.

    Raises:
        PlanRefused: as in `check_effects`.
    """
    check_effects(plan, effects)
    changes = compare_effects(measure, effects)
    wanted = {key: yen for key, yen in effects.items() if yen}
    stored = {(one.account, one.year): one for one in effects_of_measure(measure)}
    gone = [one.pk for key, one in stored.items() if key not in wanted]
    changed = [one for key, one in stored.items() if key in wanted and one.yen != wanted[key]]
    rows = MeasureEffect.objects.for_agency(plan.agency_id)
    if gone:
        rows.filter(pk__in=gone).delete()
    for one in changed:
        one.yen = wanted[one.account, one.year]
    rows.bulk_update(changed, ["yen"])
    rows.bulk_create(
        MeasureEffect(agency_id=plan.agency_id, measure=measure, account=account, year=year, yen=yen)
        for (account, year), yen in wanted.items()
        if (account, year) not in stored
    )
    return changes


def _label(account: str, year: int) -> str:
    return f"効果 {accounts()[account].label} {year}年目"
