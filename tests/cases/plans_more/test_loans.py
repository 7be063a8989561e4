"""The repayment plan: loans and their years in one sheet, proposals, findings with both values."""

from __future__ import annotations

from typing import Any

import pytest

from cases.enums import LenderRole
from cases.forms.plan.loans import LoansForm, RateField, first_rows
from cases.models import Case, Lender, Loan, LoanChange, Plan
from cases.selectors.plan.loans import loan_sheet_of
from cases.selectors.plan.part_charts import debt_service_chart, repayment_sources
from cases.services.locking import EditedMeanwhile
from cases.services.plan.loans import LoanInput, LoansRefused, save_loans
from tests.builders import make_case, make_enterprise, make_lender
from tests.cases.plans_more.plan_cases import (
    latest_changes,
    make_figures,
    make_loan,
    make_plan,
    row,
    send,
    shown,
    url_of,
)
from tests.conftest import sign_in
from vapup.accounts.models import Member


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case whose enterprise owes 80 million to one bank and 40 million to another."""
    found = make_case(consultant)
    make_lender(found.enterprise, balance_yen=80_000_000, guaranteed_yen=30_000_000)
    make_lender(found.enterprise, role=LenderRole.SUBMAIN, bank_name="石巻信用金庫", balance_yen=40_000_000)
    return found


@pytest.fixture
def plan(case: Case) -> Plan:
    """The draft of its plan, over three years."""
    return make_plan(case)


def lender_of(plan: Plan, name: str = "七十七銀行") -> Lender:
    return plan.case.enterprise.lenders.get(bank_name=name)


def entry(plan: Plan, pk: int | None = None, *, years: Any = (), is_gone: bool = False, **facts: Any) -> LoanInput:
    values = {
        "lender": lender_of(plan),
        "name": "証書貸付",
        "balance_yen": 50_000_000,
        "rate_basis_points": 125,
        "is_guaranteed": False,
        "is_short_term": False,
        "collateral": "",
        **facts,
    }
    return LoanInput(row(pk, is_gone=is_gone, **values), dict(years))


def save(plan: Plan, actor: Member, *rows: LoanInput, seen: int | None = None) -> dict[str, Any]:
    stamp = loan_sheet_of(plan).stamp if seen is None else seen
    return save_loans(actor=actor, case_id=plan.case_id, seen=stamp, rows=rows)


def years_of(loan: Loan) -> list[tuple[int, int, int]]:
    return [(one.year, one.borrowed_yen, one.repaid_yen) for one in loan.changes.order_by("year")]


def test_a_loan_and_its_years_are_stored_in_one_step(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, entry(plan, years={1: (0, 5_000_000), 2: (1_000_000, 6_000_000)}))
    loan = Loan.objects.get(plan=plan)
    assert years_of(loan) == [(1, 0, 5_000_000), (2, 1_000_000, 6_000_000)]
    changes = latest_changes(plan.case)
    assert changes["返済計画: 借入金 1. 七十七銀行 石巻支店 証書貸付: 基準期末の残高"] == [None, 50_000_000]
    assert changes["返済計画: 借入金 1. 七十七銀行 石巻支店 証書貸付 2年目 返済"] == [0, 6_000_000]


def test_years_change_and_go_with_before_and_after(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, entry(plan, years={1: (0, 5), 2: (0, 6)}))
    loan = Loan.objects.get(plan=plan)
    save(plan, consultant, entry(plan, loan.pk, years={1: (0, 7), 3: (0, 8)}))
    assert years_of(loan) == [(1, 0, 7), (3, 0, 8)]
    name = "返済計画: 借入金 1. 七十七銀行 石巻支店 証書貸付"
    assert latest_changes(plan.case) == {
        f"{name} 1年目 返済": [5, 7],
        f"{name} 2年目 返済": [6, 0],
        f"{name} 3年目 返済": [0, 8],
    }


def test_a_loan_goes_with_its_years(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, entry(plan, years={1: (0, 5)}), entry(plan, name="手形貸付", years={1: (0, 9)}))
    first, second = Loan.objects.filter(plan=plan)
    save(
        plan,
        consultant,
        entry(plan, first.pk, is_gone=True),
        entry(plan, second.pk, name="手形貸付", years={1: (0, 9)}),
    )
    assert list(Loan.objects.filter(plan=plan)) == [second]
    assert [one.repaid_yen for one in LoanChange.objects.all()] == [9]


def test_nothing_changed_is_nothing_written(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, entry(plan, years={1: (0, 5)}))
    loan = Loan.objects.get(plan=plan)
    assert save(plan, consultant, entry(plan, loan.pk, years={1: (0, 5)})) == {}


def test_a_lender_of_another_enterprise_is_refused(plan: Plan, consultant: Member) -> None:
    other = make_lender(make_enterprise(consultant.agency, name="よその会社"), bank_name="よその銀行")
    with pytest.raises(LoansRefused, match="「よその銀行 石巻支店」は、この事業者の金融機関にありません"):
        save(plan, consultant, entry(plan, lender=other))
    assert not Loan.objects.exists()


def test_an_edit_that_comes_too_late_is_refused(plan: Plan, consultant: Member) -> None:
    seen = loan_sheet_of(plan).stamp
    save(plan, consultant, entry(plan))
    with pytest.raises(EditedMeanwhile):
        save(plan, consultant, entry(plan, name="後"), seen=seen)


def test_balances_interest_and_shares_follow(plan: Plan) -> None:
    make_figures(plan)  # the books owe 120 million
    first = make_loan(plan, lender_of(plan), balance_yen=80_000_000, rate=200)
    make_loan(plan, lender_of(plan, "石巻信用金庫"), balance_yen=40_000_000)
    LoanChange.objects.create(agency_id=plan.agency_id, loan=first, year=1, repaid_yen=20_000_000)
    sheet = loan_sheet_of(plan)
    assert [(one.name, one.share) for one in sheet.by_lender] == [
        ("七十七銀行 石巻支店", "66.7%"),
        ("石巻信用金庫 石巻支店", "33.3%"),
    ]
    # (80 + 60) ÷ 2 × 2 % = 1.4 million
    assert (sheet.totals[0].closing_yen, sheet.totals[0].interest_yen) == (100_000_000, 1_400_000)
    assert sheet.findings == []
    assert [one.year for one in sheet.totals] == [1, 2, 3]


def test_findings_name_both_values(plan: Plan) -> None:
    make_figures(plan)
    loan = make_loan(plan, lender_of(plan), balance_yen=100_000_000)
    LoanChange.objects.create(agency_id=plan.agency_id, loan=loan, year=1, repaid_yen=100_000_001)
    books, overpaid = loan_sheet_of(plan).findings
    assert "100,000,001円" in overpaid
    assert "100,000,000円" in overpaid
    assert books == (
        "基準年度:借入金の明細の合計 100,000,000円と、貸借対照表の借入金 120,000,000円が"
        "一致しません(差額 △20,000,000円)。"
    )


def test_without_books_nothing_is_compared(plan: Plan) -> None:
    make_loan(plan, lender_of(plan), balance_yen=1)
    assert loan_sheet_of(plan).findings == []


def test_what_repays_is_profit_depreciation_and_the_interest_paid(plan: Plan) -> None:
    make_figures(plan, years=range(4))
    sheet = loan_sheet_of(plan)
    # 120 − 60 − 30 − 6 − 1.2 = 22.8; + depreciation 6 + interest 1.2 = 30 million
    assert repayment_sources(plan, sheet) == dict.fromkeys((1, 2, 3), 30_000_000)
    make_loan(plan, lender_of(plan), balance_yen=30)
    chart = debt_service_chart(loan_sheet_of(plan), {1: 1, 2: 2, 3: 3})
    assert "元利返済額" in chart.title
    assert chart.wide is not None


@pytest.mark.parametrize(("typed", "points"), [("1.25", 125), ("２％", 200), ("0.5", 50), ("20", 2_000), ("0", 0)])
def test_a_rate_is_read(typed: str, points: int) -> None:
    field = RateField()
    assert field.clean(typed) == points
    assert field.clean(field.prepare_value(points)) == points


@pytest.mark.parametrize("typed", ["20.01", "1.255", "年1%", "-1", "100"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(Exception, match="金利として読めません"):
        RateField().clean(typed)


def test_first_rows_come_from_the_lenders() -> None:
    lender = Lender(pk=3, balance_yen=80, guaranteed_yen=30)
    assert [(one["balance_yen"], one["is_guaranteed"]) for one in first_rows([lender])] == [(50, False), (30, True)]
    assert first_rows([Lender(pk=4, balance_yen=0)]) == []


def test_the_page_begins_with_the_lenders_and_stores_them(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "loans")
    assert "金融機関の登録から下書きしました" in browser.get(url).content.decode()
    answer = send(browser, url, **{"loan-0-rate_basis_points": "1.25", "loan-0-repaid_1": "1,000,000"})
    assert answer.status_code == 302
    stored = [(one.balance_yen, one.is_guaranteed) for one in Loan.objects.filter(plan=plan)]
    assert stored == [(50_000_000, False), (30_000_000, True), (40_000_000, False)]
    assert LoanChange.objects.get().repaid_yen == 1_000_000


def proposed(browser: Any, url: str, **typed: Any) -> Any:
    page = browser.post(url, {**shown(browser.get(url)), **typed})
    return page, page.context["form"] if page.context else None


def test_equal_repayments_are_proposed_but_not_saved(case: Case, plan: Plan, consultant: Member) -> None:
    make_loan(plan, lender_of(plan), balance_yen=100)
    page, form = proposed(sign_in(consultant), url_of(case, "loans"), act="equal", equal_years="3")
    assert page.status_code == 200
    assert [form[f"loan-0-repaid_{year}"].value() for year in (1, 2, 3)] == ["33", "33", "34"]
    assert "まだ保存していません" in page.content.decode()
    assert not LoanChange.objects.exists()


def test_pro_rata_shares_the_yearly_total_by_balances(case: Case, plan: Plan, consultant: Member) -> None:
    make_loan(plan, lender_of(plan), balance_yen=200_000)
    make_loan(plan, lender_of(plan, "石巻信用金庫"), balance_yen=100_000)
    browser, url = sign_in(consultant), url_of(case, "loans")
    page, form = proposed(browser, url, act="pro_rata", total_1="30,000", total_2="40,000")
    assert page.status_code == 200
    # 40,000 × 2/3 = 26,666 and 13,333, in whole thousands 26,000 and 13,000; the 1,000 left go to the larger loan
    assert [form[f"loan-0-repaid_{year}"].value() for year in (1, 2, 3)] == ["20,000", "27,000", "0"]
    assert [form[f"loan-1-repaid_{year}"].value() for year in (1, 2, 3)] == ["10,000", "13,000", "0"]
    page, _ = proposed(browser, url, act="pro_rata")
    assert page.status_code == 422
    assert "年ごとの返済額の合計が入力されていない" in page.content.decode()


def test_a_lender_that_is_not_offered_is_refused(plan: Plan) -> None:
    data = {
        "version": "1",
        "loan-count": "1",
        "loan-0-lender": "999999",
        "loan-0-name": "甲",
        "loan-0-balance_yen": "1",
    }
    form = LoansForm(data, stored=loan_sheet_of(plan))
    assert not form.is_valid()
    assert "一覧から選び直してください" in str(form.errors["loan-0-lender"])
