"""What is asked for again: answers to the council before a new approval, ticks and exceptions after one taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from cases.enums import CaseStage
from cases.models import Case, CoAgency, Council
from cases.services.relations import CoAgencyRefused, remove_co_agency
from subsidies.enums import ApplicationKind, ApplicationState, ReturnCause
from subsidies.models import Application, GateOverride, GateTick, Settlement
from subsidies.selectors import assessment_of
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.claiming.settlements import offer_for, settlement_values, share_of
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.filing import council
from subsidies.services.filing import gate as gates
from subsidies.services.filing.approval import ApprovalRefused, reopen, request_approval
from tests.builders import make_case, make_ready_case
from tests.casework import DAY, NOW, REASON, answer_returns, application_at, approve_application, submit_application
from tests.conftest import sign_in
from tests.subsidies.claims_cases import make_co_agency
from tests.subsidies.gate.rows import CLAIM_DAY, Packet, claim_packet
from tests.subsidies.test_casework_review import PLAN_CLAIM
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member

COMPLAINTS = (
    council.Complaint(cause=ReturnCause.MISSING, document="登記簿", comment="原本がありません。"),
    council.Complaint(cause=ReturnCause.SEAL, comment="押印がもれています。"),
)


# --- answers before a new approval -----------------------------------------------------------------------------


@pytest.fixture
def returned(consultant: Member, manager: Member) -> Case:
    """A case whose usage application came back for two things."""
    case = make_ready_case(consultant)
    submit_application(case, consultant, manager, day=DAY)
    given: dict[str, Any] = {"case_id": case.pk, "actor": consultant, "returned_on": DAY, "today": DAY}
    council.record_return(**given, complaints=COMPLAINTS)
    return case


def ask(case: Case, actor: Member) -> Application:
    version = application_at(case).version
    return request_approval(case_id=case.pk, actor=actor, version=version, note="", now=NOW)


def test_no_approval_is_asked_for_before_every_complaint_is_answered(returned: Case, consultant: Member) -> None:
    told = AuditEvent.objects.count()
    with pytest.raises(ApprovalRefused) as refused:
        ask(returned, consultant)
    assert "第1回の差戻し「登記簿」(書類の不足)への対応が記録されていません。" in refused.value.message
    assert "第1回の差戻し(記名・押印のもれ)への対応が記録されていません。" in refused.value.message
    assert AuditEvent.objects.count() == told
    first = application_at(returned).return_items.order_by("pk")[0]
    council.answer_item(case_id=returned.pk, actor=consultant, item_id=first.pk, answer="取り寄せた。", now=NOW)
    with pytest.raises(ApprovalRefused) as refused:
        ask(returned, consultant)
    assert "登記簿" not in refused.value.message
    answer_returns(returned, consultant)
    assert ask(returned, consultant).state == ApplicationState.REQUESTED


def test_the_page_lists_what_is_unanswered_and_offers_the_approval_afterwards(
    returned: Case, consultant: Member
) -> None:
    browser, page = sign_in(consultant), reverse("subsidies:usage", args=[returned.number])
    before = browser.get(page).content.decode()
    item = application_at(returned).return_items.order_by("pk")[0]
    ids = [returned.number, item.application_id, item.pk]
    assert "第1回の差戻し「登記簿」(書類の不足)への対応が記録されていません。" in before
    assert reverse("subsidies:return_answer", args=ids) in before
    ask_url = reverse("subsidies:request_approval", args=[returned.number])
    assert f'href="{ask_url}"' not in before
    answer_returns(returned, consultant)
    assert f'href="{ask_url}"' in browser.get(page).content.decode()


# --- ticks and exceptions after an approval that was taken back -------------------------------------------------


def exempt(packet: Packet, manager: Member) -> GateOverride:
    found = gate_of(packet.fresh(), today=packet.day).findings[0]
    exemption = gates.Exemption(key=found.key, words_key=found.words_key, reason=REASON)
    ids = {"case_id": packet.case.pk, "application_id": packet.application.pk}
    return gates.override_finding(actor=manager, exemption=exemption, today=packet.day, **ids)


def test_an_approval_taken_back_takes_its_ticks_and_exceptions_with_it(consultant: Member, manager: Member) -> None:
    packet = claim_packet(consultant)
    packet.change(packet.line, hours_yen=1_400_000)
    message = exempt(packet, manager).message
    approve_application(packet.case, consultant, manager, key=PLAN_CLAIM)
    report = gate_of(packet.fresh(), today=packet.day)
    assert report.is_open
    points = [row.tick.sentence for row in report.done_ticks]
    old_tick = GateTick.objects.order_by("pk")[0].pk
    reopen(case_id=packet.case.pk, actor=manager, reason="金額を直す", key=PLAN_CLAIM)
    after = gate_of(packet.fresh(), today=packet.day)
    assert (len(after.unticked), len(after.closing), after.overrides) == (len(points), 1, ())
    assert not GateOverride.objects.exists()
    event = AuditEvent.objects.latest("pk")
    assert event.verb == Verb.APPROVAL_CANCELLED
    assert event.changes["支払申請(計画策定): 見送った指摘"] == [f"{message}(理由: {REASON})", None]
    assert event.changes["支払申請(計画策定): 人による確認"] == ["\n".join(points), None]
    # The database keeps what was deleted.
    kept = GateTick.pgh_event_model.objects.filter(pgh_obj_id=old_tick).order_by("pgh_id")  # type: ignore[attr-defined]
    assert [one.pgh_label for one in kept] == ["insert", "delete"]


def test_a_request_taken_back_leaves_the_ticks_as_they_are(consultant: Member, manager: Member) -> None:
    packet = claim_packet(consultant)
    ticks = GateTick.objects.count()
    version = packet.fresh().version
    given: dict[str, Any] = {"case_id": packet.case.pk, "actor": consultant, "key": PLAN_CLAIM}
    request_approval(**given, version=version, note="", now=NOW)
    reopen(**given, reason="金額を直す")
    assert GateTick.objects.count() == ticks


# --- a transfer for this alone ---------------------------------------------------------------------------------


def test_that_a_transfer_was_for_this_alone_is_never_assumed(consultant: Member) -> None:
    packet = claim_packet(consultant)
    Settlement.objects.all().delete()
    sheet = claim_of(packet.fresh())
    share = share_of(sheet, 0)
    assert share is not None
    assert settlement_values(offer_for(sheet, share), is_filled=True)["is_single_purpose"] is False
    address = reverse("subsidies:settlement", args=[packet.case.number, packet.application.pk, 0])
    form = sign_in(consultant).get(address).context["form"]
    assert form["is_single_purpose"].value() is False


def test_the_gate_asks_for_a_tick_once_something_was_transferred(consultant: Member) -> None:
    packet = claim_packet(consultant)
    packet.change(packet.settlement, is_single_purpose=False)
    found = [one.code for one in gate_of(packet.fresh(), today=packet.day).findings]
    assert found == ["not_single_purpose"]
    packet.change(packet.settlement, transferred_yen=None)
    found = [one.code for one in gate_of(packet.fresh(), today=packet.day).findings]
    assert "not_single_purpose" not in found


# --- what the pages say ----------------------------------------------------------------------------------------


def test_the_list_of_papers_begins_with_what_the_council_notes(consultant: Member) -> None:
    words = "静岡県では、協議会が独自の様式の提出を求めることがあります。"
    case = make_case(consultant, planned_accepted_on=date(2025, 5, 1))
    application = Application.objects.create(agency=case.agency, case=case)
    address = reverse("subsidies:papers", args=[case.number, application.pk])
    browser = sign_in(consultant)
    assert words not in browser.get(address).content.decode()
    Case.objects.filter(pk=case.pk).update(council=Council.objects.get(pk="22"))
    shown = browser.get(address).content.decode()
    assert words in shown
    assert 'href="https://shizuoka-sme.go.jp/menu/improvement"' in shown
    assert shown.index(words) < shown.index('aria-label="書類の状態"')


def test_the_day_of_a_submission_is_called_planned_until_there_is_one(consultant: Member) -> None:
    packet = claim_packet(consultant)
    entry = gate_of(packet.fresh(), today=packet.day).timeline[-2]
    assert (entry.label, entry.day) == ("支払申請(計画策定)の提出予定(今日)", CLAIM_DAY)
    sent = date(2026, 2, 10)
    packet.change(packet.application, state=ApplicationState.SUBMITTED, submitted_on=sent)
    entry = gate_of(packet.fresh(), today=packet.day).timeline[-2]
    assert (entry.label, entry.day) == ("支払申請(計画策定)の提出日", sent)
    # What came back is handed in once more: today, until there is another day.
    packet.change(packet.application, state=ApplicationState.RETURNED, returned_count=1)
    entry = gate_of(packet.fresh(), today=packet.day).timeline[-2]
    assert (entry.label, entry.day) == ("支払申請(計画策定)の提出予定(今日)", CLAIM_DAY)


@pytest.mark.parametrize("place", ["hand_over", "assessment"])
def test_the_deadline_of_a_submitted_claim_is_no_open_one(consultant: Member, place: str) -> None:
    packet = claim_packet(consultant)
    usage = Application.objects.filter(case=packet.case, kind=ApplicationKind.USAGE)
    usage.update(assessment=assessment_of(packet.case).as_dict())
    address = reverse(f"subsidies:{place}", args=[packet.case.number])
    browser = sign_in(consultant)
    assert "提出済" not in _deadlines(browser.get(address).content.decode())
    packet.change(packet.application, state=ApplicationState.SUBMITTED, submitted_on=packet.day)
    Case.objects.filter(pk=packet.case.pk).update(stage=CaseStage.PLAN_CLAIMED)
    shown = _deadlines(browser.get(address).content.decode())
    assert "提出済" in shown
    assert "超過" not in shown
    assert '失うおそれ(円)">—' in shown


def _deadlines(page: str) -> str:
    return page.partition('id="deadlines-title"')[2].partition("</section>")[0]


def test_an_agency_with_a_settlement_stays_on_the_case_and_the_sentence_says_where(consultant: Member) -> None:
    packet = claim_packet(consultant)
    other = make_co_agency(packet.case)
    Settlement.objects.create(agency=packet.case.agency, application=packet.application, co_agency=other)
    Case.objects.filter(pk=packet.case.pk).update(stage=CaseStage.PREPARING, costs_locked=False)
    words = f"「駅前会計」のものが1件記録.*支払申請\\(計画策定\\) {packet.case.number}の請求と自己負担の支払 1件"
    with pytest.raises(CoAgencyRefused, match=words):
        remove_co_agency(actor=consultant, case_id=packet.case.pk, co_agency_id=other.pk)
    assert CoAgency.objects.filter(pk=other.pk).exists()
