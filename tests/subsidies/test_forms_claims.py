from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationKind
from subsidies.models import Application
from subsidies.packets.claim import ClaimPayload
from subsidies.packets.payload import Form
from subsidies.packets.printing import part_html
from subsidies.packets.time_records import time_sheets
from subsidies.selectors import cost_lines_of
from subsidies.selectors.claiming.claims import ClaimSheet, claim_of
from tests.builders import make_cost_line
from tests.casework import application_at
from tests.subsidies.form_cases import (
    FILED,
    FRAMES,
    PLAN_CLAIM,
    WORKED,
    accepted_case,
    agree,
    begin,
    content,
    enter,
    form_of,
    monitored_case,
    monitoring_claim,
    plan_claim,
    printed,
)
from vapup.accounts.models import Member
from vapup.shared.money import format_yen

F, K = SchemeFrame, ApplicationKind
MONITORED = (F.NORMAL, F.SME_GL, F.VUP)
OTHER = "駅前会計事務所"
HOSTILE = "<script>alert(1)</script>{{ payload }}{% now 'Y' %}<img src=file:///etc/passwd>&amp;\"'"
LONG = "株式会社" + "髙﨑𠮷邊" * 15
PLAN_FORMS = {
    F.NORMAL: {"plan_claim_form", "claim_self_check", "claim_statement", "time_record", "council_invoice"},
    F.SME_GL: {"plan_claim_form", "claim_self_check", "claim_statement", "time_record", "creditor_meeting_record"},
    F.VUP: {"plan_claim_form", "claim_statement", "time_record", "council_invoice", "planning_viewpoints"},
    F.VUP_BANK: {"plan_claim_form", "claim_statement", "time_record", "council_invoice", "planning_viewpoints"},
}
FOLLOW_UP_FORMS = {
    "monitoring_claim_form",
    "monitoring_report",
    "follow_up_report",
    "monitoring_viewpoints",
    "claim_statement",
    "time_record",
    "council_invoice",
    "remaining_half_request",
}


def yen_in(text: str, label: str, *, after: str = "") -> list[int]:
    """Return the yen of the first row that starts with `label` behind `after`; △ is below zero."""
    section = text[text.index(after) :] if after else text
    row = next(line for line in section.splitlines() if line.strip().startswith(label) and re.search(r"\d$", line))
    found = re.findall(r"(?<![0-9,年月])△?[0-9]{1,3}(?:,[0-9]{3})*(?= |$)", row.strip().removeprefix(label))
    return [int(one.replace(",", "").replace("△", "-")) for one in found]


def row_yen(row: Any) -> list[int]:
    return [row.filed_yen, row.cost_yen, row.cost_yen - row.filed_yen, row.subsidy_yen, row.own_burden_yen]


def check_claim(text: str, sheet: ClaimSheet) -> None:
    """Check both tables of a claim form against the figures of the claim, category by category."""
    for row in sheet.rows:
        assert yen_in(text, row.category.label, after="に要した費用と負担") == row_yen(row)
        later = [row.held_yen] if sheet.held_yen else []
        assert yen_in(text, row.category.label, after="今回の支払申請額") == [row.subsidy_yen, row.due_now_yen, *later]
    assert yen_in(text, "合計", after="に要した費用と負担") == row_yen(sheet)
    later = [sheet.held_yen] if sheet.held_yen else []
    own = [sheet.subsidy_yen, sheet.due_now_yen, *later]
    assert yen_in(text[text.index("今回の支払申請額") + 8 :], "今回の支払申請額") == own


def check_shares(payload: ClaimPayload, sheet: ClaimSheet, folder: Path) -> None:
    """Check each agency's invoice and that all of them together ask for what the claim asks for."""
    assert sum(one.council_yen or 0 for one in sheet.agencies) == sheet.due_now_yen
    for place, one in enumerate(sheet.agencies):
        text = printed(payload, form_of(payload, "council_invoice", agency=place), folder)
        assert one.name in text
        assert one.council_yen is not None
        assert f"{format_yen(one.council_yen)} 円" in text
        assert yen_in(text, "この支援機関の費用の総額(税込・円)①") == [one.cost_yen]
        assert yen_in(text, "申請者の負担額(円)②") == [one.own_yen]
        assert yen_in(text, "請求額(円)")[-1:] == [one.council_yen]


# --- the claim of the planning -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frame", [one if one is F.SME_GL else pytest.param(one, marks=pytest.mark.nightly) for one in FRAMES]
)
def test_a_plan_claim_of_two_agencies_prints_its_figures_to_the_yen(
    consultant: Member, manager: Member, tmp_path: Path, frame: SchemeFrame
) -> None:
    case = accepted_case(consultant, manager, frame, others=(OTHER,))
    claim = plan_claim(case, consultant, less_yen=2, parts=(100_001,))
    sheet, payload = claim_of(claim), content(claim)
    assert {form.code for form in payload.forms} >= PLAN_FORMS[frame]
    texts = {form.key: printed(payload, form, tmp_path) for form in payload.forms if form.agency == 0}
    assert sheet.cost_yen == sum(FILED[frame][row.category] - 2 for row in sheet.rows)
    text = texts["plan_claim_form"]
    check_claim(text, sheet)
    for one in sheet.agencies:
        parts = [one.cost_yen, one.council_yen, one.later_yen, one.own_yen]
        assert yen_in(text, one.name, after="支援機関ごとの請求額") == parts
    assert "令和7年11月12日" in text if frame in {F.VUP, F.VUP_BANK} else "令和7年11月20日" in text
    statement = texts["claim_statement"]
    for row in sheet.rows:
        assert yen_in(statement, f"{row.category.label} 小計")[1:] == [row.filed_yen, row.cost_yen, row.difference_yen]
        own = [row.cost_yen, row.own_burden_yen, row.subsidy_yen, row.due_now_yen]
        assert yen_in(statement, row.category.label, after="費用の負担")[-4:] == own
    check_shares(payload, sheet, tmp_path)


def test_half_of_the_plan_is_asked_for_now_and_half_later(consultant: Member, manager: Member, tmp_path: Path) -> None:
    claim = plan_claim(accepted_case(consultant, manager, F.NORMAL), consultant)
    payload = content(claim)
    # 1,500,001 yen × 2/3 = 1,000,000.66…, of which 1,000,000 are borne: 500,000 now and 500,000 later.
    text = printed(payload, form_of(payload, "plan_claim_form"), tmp_path)
    assert yen_in(text, "計画策定支援費用", after="今回の支払申請額") == [1_000_000, 500_000, 500_000]
    assert "その他認定経営革新等支援機関\nなし" in re.sub(r"\n\s*", "\n", text)
    assert "支援機関ごとの請求額" not in text


# --- the claims of the follow-up ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frame", [MONITORED[0], *(pytest.param(one, marks=pytest.mark.nightly) for one in MONITORED[1:])]
)
def test_the_first_monitoring_claim_asks_for_the_held_half_too(
    consultant: Member, manager: Member, tmp_path: Path, frame: SchemeFrame
) -> None:
    case = monitored_case(consultant, manager, frame, others=(OTHER,))
    claim = monitoring_claim(case, consultant, less_yen=1, parts=(22_223,))
    sheet, payload = claim_of(claim), content(claim)
    plan = claim_of(application_at(case, PLAN_CLAIM))
    assert {form.code for form in payload.forms} >= FOLLOW_UP_FORMS
    texts = {form.key: printed(payload, form, tmp_path) for form in payload.forms if form.agency == 0}
    check_claim(texts["monitoring_claim_form"], sheet)
    assert sheet.released_yen == plan.held_yen > 0
    half = texts["remaining_half_request"]
    for one in sheet.released:
        label = f"{one.category.label}(計画策定時の留保分)"
        assert yen_in(texts["monitoring_claim_form"], label) == [one.amount_yen]
        assert yen_in(half, one.category.label, after="残りの額") == [one.amount_yen]
    assert yen_in(half, "合計", after="残りの額") == [plan.held_yen]
    parts = [[one.later_yen] for one in plan.agencies]
    assert [yen_in(half, one.name, after="うちこの") for one in plan.agencies] == parts
    assert "令和8年4月1日 から 令和8年9月30日 まで" in texts["monitoring_report"]
    for heading in ("1 決算(期中)の概要", "2 改善の取組", "3 計画と実績が離れた原因", "4 金融機関に引き続き求める支援"):
        assert heading in texts["follow_up_report"]
    check_shares(payload, sheet, tmp_path)


def test_the_negotiation_is_claimed_with_its_report(consultant: Member, manager: Member, tmp_path: Path) -> None:
    case = monitored_case(consultant, manager, F.NORMAL)
    monitoring_claim(case, consultant)
    claim = begin(case, consultant, K.NEGOTIATION_CLAIM)
    claim = enter(claim, consultant, WORKED[1].replace(year=2026, month=11, day=9), WORKED)
    sheet, payload = claim_of(claim), content(claim)
    text = printed(payload, form_of(payload, "negotiation_claim_form"), tmp_path)
    check_claim(text, sheet)
    # 123,457 yen × 2/3 = 82,304.66…: 82,304 of the council, 41,153 of the enterprise; nothing is held or released.
    assert yen_in(text, "合計", after="に要した費用と負担") == [123_457, 123_457, 0, 82_304, 41_153]
    assert "留保分" not in text
    report = printed(payload, form_of(payload, "guarantee_release_report"), tmp_path)
    assert "七十七銀行 石巻支店" in report
    assert "法人と個人の分離" in report


# --- letters -----------------------------------------------------------------------------------------------------


def test_a_change_and_a_withdrawal_say_their_words_and_what_was_paid(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    case = monitored_case(consultant, manager, F.NORMAL)
    due = claim_of(application_at(case, PLAN_CLAIM)).due_now_yen
    told = {"subject": "伴走支援の回数の変更", "explanation": "四半期ごとに改める。"}
    change = content(begin(case, consultant, K.CHANGE, **told))
    text = printed(change, form_of(change, "change_notice"), tmp_path)
    assert {"伴走支援の回数の変更", "四半期ごとに改める。", "R7-1"} <= set(re.findall(r"\S+", text))
    assert "令和8年4月1日 から" in text
    end = content(begin(case, consultant, K.WITHDRAWAL, subject="取下げ", explanation="事業を止める。"))
    text = printed(end, form_of(end, "withdrawal_form"), tmp_path)
    # Decided and paid, both as claimed.
    assert text.count(format_yen(due)) == 2
    for code, title in (("failure_report", "事業者の倒産等の報告"), ("early_end_request", "早く終える申出")):
        form = Form(code, "r7", "", f"{title}書", "", layout="r4")
        text = printed(end, form, tmp_path)
        assert title in text
        assert "事業を止める。" in text


# --- hours, the guideline, text of strangers ---------------------------------------------------------------------


def test_every_worker_gets_a_sheet_for_every_month_of_the_work(consultant: Member, manager: Member) -> None:
    case = accepted_case(consultant, manager, F.NORMAL)
    claim = plan_claim(case, consultant)
    line = make_cost_line(case, gross_yen=110_000, work="事業DD")
    line.person, line.hourly_rate_yen = "髙﨑 𠮷郎", 12_000
    line.save()
    payload = content(application_at(claim.case, PLAN_CLAIM))
    # 16 June to 5 August: three months for each of two people.
    months = [(one.person, one.month_label, str(one.worked_from), str(one.worked_to)) for one in payload.sheets[3:]]
    assert months == [
        ("髙﨑 𠮷郎", "令和7年6月", "2025-06-16", "2025-06-30"),
        ("髙﨑 𠮷郎", "令和7年7月", "2025-07-01", "2025-07-31"),
        ("髙﨑 𠮷郎", "令和7年8月", "2025-08-01", "2025-08-05"),
    ]
    assert [one.rate_yen for one in payload.sheets] == [10_000] * 3 + [12_000] * 3
    html = part_html(payload, form_of(payload, "time_record"), is_draft=False)
    assert html.count("<h1") == 6
    assert html.count('<span class="seal">印</span>') == 12
    sheet = claim_of(application_at(claim.case, PLAN_CLAIM))
    sheet.rows[0].line.worked_from = None  # type: ignore[union-attr]
    assert [one.month_label for one in time_sheets(sheet, cost_lines_of(claim.case))] == ["令和　　年　　月"] * 2


def test_the_record_of_the_meeting_names_everybody_of_the_guideline(
    consultant: Member, manager: Member, tmp_path: Path
) -> None:
    case = accepted_case(consultant, manager, F.SME_GL)
    agree(case, consultant)
    payload = content(plan_claim(case, consultant))
    text = printed(payload, form_of(payload, "creditor_meeting_record"), tmp_path)
    for words in ("宮沢 理一(宮沢公認会計士事務所)", "令和7年11月20日", "石巻商工会議所 会議室", "180,000,000"):
        assert words in text
    claim_form = printed(payload, form_of(payload, "plan_claim_form"), tmp_path)
    assert {"令和7年6月9日", "令和7年12月20日"} <= set(re.findall(r"令和\d+年\d+月\d+日", claim_form))


@pytest.mark.parametrize("frame", [F.VUP, pytest.param(F.NORMAL, marks=pytest.mark.nightly)])
def test_hostile_and_long_text_stays_text_in_every_form(
    consultant: Member, manager: Member, tmp_path: Path, frame: SchemeFrame
) -> None:
    case = monitored_case(consultant, manager, frame, others=(HOSTILE, LONG))
    _spoil(case)
    claim = monitoring_claim(case, consultant, parts=(11_111, 22_222))
    plan = application_at(case, PLAN_CLAIM)
    plan.period = None
    letter = begin(case, consultant, K.WITHDRAWAL, subject=HOSTILE[:80], explanation=HOSTILE)
    for application in (claim, plan, letter):
        _check_hostile(application, tmp_path)


def _spoil(case: Case) -> None:
    case.enterprise.name, case.enterprise.representative = HOSTILE, LONG
    case.enterprise.save()
    case.enterprise.lenders.update(bank_name=HOSTILE[:100], branch_name=LONG)
    case.cost_lines.update(work=HOSTILE, person=LONG)


def _check_hostile(application: Application, folder: Path) -> None:
    payload = content(application)
    for form in payload.forms:
        html = part_html(payload, form, is_draft=True)
        assert "<script" not in html, form.code
        assert "<img" not in html, form.code
    text = printed(payload, payload.forms[0], folder)
    assert "<script>alert(1)</script>{{ payload }}" in re.sub(r"\s+", "", text).replace("{{payload}}", "{{ payload }}")
    assert "root:" not in text
