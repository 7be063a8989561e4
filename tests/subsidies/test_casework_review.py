"""What a reviewer tried on the casework: old rounds, old content, steps that lead nowhere, rows that others hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.enums import CaseStage, LenderRole
from cases.models import Case, CoAgency, Enterprise, Lender
from cases.services.relations import CoAgencyRefused, LenderRefused, remove_co_agency, remove_lender
from subsidies.enums import ApplicationKind, ApplicationState, ReturnCause, SubmissionMethod
from subsidies.models import Application, GateOverride, Paper
from subsidies.models import Packet as Printing
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.filing import council
from subsidies.services.filing import gate as gates
from subsidies.services.filing.applications import (
    USAGE,
    ApplicationKey,
    Beginning,
    begin_application,
    cancel_application,
    edit_letter,
)
from subsidies.services.filing.approval import reopen, request_approval
from subsidies.services.output import packets
from subsidies.workflow import StepRefused
from tests.builders import make_lender, make_ready_case
from tests.casework import (
    DAY,
    NOW,
    application_at,
    approve_application,
    pass_gate,
    reach_planning,
    submit_application,
)
from tests.subsidies.claims_cases import make_co_agency, make_settlement
from tests.subsidies.gate.rows import Packet, claim_packet
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member

pytestmark = pytest.mark.django_db
PLAN_CLAIM = ApplicationKey(ApplicationKind.PLAN_CLAIM)
CHANGE = ApplicationKey(ApplicationKind.CHANGE)
TEXTS = {"subject": "伴走支援の回数の変更", "explanation": "年4回を年2回に改める。金融機関の了解済み。"}
COMPLAINT = council.Complaint(cause=ReturnCause.MISSING, document="登記簿", comment="原本がありません。")
FIRST_REASON = "1回目の提出のときに協議会に電話で確かめた。"
SECOND_REASON = "再提出の前に、もう一度協議会に確かめた。"


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_ready_case(consultant)


def send_back(case: Case, actor: Member, *, day: date = DAY, key: ApplicationKey = USAGE) -> Application:
    return council.record_return(
        case_id=case.pk, actor=actor, returned_on=day, complaints=[COMPLAINT], today=day, key=key
    )


def exempt(packet: Packet, actor: Member, reason: str) -> GateOverride:
    """Let the first finding of the claim pass."""
    found = gate_of(packet.fresh(), today=packet.day).findings[0]
    exemption = gates.Exemption(key=found.key, words_key=found.words_key, reason=reason)
    ids = {"case_id": packet.case.pk, "application_id": packet.application.pk}
    return gates.override_finding(actor=actor, exemption=exemption, today=packet.day, **ids)


def said(application: Application) -> list[str]:
    """Return the reasons that the frozen annex prints."""
    return [one["reason"] for one in application.payload["calculation"]["exemptions"]]


def test_the_annex_of_a_second_approval_prints_the_exceptions_of_its_own_round(
    consultant: Member, manager: Member
) -> None:
    packet = claim_packet(consultant)
    packet.change(packet.line, hours_yen=1_400_000)
    exempt(packet, manager, FIRST_REASON)
    assert said(approve_application(packet.case, consultant, manager, key=PLAN_CLAIM)) == [FIRST_REASON]
    returned = {"state": ApplicationState.RETURNED, "returned_count": 1, "submitted_on": packet.day}
    packet.change(packet.application, **returned)
    assert said(approve_application(packet.case, consultant, manager, key=PLAN_CLAIM)) == []
    packet.change(packet.application, state=ApplicationState.RETURNED)
    exempt(packet, manager, SECOND_REASON)
    assert said(approve_application(packet.case, consultant, manager, key=PLAN_CLAIM)) == [SECOND_REASON]


def test_what_the_council_returned_is_not_printed_as_final_before_it_is_approved_again(
    case: Case, consultant: Member, manager: Member, admin: Member
) -> None:
    submit_application(case, consultant, manager, day=DAY)

    def export() -> Printing:
        return packets.request_packet(case_id=case.pk, actor=admin, is_draft=False, today=DAY)

    assert export().payload["case_number"] == case.number  # as it was handed in
    send_back(case, consultant)
    with pytest.raises(packets.NotApproved, match="「差戻し」で、正式版を出力できるのは「承認済」"):
        export()
    approve_application(case, consultant, manager)
    assert export().payload["case_number"] == case.number


def test_what_was_done_about_a_complaint_is_noted_only_while_the_application_is_mended(
    case: Case, consultant: Member, manager: Member
) -> None:
    submit_application(case, consultant, manager, day=DAY)
    item = send_back(case, consultant).return_items.get()
    given: dict[str, Any] = {"case_id": case.pk, "actor": consultant, "item_id": item.pk, "now": NOW}
    assert council.answer_item(**given, answer="原本を取り寄せた。").answer == "原本を取り寄せた。"
    submit_application(case, consultant, manager, day=DAY)
    with pytest.raises(StepRefused, match="「提出済」です。差戻しへの対応を記録できるのは"):
        council.answer_item(**given, answer="やはり写しを出した。")
    item.refresh_from_db()
    assert item.answer == "原本を取り寄せた。"


def test_a_claim_that_the_council_returned_is_not_given_up(consultant: Member, manager: Member) -> None:
    packet = claim_packet(consultant)
    case = packet.case
    returned = {"state": ApplicationState.RETURNED, "returned_count": 1, "submitted_on": packet.day}
    packet.change(packet.application, **returned)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.CLAIM_RETURNED)
    given: dict[str, Any] = {"case_id": case.pk, "actor": consultant, "key": PLAN_CLAIM}
    version = application_at(case, PLAN_CLAIM).version
    request_approval(**given, version=version, note="", now=NOW)
    reopen(**given, reason="金額を直す")
    assert application_at(case, PLAN_CLAIM).state == ApplicationState.PREPARING
    with pytest.raises(StepRefused, match="協議会から差し戻されている"):
        cancel_application(**given, reason="やめる")


def test_a_letter_is_not_submitted_again_before_the_day_on_which_it_came_back(
    case: Case, consultant: Member, manager: Member
) -> None:
    reach_planning(case, consultant, manager, day=DAY)
    begin_application(actor=consultant, case_id=case.pk, beginning=Beginning(kind=ApplicationKind.CHANGE))
    edit_letter(actor=consultant, case_id=case.pk, key=CHANGE, version=1, texts=TEXTS)
    submit_application(case, consultant, manager, key=CHANGE, day=DAY)
    back = date(2025, 5, 20)
    send_back(case, consultant, day=back, key=CHANGE)
    approve_application(case, consultant, manager, key=CHANGE)
    early = council.Submission(submitted_on=date(2025, 5, 19), method=SubmissionMethod.POST)
    given: dict[str, Any] = {"case_id": case.pk, "actor": consultant, "today": back, "key": CHANGE}
    with pytest.raises(council.CouncilRefused, match="提出日 2025-05-19 は、差戻しの日 2025-05-20 より前"):
        council.submit(**given, submission=early)


def test_an_exception_that_replaces_another_says_so_in_the_trail(consultant: Member, manager: Member) -> None:
    packet = claim_packet(consultant)
    packet.change(packet.line, hours_yen=1_400_000)
    first = exempt(packet, manager, FIRST_REASON)
    packet.change(packet.line, hours_yen=1_300_000)
    second = exempt(packet, manager, SECOND_REASON)
    event = AuditEvent.objects.filter(verb=Verb.OVERRIDDEN).latest("pk")
    assert first.message != second.message
    assert list(event.changes.values()) == [[first.message, second.message]]
    assert GateOverride.objects.get() == second


def _paper(case: Case, **whose: Any) -> Paper:
    application = Application.objects.create(agency_id=case.agency_id, case=case)
    return Paper.objects.create(
        agency_id=case.agency_id, application=application, requirement="certification_notice", **whose
    )


def test_an_agency_whose_papers_were_recorded_is_not_taken_off_the_case(case: Case, consultant: Member) -> None:
    _paper(case, co_agency=make_co_agency(case))
    other = CoAgency.objects.get(case=case)
    with pytest.raises(CoAgencyRefused, match=r"「駅前会計」のものが1件記録.*外せません\(利用申請 .*の書類 1件"):
        remove_co_agency(actor=consultant, case_id=case.pk, co_agency_id=other.pk)
    assert CoAgency.objects.filter(pk=other.pk).exists()
    assert not AuditEvent.objects.filter(object_type="case", object_id=case.pk).exists()


def test_a_lender_whose_papers_were_recorded_is_not_removed(case: Case, consultant: Member) -> None:
    lender = make_lender(case.enterprise, role=LenderRole.OTHER, bank_name="仙台銀行")
    _paper(case, lender=lender)
    with pytest.raises(LenderRefused, match=r"案件 .* の利用申請 .*の書類 1件"):
        remove_lender(actor=consultant, enterprise_id=case.enterprise_id, lender_id=lender.pk)
    assert Lender.objects.filter(pk=lender.pk).exists()


def test_the_gate_asks_for_the_part_of_every_agency_before_it_believes_the_money(consultant: Member) -> None:
    # The lead agency alone is recorded, with an invoice that nobody could have worked out: 999,999 yen of 500,000.
    packet = claim_packet(consultant)
    make_co_agency(packet.case)
    packet.change(packet.settlement, cost_yen=1_500_000, council_invoice_yen=999_999)
    found = gate_of(packet.fresh(), today=packet.day).findings
    told = [one.message for one in found if one.code == "settlement_missing"]
    assert len(told) == 1
    assert told[0].startswith("支援機関ごとの費用(駅前会計)が未入力のため、請求する費用の合計 1,500,000円 を")
    make_settlement(packet.application, co_agency=CoAgency.objects.get(case=packet.case), cost_yen=0)
    found = gate_of(packet.fresh(), today=packet.day).findings
    assert "settlement_missing" not in {one.code for one in found}
    assert not [one.message for one in found if one.code == "day_missing" and "駅前会計" in one.message]
    # To the other agency nothing is due, so it writes no invoice: 999,999 + 0 against 500,000.
    differs = next(one for one in found if one.code == "council_invoice_differs")
    assert "999,999円" in differs.message
    assert "500,000円" in differs.message


def test_what_changed_after_the_approval_closes_the_gate_until_it_is_approved_again(
    case: Case, consultant: Member, manager: Member
) -> None:
    # Sales of 320 million make the medium size class; 80 million, reported later, make the small one.
    approve_application(case, consultant, manager)
    before = {one.message for one in gate_of(application_at(case), today=DAY).findings}
    assert not any("承認した" in one for one in before)
    Enterprise.objects.filter(pk=case.enterprise_id).update(
        name="山田水産株式会社", annual_sales_yen=80_000_000, interest_bearing_debt_yen=60_000_000
    )
    pass_gate(application_at(case), today=DAY)
    Enterprise.objects.filter(pk=case.enterprise_id).update(address="宮城県仙台市青葉区1-1")
    submission = council.Submission(submitted_on=DAY, method=SubmissionMethod.POST)
    with pytest.raises(gates.GateClosed, match="承認した内容の「所在地」 宮城県石巻市魚町1-2-3 が、今の記録の 宮城県"):
        council.submit(case_id=case.pk, actor=consultant, submission=submission, today=DAY)
    reasons = "\n".join(one.message for one in GateOverride.objects.all())
    assert "承認した内容の「事業者名」 有限会社山田水産 が、今の記録の 山田水産株式会社 と異なります" in reasons
    reopen(case_id=case.pk, actor=manager, reason="所在地が変わった")
    approve_application(case, consultant, manager)
    after = [one.message for one in gate_of(application_at(case), today=DAY).findings]
    assert not any("承認した" in one for one in after)


def test_a_claim_is_approved_again_when_another_took_its_released_half(consultant: Member, manager: Member) -> None:
    packet = claim_packet(consultant)
    approve_application(packet.case, consultant, manager, key=PLAN_CLAIM)
    frozen = packet.fresh().payload
    packet.change(packet.application, payload={**frozen, "due_now_yen": 750_000})  # as if a half had been in it
    told = [one.message for one in gate_of(packet.fresh(), today=packet.day).findings]
    assert any("承認した内容の「今回の請求額」 750,000円 が、今の記録の 500,000円 と異なります" in one for one in told)
