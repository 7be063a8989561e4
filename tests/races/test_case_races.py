"""Ten people in the same moment: numbers, edits, steps, approvals and packets, on real threads and connections."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from django.test import Client

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import Case, CaseStep, Council, Lender
from cases.services.cases import edit_case, open_case
from cases.services.procedure import advance_case
from cases.services.relations import add_co_agency, add_lender
from monitoring.services.periods import remove_period
from subsidies.enums import ApplicationState, CostCategory, PacketState
from subsidies.models import Application, CostLine, Packet
from subsidies.packets.content import content_of
from subsidies.selectors.estimate.cost_sheet import application_of
from subsidies.services.estimate.costs import LineInput, add_cost_line
from subsidies.services.filing import approval as approvals
from subsidies.services.output import packets
from subsidies.services.output.printing import render_packet
from tests.builders import make_agency, make_case, make_enterprise, make_member, make_period, make_ready_case
from tests.races.conftest import kinds, run_at_once, within
from tests.subsidies.packet_cases import make_approved
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.services.agencies import change_agency
from vapup.documents.models import StoredDocument

pytestmark = pytest.mark.usefixtures("sent")
NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
TODAY = date(2025, 5, 1)


@pytest.fixture
def office(db: None) -> dict[str, Member]:
    agency = make_agency()
    return {role.value: make_member(agency, role) for role in Role}


def events(case: Case, *verbs: Verb) -> int:
    return AuditEvent.objects.filter(object_type="case", object_id=case.pk, verb__in=verbs).count()


def line(work: str) -> LineInput:
    return LineInput(
        category=CostCategory.PLANNING,
        period_id=None,
        work=work,
        person="佐藤",
        hourly_rate_yen=10_000,
        minutes=60,
        tax_percent=10,
        is_subcontracted=False,
    )


def test_ten_cases_opened_at_once_get_ten_consecutive_numbers(office: dict[str, Member]) -> None:
    actor = office["consultant"]
    enterprise = make_enterprise(actor.agency)
    facts: dict[str, Any] = {
        "frame": SchemeFrame.NORMAL,
        "council": Council.objects.get(code="04"),
        "consulted_on": TODAY,
        "planned_accepted_on": date(2025, 6, 1),
    }
    opening = partial(
        open_case, actor=actor, enterprise_id=enterprise.pk, consultant=actor, facts=facts, today=date(2031, 1, 1)
    )
    answers = run_at_once([within(actor.agency, opening) for _ in range(10)])
    assert kinds(answers) == ["done"] * 10
    assert sorted(case.number for case in answers) == [f"C-2031-{number:04d}" for number in range(1, 11)]
    assert AuditEvent.objects.filter(agency=actor.agency, verb=Verb.CREATED).count() == 10


def test_of_twenty_edits_of_one_version_one_is_saved(office: dict[str, Member]) -> None:
    case = make_case(office["consultant"])
    edits = [
        partial(edit_case, actor=office["manager"], case_id=case.pk, version=1, facts={"difficulty": f"経緯{one}"})
        for one in range(20)
    ]
    answers = run_at_once([within(case.agency, edit) for edit in edits])
    assert Counter(kinds(answers)) == {"done": 1, "EditedMeanwhile": 19}
    saved = next(answer for answer in answers if isinstance(answer, Case))
    case.refresh_from_db()
    assert (case.difficulty, case.version) == (saved.difficulty, 2)
    assert events(case, Verb.CHANGED) == 1


def test_over_http_the_late_ones_get_409_with_their_own_input(office: dict[str, Member]) -> None:
    case = make_case(office["consultant"])
    browsers = [Client() for _ in range(8)]
    for browser in browsers:
        browser.force_login(office["manager"].user)
    form = {"frame": "normal", "council": "04", "consulted_on": "2025-04-01", "planned_accepted_on": "2025-05-12"}
    saves = [
        partial(browser.post, f"/cases/{case.number}/edit/", {**form, "version": "1", "difficulty": f"経緯その{one}"})
        for one, browser in enumerate(browsers)
    ]
    answers = run_at_once(saves)
    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 7}
    case.refresh_from_db()
    for one, answer in enumerate(answers):
        if answer.status_code == 409:
            page = answer.content.decode()
            assert f"経緯その{one}</textarea>" in page
            assert case.difficulty in page  # what the first one saved
            assert answer.context["form"]["version"].value() == "2"  # so that the next save is a knowing one


def test_of_ten_lines_added_to_one_version_of_the_sheet_one_is_saved(office: dict[str, Member]) -> None:
    case = make_case(office["consultant"])
    adding = [
        partial(add_cost_line, case_id=case.pk, actor=office["consultant"], line=line(f"業務{one}"), version=1)
        for one in range(10)
    ]
    answers = run_at_once([within(case.agency, add) for add in adding])
    assert Counter(kinds(answers)) == {"done": 1, "EditedMeanwhile": 9}
    assert CostLine.objects.filter(case=case).count() == 1
    assert Application.objects.get(case=case).version == 2


def test_a_step_clicked_five_times_is_taken_once(office: dict[str, Member]) -> None:
    case = make_case(office["consultant"], stage=CaseStage.CONSULTATION)
    step = partial(
        advance_case,
        actor=office["consultant"],
        case_id=case.pk,
        action=CaseAction.START_PREPARATION,
        occurred_on=TODAY,
    )
    answers = run_at_once([within(case.agency, step)] * 5)
    assert Counter(kinds(answers)) == {"done": 1, "TransitionRefused": 4}
    assert CaseStep.objects.filter(case=case).count() == 1
    assert events(case, Verb.ADVANCED) == 1


def test_an_approval_is_asked_for_once(office: dict[str, Member]) -> None:
    case = make_ready_case(office["consultant"])
    ask = partial(
        approvals.request_approval, case_id=case.pk, actor=office["consultant"], version=1, note="お願いします", now=NOW
    )
    answers = run_at_once([within(case.agency, ask)] * 5)
    assert Counter(kinds(answers)) == {"done": 1, "StepRefused": 4}
    assert events(case, Verb.APPROVAL_REQUESTED) == 1
    assert Application.objects.get(case=case).version == 2


def test_approving_and_sending_back_at_once_leaves_one_decision(office: dict[str, Member]) -> None:
    case, manager = make_ready_case(office["consultant"]), office["manager"]
    approvals.request_approval(case_id=case.pk, actor=office["consultant"], version=1, note="", now=NOW)
    shown = approvals.decision_hash(application_of(case), content_of(application_of(case)))
    approval = approvals.Approval(shown_sha256=shown)
    approve = partial(approvals.approve, case_id=case.pk, actor=manager, approval=approval, now=NOW, prepared_on=TODAY)
    refuse = partial(
        approvals.send_back, case_id=case.pk, actor=manager, comment="経緯を詳しく", now=NOW, shown_sha256=shown
    )
    answers = run_at_once([within(case.agency, act) for act in (approve, refuse, approve, refuse)])
    assert Counter(kinds(answers)) == {"done": 1, "StepRefused": 3}
    application = Application.objects.get(case=case)
    assert application.state in {ApplicationState.APPROVED, ApplicationState.SENT_BACK}
    assert events(case, Verb.APPROVED, Verb.SENT_BACK) == 1
    case.refresh_from_db()
    assert case.costs_locked is (application.state == ApplicationState.APPROVED)


def test_costs_do_not_slip_in_while_the_approval_is_asked_for(office: dict[str, Member]) -> None:
    case, actor = make_ready_case(office["consultant"]), office["consultant"]
    ask = partial(approvals.request_approval, case_id=case.pk, actor=actor, version=1, note="", now=NOW)
    add = partial(add_cost_line, case_id=case.pk, actor=actor, line=line("追加"), version=1)
    answers = run_at_once([within(case.agency, act) for act in (ask, add)])
    # Whoever is second is told so: the sheet is fixed, or the sheet has changed.
    assert kinds(answers) in (["CostsLocked", "done"], ["EditedMeanwhile", "done"])
    is_requested = Application.objects.get(case=case).state == ApplicationState.REQUESTED
    assert CostLine.objects.filter(case=case, work="追加").exists() is not is_requested


def test_a_draft_clicked_five_times_is_one_packet(office: dict[str, Member], sent: list[dict[str, int]]) -> None:
    case = make_ready_case(office["consultant"])
    ask = partial(packets.request_packet, case_id=case.pk, actor=office["consultant"], is_draft=True, today=TODAY)
    answers = run_at_once([within(case.agency, ask)] * 5)
    assert kinds(answers) == ["done"] * 5
    packet = Packet.objects.get(case=case)
    assert {answer.pk for answer in answers} == {packet.pk}
    assert events(case, Verb.PACKET_REQUESTED) == 1
    assert sent == [{"agency_id": case.agency_id, "packet_id": packet.pk}]


def test_two_workers_make_one_document(office: dict[str, Member]) -> None:
    case = make_ready_case(office["consultant"])
    make_approved(case, requested_by=office["consultant"], decided_by=office["manager"])
    packet = packets.request_packet(case_id=case.pk, actor=office["admin"], is_draft=False, today=TODAY)
    make = partial(render_packet, agency_id=case.agency_id, packet_id=packet.pk, now=NOW)
    answers = run_at_once([within(case.agency, make)] * 3)
    assert kinds(answers) == ["done"] * 3
    assert [answer.pk for answer in answers if answer is not None] == [packet.pk]
    packet.refresh_from_db()
    assert packet.state == PacketState.DONE
    stored = StoredDocument.objects.filter(agency=case.agency)
    assert {one.pk for one in stored} == {packet.document_id, packet.archive_id}  # the PDF and the ZIP, each once
    assert events(case, Verb.PACKET_MADE) == 1


def test_an_enterprise_gets_one_main_lender(office: dict[str, Member]) -> None:
    actor = office["consultant"]
    enterprise = make_enterprise(actor.agency)
    facts = {"bank_name": "仙台銀行", "branch_name": "", "role": "main", "balance_yen": 0, "guaranteed_yen": 0}
    add = partial(add_lender, actor=actor, enterprise_id=enterprise.pk, facts=facts)
    answers = run_at_once([within(actor.agency, add)] * 6)
    assert Counter(kinds(answers)) == {"done": 1, "LenderRefused": 5}
    assert Lender.objects.filter(enterprise=enterprise).count() == 1


def test_the_same_co_agency_is_added_once(office: dict[str, Member]) -> None:
    case = make_case(office["consultant"])
    add = partial(add_co_agency, actor=office["consultant"], case_id=case.pk, facts={"name": "駅前会計"})
    assert Counter(kinds(run_at_once([within(case.agency, add)] * 4))) == {"done": 1, "CoAgencyRefused": 3}
    assert case.co_agencies.count() == 1


def test_a_period_that_gets_costs_meanwhile_is_not_removed(office: dict[str, Member]) -> None:
    case, actor = make_case(office["consultant"]), office["consultant"]
    period = make_period(case)
    entry = line("第1回の報告")
    monitored = LineInput(
        **{
            **{name: getattr(entry, name) for name in LineInput.__dataclass_fields__},
            "category": CostCategory.MONITORING,
            "period_id": period.pk,
        }
    )
    add = partial(add_cost_line, case_id=case.pk, actor=actor, line=monitored, version=1)
    remove = partial(remove_period, actor=actor, case_id=case.pk, period_id=period.pk)
    answers = run_at_once([within(case.agency, act) for act in (add, remove)])
    assert kinds(answers) in (["PeriodRefused", "done"], ["LineRefused", "done"])
    has_line = CostLine.objects.filter(case=case).exists()
    assert case.monitoring_periods.exists() is has_line


def test_of_ten_settings_saved_at_once_one_holds(office: dict[str, Member]) -> None:
    agency = office["admin"].agency
    saves = [
        partial(change_agency, actor=office["admin"], version=1, values={"phone": f"022-123-45{one:02d}"})
        for one in range(10)
    ]
    answers = run_at_once([within(agency, save) for save in saves])
    assert Counter(kinds(answers)) == {"done": 1, "ChangedMeanwhile": 9}
    agency.refresh_from_db()
    assert agency.version == 2
