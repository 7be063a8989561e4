"""A row that somebody began is stored or asked about, never dropped without a word; no database."""

from __future__ import annotations

from datetime import date

import pytest

from cases.enums import NodeKind
from cases.forms.plan.business_map import MapForm
from cases.forms.plan.lines import AssumptionsForm
from cases.forms.plan.loans import LOAN, LoansForm
from cases.forms.plan.real import RealForm
from cases.models import Lender, MapNode, Plan
from cases.selectors.plan.business_map import BusinessMap
from cases.selectors.plan.loans import LoanSheet
from cases.selectors.plan.real import RealSheet

PLAN = Plan(pk=1, years=2, base_ends_on=date(2025, 3, 31))
BANK = Lender(pk=7, bank_name="七十七銀行", balance_yen=0)


def loans(**typed: str) -> LoansForm:
    """Send one row of loans, typed as name=…; every other control is empty."""
    data = {"version": "1", "loan-count": "1", **{f"loan-0-{name}": value for name, value in typed.items()}}
    return LoansForm(data, stored=LoanSheet(PLAN, (), (), (BANK,), {}))


@pytest.mark.parametrize(
    "typed",
    [
        {"lender": "7"},
        {"balance_yen": "0"},
        {"rate_basis_points": "0"},
        {"rate_basis_points": "1.25"},
        {"collateral": "本社の土地"},
        {"is_guaranteed": "on"},
        {"repaid_2": "500,000"},
        {"lender": "7", "balance_yen": "0", "rate_basis_points": "1.25", "collateral": "本社の土地"},
    ],
)
def test_a_loan_that_was_begun_asks_for_its_name(typed: dict[str, str]) -> None:
    form = loans(**typed)
    assert not form.is_valid()
    assert form.errors["loan-0-name"] == ["「借入金1 種類」を入力してください。"]
    assert [one.title for one in form.loan_years()] != [], "the years that were typed stay on the page"


def test_a_loan_of_no_yen_is_a_loan() -> None:
    form = loans(lender="7", name="証書貸付", balance_yen="0")
    assert form.is_valid(), form.errors
    (entry,) = form.sheet()
    assert (entry.row.values["name"], entry.row.values["balance_yen"]) == ("証書貸付", 0)


def test_an_empty_row_still_counts_for_nothing() -> None:
    form = loans(lender="", name=" ", balance_yen="", collateral="")
    assert form.is_valid(), form.errors
    assert form.sheet() == []
    assert not form.rows(LOAN)[0].is_begun


def test_a_drafted_row_goes_by_its_box() -> None:
    first = LoansForm(stored=LoanSheet(PLAN, (), (), (Lender(pk=7, bank_name="七十七銀行", balance_yen=5),), {}))
    assert [row.is_begun for row in first.rows(LOAN)] == [True, False, False]
    form = loans(lender="7", name="証書貸付", balance_yen="5", gone="on")
    assert form.is_valid(), form.errors
    assert [entry.row.is_gone for entry in form.sheet()] == [True]


def test_a_flow_with_an_amount_alone_asks_for_both_ends() -> None:
    nodes = tuple(MapNode(pk=pk, kind=NodeKind.SUPPLIER, name=str(pk)) for pk in (1, 2))
    data = {"version": "1", "node-count": "0", "flow-count": "1", "flow-0-kind": "goods", "flow-0-amount_yen": "0"}
    form = MapForm(data, stored=BusinessMap(nodes, ()))
    assert not form.is_valid()
    assert set(form.errors) == {"flow-0-source", "flow-0-target"}
    empty = MapForm({**data, "flow-0-amount_yen": ""}, stored=BusinessMap(nodes, ()))
    assert empty.is_valid(), empty.errors
    assert empty.sheet().flows == []


def test_an_adjustment_of_no_yen_asks_for_the_rest() -> None:
    data = {"version": "1", "adjustment-count": "1", "adjustment-0-adjustment_yen": "0"}
    form = RealForm(data, stored=RealSheet(PLAN, (), {}))
    assert not form.is_valid()
    assert set(form.errors) == {"adjustment-0-account", "adjustment-0-reason"}


@pytest.mark.parametrize(
    "typed",
    [
        {"line-0-account": "rent", "line-0-ground": "本社の移転"},
        {"line-0-account": "rent"},
        {"line-0-account": "rent", "line-0-ground": "本社の移転", "line-0-2": "0"},
    ],
)
def test_an_assumption_without_an_amount_asks_for_one(typed: dict[str, str]) -> None:
    form = AssumptionsForm({"version": "1", "lines": "1", **typed}, years=range(1, 4))
    assert not form.is_valid()
    assert form.errors["line-0-1"] == [
        "「1行目」の金額(0円以外)を、どれかの年に入力してください。要らない行は、勘定科目と根拠も空にしてください。"
    ]


def test_an_amount_that_cannot_be_read_is_not_asked_for_twice() -> None:
    data = {"version": "1", "lines": "1", "line-0-account": "rent", "line-0-ground": "移転", "line-0-2": "五"}
    form = AssumptionsForm(data, years=range(1, 4))
    assert not form.is_valid()
    assert set(form.errors) == {"line-0-2"}
