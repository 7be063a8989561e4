"""Who approved the weeks of logged hours, as the time record says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from subsidies.enums import WeekState
from subsidies.models import WorkEntry, WorkWeek
from vapup.clock import day_of
from vapup.shared.dates import format_wareki, monday_of

# The approved weeks by person and Monday.
Approvals = Mapping[tuple[int, date], WorkWeek]


def approvals_of(entries: Sequence[WorkEntry]) -> Approvals:
    """Return the approved weeks that some entries of one office lie in."""
    if not entries:
        return {}
    workers, mondays = {one.worker_id for one in entries}, {monday_of(one.worked_on) for one in entries}
    weeks = WorkWeek.objects.for_agency(entries[0].agency_id).filter(
        worker_id__in=workers, monday__in=mondays, state=WeekState.APPROVED
    )
    return {(one.worker_id, one.monday): one for one in weeks.select_related("decided_by__user")}


def approval_words(entries: Iterable[WorkEntry], approvals: Approvals) -> str:
    """Return who approved one person's weeks: 承認: 氏名 (日付)、自己承認: 氏名 (日付)、未承認: 日付 からの週."""
    mondays = dict.fromkeys((one.worker_id, monday_of(one.worked_on)) for one in entries)
    days: dict[str, dict[str, None]] = {}
    for key in mondays:
        week = approvals.get(key)
        if week is None or week.decided_at is None:
            days.setdefault("未承認", {})[f"{format_wareki(key[1])}からの週"] = None
        else:
            how = "自己承認" if week.is_self_approved else "承認"
            days.setdefault(f"{how}: {week.decided_by}", {})[format_wareki(day_of(week.decided_at))] = None
    return "、".join(f"{who} ({'、'.join(when)})" for who, when in days.items())
