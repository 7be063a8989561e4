"""Two versions compared: every part that differs is told, and rows of one name do not hide each other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.enums import CashItem, Frequency, PlanState
from cases.models import Assumption, CashFigure, Loan, LoanChange, MapFlow, MapNode, Measure, Plan, RealValue
from cases.selectors.plan.diff import differences_between
from cases.services.plan.copy import copy_parts
from tests.builders import make_case
from tests.cases.plans.making import (
    make_assumption,
    make_figures,
    make_issue,
    make_measure,
    make_other_parts,
    make_plan,
)
from tests.cases.plans.test_pages import url, words
from tests.conftest import sign_in
from vapup.accounts.models import Member


@pytest.fixture
def versions(consultant: Member) -> tuple[Plan, Plan]:
    """A version with every part, and its copy."""
    old = make_plan(make_case(consultant), state=PlanState.REPLACED)
    make_figures(old)
    make_assumption(old, "rent", 1, 5)
    make_measure(make_issue(old), sales_1=1)
    make_other_parts(old)
    new = make_plan(old.case, number=2)
    copy_parts(old, new)
    return old, new


def told(old: Plan, new: Plan) -> dict[str, list[Any]]:
    """Return what differs by part: name, old and new."""
    return {
        part.id: [(one.label, one.old, one.new) for one in part.texts]
        + [(one.label, one.old_yen, one.new_yen) for one in part.amounts]
        for part in differences_between(old, new).parts
    }


def test_a_copy_does_not_differ(versions: tuple[Plan, Plan], consultant: Member) -> None:
    assert differences_between(*versions).is_empty
    page = sign_in(consultant).get(url(versions[1].case, "_compare", 1, 2))
    assert "2つの版の内容に違いはありません" in words(page)


def test_every_part_that_differs_is_told(versions: tuple[Plan, Plan]) -> None:
    old, new = versions
    Assumption.objects.filter(plan=new).update(yen=7)
    Loan.objects.filter(plan=new).update(rate_basis_points=225, is_guaranteed=True, collateral="本社の土地")
    LoanChange.objects.filter(loan__plan=new).update(repaid_yen=9_000_000)
    CashFigure.objects.filter(plan=new).update(yen=27_000_000)
    CashFigure.objects.create(agency=new.agency, plan=new, month=date(2025, 5, 1), item=CashItem.COLLECTED, yen=1)
    MapNode.objects.filter(plan=new, kind="supplier").update(comment="月末締め翌月払い")
    MapFlow.objects.filter(plan=new).update(amount_yen=3)
    RealValue.objects.filter(plan=new).update(reason="破産")
    new.frequency, new.follow_up_starts_on = Frequency.QUARTERLY, date(2025, 7, 1)
    new.cash_starts_on, new.years = date(2025, 4, 1), 4
    found = told(old, new)
    rate = "残高 80,000,000円、金利 1.50%\n1年目 借入 0円、返済 8,000,000円"
    assert found["loans"] == [
        (
            "七十七銀行 石巻支店 証書貸付",
            rate,
            "残高 80,000,000円、金利 2.25%、保証協会付、担保・保証: 本社の土地\n1年目 借入 0円、返済 9,000,000円",
        )
    ]
    assert found["assumptions"] == [("地代家賃・賃借料(最低賃金の引上げ)", "1年目 5円", "1年目 7円")]
    assert found["cash"] == [
        ("最初の月", "", "2025-04"),
        ("月数", "", "12か月"),
        ("最初の月の前月繰越", "", "0円"),
        ("売掛金回収・手形期日入金 2025-04 計画", 26_000_000, 27_000_000),
        ("売掛金回収・手形期日入金 2025-05 計画", None, 1),
    ]
    assert found["map"] == [
        ("仕入先「石巻魚市場」", "年間取引額 150,000,000円", "年間取引額 150,000,000円\n月末締め翌月払い"),
        ("流れ「石巻魚市場 → 加工場」(商品・役務)", "鮮魚\n年間金額 —", "鮮魚\n年間金額 3円"),
    ]
    assert found["real"] == [("売上債権", "調整額 △500,000円\n回収不能", "調整額 △500,000円\n破産")]
    assert found["follow-up"] == [
        ("モニタリングの頻度", "", "3か月ごと"),
        ("モニタリングの開始日", "", "2025-07-01"),
    ]
    assert found["base"] == [("計画年数", "3年", "4年")]


def test_measures_of_one_title_are_told_one_by_one(versions: tuple[Plan, Plan]) -> None:
    old, new = versions
    for plan in versions:
        make_measure(plan.issues.get(), position=2, sales_2=5)
    second = Measure.objects.filter(plan=new).order_by("position").last()
    assert second is not None
    first = Measure.objects.filter(plan=new).order_by("position")[0]
    Measure.objects.filter(pk=first.pk).update(owner="専務")
    name = "施策「値上げ交渉」(経営課題「不採算の取引先」)"
    assert [label for label, _, _ in told(old, new)["actions"]] == [name]
    second.effects.update(yen=6)
    assert [label for label, _, _ in told(old, new)["actions"]] == [name, f"{name} その2"]


def test_each_difference_stands_on_the_page(versions: tuple[Plan, Plan], consultant: Member) -> None:
    Loan.objects.filter(plan=versions[1]).update(rate_basis_points=225)
    CashFigure.objects.filter(plan=versions[1]).update(yen=27_000_000)
    shown = words(sign_in(consultant).get(url(versions[1].case, "_compare", 1, 2)))
    assert "金利 1.50%" in shown
    assert "金利 2.25%" in shown
    assert "売掛金回収・手形期日入金 2025-04 計画 26,000,000 27,000,000 1,000,000" in shown
