"""Plan the periods of the follow-up (伴走支援対象期間) of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Model, ProtectedError

from cases.enums import SchemeFrame
from cases.models import Case
from cases.services.locking import lock_case
from monitoring.enums import KINDS, PeriodKind
from monitoring.models import MonitoringPeriod
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

FACTS = ("kind", "starts_on", "ends_on")


class PeriodRefused(DomainError):
    """The case does not take this period, or not now."""


@unit_of_work()
def add_period(*, actor: Member, case_id: int, kind: PeriodKind, starts_on: date, ends_on: date) -> MonitoringPeriod:
    """Plan a period, both days inclusive.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
        PeriodRefused: the frame has no follow-up of this kind, the days contradict, or the costs are fixed.
    """
    case = _lock_open_case(actor, case_id)
    check_period(case, kind, starts_on, ends_on)
    period = MonitoringPeriod.objects.create(
        agency_id=case.agency_id, case=case, kind=kind, starts_on=starts_on, ends_on=ends_on
    )
    _note(actor, case, period, audit.initial_values(period, FACTS))
    return period


@unit_of_work()
def edit_period(
    *, actor: Member, case_id: int, period_id: int, kind: PeriodKind, starts_on: date, ends_on: date
) -> MonitoringPeriod:
    """Change a planned period.

    Raises:
        MonitoringPeriod.DoesNotExist: the case has no such period.
        PeriodRefused: as for `add_period`, or its kind would change under the cost lines that belong to it.
    """
    case = _lock_open_case(actor, case_id)
    period = case.monitoring_periods.get(pk=period_id)
    check_period(case, kind, starts_on, ends_on)
    if kind != period.kind:
        _refuse_with_costs(period)
    changes = audit.apply_changes(period, {"kind": kind, "starts_on": starts_on, "ends_on": ends_on})
    if changes:
        period.save(update_fields=FACTS)
        _note(actor, case, period, changes)
    return period


@unit_of_work()
def remove_period(*, actor: Member, case_id: int, period_id: int) -> str:
    """Remove a planned period and return its name.

    Raises:
        MonitoringPeriod.DoesNotExist: the case has no such period.
        PeriodRefused: cost lines, meetings, a report or a claim belong to the period, or the costs are fixed.
    """
    case = _lock_open_case(actor, case_id)
    period = case.monitoring_periods.get(pk=period_id)
    name = str(period)
    gone = {label: [after, before] for label, (before, after) in audit.initial_values(period, FACTS).items()}
    _note(actor, case, period, gone)
    try:
        period.delete()
    except ProtectedError as error:
        raise PeriodRefused(
            f"対象期間 {name} には{_named(error.protected_objects)}があります。先に削除するか、別の回へ移してください。"
        ) from error
    return name


def _named(rows: Iterable[Model]) -> str:
    counted = Counter(str(row._meta.verbose_name) for row in rows)
    return "、".join(f"{name} {count}件" for name, count in sorted(counted.items()))


def _lock_open_case(actor: Member, case_id: int) -> Case:
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_COSTS, case)
    if not case.is_application_open:
        raise PeriodRefused(
            f"案件 {case.number} の利用申請は、承認を依頼中か、承認済みか、終わっているため、"
            "伴走支援の期間を変えられません。"
        )
    return case


def check_period(case: Case, kind: PeriodKind, starts_on: date, ends_on: date) -> None:
    """Raise `PeriodRefused` where the frame has no follow-up of this kind, or the days contradict."""
    frame = SchemeFrame(case.frame)
    if not KINDS[frame]:
        raise PeriodRefused(f"「{frame.label}」には伴走支援がないため、対象期間を登録できません。")
    if kind not in KINDS[frame]:
        names = "・".join(allowed.label for allowed in KINDS[frame])
        raise PeriodRefused(f"「{frame.label}」に「{kind.label}」の回はありません。{names}を選んでください。")
    if ends_on < starts_on:
        raise PeriodRefused(f"対象期間の最終日 {ends_on} は 初日 {starts_on} より前です。どちらかを直してください。")
    if ends_on < case.key_date:
        name = "受理予定日" if case.is_key_date_provisional else "適用基準日"
        raise PeriodRefused(
            f"対象期間の最終日 {ends_on} は {name} {case.key_date} より前です。どちらかを直してください。"
        )


def _refuse_with_costs(period: MonitoringPeriod) -> None:
    """Refuse another kind for a period with costs: they would count in one category and be listed in another."""
    if count := period.cost_lines.count():
        raise PeriodRefused(
            f"対象期間 {period} には「{period.get_kind_display()}」の費用明細が{count}件あるため、"
            "区分を変えられません。先に費用明細を削除するか、別の回へ移してください。"
        )


def _note(actor: Member, case: Case, period: MonitoringPeriod, changes: audit.Changes) -> None:
    labelled = {f"伴走支援対象期間 {period}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, case, changes=labelled)
