"""Keep a what-if of a case (試算), and remove a kept one; a kept estimate is never changed."""

from __future__ import annotations

from cases.services.locking import lock_case
from subsidies.models import Estimate
from subsidies.rules.assessment import assess
from subsidies.rules.assumptions import Assumptions, request_of
from subsidies.selectors.estimate.kept import figures_sha256
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.work import unit_of_work

MOST_ESTIMATES = 50


class TooManyEstimates(DomainError):
    """The case keeps as many estimates as a reader can still choose from."""


@unit_of_work()
def keep_estimate(*, case_id: int, actor: Member, name: str, assumed: Assumptions) -> Estimate:
    """Keep what was assumed, and what the rules make of it now.

    Raises:
        FrameNotOpen: the frame takes no applications on the assumed day.
        TooManyEstimates: the case keeps as many as it may.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_COSTS, case)
    kept = Estimate.objects.for_agency(actor.agency_id).filter(case=case).count()
    if kept >= MOST_ESTIMATES:
        raise TooManyEstimates(
            f"この案件には試算が{kept}件保存されています。保存できるのは{MOST_ESTIMATES}件までです。"
            "使わない試算を削除してから保存してください。"
        )
    request = request_of(assumed)
    assessment = assess(request)
    estimate = Estimate.objects.create(
        agency_id=actor.agency_id,
        case=case,
        name=name,
        assessed=request.as_dict(),
        assessment=assessment.as_dict(),
        figures_sha256=figures_sha256(assessment),
        created_by=actor,
    )
    estimate.refresh_from_db(fields=["created_at"])
    audit.record(actor, Verb.CHANGED, case, changes={_label(estimate): [None, _words(estimate)]})
    return estimate


@unit_of_work()
def remove_estimate(*, case_id: int, estimate_id: int, actor: Member) -> Estimate:
    """Remove a kept estimate; the audit trail keeps its name and its totals.

    Raises:
        Estimate.DoesNotExist: the case has no such estimate.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_COSTS, case)
    rows = Estimate.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    estimate = rows.get(pk=estimate_id, case=case)
    audit.record(actor, Verb.CHANGED, case, changes={_label(estimate): [_words(estimate), None]})
    estimate.delete()
    return estimate


def _label(estimate: Estimate) -> str:
    return f"試算「{estimate.name}」"


def _words(estimate: Estimate) -> str:
    totals = estimate.assessment["totals"]
    return (
        f"費用 {format_yen(totals['cost'])}円、補助額 {format_yen(totals['subsidy'])}円、"
        f"自己負担 {format_yen(totals['own_burden'])}円"
    )
