"""What was reported to lenders, and what they said. A meeting may be recorded after the report is finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from cases.models import Case, Lender
from cases.services.locking import EditedMeanwhile, lock_case
from monitoring.models import BankMeeting, MonitoringPeriod
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

FACTS: Final = ("held_on", "mode", "people", "papers", "said")


class MeetingRefused(DomainError):
    """The meeting does not fit the case."""


@unit_of_work()
def add_meeting(
    *, actor: Member, case_id: int, period_id: int, lender_id: int, facts: Mapping[str, Any], today: date
) -> BankMeeting:
    """Record a report to a lender; `facts` are those named in `FACTS`.

    Raises:
        MonitoringPeriod.DoesNotExist: the case has no such period.
        MeetingRefused: no such lender of the enterprise, or the day lies before the period or in the future.
    """
    case, period = _lock(actor, case_id, period_id)
    lender = _lender(case, lender_id)
    meeting = BankMeeting(agency_id=case.agency_id, period=period, lender=lender, **{n: facts[n] for n in FACTS})
    _check(meeting, today)
    meeting.save()
    _note(actor, case, meeting, audit.initial_values(meeting, FACTS))
    return meeting


@unit_of_work()
def edit_meeting(
    *,
    actor: Member,
    case_id: int,
    period_id: int,
    meeting_id: int,
    version: int,
    lender_id: int,
    facts: Mapping[str, Any],
    today: date,
) -> BankMeeting:
    """Change what was recorded.

    Raises:
        BankMeeting.DoesNotExist: the period has no such meeting.
        EditedMeanwhile: another person changed it in between.
        MeetingRefused: as for `add_meeting`.
    """
    case, period = _lock(actor, case_id, period_id)
    meeting = period.meetings.select_related("lender").get(pk=meeting_id)
    if meeting.version != version:
        raise EditedMeanwhile
    lender = _lender(case, lender_id)
    changes = audit.apply_changes(meeting, {"lender": lender, **{name: facts[name] for name in FACTS}})
    _check(meeting, today)
    if changes:
        meeting.version += 1
        meeting.save()
        _note(actor, case, meeting, changes)
    return meeting


@unit_of_work()
def remove_meeting(*, actor: Member, case_id: int, period_id: int, meeting_id: int) -> str:
    """Remove a meeting that was recorded by mistake, and return its name.

    Raises:
        BankMeeting.DoesNotExist: the period has no such meeting.
    """
    case, period = _lock(actor, case_id, period_id)
    meeting = period.meetings.select_related("lender").get(pk=meeting_id)
    gone = {label: [after, before] for label, (before, after) in audit.initial_values(meeting, FACTS).items()}
    _note(actor, case, meeting, gone)
    meeting.delete()
    return str(meeting)


def _lock(actor: Member, case_id: int, period_id: int) -> tuple[Case, MonitoringPeriod]:
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    return case, case.monitoring_periods.get(pk=period_id)


def _lender(case: Case, lender_id: int) -> Lender:
    lenders = Lender.objects.for_agency(case.agency_id).filter(enterprise_id=case.enterprise_id)
    if (lender := lenders.filter(pk=lender_id).first()) is None:
        raise MeetingRefused(f"「{case.enterprise}」に、この金融機関は登録されていません。選び直してください。")
    return lender


def _check(meeting: BankMeeting, today: date) -> None:
    if meeting.held_on > today:
        raise MeetingRefused(f"実施日 {meeting.held_on} は、今日 {today} より後です。起きた日を入力してください。")
    if meeting.held_on < meeting.period.starts_on:
        raise MeetingRefused(
            f"実施日 {meeting.held_on} は 対象期間の初日 {meeting.period.starts_on} より前です。"
            "どちらかを確かめてください。"
        )


def _note(actor: Member, case: Case, meeting: BankMeeting, changes: Mapping[str, Any]) -> None:
    told = {f"金融機関への報告 {meeting}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, case, changes=told)
