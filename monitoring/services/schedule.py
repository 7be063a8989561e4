"""Lay the periods of a follow-up anew: as a whole, as the user saw it, and never over what hangs on a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cases.enums import Frequency
from cases.models import Case
from cases.services.locking import EditedMeanwhile, lock_case
from monitoring.models import MonitoringPeriod
from monitoring.rules.schedule import Change, difference
from monitoring.selectors.follow_up_schedule import (
    agreed_of,
    changes_hash,
    has_effect,
    planned_of,
    planning_closed,
    received_on,
)
from monitoring.services.periods import PeriodRefused, check_period
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.work import unit_of_work


@unit_of_work()
def lay_schedule(
    *,
    actor: Member,
    case_id: int,
    starts_on: date,
    months: int,
    frequency: Frequency,
    moves_costed: bool,
    seen: str,
) -> tuple[Change, ...]:
    """Move, add and remove the periods that differ from what was agreed, and return what was done.

    Args:
        starts_on: the first day; `months` how long it lasts (in Vアップ事業 the frame says so).
        moves_costed: periods with cost lines, and nothing else, move too.
        seen: what named the changes that the user confirmed (`changes_hash`).

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
        EditedMeanwhile: other changes follow now than those that the user saw.
        PeriodRefused: the periods are fixed now, nothing would change, or a period does not fit the case.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_COSTS, case)
    _check_open(case, moves_costed=moves_costed)
    agreed = agreed_of(case, starts_on=starts_on, months=months, frequency=frequency, counted_from=received_on(case))
    changes = difference(planned_of(case), agreed, moves_costed=moves_costed)
    if changes_hash(changes) != seen:
        raise EditedMeanwhile(
            "確認の間に、回や計画の内容が変わりました。下の新しい案を確かめてから、もう一度確定してください。"
        )
    if not has_effect(changes):
        raise PeriodRefused("今の回は、この条件のとおりです。変更するものはありません。")
    _write(case, changes)
    _note(actor, case, changes)
    return changes


def _check_open(case: Case, *, moves_costed: bool) -> None:
    if closed := planning_closed(case):
        raise PeriodRefused(closed)
    if moves_costed and not case.is_application_open:
        raise PeriodRefused(
            f"案件 {case.number} は利用申請を済ませているため、費用明細のある回は動かせません。"
            "「費用明細のある回も動かす」を外してください。"
        )


def _write(case: Case, changes: Sequence[Change]) -> None:
    for one in changes:
        if one.after is None and one.before is not None:
            case.monitoring_periods.get(pk=one.before.id).delete()
        elif one.after is not None and (one.before is None or one.before.slot != one.after):
            check_period(case, one.after.kind, one.after.starts_on, one.after.ends_on)
            period = MonitoringPeriod(agency_id=case.agency_id, case=case)
            if one.before is not None:
                period = case.monitoring_periods.get(pk=one.before.id)
            period.kind, period.starts_on, period.ends_on = one.after.kind, one.after.starts_on, one.after.ends_on
            period.save()


def _note(actor: Member, case: Case, changes: Sequence[Change]) -> None:
    """Record the whole set in one event, period by period."""
    told = {}
    for place, one in enumerate(changes, 1):
        before = f"{one.before.kind.label} {one.before.starts_on}〜{one.before.ends_on}" if one.before else None
        after = f"{one.after.kind.label} {one.after.starts_on}〜{one.after.ends_on}" if one.after else None
        if before != after:
            told[f"伴走支援対象期間 {place}: {one.step.label}"] = [before, after]
    audit.record(actor, Verb.CHANGED, case, changes=told)
