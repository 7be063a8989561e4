"""Who may work on a case: its agencies and the people of the rate card, with their rates on its key date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from cases.models import Case, CoAgency
from subsidies.models import CostLine, Worker, WorkerRate
from subsidies.rules.rate_card import CardRate, rate_on


@dataclass(frozen=True, slots=True)
class RatedWorker:
    """A person and the hourly rate of the card in yen without tax on the key date; None where it has none then."""

    worker: Worker
    rate_yen: int | None


@dataclass(frozen=True, slots=True)
class Crew:
    """The other agencies of a case by name, and everybody who may be put on a line of its estimate."""

    co_agencies: tuple[CoAgency, ...] = ()
    workers: tuple[RatedWorker, ...] = ()
    day: date | None = None
    cards: Mapping[int, tuple[CardRate, ...]] = field(default_factory=dict)

    def rate_of(self, worker_id: int | None) -> int | None:
        """Return the rate of the card on the key date, or None where there is none."""
        card = self.cards.get(worker_id or 0)
        return rate_on(card, self.day) if card and self.day else None


def crew_of(case: Case) -> Crew:
    """Return who may be chosen in the estimate of a case; people who are switched off are left out."""
    agencies = tuple(CoAgency.objects.for_agency(case.agency_id).filter(case=case).order_by("id"))
    people = Worker.objects.for_agency(case.agency_id).filter(is_active=True).select_related("co_agency")
    found = tuple(people.filter(Q(co_agency__isnull=True) | Q(co_agency__case=case)).order_by("co_agency_id", "id"))
    cards = cards_of(case, (one.pk for one in found))
    day = case.key_date
    rated = tuple(RatedWorker(one, rate_on(cards.get(one.pk, ()), day)) for one in found)
    return Crew(agencies, rated, day, cards)


def cards_of(case: Case, worker_ids: Iterable[int]) -> dict[int, tuple[CardRate, ...]]:
    """Return the rate cards of some people of the case's office, oldest rate first; nothing is read for nobody."""
    wanted = set(worker_ids)
    if not wanted:
        return {}
    found: dict[int, list[CardRate]] = defaultdict(list)
    rates = WorkerRate.objects.for_agency(case.agency_id).filter(worker_id__in=wanted).order_by("valid_from")
    for worker_id, valid_from, yen in rates.values_list("worker_id", "valid_from", "hourly_rate_yen"):
        found[worker_id].append(CardRate(valid_from, yen))
    return {worker_id: tuple(card) for worker_id, card in found.items()}


@dataclass(frozen=True, slots=True)
class OffCard:
    """A line of the estimate, and the rate of its person's card on the key date, which differs from the line's."""

    line: CostLine
    card_yen: int


def off_card(case: Case, lines: Iterable[CostLine]) -> tuple[OffCard, ...]:
    """Return the lines whose rate is not the one of the card on the key date, in their order."""
    chosen = [(one, one.worker_id) for one in lines if one.worker_id is not None]
    cards = cards_of(case, (worker_id for _, worker_id in chosen))
    found = ((one, rate_on(cards.get(worker_id, ()), case.key_date)) for one, worker_id in chosen)
    return tuple(OffCard(one, yen) for one, yen in found if yen is not None and yen != one.hourly_rate_yen)
