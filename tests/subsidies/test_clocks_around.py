"""The clocks around a case: papers, letters, certifications, the standstill, the frame, fiscal years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from cases.enums import CaseStage, Consent, LegalForm, SchemeFrame
from cases.models import Case
from cases.selectors.banks import stance_of
from cases.services.banks import record_stance
from cases.services.enterprises import edit_enterprise
from cases.services.guideline import record_guideline
from cases.services.relations import add_co_agency, edit_lender, remove_co_agency
from monitoring.enums import DeadlineKind, DeadlineState, PeriodKind
from monitoring.models import Deadline
from monitoring.services.periods import add_period
from subsidies.enums import ApplicationState, PaperPlace, PaperStatus
from subsidies.models import Application, Paper
from subsidies.selectors.clocks import NewRows, clocks_of, clocks_of_bare, clocks_of_new
from subsidies.selectors.estimate.cost_sheet import application_of
from subsidies.selectors.filing.requirements import requirements_of
from subsidies.services.filing.applications import USAGE
from subsidies.services.filing.papers import PaperAddress, leave_out, record_paper
from tests.builders import make_case, make_cost_line, make_enterprise, make_lender, make_period, make_ready_case
from tests.casework import DAY, NOW, reach_planning, submit_application
from tests.monitoring.deadline_cases import assert_in_step, at, deadline, follow_case, shown
from tests.subsidies.claims_cases import accept
from tests.subsidies.clock_cases import claim_the_plan, give_back
from vapup.accounts.models import Agency, Member
from vapup.accounts.services.agencies import change_agency

K, S = DeadlineKind, DeadlineState
FAR = {"co_agency": None, "lender": None}


@pytest.fixture(autouse=True)
def _on_the_first_of_may() -> Iterator[None]:
    with time_machine.travel(at(DAY), tick=False):
        yield


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_ready_case(consultant)


# --- papers -----------------------------------------------------------------------------------------------------------


def store_extract(case: Case, *, issued_on: date | None, valid_until: date | None = None) -> Paper:
    """Record the extract of the register of the usage application."""
    application = application_of(Case.objects.get(pk=case.pk))
    application.save()
    slot = next(one for one in requirements_of(application) if one.requirement.max_age_months == 3 and one.is_needed)
    facts = {
        "status": PaperStatus.WORKING,
        "reason": "",
        "place": PaperPlace.OFFICE,
        "is_original": True,
        "issued_on": issued_on,
        "valid_until": valid_until,
        "stated_edition": "",
        "stated_name": "",
        "stated_address": "",
        "stated_yen": None,
    }
    address = PaperAddress(case_id=case.pk, application_id=application.pk, key=slot.key)
    version = slot.paper.version if slot.paper else 0
    return record_paper(actor=case.consultant, address=address, version=version, facts=facts, now=NOW)


@pytest.mark.parametrize(
    ("issued_on", "valid_until", "last", "safe"),
    [
        (date(2025, 4, 15), None, "2025-07-15", "2025-07-15"),
        # 2025-04-30 is a month's end: May, June and July. 31 July is a Thursday.
        (date(2025, 4, 30), None, "2025-07-31", "2025-07-31"),
        # 2025-02-28 is a month's end too: March to May; the 31st is a Saturday.
        (date(2025, 2, 28), None, "2025-05-31", "2025-05-30"),
        (date(2025, 4, 15), date(2025, 6, 30), "2025-06-30", "2025-06-30"),
        (date(2025, 4, 15), date(2025, 12, 31), "2025-07-15", "2025-07-15"),
        (None, date(2025, 6, 30), "2025-06-30", "2025-06-30"),
    ],
)
def test_an_extract_may_be_used_for_three_months_or_as_long_as_it_says(
    case: Case, issued_on: date | None, valid_until: date | None, last: str, safe: str
) -> None:
    store_extract(case, issued_on=issued_on, valid_until=valid_until)
    assert shown(case, K.PAPER) == [(K.PAPER, None, last, safe, 0, S.OPEN)]
    assert "利用申請 " in deadline(case, K.PAPER).about


def test_a_paper_without_a_day_has_no_clock(case: Case) -> None:
    store_extract(case, issued_on=None)
    assert shown(case, K.PAPER) == []


def test_a_paper_is_met_when_it_is_handed_in_and_runs_again_when_it_comes_back(
    case: Case, consultant: Member, manager: Member
) -> None:
    store_extract(case, issued_on=date(2025, 4, 15))
    submit_application(case, consultant, manager, day=DAY)
    assert (deadline(case, K.PAPER).state, deadline(case, K.PAPER).met_on) == (S.MET, DAY)
    give_back(case, USAGE, day=DAY)
    assert deadline(case, K.PAPER).state == S.OPEN


def test_a_newer_extract_takes_the_place_of_the_older(case: Case) -> None:
    store_extract(case, issued_on=date(2025, 2, 28))
    store_extract(case, issued_on=date(2025, 4, 15))
    assert shown(case, K.PAPER) == [(K.PAPER, None, "2025-07-15", "2025-07-15", 0, S.OPEN)]


def test_a_paper_that_is_left_out_need_not_be_fresh(case: Case) -> None:
    paper = store_extract(case, issued_on=date(2025, 4, 15))
    slot = next(one for one in requirements_of(paper.application) if one.paper == paper)
    address = PaperAddress(case_id=case.pk, application_id=paper.application_id, key=slot.key)
    leave_out(actor=case.consultant, address=address, version=paper.version, reason="個人のため登記がない", now=NOW)
    assert deadline(case, K.PAPER).state == S.CANCELLED


@pytest.mark.parametrize("state", [ApplicationState.CANCELLED, ApplicationState.REFUSED])
def test_the_papers_of_an_application_that_came_to_nothing_are_of_no_use(case: Case, state: ApplicationState) -> None:
    paper = store_extract(case, issued_on=date(2025, 4, 15))
    Application.objects.filter(pk=paper.application_id).update(state=state, submitted_on=DAY)
    follow_case(case)
    assert deadline(case, K.PAPER).state == S.CANCELLED


def test_a_paper_that_the_list_does_not_name_any_more_keeps_its_own_last_day(case: Case) -> None:
    paper = store_extract(case, issued_on=date(2025, 4, 15))
    Paper.objects.filter(pk=paper.pk).update(requirement="renamed", valid_until=date(2025, 8, 1))
    follow_case(case)
    assert str(deadline(case, K.PAPER).claim_by) == "2025-08-01"


# --- letters ----------------------------------------------------------------------------------------------------------


def say(case: Case, **facts: Any) -> None:
    lender = case.enterprise.lenders.get()
    version = stance_of(case, lender).version
    record_stance(actor=case.consultant, case_id=case.pk, lender_id=lender.pk, version=version, facts=facts, today=DAY)


def test_a_letter_holds_as_long_as_the_lender_says(case: Case, consultant: Member, manager: Member) -> None:
    say(case, consultation_letter_on=date(2025, 4, 10), letters_valid_until=date(2025, 8, 10))
    # 10 August 2025 is a Sunday, the 8th a Friday.
    assert shown(case, K.LETTER) == [(K.LETTER, None, "2025-08-10", "2025-08-08", 0, S.OPEN)]
    assert (deadline(case, K.LETTER).counted_from, deadline(case, K.LETTER).about) == (
        date(2025, 4, 10),
        "七十七銀行 石巻支店",
    )
    submit_application(case, consultant, manager, day=DAY)
    assert deadline(case, K.LETTER).state == S.MET


def test_a_letter_of_consent_is_for_the_plan_claim(case: Case, consultant: Member, manager: Member) -> None:
    reach_planning(case, consultant, manager, day=DAY)
    say(case, consent=Consent.AGREED, consented_on=date(2025, 5, 1), letters_valid_until=date(2025, 12, 26))
    assert (deadline(case, K.LETTER).state, deadline(case, K.LETTER).counted_from) == (S.OPEN, date(2025, 5, 1))
    claim_the_plan(case, manager)
    assert deadline(case, K.LETTER).state == S.MET


def test_a_letter_without_a_last_day_has_no_clock_and_one_taken_back_none_any_more(case: Case) -> None:
    say(case, consultation_letter_on=date(2025, 4, 10))
    assert shown(case, K.LETTER) == []
    say(case, letters_valid_until=date(2025, 8, 8))
    say(case, letters_valid_until=None)
    assert deadline(case, K.LETTER).state == S.CANCELLED


def test_the_name_of_a_lender_is_that_of_its_letter(case: Case) -> None:
    say(case, letters_valid_until=date(2025, 8, 8))
    lender = case.enterprise.lenders.get()
    facts = {"bank_name": "東北銀行", "branch_name": "", "role": lender.role, "balance_yen": 0, "guaranteed_yen": 0}
    edit_lender(actor=case.consultant, enterprise_id=case.enterprise_id, lender_id=lender.pk, facts=facts)
    assert deadline(case, K.LETTER).about == "東北銀行"
    assert_in_step(case.agency_id)


def test_another_lender_has_a_letter_of_its_own(case: Case) -> None:
    say(case, letters_valid_until=date(2025, 8, 8))
    other = make_lender(case.enterprise, bank_name="仙台銀行", role="other")  # type: ignore[arg-type]
    record_stance(
        actor=case.consultant,
        case_id=case.pk,
        lender_id=other.pk,
        version=1,
        facts={"letters_valid_until": date(2025, 9, 1)},
        today=DAY,
    )
    assert [day for _, _, day, *_ in shown(case, K.LETTER)] == ["2025-08-08", "2025-09-01"]


# --- certifications ---------------------------------------------------------------------------------------------------


def test_another_agency_on_the_case_must_stay_certified(case: Case) -> None:
    facts = {"name": "駅前会計", "certification_expires_on": date(2026, 2, 28)}
    added = add_co_agency(actor=case.consultant, case_id=case.pk, facts=facts)
    # 28 February 2026 is a Saturday.
    assert shown(case, K.CERTIFICATION) == [(K.CERTIFICATION, None, "2026-02-28", "2026-02-27", 0, S.OPEN)]
    assert deadline(case, K.CERTIFICATION).about == "駅前会計"
    remove_co_agency(actor=case.consultant, case_id=case.pk, co_agency_id=added.pk)
    assert deadline(case, K.CERTIFICATION).state == S.CANCELLED
    add_co_agency(actor=case.consultant, case_id=case.pk, facts={"name": "港会計"})
    assert len(shown(case, K.CERTIFICATION)) == 1


def test_the_agency_s_own_certification_follows_its_settings(agency: Agency, admin: Member) -> None:
    def own() -> list[tuple[str, str]]:
        rows = Deadline.objects.filter(agency=agency, case=None).values_list("claim_by", "state")
        return [(str(day), state) for day, state in rows]

    def save(day: date | None) -> None:
        agency.refresh_from_db()
        change_agency(actor=admin, version=agency.version, values={"certification_expires_on": day})

    save(date(2026, 9, 30))
    assert own() == [("2026-09-30", S.OPEN)]
    save(date(2031, 9, 30))
    assert own() == [("2031-09-30", S.OPEN)]
    save(None)
    assert own() == [("2031-09-30", S.CANCELLED)]


# --- standstill -------------------------------------------------------------------------------------------------------


def test_a_standstill_ends_on_its_day_unless_the_creditors_agree_before(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.SME_GL)
    words: dict[str, Any] = {"actor": consultant, "case_id": case.pk, "today": DAY}
    steps = {
        "expert_name": "高橋 誠",
        "main_creditors_agreed_on": date(2025, 4, 2),
        "appointed_on": date(2025, 4, 3),
        "standstill_requested_on": date(2025, 4, 7),
    }
    recorded = record_guideline(**words, version=1, facts=steps)
    assert shown(case, K.STANDSTILL) == []
    recorded = record_guideline(
        **words, version=recorded.version, facts={"standstill_until": date(2025, 10, 5), "report_on": date(2025, 4, 20)}
    )
    # 5 October 2025 is a Sunday.
    assert shown(case, K.STANDSTILL) == [(K.STANDSTILL, None, "2025-10-05", "2025-10-03", 0, S.OPEN)]
    assert deadline(case, K.STANDSTILL).counted_from == date(2025, 4, 7)
    record_guideline(**words, version=recorded.version, facts={"meeting_on": date(2025, 4, 28)})
    assert (deadline(case, K.STANDSTILL).state, deadline(case, K.STANDSTILL).met_on) == (S.MET, date(2025, 4, 28))


# --- the frame --------------------------------------------------------------------------------------------------------


def test_a_frame_that_closes_is_a_deadline_until_the_case_has_applied(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    follow_case(case)
    assert shown(case, K.FRAME_CLOSES) == [(K.FRAME_CLOSES, None, "2028-01-31", "2028-01-31", 0, S.OPEN)]
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.APPLIED, usage_applied_on=DAY)
    Application.objects.create(agency_id=case.agency_id, case=case, state=ApplicationState.SUBMITTED, submitted_on=DAY)
    follow_case(case)
    assert (deadline(case, K.FRAME_CLOSES).state, deadline(case, K.FRAME_CLOSES).met_on) == (S.MET, DAY)


@pytest.mark.parametrize("frame", [SchemeFrame.NORMAL, SchemeFrame.SME_GL, SchemeFrame.VUP])
def test_a_frame_without_an_end_is_none(consultant: Member, frame: SchemeFrame) -> None:
    case = make_case(consultant, frame=frame)
    follow_case(case)
    assert shown(case, K.FRAME_CLOSES) == []


# --- fiscal years -----------------------------------------------------------------------------------------------------

FISCAL = (K.FISCAL_CLOSE, K.TAX_RETURN)


def test_the_year_that_ends_in_a_period_brings_its_accounts_and_its_tax_return(case: Case) -> None:
    # The books close in March: not between April and September 2026, but between October 2026 and March 2027.
    follow_case(case)
    assert shown(case, *FISCAL) == [
        (K.FISCAL_CLOSE, None, "2027-03-31", "2027-03-31", 0, S.OPEN),
        (K.TAX_RETURN, None, "2027-05-31", "2027-05-31", 0, S.OPEN),  # two months of a company, a Monday
    ]
    assert {one.about for one in Deadline.objects.filter(case=case, kind__in=FISCAL)} == {"第2回の伴走支援に使う決算"}


@pytest.mark.parametrize(
    ("month", "form", "close", "tax_return"),
    [
        (12, LegalForm.COMPANY, "2026-12-31", "2027-02-28"),
        (2, LegalForm.COMPANY, "2027-02-28", "2027-04-30"),  # from a month's end to a month's end
        (12, LegalForm.SOLE_PROPRIETOR, "2026-12-31", "2027-03-15"),
        (12, LegalForm.MEDICAL_CORPORATION, "2026-12-31", "2027-02-28"),
    ],
)
def test_companies_have_two_months_and_people_until_the_fifteenth_of_march(
    case: Case, month: int, form: LegalForm, close: str, tax_return: str
) -> None:
    facts = {"fiscal_year_end_month": month, "legal_form": form, "corporate_number": ""}
    edit_enterprise(actor=case.consultant, enterprise_id=case.enterprise_id, version=1, facts=facts)
    assert [day for _, _, day, *_ in shown(case, *FISCAL)] == [close, tax_return]
    assert_in_step(case.agency_id)


def test_a_closing_report_needs_the_latest_accounts_whenever_they_closed(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 9, 30)}
    add_period(actor=consultant, case_id=case.pk, kind=PeriodKind.INTERIM, **days)
    assert shown(case, *FISCAL) == []
    add_period(actor=consultant, case_id=case.pk, kind=PeriodKind.CLOSING, **days)
    # In September 2026 the latest accounts are those of March 2026; 31 May 2026 is a Sunday.
    assert shown(case, *FISCAL) == [
        (K.FISCAL_CLOSE, None, "2026-03-31", "2026-03-31", 0, S.OPEN),
        (K.TAX_RETURN, None, "2026-05-31", "2026-05-29", 0, S.OPEN),
    ]


def test_only_open_cases_follow_their_enterprise(consultant: Member) -> None:
    enterprise = make_enterprise(consultant.agency)
    ended = make_case(consultant, enterprise=enterprise)
    make_period(ended, ends_on=date(2027, 3, 31))
    follow_case(ended)
    before = shown(ended, *FISCAL)
    Case.objects.filter(pk=ended.pk).update(stage=CaseStage.WITHDRAWN)
    facts = {"fiscal_year_end_month": 12, "corporate_number": ""}
    edit_enterprise(actor=consultant, enterprise_id=enterprise.pk, version=1, facts=facts)
    assert shown(ended, *FISCAL) == before


def test_a_case_of_nothing_but_its_costs_has_the_same_clocks_without_being_read(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    lines = [make_cost_line(case, gross_yen=150_000)]
    accept(case)
    Application.objects.filter(case=case).delete()
    assert clocks_of_bare(case, lines) == clocks_of(case)
    assert len(clocks_of(case)) == 2


@pytest.mark.parametrize(("stage", "count"), [(CaseStage.MONITORING, 4), (CaseStage.WITHDRAWN, 0)])
def test_a_case_whose_rows_are_at_hand_has_the_same_clocks_as_one_that_is_read(
    consultant: Member, stage: CaseStage, count: int
) -> None:
    case = make_case(consultant)
    line, lender = make_cost_line(case, gross_yen=1_500_000), make_lender(case.enterprise)
    period = make_period(case, ends_on=date(2027, 3, 31))
    accept(case)
    Case.objects.filter(pk=case.pk).update(stage=stage)
    case = Case.objects.get(pk=case.pk)
    known = NewRows(
        applications=list(Application.objects.filter(case=case)),
        cost_lines=[line],
        periods=[period],
        lenders=[lender],
        stances={},
        past_subsidies={},
    )
    found = clocks_of_new(case, known)
    assert found == clocks_of(case)
    assert len(found) == count
