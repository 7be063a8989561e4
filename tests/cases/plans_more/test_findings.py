"""What the pages of a plan say of its numbers: what is not known, what contradicts, and what is filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from cases.enums import CashItem, Statement
from cases.models import Case, LoanChange, Plan, PlanFigure
from cases.packets.plan_contents import plan_document
from cases.rules.accounts import accounts
from cases.rules.plan_checks import Doubt
from cases.selectors.plan.debtor import debtor_sheet
from cases.selectors.plan.figures import sheet_of
from cases.selectors.plan.findings import SHOWN_ON, findings_of, findings_on
from cases.selectors.plan.grid import (
    account_changes,
    cash_flow_rows,
    indicator_reasons,
    indicator_rows,
    key_rows,
    statement_rows,
)
from cases.selectors.plan.tasks import tasks_of
from cases.selectors.plan.versions import plans_of
from monitoring.packets.bank_pack import bank_pack, bank_pack_html
from tests.builders import make_case, make_lender
from tests.cases.plans.making import close
from tests.cases.plans_more.plan_cases import BASE_YEAR, make_cash, make_figures, make_loan, make_plan, url_of
from tests.conftest import sign_in
from vapup.accounts.models import Member

NO_BALANCE = "基準年度の貸借対照表がないため算定できません"
OF_PROFIT: Mapping[str, int] = {
    name: yen for name, yen in BASE_YEAR.items() if accounts()[name].statement is Statement.PROFIT
}


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case with a lender."""
    found = make_case(consultant)
    make_lender(found.enterprise)
    return found


@pytest.fixture
def bare(case: Case) -> Plan:
    """A plan of profit and loss alone, as the early stage of the scheme asks for: 30 million owed, 2 repaid a year."""
    plan = make_plan(case)
    make_figures(plan, years=range(4), amounts=OF_PROFIT)
    loan = make_loan(plan, case.enterprise.lenders.get(), balance_yen=30_000_000)
    for year in (1, 2, 3):
        LoanChange.objects.create(agency_id=plan.agency_id, loan=loan, year=year, repaid_yen=2_000_000)
    return plans_of(case).get()


def task(plan: Plan, label: str) -> tuple[str, str]:
    """Return the state and the hint of a part of the plan."""
    plan.refresh_from_db()
    found = next(one for one in tasks_of(sheet_of(plan)) if one.label == label)
    return found.state, found.hint


def test_without_a_balance_sheet_balances_are_not_known(bare: Plan) -> None:
    sheet = sheet_of(bare)
    rows = {row.label: list(row.amounts) for row in key_rows(sheet)}
    # Two years before the base year, the base year, three planned ones; the loans alone say what is owed.
    assert rows["債務残高"] == [None, None, 30_000_000, 28_000_000, 26_000_000, 24_000_000]
    assert rows["純資産"] == [None] * 6
    balance = statement_rows(sheet, Statement.BALANCE, is_whole=False)
    assert [(row.id, list(row.amounts)[3:]) for row in balance] == [
        ("long_term_loans", [28_000_000, 26_000_000, 24_000_000])
    ]
    assert cash_flow_rows(sheet) == []
    assert account_changes(sheet, Statement.BALANCE) == []
    assert {text for row in indicator_rows(sheet, [0, 1]) for text in row.reasons} == {
        NO_BALANCE,
        "前年の売上高がないため算定できません",
    }
    assert findings_of(sheet) == ()


def test_a_balance_entered_for_a_planned_year_is_shown_without_a_base_year(bare: Plan) -> None:
    PlanFigure.objects.create(agency_id=bare.agency_id, plan=bare, account="deferred_assets", year=2, yen=500)
    rows = {
        (row.id, row.kind.value): row.amounts
        for row in statement_rows(sheet_of(bare), Statement.BALANCE, is_whole=True)
    }
    assert rows["deferred_assets", "account"] == [0, 0, 0, None, 500, None]
    assert rows["deferred_assets", "section"] == [0, 0, 0, None, None, None]


def test_wear_is_no_change_that_nobody_explained(case: Case) -> None:
    plan = make_plan(case)
    make_figures(plan)
    make_figures(plan, years=range(1, 2), amounts={**OF_PROFIT, "receivables": 21_000_000})
    # The depreciation of 6 million lowers the assets by itself; receivables are what somebody typed.
    assert sheet_of(plan).figures["accumulated_depreciation", 1] == 6_000_000
    assert [row.id for row in account_changes(sheet_of(plan), Statement.BALANCE)] == ["receivables"]
    make_figures(plan, years=range(1, 2), amounts={"accumulated_depreciation": 5_000_000})
    rows = {row.id: list(row.amounts) for row in account_changes(sheet_of(plan), Statement.BALANCE)}
    assert rows["accumulated_depreciation"] == [5_000_000, 0, 0]


def test_no_paper_says_of_a_plan_without_a_balance_sheet_that_it_owes_nothing(bare: Plan, consultant: Member) -> None:
    html = bank_pack_html(bank_pack(bare, bare.case.enterprise.lenders.get(), made_on=date(2025, 10, 1)))
    page = sign_in(consultant).get(url_of(bare.case, "debtor"))
    overview = sign_in(consultant).get(f"/cases/{bare.case.number}/plan/")
    for text in (html, page.content.decode(), overview.content.decode()):
        for wrong in ("実質無借金", "要償還債務がありません", "債務超過ではありません", "△2,000,000", "△2,000"):
            assert wrong not in text
    assert "基準年度の貸借対照表がないため、キャッシュフローは計算していません。" in html
    trend = {line.label: list(line.amounts) for line in debtor_sheet(bare).trend}
    assert trend["総資産"] == trend["純資産"] == [None, None, None]
    assert trend["売上高"] == [None, None, 120_000_000]
    # The table says it in a word, the note beneath once.
    shown = words(overview)
    assert shown.count("算定不可(EBITDA有利子負債倍率、営業運転資本回転期間、自己資本比率、債務償還年数)") == 1
    assert shown.count(NO_BALANCE) == 1
    assert html.count(NO_BALANCE) == 2  # the note of the table, and the one line of 債務超過解消年数


def test_what_contradicts_is_told_where_the_plan_is_submitted_and_approved(
    case: Case, consultant: Member, manager: Member
) -> None:
    plan = make_plan(case, years=1)
    make_figures(plan, amounts={**BASE_YEAR, "opening_stock": 8_000_000, "closing_stock": 9_000_000})
    planned = {"sales": 130_000_000, "opening_stock": 8_000_000, "closing_stock": 9_000_000, "interest": 1_000_000}
    make_figures(plan, years=range(1, 2), amounts=planned)
    loan = make_loan(plan, case.enterprise.lenders.get(), balance_yen=120_000_000, rate=100)
    LoanChange.objects.create(agency_id=plan.agency_id, loan=loan, year=1, repaid_yen=20_000_000)
    # (120 + 100) ÷ 2 × 1 % = 1.1 million of interest
    interest = "計画1年目:損益計画の支払利息 1,000,000円が、返済計画から計算した利息 1,100,000円を下回っています。"
    stock = "計画1年目:期首棚卸高 8,000,000円と、前期末の期末棚卸高 9,000,000円が一致しません。"
    desk, overview = sign_in(consultant), f"/cases/{case.number}/plan/"
    for address in (overview, url_of(case, "submit"), url_of(case, "profit")):
        shown = words(desk.get(address))
        assert interest in shown
        assert stock in shown
    assert [one.text for one in findings_on(sheet_of(plan), Statement.PROFIT)].count(interest) == 1
    # The books have no stock: the balance sheet tells of that, and not of the interest.
    balance = words(desk.get(url_of(case, "balance")))
    assert "貸借対照表の棚卸資産 0円が一致しません" in balance
    assert interest not in balance
    PlanFigure.objects.filter(plan=plan, account__endswith="_stock").delete()
    PlanFigure.objects.filter(plan=plan, account="interest", year=1).update(yen=1_100_000)
    assert "数字の食い違い" not in words(desk.get(overview))
    close(plan)


def test_a_manager_who_approves_reads_what_contradicts(case: Case, manager: Member) -> None:
    plan = make_plan(case, years=1)
    make_figures(plan, amounts={**BASE_YEAR, "cash": 30_000_001})
    plan.state = "submitted"
    plan.submitted_by, plan.submitted_at = case.consultant, plan.created_at
    plan.save()
    shown = words(sign_in(manager).get(url_of(case, "approve")))
    assert "基準年度:資産合計 150,000,001円と負債・純資産合計 150,000,000円が一致しません(差額 1円)。" in shown


def test_every_contradiction_but_those_of_the_list_of_loans_has_a_page_to_mend_it_on() -> None:
    of_loans = {Doubt.LOANS_NOT_LISTED, Doubt.OVERPAID}
    assert frozenset().union(*SHOWN_ON.values()) == set(Doubt) - of_loans


def test_more_written_off_than_was_bought_is_told_where_both_are_planned(case: Case, consultant: Member) -> None:
    plan = make_plan(case, years=1)
    make_figures(plan)
    make_figures(plan, years=range(1, 2), amounts={**OF_PROFIT, "depreciation": 101_000_000})
    told = "計画1年目:減価償却累計額 101,000,000円が、有形・無形固定資産 100,000,000円を超えています。"
    desk = sign_in(consultant)
    for name in ("profit", "balance"):
        assert told in words(desk.get(url_of(case, name)))


def test_months_outside_the_cash_table_do_not_fill_it(case: Case) -> None:
    plan = make_plan(case)
    for number in range(12):
        make_cash(plan, date(2025 + (number + 3) // 12, (number + 3) % 12 + 1, 1), CashItem.COLLECTED, 1)
    assert task(plan, "資金繰表") == ("done", "")
    # The table is moved on by a year: none of its months has an amount.
    Plan.objects.filter(pk=plan.pk).update(cash_starts_on=date(2026, 4, 1))
    assert task(plan, "資金繰表") == ("todo", "計画か実績の入った月は12か月のうち0か月です")
    make_cash(plan, date(2026, 4, 1), CashItem.COLLECTED, 1, is_actual=True)
    make_cash(plan, date(2026, 4, 1), CashItem.PAID_LOANS, 1)
    make_cash(plan, date(2027, 4, 1), CashItem.COLLECTED, 1)
    assert task(plan, "資金繰表") == ("doing", "計画か実績の入った月は12か月のうち1か月です")
    Plan.objects.filter(pk=plan.pk).update(cash_months=13)
    assert task(plan, "資金繰表") == ("doing", "計画か実績の入った月は13か月のうち2か月です")


def test_the_break_even_stands_on_the_overview_and_on_paper(case: Case, consultant: Member) -> None:
    plan = make_plan(case)
    make_figures(plan, years=range(4))
    page = sign_in(consultant).get(f"/cases/{case.number}/plan/")
    # Purchases 60 of sales 120 are variable, 36 fixed: 36 ÷ 0.5 = 72 million; (120 − 72) ÷ 120 = 40 %.
    rows = {row.label: row.shown for row in indicator_rows(sheet_of(plan), [0, 3])}
    assert rows["損益分岐点売上高"] == ["72,000,000円"] * 2
    assert rows["安全余裕率"] == ["40.0%"] * 2
    assert [chart.title for chart in page.context["even_charts"]] == ["2025年3月期(基準年度)", "2028年3月期(計画3年目)"]
    assert "72,000,000円" in words(page)
    own = plans_of(case).get()
    html = bank_pack_html(bank_pack(own, case.enterprise.lenders.get(), made_on=date(2025, 10, 1)))
    assert "<h2>損益分岐点 2025年3月期 実績(基準)</h2>" in html
    assert "<h2>損益分岐点 2028年3月期 計画3年目</h2>" in html
    document = plan_document(own)
    assert [(one.year, one.fixed_yen) for one in document.even] == [(0, 36_000_000), (3, 36_000_000)]


def test_each_reason_is_told_once_with_all_that_it_keeps_from_being_reckoned(case: Case) -> None:
    rows = indicator_rows(sheet_of(make_plan(case)), [0, 1])
    assert indicator_reasons(rows)[0].startswith(
        "算定不可(営業利益率、営業運転資本回転期間、損益分岐点売上高、安全余裕率): "
    )
    assert max(len(text) for row in rows for text in row.shown) <= len("売上高が未入力です")
