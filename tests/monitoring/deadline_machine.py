"""A walk through everything that moves deadlines and reminders, beside a book of who must have heard of what.

The book is kept from what the machine did alone, with the days of `deadline_oracle`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cases.enums import CaseAction, CaseStage
from cases.models import Case
from cases.services.cases import assign_case, edit_case
from cases.services.procedure import advance_case
from monitoring.enums import Channel, DeadlineKind, DeadlineState, PeriodKind
from monitoring.models import Deadline, Mail, MonitoringPeriod, Notice, Reminder
from monitoring.services.deadlines import Permission, Seen, acknowledge, extend, snooze
from monitoring.services.periods import add_period, edit_period, remove_period
from monitoring.services.sweep import plan_reminders
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.services.filing.applications import ApplicationKey
from tests.builders import make_agency, make_case, make_cost_line, make_member
from tests.monitoring.deadline_cases import at, follow_case
from tests.monitoring.deadline_oracle import Book, after_months
from tests.subsidies.claims_cases import accept, make_application
from tests.subsidies.clock_cases import give_back
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.services.members import change_roles
from vapup.shared.errors import DomainError
from vapup.work import touch, unit_of_work

START = date(2026, 5, 25)
ACCEPTED_ON = date(2024, 6, 30)
Heard = tuple[int, date, int, int]


class DeadlineMachine(RuleBasedStateMachine):
    """One office of five people and its cases; the clock jumps about."""

    steps = 0
    reminders = 0

    def __init__(self) -> None:
        super().__init__()
        self.now = at(START)
        self.books: dict[tuple[int, str, str], Book] = {}
        self.heard: set[Heard] = set()

    @initialize(is_watched=st.sampled_from((True, True, True, False)))
    def open_the_office(self, is_watched: bool) -> None:
        """Begin with a case of two periods; in most offices somebody sweeps once a day after each act."""
        self.is_watched = is_watched
        agency = make_agency()
        self.consultants = [make_member(agency, Role.CONSULTANT) for _ in range(2)]
        self.chief, self.other = make_member(agency, Role.MANAGER), make_member(agency, Role.VIEWER)
        self.admin = make_member(agency, Role.ADMIN)
        self.managers = {self.chief.pk}
        self._take_a_case()

    # --- what people do ----------------------------------------------------------------------------------------

    @rule(day=st.integers(0, 500), length=st.integers(30, 200))
    def plan_a_period(self, day: int, length: int) -> None:
        starts_on = date(2025, 3, 1) + timedelta(days=day)
        days: dict[str, Any] = {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=length)}
        made = self._replan(lambda: add_period(**self._who(), kind=PeriodKind.REGULAR, **days))
        if made is not None:
            self._plan(made.pk, **days)

    @rule(place=st.integers(0, 5), later=st.integers(-60, 60))
    def shift_a_period(self, place: int, later: int) -> None:
        period = self._period(place)
        if period is None:
            return
        shift = timedelta(days=later)
        days: dict[str, Any] = {"starts_on": period.starts_on + shift, "ends_on": period.ends_on + shift}
        act = lambda: edit_period(**self._who(), period_id=period.pk, kind=PeriodKind.REGULAR, **days)  # noqa: E731
        if self._replan(act) is not None:
            self._plan(period.pk, **days)

    @rule(place=st.integers(0, 5))
    def remove_a_period(self, place: int) -> None:
        period = self._period(place)
        if period is None or Application.objects.filter(period=period).exists():
            return
        if self._replan(lambda: remove_period(**self._who(), period_id=period.pk)) is not None:
            for kind in (DeadlineKind.MONITORING_CLAIM, DeadlineKind.FISCAL_CLOSE, DeadlineKind.TAX_RETURN):
                if book := self.books.get((self.case.pk, kind.value, f"period:{period.pk}")):
                    book.is_gone = True

    @rule(later=st.integers(0, 180))
    def correct_the_acceptance(self, later: int) -> None:
        accepted_on = ACCEPTED_ON + timedelta(days=later)
        version = Case.objects.get(pk=self.case.pk).version
        facts = {"accepted_on": accepted_on}
        if self._do(lambda: edit_case(**self._who(), version=version, facts=facts, reason="受理印に合わせる")):
            self._book(DeadlineKind.PLAN_CLAIM, "").claim_by = after_months(accepted_on, 24)
            self._follow()

    @rule(place=st.integers(-1, 5))
    def hand_in(self, place: int) -> None:
        """File the plan claim or that of a period; what leads up to it is the matter of other tests."""
        period = self._period(place) if place >= 0 else None
        if place >= 0 and period is None:
            return
        self._do(lambda: self._file(period.pk if period is not None else None))
        self._follow_claims()

    @rule(place=st.integers(0, 5))
    def come_back(self, place: int) -> None:
        filed = list(Application.objects.filter(case=self.case, state=ApplicationState.SUBMITTED).order_by("pk"))
        if filed:
            claim = filed[place % len(filed)]
            Application.objects.filter(pk=claim.pk).update(submitted_on=START - timedelta(days=400))
            key = ApplicationKey(ApplicationKind(claim.kind), claim.number)
            day = (self.now + timedelta(hours=9)).date()
            self._do(lambda: give_back(Case.objects.get(pk=self.case.pk), key, day=day))
            self._follow_claims()

    @rule(dice=st.integers(1, 6))
    def withdraw(self, dice: int) -> None:
        """Give the case up, rarely, and take another one."""
        words: dict[str, Any] = {"action": CaseAction.WITHDRAW, "occurred_on": self.today, "reason": "中止"}
        if dice == 1 and self._do(lambda: advance_case(**self._who(), **words)):
            for (case_id, _, _), book in self.books.items():
                book.is_gone = book.is_gone or case_id == self.case.pk
            self._take_a_case()

    @rule(place=st.integers(0, 9), later=st.integers(1, 90))
    def put_off(self, place: int, later: int) -> None:
        row = self._row(place)
        until = row.claim_by + timedelta(days=later)
        permission = Permission(until, self.today, "協議会の電話")
        act = lambda: extend(  # noqa: E731
            actor=self.chief, seen=Seen(row.pk, row.version), permission=permission, upload=None, now=self.now
        )
        if self._do(act):
            self.books[row.case_id or 0, row.kind, row.subject].extended = until
            self._follow()

    @rule(place=st.integers(0, 9))
    def take_note(self, place: int) -> None:
        row = self._row(place)
        seen = Seen(row.pk, row.version)
        safe_by = row.safe_by
        if self._do(lambda: acknowledge(actor=self._consultant(), seen=seen, note="", now=self.now)):
            self.books[row.case_id or 0, row.kind, row.subject].acknowledged.add(safe_by)

    @rule(place=st.integers(0, 9), later=st.integers(1, 40), is_chief=st.booleans())
    def leave_me_alone(self, place: int, later: int, is_chief: bool) -> None:
        row = self._row(place)
        who, until = self.chief if is_chief else self._consultant(), self.today + timedelta(days=later)
        seen = Seen(row.pk, row.version)
        if self._do(lambda: snooze(actor=who, seen=seen, until=until, reason="返事待ち", now=self.now)):
            self.books[row.case_id or 0, row.kind, row.subject].snoozed[row.safe_by, who.pk] = until

    @rule()
    def hand_over(self) -> None:
        successor = next(one for one in self.consultants if one.pk != self._consultant().pk)
        self._do(lambda: assign_case(actor=self.chief, case_id=self.case.pk, consultant=successor))

    @rule()
    def change_who_manages(self) -> None:
        is_manager = self.other.pk in self.managers
        roles = [Role.VIEWER] if is_manager else [Role.VIEWER, Role.MANAGER]
        with time_machine.travel(self.now, tick=False):
            change_roles(actor=self.admin, member_id=self.other.pk, roles=roles)  # of the agency: no case follows it
        self.managers ^= {self.other.pk}

    # --- time ----------------------------------------------------------------------------------------------------

    @rule(days=st.sampled_from((-1, 0, 1, 2, 3, 7, 14, 40)), seconds=st.sampled_from((0, 32_399, 32_400, 86_399)))
    def jump(self, days: int, seconds: int) -> None:
        midnight = at(self.today, 0) - timedelta(hours=9)
        instant = midnight + timedelta(days=days, seconds=seconds)
        if instant < self.now:
            self.sweep(days=0)  # what is asked for now would wait until a clock that goes back has caught up
        self.now = instant

    @rule(days=st.sampled_from((0, 1, 3, 10)))
    def sweep(self, days: int) -> None:
        self.now += timedelta(days=days)
        with time_machine.travel(self.now, tick=False):
            plan_reminders(now=self.now)
        self._expect()

    @rule(days=st.integers(1, 9))
    def sweep_every_day(self, days: int) -> None:
        for _ in range(days):
            self.sweep(days=1)

    def _expect(self) -> None:
        """Write into the oracle's book who must have heard of what by now."""
        ids = {(row.case_id or 0, row.kind, row.subject): row for row in Deadline.objects.filter(agency=self.agency)}
        for key, book in self.books.items():
            if not book.is_open or (offset := book.due(self.today)) is None:
                book.is_over = book.is_over or (book.is_open and self.today > book.last)
                continue
            row = ids[key]
            is_lost = self.today > book.last
            for member_id in self._people(book, row.consultant_id or 0, offset, is_lost=is_lost):
                told = self._of_person(book, member_id, offset, is_lost=is_lost)
                earlier = [one[2] for one in self.heard if (one[0], one[1], one[3]) == (row.pk, book.safe, member_id)]
                latest = min(earlier, default=999)
                if is_lost and latest <= offset:  # it was lost before, and somebody mended that for a while
                    told = (book.safe - self.today).days
                if told is not None and told < latest:
                    self.heard.add((row.pk, book.safe, told, member_id))
            book.is_over = is_lost

    def _people(self, book: Book, consultant_id: int, offset: int, *, is_lost: bool) -> set[int]:
        people = {consultant_id}
        is_noted = book.safe in book.acknowledged
        if is_lost or (not book.is_event and offset <= (14 if is_noted else 30)):
            people |= self.managers
        if is_lost or (not book.is_event and offset <= (3 if is_noted else 7)):
            people.add(self.admin.pk)
        return people

    def _of_person(self, book: Book, member_id: int, offset: int, *, is_lost: bool) -> int | None:
        until = book.snoozed.get((book.safe, member_id))
        if until is None or is_lost:
            return offset
        return None if self.today < until else min(offset, (book.safe - until).days)

    def teardown(self) -> None:
        """Count what the walk has brought about."""
        DeadlineMachine.reminders += len(self.heard)

    # --- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def everybody_heard_what_they_must_and_nothing_else(self) -> None:
        if not hasattr(self, "agency"):
            return
        rows = Reminder.objects.filter(agency=self.agency)
        columns = ("deadline", "safe_by", "offset_days", "recipient")
        in_app = list(rows.filter(channel=Channel.IN_APP).values_list(*columns))
        assert len(in_app) == len(set(in_app))
        extra, missing = set(in_app) - self.heard, self.heard - set(in_app)
        assert (extra, missing) == (set(), set()), f"{self.today}: extra {extra}, missing {missing}"
        assert set(rows.filter(channel=Channel.MAIL).values_list(*columns)) == self.heard
        assert Notice.objects.filter(agency=self.agency).count() == len(in_app)
        assert not Mail.objects.filter(agency=self.agency, reminders=None).exists()
        DeadlineMachine.steps += 1

    @invariant()
    def the_ledger_holds_the_days_and_states_that_the_rows_ask_for(self) -> None:
        if not hasattr(self, "agency"):
            return
        for row in Deadline.objects.filter(agency=self.agency).exclude(kind=DeadlineKind.RETENTION):
            book = self.books[row.case_id or 0, row.kind, row.subject]
            if book.is_gone:
                assert row.state != DeadlineState.OPEN
                continue
            assert (row.claim_by, row.safe_by) == (book.last, book.safe)
            over = DeadlineState.PASSED if book.is_event else DeadlineState.LAPSED
            state = DeadlineState.MET if book.is_met else over if book.is_over else DeadlineState.OPEN
            assert row.state == state
        lapsed = Deadline.objects.filter(agency=self.agency, state=DeadlineState.LAPSED).count()
        assert AuditEvent.objects.filter(agency=self.agency, verb="lapsed").count() >= lapsed

    # --- how it is done ----------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=9)).date()

    def _take_a_case(self) -> None:
        self.case = make_case(self.consultants[0])
        self.agency = self.case.agency
        make_cost_line(self.case, gross_yen=1_500_000)
        accept(self.case)
        days = {"usage_applied_on": ACCEPTED_ON, "usage_accepted_on": ACCEPTED_ON, "accepted_on": ACCEPTED_ON}
        Case.objects.filter(pk=self.case.pk).update(**days, usage_decided_on=None, stage=CaseStage.MONITORING)
        with time_machine.travel(self.now, tick=False):
            follow_case(self.case)
        self.books[self.case.pk, DeadlineKind.PLAN_CLAIM.value, ""] = Book(
            after_months(ACCEPTED_ON, 24), is_event=False
        )

    def _plan(self, pk: int, *, starts_on: date, ends_on: date) -> None:
        self._expect_row(DeadlineKind.MONITORING_CLAIM, pk, after_months(ends_on, 6))
        year_end = date(ends_on.year if ends_on >= date(ends_on.year, 3, 31) else ends_on.year - 1, 3, 31)
        is_inside = year_end >= starts_on
        for kind, day in ((DeadlineKind.FISCAL_CLOSE, year_end), (DeadlineKind.TAX_RETURN, after_months(year_end, 2))):
            if is_inside:
                self._expect_row(kind, pk, day)
            elif book := self.books.get((self.case.pk, kind.value, f"period:{pk}")):
                book.is_gone = True
        self._follow()
        self._follow_claims()

    def _expect_row(self, kind: DeadlineKind, pk: int, day: date) -> None:
        key = (self.case.pk, kind.value, f"period:{pk}")
        book = self.books.setdefault(key, Book(day, is_event=kind is not DeadlineKind.MONITORING_CLAIM))
        book.claim_by, book.is_gone = day, False

    def _book(self, kind: DeadlineKind, subject: str) -> Book:
        return self.books[self.case.pk, kind.value, subject]

    def _follow(self) -> None:
        """Let what was over run again where its day lies ahead now, as every write to the case does."""
        for (case_id, _, _), book in self.books.items():
            if case_id == self.case.pk and not book.is_gone and book.last >= self.today:
                book.is_over = False

    def _follow_claims(self) -> None:
        """Let the book know which claims are with the council."""
        filed = Application.objects.filter(case=self.case, state=ApplicationState.SUBMITTED)
        subjects = {"" if one.period_id is None else f"period:{one.period_id}" for one in filed}
        for (case_id, _, subject), book in self.books.items():
            if case_id == self.case.pk and not book.is_gone:
                book.is_met = subject in subjects
                book.is_over = book.is_over and not book.is_met

    @unit_of_work()
    def _file(self, period_id: int | None) -> bool:
        touch("case", self.agency.pk, self.case.pk)
        kind = ApplicationKind.PLAN_CLAIM if period_id is None else ApplicationKind.MONITORING_CLAIM
        number = 1 if period_id is None else Application.objects.filter(case=self.case, kind=kind).count() + 1
        claim = Application.objects.filter(case=self.case, kind=kind, period_id=period_id).first()
        if claim is None:
            claim = make_application(self.case, kind=kind, period_id=period_id, number=number)
        Application.objects.filter(pk=claim.pk).update(state=ApplicationState.SUBMITTED, submitted_on=self.today)
        return True

    def _replan(self, act: Callable[[], Any]) -> Any:
        """Change the periods; the office may do so while the usage application is open."""
        Case.objects.filter(pk=self.case.pk).update(stage=CaseStage.PREPARING, costs_locked=False)
        done = self._do(act)
        Case.objects.filter(pk=self.case.pk).update(stage=CaseStage.MONITORING, costs_locked=True)
        return done

    def _do(self, act: Callable[[], Any]) -> Any:
        """Try something; a refusal changes nothing, what is done lets the deadlines of the case follow."""
        try:
            with time_machine.travel(self.now, tick=False), transaction.atomic():
                done = act()
        except DomainError:
            return None
        self._follow()
        return done or True

    @invariant()
    def somebody_sweeps(self) -> None:
        """Let a day pass, and sweep, where the office is watched."""
        if getattr(self, "is_watched", False):
            self.sweep(days=1)

    def _who(self) -> dict[str, Any]:
        return {"actor": self.chief, "case_id": self.case.pk}

    def _consultant(self) -> Member:
        return Case.objects.select_related("consultant__user", "consultant__agency").get(pk=self.case.pk).consultant

    def _period(self, place: int) -> MonitoringPeriod | None:
        periods = list(MonitoringPeriod.objects.filter(case=self.case).order_by("pk"))
        return periods[place % len(periods)] if periods else None

    def _row(self, place: int) -> Deadline:
        rows = list(Deadline.objects.filter(case=self.case).order_by("pk"))
        return rows[place % len(rows)]
