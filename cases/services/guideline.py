"""Record the steps that only the frame of the guideline (中小版GL) has. The stage of the case moves elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Final

from cases.enums import SchemeFrame
from cases.models import Case, GuidelineProcedure
from cases.selectors.guideline import TRAIL, procedure_of
from cases.services.locking import EditedMeanwhile, lock_case
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

GUIDELINE_FACTS: Final = (
    "expert_name",
    "expert_office",
    "expert_list",
    "main_creditors_agreed_on",
    "appointed_on",
    "standstill_requested_on",
    "standstill_until",
    "report_on",
    "meeting_on",
    "meeting_place",
    "note",
)
ORDER: Final = ("main_creditors_agreed_on", "appointed_on", "standstill_requested_on", "report_on", "meeting_on")
# What must have happened before: the day in the first place needs the fact in the second.
NEEDS: Final = (
    ("appointed_on", "expert_name"),
    ("appointed_on", "main_creditors_agreed_on"),
    ("standstill_requested_on", "appointed_on"),
    ("standstill_until", "standstill_requested_on"),
    ("report_on", "appointed_on"),
    ("meeting_on", "report_on"),
)


class GuidelineRefused(DomainError):
    """The record of the procedure contradicts itself, or the case has no such procedure."""


@unit_of_work()
def record_guideline(
    *, actor: Member, case_id: int, version: int, facts: Mapping[str, Any], today: date
) -> GuidelineProcedure:
    """Record the procedure of a case, as the user saw it at `version` (1 where nothing was recorded yet).

    Args:
        facts: some or all of the fields named in `GUIDELINE_FACTS`; the others stay as they are.

    Raises:
        EditedMeanwhile: another person saved it in between.
        GuidelineRefused: another frame; days out of order or in the future; a step without the one before.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    _check_frame(case)
    procedure = procedure_of(case)  # the lock of the case keeps it still
    if procedure.version != version:
        raise EditedMeanwhile
    changes = audit.apply_changes(procedure, facts)
    check_procedure(procedure, today)
    if changes:
        procedure.version += 1
        procedure.save()
        audit.record(actor, Verb.CHANGED, case, changes={f"{TRAIL} {name}": pair for name, pair in changes.items()})
    return procedure


def check_procedure(procedure: GuidelineProcedure, today: date) -> None:
    """Refuse a record that contradicts itself; all that is wrong is said at once.

    Raises:
        GuidelineRefused: one sentence for every contradiction.
    """
    wrong = [*_days_to_come(procedure, today), *_days_out_of_order(procedure), *_missing_steps(procedure)]
    if wrong:
        raise GuidelineRefused("\n".join(wrong))


def _check_frame(case: Case) -> None:
    frame = SchemeFrame(case.frame)
    if frame is not SchemeFrame.SME_GL:
        raise GuidelineRefused(
            f"案件 {case.number} は「{frame.label}」です。"
            f"中小版GLの手続を記録できるのは「{SchemeFrame.SME_GL.label}」の案件だけです。"
        )


def _days_to_come(procedure: GuidelineProcedure, today: date) -> Iterator[str]:
    for name, day in _days(procedure):
        if day > today:
            yield f"「{_label(name)}」の {day} は、今日 {today} より後です。起きた日を入力してください。"


def _days_out_of_order(procedure: GuidelineProcedure) -> Iterator[str]:
    pairs = [*combinations(_days(procedure), 2)]
    requested, until = procedure.standstill_requested_on, procedure.standstill_until
    if requested and until:
        pairs.append((("standstill_requested_on", requested), ("standstill_until", until)))
    for (first, early), (second, late) in pairs:
        if early > late:
            yield (
                f"「{_label(second)}」の {late} が、「{_label(first)}」の {early} より前です。"
                "どちらかの日付を直してください。"
            )


def _missing_steps(procedure: GuidelineProcedure) -> Iterator[str]:
    for name, needed in NEEDS:
        day = getattr(procedure, name)
        if day is not None and not getattr(procedure, needed):
            yield (
                f"「{_label(name)}」に {day} が入力されていますが、先に要る「{_label(needed)}」が空欄です。"
                "どちらかを直してください。"
            )


def _days(procedure: GuidelineProcedure) -> list[tuple[str, date]]:
    found = ((name, getattr(procedure, name)) for name in ORDER)
    return [(name, day) for name, day in found if day is not None]


def _label(name: str) -> str:
    field: Any = GuidelineProcedure._meta.get_field(name)
    return str(field.verbose_name)
