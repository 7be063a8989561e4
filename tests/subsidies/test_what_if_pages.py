"""The what-if pages: the address holds every assumption, the figures are those of the rules, bad input is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case, PastUse
from subsidies.enums import ApplicationState, CostCategory
from subsidies.forms.what_if import AssumptionForm
from subsidies.models import Application, Estimate
from subsidies.rules.assessment import assess
from subsidies.rules.assumptions import request_of
from subsidies.rules.levers import find_levers
from subsidies.selectors import assess_request_of
from subsidies.selectors.estimate.what_if import assumptions_of_case, query_of, values_of, what_if_of
from tests.builders import make_case, make_cost_line, make_ready_case
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.models import AuditEvent, Member
from vapup.shared.money import format_yen

TODAY = date(2026, 11, 21)
NORMAL = {
    "frame": "normal",
    "accepted_on": "2025-05-12",
    "total_yen": "3,000,000",
    "monitoring_yen": "1,800,000",
    "period_count": "2",
    "first_ends_on": "2026-09-30",
    "every_months": "6",
    "annual_sales_yen": "320,000,000",
    "interest_bearing_debt_yen": "250,000,000",
}


@pytest.fixture
def browser(consultant: Member) -> Client:
    return sign_in(consultant)


def url(case: Case | None, **changed: str) -> str:
    page = reverse("subsidies:what_if", args=[case.number]) if case else reverse("subsidies:what_if_free")
    return f"{page}?{urlencode({**NORMAL, **changed})}" if changed else page


def text(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def ready_case(consultant: Member) -> Case:
    case = make_ready_case(consultant)
    Case.objects.filter(pk=case.pk).update(seeks_guarantee_release=True)
    case.refresh_from_db()
    return case


def test_the_page_starts_from_the_case_and_equals_its_figures(browser: Client, consultant: Member) -> None:
    case = ready_case(consultant)
    page = text(browser, url(case))
    # 1,500,000 + 1,500,000 + 150,000, two thirds of each.
    assert 'value="3,000,000"' in page
    assert "2,100,000" in page
    assert page.count("今の案件と同じ") == 3
    assert "保存した試算はまだありません" in page


def test_figures_equal_assess(browser: Client, consultant: Member) -> None:
    case = ready_case(consultant)
    form = AssumptionForm(NORMAL)
    assert form.is_valid()
    answer = browser.get(url(case, frame="normal"))
    found, own = answer.context["found"], assess(request_of(form.assumptions()))
    assert found.page.assessment == own
    # 1,200,000 × 2/3 = 800,000, and 1,000,000 (cap) of 1,800,000 × 2/3 = 1,200,000; the case has 2,100,000.
    assert own.totals == (3_000_000, 1_800_000, 1_200_000)
    assert found.difference == (-150_000, -300_000, 150_000)
    page = answer.content.decode()
    assert "今の案件より" in page
    assert "伴走支援費用: 補助上限額 1,000,000円" in page
    assert "伴走支援費用から計画策定支援費用へ 300,000円を移す" in page


def test_every_lever_and_scheme_leads_to_what_it_shows(consultant: Member) -> None:
    case = ready_case(consultant)
    form = AssumptionForm(NORMAL)
    assert form.is_valid()
    found = what_if_of(form.assumptions(), case=case, today=TODAY)
    assert len(found.levers) == len(find_levers(request_of(form.assumptions())))
    for lever in found.levers:
        after = totals_of(lever.query)
        assert after[1] - found.totals.subsidy_yen == lever.subsidy_yen
        assert after[2] - found.totals.own_burden_yen == lever.own_burden_yen
    for row in found.schemes:
        assert row.totals == totals_of(row.query)
    assert [row.frame for row in found.schemes] == [SchemeFrame.VUP, SchemeFrame.NORMAL, SchemeFrame.SME_GL]


def totals_of(query: str) -> tuple[int, int, int]:
    form = AssumptionForm(QueryDict(query))
    assert form.is_valid(), form.errors
    totals = assess(request_of(form.assumptions())).totals
    return totals.cost_yen, totals.subsidy_yen, totals.own_burden_yen


def test_the_schemes_keep_the_total_and_say_what_they_lack(consultant: Member) -> None:
    case = ready_case(consultant)
    assumed = replace(assumptions_of_case(case), frame=SchemeFrame.SME_GL, due_diligence_yen=600_000)
    rows = {row.frame: row for row in what_if_of(assumed, case=case, today=TODAY).schemes}
    # 3,000,000 + 600,000 + 150,000 in each frame.
    assert {row.totals.cost_yen for row in rows.values() if row.totals} == {3_750_000}
    assert rows[SchemeFrame.NORMAL].notes == ("DD費用等は区分がないため、計画策定支援費用に含めました。",)
    assert rows[SchemeFrame.SME_GL].notes == ("金融機関交渉費用 150,000円はこの枠の対象外です。",)
    # Planning 150,000, interim and closing 50,000 each, negotiation 100,000.
    early = rows[SchemeFrame.VUP].totals
    assert early is not None
    assert early.subsidy_yen == 350_000


def test_a_frame_that_was_not_open_says_so(consultant: Member) -> None:
    assumed = replace(assumptions_of_case(make_case(consultant)), accepted_on=date(2016, 4, 1), total_yen=1)
    rows = {row.frame: row for row in what_if_of(assumed, case=None, today=TODAY).schemes}
    assert rows[SchemeFrame.VUP].totals is None
    assert rows[SchemeFrame.VUP].notes == ("2016-04-01の受理では利用できません。",)


def test_another_scheme_is_compared_with_its_own_past(consultant: Member) -> None:
    case = ready_case(consultant)
    PastUse.objects.create(
        agency=case.agency,
        enterprise=case.enterprise,
        frame=SchemeFrame.VUP,
        category=CostCategory.PLANNING,
        paid_yen=100_000,
    )
    found = what_if_of(assumptions_of_case(case), case=case, today=TODAY)
    early = next(row for row in found.schemes if row.frame is SchemeFrame.VUP)
    # Planning has 150,000 - 100,000 left; interim and closing 50,000 each, negotiation 100,000.
    assert early.totals is not None
    assert early.totals.subsidy_yen == 250_000
    assert found.totals.subsidy_yen == 2_100_000


def test_a_percentage_is_a_part_of_the_total() -> None:
    form = AssumptionForm({**NORMAL, "monitoring_yen": "30%"})
    assert form.is_valid()
    assert form.assumptions().monitoring_yen == 900_000


def test_values_and_query_are_read_back(consultant: Member) -> None:
    assumed = assumptions_of_case(ready_case(consultant))
    form = AssumptionForm(values_of(assumed))
    assert form.is_valid(), form.errors
    assert form.assumptions() == assumed
    assert totals_of(query_of(assumed)) == (3_150_000, 2_100_000, 1_050_000)


def test_a_negotiation_without_a_guarantee_to_release_is_named(browser: Client, consultant: Member) -> None:
    case = make_ready_case(consultant)  # has a negotiation, but does not seek the release
    page = text(browser, url(case))
    assert "金融機関交渉費用は計算に含めていません" in page
    assert "△150,000" in page  # the cost is lower than that of the case


def test_an_approved_application_limits_the_what_if(browser: Client, consultant: Member) -> None:
    case = ready_case(consultant)
    Application.objects.create(
        agency=case.agency,
        case=case,
        state=ApplicationState.APPROVED,
        decided_by=consultant,
        decided_at=clock.now(),
        assessed=assess_request_of(case).as_dict(),
        assessment={"totals": {"subsidy": 2_100_000}},
        payload={},
    )
    answer = browser.get(f"{url(case)}?total_yen=3300000&monitoring_yen=1500000")
    found = answer.context["found"]
    # Planning of 1,800,000 counts up to the 1,500,000 that were filed: the subsidy stays at 2,100,000.
    assert found.totals == (3_450_000, 2_100_000, 1_350_000)
    assert "計画策定支援費用を 300,000円減らす" in [lever.title for lever in found.levers]
    assert "計画策定支援費用: 利用申請の額 1,500,000円" in found.limits


def test_a_short_address_changes_one_value_of_the_case(browser: Client, consultant: Member) -> None:
    case = ready_case(consultant)
    answer = browser.get(f"{url(case)}?monitoring_yen=900000")
    assert answer.context["found"].assumed.monitoring_yen == 900_000
    assert answer.context["found"].assumed.total_yen == 3_000_000


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("total_yen", "9" * 400, "長すぎて読み取れません"),
        ("total_yen", "99999999999999", "1,000,000,000,000円までの金額"),
        ("total_yen", "12\x0034", "金額"),
        ("total_yen", "", "入力してください"),
        ("total_yen", "-1", "円 は入力できません"),
        ("monitoring_yen", "120%", "0%から100%まで"),
        ("monitoring_yen", "²%", "0%から100%まで"),
        ("monitoring_yen", "3,000,001", "総額 3,000,000円 を超えています"),
        ("closing_yen", "2,000,000", "伴走支援 1,800,000円 を超えています"),
        ("accepted_on", "2025-02-30", "2025-02-30"),
        ("accepted_on", "2012-01-01", "制度の版がありません"),
        ("frame", "nonsense", "一覧から選び直してください"),
        ("every_months", "5", "一覧から選び直してください"),
        ("period_count", "37", "36までの数"),
        ("period_count", "二", "数として読めません"),
        ("first_ends_on", "2025-01-31", "より前です"),
        ("first_ends_on", "", "初回の対象期間の最終日も入力してください"),
        ("first_ends_on", "2099-12-31", "2099年を超えます"),
        ("annual_sales_yen", "", "「年間売上高」を入力してください"),
        ("past_planning", "abc", "abc"),
    ],
)
def test_wrong_input_is_answered_and_kept(
    browser: Client, consultant: Member, name: str, typed: str, sentence: str
) -> None:
    answer = browser.get(url(make_case(consultant), **{name: typed}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "試算の結果" not in page
    assert answer.context["form"][name].value() == typed


def test_every_fault_is_named_at_once(browser: Client, consultant: Member) -> None:
    wrong = {"total_yen": "abc", "first_ends_on": "2020-01-01", "annual_sales_yen": "", "past_planning": "x"}
    answer = browser.get(url(make_case(consultant), **wrong))
    assert set(answer.context["form"].errors) == set(wrong)


def test_a_free_what_if_answers_wrong_input_too(browser: Client) -> None:
    assert "入力内容を確認してください" in text(browser, url(None, total_yen="x"), 422)


def test_repeated_and_unknown_keys_do_no_harm(browser: Client, consultant: Member) -> None:
    case = ready_case(consultant)
    answer = browser.get(url(case, frame="normal") + "&total_yen=1000000&total_yen=2000000&nonsense=1&__proto__=1")
    # The last of several total_yen counts, as everywhere in Django.
    assert answer.context["found"].assumed.total_yen == 2_000_000
    assert text(browser, f"{url(case)}?frame=&frame=normal", 422)


def test_an_empty_case_asks_for_a_total(browser: Client, consultant: Member) -> None:
    assert "費用がまだありません" in text(browser, url(make_case(consultant)))


def test_the_free_page_starts_empty_and_computes(browser: Client) -> None:
    assert "前提を入力してください" in text(browser, url(None))
    page = text(browser, url(None, frame="normal"))
    assert "1,800,000" in page
    assert "今の案件より" not in page
    assert "この試算を保存" not in page


def test_nothing_is_stored_by_looking(browser: Client, consultant: Member) -> None:
    case = ready_case(consultant)
    before = AuditEvent.objects.for_agency(case.agency_id).count()
    text(browser, url(case, frame="normal"))
    assert AuditEvent.objects.for_agency(case.agency_id).count() == before
    assert not Estimate.objects.for_agency(case.agency_id).exists()


def test_a_viewer_may_compute_but_not_keep(viewer: Member, consultant: Member) -> None:
    case = ready_case(consultant)
    make_cost_line(case)
    page = text(sign_in(viewer), url(case, frame="normal"))
    assert "試算の結果" in page
    assert "この試算を保存" not in page


def test_another_agency_finds_no_such_case(outsider: Member, consultant: Member) -> None:
    assert sign_in(outsider).get(url(make_case(consultant))).status_code == 404


def test_the_pages_of_the_case_lead_here(browser: Client, consultant: Member) -> None:
    case = ready_case(consultant)
    for name in ("subsidies:costs", "subsidies:assessment"):
        page = text(browser, reverse(name, args=[case.number]))
        assert f'class="button" href="{url(case)}"' in page
    assert url(None) in text(browser, reverse("cases:list"))
    assert format_yen(2_100_000) in text(browser, url(case))
