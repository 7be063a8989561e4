"""The main job in the browser: from an enterprise's registration to the final 利用申請 papers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ARTEFACTS, Visitor, VisitorMaker

pytestmark = pytest.mark.e2e

PASSWORD = "vapup-demo-2026"
# 100 hours at 12,000 yen: 1,200,000 + 10 % = 1,320,000; 40 hours: 480,000 + 10 % = 528,000
PLANNING_YEN, MONITORING_YEN = 1_320_000, 528_000
PLANNING_SUBSIDY, MONITORING_SUBSIDY = 880_000, 352_000  # two thirds, below both caps
FIRST_PERIOD_ENDS_ON = "2027-09-30"
PLANNED_ACCEPTANCE = "2027-01-15"


def test_from_registration_to_the_final_papers(visit: VisitorMaker, downloads: Path) -> None:
    consultant = visit("consultant")
    number = prepare(consultant)
    draft = download_draft(consultant, number, downloads)
    assert "下書き" in text_of(draft)
    figures_agree(draft)

    ask_for_approval(consultant, number)
    approve(visit("manager"), number)

    final = download_final(visit("admin"), number, downloads)
    assert "下書き" not in text_of(final)
    figures_agree(final)


def prepare(consultant: Visitor) -> str:
    """Register an enterprise, its lender, a case and its costs; return the case's number."""
    page = consultant.page
    consultant.go("/accounts/login/")
    consultant.look("login")
    consultant.sign_in("consultant@example.jp", PASSWORD)
    consultant.look("home")
    consultant.go("/enterprises/")
    consultant.look("enterprises")
    page.get_by_role("link", name="事業者を登録").first.click()
    register_enterprise(consultant)
    add_lender(consultant)
    page.get_by_role("link", name=re.compile("案件を登録")).first.click()
    number = open_case(consultant)
    page.get_by_role("link", name="利用申請の準備を始める").first.click()
    consultant.look("advance")
    page.fill("[name=occurred_on]", "R8.11.21")
    page.locator("main button[type=submit]").click()
    add_costs(consultant, number)
    return number


def register_enterprise(consultant: Visitor) -> None:
    page = consultant.page
    page.locator("main button[type=submit]").click()  # an empty form: every required field says so, nothing is lost
    page.get_by_role("alert").wait_for()
    consultant.look("enterprise-errors")
    page.fill("[name=name]", "株式会社髙島硝子")
    page.fill("[name=name_kana]", "ﾀｶｼﾏｶﾞﾗｽ")
    page.fill("[name=corporate_number]", "2-9999-0100-0013")
    page.fill("[name=representative]", "髙島 邦彦")
    page.fill("[name=address]", "宮城県仙台市宮城野区9-9-9")
    page.select_option("[name=industry]", "manufacturing_other")
    page.fill("[name=business]", "板硝子の加工")
    page.fill("[name=capital_yen]", "10,000,000")
    page.fill("[name=employee_count]", "２４")
    page.select_option("[name=fiscal_year_end_month]", "3")
    page.fill("[name=annual_sales_yen]", "３２０，０００，０００円")
    page.fill("[name=interest_bearing_debt_yen]", "250000000")
    page.locator("main button[type=submit]").click()
    page.get_by_role("alert").wait_for()  # the check digit is wrong, and all other input is still there
    consultant.look("enterprise-wrong-number")
    page.fill("[name=corporate_number]", "3-9999-0100-0013")
    page.locator("main button[type=submit]").click()
    page.get_by_role("heading", name="株式会社髙島硝子").wait_for()
    consultant.look("enterprise")


def add_lender(consultant: Visitor) -> None:
    page = consultant.page
    page.get_by_role("link", name=re.compile("金融機関を登録")).first.click()
    consultant.look("lender-form")
    page.fill("[name=bank_name]", "みちのく東銀行")
    page.fill("[name=branch_name]", "仙台支店")
    page.select_option("[name=role]", "main")
    page.fill("[name=balance_yen]", "250,000,000")
    page.fill("[name=guaranteed_yen]", "120,000,000")
    page.locator("main button[type=submit]").click()
    page.get_by_text("みちのく東銀行").first.wait_for()


def open_case(consultant: Visitor) -> str:
    page = consultant.page
    consultant.look("case-form")
    page.select_option("[name=frame]", "normal")
    page.select_option("[name=council]", "04")
    page.fill("[name=consulted_on]", "令和8年11月20日")
    page.fill("[name=planned_accepted_on]", PLANNED_ACCEPTANCE)
    page.fill("[name=difficulty]", "受注の減少で返済の負担が重く、資金繰りが厳しい。")
    page.fill("[name=support_outlook]", "主要行は条件変更に前向き。")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/cases/C-\d{4}-\d{4}/"))
    consultant.look("case")
    found = re.search(r"C-\d{4}-\d{4}", page.url)
    assert found is not None
    return found.group()


def add_costs(consultant: Visitor, number: str) -> None:
    page = consultant.page
    consultant.go(f"/cases/{number}/costs/")
    consultant.look("costs-empty")
    page.get_by_role("link", name="回を追加").click()
    consultant.look("period-form")
    page.fill("[name=starts_on]", "R9.4.1")
    page.fill("[name=ends_on]", FIRST_PERIOD_ENDS_ON)
    page.locator("main button[type=submit]").click()
    add_line(consultant, number, group="計画策定支援費用", work="財務DD・計画策定の支援", hours="100")
    add_line(consultant, number, group="伴走支援費用", work="伴走支援(上期の報告)", hours="40")
    consultant.look("costs")
    consultant.go(f"/cases/{number}/assessment/")
    page.get_by_text("880,000").first.wait_for()
    page.get_by_text("352,000").first.wait_for()
    consultant.look("assessment")


def add_line(consultant: Visitor, number: str, *, group: str, work: str, hours: str) -> None:
    page = consultant.page
    consultant.go(f"/cases/{number}/costs/new/")
    option = page.locator("[name=group] option", has_text=group).first.get_attribute("value")
    page.select_option("[name=group]", option)
    page.fill("[name=work]", work)
    page.fill("[name=person]", "佐藤 花子(税理士)")
    page.fill("[name=hourly_rate_yen]", "12,000")
    page.fill("[name=minutes]", hours)
    if hours == "100":
        consultant.look("cost-line-form")
    page.locator("main button[type=submit]").click()
    page.get_by_text(work).first.wait_for()


def download_draft(consultant: Visitor, number: str, downloads: Path) -> Path:
    page = consultant.page
    consultant.go(f"/cases/{number}/usage/")
    page.get_by_role("button", name="下書きPDF").click()
    return fetch(consultant, downloads / "draft.pdf")


def ask_for_approval(consultant: Visitor, number: str) -> None:
    page = consultant.page
    consultant.go(f"/cases/{number}/usage/")
    consultant.look("usage")
    consultant.go(f"/cases/{number}/usage/request-approval/")
    consultant.look("request-approval")
    page.locator("main button[type=submit]").click()
    page.get_by_text("承認待ち").first.wait_for()


def approve(manager: Visitor, number: str) -> None:
    page = manager.page
    manager.sign_in("manager@example.jp", PASSWORD)
    manager.look("home")
    manager.go(f"/cases/{number}/usage/approve/")
    manager.look("approve")
    page.get_by_role("button", name="承認する").click()
    page.get_by_text("承認済").first.wait_for()


def download_final(admin: Visitor, number: str, downloads: Path) -> Path:
    page = admin.page
    admin.sign_in("admin@example.jp", PASSWORD)
    admin.look("home")
    admin.go("/packets/")
    admin.look("packets")
    admin.go(f"/cases/{number}/usage/")
    page.get_by_role("button", name="正式版を出力").click()
    return fetch(admin, downloads / "final.pdf")


def fetch(visitor: Visitor, path: Path) -> Path:
    """Wait until the packet is made, download it and keep it with the artefacts."""
    page = visitor.page
    link = page.get_by_role("link", name=re.compile("ダウンロード")).first
    link.wait_for(timeout=60_000)
    visitor.look("packet")
    with page.expect_download() as waiting:
        link.click()
    waiting.value.save_as(path)
    (ARTEFACTS / path.name).write_bytes(path.read_bytes())
    return path


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout


def figures_agree(pdf: Path) -> None:
    """Compare the paper with what `manage.py assess` says of the same facts."""
    request = {
        "frame": "normal",
        "accepted_on": PLANNED_ACCEPTANCE,
        "enterprise": {"annual_sales": 320_000_000, "interest_bearing_debt": 250_000_000},
        "costs": {"planning": PLANNING_YEN},
        "monitoring_periods": [{"category": "monitoring", "ends_on": FIRST_PERIOD_ENDS_ON, "cost": MONITORING_YEN}],
    }
    answer = json.loads(
        subprocess.run(
            [sys.executable, "manage.py", "assess"],
            input=json.dumps(request),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )
    assert [line["subsidy"] for line in answer["lines"]] == [PLANNING_SUBSIDY, MONITORING_SUBSIDY]
    text = text_of(pdf)
    amounts = [line[key] for line in answer["lines"] for key in ("cost", "subsidy", "own_burden")]
    amounts += list(answer["totals"].values()) + [payment["amount"] for payment in answer["payments"]]
    assert [amount for amount in amounts if f"{amount:,}" not in text] == []
