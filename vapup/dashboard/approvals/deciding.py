"""The step from a manager's word on an item to the service that does it."""

from __future__ import annotations

from datetime import date, datetime

from cases.services.plan import versions as plans
from subsidies.services.diary import weeks
from subsidies.services.filing import approval
from subsidies.views.filing.acts import key_of
from vapup.accounts.models import Member
from vapup.dashboard.approvals.detail import ApplicationDetail, Detail, PlanDetail
from vapup.dashboard.approvals.forms import APPROVE, DecideForm


def decide(actor: Member, detail: Detail, form: DecideForm, *, now: datetime, today: date) -> None:
    """Approve or return an item as a valid form says.

    Raises:
        EditedMeanwhile, FiguresChanged: it is no longer what was shown.
        DomainError: whatever else keeps its service from doing it.
    """
    if isinstance(detail, ApplicationDetail):
        _application(actor, detail, form, now, today)
    elif isinstance(detail, PlanDetail):
        _plan(actor, detail, form, now)
    else:
        _week(actor, detail.waiting.week.pk, form, now)


def _application(actor: Member, detail: ApplicationDetail, form: DecideForm, now: datetime, today: date) -> None:
    application = detail.application
    case_id, key = application.case_id, key_of(application)
    if form.act == APPROVE:
        given = form.approval()
        approval.approve(case_id=case_id, actor=actor, approval=given, now=now, prepared_on=today, key=key)
    else:
        words, seen = form.cleaned_data["comment"], form.cleaned_data["seen"]
        approval.send_back(case_id=case_id, actor=actor, comment=words, now=now, key=key, shown_sha256=seen)


def _plan(actor: Member, detail: PlanDetail, form: DecideForm, now: datetime) -> None:
    case_id, version = detail.plan.case_id, int(form.cleaned_data["seen"])
    if form.act == APPROVE:
        plans.approve_plan(actor=actor, case_id=case_id, version=version, now=now)
    else:
        plans.return_plan(actor=actor, case_id=case_id, version=version, reason=form.cleaned_data["comment"])


def _week(actor: Member, week_id: int, form: DecideForm, now: datetime) -> None:
    version = int(form.cleaned_data["seen"])
    if form.act == APPROVE:
        weeks.approve_weeks(actor=actor, versions={week_id: version}, now=now)
    else:
        reason = form.cleaned_data["comment"]
        weeks.return_week(actor=actor, week_id=week_id, version=version, reason=reason, now=now)
