"""What people say about a deadline: that they take care of it, that it may wait, that the council put it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, Final

from cases.models import Case
from cases.services.locking import EditedMeanwhile, lock_agency, lock_case
from cases.workflow import OPEN_STAGES
from monitoring.enums import EXTENDABLE, DeadlineState
from monitoring.models import Acknowledgement, Deadline, DeadlineExtension, Notice, Snooze
from monitoring.services.ledger import hold_cases
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.clock import day_of
from vapup.documents.inspection import Inspected, inspect_upload
from vapup.documents.models import StoredDocument
from vapup.documents.services import store
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

# An extension by more years than this is a slip of the pen.
LONGEST_EXTENSION_YEARS: Final = 3


class DeadlineRefused(DomainError):
    """The deadline does not take this act, or not now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Which deadline, at the version that the user saw."""

    deadline_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Permission:
    """What the council said: the new last day, when it said so, and the letter or call that proves it."""

    until: date
    granted_on: date
    proof: str


@unit_of_work()
def acknowledge(*, actor: Member, seen: Seen, note: str, now: datetime) -> Acknowledgement:
    """Record that the actor takes care of a deadline until its safe day; notices of it count as read.

    Raises:
        Deadline.DoesNotExist: no such deadline in the actor's agency.
        EditedMeanwhile: the deadline changed after the user had seen it.
        DeadlineRefused: it is not open, or the actor said so before.
    """
    row = _locked(actor, seen, Action.HANDLE_DEADLINE)
    _check_open(row, "確認できません")
    earlier = Acknowledgement.objects.for_agency(actor.agency_id)
    if earlier.filter(deadline=row, safe_by=row.safe_by, member=actor).exists():
        raise DeadlineRefused(f"「{row}」(安全な期限 {row.safe_by})は、すでにあなたが確認しています。")
    made = Acknowledgement.objects.create(
        agency_id=actor.agency_id, deadline=row, member=actor, safe_by=row.safe_by, note=note, made_at=now
    )
    _read_own_notices(actor, row, now)
    _record(actor, Verb.ACKNOWLEDGED, row, {"確認": [None, f"安全な期限 {row.safe_by}"]}, note)
    return made


@unit_of_work()
def snooze(*, actor: Member, seen: Seen, until: date, reason: str, now: datetime) -> Snooze:
    """Leave the actor alone until a day after today and not after the safe one; others are reminded as before.

    Raises:
        Deadline.DoesNotExist: no such deadline in the actor's agency.
        EditedMeanwhile: the deadline changed after the user had seen it.
        DeadlineRefused: it is not open, the day is out of these bounds, or there is no reason.
    """
    row = _locked(actor, seen, Action.HANDLE_DEADLINE)
    _check_open(row, "後回しにできません")
    _check_snooze(row, until, reason, today=day_of(now))
    made = Snooze.objects.create(
        agency_id=actor.agency_id,
        deadline=row,
        member=actor,
        safe_by=row.safe_by,
        until=until,
        reason=reason.strip(),
        made_at=now,
    )
    row.remind_at = now  # the sweep must learn on which day to look again
    row.save(update_fields=["remind_at"])
    _read_own_notices(actor, row, now)
    _record(actor, Verb.SNOOZED, row, {"次に知らせる日": [None, until.isoformat()]}, reason.strip())
    return made


def extend(
    *, actor: Member, seen: Seen, permission: Permission, upload: tuple[str, BinaryIO] | None, now: datetime
) -> DeadlineExtension:
    """Record that the council lets a claim come later; the deadline moves in the same transaction.

    A deadline that has lapsed opens again when the new last day is not over. An extension that was recorded wrongly is
    mended by another one, which may also be shorter. The file is inspected before anything is locked.

    Args:
        upload: name and content of the letter, or None.

    Raises:
        Deadline.DoesNotExist: no such deadline in the actor's agency.
        UploadRefused, ScannerUnavailable: see `inspect_upload`.
        EditedMeanwhile: the deadline changed after the user had seen it.
        DeadlineRefused: the kind is never extended, the deadline is done with, or the days or the proof are wrong.
    """
    require(actor, Action.EXTEND_DEADLINE, Deadline.objects.for_agency(actor.agency_id).get(pk=seen.deadline_id))
    inspected = inspect_upload(*upload) if upload is not None else None
    return _extend(actor, seen, permission, inspected, now)


@unit_of_work()
def record_download(*, actor: Member, extension: DeadlineExtension) -> None:
    """Write into the trail who took the proof of an extension away."""
    document = extension.document
    name = document.filename if document is not None else ""
    _record(actor, Verb.DOWNLOADED, extension.deadline, {"延長の文書": [None, name]}, "")


@unit_of_work()
def _extend(
    actor: Member, seen: Seen, permission: Permission, inspected: Inspected | None, now: datetime
) -> DeadlineExtension:
    row = _locked(actor, seen, Action.EXTEND_DEADLINE)
    _check_extendable(row)
    _check_permission(row, permission, today=day_of(now))
    made = DeadlineExtension.objects.create(
        agency_id=actor.agency_id,
        deadline=row,
        until=permission.until,
        granted_on=permission.granted_on,
        proof=permission.proof.strip(),
        document=_stored(actor, inspected),
        made_by=actor,
        made_at=now,
    )
    before = row.claim_by.isoformat()
    row.extended_until = permission.until  # the ledger follows the case, which is locked and touched
    row.version += 1
    row.changed_at = now
    row.save(update_fields=["extended_until", "version", "changed_at"])
    file = {"延長の文書": [None, inspected.filename]} if inspected is not None else {}
    granted = {"協議会が認めた日": [None, permission.granted_on.isoformat()]}
    changes = {"延長後の最終日": [before, permission.until.isoformat()], **granted, **file}
    _record(actor, Verb.EXTENDED, row, changes, made.proof)
    return made


def _locked(actor: Member, seen: Seen, action: Action) -> Deadline:
    """Return a deadline, locked behind its case or, if it has none, its agency."""
    deadlines = Deadline.objects.for_agency(actor.agency_id)
    case_id = deadlines.values_list("case_id", flat=True).get(pk=seen.deadline_id)
    case = _locked_case(actor, case_id)
    hold_cases(actor.agency_id, [] if case_id is None else [case_id])
    row = deadlines.select_for_update(of=("self",), no_key=True).get(pk=seen.deadline_id)
    row.case = case
    require(actor, action, row)
    if row.version != seen.version:
        raise EditedMeanwhile(
            f"画面を開いた後に、期限「{row}」が変わりました。"
            f"今の安全な期限 {row.safe_by} と最終日 {row.claim_by} を確かめて、もう一度送信してください。"
        )
    return row


def _locked_case(actor: Member, case_id: int | None) -> Case | None:
    if case_id is not None:
        return lock_case(actor, case_id)
    lock_agency(actor)
    return None


def _check_open(row: Deadline, refused: str) -> None:
    if row.state != DeadlineState.OPEN:
        raise DeadlineRefused(
            f"期限「{row}」は「{row.get_state_display()}」のため{refused}。操作できるのは「期限前」の期限だけです。"
        )


def _check_snooze(row: Deadline, until: date, reason: str, *, today: date) -> None:
    if row.safe_by <= today:
        raise DeadlineRefused(f"安全な期限 {row.safe_by} は今日 {today} より後ではないため、後回しにできません。")
    if until <= today:
        raise DeadlineRefused(f"「次に知らせる日」 {until} は今日 {today} より後の日にしてください。")
    if until > row.safe_by:
        raise DeadlineRefused(
            f"「次に知らせる日」 {until} は安全な期限 {row.safe_by} より後です。{row.safe_by} までの日にしてください。"
        )
    if not reason.strip():
        raise DeadlineRefused("後回しにする「理由」を入力してください。")


def _check_extendable(row: Deadline) -> None:
    if row.kind not in EXTENDABLE:
        raise DeadlineRefused(f"「{row.get_kind_display()}」は、協議会が延長する期限ではありません。")
    if row.state not in {DeadlineState.OPEN, DeadlineState.LAPSED}:
        raise DeadlineRefused(f"期限「{row}」は「{row.get_state_display()}」のため、延長を記録できません。")
    case = row.case
    if case is not None and case.stage not in OPEN_STAGES:
        raise DeadlineRefused(
            f"案件 {case.number} は「{case.get_stage_display()}」で終わっているため、"
            f"期限「{row}」の延長を記録できません。"
        )


def _check_permission(row: Deadline, permission: Permission, *, today: date) -> None:
    until, granted_on = permission.until, permission.granted_on
    if granted_on > today:
        raise DeadlineRefused(
            f"「協議会が認めた日」 {granted_on} は今日 {today} より後です。認められた日を入力してください。"
        )
    if row.extended_until is None and until <= row.claim_by:
        raise DeadlineRefused(f"「延長後の最終日」 {until} は、今の最終日 {row.claim_by} より後の日にしてください。")
    if until == row.extended_until:
        raise DeadlineRefused(f"「延長後の最終日」 {until} は、記録済みの延長 {row.extended_until} と同じです。")
    if until.year - row.claim_by.year > LONGEST_EXTENSION_YEARS:
        raise DeadlineRefused(
            f"「延長後の最終日」 {until} は、今の最終日 {row.claim_by} から{LONGEST_EXTENSION_YEARS}年を超えています。"
            "年を確かめてください。"
        )
    if not permission.proof.strip():
        raise DeadlineRefused("「根拠となる文書・連絡」を入力してください。")


def _stored(actor: Member, inspected: Inspected | None) -> StoredDocument | None:
    if inspected is None:
        return None
    return store(
        inspected.content,
        agency_id=actor.agency_id,
        filename=inspected.filename,
        content_type=inspected.content_type,
        page_count=inspected.page_count,
    )


def _read_own_notices(actor: Member, row: Deadline, now: datetime) -> None:
    own = Notice.objects.for_agency(actor.agency_id).filter(recipient=actor, deadline=row)
    own.filter(read_at=None).update(read_at=now)


def _record(actor: Member, verb: Verb, row: Deadline, changes: Mapping[str, Any], reason: str) -> None:
    """Write into the trail of the case, or of the agency where it is the agency's own deadline."""
    named = {f"期限 {row}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, verb, row.case or actor.agency, changes=named, reason=reason)
