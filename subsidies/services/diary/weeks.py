"""Hand in weeks of hours and take them back, approve or return them, and unlock them with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from cases.services.locking import EditedMeanwhile
from subsidies.enums import OPEN_WEEKS, WeekState
from subsidies.models import WorkEntry, Worker, WorkWeek
from subsidies.rules.work_time import clock_of
from subsidies.selectors.diary.locks import week_lock_reason
from subsidies.selectors.diary.week import DAYS
from subsidies.services.diary.hours import lock_worker
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import AgencyQuerySet, Member
from vapup.accounts.policy import require
from vapup.shared.durations import length_of
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

MONDAY: Final = 0
UNLOCKABLE: Final = frozenset({WeekState.SUBMITTED, WeekState.APPROVED})
SHOWN_LACKING: Final = 3


class WeekRefused(DomainError):
    """The week cannot be handed in, approved, returned or unlocked as it is."""


@unit_of_work()
def submit_week(*, actor: Member, worker_id: int, monday: date, now: datetime) -> WorkWeek:
    """Hand in a person's week; from then on its entries cannot be written.

    Raises:
        Worker.DoesNotExist: no such person in the actor's agency.
        WeekRefused: it was handed in already, has no entry, or an entry without a work chosen.
    """
    if monday.weekday() != MONDAY:
        raise WeekRefused(f"{monday} は月曜日ではありません。週は月曜日から始まります。")
    worker = lock_worker(actor, worker_id)
    week, _ = _locked(actor).get_or_create(worker=worker, monday=monday, defaults={"agency_id": actor.agency_id})
    if reason := week_lock_reason(week):
        raise WeekRefused(reason)
    entries = list(_entries(week).order_by("worked_on", "starts_minute", "id"))
    _check_complete(week, entries)
    week.state, week.requested_by, week.requested_at = WeekState.SUBMITTED, actor, now
    week.decided_by, week.decided_at, week.is_self_approved, week.note = None, None, False, ""
    _save(week)
    told = {"件数": [None, len(entries)], "合計": [None, length_of(sum(one.minutes for one in entries))]}
    audit.record(actor, Verb.HOURS_SUBMITTED, week, changes=told)
    return week


@unit_of_work()
def withdraw_week(*, actor: Member, worker_id: int, monday: date) -> WorkWeek:
    """Take back a person's week that nobody has decided on, to correct it and hand it in again.

    Raises:
        Worker.DoesNotExist: no such person in the actor's agency.
        WeekRefused: it was not handed in, or is decided on already.
    """
    worker = lock_worker(actor, worker_id)
    week = _locked(actor).filter(worker=worker, monday=monday).first()
    if week is None or week.state != WeekState.SUBMITTED:
        state = WeekState.OPEN if week is None else WeekState(week.state)
        raise WeekRefused(
            f"{monday} からの週は「{state.label}」のため、提出を取り消せません。"
            "取り消せるのは、提出してから承認されるまでです。"
        )
    week.state, week.requested_by, week.requested_at = WeekState.OPEN, None, None
    _save(week)
    changes = {"状態": [WeekState.SUBMITTED.label, WeekState.OPEN.label]}
    audit.record(actor, Verb.REQUEST_WITHDRAWN, week, changes=changes)
    return week


@unit_of_work()
def approve_weeks(*, actor: Member, versions: Mapping[int, int], now: datetime) -> tuple[WorkWeek, ...]:
    """Approve the weeks that the actor saw at these versions, by id: all of them or none.

    Raises:
        EditedMeanwhile: a week was taken back, changed or approved in between, or does not exist.
        NotAllowed: one of them is the actor's own, and the agency does not allow self-approval.
        WeekRefused: no week was chosen.
    """
    require(actor, Action.APPROVE_HOURS)
    if not versions:
        raise WeekRefused("承認する週を選んでください。")
    weeks = _seen(actor, versions)
    for week in weeks:
        require(actor, Action.APPROVE_HOURS, week)
        week.is_self_approved = actor.pk in {week.requested_by_id, week.worker.member_id}
        week.state, week.decided_by, week.decided_at, week.note = WeekState.APPROVED, actor, now, ""
        _save(week)
        audit.record(actor, Verb.SELF_APPROVED if week.is_self_approved else Verb.APPROVED, week)
    return weeks


@unit_of_work()
def return_week(*, actor: Member, week_id: int, version: int, reason: str, now: datetime) -> WorkWeek:
    """Give a week back to its person, with the reason.

    Raises:
        EditedMeanwhile: it was taken back, changed or approved in between, or does not exist.
    """
    require(actor, Action.APPROVE_HOURS)
    (week,) = _seen(actor, {week_id: version})
    require(actor, Action.APPROVE_HOURS, week)
    week.state, week.decided_by, week.decided_at, week.note = WeekState.RETURNED, actor, now, reason
    _save(week)
    audit.record(actor, Verb.SENT_BACK, week, reason=reason)
    return week


@unit_of_work()
def unlock_week(*, actor: Member, week_id: int, version: int, reason: str, now: datetime) -> WorkWeek:
    """Open a week that was handed in or approved; hours that a claim holds stay fixed all the same.

    Raises:
        EditedMeanwhile: it changed in between, or does not exist.
    """
    require(actor, Action.UNLOCK_HOURS)
    (week,) = _seen(actor, {week_id: version}, states=UNLOCKABLE)
    before = WeekState(week.state).label
    week.state, week.decided_by, week.decided_at, week.note = WeekState.OPEN, actor, now, reason
    week.is_self_approved = False
    _save(week)
    changes = {"状態": [before, WeekState.OPEN.label]}
    audit.record(actor, Verb.UNLOCKED, week, changes=changes, reason=reason)
    return week


def _locked(actor: Member) -> AgencyQuerySet[WorkWeek]:
    return WorkWeek.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)


def _seen(
    actor: Member, versions: Mapping[int, int], *, states: frozenset[WeekState] = frozenset({WeekState.SUBMITTED})
) -> tuple[WorkWeek, ...]:
    """Return weeks as the actor saw them, their people locked before them, in one order for everybody."""
    of_weeks = WorkWeek.objects.for_agency(actor.agency_id).filter(pk__in=versions)
    workers = Worker.objects.for_agency(actor.agency_id).filter(pk__in=of_weeks.values("worker_id"))
    list(workers.select_for_update(of=("self",), no_key=True).order_by("pk"))
    weeks = tuple(_locked(actor).filter(pk__in=versions).select_related("worker__co_agency").order_by("pk"))
    if len(weeks) != len(versions):
        raise EditedMeanwhile("選んだ週が見つかりません。一覧を確かめてください。")
    for week in weeks:
        if week.version != versions[week.pk] or week.state not in states:
            raise EditedMeanwhile(
                f"{week.worker}の {week.monday} からの週は、表示した後に変わりました"
                f"(今は「{WeekState(week.state).label}」です)。内容を確かめて、もう一度行ってください。"
            )
    return weeks


def _entries(week: WorkWeek) -> AgencyQuerySet[WorkEntry]:
    until = week.monday + timedelta(days=DAYS - 1)
    found = WorkEntry.objects.for_agency(week.agency_id).filter(worker_id=week.worker_id)
    return found.filter(worked_on__range=(week.monday, until)).select_related("case")


def _check_complete(week: WorkWeek, entries: list[WorkEntry]) -> None:
    if week.state not in OPEN_WEEKS or not entries:
        raise WeekRefused(f"{week.monday} からの週には記入がありません。記入してから提出してください。")
    lacking = [one for one in entries if one.cost_line_id is None]
    if lacking:
        shown = "、".join(
            f"{one.worked_on} {clock_of(one.starts_minute)}〜{clock_of(one.ends_minute)}({one.case.number})"
            for one in lacking[:SHOWN_LACKING]
        )
        more = "ほか" if len(lacking) > SHOWN_LACKING else ""
        raise WeekRefused(f"業務が未選択の記入が {len(lacking)}件 あります({shown}{more})。業務を選んでください。")


def _save(week: WorkWeek) -> None:
    week.version += 1
    week.save()
