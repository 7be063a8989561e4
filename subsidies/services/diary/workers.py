"""Keep the people whose hours are charged, and their rate cards (従事者と単価)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.models import CoAgency
from cases.services.locking import EditedMeanwhile, lock_agency
from subsidies.models import Worker, WorkerRate
from subsidies.selectors.diary.workers import own_worker_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.work import unit_of_work

FACTS: Final = ("name", "qualification", "is_subcontracted", "member", "co_agency")
RATE_FACTS: Final = ("valid_from", "hourly_rate_yen")


class WorkerRefused(DomainError):
    """The person is in the list already, or cannot be what is said of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerInput:
    """What a user says about a person; of another agency's people nobody logs in."""

    name: str
    qualification: str = ""
    is_subcontracted: bool = False
    member_id: int | None = None
    co_agency_id: int | None = None


@unit_of_work()
def own_worker(*, actor: Member) -> Worker:
    """Return as whom the actor logs hours; made from the member's name at the first time.

    A person of the rate card who bears that name and belongs to nobody who logs in becomes the actor.

    Raises:
        WorkerRefused: the person is switched off, or several people bear that name.
    """
    require(actor, Action.LOG_HOURS)
    lock_agency(actor)
    stored = own_worker_of(actor)
    if stored is None:
        stored = _taken_up(actor)
    if not stored.is_active:
        raise WorkerRefused(f"従事者「{stored}」は使用停止中です。管理者に使用の再開を頼んでください。")
    return stored


def _taken_up(actor: Member) -> Worker:
    """Give the actor the person of that name in the rate card, or a new one."""
    name = str(actor.user)
    named = Worker.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    found = list(named.filter(name=name, co_agency=None, member=None, is_active=True)[:2])
    if len(found) > 1:
        raise WorkerRefused(f"「{name}」という従事者が複数います。管理者に、どの従事者かの登録を頼んでください。")
    if found:
        row = found[0]
        changes = audit.apply_changes(row, {"member": actor})
        row.version += 1
        row.save(update_fields=["member", "version"])
        audit.record(actor, Verb.CHANGED, row, changes=changes)
        return row
    row = Worker(agency_id=actor.agency_id, member=actor, name=name)
    _check_name(row)
    row.save()
    audit.record(actor, Verb.CREATED, row, changes=audit.initial_values(row, FACTS))
    return row


@unit_of_work()
def add_worker(*, actor: Member, facts: WorkerInput) -> Worker:
    """Add a person to the office's list, or to another agency of a case.

    Raises:
        WorkerRefused: the list has that name and qualification, or the member is another person of it.
        Member.DoesNotExist, CoAgency.DoesNotExist: no such row in the actor's agency.
    """
    require(actor, Action.KEEP_RATES)
    lock_agency(actor)
    row = Worker(agency_id=actor.agency_id, **_columns(actor, facts))
    _check(row)
    row.save()
    audit.record(actor, Verb.CREATED, row, changes=audit.initial_values(row, FACTS))
    return row


@unit_of_work()
def change_worker(*, actor: Member, worker_id: int, version: int, facts: WorkerInput) -> Worker:
    """Change a person whom the user saw at `version`; whose agency they are of stays as it is.

    Raises:
        Worker.DoesNotExist: no such person in the actor's agency.
        EditedMeanwhile: another person changed it in between.
        WorkerRefused: as in `add_worker`.
    """
    require(actor, Action.KEEP_RATES)
    lock_agency(actor)
    row = _locked(actor, worker_id)
    if row.version != version:
        raise EditedMeanwhile
    columns = _columns(actor, facts)
    del columns["co_agency"]  # hours and lines of the estimate rest on it
    changes = audit.apply_changes(row, columns)
    if changes:
        _check(row)
        row.version += 1
        row.save(update_fields=[*columns, "version"])
        audit.record(actor, Verb.CHANGED, row, changes=changes)
    return row


@unit_of_work()
def switch_worker(*, actor: Member, worker_id: int, is_active: bool) -> Worker:
    """Switch a person off, so that nobody logs hours for them any more, or on again; their hours stay."""
    require(actor, Action.KEEP_RATES)
    row = _locked(actor, worker_id)
    if row.is_active != is_active:
        row.is_active = is_active
        row.version += 1
        row.save(update_fields=["is_active", "version"])
        audit.record(actor, Verb.SWITCHED_ON if is_active else Verb.SWITCHED_OFF, row)
    return row


@unit_of_work()
def add_rate(*, actor: Member, worker_id: int, valid_from: date, hourly_rate_yen: int) -> WorkerRate:
    """Add an hourly rate in yen without tax, in force from `valid_from` (inclusive) until the next one begins.

    Raises:
        WorkerRefused: another rate begins on that day.
    """
    require(actor, Action.KEEP_RATES)
    worker = _locked(actor, worker_id)
    stored = WorkerRate.objects.for_agency(actor.agency_id).filter(worker=worker, valid_from=valid_from).first()
    if stored is not None:
        raise WorkerRefused(
            f"{worker}には、{valid_from} から {format_yen(stored.hourly_rate_yen)}円 の単価がすでにあります。"
            f"{format_yen(hourly_rate_yen)}円 に直すときは、先にその単価を削除してください。"
        )
    rate = WorkerRate.objects.create(
        agency_id=actor.agency_id, worker=worker, valid_from=valid_from, hourly_rate_yen=hourly_rate_yen
    )
    _note_rate(actor, worker, rate, audit.initial_values(rate, RATE_FACTS))
    return rate


@unit_of_work()
def remove_rate(*, actor: Member, worker_id: int, rate_id: int) -> WorkerRate:
    """Remove a rate that was entered wrongly; the audit trail keeps it.

    Raises:
        WorkerRate.DoesNotExist: the person has no such rate.
    """
    require(actor, Action.KEEP_RATES)
    worker = _locked(actor, worker_id)
    rate = WorkerRate.objects.for_agency(actor.agency_id).get(worker=worker, pk=rate_id)
    gone = {label: [after, before] for label, (before, after) in audit.initial_values(rate, RATE_FACTS).items()}
    rate.delete()
    _note_rate(actor, worker, rate, gone)
    return rate


def _locked(actor: Member, worker_id: int) -> Worker:
    workers = Worker.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    return workers.select_related("co_agency__case", "member__user").get(pk=worker_id)


def _columns(actor: Member, facts: WorkerInput) -> dict[str, Any]:
    members, co_agencies = Member.objects.for_agency(actor.agency_id), CoAgency.objects.for_agency(actor.agency_id)
    return {
        "name": facts.name,
        "qualification": facts.qualification,
        "is_subcontracted": facts.is_subcontracted,
        "member": members.select_related("user").get(pk=facts.member_id) if facts.member_id else None,
        "co_agency": co_agencies.get(pk=facts.co_agency_id) if facts.co_agency_id else None,
    }


def _check(row: Worker) -> None:
    _check_name(row)
    if row.member is None:
        return
    if row.co_agency is not None:
        raise WorkerRefused(f"{row.co_agency}の従事者「{row.name}」に、当事務所の利用者は結び付けられません。")
    others = Worker.objects.for_agency(row.agency_id).filter(member=row.member, co_agency=None).exclude(pk=row.pk)
    if other := others.first():
        raise WorkerRefused(f"利用者「{row.member}」は、すでに従事者「{other}」に結び付けられています。")


def _check_name(row: Worker) -> None:
    same = Worker.objects.for_agency(row.agency_id).filter(
        name=row.name, qualification=row.qualification, co_agency=row.co_agency
    )
    if same.exclude(pk=row.pk).exists():
        raise WorkerRefused(f"「{row}」という従事者が、すでに登録されています。資格・役職で区別してください。")


def _note_rate(actor: Member, worker: Worker, rate: WorkerRate, changes: audit.Changes) -> None:
    named = {f"単価 {rate.valid_from}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, worker, changes=named)
