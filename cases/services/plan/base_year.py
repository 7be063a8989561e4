"""The base year of a plan and its length: what a plan takes over of the closed years, and how both are corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Max

from cases.enums import Statement
from cases.models import Assumption, LoanChange, MeasureEffect, Plan, PlanFigure
from cases.rules.accounts import accounts
from cases.selectors.plan.start import Month, PastYear, month_of, past_years
from cases.selectors.plan.versions import year_end
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.work import unit_of_work

PART = "基準年度"
# Yen by the month in which a year ends, as closings are found, and by account.
Past = dict[Month, dict[str, int]]


@unit_of_work()
def set_base(
    *, actor: Member, case_id: int, version: int, base_ends_on: date, years: int, today: date, takes_anew: bool = False
) -> Plan:
    """Change the base year and the length of the draft that the user saw at `version`; as `move_base` does.

    Raises:
        NoPlan, PlanClosed, EditedMeanwhile, NotAllowed: as in `lock_plan`.
        PlanRefused: as in `move_base`.
    """
    plan = lock_plan(actor, case_id, version)
    changes = move_base(plan, base_ends_on=base_ends_on, years=years, today=today, takes_anew=takes_anew)
    note_part(actor, plan, PART, changes)
    return plan


def move_base(plan: Plan, *, base_ends_on: date, years: int, today: date, takes_anew: bool = False) -> audit.Changes:
    """Change the base year and the length of a locked draft, and return what changed; planned years keep their number.

    Args:
        base_ends_on: the last day of the base year.
        years: how many years are planned.
        takes_anew: take the closed years of the enterprise also where the base year stays as it is.

    Raises:
        PlanRefused: the base year is not over, or amounts lie behind the last planned year.
    """
    check_over(base_ends_on, today)
    _check_years(plan, years)
    before, moves = _past_of(plan), plan.base_ends_on != base_ends_on
    changes = audit.apply_changes(plan, {"base_ends_on": base_ends_on, "years": years})
    if changes:
        plan.save(update_fields=["base_ends_on", "years"])
    if moves or takes_anew:
        changes.update(_take_anew(plan, before))
    return changes


def check_over(base_ends_on: date, today: date) -> None:
    """Refuse a base year that is not over.

    Raises:
        PlanRefused: the sentence names both days.
    """
    if base_ends_on > today:
        raise PlanRefused(
            f"基準となる決算日 {base_ends_on} は、今日 {today} より後です。"
            "すでに終わった直近の決算日を入力してください。"
        )


def take_past(plan: Plan, own: Mapping[Month, Mapping[str, int]]) -> tuple[PastYear, ...]:
    """Store the closed years of the enterprise as the past of a plan that has none, and return where they come from.

    Args:
        own: what the plan said of its past, by the month in which the year ends; it stays where a statement has no
            closing.
    """
    past = past_years(plan.case.enterprise, plan.base_ends_on)
    PlanFigure.objects.bulk_create(
        PlanFigure(agency_id=plan.agency_id, plan=plan, year=one.year, account=account, yen=yen)
        for one in past
        for account, yen in _kept(one, own.get(month_of(one.ends_on), {})).items()
    )
    return past


def _take_anew(plan: Plan, before: Past) -> audit.Changes:
    PlanFigure.objects.for_agency(plan.agency_id).filter(plan=plan, year__lte=0).delete()
    past, after = take_past(plan, before), _past_of(plan)
    changes: audit.Changes = {"取り込んだ実績": [None, [one.words for one in past]]}
    for month in sorted({*before, *after}):
        was, now = before.get(month, {}), after.get(month, {})
        changes.update(
            {
                f"{accounts()[name].label} {month[0]}年{month[1]}月期": [was.get(name), now.get(name)]
                for name in accounts()
                if was.get(name) != now.get(name)
            }
        )
    return changes


def _past_of(plan: Plan) -> Past:
    """Return the past years and the base year as the plan says them."""
    found: Past = {}
    rows = PlanFigure.objects.for_agency(plan.agency_id).filter(plan=plan, year__lte=0)
    for year, account, yen in rows.values_list("year", "account", "yen"):
        found.setdefault(month_of(year_end(plan, year)), {})[account] = yen
    return found


def _kept(closed: PastYear, own: Mapping[str, int]) -> dict[str, int]:
    """Return a closed year; a statement without a closing is the plan's own."""
    chart = accounts()
    has = {statement: any(chart[name].statement is statement for name in closed.figures) for statement in Statement}
    own_part = {name: yen for name, yen in own.items() if name in chart and not has[chart[name].statement]}
    return {**own_part, **closed.figures}


def _check_years(plan: Plan, years: int) -> None:
    """Refuse a length that would leave amounts outside of the plan.

    Raises:
        PlanRefused: the sentence names where they are.
    """
    outside = _outside(plan, years) if years < plan.years else []
    if outside:
        raise PlanRefused(
            f"計画年数を{years}年にすると、{years + 1}年目から後の次の金額が計画の外になります: {'、'.join(outside)}。"
            f"先にこれらを空欄にするか、計画年数を{_last_year(plan)}年以上にしてください。"
        )


def _outside(plan: Plan, years: int) -> list[str]:
    """Return what lies behind a year of the plan, counted by where it is entered."""
    mine = plan.agency_id
    effects = MeasureEffect.objects.for_agency(mine).filter(measure__plan=plan, year__gt=years)
    grounds = Assumption.objects.for_agency(mine).filter(plan=plan, year__gt=years)
    figures = PlanFigure.objects.for_agency(mine).filter(plan=plan, year__gt=years).count()
    changes = LoanChange.objects.for_agency(mine).filter(loan__plan=plan, year__gt=years)
    loans = (str(one.loan) for one in changes.select_related("loan__lender"))
    return [
        *_counted("施策「{}」の効果額 {}件", effects.values_list("measure__title", flat=True)),
        *_counted("前提「{}」{}件", grounds.values_list("ground", flat=True)),
        *([f"損益計画と貸借対照表の金額 {figures}件"] if figures else []),
        *_counted("返済計画「{}」{}件", loans),
    ]


def _counted(words: str, names: Iterable[str]) -> list[str]:
    return [words.format(name, count) for name, count in sorted(Counter(names).items())]


def _last_year(plan: Plan) -> int:
    """Return the last year of the plan that anything is entered for."""
    mine = plan.agency_id
    rows = (
        MeasureEffect.objects.for_agency(mine).filter(measure__plan=plan),
        Assumption.objects.for_agency(mine).filter(plan=plan),
        PlanFigure.objects.for_agency(mine).filter(plan=plan),
        LoanChange.objects.for_agency(mine).filter(loan__plan=plan),
    )
    return max(one.aggregate(last=Max("year"))["last"] or 0 for one in rows)
