"""Fill a claim from the hours (業務日誌から取り込む)."""

from __future__ import annotations

from datetime import date
from typing import Final

from cases.services.locking import EditedMeanwhile
from subsidies.models import Application
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.matching.take_hours import CostTaken, TakenHours, taken_hours_of
from subsidies.services.claiming.claims import ClaimRefused, check_line, locked_claim, settlement_row, store_line
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Member
from vapup.work import unit_of_work

REASON: Final = "業務日誌から取り込み"


class HoursMoved(EditedMeanwhile):
    """The hours, or what is stored, are no longer what the user was shown."""

    def __init__(self) -> None:
        super().__init__(
            "確認の画面を開いた後に、業務日誌か、この申請に入力した内容が変わりました。何も取り込んでいません。"
            "下の今の内容を確かめてから、もう一度「この内容で取り込む」を押してください。"
        )


@unit_of_work()
def take_from_hours(*, actor: Member, application_id: int, version: int, shown_sha256: str, today: date) -> TakenHours:
    """Write cost, statement, hours and days of every category with logged hours, and each agency's cost.

    Hours that nobody approved yet and hours without a work do not hinder it; the gate before the submission tells of
    them. Nothing is written where nothing changed.

    Args:
        shown_sha256: of what the user saw and confirmed (`TakenHours.sha256`).

    Raises:
        NotAllowed: the actor may not change the case.
        Application.DoesNotExist: the agency has no such application.
        ClaimRefused: the claim is fixed, or no hours are logged for it.
        EditedMeanwhile: another person changed the claim since the user saw `version` of it.
        HoursMoved: what would be written, or replaced, is not what the user saw.
        FrameNotOpen, InvalidRequest: the claim has no figures.
    """
    application = locked_claim(actor, application_id)
    if application.version != version:
        raise EditedMeanwhile
    taken = taken_hours_of(claim_of(application))
    if not taken.lines:
        raise ClaimRefused(
            f"業務日誌に、「{application.name}」の業務の時間がありません。業務日誌を入力するか、金額を手で入力してください。"
        )
    if taken.sha256 != shown_sha256:
        raise HoursMoved
    changes: audit.Changes = {}
    for line in taken.lines:
        check_line(application, line.category, line.after, today)
        changes |= store_line(application, line.category, line.after)
    for cost in taken.costs:
        changes |= _store_cost(application, cost)
    if changes:
        application.version += 1
        application.save(update_fields=["version"])
        audit.record(actor, Verb.CHANGED, application.case, changes=changes, reason=REASON)
    return taken


def _store_cost(application: Application, cost: CostTaken) -> audit.Changes:
    row = settlement_row(application, cost.co_agency.pk if cost.co_agency else None)
    changes = audit.apply_changes(row, {"cost_yen": cost.after_yen})
    if changes:
        row.version += 1
        row.save()
    return {f"{application.name} {row}: {label}": pair for label, pair in changes.items()}
