"""The way of an application as one table, and which step of the case each of its events is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.workflow import OPEN_STAGES, TRANSITIONS, WITH_MONITORING
from subsidies.enums import CLAIMS, ApplicationAction, ApplicationKind, ApplicationState
from vapup.shared.errors import DomainError

A, K, S, C, G = ApplicationAction, ApplicationKind, ApplicationState, CaseAction, CaseStage
KINDS: Final = frozenset(K)


class StepRefused(DomainError):
    """The state of the application, its kind, or the stage of its case does not allow the step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the way: the states that an action starts from, where it leads, and which kinds have it."""

    sources: frozenset[ApplicationState]
    target: ApplicationState
    kinds: frozenset[ApplicationKind] = KINDS


@dataclass(frozen=True, slots=True)
class Placed:
    """An application as far as the tables look at it, with the stage and the frame of its case."""

    name: str
    kind: ApplicationKind
    state: ApplicationState
    stage: CaseStage
    frame: SchemeFrame


def _row(*sources: ApplicationState, to: ApplicationState, kinds: frozenset[ApplicationKind] = KINDS) -> Step:
    return Step(frozenset(sources), to, kinds)


# The council accepts a usage application before it decides on it; of a claim it may say the decision alone.
STEPS: Final[Mapping[ApplicationAction, tuple[Step, ...]]] = MappingProxyType(
    {
        A.REQUEST: (_row(S.PREPARING, S.SENT_BACK, S.RETURNED, to=S.REQUESTED),),
        A.REOPEN: (_row(S.REQUESTED, S.APPROVED, to=S.PREPARING),),
        A.SEND_BACK: (_row(S.REQUESTED, to=S.SENT_BACK),),
        A.APPROVE: (_row(S.REQUESTED, to=S.APPROVED),),
        A.SUBMIT: (_row(S.APPROVED, to=S.SUBMITTED),),
        A.RETURN: (
            _row(S.SUBMITTED, to=S.RETURNED, kinds=KINDS - CLAIMS),
            _row(S.SUBMITTED, S.ACCEPTED, to=S.RETURNED, kinds=CLAIMS),
        ),
        A.REFUSE: (_row(S.SUBMITTED, S.RETURNED, to=S.REFUSED, kinds=frozenset({K.USAGE})),),
        A.ACCEPT: (_row(S.SUBMITTED, to=S.ACCEPTED),),
        A.DECIDE: (
            _row(S.ACCEPTED, to=S.DECIDED, kinds=frozenset({K.USAGE})),
            _row(S.SUBMITTED, S.ACCEPTED, to=S.DECIDED, kinds=CLAIMS),
        ),
        A.PAY: (_row(S.DECIDED, to=S.PAID, kinds=CLAIMS),),
        A.CANCEL: (_row(S.PREPARING, S.SENT_BACK, to=S.CANCELLED, kinds=KINDS - {K.USAGE}),),
        A.TAKE_UP: (_row(S.CANCELLED, to=S.PREPARING, kinds=KINDS - {K.USAGE}),),
    }
)

# Which step of the case an event of an application is; with several, the one that the stage of the case allows.
CASE_ACTIONS: Final[Mapping[tuple[ApplicationKind, ApplicationAction], tuple[CaseAction, ...]]] = MappingProxyType(
    {
        (K.USAGE, A.SUBMIT): (C.SUBMIT_USAGE, C.RESUBMIT_USAGE),
        (K.USAGE, A.RETURN): (C.RETURN_USAGE,),
        (K.USAGE, A.REFUSE): (C.REJECT_USAGE,),
        (K.USAGE, A.ACCEPT): (C.RECORD_ACCEPTANCE,),
        (K.USAGE, A.DECIDE): (C.RECORD_DECISION,),
        (K.PLAN_CLAIM, A.SUBMIT): (C.SUBMIT_PLAN_CLAIM, C.RESUBMIT_PLAN_CLAIM),
        (K.PLAN_CLAIM, A.RETURN): (C.RETURN_PLAN_CLAIM,),
        (K.PLAN_CLAIM, A.DECIDE): (C.RECORD_PLAN_DECISION,),
        (K.PLAN_CLAIM, A.PAY): (C.START_MONITORING,),
        (K.WITHDRAWAL, A.ACCEPT): (C.WITHDRAW,),
    }
)

# What leads to a submission; a request or an approval may be taken back, and given up what nobody needs any more.
PREPARATIONS: Final = frozenset({A.REQUEST, A.APPROVE, A.SUBMIT, A.TAKE_UP})

_PLANNING: Final = (G.PLANNING, G.EXPERT_APPOINTED, G.STANDSTILL, G.SURVEYED, G.AGREED)
_AFTER_PLAN: Final = (G.PLAN_CLAIMED, G.CLAIM_RETURNED, G.PLAN_DECIDED, G.MONITORING)
# The stages in which an application of a kind may be begun …
OPENABLE: Final[Mapping[ApplicationKind, frozenset[CaseStage]]] = MappingProxyType(
    {
        K.USAGE: frozenset({G.CONSULTATION, G.PREPARING, G.USAGE_RETURNED}),
        K.CHANGE: frozenset({G.ACCEPTED, *_PLANNING, *_AFTER_PLAN}),
        K.PLAN_CLAIM: frozenset(_PLANNING),
        K.MONITORING_CLAIM: frozenset({G.PLAN_DECIDED, G.MONITORING}),
        K.NEGOTIATION_CLAIM: frozenset({G.PLAN_DECIDED, G.MONITORING}),
        K.WITHDRAWAL: OPEN_STAGES - {G.CONSULTATION, G.PREPARING},
    }
)
# … and in which its case takes its submission.
SUBMITTABLE: Final[Mapping[ApplicationKind, frozenset[CaseStage]]] = MappingProxyType(
    {
        **OPENABLE,
        K.USAGE: frozenset({G.PREPARING, G.USAGE_RETURNED}),
        K.PLAN_CLAIM: frozenset({G.AGREED, G.CLAIM_RETURNED}),
    }
)
FRAMES: Final[Mapping[ApplicationKind, frozenset[SchemeFrame]]] = MappingProxyType(
    {
        **dict.fromkeys(K, frozenset(SchemeFrame)),
        K.MONITORING_CLAIM: WITH_MONITORING,
        K.NEGOTIATION_CLAIM: frozenset({SchemeFrame.NORMAL, SchemeFrame.VUP}),
    }
)


def state_after(kind: ApplicationKind, state: ApplicationState, action: ApplicationAction) -> ApplicationState:
    """Return the state that `action` leads to.

    Raises:
        StepRefused: the kind or the state does not have this step.
    """
    rows = [row for row in STEPS[action] if kind in row.kinds]
    if not rows:
        raise StepRefused(f"「{kind.label}」には「{action.label}」の手続きがありません。")
    for row in rows:
        if state in row.sources:
            return row.target
    needed = "・".join(one.label for one in ApplicationState if any(one in row.sources for row in rows))
    raise StepRefused(f"{kind.label}は「{state.label}」です。「{action.label}」は「{needed}」のときに行えます。")


def has_step(kind: ApplicationKind, state: ApplicationState, action: ApplicationAction) -> bool:
    """Tell whether an application of this kind and state has the step."""
    return any(kind in row.kinds and state in row.sources for row in STEPS[action])


def is_possible(application: Placed, action: ApplicationAction) -> bool:
    """Tell whether the application has the step now, by its own state and the stage of its case."""
    return has_step(application.kind, application.state, action) and not refusal_of_stage(application, action)


def case_action(
    kind: ApplicationKind, action: ApplicationAction, stage: CaseStage, frame: SchemeFrame
) -> CaseAction | None:
    """Return the step of the case that an event of its application is; none where the case stays where it is.

    Of several the first that the stage allows is returned, else the first, which the case then refuses with its reason.
    A frame without follow-up has nothing to go on to when the plan is paid, and a case that has ended stays as it is
    when the council answers to a claim that it had before.
    """
    found = CASE_ACTIONS.get((kind, action), ())
    if found == (C.START_MONITORING,) and frame not in WITH_MONITORING:
        return None
    if kind in CLAIMS and stage not in OPEN_STAGES:
        return None
    resubmits = {C.RESUBMIT_USAGE: G.USAGE_RETURNED, C.RESUBMIT_PLAN_CLAIM: G.CLAIM_RETURNED}
    return next((one for one in found if resubmits.get(one) is stage), found[0] if found else None)


def refusal_of_stage(application: Placed, action: ApplicationAction) -> str:
    """Return why the stage of the case forbids a step of its application, in a sentence; "" where it does not.

    What nobody can hand in any more is not prepared either. What the council has is answered and paid to its end,
    unless the case would have to follow and cannot.
    """
    kind, stage, frame = application.kind, application.stage, application.frame
    if action is A.SUBMIT and stage not in SUBMITTABLE[kind]:
        needed = "・".join(one.label for one in CaseStage if one in SUBMITTABLE[kind])
        return f"案件は「{stage.label}」の段階です。{application.name}を提出できるのは「{needed}」の段階です。"
    if stage not in OPEN_STAGES and (action in PREPARATIONS or kind is K.USAGE):
        return f"案件は「{stage.label}」です。終わった案件の{application.name}には「{action.label}」を行えません。"
    step = None if action is A.SUBMIT else case_action(kind, action, stage, frame)
    if step is not None and stage not in TRANSITIONS[step].sources:
        return f"案件は「{stage.label}」の段階です。この段階の{application.name}には「{action.label}」を行えません。"
    return ""


def check_openable(kind: ApplicationKind, stage: CaseStage, frame: SchemeFrame) -> None:
    """Refuse to begin an application that the frame does not have or the stage does not allow.

    Raises:
        StepRefused: the sentence names the stage and those in which it may be begun.
    """
    if frame not in FRAMES[kind]:
        raise StepRefused(f"「{frame.label}」の案件には「{kind.label}」がありません。")
    if stage not in OPENABLE[kind]:
        needed = "・".join(one.label for one in CaseStage if one in OPENABLE[kind])
        raise StepRefused(
            f"案件は「{stage.label}」の段階です。「{kind.label}」を準備できるのは「{needed}」の段階です。"
        )
