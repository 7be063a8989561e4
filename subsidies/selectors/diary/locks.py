"""Why hours cannot be written now: their week was handed in, or a claim that rests on them has left the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from subsidies.enums import CLAIMS, DEAD, OPEN_WEEKS, WRITABLE, ApplicationState, WeekState
from subsidies.models import Application, CostLine, WorkEntry, WorkWeek
from subsidies.selectors.claiming.claims import claimed_categories
from vapup.shared.dates import monday_of

# What an application that may be written, or that comes to nothing, never locks.
FREE = WRITABLE | DEAD


@dataclass(frozen=True, slots=True)
class ClaimLocks:
    """The claims on some cases that hold their hours, by case, category and monitoring period."""

    holders: Mapping[tuple[int, str, int | None], Application]

    def reason(self, line: CostLine | None) -> str:
        """Return why hours on a line cannot be written, or ""; hours without a line are in no claim."""
        if line is None:
            return ""
        holder = self.holders.get((line.case_id, line.category, line.period_id))
        if holder is None:
            return ""
        return (
            f"業務「{line.work}」は「{holder.name}」({ApplicationState(holder.state).label})に含まれています。"
            "所内の承認を取り消すか、協議会から差し戻されるまで、この業務の時間は変更できません。"
        )


def claim_locks(agency_id: int, case_ids: Iterable[int]) -> ClaimLocks:
    """Return what the claims on these cases hold."""
    live = Application.objects.for_agency(agency_id).filter(kind__in=CLAIMS, case_id__in=set(case_ids))
    holders = {
        (claim.case_id, category.value, claim.period_id): claim
        for claim in live.exclude(state__in=FREE).select_related("case", "period").order_by("id")
        for category in claimed_categories(claim)
    }
    return ClaimLocks(holders)


def week_lock_reason(week: WorkWeek | None) -> str:
    """Return why hours of a week cannot be written, or ""; a week without a row was not handed in."""
    if week is None or week.state in OPEN_WEEKS:
        return ""
    is_approved = week.state == WeekState.APPROVED
    way = "管理者が固定を解除する" if is_approved else "提出を取り消すか、管理者が差し戻す"
    return f"{week.monday} からの週は「{WeekState(week.state).label}」です。{way}と変更できます。"


def entry_lock_reason(entry: WorkEntry) -> str:
    """Return why an entry can be neither changed, moved nor removed now, or ""; a claim weighs more than its week."""
    return lock_reasons([entry])[entry.pk]


def lock_reasons(entries: Sequence[WorkEntry]) -> dict[int, str]:
    """Return `entry_lock_reason` of entries of one office by their ids, asking as often for one as for many."""
    if not entries:
        return {}
    agency_id = entries[0].agency_id
    claims = claim_locks(agency_id, {one.case_id for one in entries})
    weeks = weeks_of(agency_id, {(one.worker_id, monday_of(one.worked_on)) for one in entries})
    return {
        one.pk: claims.reason(one.cost_line) or week_lock_reason(weeks.get((one.worker_id, monday_of(one.worked_on))))
        for one in entries
    }


def weeks_of(agency_id: int, wanted: set[tuple[int, date]]) -> dict[tuple[int, date], WorkWeek]:
    """Return the stored weeks among some of workers and Mondays."""
    workers, mondays = {worker for worker, _ in wanted}, {monday for _, monday in wanted}
    found = WorkWeek.objects.for_agency(agency_id).filter(worker_id__in=workers, monday__in=mondays)
    return {(one.worker_id, one.monday): one for one in found.select_related("worker").order_by("id")}
