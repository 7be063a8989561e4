"""Record how an agency is paid. The trail tells that an account changed, never its whole number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cases.models import Case, CoAgency, Payee
from cases.models.payees import mask
from cases.services.locking import EditedMeanwhile, lock_agency, lock_case
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Agency, Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

ACCOUNT: Final = ("bank_name", "branch_name", "number", "holder_kana")
PAYEE_FACTS: Final = (
    "bank_name",
    "bank_code",
    "branch_name",
    "branch_code",
    "kind",
    "number",
    "holder_kana",
    "withholds_tax",
)
HIDDEN: Final = "口座番号"


class PayeeRefused(DomainError):
    """The account is given in part only."""


@unit_of_work()
def save_own_payee(*, actor: Member, version: int, facts: Mapping[str, Any]) -> Payee:
    """Store the account of the actor's own agency; `facts` are the fields named in `PAYEE_FACTS`.

    Raises:
        NotAllowed: the actor may not change the agency.
        EditedMeanwhile: another person saved it after `version` was shown (1 where there was none yet).
        PayeeRefused: only a part of the account is given.
    """
    require(actor, Action.EDIT_AGENCY)
    agency = lock_agency(actor)
    return _save(actor, agency, None, version, facts)


@unit_of_work()
def save_co_agency_payee(
    *, actor: Member, case_id: int, co_agency_id: int, version: int, facts: Mapping[str, Any]
) -> Payee:
    """Store the account of another agency on a case, as in `save_own_payee`.

    Raises:
        NotAllowed: the actor may not change the case.
        Case.DoesNotExist, CoAgency.DoesNotExist: no such case in the agency, or no such agency on the case.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    return _save(actor, case, case.co_agencies.get(pk=co_agency_id), version, facts)


def _save(
    actor: Member, told: Agency | Case, co_agency: CoAgency | None, version: int, facts: Mapping[str, Any]
) -> Payee:
    rows = Payee.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    row = rows.filter(co_agency=co_agency).first() or Payee(agency=actor.agency, co_agency=co_agency)
    if row.version != version:
        raise EditedMeanwhile
    if len({bool(facts[name]) for name in ACCOUNT}) > 1:
        raise PayeeRefused(
            "口座は、金融機関名・支店名・口座番号・口座名義をすべて入力するか、すべて空欄にしてください。"
        )
    changes = audit.apply_changes(row, facts)
    if changes:
        row.version += 1
        row.save()
        audit.record(actor, Verb.CHANGED, told, changes=_hidden(row, changes))
    return row


def _hidden(row: Payee, changes: audit.Changes) -> audit.Changes:
    """Return the changes by the name of the agency, the account's number masked."""
    shown = {
        label: [mask(str(one or "")) for one in pair] if label == HIDDEN else pair for label, pair in changes.items()
    }
    return {f"振込先 {row}: {label}": pair for label, pair in shown.items()}
