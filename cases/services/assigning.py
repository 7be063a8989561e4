"""Put several cases into the charge of another member at once, each for itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case
from cases.services.cases import CaseRefused, assign_case
from cases.services.locking import lock_agency
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of one case: the sentence says why it stayed as it was; "" if it was handed over."""

    number: str
    refusal: str = ""


@unit_of_work()
def assign_cases(
    *, actor: Member, case_ids: Iterable[int], consultant: Member, reason: str = ""
) -> tuple[Assigned, ...]:
    """Put cases into the charge of `consultant`; what one case refuses does not keep the others back.

    Raises:
        NotAllowed: the actor does not assign cases.
        Case.DoesNotExist: the agency has not all of them.
    """
    require(actor, Action.ASSIGN_CASE)
    lock_agency(actor)
    # In one order, as every unit of work that locks several.
    return tuple(_assign(actor, case_id, consultant, reason) for case_id in sorted(set(case_ids)))


def _assign(actor: Member, case_id: int, consultant: Member, reason: str) -> Assigned:
    try:
        case = assign_case(actor=actor, case_id=case_id, consultant=consultant, reason=reason)
    except CaseRefused as refused:
        number = Case.objects.for_agency(actor.agency_id).values_list("number", flat=True).get(pk=case_id)
        return Assigned(number, refused.message)
    return Assigned(case.number)
