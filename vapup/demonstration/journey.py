"""How a demonstration case comes to its stage: every step by the service that a user would reach, in its order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from cases.enums import CaseAction
from cases.models import Case
from cases.services.procedure import advance_case
from subsidies.enums import ApplicationKind, ReturnCause, SubmissionMethod
from subsidies.models import Application
from subsidies.packets.content import content_of
from subsidies.selectors.claiming.claims import claim_of
from subsidies.services.filing import council
from subsidies.services.filing.applications import USAGE, ApplicationKey, Beginning, begin_application
from subsidies.services.filing.approval import Approval, approve, decision_hash, request_approval
from vapup import clock
from vapup.accounts.models import Member
from vapup.clock import JAPAN
from vapup.demonstration.hours import Diary
from vapup.demonstration.papers import GUIDELINE, answer_gate, enter_claim, record_guideline_step
from vapup.demonstration.story import text_of

A = CaseAction
PLAN_CLAIM: Final = ApplicationKey(ApplicationKind.PLAN_CLAIM)
WITHDRAWAL: Final = ApplicationKey(ApplicationKind.WITHDRAWAL)
UNTOLD: Final = ({"cause": "seal", "document": "申請書", "comment": "記名押印がありません。"},)
# What the approver says of an application.
OPINIONS: Final[Mapping[ApplicationKind, str]] = MappingProxyType(
    {
        ApplicationKind.USAGE: "見積と単価表の一致を確認しました。",
        ApplicationKind.PLAN_CLAIM: "請求書・振込・従事時間の一致を確認しました。",
        ApplicationKind.WITHDRAWAL: "事業者の意向を確認しました。",
    }
)
# An application is asked for three days, and approved two days, before it goes to the council.
DAYS_ASKED: Final = 3
DAYS_APPROVED: Final = 2
# The last hours of the planning lie so long before its claim.
DAYS_OF_WORK_END: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Travellers:
    """Who takes a case through its steps, on which day the demonstration is looked at, and who logs hours when."""

    consultant: Member
    manager: Member
    today: date
    diary: Diary


def take(who: Travellers, case: Case, action: CaseAction, day: date, row: Mapping[str, Any], *, is_last: bool) -> None:
    """Do one step of a case on its day; the last step of a case carries the reason of its description."""
    reason = text_of(row, "reason") if is_last else ""
    if action in GUIDELINE:
        record_guideline_step(case, action, actor=who.consultant, day=day)
    step = _steps(who, case, day, row, reason).get(action)
    if step is None:
        advance_case(actor=who.consultant, case_id=case.pk, action=action, occurred_on=day, reason=reason)
    else:
        step()
    case.refresh_from_db()


def _steps(
    who: Travellers, case: Case, day: date, row: Mapping[str, Any], reason: str
) -> Mapping[CaseAction, Callable[[], object]]:
    hear = partial(_hear, who, case)
    returned = partial(_return, who, case, day, row)
    plan = partial(_claim, who, case, day)
    return {
        A.SUBMIT_USAGE: partial(submit_application, who, case, USAGE, day),
        A.RESUBMIT_USAGE: partial(submit_application, who, case, USAGE, day),
        A.RETURN_USAGE: partial(returned, USAGE),
        A.REJECT_USAGE: partial(hear, council.record_refusal, key=USAGE, refused_on=day, reason=reason),
        A.RECORD_ACCEPTANCE: partial(
            hear, council.record_acceptance, key=USAGE, accepted_on=day, receipt_number=_receipt(case, day)
        ),
        A.RECORD_DECISION: partial(hear, council.record_decision, key=USAGE, decided_on=day, decided_yen=None),
        A.SUBMIT_PLAN_CLAIM: plan,
        A.RETURN_PLAN_CLAIM: partial(returned, PLAN_CLAIM),
        A.RECORD_PLAN_DECISION: partial(_decide_claim, who, case, day),
        A.START_MONITORING: partial(_pay_claim, who, case, day, row),
        A.WITHDRAW: partial(_withdraw, who, case, day, reason),
    }


def submit_application(who: Travellers, case: Case, key: ApplicationKey, day: date) -> None:
    """Have an application approved, its papers gathered, and hand it in."""
    approve_application(who, case, key, day)
    application = _application(case, key)
    answer_gate(application, consultant=who.consultant, manager=who.manager, day=day)
    council.submit(
        case_id=case.pk,
        actor=who.consultant,
        submission=council.Submission(submitted_on=day, method=SubmissionMethod.POST),
        today=who.today,
        key=key,
    )


def ask_for_approval(who: Travellers, case: Case, key: ApplicationKey, day: date) -> None:
    """Ask for the approval of an application."""
    request_approval(
        case_id=case.pk,
        actor=who.consultant,
        version=_application(case, key).version,
        note="内容をご確認ください。",
        now=_at(day, 10),
        key=key,
    )


def approve_application(who: Travellers, case: Case, key: ApplicationKey, day: date) -> None:
    """Have an application approved two days before it is submitted on `day`."""
    ask_for_approval(who, case, key, day - timedelta(days=DAYS_ASKED))
    application = _application(case, key)
    shown = decision_hash(application, content_of(application))
    prepared_on = day - timedelta(days=DAYS_APPROVED)
    approve(
        case_id=case.pk,
        actor=who.manager,
        approval=Approval(shown_sha256=shown, note=OPINIONS[key.kind]),
        now=_at(prepared_on, 16),
        prepared_on=prepared_on,
        key=key,
    )


def _claim(who: Travellers, case: Case, day: date) -> None:
    who.diary.log_planning(case, until=day - DAYS_OF_WORK_END)
    begun = begin_application(
        actor=who.consultant, case_id=case.pk, beginning=Beginning(kind=ApplicationKind.PLAN_CLAIM)
    )
    enter_claim(begun, actor=who.consultant, day=day)
    submit_application(who, case, PLAN_CLAIM, day)


def _decide_claim(who: Travellers, case: Case, day: date) -> None:
    due_yen = claim_of(_application(case, PLAN_CLAIM)).due_now_yen
    _hear(who, case, council.record_decision, key=PLAN_CLAIM, decided_on=day, decided_yen=due_yen)


def _pay_claim(who: Travellers, case: Case, day: date, row: Mapping[str, Any]) -> None:
    """Let the council pay what it decided, or less by what the case's description says."""
    short = row.get("paid_short", {"yen": 0, "note": ""})
    paid_yen = (_application(case, PLAN_CLAIM).decided_yen or 0) - short["yen"]
    _hear(who, case, council.record_payment, key=PLAN_CLAIM, paid_on=day, paid_yen=paid_yen, note=short["note"])


def _withdraw(who: Travellers, case: Case, day: date, reason: str) -> None:
    beginning = Beginning(kind=ApplicationKind.WITHDRAWAL, subject="利用申請の取下げ", explanation=reason)
    begin_application(actor=who.consultant, case_id=case.pk, beginning=beginning)
    submit_application(who, case, WITHDRAWAL, day)
    _hear(who, case, council.record_acceptance, key=WITHDRAWAL, accepted_on=day, receipt_number="")


def _return(who: Travellers, case: Case, day: date, row: Mapping[str, Any], key: ApplicationKey) -> None:
    complaints = [
        council.Complaint(cause=ReturnCause(one["cause"]), document=one["document"], comment=one["comment"])
        for one in row.get("returns", UNTOLD)
    ]
    _hear(who, case, council.record_return, key=key, returned_on=day, complaints=complaints)


def _hear(who: Travellers, case: Case, record: Callable[..., object], **what: Any) -> None:
    record(case_id=case.pk, actor=who.consultant, today=who.today, **what)


def _application(case: Case, key: ApplicationKey) -> Application:
    found = Application.objects.for_agency(case.agency_id).select_related(
        "case__enterprise", "case__council", "case__agency", "case__consultant__user", "period"
    )
    return found.get(case=case, kind=key.kind, number=key.number)


def _receipt(case: Case, day: date) -> str:
    return f"{day:%Y}-{case.pk:04d}"


def _at(day: date, hour: int) -> datetime:
    """Return that hour of the day, or this moment if it has not come yet."""
    return min(datetime.combine(day, time(hour), tzinfo=JAPAN), clock.now())
