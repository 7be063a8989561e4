"""The cost sheet of a case as one thing: its version, its lock, and the trail of its changes."""

from __future__ import annotations

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationKind
from subsidies.models import Application, CostLine
from subsidies.selectors.filing.history import LINE_PREFIX, last_sheet_change, words_of
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Member
from vapup.clock import JAPAN
from vapup.shared.errors import DomainError


class CostsLocked(DomainError):
    """What the usage application says is fixed: it awaits approval, is approved, or has left the office."""


def usage_of(case: Case) -> Application:
    """Return the usage application of a locked case, itself locked; made when first needed."""
    applications = Application.objects.for_agency(case.agency_id).select_for_update(of=("self",), no_key=True)
    application, _ = applications.get_or_create(
        case=case, kind=ApplicationKind.USAGE, defaults={"agency_id": case.agency_id}
    )
    application.case = case
    return application


def open_sheet(case: Case, *, version: int) -> Application:
    """Return the application of a locked case for a change of its costs by a user who saw `version` of the sheet.

    Raises:
        CostsLocked: the application awaits approval, is approved, or the case is past it.
        EditedMeanwhile: another person changed the sheet in between; the sentence says who, when and what.
    """
    application = usage_of(case)
    if not case.is_application_open:
        raise CostsLocked(lock_reason(case, application))
    check_sheet(case, application, version)
    return application


def check_sheet(case: Case, application: Application, version: int) -> None:
    """Refuse what was decided on another version of the sheet than the present one.

    Raises:
        EditedMeanwhile: another person changed the sheet in between.
    """
    if application.version != version:
        raise EditedMeanwhile(_last_change(case))


def lock_reason(case: Case, application: Application) -> str:
    """Return why the costs of a case cannot be changed now, and what would open them."""
    if not case.costs_locked:
        return f"案件は「{case.get_stage_display()}」の段階のため、利用申請の費用は変更できません。"
    return (
        f"利用申請が「{application.get_state_display()}」のため、費用は変更できません。"
        "利用申請の画面で依頼または承認を取り消すと、変更できるようになります。"
    )


def note_line(actor: Member, application: Application, line: CostLine, changes: audit.Changes) -> None:
    """Write the change of a line into the trail of its case and count a new version of the sheet."""
    labelled = {f"{LINE_PREFIX}{line}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, application.case, changes=labelled)
    application.version += 1
    application.save(update_fields=["version"])


def _last_change(case: Case) -> str:
    start = "入力中に、ほかの人がこの費用表を変更しました。"
    end = "今の内容を確かめてから、もう一度保存すると、あなたの入力も反映します。"
    event = last_sheet_change(case)
    if event is None:
        return start + end
    when = event.occurred_at.astimezone(JAPAN)
    return f"{start}{event.actor_label}が{when:%Y-%m-%d %H:%M}に変更しました({words_of(event)})。{end}"
