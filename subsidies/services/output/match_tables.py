"""Give out the four-way match of a claim as a workbook, and note who took it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from subsidies.models import Application
from subsidies.rules.match import Link, Part
from subsidies.selectors.matching.of_claim import AgencyMatch, Match, match_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.documents.workbooks import Cell, Hours, Table, workbook
from vapup.work import unit_of_work

WORK_COLUMNS = (
    *(("支援機関", 24), ("業務", 36), ("担当者・資格", 24), ("単価(円)", 10), ("見積(時間)", 10), ("見積(円)", 12)),
    *(("業務日誌(時間)", 12), ("業務日誌(円)", 12), ("差(円)", 12), ("判定", 10), ("説明", 60)),
)
LINK_COLUMNS = (
    ("比較元", 36),
    ("金額(円)", 12),
    ("比較先", 36),
    ("金額(円)", 12),
    ("差(円)", 12),
    ("判定", 10),
    ("説明", 60),
)


@unit_of_work()
def print_match(*, actor: Member, application: Application, today: date) -> tuple[str, bytes]:
    """Return the name and the content of a workbook with the match as the rows stand.

    Raises:
        NotAllowed: the actor may not see the case.
        NotAClaim, FrameNotOpen, InvalidRequest: the application has no figures.
    """
    case = application.case
    require(actor, Action.VIEW_CASE, case)
    name = f"{case.number}_{application.name}_四点突合.xlsx"
    file = workbook(match_tables(match_of(application)), title=f"{case.number} {application.name}", made_on=today)
    audit.record(actor, Verb.DOWNLOADED, case, changes={"四点突合: ファイル": [None, name]})
    return name, file


def match_tables(match: Match) -> tuple[Table, Table]:
    """Return the work with its hours, and every comparison, as two sheets."""
    works = [row for agency in match.agencies for row in _works(agency)]
    links = [_link(one) for one in match.links]
    return (
        Table("業務ごと", "業務ごとの見積と業務日誌", WORK_COLUMNS, works),
        Table("突合", "請求と振込の突合", LINK_COLUMNS, links),
    )


def _works(agency: AgencyMatch) -> Iterator[list[Cell]]:
    for row in agency.rows:
        line, worked = row.line, row.worked
        yield [
            *(agency.name, line.work, line.person, line.hourly_rate_yen, Hours(line.minutes), line.gross_yen),
            *(Hours(worked.minutes), worked.gross_yen, row.gap_yen, row.verdict.value),
            _words(row.parts, row.notes),
        ]


def _link(one: Link) -> list[Cell]:
    sides = (one.left.label, one.left.yen, one.right.label, one.right.yen)
    return [*sides, one.gap_yen, one.verdict.value, _words(one.parts)]


def _words(parts: tuple[Part, ...], notes: tuple[str, ...] = ()) -> str:
    return " ".join((*map(str, parts), *notes))
