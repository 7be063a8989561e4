"""「施策と前提から計算」 of the balance sheet: assets that a measure buys are bought once, and wear out."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.enums import Statement
from cases.models import Case, Plan
from cases.rules.statements import CASH
from cases.rules.wear import INTANGIBLE, TANGIBLE, WORN
from cases.selectors.plan.figures import Figures, calculated, sheet_of
from cases.selectors.plan.grid import account_changes, cash_flow_rows
from tests.builders import make_case
from tests.cases.plans.making import YEAR_ZERO, make_assumption, make_figures, make_issue, make_measure, make_plan
from tests.cases.plans.test_pages import sent, url, words
from tests.conftest import sign_in
from vapup.accounts.models import Member

M = 1_000_000
YEARS = (1, 2, 3)
BOUGHT = {f"{TANGIBLE}_{year}": 30 * M for year in YEARS}


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


def make_buying_plan(case: Case, **more: int) -> Plan:
    """Store a plan of a company (loss 8 and depreciation 10 million a year) that buys machines for 30 in year 1."""
    plan = make_plan(case)
    make_figures(plan, {**YEAR_ZERO, **more})
    make_measure(make_issue(plan), "設備投資", **BOUGHT)
    return plan


def calculate(desk: Client, case: Case, *names: str) -> list[str]:
    """Press the button of each statement, and return what each page said before."""
    shown = []
    for name in names:
        page = desk.get(url(case, "_calculate", name))
        shown.append(words(page))
        assert desk.post(url(case, "_calculate", name), sent(page)).status_code == 302
    return shown


def amounts(plan: Plan) -> tuple[list[int], list[int | None], list[int]]:
    """Return the tangible assets, what was bought (negative) and the cash of the planned years, in millions."""
    sheet = sheet_of(Plan.objects.get(pk=plan.pk))
    flow = {row.id: row.amounts[-3:] for row in cash_flow_rows(sheet)}
    bought = [(yen or 0) // M for yen in flow["investment"]]
    figures = sheet.figures
    return [figures[TANGIBLE, year] // M for year in YEARS], [*bought], [figures[CASH, year] // M for year in YEARS]


def test_what_is_bought_once_is_paid_once(case: Case, consultant: Member) -> None:
    plan = make_buying_plan(case)
    _, shown = calculate(sign_in(consultant), case, "profit", "balance")
    assert (
        "減価償却累計額のない計画では、有形固定資産(なければ無形固定資産)からそれまでの減価償却費も差し引きます。"
        in shown
    )
    # 50 + 30 − 10 a year; cash 60 − 30 − 8 + 10 = 32, then 2 more a year.
    assert amounts(plan) == ([70, 60, 50], [-30, 0, 0], [32, 34, 36])
    page = words(sign_in(consultant).get(url(case, "_calculate", "balance")))
    assert "置き換える金額はありません" in page
    # 30 bought, 10, 20, 30 worn off: nothing is left for 「その他」.
    (change,) = account_changes(sheet_of(Plan.objects.get(pk=plan.pk)), Statement.BALANCE)
    assert [yen // M for yen in change.amounts] == [20, 10, 0]
    assert {one.label: [yen // M for yen in one.amounts] for one in change.causes} == {
        "施策: 設備投資": [30, 30, 30],
        "減価償却": [-10, -20, -30],
    }


def test_the_balance_sheet_may_be_calculated_first(case: Case, consultant: Member) -> None:
    plan = make_buying_plan(case)
    calculate(sign_in(consultant), case, "balance", "profit")
    assert amounts(plan) == ([70, 60, 50], [-30, 0, 0], [32, 34, 36])


def test_books_of_what_was_paid_keep_the_purchase_price(case: Case, consultant: Member) -> None:
    plan = make_buying_plan(case, tangible_assets=70 * M, accumulated_depreciation=20 * M)
    calculate(sign_in(consultant), case, "profit", "balance")
    assert amounts(plan) == ([100, 100, 100], [-30, 0, 0], [32, 34, 36])


def proposal(plan: Plan) -> Figures:
    return calculated(sheet_of(plan), Statement.BALANCE)


def test_what_the_intangible_assets_lose_is_not_taken_off_the_machines(case: Case) -> None:
    plan = make_buying_plan(case, intangible_assets=10 * M, capital=20 * M)
    make_figures(plan, {INTANGIBLE: 8 * M}, year=1)
    # 10 are worn off in year 1, 2 of them of the software: 50 + 30 − 8; then 10 more a year.
    assert [proposal(plan)[TANGIBLE, year] // M for year in YEARS] == [72, 62, 52]


@pytest.mark.parametrize("others", [{}, dict.fromkeys(YEARS, 0), {-2: 5 * M}])
def test_software_alone_has_all_of_the_depreciation_and_is_bought_once(
    case: Case, consultant: Member, others: dict[int, int]
) -> None:
    """50 + 30 − 10 a year, as machines would; cash 60 − 30 − 8 + 10 = 32, then 2 more a year.

    Zeros for machines, or machines that were sold before the base year, change nothing.
    """
    plan = make_plan(case)
    make_figures(plan, {**YEAR_ZERO, TANGIBLE: 0, INTANGIBLE: 50 * M})
    for year, yen in others.items():
        make_figures(plan, {TANGIBLE: yen}, year=year)
    make_measure(make_issue(plan), "受注システム", **{f"{INTANGIBLE}_{year}": 30 * M for year in YEARS})
    calculate(sign_in(consultant), case, "profit", "balance")
    assert amounts(plan) == ([0, 0, 0], [-30, 0, 0], [32, 34, 36])
    sheet = sheet_of(Plan.objects.get(pk=plan.pk))
    assert [sheet.figures[INTANGIBLE, year] // M for year in YEARS] == [70, 60, 50]
    (change,) = account_changes(sheet, Statement.BALANCE)
    assert {one.label: [yen // M for yen in one.amounts] for one in change.causes} == {
        "施策: 受注システム": [30, 30, 30],
        "減価償却": [-10, -20, -30],
    }


def test_what_is_worn_off_is_not_taken_off_twice_where_an_assumption_tells_it(case: Case) -> None:
    plan = make_buying_plan(case)
    for year in YEARS:
        make_assumption(plan, WORN, year, 10 * M * year, "償却の累計")
    found = proposal(plan)
    assert [found[TANGIBLE, year] // M for year in YEARS] == [80, 80, 80]
    assert [found[WORN, year] // M for year in YEARS] == [10, 20, 30]
