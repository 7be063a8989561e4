"""Whatever a service changes, the deadlines have followed when it returns: all services are walked through in one list.

A new service that runs as a unit of work fails this test until it is walked here, or named among those that no deadline
rests on.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
import time_machine

from cases.enums import CaseAction, Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, Council, Enterprise, EnterpriseMerge
from cases.selectors.merging import merge_plan, shown_hash
from cases.services import relations
from cases.services.assigning import assign_cases
from cases.services.banks import record_stance
from cases.services.cases import assign_case, edit_case, open_case
from cases.services.enterprises import edit_enterprise, register_enterprise
from cases.services.guideline import record_guideline
from cases.services.merging import Merging, merge_enterprises, unmerge_enterprises
from cases.services.people import switch_off_member
from cases.services.procedure import advance_case
from monitoring.enums import DeadlineKind, PeriodKind
from monitoring.models import Deadline
from monitoring.services.deadlines import Permission, Seen, acknowledge, extend, snooze
from monitoring.services.periods import add_period, edit_period, remove_period
from subsidies.enums import ApplicationKind, CostCategory, PaperPlace, PaperStatus
from subsidies.selectors.estimate.cost_sheet import application_of, sheet_version
from subsidies.selectors.filing.requirements import PaperSlot, requirements_of
from subsidies.services.estimate import costs
from subsidies.services.filing import approval, council, papers
from subsidies.services.filing.applications import (
    ApplicationKey,
    Beginning,
    begin_application,
    cancel_application,
    edit_letter,
)
from tests.builders import make_case, make_enterprise, make_member, make_ready_case
from tests.casework import DAY, NOW, answer_returns, approve_application, shown_of, submit_application
from tests.documents.files import pdf
from tests.monitoring.deadline_cases import assert_in_step, at, follow_case, stored
from tests.monitoring.follow_up.laying import lay_as_proposed
from tests.subsidies.clock_cases import CLAIMED_ON, PLAN_CLAIM, claim_the_plan, give_back
from tests.subsidies.unrelated_services import UNRELATED
from vapup import work
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.accounts.services.agencies import change_agency
from vapup.accounts.services.invitations import accept_as_new_user, invite
from vapup.accounts.services.members import change_roles, switch_on

ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = ("cases/services", "subsidies/services", "monitoring/services", "vapup/accounts/services")
Step = Callable[[], object]


class Walk:
    """The office that the walk goes through, and its steps; each starts from what the ones before left."""

    def __init__(self, members: dict[str, Member]) -> None:
        self.consultant, self.manager = members["consultant"], members["manager"]
        self.admin, self.successor = members["admin"], members["successor"]
        self.agency = self.consultant.agency
        self.case = make_ready_case(self.consultant)
        follow_case(self.case)
        self.lender = self.case.enterprise.lenders.get()

    def who(self, case: Case | None = None) -> dict[str, Any]:
        return {"actor": self.consultant, "case_id": (case or self.case).pk}

    def version(self) -> int:
        return Case.objects.get(pk=self.case.pk).version

    def steps(self) -> Iterator[Step]:
        yield from self.office()
        yield from self.another_case()
        yield from self.relations()
        yield from self.plan()
        yield from self.papers()
        yield from self.usage()
        yield from self.claims()
        yield from self.deadlines()
        yield from self.people()
        yield from self.ends()

    def office(self) -> Iterator[Step]:
        settings = {"certification_expires_on": date(2026, 9, 30)}
        yield partial(change_agency, actor=self.admin, version=1, values=settings)

    def another_case(self) -> Iterator[Step]:
        facts = {
            "name": "港造船株式会社",
            "name_kana": "ミナトゾウセン",
            "legal_form": LegalForm.COMPANY,
            "corporate_number": "",
            "representative": "港 一郎",
            "address": "宮城県塩竈市港町1-1",
            "industry": Industry.MANUFACTURING_OTHER,
            "business": "造船",
            "employee_count": 30,
            "fiscal_year_end_month": 9,
            "annual_sales_yen": 400_000_000,
            "interest_bearing_debt_yen": 100_000_000,
        }
        yield partial(register_enterprise, actor=self.consultant, facts=facts, is_another=False)
        enterprise = Enterprise.objects.get(agency=self.agency, name="港造船株式会社")
        opened: dict[str, Any] = {
            "frame": SchemeFrame.VUP_BANK,
            "council": Council.objects.get(code="04"),
            "consulted_on": date(2025, 4, 1),
            "planned_accepted_on": date(2025, 6, 1),
        }
        words: dict[str, Any] = {
            "actor": self.consultant,
            "enterprise_id": enterprise.pk,
            "consultant": self.consultant,
        }
        yield partial(open_case, **words, facts=opened, today=DAY)
        case = Case.objects.get(enterprise=enterprise)
        yield partial(edit_case, **self.who(case), version=1, facts={"frame": SchemeFrame.VUP})

    def relations(self) -> Iterator[Step]:
        whose: dict[str, Any] = {"actor": self.consultant, "enterprise_id": self.case.enterprise_id}
        facts: dict[str, Any] = {"bank_name": "仙台銀行", "branch_name": "", "role": LenderRole.OTHER}
        facts |= {"balance_yen": 1_000_000, "guaranteed_yen": 0}
        yield partial(relations.add_lender, **whose, facts=facts)
        second = self.case.enterprise.lenders.get(bank_name="仙台銀行")
        yield partial(relations.edit_lender, **whose, lender_id=second.pk, facts={**facts, "branch_name": "本店"})
        yield partial(relations.remove_lender, **whose, lender_id=second.pk)
        use = {"frame": SchemeFrame.NORMAL, "category": PaidCategory.PLANNING, "paid_yen": 300_000}
        yield partial(relations.add_past_use, **whose, facts=use)
        past = self.case.enterprise.past_uses.get()
        yield partial(relations.remove_past_use, **whose, past_use_id=past.pk)
        yield from self.merging()
        month: dict[str, Any] = {"fiscal_year_end_month": 12, "corporate_number": ""}
        yield partial(edit_enterprise, **whose, version=3, facts=month)
        other = {"name": "駅前会計", "certification_expires_on": date(2026, 2, 28)}
        yield partial(relations.add_co_agency, **self.who(), facts=other)
        co_agency = self.case.co_agencies.get()
        yield partial(relations.remove_co_agency, **self.who(), co_agency_id=co_agency.pk)
        letter = {"consultation_letter_on": date(2025, 4, 10), "letters_valid_until": date(2025, 9, 30)}
        yield partial(record_stance, **self.who(), lender_id=self.lender.pk, version=1, facts=letter, today=DAY)

    def merging(self) -> Iterator[Step]:
        """Merge the enterprise into another and take it back: its open cases move to one with another fiscal year."""
        other = make_enterprise(self.agency, name="山田水産")
        Enterprise.objects.filter(pk=other.pk).update(fiscal_year_end_month=9)
        other.refresh_from_db()
        own = Enterprise.objects.get(pk=self.case.enterprise_id)
        plan = merge_plan(other, own)
        merging = Merging(gone_id=own.pk, taken=[], shown_sha256=shown_hash(plan))
        yield partial(merge_enterprises, actor=self.manager, kept_id=other.pk, merging=merging)
        merge = EnterpriseMerge.objects.get(kept=other)
        yield partial(unmerge_enterprises, actor=self.manager, merge_id=merge.pk, reason="別の会社", now=NOW)

    def plan(self) -> Iterator[Step]:
        days: dict[str, Any] = {"starts_on": date(2027, 4, 1), "ends_on": date(2027, 9, 30)}
        yield partial(add_period, **self.who(), kind=PeriodKind.REGULAR, **days)
        period = self.case.monitoring_periods.get(**days)
        days["ends_on"] = date(2028, 3, 31)
        yield partial(edit_period, **self.who(), period_id=period.pk, kind=PeriodKind.REGULAR, **days)
        yield partial(lay_as_proposed, **self.who(), starts_on=days["starts_on"])
        yield partial(remove_period, **self.who(), period_id=period.pk)
        line = self.line(CostCategory.NEGOTIATION)
        yield partial(costs.add_cost_line, **self.who(), line=line, version=sheet_version(self.fresh()))
        more = self.line(CostCategory.PLANNING)
        added = self.case.cost_lines.latest("pk").pk
        yield partial(
            costs.change_cost_line, **self.who(), line_id=added, line=more, version=sheet_version(self.fresh())
        )
        yield partial(costs.remove_cost_line, **self.who(), line_id=added, version=sheet_version(self.fresh()))

    def line(self, category: CostCategory) -> costs.LineInput:
        return costs.LineInput(
            category=category,
            period_id=None,
            work="追加の支援",
            person="佐藤",
            hourly_rate_yen=10_000,
            minutes=60,
            tax_percent=10,
            is_subcontracted=False,
        )

    def fresh(self) -> Case:
        return Case.objects.select_related("enterprise", "council", "agency", "consultant__user").get(pk=self.case.pk)

    def slot(self) -> PaperSlot:
        slots = requirements_of(application_of(self.fresh()))
        return next(one for one in slots if one.requirement.max_age_months == 3 and one.is_needed)

    def papers(self) -> Iterator[Step]:
        application = application_of(self.fresh())
        application.save()
        facts = {
            "status": PaperStatus.WORKING,
            "reason": "",
            "place": PaperPlace.OFFICE,
            "is_original": True,
            "issued_on": date(2025, 4, 15),
            "valid_until": None,
            "stated_edition": "",
            "stated_name": "",
            "stated_address": "",
            "stated_yen": None,
        }
        address = papers.PaperAddress(case_id=self.case.pk, application_id=application.pk, key=self.slot().key)
        whose: dict[str, Any] = {"actor": self.consultant, "address": address, "now": NOW}
        yield partial(papers.record_paper, **whose, version=0, facts=facts)
        yield partial(papers.mark_place, **whose, version=self.paper_version(), place=PaperPlace.ENTERPRISE)
        yield partial(papers.upload_paper, **whose, name="register.pdf", stream=BytesIO(pdf()), note="")
        seen = {address.key: self.paper_version()}
        ids = {"case_id": self.case.pk, "application_id": application.pk}
        yield partial(papers.check_papers, actor=self.consultant, **ids, seen=seen, now=NOW)
        yield partial(papers.leave_out, **whose, version=self.paper_version(), reason="不要")

    def paper_version(self) -> int:
        paper = self.slot().paper
        return paper.version if paper is not None else 0

    def usage(self) -> Iterator[Step]:
        yield partial(approve_application, self.case, self.consultant, self.manager)
        yield partial(approval.reopen, case_id=self.case.pk, actor=self.manager, reason="金額の見直し")
        again = partial(approval.request_approval, **self.who(), note="", now=NOW)
        yield lambda: again(version=application_of(self.fresh()).version)
        back = partial(approval.send_back, case_id=self.case.pk, actor=self.manager, comment="直すこと", now=NOW)
        yield lambda: back(shown_sha256=shown_of(self.case))
        yield partial(submit_application, self.case, self.consultant, self.manager, day=DAY)
        yield partial(give_back, self.case, ApplicationKey(ApplicationKind.USAGE), day=DAY)
        yield partial(answer_returns, self.case, self.consultant)
        yield partial(submit_application, self.case, self.consultant, self.manager, day=DAY)
        yield partial(council.record_acceptance, **self.who(), accepted_on=DAY, receipt_number="R7-1", today=DAY)
        yield partial(council.record_decision, **self.who(), decided_on=DAY, decided_yen=None, today=DAY)

    def claims(self) -> Iterator[Step]:
        change = ApplicationKey(ApplicationKind.CHANGE)
        texts: dict[str, Any] = {"subject": "回数の変更", "explanation": "年2回に改める。"}
        yield partial(begin_application, **self.who(), beginning=Beginning(kind=ApplicationKind.CHANGE, **texts))
        yield partial(edit_letter, **self.who(), key=change, version=1, texts={**texts, "subject": "変更"})
        yield partial(cancel_application, **self.who(), key=change, reason="不要になった")
        yield partial(claim_the_plan, self.case, self.manager)
        whose: dict[str, Any] = {**self.who(), "today": CLAIMED_ON, "key": PLAN_CLAIM}
        yield partial(council.record_acceptance, **whose, accepted_on=CLAIMED_ON, receipt_number="")
        yield partial(council.record_decision, **whose, decided_on=CLAIMED_ON, decided_yen=500_000)
        yield partial(council.record_payment, **whose, paid_on=CLAIMED_ON, paid_yen=500_000)

    def deadlines(self) -> Iterator[Step]:
        def seen() -> Seen:
            row = Deadline.objects.get(case=self.case, kind=DeadlineKind.MONITORING_CLAIM, period_number=1)
            return Seen(row.pk, row.version)

        yield lambda: acknowledge(actor=self.consultant, seen=seen(), note="", now=NOW)
        yield lambda: snooze(actor=self.consultant, seen=seen(), until=date(2025, 6, 1), reason="返事待ち", now=NOW)
        said = Permission(date(2027, 6, 30), DAY, "協議会の電話")
        yield lambda: extend(actor=self.manager, seen=seen(), permission=said, upload=None, now=NOW)

    def people(self) -> Iterator[Step]:
        yield partial(assign_case, actor=self.manager, case_id=self.case.pk, consultant=self.successor)
        yield partial(assign_cases, actor=self.manager, case_ids=[self.case.pk], consultant=self.consultant)
        yield partial(assign_case, actor=self.manager, case_id=self.case.pk, consultant=self.successor)
        yield partial(
            switch_off_member, actor=self.admin, member_id=self.successor.pk, successor=self.consultant, reason="退職"
        )
        yield partial(switch_on, actor=self.admin, member_id=self.successor.pk)
        yield partial(change_roles, actor=self.admin, member_id=self.successor.pk, roles=[Role.MANAGER])
        yield lambda: accept_as_new_user(
            token=invite(
                actor=self.admin, email="new@example.jp", display_name="新人", roles=[Role.MANAGER], now=at(DAY)
            ).token,
            display_name="新人",
            password="korehatesutonopasu-2",
            now=at(DAY),
        )

    def ends(self) -> Iterator[Step]:
        yield partial(
            advance_case, **self.who(), action=CaseAction.WITHDRAW, occurred_on=date(2026, 3, 31), reason="廃業"
        )
        guideline = make_case(self.consultant, frame=SchemeFrame.SME_GL, number="G-1")
        follow_case(guideline)
        steps = {
            "expert_name": "高橋 誠",
            "main_creditors_agreed_on": date(2025, 4, 2),
            "appointed_on": date(2025, 4, 3),
            "standstill_requested_on": date(2025, 4, 7),
            "standstill_until": date(2025, 10, 6),
        }
        yield partial(record_guideline, **self.who(guideline), version=1, facts=steps, today=DAY)
        refused = make_ready_case(self.consultant, number="R-1")
        follow_case(refused)
        yield partial(submit_application, refused, self.consultant, self.manager, day=DAY)
        yield partial(council.record_refusal, **self.who(refused), refused_on=DAY, reason="対象外", today=DAY)


@pytest.fixture
def members(consultant: Member, manager: Member, admin: Member) -> dict[str, Member]:
    successor = make_member(consultant.agency, Role.CONSULTANT, display_name="後任")
    return {"consultant": consultant, "manager": manager, "admin": admin, "successor": successor}


def units_of_work() -> set[str]:
    """Return every function of the services that runs as a unit of work, as module:name."""
    found = set()
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and "unit_of_work()" in ast.unparse(node):
                    found.add(f"{path.relative_to(ROOT).with_suffix('')}:{node.name}")
    return found


def running() -> Iterator[str]:
    """Yield which functions of the services run now, as module:name; of decorated ones the frame of the decorator."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        function = frame.f_locals.get("func") if frame.f_code.co_name == "inner" else None
        code: CodeType = getattr(function, "__code__", frame.f_code)
        if "/services/" in code.co_filename and code.co_filename.startswith(str(ROOT)):
            yield f"{Path(code.co_filename).relative_to(ROOT).with_suffix('')}:{code.co_name}"
        frame = frame.f_back


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Collect the services that end a unit of work."""
    found: set[str] = set()
    catch_up = work._catch_up

    def note(marks: work.Marks) -> None:
        found.update(running())
        catch_up(marks)

    monkeypatch.setattr(work, "_catch_up", note)
    return found


def test_the_deadlines_follow_every_service_and_no_service_is_forgotten(
    members: dict[str, Member], ran: set[str]
) -> None:
    with time_machine.travel(at(DAY), tick=False):
        walk = Walk(members)
        for step in walk.steps():
            step()
            assert_in_step(walk.agency.pk)
    assert {row["kind"] for row in stored(walk.agency.pk)} == set(DeadlineKind)
    declared = units_of_work()
    forgotten = {name for name in declared - ran if not {name, name.split(":")[0]} & UNRELATED}
    assert forgotten == set()
    assert declared | {name.split(":")[0] for name in declared} >= UNRELATED
