"""Rows locked before they are read, and the answer to an edit that comes too late."""

from __future__ import annotations

from collections.abc import Iterable

from cases.models import Case, Enterprise
from vapup.accounts.models import Agency, Member
from vapup.shared.errors import DomainError
from vapup.work import touch


class EditedMeanwhile(DomainError):
    """Somebody saved the row after the user had opened it; `message` where the page can say more than that."""

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message
            or "入力中に、ほかの人がこの内容を変更しました。"
            "下の違いを確かめてから、もう一度保存すると、あなたの入力で上書きします。"
        )


class EnterpriseMerged(DomainError):
    """The enterprise was merged into another while the user worked with it."""

    def __init__(self, gone: Enterprise) -> None:
        kept = gone.merged_into.name if gone.merged_into else ""
        super().__init__(f"事業者「{gone.name}」は「{kept}」に統合されました。「{kept}」で続けてください。")


def lock_agency(actor: Member) -> Agency:
    """Return the actor's agency, locked: what must be unique in an office is decided one at a time."""
    return Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.agency_id)


def lock_enterprise(actor: Member, enterprise_id: int) -> Enterprise:
    """Return an enterprise of the actor's agency, locked.

    Raises:
        Enterprise.DoesNotExist: no such enterprise in the actor's agency.
        EnterpriseMerged: it was merged into another.
    """
    found = lock_enterprises(actor, [enterprise_id])[enterprise_id]
    if found.merged_into_id is not None:
        raise EnterpriseMerged(found)
    return found


def lock_enterprises(actor: Member, ids: Iterable[int]) -> dict[int, Enterprise]:
    """Return enterprises of the actor's agency by id, locked one after the other, the lowest id first; merged ones too.

    Raises:
        Enterprise.DoesNotExist: the agency has not all of them.
    """
    enterprises = Enterprise.with_merged.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    found = {}
    for pk in sorted(set(ids)):
        touch("enterprise", actor.agency_id, pk)
        found[pk] = enterprises.get(pk=pk)
    return found


def lock_case(actor: Member, case_id: int) -> Case:
    """Return a case of the actor's agency, locked.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
    """
    touch("case", actor.agency_id, case_id)
    cases = Case.objects.for_agency(actor.agency_id)
    # First the lock, then the joins: a row that changed its enterprise or consultant while we waited joins anew.
    cases.select_for_update(no_key=True).values_list("pk").get(pk=case_id)
    return cases.select_related("enterprise", "council", "consultant__user").get(pk=case_id)


def check_version(row: Case | Enterprise, version: int) -> None:
    """Refuse to write over what another person saved after `version` was shown.

    Raises:
        EditedMeanwhile: the row has another version now.
    """
    if row.version != version:
        raise EditedMeanwhile
