"""The day that the form of a step offers: nobody types again what is recorded already."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from cases.enums import CaseAction, Consent, LenderRole, SchemeFrame
from cases.models import GuidelineProcedure
from cases.selectors.step_days import proposed_day
from tests.builders import make_case, make_lender, make_stance
from tests.conftest import sign_in
from vapup.accounts.models import Member

TODAY = date(2025, 12, 1)
A = CaseAction


def test_a_step_of_the_guideline_happened_on_the_day_of_its_procedure(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.SME_GL)
    assert proposed_day(case, A.APPOINT_EXPERT, today=TODAY) == TODAY  # nothing is recorded yet
    GuidelineProcedure.objects.create(
        agency_id=case.agency_id,
        case=case,
        appointed_on=date(2025, 6, 5),
        standstill_requested_on=date(2025, 6, 10),
        report_on=date(2025, 9, 1),
        meeting_on=date(2025, 9, 20),
    )
    steps = (A.APPOINT_EXPERT, A.REQUEST_STANDSTILL, A.RECORD_SURVEY, A.RECORD_MEETING)
    assert [proposed_day(case, one, today=TODAY).isoformat() for one in steps] == [
        *("2025-06-05", "2025-06-10", "2025-09-01", "2025-09-20")
    ]
    assert proposed_day(case, A.COMPLETE, today=TODAY) == TODAY


def test_an_agreement_is_whole_with_the_last_consent(consultant: Member) -> None:
    case = make_case(consultant)
    main = make_lender(case.enterprise)
    other = make_lender(case.enterprise, role=LenderRole.OTHER, bank_name="杜の都信用金庫")
    assert proposed_day(case, A.RECORD_AGREEMENT, today=TODAY) == TODAY
    make_stance(case, main, consent=Consent.AGREED, consented_on=date(2025, 10, 3))
    make_stance(case, other, consent=Consent.AGREED, consented_on=date(2025, 10, 8))
    assert proposed_day(case, A.RECORD_AGREEMENT, today=TODAY) == date(2025, 10, 8)
    assert proposed_day(case, A.RECORD_AGREEMENT, today=date(2025, 10, 6)) == date(2025, 10, 6)  # never ahead


def test_the_early_scheme_waits_for_the_receipts(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    make_stance(case, make_lender(case.enterprise), receipt_on=date(2025, 10, 9))
    assert proposed_day(case, A.RECORD_AGREEMENT, today=TODAY) == date(2025, 10, 9)
    client = sign_in(consultant)
    page = client.get(reverse("cases:advance", args=[case.number, A.RECORD_AGREEMENT.value]))
    assert page.context["form"]["occurred_on"].value() == "2025-10-09"
