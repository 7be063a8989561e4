"""The cash table: planned and actual amounts saved as one sheet, the lowest month, months that run short."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.enums import CashItem
from cases.forms.plan.cash import MonthField
from cases.models import Case, CashFigure, MonthlyFigure, Plan
from cases.rules.cash_table import months_from
from cases.selectors.plan.cash import CashKey, cash_of, proposed_cash
from cases.selectors.plan.part_charts import cash_chart
from cases.services.locking import EditedMeanwhile
from cases.services.plan.cash import CashInput, CashRefused, save_cash
from tests.builders import make_case
from tests.cases.plans_more.plan_cases import (
    latest_changes,
    make_cash,
    make_figures,
    make_plan,
    send,
    shown,
    url_of,
)
from tests.conftest import sign_in
from vapup.accounts.models import Member

APRIL, MAY, JUNE = date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)
GOT, PAID = CashItem.COLLECTED, CashItem.PAID_PURCHASES


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case in the consultant's charge."""
    return make_case(consultant)


@pytest.fixture
def plan(case: Case) -> Plan:
    """The draft of its plan; the base year ends on 2025-03-31."""
    return make_plan(case)


def save(
    plan: Plan, actor: Member, amounts: dict[CashKey, int | None], *, seen: int | None = None, **changed: Any
) -> dict[str, Any]:
    facts = {"starts_on": APRIL, "months": 12, "opening_yen": 0, "is_actual": False, "amounts": amounts, **changed}
    stamp = cash_of(Plan.objects.get(pk=plan.pk)).stamp if seen is None else seen
    return save_cash(actor=actor, case_id=plan.case_id, seen=stamp, sheet=CashInput(**facts))


def stored() -> dict[tuple[str, str, bool], int]:
    return {(f"{one.month:%Y-%m}", one.item, one.is_actual): one.yen for one in CashFigure.objects.all()}


def test_amounts_are_stored_changed_and_emptied(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, {(APRIL, GOT): 100, (APRIL, PAID): 30, (MAY, GOT): None})
    assert stored() == {("2025-04", "collected", False): 100, ("2025-04", "paid_purchases", False): 30}
    save(plan, consultant, {(APRIL, GOT): None, (APRIL, PAID): 40, (MAY, GOT): 0})
    assert stored() == {("2025-04", "paid_purchases", False): 40, ("2025-05", "collected", False): 0}
    assert latest_changes(plan.case) == {
        "資金繰表: 2025-04 売掛金回収・手形期日入金(計画)": [100, None],
        "資金繰表: 2025-04 仕入・外注費の支払(計画)": [30, 40],
        "資金繰表: 2025-05 売掛金回収・手形期日入金(計画)": [None, 0],
    }


def test_what_the_sheet_did_not_show_stays(plan: Plan, consultant: Member) -> None:
    make_cash(plan, date(2030, 1, 1), GOT, 7)
    make_cash(plan, APRIL, GOT, 5, is_actual=True)
    save(plan, consultant, {(APRIL, GOT): 1})
    assert stored()["2030-01", "collected", False] == 7
    assert stored()["2025-04", "collected", True] == 5
    assert cash_of(plan).hidden_months == [date(2030, 1, 1)]


@pytest.mark.parametrize("months", [11, 37])
def test_a_table_has_12_to_36_months(plan: Plan, consultant: Member, months: int) -> None:
    with pytest.raises(CashRefused, match=f"12から36までにしてください\\(入力は{months}か月です\\)"):
        save(plan, consultant, {}, months=months)


def test_settings_are_stored_and_told(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, {}, starts_on=JUNE, months=36, opening_yen=500)
    sheet = cash_of(Plan.objects.get(pk=plan.pk))
    assert (sheet.months[0], sheet.months[-1], len(sheet.months)) == (JUNE, date(2028, 5, 1), 36)
    assert sheet.opening_yen == 500
    assert latest_changes(plan.case)["資金繰表: 資金繰表の月数"] == [12, 36]


def test_an_edit_that_comes_too_late_is_refused(plan: Plan, consultant: Member) -> None:
    seen = cash_of(plan).stamp
    save(plan, consultant, {(APRIL, GOT): 1})
    plan.refresh_from_db()
    with pytest.raises(EditedMeanwhile):
        save(plan, consultant, {(APRIL, GOT): 2}, seen=seen)
    assert stored()["2025-04", "collected", False] == 1


def test_the_first_table_opens_with_the_cash_of_the_base_year(plan: Plan, consultant: Member) -> None:
    make_figures(plan)
    sheet = cash_of(plan)
    assert (sheet.starts_on, sheet.opening_yen) == (APRIL, 30_000_000)
    save(plan, consultant, {}, opening_yen=1)
    assert cash_of(Plan.objects.get(pk=plan.pk)).opening_yen == 1


def test_short_months_and_the_lowest_are_said_loudly(plan: Plan) -> None:
    plan.cash_starts_on, plan.cash_opening_yen = APRIL, 100
    make_cash(plan, APRIL, PAID, 150)
    make_cash(plan, MAY, PAID, 20)
    make_cash(plan, JUNE, GOT, 500)
    sheet = cash_of(plan)
    assert sheet.short_title == "資金が不足する月が2か月あります"
    assert sheet.short_text.splitlines() == [
        "2025年4月末の残高が △50円となり、50円不足します。",
        "2025年5月末の残高が △70円となり、70円不足します。",
        "残高が最も少なくなるのは 2025年5月末の △70円です。",
    ]


def test_actual_months_take_the_place_of_planned_ones(plan: Plan) -> None:
    make_cash(plan, APRIL, GOT, 100)
    make_cash(plan, APRIL, GOT, 60, is_actual=True)
    make_cash(plan, MAY, GOT, 10)
    sheet = cash_of(plan)
    assert [one.closing_yen for one in sheet.table.months[:2]] == [60, 70]
    assert sheet.actual_months == {APRIL}
    assert cash_chart(sheet).wide is not None


def test_the_yearly_plan_proposes_months_that_add_up_to_it(plan: Plan) -> None:
    make_figures(plan, years=range(4))
    amounts = proposed_cash(plan, starts_on=APRIL, months=12)
    year = {item: sum(yen for (_, its), yen in amounts.items() if its is item) for item in CashItem}
    assert year[GOT] == 120_000_000  # sales, as nothing changes in the receivables
    assert year[PAID] == 60_000_000
    assert year[CashItem.PAID_PERSONNEL] == 30_000_000
    assert amounts[APRIL, GOT] == 10_000_000
    assert len({month for month, _ in amounts}) == 12


def test_the_months_of_the_base_year_give_the_proposal_its_season(case: Case, plan: Plan, consultant: Member) -> None:
    """Sales of 4 : 1 : … : 1 (15 in all) make of 120,000,000 once 32,000,000 and eleven times 8,000,000."""
    make_figures(plan, years=range(4))
    page = f"{url_of(case, 'cash')}"
    assert "12か月に等分した金額" in sign_in(consultant).get(page).content.decode()
    for place, month in enumerate(months_from(date(2024, 4, 1), 12)):
        book(plan, month, 1_000 if place else 4_000)
    amounts = proposed_cash(plan, starts_on=APRIL, months=12)
    assert [amounts[month, GOT] for month in months_from(APRIL, 12)] == [32_000_000, *[8_000_000] * 11]
    assert amounts[APRIL, PAID] == amounts[MAY, PAID] == 5_000_000  # no purchases are booked by the month
    told = sign_in(consultant).get(page).content.decode()
    assert "「売掛金回収・手形期日入金」は基準年度の月次の実績と同じ割合" in told


def book(plan: Plan, month: date, sales_yen: int) -> None:
    case = plan.case
    MonthlyFigure.objects.create(
        agency=case.agency, enterprise=case.enterprise, month=month, account="sales", yen=sales_yen
    )


def test_without_planned_figures_nothing_is_proposed(plan: Plan) -> None:
    make_figures(plan)
    assert proposed_cash(plan, starts_on=APRIL, months=12) == {}


@pytest.mark.parametrize("typed", ["2025-04", "2025/4", "R7.4", "令和7年4月", "２０２５年４月"])
def test_a_month_is_read(typed: str) -> None:
    field = MonthField()
    assert field.clean(typed) == APRIL
    assert field.prepare_value(APRIL) == "2025-04"


@pytest.mark.parametrize("typed", ["2025-13", "4月", "1999-04", "2025"])
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(Exception, match="月として読めません"):
        MonthField().clean(typed)


def test_the_page_stores_planned_and_actual_amounts(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "cash")
    assert send(browser, url, **{"2025-04-collected": "1,000"})["Location"] == url
    assert send(browser, f"{url}?sheet=actual", **{"2025-04-collected": "900"})["Location"] == f"{url}?sheet=actual"
    assert stored() == {("2025-04", "collected", False): 1_000, ("2025-04", "collected", True): 900}
    assert send(browser, url, months="18").status_code == 302
    assert "2026-09-collected" in browser.get(url).content.decode()


def test_a_cell_that_cannot_be_read_is_named(case: Case, plan: Plan, consultant: Member) -> None:
    page = send(sign_in(consultant), url_of(case, "cash"), **{"2025-05-collected": "-5"})
    assert page.status_code == 422
    assert "2025-05 売掛金回収・手形期日入金" in page.content.decode()
    assert not stored()


def test_the_proposal_fills_the_cells_and_saves_nothing(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "cash")
    refused = browser.post(url, {**shown(browser.get(url)), "act": "propose"})
    assert refused.status_code == 422
    assert "先に損益計画を入力してください" in refused.content.decode()
    make_figures(plan, years=range(4))
    page = browser.post(url, {**shown(browser.get(url)), "act": "propose"})
    assert page.status_code == 200
    assert page.context["form"]["2025-04-collected"].value() == "10,000,000"
    assert not stored()


def test_pasted_cells_fill_the_sheet_and_totals_are_left_out(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "cash")
    pasted = "\t2025-05\t2025-06\n人件費\t1\t2\n経常収支\t9\t9\n"
    page = browser.post(url, {**shown(browser.get(url)), "act": "paste", "pasted": pasted, "unit": "1000"})
    form = page.context["form"]
    assert [form[f"2025-{month}-paid_personnel"].value() for month in ("05", "06")] == ["1,000", "2,000"]
    assert "読み飛ばしました: 経常収支" in page.content.decode()
    assert not stored()


def test_a_conflict_keeps_the_input_and_shows_both(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "cash")
    data = {**shown(browser.get(url)), "2025-04-collected": "3"}
    save(plan, consultant, {(APRIL, GOT): 2}, opening_yen=0)
    page = browser.post(url, data)
    assert page.status_code == 409
    assert [(one.stored, one.typed) for one in page.context["differences"] if "2025-04" in one.label] == [("2", "3")]
    again = {**data, "version": page.context["form"]["version"].value()}
    assert browser.post(url, again).status_code == 302
    assert stored()["2025-04", "collected", False] == 3
