"""C04: random people do random things to a case; whatever they try, the case stays within the procedure.

What is refused changes nothing; what is accepted leaves its step and its event; what is approved never changes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import Case, CaseStep
from cases.services.cases import assign_case, edit_case
from cases.services.procedure import advance_case
from cases.workflow import TRANSITIONS, is_through_application, possible_actions
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from monitoring.services.periods import add_period, remove_period
from subsidies.enums import ApplicationAction, ApplicationState, CostCategory, ReturnCause, SubmissionMethod
from subsidies.models import Application, CostLine, ReturnItem
from subsidies.packets.content import content_of
from subsidies.selectors.estimate.cost_sheet import application_of, sheet_version
from subsidies.services.estimate import costs
from subsidies.services.filing import approval as approvals
from subsidies.services.filing import council
from subsidies.services.output import packets
from tests.builders import make_agency, make_member, make_ready_case
from tests.casework import pass_gate, shown_of
from tests.subsidies.http_checks import FOLLOWED
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member
from vapup.documents.payload import content_hash
from vapup.shared.errors import DomainError

NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
DAY_ZERO = date(2025, 3, 25)  # a week before the first consultation: some days are too early
PEOPLE = ("author", "colleague", "manager", "other manager", "admin", "viewer")
# Mostly the people who may: else nearly all that is tried is refused for the person alone.
people = st.sampled_from((*PEOPLE, "author", "author", "manager", "manager", "manager"))
days = st.integers(0, 400).map(lambda offset: DAY_ZERO + timedelta(days=offset))
texts = st.sampled_from(("", "  ", "書類の不備", "廃業"))
END = date(2026, 6, 1)
ANSWERS = (ApplicationAction.RETURN, ApplicationAction.ACCEPT, ApplicationAction.REFUSE, ApplicationAction.DECIDE)
NEXT_ANSWER = {
    ApplicationState.SUBMITTED: ApplicationAction.ACCEPT,
    ApplicationState.ACCEPTED: ApplicationAction.DECIDE,
}
WITH_THE_COUNCIL = {
    ApplicationState.SUBMITTED,
    ApplicationState.ACCEPTED,
    ApplicationState.DECIDED,
    ApplicationState.REFUSED,
}
STAGES_OF = {
    ApplicationState.SUBMITTED: {CaseStage.APPLIED},
    ApplicationState.ACCEPTED: {CaseStage.ACCEPTED},
    ApplicationState.DECIDED: {CaseStage.PLANNING, CaseStage.AGREED},
    ApplicationState.REFUSED: {CaseStage.REJECTED},
}
EVERYTHING_THAT_MAY_MOVE = ("stage", "costs_locked", "version", "consultant_id", "difficulty", "accepted_on")


class CaseMachine(RuleBasedStateMachine):
    """One case in an office of six."""

    accepted: dict[str, int] = {}

    @initialize()
    def open_office(self) -> None:
        agency = make_agency()
        roles = (Role.CONSULTANT, Role.CONSULTANT, Role.MANAGER, Role.MANAGER, Role.ADMIN, Role.VIEWER)
        self.members = {name: make_member(agency, role) for name, role in zip(PEOPLE, roles, strict=True)}
        case = make_ready_case(self.members["author"], stage=CaseStage.CONSULTATION)
        self.pk = case.pk
        self.fixed_costs = self.frozen = ""

    # --- what people do ----------------------------------------------------------------------------------------

    @rule(who=people, action=st.sampled_from(CaseAction), day=days, reason=texts, dice=st.integers(1, 4))
    def record_any_step(self, who: str, action: CaseAction, day: date, reason: str, dice: int) -> None:
        is_exit = action in {CaseAction.WITHDRAW, CaseAction.LAPSE}
        if is_through_application(action, CaseStage(self._case().stage)) or (is_exit and dice > 1):
            return  # such steps follow from an application; and an exit too early would end the walk
        self._do(lambda: advance_case(**self._who(who), action=action, occurred_on=day, reason=reason), steps=1)

    @rule(who=people, answer=st.sampled_from(ANSWERS), day=days, reason=texts, dice=st.integers(1, 4))
    def hear_the_council(self, who: str, answer: ApplicationAction, day: date, reason: str, dice: int) -> None:
        if answer is ApplicationAction.REFUSE and dice > 1:
            return
        self._do(partial(self._council, answer, who, day, reason), steps=1, events=2)

    def _council(self, answer: ApplicationAction, who: str, day: date, reason: str) -> None:
        words: dict[str, Any] = {**self._who(who), "today": END}
        complaint = council.Complaint(cause=ReturnCause.MISSING, comment=reason)
        if answer is ApplicationAction.RETURN:
            council.record_return(**words, returned_on=day, complaints=[complaint] if reason.strip() else [])
        elif answer is ApplicationAction.ACCEPT:
            council.record_acceptance(**words, accepted_on=day, receipt_number="")
        elif answer is ApplicationAction.REFUSE:
            council.record_refusal(**words, refused_on=day, reason=reason)
        else:
            council.record_decision(**words, decided_on=day, decided_yen=None)

    @rule(times=st.integers(2, 6), later=st.integers(0, 20))
    def carry_on(self, times: int, later: int) -> None:
        """Do the next right things: random people alone would hardly ever get past the submission."""
        for _ in range(times):
            application = Application.objects.filter(case=self.pk).first()
            state = ApplicationState(application.state) if application else ApplicationState.PREPARING
            latest = CaseStep.objects.filter(case=self.pk).order_by("-occurred_on").first()
            day = (latest.occurred_on if latest else date(2025, 4, 1)) + timedelta(days=later)
            if self._case().stage == CaseStage.CONSULTATION or state is ApplicationState.DECIDED:
                self._record_the_next_step(CaseStage(self._case().stage), day)
            elif state is ApplicationState.REQUESTED:
                self.approve(who="manager", is_stale=False)
            elif state is ApplicationState.APPROVED:
                self.submit(who="manager", day=day)
            elif state in NEXT_ANSWER:
                # Up to three returns first: what is mended and sent again leaves the most to be done wrong.
                is_returned = application is not None and application.returned_count < later % 4
                answer = (
                    ApplicationAction.RETURN
                    if state is ApplicationState.SUBMITTED and is_returned
                    else NEXT_ANSWER[state]
                )
                self._do(partial(self._council, answer, "manager", day, "不備"), steps=1, events=2)
            else:
                self._answer_the_council()
                self.ask_for_approval(who="other manager", is_stale=False)

    @rule(times=st.integers(2, 6), later=st.integers(0, 20))
    def carry_on_again(self, times: int, later: int) -> None:
        """Do the same under a second name, so that it comes up twice as often as any one of the others."""
        self.carry_on(times=times, later=later)

    def _answer_the_council(self) -> None:
        """Answer every complaint: else nobody may ask for the approval again."""
        for item in ReturnItem.objects.filter(application__case=self.pk, answer=""):
            act = partial(council.answer_item, item_id=item.pk, answer="直した。", now=NOW)
            self._do(partial(act, **self._who("manager")))

    def _record_the_next_step(self, stage: CaseStage, day: date) -> None:
        ends = {CaseAction.WITHDRAW, CaseAction.LAPSE}
        rows = possible_actions(stage, frame=SchemeFrame.NORMAL)
        action = next((one for one in rows if one not in ends and not is_through_application(one, stage)), None)
        if action is not None:
            who = self._who("manager")
            self._do(lambda: advance_case(**who, action=action, occurred_on=day, reason="不備"), steps=1)

    @rule(who=people, is_stale=st.sampled_from((False, False, True)))
    def ask_for_approval(self, who: str, is_stale: bool) -> None:
        version = sheet_version(self._case()) - is_stale
        self._do(lambda: approvals.request_approval(**self._who(who), version=version, note="", now=NOW))

    @rule(who=people, is_stale=st.sampled_from((False, False, True)))
    def approve(self, who: str, is_stale: bool) -> None:
        case = self._case()
        sha256 = (
            "0" * 64 if is_stale else approvals.decision_hash(application_of(case), content_of(application_of(case)))
        )
        approval = approvals.Approval(shown_sha256=sha256, override_reason="協議会の了承済み")
        self._do(lambda: approvals.approve(**self._who(who), approval=approval, now=NOW, prepared_on=NOW.date()))

    @rule(who=people, comment=texts)
    def send_back(self, who: str, comment: str) -> None:
        shown = shown_of(self._case())
        self._do(lambda: approvals.send_back(**self._who(who), comment=comment, now=NOW, shown_sha256=shown))

    @rule(who=people, reason=texts)
    def reopen(self, who: str, reason: str) -> None:
        self._do(lambda: approvals.reopen(**self._who(who), reason=reason))

    @rule(who=people, day=days)
    def submit(self, who: str, day: date) -> None:
        application = application_of(self._case())
        if application.state == ApplicationState.APPROVED:
            pass_gate(application, today=day)
        submission = council.Submission(submitted_on=day, method=SubmissionMethod.COUNTER)
        self._do(lambda: council.submit(**self._who(who), submission=submission, today=END), steps=1, events=2)

    @rule(who=people, text=st.sampled_from(("売上の減少", "人手不足")), is_stale=st.booleans())
    def edit(self, who: str, text: str, is_stale: bool) -> None:
        version = self._case().version - is_stale
        self._do(lambda: edit_case(**self._who(who), version=version, facts={"difficulty": text}), may_be_silent=True)

    @rule(who=people, name=st.sampled_from(("usage_accepted_on", "accepted_on", "consulted_on")), day=days, why=texts)
    def correct_a_date(self, who: str, name: str, day: date, why: str) -> None:
        version = self._case().version
        act = lambda: edit_case(**self._who(who), version=version, facts={name: day}, reason=why)  # noqa: E731
        if getattr(self._case(), name) is not None:
            self._do(act, may_be_silent=True)

    @rule(who=people, to=people)
    def hand_over(self, who: str, to: str) -> None:
        self._do(lambda: assign_case(**self._who(who), consultant=self.members[to]))

    @rule(who=people, minutes=st.sampled_from((0, 60, 9_000, 600_000)))
    def add_line(self, who: str, minutes: int) -> None:
        line = costs.LineInput(
            category=CostCategory.NEGOTIATION,
            period_id=None,
            work="交渉",
            person="佐藤",
            hourly_rate_yen=10_000,
            minutes=max(minutes, 1),
            tax_percent=10 if minutes else 7,
            is_subcontracted=False,
        )
        version = sheet_version(self._case())
        self._do(lambda: costs.add_cost_line(**self._who(who), line=line, version=version))

    @rule(who=people, place=st.integers(0, 5))
    def remove_line(self, who: str, place: int) -> None:
        lines = list(CostLine.objects.filter(case=self.pk))
        if len(lines) > 2:
            version, line = sheet_version(self._case()), lines[place % len(lines)]
            self._do(lambda: costs.remove_cost_line(**self._who(who), line_id=line.pk, version=version))

    @rule(who=people, day=days)
    def plan_a_period(self, who: str, day: date) -> None:
        end = day + timedelta(days=180)
        self._do(lambda: add_period(**self._who(who), kind=PeriodKind.REGULAR, starts_on=day, ends_on=end))

    @rule(who=people, place=st.integers(0, 3))
    def remove_a_period(self, who: str, place: int) -> None:
        periods = list(MonitoringPeriod.objects.filter(case=self.pk))
        if periods:
            period = periods[place % len(periods)]
            self._do(lambda: remove_period(**self._who(who), period_id=period.pk))

    @rule(who=people, is_draft=st.booleans())
    def print_packet(self, who: str, is_draft: bool) -> None:
        act = lambda: packets.request_packet(**self._who(who), is_draft=is_draft, today=NOW.date())  # noqa: E731
        self._do(act, may_be_silent=True)

    # --- what always holds -------------------------------------------------------------------------------------

    @invariant()
    def every_step_is_in_the_table_and_they_form_a_chain(self) -> None:
        steps = list(CaseStep.objects.filter(case=self.pk).order_by("pk"))
        for step in steps:
            row = TRANSITIONS[CaseAction(step.action)]
            assert (step.from_stage in row.sources, step.to_stage) == (True, row.target)
            assert step.reason or not row.needs_reason
            assert SchemeFrame.NORMAL in row.frames
        assert all(one.to_stage == after.from_stage for one, after in pairwise(steps))
        assert all(one.occurred_on <= after.occurred_on for one, after in pairwise(steps))
        assert self._case().stage == (steps[-1].to_stage if steps else CaseStage.CONSULTATION)

    @invariant()
    def the_dates_are_in_their_order(self) -> None:
        case = self._case()
        dates = (case.consulted_on, case.usage_applied_on, case.usage_accepted_on, case.usage_decided_on)
        known = [day for day in dates if day is not None]
        assert known == sorted(known)
        assert case.accepted_on is None or case.usage_applied_on is None or case.accepted_on >= case.usage_applied_on

    @invariant()
    def what_is_locked_or_approved_stays_as_it_is(self) -> None:
        case, application = self._case(), Application.objects.filter(case=self.pk).first()
        state = application.state if application else ApplicationState.PREPARING
        fixed = {ApplicationState.REQUESTED, ApplicationState.APPROVED, *WITH_THE_COUNCIL}
        assert case.costs_locked is (state in fixed)
        lines = content_hash({"lines": [*CostLine.objects.filter(case=self.pk).order_by("pk").values()]})
        assert not (case.costs_locked and self.fixed_costs) or lines == self.fixed_costs
        self.fixed_costs = lines if case.costs_locked else ""
        frozen = ""
        if application is not None and state == ApplicationState.APPROVED:
            assert application.assessment_sha256 == content_hash(application.assessment)
            assert application.decided_by_id != application.requested_by_id
            frozen = content_hash({"figures": application.assessment, "forms": application.payload})
            assert self.frozen in {"", frozen}
        self.frozen = frozen

    @invariant()
    def nothing_has_left_the_office_unapproved_and_the_stage_follows_the_application(self) -> None:
        stage = CaseStage(self._case().stage)
        application = Application.objects.filter(case=self.pk).first()
        state = ApplicationState(application.state) if application else ApplicationState.PREPARING
        if state in WITH_THE_COUNCIL:
            assert application is not None
            assert application.payload is not None
            assert stage in STAGES_OF[state] | {CaseStage.LAPSED, CaseStage.WITHDRAWN}
        elif stage not in {CaseStage.LAPSED, CaseStage.WITHDRAWN}:
            assert stage in {CaseStage.CONSULTATION, CaseStage.PREPARING, CaseStage.USAGE_RETURNED}

    # --- how it is done ----------------------------------------------------------------------------------------

    def _case(self) -> Case:
        return Case.objects.select_related("enterprise", "council", "consultant__user").get(pk=self.pk)

    def _who(self, name: str) -> dict[str, Any]:
        actor = Member.objects.select_related("agency", "user").get(pk=self.members[name].pk)
        return {"actor": actor, "case_id": self.pk}

    def _rows(self) -> tuple[Any, ...]:
        case = self._case()
        application = Application.objects.filter(case=self.pk).values_list("state", "version", "assessment_sha256")
        parts = [model.objects.filter(case=self.pk).count() for model in (CostLine, MonitoringPeriod)]
        return (*(getattr(case, name) for name in EVERYTHING_THAT_MAY_MOVE), *application, *parts)

    def _do(self, act: Callable[[], object], *, steps: int = 0, events: int = 1, may_be_silent: bool = False) -> None:
        """Try something: refused, it changes nothing; accepted, it adds the events and the steps that it must.

        Where a day that was corrected moves a deadline, the deadline says so in an event of nobody's own.
        """
        trail = AuditEvent.objects.filter(object_type="case", object_id=self.pk)
        by_people = trail.filter(actor__isnull=False)
        taken = CaseStep.objects.filter(case=self.pk)
        rows, told, before = self._rows(), trail.count(), taken.count()
        said = by_people.count()
        try:
            with transaction.atomic():
                act()
        except DomainError as raised:
            refused: DomainError | None = raised
        else:
            refused = None
        if refused is not None:
            assert refused.message.endswith(("。", ")")) or "\n・" in refused.message
            assert (self._rows(), trail.count(), taken.count()) == (rows, told, before)
            return
        assert by_people.count() - said == events or (may_be_silent and (self._rows(), trail.count()) == (rows, told))
        assert all(event.reason == FOLLOWED for event in trail.filter(actor=None))
        assert taken.count() - before == steps
        stage = self._case().stage
        CaseMachine.accepted[stage] = CaseMachine.accepted.get(stage, 0) + 1


def test_no_sequence_of_actions_leaves_the_procedure(db: None) -> None:
    CaseMachine.accepted.clear()
    some = settings(
        max_examples=12,
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=True,  # the same walks each time: how far chance gets would otherwise differ from run to run
        phases=[Phase.generate],  # to shrink a failure would take minutes; its steps are printed as they are
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(CaseMachine, settings=some)
    # The machine must have got somewhere, or it has shown nothing.
    assert sum(CaseMachine.accepted.values()) > 100
    assert {CaseStage.PREPARING, CaseStage.APPLIED, CaseStage.USAGE_RETURNED} <= CaseMachine.accepted.keys()
