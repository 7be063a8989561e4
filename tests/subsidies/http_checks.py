"""What must hold after every form that anybody sends: the trail, the two tables of the procedure, what is frozen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import MD5, Cast
from pghistory.models import Event

from cases.enums import CaseAction, CaseStage
from cases.models import Case, CaseStep
from cases.workflow import TRANSITIONS, is_through_application
from subsidies.enums import ApplicationAction, ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.workflow import CASE_ACTIONS, STEPS
from tests.subsidies.http_office import STRANGER, Office, Post
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent

A, G, K, S = ApplicationAction, CaseStage, ApplicationKind, ApplicationState
TABLES: Final = sorted(
    model._meta.db_table
    for model in apps.get_models()
    if model._meta.app_label in {"cases", "subsidies", "monitoring"}
    and not issubclass(model, Event)
    and any(field.name == "agency" for field in model._meta.get_fields())
)
FOLLOWED: Final = "案件の内容に合わせた期限の見直し"
READING: Final = {Verb.DOWNLOADED, Verb.SIGNED_IN}
STEP_OF: Final = {
    "request_approval": A.REQUEST,
    "application_request": A.REQUEST,
    "withdraw_request": A.REOPEN,
    "application_reopen": A.REOPEN,
    "approve": A.APPROVE,
    "application_approve": A.APPROVE,
    "send_back": A.SEND_BACK,
    "application_send_back": A.SEND_BACK,
    "submit": A.SUBMIT,
    "application_submit": A.SUBMIT,
    "application_cancel": A.CANCEL,
}
EXITS: Final = {G.WITHDRAWN, G.LAPSED}
PLANNING: Final = {G.PLANNING, G.EXPERT_APPOINTED, G.STANDSTILL, G.SURVEYED, G.AGREED}
AFTER_PLAN: Final = {G.PLAN_CLAIMED, G.CLAIM_RETURNED, G.PLAN_DECIDED, G.MONITORING, G.COMPLETED}
# Where the case may stand while its usage application, and its plan claim, has a state.
USAGE_STAGES: Final = {
    S.SUBMITTED: {G.APPLIED},
    S.ACCEPTED: {G.ACCEPTED},
    S.DECIDED: PLANNING | AFTER_PLAN,
    S.REFUSED: {G.REJECTED},
    S.RETURNED: {G.USAGE_RETURNED},
}
CLAIM_STAGES: Final = {
    S.SUBMITTED: {G.PLAN_CLAIMED},
    S.ACCEPTED: {G.PLAN_CLAIMED},
    S.RETURNED: {G.CLAIM_RETURNED},
    S.DECIDED: {G.PLAN_DECIDED},
    S.PAID: {G.MONITORING, G.COMPLETED},
}
SENT: Final = {S.SUBMITTED, S.ACCEPTED, S.DECIDED, S.PAID, S.REFUSED}
LOCKED: Final = {S.REQUESTED, S.APPROVED, *SENT}


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an application stands."""

    pk: int
    kind: ApplicationKind
    state: ApplicationState
    returned_count: int
    payload_md5: str | None


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the checks compare, as it stands at one moment."""

    tables: dict[str, str]
    stage: CaseStage
    costs_locked: bool
    applications: dict[int, Stand]
    last_step: int
    last_event: int


def look(office: Office) -> Sight:
    """Look at everything that belongs to the office."""
    case = Case.objects.only("stage", "costs_locked").get(pk=office.case_id)
    rows = Application.objects.filter(case=office.case_id).annotate(md5=MD5(Cast("payload", TextField())))
    stands = [
        Stand(pk, K(kind), S(state), count, md5)
        for pk, kind, state, count, md5 in rows.values_list("pk", "kind", "state", "returned_count", "md5")
    ]
    return Sight(
        tables=_hashes(office.agency_id),
        stage=G(case.stage),
        costs_locked=case.costs_locked,
        applications={one.pk: one for one in stands},
        last_step=_last(CaseStep.objects.all()),
        last_event=_last(AuditEvent.objects.all()),
    )


def _last(rows: Any) -> int:
    return int(rows.order_by("-pk").values_list("pk", flat=True).first() or 0)


def _hashes(agency_id: int) -> dict[str, str]:
    """Return a hash of the agency's rows of every table; a table that is added tomorrow is looked at too."""
    one = "SELECT '{0}', coalesce(md5(string_agg(md5(t::text), '' ORDER BY id)), '') FROM {0} t WHERE agency_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in TABLES), [agency_id] * len(TABLES))
        return dict(cursor.fetchall())


def check_answer(office: Office, who: str, post: Post, status: int, before: Sight, after: Sight) -> bool:
    """Check one answer, and tell whether it changed anything."""
    changed = {name for name in TABLES if before.tables[name] != after.tables[name]}
    assert status < 500, (post, status)
    assert who != STRANGER or status == 404, (post, status)
    is_reading = post.name == "cases:notes_read"  # everybody may say that they have read what called them
    assert who != "viewer" or ((is_reading or status in {403, 404}) and not changed), (post, status, changed)
    assert not changed or status == 302, f"{post} was answered with {status} and changed {changed}"
    noted = list(AuditEvent.objects.filter(pk__gt=before.last_event).order_by("pk"))
    # Where an act moves a deadline, the product says so itself, after the act and never without one.
    events = [one for one in noted if one.actor_id is not None or one.reason != FOLLOWED]
    assert noted[: len(events)] == events
    assert len(noted) == len(events) or events
    assert {one.actor_id for one in events} <= {office.members[who].pk}, post
    writes = [one for one in events if one.verb not in READING]
    assert bool(changed) == bool(writes), (
        f"{who} sent {post}: changed {changed}, recorded {[str(one) for one in writes]}"
    )
    return bool(changed)


def check_steps(post: Post, before: Sight, after: Sight) -> Stand | None:
    """Check that one application moved at most, by the row of the table that the address names; return it."""
    moved = [one for pk, one in after.applications.items() if _state_of(before, pk) != one.state]
    assert len(moved) <= 1, moved
    assert before.applications.keys() <= after.applications.keys()
    steps = list(CaseStep.objects.filter(pk__gt=before.last_step).order_by("pk"))
    assert len(steps) <= 1, steps
    action = _action_of(post)
    stand = moved[0] if moved else None
    if stand is not None:
        _check_row(stand, _state_of(before, stand.pk), action)
    for step in steps:
        chosen = CaseAction(step.action)
        if post.name == "cases:advance":
            assert stand is None
            assert not is_through_application(chosen, G(step.from_stage)), step
        else:
            assert stand is not None, post
            assert action is not None, post
            assert chosen in CASE_ACTIONS[stand.kind, action], step
    return stand


def _state_of(sight: Sight, pk: int) -> ApplicationState | None:
    known = sight.applications.get(pk)
    return known.state if known else None


def _action_of(post: Post) -> ApplicationAction | None:
    name = post.name.rpartition(":")[2]
    return A(post.args[2]) if name == "application_council" else STEP_OF.get(name)


def _check_row(stand: Stand, source: ApplicationState | None, action: ApplicationAction | None) -> None:
    if action is None:  # begun, taken up after it was given up, or the sheet of costs that was first written to
        if source is None:
            assert stand.state is S.PREPARING, stand
            return
        action = A.TAKE_UP
    first = source or S.PREPARING  # the usage application is stored when something is first done with it
    rows = [row for row in STEPS[action] if stand.kind in row.kinds]
    assert any(first in row.sources and stand.state == row.target for row in rows), (source, stand, action)


def check_frozen(before: Sight, after: Sight) -> None:
    """Check that what was approved stays as it is until it is approved anew, and what is locked as it was."""
    for pk, stand in after.applications.items():
        known = before.applications.get(pk)
        if known is None or known.payload_md5 == stand.payload_md5:
            continue
        way = (known.state, stand.state)
        assert way in {(S.REQUESTED, S.APPROVED), (S.APPROVED, S.PREPARING)}, way
        assert (stand.payload_md5 is None) == (stand.state is S.PREPARING)
    for stand in after.applications.values():
        if stand.state in SENT:
            known = before.applications[stand.pk]
            assert stand.payload_md5, stand
            assert known.state in {S.APPROVED, S.RETURNED, *SENT}, (known, stand)
    if before.costs_locked and after.costs_locked:
        assert before.tables["subsidies_costline"] == after.tables["subsidies_costline"]
        assert before.tables["monitoring_monitoringperiod"] == after.tables["monitoring_monitoringperiod"]


def check_stage(office: Office, after: Sight) -> None:
    """Check that the steps of the case are in the table and form a chain, and that its applications agree."""
    steps = list(CaseStep.objects.filter(case=office.case_id).order_by("pk"))
    for step in steps:
        row = TRANSITIONS[CaseAction(step.action)]
        assert step.from_stage in row.sources, step
        assert step.to_stage == row.target, step
        assert step.reason or not row.needs_reason, step
        assert office.frame in row.frames, step
    assert all(one.to_stage == later.from_stage for one, later in pairwise(steps))
    assert all(one.occurred_on <= later.occurred_on for one, later in pairwise(steps))
    assert after.stage == (steps[-1].to_stage if steps else G.CONSULTATION)
    stands = {one.kind: one for one in after.applications.values()}  # of those that exist once
    _check_usage(stands.get(K.USAGE), after)
    _check_plan_claim(stands.get(K.PLAN_CLAIM), after.stage)
    if K.WITHDRAWAL in stands and stands[K.WITHDRAWAL].state is S.ACCEPTED:
        assert after.stage is G.WITHDRAWN
    if after.stage is G.WITHDRAWN and steps[-1].from_stage not in {G.CONSULTATION, G.PREPARING}:
        assert stands[K.WITHDRAWAL].state is S.ACCEPTED


def _check_usage(stand: Stand | None, after: Sight) -> None:
    state = stand.state if stand else S.PREPARING
    was_returned = stand is not None and stand.returned_count > 0
    in_the_office = {G.USAGE_RETURNED} if was_returned else {G.CONSULTATION, G.PREPARING}
    assert after.stage in USAGE_STAGES.get(state, in_the_office) | EXITS, (stand, after.stage)
    assert after.costs_locked is (state in LOCKED), (stand, after.costs_locked)


def _check_plan_claim(stand: Stand | None, stage: CaseStage) -> None:
    if stand is None:
        assert stage not in AFTER_PLAN, stage
        return
    in_the_office = {G.CLAIM_RETURNED} if stand.returned_count else PLANNING
    assert stage in CLAIM_STAGES.get(stand.state, in_the_office) | EXITS, (stand, stage)
    # A claim that the council returned is mended and sent again: given up, it would leave the case with no way on.
    assert stand.state is not S.CANCELLED or not stand.returned_count, stand
