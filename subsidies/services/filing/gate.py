"""Open the gate before the submission: tick what a person has seen, and let a finding pass for a written reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import SchemeFrame
from cases.services.locking import lock_case
from subsidies.enums import OPEN_STATES, ApplicationKind
from subsidies.models import Application, GateOverride, GateTick
from subsidies.rules.gate import GateFinding
from subsidies.rules.gate.ticks import Tick, ticks_for
from subsidies.selectors.gate.verdict import GateReport, gate_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

SHORTEST_REASON: Final = 10
MOST_NAMED: Final = 10


class GateClosed(DomainError):
    """The application may not be submitted yet; the message lists why."""


class GateRefused(DomainError):
    """The point or the finding is not there (any more), or the reason says too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A finding that a manager lets pass: its key, the `words_key` of what was shown, and the reason."""

    key: str
    words_key: str
    reason: str


def require_open_gate(application: Application, *, submitted_on: date, today: date) -> None:
    """Refuse a submission while anything closes the gate; it is judged on the day of the submission.

    Raises:
        GateClosed: something was found that nobody let pass, or a point is not ticked.
    """
    report = gate_of(application, today=min(submitted_on, today))
    if report.is_open:
        return
    named = report.blocking[:MOST_NAMED]
    more = len(report.blocking) - len(named)
    rest = [f"ほか{more}件"] if more else []
    raise GateClosed(
        "\n".join(
            [
                f"提出前の確認で {len(report.blocking)}件 が残っているため、{application.name}を提出できません。",
                *named,
                *rest,
            ]
        )
    )


@unit_of_work()
def tick(*, actor: Member, case_id: int, application_id: int, code: str) -> GateTick:
    """Note that a person has checked a point; ticking it twice changes nothing.

    Raises:
        Case.DoesNotExist, Application.DoesNotExist: the agency has no such case, or the case no such application.
        NotAllowed: the actor may not handle the papers of the case.
        GateRefused: the application has left the office, or has no such point.
    """
    application = _locked(actor, case_id, application_id)
    require(actor, Action.HANDLE_PAPERS, application.case)
    point = _point(application, code)
    row, is_new = GateTick.objects.get_or_create(
        agency_id=application.agency_id,
        application=application,
        round=application.returned_count,
        code=code,
        defaults={"ticked_by": actor},
    )
    if is_new:
        _record_tick(actor, application, point, before="未確認", after="確認済")
    return row


@unit_of_work()
def untick(*, actor: Member, case_id: int, application_id: int, code: str) -> None:
    """Take a tick back; where there is none, nothing changes.

    Raises:
        Case.DoesNotExist, Application.DoesNotExist, NotAllowed, GateRefused: as in `tick`.
    """
    application = _locked(actor, case_id, application_id)
    require(actor, Action.HANDLE_PAPERS, application.case)
    point = _point(application, code)
    ticks = GateTick.objects.for_agency(application.agency_id).filter(application=application)
    gone, _ = ticks.filter(round=application.returned_count, code=code).delete()
    if gone:
        _record_tick(actor, application, point, before="確認済", after="未確認")


@unit_of_work()
def override_finding(
    *, actor: Member, case_id: int, application_id: int, exemption: Exemption, today: date
) -> GateOverride:
    """Let a finding pass for a reason. It counts for this round only, and only while the finding says the same.

    Raises:
        Case.DoesNotExist, Application.DoesNotExist: as in `tick`.
        NotAllowed: the actor is no manager.
        GateRefused: the finding is gone or says something else now, needs no exception, or the reason is too short.
    """
    application = _locked(actor, case_id, application_id)
    require(actor, Action.OVERRIDE_GATE, application.case)
    reason = exemption.reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise GateRefused(f"理由は {SHORTEST_REASON}文字以上で書いてください。今は {len(reason)}文字です。")
    found = _finding(gate_of(application, today=today), exemption)
    overrides = GateOverride.objects.for_agency(application.agency_id).filter(application=application)
    replaced = overrides.filter(round=application.returned_count, code=found.code, about=found.about)
    before = replaced.values_list("message", flat=True).first()
    replaced.delete()
    row = GateOverride.objects.create(
        agency_id=application.agency_id,
        application=application,
        round=application.returned_count,
        code=found.code,
        about=found.about,
        message=found.message,
        reason=reason,
        made_by=actor,
    )
    changes = {f"{application.name}: 見送った指摘": [before, found.message]}
    audit.record(actor, Verb.OVERRIDDEN, application.case, changes=changes, reason=reason)
    return row


@unit_of_work()
def withdraw_override(*, actor: Member, case_id: int, application_id: int, override_id: int) -> str:
    """Take an exception of the present round back, and return what it had let pass.

    Raises:
        Case.DoesNotExist, Application.DoesNotExist, NotAllowed: as in `override_finding`.
        GateRefused: there is no such exception in this round.
    """
    application = _locked(actor, case_id, application_id)
    require(actor, Action.OVERRIDE_GATE, application.case)
    overrides = GateOverride.objects.for_agency(application.agency_id).filter(application=application)
    row = overrides.filter(round=application.returned_count, pk=override_id).first()
    if row is None:
        raise GateRefused("この例外の承認は、取り消されたか、前の提出のものです。ページを読み直してください。")
    message = row.message
    changes = {f"{application.name}: 見送った指摘": [message, None]}
    audit.record(actor, Verb.CHANGED, application.case, changes=changes, reason=f"例外の承認の取消し: {row.reason}")
    row.delete()
    return message


def forget_checks(application: Application) -> audit.Changes:
    """Take every tick and exception of the round back, and return for the trail what they said.

    They were given for what was approved. Once an approval is taken back anything may change under them, and a round
    does not tell: it counts what the council returned. So they are asked for again. Nothing is lost by deleting them:
    the event of the case lists them, and the database keeps every deleted row in its history.
    """
    own = {"application": application, "round": application.returned_count}
    ticks = GateTick.objects.for_agency(application.agency_id).filter(**own)
    overrides = GateOverride.objects.for_agency(application.agency_id).filter(**own)
    done = set(ticks.values_list("code", flat=True))
    points = ticks_for(ApplicationKind(application.kind), SchemeFrame(application.case.frame))
    said = {
        "人による確認": [one.sentence for one in points if one.id in done],
        "見送った指摘": [f"{one.message}(理由: {one.reason})" for one in overrides],
    }
    ticks.delete()
    overrides.delete()
    return {label: ["\n".join(words), None] for label, words in said.items() if words}


def _locked(actor: Member, case_id: int, application_id: int) -> Application:
    """Return an application of a case of the actor's agency, both locked, that has not left the office."""
    case = lock_case(actor, case_id)
    applications = Application.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    application = applications.get(case=case, pk=application_id)
    application.case = case
    if application.state not in OPEN_STATES:
        raise GateRefused(
            f"{application.name}は「{application.get_state_display()}」です。提出前の確認を変更できるのは、提出の前だけです。"
        )
    return application


def _point(application: Application, code: str) -> Tick:
    points = ticks_for(ApplicationKind(application.kind), SchemeFrame(application.case.frame))
    found = next((one for one in points if one.id == code), None)
    if found is None:
        raise GateRefused(f"{application.name}の確認の項目に、選ばれた項目はありません。ページを読み直してください。")
    return found


def _finding(report: GateReport, exemption: Exemption) -> GateFinding:
    row = report.row(exemption.key)
    if row is None:
        raise GateRefused("この指摘は、もうありません。例外の承認は必要ありません。")
    if row.finding.words_key != exemption.words_key:
        raise GateRefused(f"入力中に、指摘の内容が変わりました。今の指摘: {row.finding.message}")
    if not row.finding.blocks:
        raise GateRefused("この指摘は注意だけで、提出を止めていません。例外の承認は必要ありません。")
    return row.finding


def _record_tick(actor: Member, application: Application, point: Tick, *, before: str, after: str) -> None:
    changes = {f"{application.name}: {point.sentence}": [before, after]}
    audit.record(actor, Verb.CHANGED, application.case, changes=changes)
