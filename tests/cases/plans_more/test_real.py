"""The real balance sheet: adjustments with their reason, what they do to the net assets, and the indicators."""

from __future__ import annotations

from typing import Any

import pytest

from cases.enums import PlanState
from cases.models import Case, Plan, RealValue
from cases.selectors.plan.real import ADJUSTABLE, real_of
from cases.services.locking import EditedMeanwhile
from cases.services.plan.real import RealRefused, save_real
from cases.services.plan.rows import RowInput
from cases.services.plan.writing import PlanClosed
from tests.builders import make_case
from tests.cases.plans_more.plan_cases import latest_changes, make_figures, make_plan, row, send, url_of
from tests.conftest import sign_in
from vapup.accounts.models import Member


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case in the consultant's charge."""
    return make_case(consultant)


@pytest.fixture
def plan(case: Case) -> Plan:
    """The draft of its plan; net assets of 5 million by the books, 22.8 million of profit a year."""
    found = make_plan(case)
    make_figures(found, years=range(4))
    return found


def entry(account: str, yen: int, pk: int | None = None, **changed: Any) -> RowInput:
    is_gone = changed.pop("is_gone", False)
    return row(pk, is_gone=is_gone, account=account, adjustment_yen=yen, reason="回収不能", **changed)


def save(plan: Plan, actor: Member, *rows: RowInput, seen: int | None = None) -> dict[str, Any]:
    stamp = real_of(plan).stamp if seen is None else seen
    return save_real(actor=actor, case_id=plan.case_id, seen=stamp, rows=rows)


def test_adjustments_lower_the_net_assets_and_the_profit_cures_them(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, entry("receivables", -20_000_000), entry("payables", 10_000_000))
    sheet = real_of(plan)
    # 5 − 20 − 10 = −25; + 22.8 a year: −2.2, 20.6
    assert sheet.adjustment_yen == -30_000_000
    assert [one.real_yen for one in sheet.net_assets[:3]] == [-25_000_000, -2_200_000, 20_600_000]
    assert sheet.cured.shown == "計画2年目"
    assert [year for year, _ in sheet.repayment_years] == [0, 3]
    lines = {one.account: one for one in sheet.lines}
    assert (lines["receivables"].book_yen, lines["receivables"].real_yen) == (20_000_000, 0)


def test_without_adjustments_there_is_nothing_to_cure(plan: Plan) -> None:
    assert real_of(plan).cured.shown == "債務超過ではありません"
    assert real_of(plan).base.book_yen == 5_000_000


def test_the_trail_tells_the_account_and_the_reason(plan: Plan, consultant: Member) -> None:
    save(plan, consultant, entry("stock", -5))
    stored = RealValue.objects.get(plan=plan)
    assert latest_changes(plan.case)["実態BS: 調整 1. stock -5円: 調整の理由"] == [None, "回収不能"]
    save(plan, consultant, entry("stock", -6, stored.pk))
    assert latest_changes(plan.case) == {"実態BS: 調整 1. stock -5円: 調整額": [-5, -6]}
    save(plan, consultant, entry("stock", -6, stored.pk, is_gone=True))
    assert not RealValue.objects.exists()


def test_net_assets_are_what_remains_and_are_not_adjusted(plan: Plan, consultant: Member) -> None:
    with pytest.raises(RealRefused, match="「capital」は資産と負債の科目にない"):
        save(plan, consultant, entry("capital", 1))
    assert "receivables" in {one.id for one in ADJUSTABLE}
    assert not {"capital", "retained_earnings", "sales"} & {one.id for one in ADJUSTABLE}


def test_late_edits_and_closed_versions_are_refused(plan: Plan, consultant: Member) -> None:
    seen = real_of(plan).stamp
    save(plan, consultant, entry("stock", -5))
    with pytest.raises(EditedMeanwhile):
        save(plan, consultant, entry("stock", -9), seen=seen)
    closed = make_plan(make_case(consultant), state=PlanState.APPROVED)
    with pytest.raises(PlanClosed):
        save(closed, consultant, entry("stock", -5))
    assert RealValue.objects.count() == 1


def test_the_page_asks_for_the_reason_and_stores(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "real")
    typed = {"adjustment-0-account": "receivables", "adjustment-0-adjustment_yen": "△3,000,000"}
    page = send(browser, url, **typed)
    assert page.status_code == 422
    assert "「調整1 調整の理由」を入力してください。" in page.content.decode()
    assert send(browser, url, **typed, **{"adjustment-0-reason": "A社の倒産"}).status_code == 302
    shown = browser.get(url).content.decode()
    assert "A社の倒産" in shown
    assert RealValue.objects.get().adjustment_yen == -3_000_000
