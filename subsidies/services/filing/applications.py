"""Begin applications, find them locked, and write what happens to them into the trail of their case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from cases.services.locking import EditedMeanwhile, lock_case
from monitoring.models import MonitoringPeriod
from subsidies.enums import LETTERS, WRITABLE, ApplicationAction, ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.selectors.filing.applications import placed
from subsidies.services.estimate.sheet import usage_of
from subsidies.workflow import StepRefused, check_openable, refusal_of_stage, state_after
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

TEXTS: Final = ("subject", "explanation")


class ApplicationRefused(DomainError):
    """The application exists already, or cannot be begun or changed now."""


@dataclass(frozen=True, slots=True)
class ApplicationKey:
    """Which application of a case: its kind and, of those that a case has several of, its number from 1."""

    kind: ApplicationKind
    number: int = 1


USAGE: Final = ApplicationKey(ApplicationKind.USAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What an application is begun with; a period for a monitoring claim, texts for a change or a withdrawal."""

    kind: ApplicationKind
    period_id: int | None = None
    subject: str = ""
    explanation: str = ""


@unit_of_work()
def begin_application(*, actor: Member, case_id: int, beginning: Beginning) -> Application:
    """Begin an application of a case, or take one up again that was given up.

    Raises:
        Case.DoesNotExist, MonitoringPeriod.DoesNotExist: no such case in the agency, or no such period of the case.
        NotAllowed: the actor may not ask for approvals of this case.
        StepRefused: the frame does not have this application, or the stage is too early or too late for it.
        ApplicationRefused: there is one already, or a negotiation was not applied for.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.REQUEST_APPROVAL, case)
    kind = beginning.kind
    if kind is ApplicationKind.USAGE:
        return usage_of(case)
    check_openable(kind, CaseStage(case.stage), SchemeFrame(case.frame))
    if kind is ApplicationKind.NEGOTIATION_CLAIM and not case.seeks_guarantee_release:
        raise ApplicationRefused(
            f"案件 {case.number} は「経営者保証の解除を目指す」としていないため、金融機関交渉費用を請求できません。"
        )
    period = _period_of(case, beginning)
    number = _next_number(case, kind, period)
    texts = {name: getattr(beginning, name).strip() for name in TEXTS}
    application, is_new = Application.objects.get_or_create(
        agency_id=case.agency_id, case=case, kind=kind, number=number, defaults={"period": period, **texts}
    )
    application.case = case
    if is_new:
        named = audit.initial_values(application, ("kind", "number", "state"))
        audit.record(actor, Verb.CREATED, case, changes=_labelled(application, named))
        return application
    if application.state != ApplicationState.CANCELLED:
        raise ApplicationRefused(f"案件 {case.number} には「{application.name}」がすでにあります。")
    state = next_state(application, ApplicationAction.TAKE_UP)
    save_application(actor, Verb.CHANGED, application, {"state": state, **texts})
    return application


@unit_of_work()
def edit_letter(
    *, actor: Member, case_id: int, key: ApplicationKey, version: int, texts: Mapping[str, str]
) -> Application:
    """Change what a change notice or a withdrawal says, as the user saw it at `version`.

    Raises:
        ApplicationRefused: it is no letter, or has left the author's hands.
        EditedMeanwhile: another person wrote to it in between.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REQUEST_APPROVAL, case)
    if key.kind not in LETTERS or application.state not in WRITABLE:
        raise ApplicationRefused(
            f"{application.name}は「{application.get_state_display()}」です。内容を変更できるのは、準備中か差戻しの間です。"
        )
    check_version(application, version)
    save_application(actor, Verb.CHANGED, application, {name: texts[name].strip() for name in TEXTS})
    return application


@unit_of_work()
def cancel_application(*, actor: Member, case_id: int, key: ApplicationKey, reason: str) -> Application:
    """Give an application up that has not left the office.

    Raises:
        StepRefused: its state or kind does not allow it, the council has seen it, or the reason is missing.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REQUEST_APPROVAL, case)
    state = next_state(application, ApplicationAction.CANCEL)
    if application.returned_count:
        raise StepRefused(
            f"{application.name}は協議会から差し戻されているため、取りやめられません。直して再び提出するか、"
            "案件をやめるときは「取下げ」を準備してください。"
        )
    if not reason.strip():
        raise StepRefused("取りやめる理由を入力してください。理由は履歴に残ります。")
    save_application(actor, Verb.CHANGED, application, {"state": state}, reason=reason)
    return application


def locked_application(actor: Member, case_id: int, key: ApplicationKey) -> tuple[Case, Application]:
    """Return a case of the actor's agency and one of its applications, both locked.

    Raises:
        Case.DoesNotExist, Application.DoesNotExist: the agency has no such case, or the case no such application.
    """
    case = lock_case(actor, case_id)
    if key == USAGE:
        return case, usage_of(case)
    applications = Application.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    application = applications.get(case=case, kind=key.kind, number=key.number)
    application.case = case
    return case, application


def next_state(application: Application, action: ApplicationAction) -> ApplicationState:
    """Return the state that an action leads an application to, by the table of its way and the stage of its case.

    Raises:
        StepRefused: its kind or state does not have the step, or the stage of the case does not allow it.
    """
    state = state_after(ApplicationKind(application.kind), ApplicationState(application.state), action)
    if refusal := refusal_of_stage(placed(application), action):
        raise StepRefused(refusal)
    return state


def check_version(application: Application, version: int) -> None:
    """Refuse what was decided on another version of the application than the present one.

    Raises:
        EditedMeanwhile: another person wrote to it in between.
    """
    if application.version != version:
        raise EditedMeanwhile(
            f"入力中に、ほかの人が「{application.name}」を変更しました。"
            "今の内容を確かめてから、もう一度保存すると、あなたの入力で上書きします。"
        )


def save_application(
    actor: Member,
    verb: Verb,
    application: Application,
    values: Mapping[str, Any],
    *,
    reason: str = "",
    unnamed: Mapping[str, Any] | None = None,
    gone: audit.Changes | None = None,
) -> None:
    """Write `values` to an application, count a new version of it, and add it all to the trail of its case.

    Args:
        unnamed: columns that are written without being listed in the trail: frozen content and its hashes.
        gone: what was taken away from beside the application, to be listed with its own changes.
    """
    changes = audit.apply_changes(application, values) | (gone or {})
    for name, value in (unnamed or {}).items():
        setattr(application, name, value)
    application.version += 1
    application.save()
    audit.record(actor, verb, application.case, changes=_labelled(application, changes), reason=reason.strip())


def _labelled(application: Application, changes: audit.Changes) -> audit.Changes:
    return {f"{application.name}: {label}": pair for label, pair in changes.items()}


def _period_of(case: Case, beginning: Beginning) -> MonitoringPeriod | None:
    if beginning.kind is not ApplicationKind.MONITORING_CLAIM:
        return None
    if beginning.period_id is None:
        raise ApplicationRefused("支払申請(伴走支援)の対象期間を選んでください。")
    return case.monitoring_periods.get(pk=beginning.period_id)


def _next_number(case: Case, kind: ApplicationKind, period: MonitoringPeriod | None) -> int:
    """Return the ordinal of the period, or the next number of the changes; all others exist once."""
    if period is not None:
        return list(case.monitoring_periods.values_list("pk", flat=True)).index(period.pk) + 1
    if kind is ApplicationKind.CHANGE:
        return case.applications.filter(kind=kind).count() + 1
    return 1
