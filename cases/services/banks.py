"""Record what a lender has said to a case: its letters, and whether it agrees to the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Final

from cases.enums import Consent
from cases.models import Lender, LenderStance
from cases.selectors.banks import AGREEING, TRAIL, stance_of
from cases.services.locking import EditedMeanwhile, lock_case
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

STANCE_FACTS: Final = (
    "contact",
    "asked_on",
    "consultation_letter_on",
    "seals_application",
    "confirmation_letter_on",
    "letters_valid_until",
    "plan_handed_on",
    "receipt_on",
    "consent",
    "consented_on",
    "conditions",
    "note",
)
# In which order things happen; what stands in the same place may come in any order.
ORDER: Final = (
    ("asked_on",),
    ("consultation_letter_on", "confirmation_letter_on"),
    ("plan_handed_on",),
    ("receipt_on", "consented_on"),
)
DAYS: Final = tuple(name for names in ORDER for name in names)
PLACE: Final[Mapping[str, int]] = {name: place for place, names in enumerate(ORDER) for name in names}


class StanceRefused(DomainError):
    """What is said of a lender contradicts itself."""


@unit_of_work()
def record_stance(
    *, actor: Member, case_id: int, lender_id: int, version: int, facts: Mapping[str, Any], today: date
) -> LenderStance:
    """Record what a lender has said, as the user saw it at `version` (1 where nothing was recorded yet).

    Args:
        facts: some or all of the fields named in `STANCE_FACTS`; the others stay as they are.

    Raises:
        Lender.DoesNotExist: the enterprise of the case has no such lender.
        EditedMeanwhile: another person saved it in between.
        StanceRefused: days out of order or in the future, or a consent that does not fit its day.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.HANDLE_PAPERS, case)
    lender = Lender.objects.for_agency(actor.agency_id).get(pk=lender_id, enterprise_id=case.enterprise_id)
    stance = stance_of(case, lender)  # the lock of the case keeps it still
    if stance.version != version:
        raise EditedMeanwhile
    changes = audit.apply_changes(stance, facts)
    check_stance(stance, today)
    if changes:
        stance.version += 1
        stance.save()
        named = {f"{TRAIL} {lender}: {label}": pair for label, pair in changes.items()}
        audit.record(actor, Verb.CHANGED, case, changes=named)
    return stance


def check_stance(stance: LenderStance, today: date) -> None:
    """Refuse a stance that contradicts itself; all that is wrong is said at once.

    Raises:
        StanceRefused: one sentence for every contradiction.
    """
    wrong = [*_days_to_come(stance, today), *_days_out_of_order(stance), *_consent_without_sense(stance)]
    if wrong:
        raise StanceRefused("\n".join(wrong))


def _days_to_come(stance: LenderStance, today: date) -> Iterator[str]:
    for name, day in _days(stance):
        if day > today:
            yield f"「{_label(name)}」の {day} は、今日 {today} より後です。起きた日を入力してください。"


def _days_out_of_order(stance: LenderStance) -> Iterator[str]:
    """Yield a sentence for every pair of days in the wrong order."""
    for (first, early), (second, late) in combinations(_days(stance), 2):
        if PLACE[first] < PLACE[second] and early > late:
            yield (
                f"「{_label(second)}」の {late} が、「{_label(first)}」の {early} より前です。"
                "どちらかの日付を直してください。"
            )


def _consent_without_sense(stance: LenderStance) -> Iterator[str]:
    consent, day = Consent(stance.consent), stance.consented_on
    name = _label("consented_on")
    if consent in AGREEING and day is None:
        yield f"同意の状況が「{consent.label}」のときは、「{name}」を入力してください。"
    if consent in {Consent.NOT_ASKED, Consent.ASKED} and day is not None:
        yield (
            f"同意の状況が「{consent.label}」なのに、「{name}」に {day} が入力されています。どちらかを直してください。"
        )
    if consent is Consent.CONDITIONAL and not stance.conditions.strip():
        yield f"同意の状況が「{consent.label}」のときは、「{_label('conditions')}」を入力してください。"


def _days(stance: LenderStance) -> list[tuple[str, date]]:
    found = ((name, getattr(stance, name)) for name in DAYS)
    return [(name, day) for name, day in found if day is not None]


def _label(name: str) -> str:
    field: Any = LenderStance._meta.get_field(name)
    return str(field.verbose_name)
