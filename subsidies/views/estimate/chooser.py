"""The page that tells which scheme an enterprise may use (どの制度が使えるか)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.models import Enterprise
from cases.views.shared import crumbs
from subsidies.forms.chooser import ChooserForm
from subsidies.rules.chooser import Ground, Usability, Verdict, choose
from subsidies.selectors.estimate.chooser import EFFECT_LABELS, EFFECT_TONES, TONES, known_answers
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest
from vapup.accounts.policy import can

LONGEST_ID: Final = 18


@dataclass(frozen=True, slots=True)
class ShownGround:
    """A reason with the chip that stands before it."""

    ground: Ground
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """A verdict with its chip, and the address that opens a case with the frame ("" where it cannot be opened)."""

    verdict: Verdict
    tone: str
    grounds: tuple[ShownGround, ...]
    open_url: str


def chooser(request: MemberRequest) -> HttpResponse:
    enterprise, today = _enterprise(request), clock.today()
    known = known_answers(enterprise) if enterprise else {}
    is_asked = "support" in request.GET or "guideline" in request.GET or "on" in request.GET
    form = ChooserForm(request.GET if is_asked else None, today=today, initial={"on": today, **known})
    verdicts = choose(form.answers(), on=form.cleaned_data["on"]) if is_asked and form.is_valid() else ()
    context: dict[str, Any] = {
        "form": form,
        "enterprise": enterprise,
        "verdicts": [_shown(request, one, enterprise) for one in verdicts],
        "on": form.cleaned_data["on"] if verdicts else None,
        "breadcrumbs": crumbs("どの制度が使えるか"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_asked and not verdicts else HTTPStatus.OK
    return render(request, "subsidies/chooser.html", context, status=status)


def _shown(request: MemberRequest, verdict: Verdict, enterprise: Enterprise | None) -> ShownVerdict:
    may_open = verdict.usability is not Usability.NOT_USABLE and can(request.member, Action.OPEN_CASE).allowed
    chosen = {"enterprise": enterprise.pk} if enterprise else {}
    return ShownVerdict(
        verdict=verdict,
        tone=TONES[verdict.usability],
        grounds=tuple(ShownGround(one, EFFECT_TONES[one.effect], EFFECT_LABELS[one.effect]) for one in verdict.grounds),
        open_url=f"{reverse('cases:new')}?{urlencode({**chosen, 'frame': verdict.frame.value})}" if may_open else "",
    )


def _enterprise(request: MemberRequest) -> Enterprise | None:
    """Return the enterprise that the questions are about, if one was named."""
    chosen = request.GET.get("enterprise", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) <= LONGEST_ID):
        return None
    enterprises = Enterprise.objects.for_agency(request.member.agency_id)
    found = enterprises.prefetch_related("past_uses", "lenders").filter(pk=int(chosen)).first()
    if found is None:
        raise Http404(f"no enterprise {chosen} in this agency")
    return found
