"""All years of a plan stand side by side in a window of 1,280 px; nobody scrolls for the last ones."""

from __future__ import annotations

from typing import Final

import pytest

from tests.e2e.conftest import VisitorMaker

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

# A window of 1,280 px less the two scroll bars, of the page and of the sheet, that some systems show.
ROOM: Final = 1280 - 2 * 17
TOO_WIDE: Final = (
    "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.getAttribute('aria-label'))"
)


# An approved plan with sales of ten figures, and a draft with controls.
@pytest.mark.parametrize(("enterprise", "stage"), [("北沢製作所", "monitoring"), ("山田水産", "planning")])
def test_eight_years_stand_side_by_side(enterprise: str, stage: str, visit: VisitorMaker) -> None:
    manager = visit("plan-sheets", width=ROOM)
    manager.sign_in("manager@example.jp", "vapup-demo-2026")
    manager.page.wait_for_url("**/")
    manager.go(f"/cases/?q={enterprise}&stage={stage}")
    plan = f"/cases/{manager.page.locator('tbody th a').first.inner_text()}/plan/"
    for part, sheet in (("profit/", "損益計算書"), ("balance/", "貸借対照表")):
        manager.go(plan + part)
        heads = manager.page.get_by_role("group", name=sheet).locator("thead th")
        assert heads.count() == 1 + 8
        assert "計画5年目" in heads.last.inner_text()
        assert manager.page.locator(".table-wrap").evaluate_all(TOO_WIDE) == []
