"""The ledger of the caps: what an enterprise has used, what its open cases take, what is left."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.enums import CaseStage, PaidCategory, SchemeFrame
from cases.models import Case, Enterprise, PastUse
from subsidies.enums import ApplicationState, CostCategory
from subsidies.models import Application, CostLine
from subsidies.selectors import assessment_of
from subsidies.selectors.caps.ledger import CapRow, FrameLedger, cap_ledger_of
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.estimate.assessment_page import assessment_page_of
from tests.builders import make_case, make_cost_line, make_enterprise, make_ready_case
from tests.conftest import sign_in
from tests.subsidies.claims_cases import accepted_case, make_claim, make_line
from tests.subsidies.packet_cases import make_approved
from vapup.accounts.models import Member

TODAY = date(2026, 5, 1)


def past(enterprise: Enterprise, yen: int, *, category: PaidCategory = PaidCategory.PLANNING, **facts: object) -> None:
    values = {"frame": SchemeFrame.NORMAL, "category": category, "paid_yen": yen, **facts}
    PastUse.objects.create(agency_id=enterprise.agency_id, enterprise=enterprise, **values)


def only_frame(enterprise: Enterprise) -> FrameLedger:
    (found,) = cap_ledger_of(enterprise, today=TODAY)
    return found


def row(ledger: FrameLedger, label: str) -> CapRow:
    return next(one for one in ledger.rows if one.label.startswith(label))


def figures(one: CapRow) -> tuple[int | None, int, int, int]:
    return one.cap_yen, one.used_yen, one.open_yen, one.free_yen


def test_a_case_and_a_past_use_share_each_cap(consultant: Member) -> None:
    case = make_ready_case(consultant)
    past(case.enterprise, 300_000)
    ledger = only_frame(case.enterprise)
    # planning 1,500,000 × 2/3 = 1,000,000 of 2,000,000 less 300,000; monitoring 1,500,000 × 2/3 = 1,000,000, but the
    # pool of the medium class 3,000,000 × 2/3 = 2,000,000 leaves 2,000,000 − 300,000 − 1,000,000 = 700,000 for it.
    assert figures(row(ledger, "計画策定支援費用")) == (2_000_000, 300_000, 1_000_000, 700_000)
    assert figures(row(ledger, "伴走支援費用")) == (1_000_000, 0, 700_000, 300_000)
    assert figures(row(ledger, "金融機関交渉費用")) == (100_000, 0, 100_000, 0)
    assert figures(row(ledger, "計画策定と伴走支援")) == (2_000_000, 300_000, 1_700_000, 0)
    assert ledger.faults == []


def test_the_ledger_of_one_case_agrees_with_its_assessment_page(consultant: Member) -> None:
    case = make_ready_case(consultant)
    past(case.enterprise, 300_000)
    page = assessment_page_of(case, assessment_of(case), today=TODAY)
    rows = {one.label: figures(one) for one in only_frame(case.enterprise).rows}
    bars = [*page.bars, page.pool] if page.pool else [*page.bars]
    assert len(bars) == 4
    for bar in bars:
        assert rows[bar.label] == (bar.cap_yen, bar.past_yen, bar.subsidy_yen, bar.free_yen)


def test_the_pool_is_shown_before_it_applies_and_is_no_fault_then(consultant: Member) -> None:
    case = make_ready_case(consultant)
    make_cost_line(case, gross_yen=1_500_000)
    pool = row(only_frame(case.enterprise), "計画策定と伴走支援")
    # planning 3,000,000 × 2/3 = 2,000,000 and monitoring 1,000,000: 3,000,000 of 2,000,000, but only reuse is bounded.
    assert figures(pool) == (2_000_000, 0, 3_000_000, -1_000_000)
    assert (pool.applies, pool.is_over) == (False, False)


def test_two_open_cases_over_the_cap_are_an_error_in_words(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=2_400_000)
    other = make_case(consultant, enterprise=case.enterprise)
    make_cost_line(other, gross_yen=1_500_000)
    past(case.enterprise, 100_000)
    ledger = only_frame(case.enterprise)
    # 2,400,000 × 2/3 = 1,600,000 and 1,500,000 × 2/3 = 1,000,000: 100,000 + 2,600,000 − 2,000,000 = 700,000 over.
    assert figures(row(ledger, "計画策定支援費用")) == (2_000_000, 100_000, 2_600_000, -700_000)
    assert ledger.faults[0] == (
        "計画策定支援費用: 使用済み 100,000円 と進行中の案件 2,600,000円 の合計 2,700,000円 が、"
        "上限 2,000,000円 を 700,000円 超えています。"
    )
    page = sign_in(consultant).get(reverse("subsidies:cap_ledger", args=[case.enterprise_id])).content.decode()
    assert ledger.faults[0] in page


def test_past_payments_alone_can_pass_the_cap(consultant: Member) -> None:
    enterprise = make_enterprise(consultant.agency)
    past(enterprise, 1_500_000, accepted_on=date(2022, 6, 1), note="別の支援機関で利用")
    past(enterprise, 600_000)
    ledger = only_frame(enterprise)
    assert figures(row(ledger, "計画策定支援費用")) == (2_000_000, 2_100_000, 0, -100_000)
    assert len(ledger.faults) == 2  # planning, and the pool of 2,000,000
    assert (ledger.newest, ledger.on) == (None, TODAY)
    page = sign_in(consultant).get(reverse("subsidies:cap_ledger", args=[enterprise.pk])).content.decode()
    assert "2022-06-01" in page
    assert "別の支援機関で利用" in page
    assert "受理日の記録なし" in page


def test_an_approved_case_counts_what_was_approved(consultant: Member, manager: Member) -> None:
    case = make_ready_case(consultant)
    make_approved(case, requested_by=consultant, decided_by=manager)
    CostLine.objects.filter(case=case).update(gross_yen=15_000, net_yen=13_636, tax_yen=1_364)
    (share,) = only_frame(case.enterprise).open_cases
    assert share.is_approved
    # frozen: 1,000,000 + 1,000,000 + 100,000, whatever the rows say now.
    assert share.total_yen == 2_100_000
    assert share.subsidies[CostCategory.PLANNING] == 1_000_000


def test_what_is_not_approved_is_expected(consultant: Member) -> None:
    case = make_ready_case(consultant)
    (share,) = only_frame(case.enterprise).open_cases
    assert (share.is_approved, share.total_yen) == (False, 2_100_000)
    page = sign_in(consultant).get(reverse("subsidies:cap_ledger", args=[case.enterprise_id])).content.decode()
    assert "見込み" in page


def test_cases_that_were_given_up_unclaimed_are_not_shown(consultant: Member) -> None:
    case = make_ready_case(consultant)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.WITHDRAWN)
    assert cap_ledger_of(case.enterprise, today=TODAY) == ()
    dates = {name: date(2025, 5, 12) for name in ("usage_applied_on", "usage_accepted_on", "accepted_on")}
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.COMPLETED, **dates)
    ledger = only_frame(case.enterprise)
    assert (len(ledger.open_cases), [one.parts for one in ledger.ended]) == (0, [[]])
    assert figures(row(ledger, "計画策定支援費用")) == (2_000_000, 0, 0, 2_000_000)


@pytest.mark.parametrize("stage", [CaseStage.COMPLETED, CaseStage.LAPSED, CaseStage.WITHDRAWN])
def test_what_was_claimed_stays_used_when_its_case_ends(consultant: Member, stage: CaseStage) -> None:
    case = accepted_case(consultant, {CostCategory.PLANNING: 3_000_000})
    claim = make_claim(case, state=ApplicationState.PAID, submitted_on=TODAY)
    make_line(claim, 3_000_000)
    assessment = claim_of(claim).assessment
    Application.objects.filter(pk=claim.pk).update(
        assessment=assessment.as_dict(), assessed=assessment.request.as_dict()
    )
    Case.objects.filter(pk=case.pk).update(stage=stage)
    # 3,000,000 × 2/3 = 2,000,000; the held half of the plan was never asked for: 1,000,000.
    used = row(only_frame(case.enterprise), "計画策定支援費用")
    assert figures(used) == (2_000_000, 1_000_000, 0, 1_000_000)
    past(case.enterprise, 990_000, accepted_on=date(2025, 5, 12))
    told = only_frame(case.enterprise)
    assert figures(row(told, "計画策定支援費用")) == (2_000_000, 990_000, 0, 1_010_000)
    assert told.ended[0].parts == [("計画策定支援費用", 1_000_000, True)]
    page = sign_in(consultant).get(reverse("subsidies:cap_ledger", args=[case.enterprise_id])).content.decode()
    assert case.number in page
    assert "過去の利用の額で数えます" in page


def test_the_rules_are_those_of_the_newest_case(consultant: Member) -> None:
    old = make_case(consultant, planned_accepted_on=date(2021, 5, 12))
    assert row(only_frame(old.enterprise), "計画策定支援費用").cap_yen is None  # a joint cap until 2022-03-31
    assert row(only_frame(old.enterprise), "計画策定と伴走支援").cap_yen == 2_000_000
    make_case(consultant, enterprise=old.enterprise)
    assert row(only_frame(old.enterprise), "計画策定支援費用").cap_yen == 2_000_000


def test_each_frame_has_its_own_caps(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    make_cost_line(case, gross_yen=225_000)
    past(case.enterprise, 500_000)
    frames = cap_ledger_of(case.enterprise, today=TODAY)
    assert [one.frame for one in frames] == [SchemeFrame.NORMAL, SchemeFrame.VUP]
    # 225,000 × 2/3 = 150,000, all of the cap; what 405 paid does not count here.
    assert figures(row(frames[1], "計画策定支援費用")) == (150_000, 0, 150_000, 0)


def test_a_category_outside_the_frame_is_said_to_be(consultant: Member) -> None:
    enterprise = make_enterprise(consultant.agency)
    past(enterprise, 50_000, frame=SchemeFrame.VUP, category=PaidCategory.MONITORING)
    found = row(only_frame(enterprise), "伴走支援費用")
    assert (found.in_frame, found.cap_yen, found.used_yen, found.is_over) == (False, None, 50_000, False)


def test_a_frame_that_is_closed_says_so(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.SME_GL, planned_accepted_on=date(2022, 4, 1))
    ledger = only_frame(case.enterprise)
    assert ledger.rows == ()
    assert "2022-04-01" in ledger.closed
    assert ledger.open_cases[0].closed == ledger.closed
    page = sign_in(consultant).get(reverse("subsidies:cap_ledger", args=[case.enterprise_id])).content.decode()
    assert ledger.closed in page


def test_an_enterprise_without_any_use_has_an_empty_page(consultant: Member, viewer: Member) -> None:
    url = reverse("subsidies:cap_ledger", args=[make_enterprise(consultant.agency).pk])
    assert "まだどの枠も使っていません。" in sign_in(consultant).get(url).content.decode()
    assert reverse("cases:new") not in sign_in(viewer).get(url).content.decode()


def test_another_agency_finds_nothing(consultant: Member, outsider: Member) -> None:
    case = make_ready_case(consultant)
    url = reverse("subsidies:cap_ledger", args=[case.enterprise_id])
    assert sign_in(outsider).get(url).status_code == 404


def test_both_pages_lead_here(consultant: Member) -> None:
    case = make_ready_case(consultant)
    url = reverse("subsidies:cap_ledger", args=[case.enterprise_id])
    browser = sign_in(consultant)
    assert url in browser.get(reverse("cases:enterprise", args=[case.enterprise_id])).content.decode()
    assert url in browser.get(reverse("subsidies:assessment", args=[case.number])).content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_does_not_grow(consultant: Member, count: int) -> None:
    enterprise = make_enterprise(consultant.agency)
    for _ in range(count):
        make_cost_line(make_case(consultant, enterprise=enterprise))
        past(enterprise, 1)
    with CaptureQueriesContext(connection) as asked:
        cap_ledger_of(enterprise, today=TODAY)
    assert len(asked) == 5  # cases, past uses, lines, periods, approved applications
