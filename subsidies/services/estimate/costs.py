"""Write the cost lines (業務別見積明細) of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, Sum

from cases.models import LARGEST_YEN, Case, CoAgency
from cases.services.locking import lock_case
from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models import CostLine, WorkEntry, Worker
from subsidies.rules.worked import TAX_PERCENTS, amounts_of
from subsidies.selectors import categories_of, is_monitoring
from subsidies.services.estimate.sheet import note_line, open_sheet
from vapup.accounts import audit
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.work import unit_of_work

FACTS: Final = (
    "category",
    "period",
    "co_agency",
    "worker",
    "work",
    "person",
    "hourly_rate_yen",
    "minutes",
    "net_yen",
    "tax_percent",
    "tax_yen",
    "gross_yen",
    "is_subcontracted",
)


class LineRefused(DomainError):
    """The line does not fit the case: its category, its period or its amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """What a user says about a line; amounts are worked out from it. The rate is in yen an hour without tax.

    Attributes:
        co_agency_id: whose work it is; None for the lead agency.
        worker_id: who of the rate card works on it; None where the person is only named.
    """

    category: CostCategory
    period_id: int | None
    work: str
    person: str
    hourly_rate_yen: int
    minutes: int
    tax_percent: int
    is_subcontracted: bool
    co_agency_id: int | None = None
    worker_id: int | None = None


@unit_of_work()
def add_cost_line(*, case_id: int, actor: Member, line: LineInput, version: int) -> CostLine:
    """Add a line at the end of the sheet that the user saw at `version`.

    Raises:
        CostsLocked: the application awaits approval or is approved.
        EditedMeanwhile: another person changed the sheet in between.
        LineRefused: the line does not fit the case.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_COSTS, case)
    application = open_sheet(case, version=version)
    last = CostLine.objects.for_agency(actor.agency_id).filter(case=case).aggregate(last=Max("position"))["last"]
    row = CostLine(agency_id=actor.agency_id, case=case, position=(last or 0) + 1, **_facts(case, line, before=None))
    row.save()
    _check_total(case, row)
    note_line(actor, application, row, audit.initial_values(row, FACTS))
    return row


@unit_of_work()
def change_cost_line(*, case_id: int, line_id: int, actor: Member, line: LineInput, version: int) -> CostLine:
    """Change a line; nothing is written where nothing changed.

    Raises:
        CostLine.DoesNotExist: the case has no such line.
        CostsLocked, EditedMeanwhile, LineRefused: as in `add_cost_line`.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_COSTS, case)
    application = open_sheet(case, version=version)
    row = _locked_line(case, line_id)
    changes = audit.apply_changes(row, _facts(case, line, before=row))
    if changes:
        row.save(update_fields=FACTS)
        _check_total(case, row)
        note_line(actor, application, row, changes)
    return row


@unit_of_work()
def remove_cost_line(*, case_id: int, line_id: int, actor: Member, version: int) -> CostLine:
    """Remove a line; the audit trail keeps what it said.

    Raises:
        CostLine.DoesNotExist: the case has no such line.
        CostsLocked, EditedMeanwhile: as in `add_cost_line`.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_COSTS, case)
    application = open_sheet(case, version=version)
    row = _locked_line(case, line_id)
    _check_no_hours(row)
    gone = {label: [after, before] for label, (before, after) in audit.initial_values(row, FACTS).items()}
    row.delete()
    note_line(actor, application, row, gone)
    return row


def _check_no_hours(row: CostLine) -> None:
    """Keep a line that hours were logged on: what was worked would lose what it was work on."""
    if count := WorkEntry.objects.for_agency(row.agency_id).filter(cost_line=row).count():
        raise LineRefused(
            f"「{row.work}」には業務日誌の記入が {count}件 あるため、削除できません。"
            "先に、業務日誌でその記入の業務を選び直してください。"
        )


def _locked_line(case: Case, line_id: int) -> CostLine:
    lines = CostLine.objects.for_agency(case.agency_id).select_for_update(of=("self",), no_key=True)
    return lines.select_related("period", "co_agency", "worker").get(pk=line_id, case=case)


def _facts(case: Case, line: LineInput, *, before: CostLine | None) -> dict[str, Any]:
    """Return the columns of a line, checked against the case and with its amounts."""
    period = _period(case, line)
    co_agency = _co_agency(case, line)
    worker = _worker(case, line, co_agency, before)
    if before is None or before.category != line.category:
        _check_category(case, line.category)
    if line.tax_percent not in TAX_PERCENTS:
        raise LineRefused(f"消費税率 {line.tax_percent}% は選べません。10% か 8% を選んでください。")
    amounts = amounts_of(line.hourly_rate_yen, line.minutes, line.tax_percent)
    if amounts.gross_yen > LARGEST_YEN:
        raise LineRefused(
            f"合計(税込)が {format_yen(amounts.gross_yen)}円 になり、"
            f"扱える上限 {format_yen(LARGEST_YEN)}円 を超えます。単価と時間を確かめてください。"
        )
    return {
        "category": line.category.value,
        "period": period,
        "co_agency": co_agency,
        "worker": worker,
        "work": line.work,
        "person": line.person,
        "hourly_rate_yen": line.hourly_rate_yen,
        "minutes": line.minutes,
        "tax_percent": line.tax_percent,
        "net_yen": amounts.net_yen,
        "tax_yen": amounts.tax_yen,
        "gross_yen": amounts.gross_yen,
        "is_subcontracted": line.is_subcontracted,
    }


def _check_category(case: Case, category: CostCategory) -> None:
    offered = categories_of(case)
    if category not in offered:
        names = "、".join(one.label for one in offered)
        raise LineRefused(
            f"「{case.get_frame_display()}」に「{category.label}」はありません。{names}の中から選んでください。"
        )


def _period(case: Case, line: LineInput) -> MonitoringPeriod | None:
    """Return the period of a monitoring line: needed as soon as the category has one, so that it is costed one way."""
    if not is_monitoring(line.category):
        if line.period_id is not None:
            raise LineRefused(f"「{line.category.label}」には伴走支援の回を付けられません。")
        return None
    periods = MonitoringPeriod.objects.for_agency(case.agency_id).filter(case=case, kind=line.category.value)
    if line.period_id is None:
        if count := periods.count():
            raise LineRefused(
                f"「{line.category.label}」には伴走支援の回が{count}件あります。どの回の費用かを選んでください。"
            )
        return None
    period = periods.filter(pk=line.period_id).first()
    if period is None:
        raise LineRefused(f"選んだ回は、この案件の「{line.category.label}」にありません。回を選び直してください。")
    return period


def _co_agency(case: Case, line: LineInput) -> CoAgency | None:
    if line.co_agency_id is None:
        return None
    found = CoAgency.objects.for_agency(case.agency_id).filter(case=case, pk=line.co_agency_id).first()
    if found is None:
        raise LineRefused("選んだ支援機関は、この案件にありません。担当する支援機関を選び直してください。")
    return found


def _worker(case: Case, line: LineInput, co_agency: CoAgency | None, before: CostLine | None) -> Worker | None:
    """Return the person of the rate card, who must belong to the agency of the line; one switched off may only stay."""
    if line.worker_id is None:
        return None
    found = Worker.objects.for_agency(case.agency_id).filter(pk=line.worker_id).select_related("co_agency").first()
    stays = before is not None and before.worker_id == line.worker_id
    if found is None or not (found.is_active or stays):
        raise LineRefused("選んだ従事者は、使用中の従事者の一覧にありません。従事者を選び直してください。")
    if found.co_agency_id != line.co_agency_id:
        own = found.co_agency.name if found.co_agency else case.agency.name
        chosen = co_agency.name if co_agency else case.agency.name
        raise LineRefused(
            f"従事者「{found}」は「{own}」の人で、担当する支援機関「{chosen}」の人ではありません。"
            "従事者か、担当する支援機関を選び直してください。"
        )
    return found


def _check_total(case: Case, row: CostLine) -> None:
    """Refuse a sheet whose sum leaves the range in which the rules count."""
    lines = CostLine.objects.for_agency(case.agency_id).filter(case=case)
    total_yen = lines.aggregate(total=Sum("gross_yen"))["total"] or 0
    if total_yen > LARGEST_YEN:
        raise LineRefused(
            f"この明細 {format_yen(row.gross_yen)}円 を含む費用の合計 {format_yen(int(total_yen))}円 が、"
            f"扱える上限 {format_yen(LARGEST_YEN)}円 を超えます。単価と時間を確かめてください。"
        )
