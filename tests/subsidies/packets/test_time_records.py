"""The time record says the hours of the diary: to the minute, and to the yen of the statement or no yen at all."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from subsidies.enums import ApplicationKind, WeekState
from subsidies.models import Application, CostLine, WorkEntry, Worker, WorkWeek
from subsidies.packets.claim import ClaimPayload
from subsidies.packets.contents import live_content
from subsidies.packets.month_records import NoHours, is_settled, month_payload, month_pdf
from subsidies.packets.printing import part_html
from subsidies.packets.time_sheets import TimeSheet
from subsidies.services.output.time_records import print_month
from tests.builders import make_cost_line, make_member
from tests.subsidies.claims_cases import make_application
from tests.subsidies.gate.hours_rows import worked_agencies
from tests.subsidies.gate.rows import CLAIM_DAY
from tests.subsidies.hours_cases import ACCEPTED, NOW, make_entry, make_week, make_worker, make_working_case
from tests.subsidies.packet_cases import text_of
from tests.subsidies.packets.worked import minutes_of, printed_minutes, sheet_rows
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.documents.rendering import print_html
from vapup.shared.dates import monday_of

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
TODAY = date(2026, 11, 22)
HOSTILE = "<b>確認</b><script>alert(1)</script>{{ payload }}" + "髙﨑𠮷①㈱" * 50


@pytest.fixture
def diary(consultant: Member) -> tuple[Worker, CostLine]:
    """A person and a line of 100 hours at 10,000 yen, accepted on 1 June 2026."""
    _, line = make_working_case(consultant)
    return make_worker(consultant), line


def month(worker: Worker, line: CostLine, first: date = JUNE) -> tuple[TimeSheet, ...]:
    return month_payload(line.case, worker, first, prepared_on=TODAY).sheets


def printed(worker: Worker, line: CostLine, folder: Path, first: date = JUNE) -> str:
    payload = month_payload(line.case, worker, first, prepared_on=TODAY)
    return text_of(month_pdf(payload, is_draft=True).content, folder)


def approve(worker: Worker, day: date, by: Member, *, is_self: bool = False) -> None:
    make_week(worker, by, state=WeekState.APPROVED, monday=monday_of(day))
    WorkWeek.objects.filter(worker=worker, monday=monday_of(day)).update(is_self_approved=is_self)


def test_the_sheets_of_each_agency_say_its_minutes_and_the_yen_of_its_statement(
    consultant: Member, tmp_path: Path
) -> None:
    packet = worked_agencies(consultant)
    claim: Application = packet.fresh()
    content = live_content(claim, today=CLAIM_DAY)
    assert isinstance(content, ClaimPayload)
    forms = [one for one in content.forms if one.code == "time_record"]
    texts = [
        text_of(print_html(part_html(content, one, is_draft=False), identifier="t", is_part=True).content, tmp_path)
        for one in forms
    ]
    # 90 hours of the lead agency and 45 of the other one, all of them worked.
    assert [printed_minutes(text) for text in texts] == [90 * 60, 45 * 60]
    assert sum(minutes_of(claim).values()) == 135 * 60
    sheets = [one for part in content.parts for one in part.sheets]
    assert sum(one.amount_yen or 0 for one in sheets) == sum(amount for _, amount in sheet_rows(claim)) == 1_350_000
    assert all(f"{one.amount_yen:,}" in "".join(texts) for one in sheets)
    assert [one.agency_name for one in content.parts[1].sheets] == ["仙台経営診断事務所"] * len(content.parts[1].sheets)
    assert sheets[0].earlier_minutes == 0
    assert sheets[1].earlier_minutes == sheets[0].minutes
    assert ClaimPayload.from_json(content.as_json()) == content


def test_floors_that_differ_leave_the_amount_to_the_statement(diary: tuple[Worker, CostLine], tmp_path: Path) -> None:
    worker, line = diary
    days = (date(2026, 6, 8), date(2026, 7, 6), date(2026, 8, 3))
    for day in days:
        make_entry(worker, line, day, "9:00-9:20")
    # 20 minutes of 10,000 yen an hour: 3,333 on three sheets, but 10,000 in all.
    (sheet,) = month(worker, line)
    assert (sheet.time, sheet.sums[0].amount_yen, sheet.amount_yen) == ("0:20", None, None)
    text = printed(worker, line, tmp_path)
    assert "3,333" not in text
    assert "業務別請求明細書に記載する" in text
    WorkEntry.objects.filter(worked_on=days[2]).delete()
    # 3,333 twice is 6,666, which is what 40 minutes are worth, too.
    assert [month(worker, line, first)[0].amount_yen for first in (JUNE, JULY)] == [3_333, 3_333]
    assert month(worker, line, JULY)[0].total_time == "0:40"


def test_hours_before_the_acceptance_and_without_a_work_stand_on_no_sheet(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    make_entry(worker, line, ACCEPTED - timedelta(days=1), "9-12")
    make_entry(worker, line, ACCEPTED, "13-15", cost_line=None)
    with pytest.raises(NoHours, match=r"2026年6月 には、案件 .* の請求の対象になる時間がありません"):
        month(worker, line)
    with pytest.raises(NoHours):
        month(worker, line, date(2026, 5, 1))
    make_entry(worker, line, ACCEPTED, "9-12")
    (sheet,) = month(worker, line)
    assert [(row.day, row.weekday, row.starts_at, row.ends_at, row.time) for row in sheet.rows] == [
        (ACCEPTED, "月", "9:00", "12:00", "3:00")
    ]
    assert not is_settled(line.case, worker, JUNE)


def test_a_sheet_tells_who_approved_which_week(diary: tuple[Worker, CostLine], manager: Member) -> None:
    worker, line = diary
    days = [date(2026, 6, day) for day in (1, 8, 15)]
    for day in days:
        make_entry(worker, line, day)
    approve(worker, days[0], manager)
    approve(worker, days[1], manager, is_self=True)
    (sheet,) = month(worker, line)
    told = "令和8年11月20日"
    assert sheet.approval == f"承認: {manager} ({told})、自己承認: {manager} ({told})、未承認 (令和8年6月15日からの週)"
    assert not is_settled(line.case, worker, JUNE)
    approve(worker, days[2], manager)
    assert is_settled(line.case, worker, JUNE)
    assert sheet.works == ("1-1 " + line.work,)
    assert sheet.claim == "支払申請(計画策定)"


def test_sixty_rows_run_over_pages_with_their_head_and_hostile_words_stay_words(
    diary: tuple[Worker, CostLine], tmp_path: Path
) -> None:
    worker, line = diary
    for number in range(60):
        text = "9-10" if number % 2 else "13:00-15:00 休30"
        content = HOSTILE[:300] if number == 7 else "資金繰り表の前提を社長に聞き取り"
        make_entry(worker, line, JUNE + timedelta(days=number // 2), text, content=content, place="髙" * 100)
    pages = printed(worker, line, tmp_path).split("\f")[:-1]
    assert len(pages) >= 3
    assert all(worker.name in page and "令和8年6月" in page for page in pages)
    # 30 times one hour and 30 times two hours less a break of thirty minutes.
    assert printed_minutes("".join(pages)) == 30 * 60 + 30 * 90
    whole = "".join("".join(pages).split())
    assert "<script>alert(1)</script>{{payload}}" in whole
    assert whole.count("下書き") >= len(pages)
    assert "750,000" in whole


def test_the_seals_never_stand_on_a_page_of_their_own(diary: tuple[Worker, CostLine], tmp_path: Path) -> None:
    worker, line = diary
    counts = []
    for number in range(20):
        make_entry(worker, line, JUNE + timedelta(days=number), content="資金繰り表の前提を社長と経理部長に聞き取り")
        if number >= 5:
            pages = printed(worker, line, tmp_path).split("\f")[:-1]
            counts.append(len(pages))
            assert "業務別の内訳" in pages[-1]
            assert "管理者" in pages[-1]
    # The month outgrows its first page somewhere on the way.
    assert (counts[0], counts[-1]) == (1, 2)


def test_a_month_is_printed_by_its_person_and_by_managers_and_leaves_a_trace(
    diary: tuple[Worker, CostLine], manager: Member
) -> None:
    worker, line = diary
    make_entry(worker, line, JUNE)
    assert worker.member is not None
    asked: dict[str, Any] = {"case_id": line.case_id, "worker_id": worker.pk, "month": JUNE, "today": TODAY}
    name, content = print_month(actor=worker.member, **asked)
    assert name == f"{line.case.number}_従事時間管理表_{worker.name}_2026-06_下書き.pdf"
    assert content.startswith(b"%PDF")
    approve(worker, JUNE, manager)
    assert "下書き" not in print_month(actor=manager, **asked)[0]
    told = [
        one.changes["従事時間管理表: 種類"][1] for one in AuditEvent.objects.filter(verb=Verb.DOWNLOADED).order_by("pk")
    ]
    assert told == ["下書き", "承認済み"]
    stranger = make_member(manager.agency, Role.CONSULTANT, display_name="別の 担当", email="other@example.jp")
    with pytest.raises(NotAllowed, match="本人か管理者だけ"):
        print_month(actor=stranger, **asked)


def test_a_claim_whose_hours_are_on_paper_has_ruled_sheets(consultant: Member) -> None:
    case, line = make_working_case(consultant)
    make_cost_line(case, work="事業DD")
    assert NOW.date() > ACCEPTED
    claim = make_application(case, kind=ApplicationKind.PLAN_CLAIM)
    content = live_content(claim, today=TODAY)
    assert isinstance(content, ClaimPayload)
    assert [(one.rows, one.approval, one.amount_yen) for one in content.sheets] == [((), "", None)] * len(
        content.sheets
    )
    assert content.sheets[0].works[0] == f"1-1 {line.work}"
    html = part_html(content, next(one for one in content.forms if one.code == "time_record"), is_draft=True)
    assert html.count('class="blank"') >= 14
