"""Open, change and hand over cases (案件)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.db.models.functions import Length

from cases.enums import Industry, LegalForm, Scheme, SchemeFrame
from cases.models import Case, Enterprise
from cases.rules.eligibility import Answer, Applicant, sme_verdict
from cases.services.locking import check_version, lock_agency, lock_case, lock_enterprise
from vapup.accounts import audit
from vapup.accounts.enums import Action, Role, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

APPLICATION_FACTS: Final = (
    "frame",
    "council",
    "consulted_on",
    "planned_accepted_on",
    "seeks_guarantee_release",
    "difficulty",
    "support_outlook",
    "repeat_use_reason",
)
# The dates of the procedure in their order; each is set by an action and corrected only with a reason.
RECORDED_DATES: Final = ("usage_applied_on", "usage_accepted_on", "usage_decided_on")

CHARGEABLE: Final = (Role.CONSULTANT, Role.MANAGER)


class CaseRefused(DomainError):
    """The case, as it would be, contradicts the scheme or itself."""


@unit_of_work()
def open_case(*, actor: Member, enterprise_id: int, consultant: Member, facts: Mapping[str, Any], today: date) -> Case:
    """Store a new case and give it the next number of its year.

    Args:
        facts: the fields named in `APPLICATION_FACTS`.
        today: the day whose year the number carries.

    Raises:
        Enterprise.DoesNotExist: no such enterprise in the actor's agency.
        CaseRefused: the scheme excludes the enterprise's legal form, or the dates contradict each other.
    """
    require(actor, Action.OPEN_CASE)
    lock_agency(actor)
    enterprise = lock_enterprise(actor, enterprise_id)
    _check_form(enterprise, SchemeFrame(facts["frame"]), facts["planned_accepted_on"])
    _check_planned(facts["consulted_on"], facts["planned_accepted_on"])
    _check_consultant(actor, consultant)
    case = Case.objects.create(
        agency_id=actor.agency_id,
        number=next_number(actor.agency_id, today.year),
        enterprise=enterprise,
        consultant=consultant,
        **facts,
    )
    named = ("number", "enterprise", "consultant", *APPLICATION_FACTS)
    audit.record(actor, Verb.CREATED, case, changes=audit.initial_values(case, named))
    return case


@unit_of_work()
def edit_case(*, actor: Member, case_id: int, version: int, facts: Mapping[str, Any], reason: str = "") -> Case:
    """Change a case that the user saw at `version`; nothing is written where nothing changed.

    Args:
        facts: any of `APPLICATION_FACTS`, `RECORDED_DATES` and `accepted_on`.
        reason: needed to change a recorded date or the key date.

    Raises:
        EditedMeanwhile: it was changed after the user had opened it.
        CaseRefused: the application is fixed, a reason is missing, or the dates contradict each other.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    check_version(case, version)
    previous = {name: getattr(case, name) for name in facts}
    changes = audit.apply_changes(case, facts)
    if not changes:
        return case
    changed = {name for name, before in previous.items() if before != getattr(case, name)}
    _check_edit(case, changed, reason)
    if "accepted_on" in changed:
        case.accepted_on_reason = reason
    case.version += 1
    case.save(update_fields=[*changed, "accepted_on_reason", "version"])
    audit.record(actor, Verb.CHANGED, case, changes=changes, reason=reason)
    return case


@unit_of_work()
def assign_case(*, actor: Member, case_id: int, consultant: Member, reason: str = "") -> Case:
    """Put a case into the charge of another member.

    Raises:
        CaseRefused: the member cannot be in charge of cases, or already is of this one.
    """
    lock_agency(actor)
    case = lock_case(actor, case_id)
    require(actor, Action.ASSIGN_CASE, case)
    _check_consultant(actor, consultant)
    if case.consultant_id == consultant.pk:
        raise CaseRefused(f"案件 {case.number} の担当者は、すでに{consultant}です。別の担当者を選んでください。")
    changes = audit.apply_changes(case, {"consultant": consultant})
    case.version += 1
    case.save(update_fields=["consultant", "version"])
    audit.record(actor, Verb.HANDED_OVER, case, changes=changes, reason=reason)
    return case


def _check_edit(case: Case, changed: set[str], reason: str) -> None:
    application = changed.intersection(APPLICATION_FACTS)
    if application and not case.is_application_open:
        names = "・".join(_label(name) for name in APPLICATION_FACTS if name in application)
        raise CaseRefused(
            f"「{names}」は変更できません。案件 {case.number} の利用申請は、承認を依頼中か、承認済みか、提出済みです。"
        )
    if changed.intersection({*RECORDED_DATES, "accepted_on"}) and not reason.strip():
        raise CaseRefused("記録した日付を変えるには、「日付を変える理由」を入力してください。")
    if changed.intersection({"frame", "planned_accepted_on"}):
        _check_form(case.enterprise, SchemeFrame(case.frame), case.key_date)
    if changed.intersection({"consulted_on", "planned_accepted_on"}):
        _check_planned(case.consulted_on, case.planned_accepted_on)
    check_dates(case)


def _label(name: str) -> str:
    return str(getattr(Case._meta.get_field(name), "verbose_name", name))


def check_dates(case: Case) -> None:
    """Refuse dates of a case that contradict their order.

    Raises:
        CaseRefused: a date lies before the one that precedes it; the sentence names both.
    """
    dated = [("初回相談日", case.consulted_on)]
    for name in RECORDED_DATES:
        day = getattr(case, name)
        if day is not None:
            dated.append((_label(name), day))
    for (earlier_name, earlier), (later_name, later) in pairwise(dated):
        _in_order(earlier_name, earlier, later_name, later)
    if case.accepted_on is not None and case.usage_applied_on is not None:
        _in_order("利用申請日", case.usage_applied_on, "適用基準日", case.accepted_on)


def _in_order(earlier_name: str, earlier: date, later_name: str, later: date) -> None:
    if later < earlier:
        raise CaseRefused(f"{later_name} {later} は {earlier_name} {earlier} より前です。どちらかを直してください。")


def _check_planned(consulted_on: date, planned_accepted_on: date) -> None:
    _in_order("初回相談日", consulted_on, "受理予定日", planned_accepted_on)


def _check_form(enterprise: Enterprise, frame: SchemeFrame, day: date) -> None:
    applicant = Applicant(
        LegalForm(enterprise.legal_form),
        Industry(enterprise.industry),
        enterprise.capital_yen,
        enterprise.employee_count,
    )
    verdict = sme_verdict(applicant, Scheme.of(frame), on=day)
    if verdict.answer is Answer.EXCLUDED_FORM:
        raise CaseRefused(
            f"「{enterprise.name}」の案件は登録できません。{''.join(verdict.reasons)}(出典: {verdict.source})"
        )


def _check_consultant(actor: Member, consultant: Member) -> None:
    """Look again at the colleague: with the agency locked, nobody is switched off between this and the end."""
    colleague = Member.objects.for_agency(actor.agency_id).filter(pk=consultant.pk, is_active=True).first()
    if colleague is None or not colleague.has_role(*CHARGEABLE):
        raise CaseRefused(f"{consultant}は案件の担当者になれません。有効な担当者か管理者を選んでください。")


def next_number(agency_id: int, year: int) -> str:
    """Return the number after the largest of the year; the caller holds the lock on the agency."""
    prefix = f"C-{year}-"
    numbers = Case.objects.for_agency(agency_id).filter(number__regex=rf"^{prefix}[0-9]+$")
    largest = numbers.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    return f"{prefix}{int(largest.removeprefix(prefix)) + 1 if largest else 1:04d}"
