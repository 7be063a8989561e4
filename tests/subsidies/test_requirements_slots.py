"""The papers of a real application: one of every agency and lender, judged on the rows, with what is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, CoAgency, GuidelineProcedure, Lender, LenderStance, PastUse
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Application, Paper, Settlement
from subsidies.selectors.filing.requirements import PaperSlot, facts_of, requirements_of, slot_by_key
from tests.builders import make_case, make_cost_line, make_enterprise, make_lender, make_period, make_ready_case
from vapup.accounts.models import Member

TODAY: Final = date(2025, 5, 12)


def application_of(
    case: Case, kind: ApplicationKind = ApplicationKind.USAGE, period: MonitoringPeriod | None = None
) -> Application:
    return Application.objects.create(agency_id=case.agency_id, case=case, kind=kind, period=period)


def add_co_agency(case: Case, name: str = "石巻コンサルティング") -> CoAgency:
    return CoAgency.objects.create(agency_id=case.agency_id, case=case, name=name)


def add_stance(case: Case, lender: Lender, **said: Any) -> LenderStance:
    return LenderStance.objects.create(agency_id=case.agency_id, case=case, lender=lender, **said)


def add_paper(application: Application, requirement: str, **columns: Any) -> Paper:
    return Paper.objects.create(
        agency_id=application.agency_id, application=application, requirement=requirement, **columns
    )


def slots_of(application: Application, requirement: str) -> list[PaperSlot]:
    return [slot for slot in requirements_of(application) if slot.requirement.id == requirement]


def needed(slots: Iterable[PaperSlot]) -> list[str]:
    return [slot.key for slot in slots if slot.is_needed]


def test_a_lone_agency_has_one_paper_of_each(consultant: Member) -> None:
    application = application_of(make_ready_case(consultant))
    (estimate,) = slots_of(application, "estimate")
    assert (estimate.key, estimate.label, estimate.co_agency) == ("estimate", "申請者あての見積書", None)
    keys = [slot.key for slot in requirements_of(application)]
    assert len(set(keys)) == len(keys)
    assert keys[0] == "usage_application"


def test_every_agency_has_its_own_paper(consultant: Member) -> None:
    case = make_ready_case(consultant)
    other = add_co_agency(case)
    lead, co = slots_of(application_of(case), "estimate")
    assert (lead.key, lead.label) == ("estimate", "申請者あての見積書(青葉会計事務所)")
    assert (co.key, co.label) == (f"estimate~co{other.pk}", "申請者あての見積書(石巻コンサルティング)")
    assert co.co_agency == other


def test_every_creditor_agrees_and_the_guarantee_corporation_too(consultant: Member) -> None:
    case = make_case(consultant)
    main = make_lender(case.enterprise)
    account_only = make_lender(case.enterprise, role=LenderRole.OTHER, balance_yen=0)
    guarantor = make_lender(case.enterprise, role=LenderRole.GUARANTOR, balance_yen=0)
    other = make_lender(case.enterprise, role=LenderRole.OTHER, balance_yen=1)
    slots = slots_of(application_of(case, ApplicationKind.PLAN_CLAIM), "consent")
    assert [slot.lender for slot in slots] == [main, guarantor, other]
    assert account_only not in [slot.lender for slot in slots]
    assert slots[0].key == f"consent~ln{main.pk}"
    assert slots[0].label.endswith("(七十七銀行 石巻支店)")
    assert all(slot.is_needed for slot in slots)


def test_without_a_recorded_lender_the_paper_is_still_asked_for(consultant: Member) -> None:
    case = make_case(consultant)
    claim, usage = application_of(case, ApplicationKind.PLAN_CLAIM), application_of(case)
    assert needed(slots_of(claim, "consent")) == ["consent"]
    assert needed(slots_of(usage, "bank_confirmation")) == ["bank_confirmation"]


def test_one_letter_of_the_main_or_sub_main_bank_is_enough(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    submain = make_lender(case.enterprise, role=LenderRole.SUBMAIN, balance_yen=90_000_000)
    main = make_lender(case.enterprise)
    make_lender(case.enterprise, role=LenderRole.OTHER)
    application = application_of(case)
    assert needed(slots_of(application, "consultation_letter")) == [f"consultation_letter~ln{main.pk}"]
    add_stance(case, submain, consultation_letter_on=date(2025, 4, 20))
    letters = slots_of(application, "consultation_letter")
    assert [slot.lender for slot in letters] == [main, submain]
    assert needed(letters) == [f"consultation_letter~ln{submain.pk}"]
    assert letters[0].why == "七十七銀行 石巻支店の書面で足りるため不要"


def test_a_stored_letter_counts_like_a_recorded_one(consultant: Member) -> None:
    case = make_case(consultant)
    make_lender(case.enterprise)
    submain = make_lender(case.enterprise, role=LenderRole.SUBMAIN)
    application = application_of(case)
    add_paper(application, "bank_confirmation", lender=submain)
    assert needed(slots_of(application, "bank_confirmation")) == [f"bank_confirmation~ln{submain.pk}"]


@pytest.mark.parametrize(
    ("role", "is_needed"), [(LenderRole.MAIN, False), (LenderRole.SUBMAIN, False), (LenderRole.OTHER, True)]
)
def test_a_seal_of_a_main_or_sub_main_bank_replaces_its_letter(
    consultant: Member, role: LenderRole, is_needed: bool
) -> None:
    case = make_case(consultant)
    add_stance(case, make_lender(case.enterprise, role=role), seals_application=True)
    application = application_of(case)
    assert facts_of(application).bank_seals_application is not is_needed
    assert any(slot.is_needed for slot in slots_of(application, "bank_confirmation")) is is_needed


def test_a_bank_that_supports_the_case_itself_seals_the_application(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    make_lender(case.enterprise)
    assert needed(slots_of(application_of(case), "consultation_letter")) == []


def test_every_main_creditor_agrees_to_the_expert(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.SME_GL)
    make_lender(case.enterprise)
    make_lender(case.enterprise, role=LenderRole.SUBMAIN)
    make_lender(case.enterprise, role=LenderRole.OTHER)
    claim = application_of(case, ApplicationKind.PLAN_CLAIM)
    assert len(needed(slots_of(claim, "main_creditor_consent"))) == 2
    assert needed(slots_of(claim, "standstill_request")) == []
    GuidelineProcedure.objects.create(agency_id=case.agency_id, case=case, standstill_requested_on=date(2025, 7, 1))
    assert needed(slots_of(claim, "standstill_request")) == ["standstill_request"]


def test_the_gross_invoice_is_asked_of_the_agency_that_was_paid_net(consultant: Member) -> None:
    case = make_ready_case(consultant)
    other = add_co_agency(case)
    claim = application_of(case, ApplicationKind.PLAN_CLAIM)
    Settlement.objects.create(agency_id=case.agency_id, application=claim, withheld_yen=0)
    Settlement.objects.create(agency_id=case.agency_id, application=claim, co_agency=other, withheld_yen=6_961)
    lead, co = slots_of(claim, "gross_invoice")
    assert (lead.is_needed, co.is_needed) == (False, True)
    assert "6,961円" in co.why
    assert facts_of(claim).withheld_yen == 6_961


def test_a_sole_proprietor_shows_the_opening_notice(consultant: Member) -> None:
    person = make_enterprise(consultant.agency, legal_form=LegalForm.SOLE_PROPRIETOR)
    application = application_of(make_case(consultant, enterprise=person))
    assert needed(slots_of(application, "registry_certificate")) == []
    assert needed(slots_of(application, "opening_notice")) == ["opening_notice"]


def test_planning_alone_decides_about_the_schedule(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=450_000)
    make_cost_line(case, category=CostCategory.NEGOTIATION, gross_yen=100_000)
    application = application_of(case)
    assert needed(slots_of(application, "schedule")) == []
    make_cost_line(case, gross_yen=1)
    assert needed(slots_of(application, "schedule")) == ["schedule"]


@pytest.mark.parametrize(("frame", "is_needed"), [(SchemeFrame.NORMAL, True), (SchemeFrame.VUP, False)])
def test_an_earlier_use_of_the_same_frame_is_a_reuse(consultant: Member, frame: SchemeFrame, is_needed: bool) -> None:
    case = make_case(consultant)
    PastUse.objects.create(
        agency_id=case.agency_id,
        enterprise=case.enterprise,
        frame=frame,
        category=PaidCategory.PLANNING,
        paid_yen=1,
    )
    assert any(slot.is_needed for slot in slots_of(application_of(case), "reuse_check")) is is_needed


def test_periods_decide_about_halves_reports_and_accounts(consultant: Member) -> None:
    case = make_ready_case(consultant)  # fiscal years end in March; periods to 2026-09-30 and 2027-03-31
    case.seeks_guarantee_release = True
    case.save()
    first, second = MonitoringPeriod.objects.filter(case=case).order_by("ends_on")
    kind = ApplicationKind.MONITORING_CLAIM
    early = needed(requirements_of(Application.objects.create(agency=case.agency, case=case, kind=kind, period=first)))
    late = needed(
        requirements_of(Application.objects.create(agency=case.agency, case=case, kind=kind, period=second, number=2))
    )
    assert {"remaining_half_request", "trial_balance"} <= set(early)
    assert {"negotiation_claim_together", "year_end_returns"} <= set(late)
    assert not {"year_end_returns", "negotiation_claim_together"} & set(early)
    assert not {"trial_balance", "remaining_half_request"} & set(late)


@pytest.mark.parametrize(
    ("kind", "document"), [(PeriodKind.INTERIM, "trial_balance"), (PeriodKind.CLOSING, "year_end_returns")]
)
def test_the_kind_of_a_vup_period_decides_about_the_accounts(
    consultant: Member, kind: PeriodKind, document: str
) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    period = make_period(case, ends_on=date(2027, 3, 31), kind=kind)
    claim = application_of(case, ApplicationKind.MONITORING_CLAIM, period)
    assert {"trial_balance", "year_end_returns"} & set(needed(requirements_of(claim))) == {document}


def test_subcontracted_work_is_asked_about_where_it_is_claimed(consultant: Member) -> None:
    case = make_case(consultant)
    period, other = make_period(case), make_period(case, ends_on=date(2027, 3, 31))
    line = make_cost_line(case, category=CostCategory.MONITORING, period=period)
    line.is_subcontracted = True
    line.save()
    claim = application_of(case, ApplicationKind.MONITORING_CLAIM, period)
    assert facts_of(claim).has_subcontractors
    claim.period = other
    assert not facts_of(claim).has_subcontractors
    assert not facts_of(application_of(case, ApplicationKind.PLAN_CLAIM)).has_subcontractors


def test_the_council_adds_its_checklist(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    application = application_of(case)
    assert slots_of(application, "fukuoka_usage_checklist") == []
    case.council_id = "40"
    assert needed(slots_of(application, "fukuoka_usage_checklist")) == ["fukuoka_usage_checklist"]


def test_a_stored_paper_is_found_by_its_key(consultant: Member) -> None:
    case = make_ready_case(consultant)
    other = add_co_agency(case)
    application = application_of(case)
    paper = add_paper(application, "estimate", co_agency=other)
    slot = slot_by_key(application, f"estimate~co{other.pk}")
    assert slot is not None
    assert slot.paper == paper
    assert slot_by_key(application, "estimate~co0") is None
    missing = [one.key for one in requirements_of(application) if one.is_needed and one.paper is None]
    assert "estimate" in missing
    assert slot.key not in missing


def test_a_paper_that_the_list_no_longer_has_stays_in_sight(consultant: Member) -> None:
    case = make_case(consultant)
    application = application_of(case)
    paper = add_paper(application, "bank_confirmation")
    old = add_paper(application, "decline_proof")  # asked for until 2024-03-31
    make_lender(case.enterprise)
    last = requirements_of(application)[-2:]
    assert [slot.paper for slot in last] == [paper, old]
    assert [slot.is_needed for slot in last] == [False, False]
    assert {slot.why for slot in last} == {"いまの書類の一覧にないため不要"}


@pytest.mark.parametrize(("filed_on", "is_stale"), [(date(2025, 5, 10), False), (date(2025, 5, 11), True)])
def test_a_certificate_is_stale_on_the_day_after_three_months(
    consultant: Member, filed_on: date, is_stale: bool
) -> None:
    application = application_of(make_case(consultant))
    add_paper(application, "registry_certificate", issued_on=date(2025, 2, 10))
    (slot,) = slots_of(application, "registry_certificate")
    assert slot.expires_on == date(2025, 5, 10)
    assert slot.is_stale_on(filed_on) is is_stale


def test_a_papers_own_validity_may_end_earlier(consultant: Member) -> None:
    application = application_of(make_case(consultant))
    add_paper(application, "registry_certificate", issued_on=date(2025, 2, 10), valid_until=date(2025, 4, 30))
    add_paper(application, "certification_notice", valid_until=date(2029, 3, 31))
    add_paper(application, "estimate", issued_on=date(2020, 1, 1))
    found = {slot.requirement.id: slot.expires_on for slot in requirements_of(application) if slot.paper}
    assert found == {
        "registry_certificate": date(2025, 4, 30),
        "certification_notice": date(2029, 3, 31),
        "estimate": None,
    }
    (empty,) = slots_of(application, "tax_returns")
    assert (empty.expires_on, empty.is_stale_on(TODAY)) == (None, False)


@pytest.mark.parametrize(
    ("kind", "queries"),
    [
        # Lines, lenders, stances, past uses, papers, their versions, other agencies, and the lead agency's name;
        # of a claim the settlements, of planning the approved plan too, and of monitoring the periods.
        (ApplicationKind.USAGE, 8),
        (ApplicationKind.PLAN_CLAIM, 10),
        (ApplicationKind.MONITORING_CLAIM, 10),
    ],
)
def test_the_list_takes_the_same_few_queries_for_many_papers(
    consultant: Member, kind: ApplicationKind, queries: int
) -> None:
    case = make_ready_case(consultant)
    period = MonitoringPeriod.objects.filter(case=case).first() if kind == ApplicationKind.MONITORING_CLAIM else None
    application = application_of(case, kind, period)
    for number in range(5):
        other = add_co_agency(case, f"支援機関{number}")
        add_paper(application, "claim_statement", co_agency=other)
        make_lender(case.enterprise, role=LenderRole.OTHER)
    with CaptureQueriesContext(connection) as asked:
        assert len(requirements_of(application)) > 20
    assert len(asked) == queries
