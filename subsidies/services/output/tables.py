"""Give out the tables of an application as a workbook, and note who took them."""

from __future__ import annotations

from datetime import date
from typing import Final

from subsidies.enums import ApplicationKind
from subsidies.models import Application
from subsidies.packets.contents import content_from, live_content
from subsidies.packets.tables import tables_of
from subsidies.services.output.packets import final_content, kind_changes
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.documents.workbooks import workbook
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

PREFIX: Final = "申請書類: "


class NoTables(DomainError):
    """The application has no figures, so no tables."""


@unit_of_work()
def print_tables(*, actor: Member, application: Application, today: date) -> tuple[str, bytes]:
    """Return the name and the content of a workbook: what was approved, or the rows as they stand now.

    Raises:
        NotAllowed: the actor may not see the case.
        NoTables: it is a letter.
        DomainError: the frame or its key date has no forms or no rules, or a claim has no figures yet.
    """
    case, is_final = application.case, application.is_approved
    require(actor, Action.VIEW_CASE, case)
    kind = ApplicationKind(application.kind)
    content = content_from(kind, final_content(application)) if is_final else live_content(application, today=today)
    tables = tables_of(content)
    if not tables:
        raise NoTables(
            f"案件 {case.number} の「{kind.label}」は文書だけの申請で、表がありません。PDFを使ってください。"
        )
    name = f"{case.number}_{application.name}_表{'' if is_final else '(下書き)'}.xlsx"
    file = workbook(tables, title=f"{case.number} {application.name}", made_on=content.prepared_on)
    changes = {**kind_changes(is_draft=not is_final, content=content.sha256), f"{PREFIX}ファイル": [None, name]}
    audit.record(actor, Verb.DOWNLOADED, case, changes=changes)
    return name, file
