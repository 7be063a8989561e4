"""What the pages of costs and the usage application have in common: the head of the case with its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from cases.models import Case
from cases.views import shared
from cases.workflow import OPEN_STAGES
from subsidies.enums import LETTERS, OPEN_STATES, ApplicationState
from subsidies.models import Application
from subsidies.selectors import rule_name, rules_of
from subsidies.selectors.claiming.claims import is_claim
from subsidies.selectors.filing.applications import application_url, return_items_of, road_of, tone_of
from subsidies.selectors.filing.history import approval_events
from subsidies.selectors.gate.verdict import overrides_of

DECIDED_WORDS: Final[Mapping[ApplicationState, str]] = MappingProxyType(
    {ApplicationState.SENT_BACK: "差し戻しました", ApplicationState.APPROVED: "承認しました"}
)


# What the state asks of the office, or whom it waits for; the buttons under it do it.
NEXT_WORDS: Final[Mapping[ApplicationState, str]] = MappingProxyType(
    {
        ApplicationState.SENT_BACK: "所内で差し戻されました。内容を直して、もう一度承認を依頼します。",
        ApplicationState.RETURNED: "協議会から差し戻されました。項目ごとに対応を記録し、もう一度承認を依頼します。",
        ApplicationState.APPROVED: "承認されました。書類と提出前の確認を済ませて、協議会に提出します。",
        ApplicationState.SUBMITTED: "協議会に提出しました。協議会からの連絡を待っています。",
    }
)
APPLICATIONS: Final = "subsidies:applications"


def case_context(case: Case, current: str, *, here: str = "", via: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Return what the head of a page of the case shows; the arguments are those of the pages of cases."""
    return {
        **shared.case_context(case, current, here=here, via=via),
        "rule_version": rule_name(rules_of(case)),
    }


def below_application(application: Application, here: str, *via: tuple[str, str]) -> dict[str, Any]:
    """Return what the head of a page below an application shows; its breadcrumbs lead back to the application."""
    path = ((application.name, application_url(application)), *via)
    return case_context(application.case, APPLICATIONS, here=here, via=path)


def _next_words(application: Application) -> str:
    state = ApplicationState(application.state)
    if state in OPEN_STATES and application.case.stage not in OPEN_STAGES:
        return f"案件は「{application.case.get_stage_display()}」です。この申請を提出することはもうありません。"
    if state is ApplicationState.ACCEPTED and application.kind not in LETTERS:
        return "受理されました。協議会の決定を待っています。"
    if state is ApplicationState.DECIDED and is_claim(application):
        return "支払が決定しました。入金を待っています。"
    return NEXT_WORDS.get(state, "")


def application_context(application: Application) -> dict[str, Any]:
    """Return what every page of an application shows of it."""
    state = ApplicationState(application.state)
    is_sent_back = state is ApplicationState.SENT_BACK
    return {
        "application": application,
        "tone": tone_of(application),
        "road": road_of(application),
        "is_decided": application.is_frozen or is_sent_back,
        "decided_words": DECIDED_WORDS[ApplicationState.SENT_BACK if is_sent_back else ApplicationState.APPROVED],
        "next_words": _next_words(application),
        "is_approved": application.is_approved,
        "return_items": return_items_of(application),
        "can_answer": False,
        "has_claim": is_claim(application),
        "has_decision": application.kind not in LETTERS,
        "overrides": overrides_of(application) if application.pk else (),
        "events": approval_events(application),
    }
