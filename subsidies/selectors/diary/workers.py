"""The people whose hours are charged, and their rate cards (従事者と単価)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cases.models import Case
from subsidies.models import Worker, WorkerRate
from subsidies.rules.rate_card import CardRate, rate_on
from vapup.accounts.enums import Role
from vapup.accounts.models import AgencyQuerySet, Member


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A person in the list: the rate today in yen an hour without tax (None: none yet), and the next one."""

    worker: Worker
    rate_yen: int | None
    coming: CardRate | None


def workers_of(agency_id: int) -> AgencyQuerySet[Worker]:
    """Return all workers of an office with what their names on a page need, own people first."""
    found = Worker.objects.for_agency(agency_id).select_related("co_agency__case", "member__user")
    return found.order_by("co_agency_id", "-is_active", "id")


def own_worker_of(member: Member) -> Worker | None:
    """Return as whom a member logs hours, or None before the first time."""
    return workers_of(member.agency_id).filter(member=member, co_agency=None).first()


def workers_for(actor: Member) -> tuple[Worker, ...]:
    """Return the people in work whose hours the member may log, their own first."""
    found = workers_of(actor.agency_id).filter(is_active=True)
    if not actor.has_role(Role.MANAGER):
        found = found.filter(Q(member=actor) | Q(co_agency__case__consultant=actor))
    return tuple(sorted(found, key=lambda one: (one.member_id != actor.pk, one.co_agency_id or 0, one.pk)))


def workers_on(case: Case, actor: Member) -> tuple[Worker, ...]:
    """Return those of them who may work on a case: the office's people and those of the case's other agencies."""
    return tuple(one for one in workers_for(actor) if one.co_agency is None or one.co_agency.case_id == case.pk)


def worker_rows(agency_id: int, *, today: date) -> tuple[WorkerRow, ...]:
    """Return the list of people with their rates."""
    cards: dict[int, list[CardRate]] = defaultdict(list)
    rates = WorkerRate.objects.for_agency(agency_id).order_by("valid_from")
    for worker_id, valid_from, yen in rates.values_list("worker_id", "valid_from", "hourly_rate_yen"):
        cards[worker_id].append(CardRate(valid_from, yen))
    return tuple(_row(worker, cards[worker.pk], today) for worker in workers_of(agency_id))


def rates_of(worker: Worker) -> tuple[WorkerRate, ...]:
    """Return a person's card, newest rate first."""
    return tuple(WorkerRate.objects.for_agency(worker.agency_id).filter(worker=worker).order_by("-valid_from"))


def _row(worker: Worker, card: list[CardRate], today: date) -> WorkerRow:
    coming = next((one for one in card if one.valid_from > today), None)
    return WorkerRow(worker, rate_on(card, today), coming)
