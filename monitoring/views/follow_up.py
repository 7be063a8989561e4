"""The follow-up of a case: its periods, and the schedule that they are laid from."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case
from cases.services.locking import EditedMeanwhile
from cases.views.shared import case_context
from monitoring.enums import KINDS, ScheduleStep
from monitoring.forms.follow_up import ConfirmForm, TermsForm
from monitoring.rules.schedule import Agreed, Change, Flaw, difference, flaws_of
from monitoring.selectors.follow_up import follow_up_of
from monitoring.selectors.follow_up_schedule import (
    Terms,
    agreed_of,
    changes_hash,
    has_effect,
    is_plan_settled,
    planned_of,
    planning_closed,
    terms_of,
)
from monitoring.selectors.periods import periods_of
from monitoring.services.schedule import lay_schedule
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

PAGE: Final = "monitoring:follow_up"
SCHEDULE: Final = "対象期間の案"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The changes that follow from some terms, and what would still be wrong with the periods after them."""

    agreed: Agreed
    changes: tuple[Change, ...]
    flaws: tuple[Flaw, ...]

    @property
    def seen(self) -> str:
        """Return what names the changes."""
        return changes_hash(self.changes)

    @property
    def has_effect(self) -> bool:
        """Tell whether there is anything to confirm."""
        return has_effect(self.changes)

    @property
    def stays(self) -> int:
        """Return how many periods stay that the terms would move."""
        return sum(one.step is ScheduleStep.STAYS for one in self.changes)


def follow_up(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    context = {
        **case_context(case, PAGE),
        "found": follow_up_of(case, today=clock.today()),
        "closed": planning_closed(case),
        "has_kinds": bool(KINDS[SchemeFrame(case.frame)]),
        "can_plan": can(request.member, Action.EDIT_COSTS, case).allowed,
        "can_edit_each": can(request.member, Action.EDIT_COSTS, case).allowed and case.is_application_open,
    }
    return render(request, "monitoring/follow_up.html", context)


def follow_up_schedule(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    terms = terms_of(case, periods_of(case))
    form = _terms_form(request, case, terms)
    proposal = _proposal(case, form, terms)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _confirm(request, case, form)
        if status is HTTPStatus.FOUND:
            messages.success(request, "伴走支援の対象期間を、案のとおりに変更しました。")
            return redirect(PAGE, case.number)
        proposal = _proposal(case, form, terms)
    context = {
        **case_context(case, PAGE, here=SCHEDULE),
        "form": form,
        "terms": terms,
        "is_settled": is_plan_settled(terms.plan),
        "proposal": proposal,
        "closed": planning_closed(case),
        "costs_url": reverse("subsidies:costs", args=[case.number]),
        "plan_url": reverse("cases:plan_follow_up", args=[case.number]),
    }
    return render(request, "monitoring/follow_up_schedule.html", context, status=status)


def _terms_form(request: MemberRequest, case: Case, terms: Terms) -> TermsForm:
    """Return the form with what was typed, else with what was agreed, so that a proposal stands there at once."""
    typed = request.POST if request.method == "POST" else request.GET
    has_typed = "starts_on" in typed
    data: QueryDict | dict[str, Any] = typed if has_typed else _agreed_values(terms)
    return TermsForm(
        data if has_typed or terms.starts_on else None,
        initial=_agreed_values(terms),
        kinds=KINDS[SchemeFrame(case.frame)],
        may_move_costed=case.is_application_open,
    )


def _agreed_values(terms: Terms) -> dict[str, Any]:
    starts_on = terms.starts_on.isoformat() if terms.starts_on else ""
    return {"starts_on": starts_on, "months": str(terms.months), "frequency": terms.frequency.value}


def _proposal(case: Case, form: TermsForm, terms: Terms) -> Proposal | None:
    if not form.is_valid() or planning_closed(case):
        return None
    values = form.cleaned_data
    agreed = agreed_of(
        case,
        starts_on=values["starts_on"],
        months=values["months"],
        frequency=values["frequency"],
        counted_from=terms.counted_from,
    )
    changes = difference(planned_of(case), agreed, moves_costed=values.get("moves_costed", False))
    after = [one.after for one in changes if one.after]
    return Proposal(agreed, changes, flaws_of(after, agreed.fiscal_month))


def _confirm(request: MemberRequest, case: Case, form: TermsForm) -> HTTPStatus:
    """Lay the schedule as it was confirmed; what is refused stands above the terms."""
    confirmed = ConfirmForm(request.POST)
    if not form.is_valid() or not confirmed.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    values = form.cleaned_data
    try:
        lay_schedule(
            actor=request.member,
            case_id=case.pk,
            starts_on=values["starts_on"],
            months=values["months"],
            frequency=values["frequency"],
            moves_costed=values.get("moves_costed", False),
            seen=confirmed.cleaned_data["seen"],
        )
    except EditedMeanwhile as late:
        messages.error(request, late.message)
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        messages.error(request, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND
