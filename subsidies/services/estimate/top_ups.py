"""Record what a town or a guarantee corporation adds to the enterprise's own share (地域の上乗せ補助)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Sum

from cases.models import Case
from cases.services.locking import EditedMeanwhile, lock_case
from subsidies.enums import TopUpState
from subsidies.models import LocalTopUp
from subsidies.rules.parameters import FrameNotOpen
from subsidies.selectors import assessment_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.work import unit_of_work

FACTS: Final = ("provider", "programme", "amount_yen", "state", "decided_on", "source_url", "note")
# What is recorded in these states rests on a decision, which has its day.
DECIDED: Final = frozenset({TopUpState.DECIDED, TopUpState.PAID})
UNDECIDED: Final = frozenset({TopUpState.PLANNED, TopUpState.APPLIED})


class TopUpRefused(DomainError):
    """The top-up contradicts itself or the enterprise's own share."""


@unit_of_work()
def add_top_up(*, actor: Member, case_id: int, facts: Mapping[str, Any], today: date) -> LocalTopUp:
    """Add a top-up to a case; `facts` are the fields named in `FACTS`, the amount in yen.

    Raises:
        TopUpRefused: the day does not fit the state, or all top-ups together exceed the own share.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    _check_day(facts, today)
    _check_sum(case, facts, own_id=0)
    row = LocalTopUp.objects.create(agency_id=actor.agency_id, case=case, **facts)
    _note(actor, case, str(row), audit.initial_values(row, FACTS))
    return row


@unit_of_work()
def edit_top_up(
    *, actor: Member, case_id: int, top_up_id: int, version: int, facts: Mapping[str, Any], today: date
) -> LocalTopUp:
    """Change a top-up that the user saw at `version`; nothing is written where nothing changed.

    Raises:
        LocalTopUp.DoesNotExist: the case has no such top-up.
        EditedMeanwhile: another person saved it in between.
        TopUpRefused: as in `add_top_up`.
    """
    case, row = _locked(actor, case_id, top_up_id, version)
    _check_day(facts, today)
    if row.state == TopUpState.REFUSED or facts["amount_yen"] > row.amount_yen:
        _check_sum(case, facts, own_id=row.pk)  # costs may have become less: what is recorded may still be corrected
    name = str(row)
    changes = audit.apply_changes(row, facts)
    if changes:
        row.version += 1
        row.save(update_fields=[*facts, "version"])
        _note(actor, case, name, changes)
    return row


@unit_of_work()
def remove_top_up(*, actor: Member, case_id: int, top_up_id: int, version: int) -> str:
    """Remove a top-up and return its name; the audit trail keeps what it said.

    Raises:
        LocalTopUp.DoesNotExist, EditedMeanwhile: as in `edit_top_up`.
    """
    case, row = _locked(actor, case_id, top_up_id, version)
    name = str(row)
    gone = {label: [after, before] for label, (before, after) in audit.initial_values(row, FACTS).items()}
    row.delete()
    _note(actor, case, name, gone)
    return name


def _locked(actor: Member, case_id: int, top_up_id: int, version: int) -> tuple[Case, LocalTopUp]:
    """Return the case and its top-up, both locked; who may not write to the case gets neither."""
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    rows = LocalTopUp.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    row = rows.get(pk=top_up_id, case=case)
    if row.version != version:
        raise EditedMeanwhile
    return case, row


def _check_day(facts: Mapping[str, Any], today: date) -> None:
    state, day = TopUpState(facts["state"]), facts["decided_on"]
    if state in DECIDED and day is None:
        raise TopUpRefused(f"状況が「{state.label}」のときは、「交付決定日」を入力してください。")
    if state in UNDECIDED and day is not None:
        raise TopUpRefused(
            f"状況が「{state.label}」なのに、「交付決定日」に {day} が入力されています。どちらかを直してください。"
        )
    if day is not None and day > today:
        raise TopUpRefused(f"「交付決定日」の {day} は、今日 {today} より後です。決定した日を入力してください。")


def _check_sum(case: Case, facts: Mapping[str, Any], *, own_id: int) -> None:
    """Refuse more than the enterprise pays itself; what was refused by its provider does not count."""
    if facts["state"] == TopUpState.REFUSED:
        return
    rows = LocalTopUp.objects.for_agency(case.agency_id).filter(case=case)
    others = rows.exclude(pk=own_id).exclude(state=TopUpState.REFUSED)
    others_yen = int(others.aggregate(total=Sum("amount_yen"))["total"] or 0)
    own_yen, total_yen = _own_burden_yen(case), others_yen + facts["amount_yen"]
    if total_yen > own_yen:
        added = f"(この分 {format_yen(facts['amount_yen'])}円、ほか {format_yen(others_yen)}円)" if others_yen else ""
        raise TopUpRefused(
            f"上乗せ補助の合計 {format_yen(total_yen)}円{added} が、算定の自己負担 {format_yen(own_yen)}円 を"
            "超えています。上乗せの額か、費用の明細を確かめてください。"
        )


def _own_burden_yen(case: Case) -> int:
    try:
        return assessment_of(case).totals.own_burden_yen
    except FrameNotOpen as closed:
        raise TopUpRefused(f"自己負担を計算できないため、上乗せ補助を登録できません。{closed.message}") from closed


def _note(actor: Member, case: Case, name: str, changes: audit.Changes) -> None:
    """Record changes in the trail of the case, each labelled with the top-up's name."""
    named = {f"上乗せ補助 {name}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, case, changes=named)
