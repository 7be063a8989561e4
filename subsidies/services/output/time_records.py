"""Print one person's month as a time record (従事時間管理表), and note who took it away."""

from __future__ import annotations

from datetime import date

from cases.models import Case
from subsidies.models import Worker
from subsidies.packets.month_records import is_settled, month_filename, month_payload, month_pdf
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.work import unit_of_work

PREFIX = "従事時間管理表: "


@unit_of_work()
def print_month(*, actor: Member, case_id: int, worker_id: int, month: date, today: date) -> tuple[str, bytes]:
    """Return the name and the content of a month's PDF, a draft until all its weeks are approved.

    Args:
        month: its first day.

    Raises:
        Case.DoesNotExist, Worker.DoesNotExist: not in the actor's agency.
        NotAllowed: the actor may not log this person's hours.
        NoHours, FormsMissing: see `month_payload`.
    """
    workers = Worker.objects.for_agency(actor.agency_id).select_related("co_agency__case")
    worker = workers.get(pk=worker_id)
    require(actor, Action.LOG_HOURS, worker)
    cases = Case.objects.for_agency(actor.agency_id).select_related(
        "enterprise", "council", "agency", "consultant__user"
    )
    case = cases.get(pk=case_id)
    payload = month_payload(case, worker, month, prepared_on=today)
    is_draft = not is_settled(case, worker, month)
    content = month_pdf(payload, is_draft=is_draft).content
    told = {
        "従事者": str(worker),
        "月": f"{month:%Y-%m}",
        "種類": "下書き" if is_draft else "承認済み",
        "内容の照合番号": payload.sha256[:12],
    }
    changes = {f"{PREFIX}{name}": [None, value] for name, value in told.items()}
    audit.record(actor, Verb.DOWNLOADED, case, changes=changes)
    return month_filename(payload, is_draft=is_draft), content
