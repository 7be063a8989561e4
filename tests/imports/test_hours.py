"""Hours from tables: every row gets its verdict, faultless ones are logged like typed ones, and all can be undone."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from subsidies.enums import WeekState
from subsidies.models import CostLine, WorkEntry, Worker
from tests.builders import make_cost_line, make_member
from tests.imports.hours_files import HEADS, committed, said, table, uploaded, workbook
from tests.subsidies.hours_cases import (
    ACCEPTED,
    FRIDAY,
    MONDAY,
    TEXT,
    make_claim,
    make_entry,
    make_week,
    make_worker,
    make_working_case,
)
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.imports.enums import BatchState, CommitMode
from vapup.imports.hours.paste import UnreadablePaste, pasted_file
from vapup.imports.services.undo import UndoRefused, undo_batch

DAY = MONDAY.isoformat()


@pytest.fixture
def diary(consultant: Member) -> tuple[Worker, CostLine]:
    """A person, and a line of a case accepted on 1 June 2026."""
    _, line = make_working_case(consultant)
    return make_worker(consultant), line


def row(diary: tuple[Worker, CostLine], *cells: Any, **named: Any) -> list[Any]:
    """Return a sound row, 9:00 to 12:00 on a Monday, with some of its cells changed by their place."""
    worker, line = diary
    found: list[Any] = [DAY, worker.name, "9:00", "12:00", "", "", "1-1", TEXT, "本社", line.case.number]
    found[: len(cells)] = cells
    for head, value in named.items():
        found[HEADS.index(head)] = value
    return found


def stored() -> list[tuple[str, int, int, int, int]]:
    entries = WorkEntry.objects.order_by("worked_on", "starts_minute")
    return [(str(one.worked_on), one.starts_minute, one.ends_minute, one.break_minutes, one.minutes) for one in entries]


def test_rows_are_logged_as_if_they_had_been_typed_and_undone(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    assert worker.member is not None
    rows = [row(diary), row(diary, 開始="1300", 終了="17:30", 休憩="30", 時間="4.0", 業務=line.work)]
    batch = uploaded(worker.member, table(rows))
    assert said(batch) == {2: ("ok", ""), 3: ("ok", "")}
    assert not WorkEntry.objects.exists()
    done = committed(worker.member, batch, CommitMode.ALL_OR_NOTHING)
    assert (done.state, done.taken_count, done.created_count) == (BatchState.COMMITTED, 2, 2)
    assert stored() == [(DAY, 540, 720, 0, 180), (DAY, 780, 1050, 30, 240)]
    entry = WorkEntry.objects.order_by("pk")[0]
    assert (entry.worker, entry.cost_line, entry.case, entry.content) == (worker, line, line.case, TEXT)
    assert (entry.place, entry.entered_by) == ("本社", worker.member)
    assert AuditEvent.objects.filter(verb=Verb.CREATED).count() == 2
    undo_batch(actor=worker.member, batch_id=batch.pk, now=batch.uploaded_at)
    assert stored() == []
    assert AuditEvent.objects.filter(verb=Verb.IMPORT_UNDONE).count() == 1


def test_each_fault_is_named_with_its_cell(diary: tuple[Worker, CostLine], manager: Member) -> None:
    worker, line = diary
    locked = MONDAY - timedelta(days=7)
    make_week(worker, manager, state=WeekState.APPROVED, monday=locked)
    make_entry(worker, line, MONDAY, "15-16")
    rows = [
        row(diary, 従事者="見知らぬ 人"),
        row(diary, 業務="9-9"),
        row(diary, 日付=locked.isoformat()),
        row(diary, 日付=(FRIDAY + timedelta(days=1)).isoformat()),
        row(diary, 案件番号="C-1999-0001"),
        row(diary, 終了="8:00"),
        row(diary, 時間="2:00"),
        row(diary, 業務内容=""),
        row(diary, 開始="朝"),
        row(diary, 開始="15:00", 終了="16:00"),
        row(diary, 開始="15:30", 終了="17:00"),
        row(diary, 日付="R8.5.29"),
        row(diary),
        row(diary),
    ]
    batch = uploaded(manager, table(rows))
    told = said(batch)
    wanted = {
        2: ("error", "!B2 従事者「見知らぬ 人」は登録されていません。"),
        3: ("error", f"!G3 業務「9-9」は案件の見積にありません。1-1 {line.work}から選んでください。"),
        4: ("error", f"!A4 {locked} からの週は「承認済」です。"),
        5: ("error", "!A5 従事日 2026-11-21 は、今日 2026-11-20 より後です。"),
        6: ("error", "!J6 案件「C-1999-0001」は登録されていません。"),
        7: ("error", "!D7 終了 8:00 が、開始 9:00 より後ではありません。"),
        8: ("error", "!D8 開始 9:00〜終了 12:00 から休憩 0分 を引くと 3時間 ですが、「時間」は 2時間 です。"),
        9: ("error", "!H9 「業務内容」が空です。"),
        10: ("error", "!C10 「開始」の「朝」は時刻として読めません。"),
        11: ("skipped", "同じ記入(2026-11-16 15:00〜16:00"),
        12: ("warning", "!A12 時間の重なり: 2026-11-16 の"),
        13: ("warning", "!A13 対象外: 従事日 2026-05-29 は、"),
        14: ("ok", ""),
        15: ("skipped", "14行と同じ記入です"),
    }
    assert {number: verdict for number, (verdict, _) in told.items()} == {
        number: verdict for number, (verdict, _) in wanted.items()
    }
    assert [number for number, (_, text) in wanted.items() if text not in told[number][1]] == []
    committed(manager, batch)
    assert [one[:3] for one in stored()] == [
        ("2026-05-29", 540, 720),
        (DAY, 540, 720),
        (DAY, 900, 960),
        (DAY, 930, 1020),
    ]


def test_a_claim_that_left_the_desk_holds_its_work(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    assert worker.member is not None
    make_claim(line.case)
    verdict, text = said(uploaded(worker.member, table([row(diary)])))[2]
    assert verdict == "error"
    assert f"業務「{line.work}」は「支払申請(計画策定)」(提出済)に含まれています。" in text


def test_times_as_spreadsheets_keep_them(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    assert worker.member is not None
    half_past, noon = time(9, 30), time(12)
    rows = [
        row(diary, MONDAY, worker.name, half_past, noon, time(0, 30), 2),
        row(diary, "R8.11.17", worker.name, 900, 1200, "", 0.125),
        row(diary, "令和8年11月18日(水)", worker.name, 0.875, "24:00", "", "3:00"),
        row(diary, "2026/11/19", worker.name, "９：００", "", "", 1.5),
        row(diary, 46346, worker.name, 0.5, "=C6+1", "", ""),
    ]
    batch = uploaded(worker.member, workbook(rows), "時間.xlsx")
    told = said(batch)
    assert [verdict for verdict, _ in told.values()] == ["ok", "ok", "ok", "ok", "error"]
    assert "!D6 「終了」に数式が入っています。" in told[6][1]
    committed(worker.member, batch)
    assert stored() == [
        ("2026-11-16", 570, 720, 30, 120),
        ("2026-11-17", 540, 720, 0, 180),
        ("2026-11-18", 1_260, 1_440, 0, 180),
        ("2026-11-19", 540, 630, 0, 90),
    ]
    assert line.entries.count() == 4


def test_heads_may_have_other_words_in_any_order_and_the_letters_of_old_windows(
    diary: tuple[Worker, CostLine],
) -> None:
    worker, line = diary
    assert worker.member is not None
    line.work = "①髙橋㈱の調査"
    line.save()
    heads = ("備考", "内容", "開始時間", "終了時間", "業務名", "年月日", "天気")
    rows = [("㈱髙橋本社", "①の資料を㈱髙橋の社長に聞き取り", "9:00", "10:00", "①髙橋㈱の調査", "2026/11/16", "晴れ")]
    batch = uploaded(worker.member, table(rows, heads, code="cp932"), worker=worker.pk, case=line.case_id)
    told = said(batch)
    assert told[2] == ("ok", "")
    assert "見出し「天気」(G1)の列は、ひな形にないため取り込みません。" in told[1][1]
    committed(worker.member, batch)
    entry = WorkEntry.objects.get()
    assert (entry.content, entry.place, entry.cost_line) == ("①の資料を㈱髙橋の社長に聞き取り", "㈱髙橋本社", line)


def test_two_lines_with_the_same_words_need_their_number(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    assert worker.member is not None
    twin = make_cost_line(line.case, work=line.work)
    CostLine.objects.update(person="別の人")
    rows = [
        row(diary, 業務=line.work),
        row(diary, 開始="13:00", 終了="14:00", 業務="１－２"),
        row(diary, 業務=""),
    ]
    told = said(uploaded(worker.member, table(rows)))
    assert "は見積に2行あります。番号(1-1・1-2)で入力してください。" in told[2][1]
    assert told[3][0] == "warning"  # the estimate names somebody else
    assert "業務が空です" in told[4][1]
    # A spreadsheet makes the second of January of 1-2.
    batch = uploaded(worker.member, workbook([row(diary, 業務=date(2026, 1, 2))]), "時間.xlsx")
    committed(worker.member, batch)
    assert WorkEntry.objects.get().cost_line == twin


def test_people_bring_in_their_own_hours_and_managers_those_of_all(
    diary: tuple[Worker, CostLine], manager: Member
) -> None:
    worker, _ = diary
    other = make_member(manager.agency, Role.CONSULTANT, display_name="別の 担当", email="other@example.jp")
    batch = uploaded(other, table([row(diary)]))
    assert "記入できるのは、従事した本人か管理者だけです。" in said(batch)[2][1]
    mine = uploaded(manager, table([row(diary)]))
    with pytest.raises(NotAllowed):
        committed(other, mine)
    committed(manager, mine)
    with pytest.raises(NotAllowed):
        undo_batch(actor=other, batch_id=mine.pk, now=mine.uploaded_at)
    assert WorkEntry.objects.get().worker == worker
    viewer = make_member(manager.agency, Role.VIEWER, display_name="閲覧 者", email="viewer@example.jp")
    with pytest.raises(NotAllowed):
        uploaded(viewer, table([row(diary)]))


def test_hours_that_were_handed_in_since_stay_and_a_week_closed_since_takes_none(
    diary: tuple[Worker, CostLine], manager: Member
) -> None:
    worker, _ = diary
    first, second = (
        uploaded(manager, table([row(diary)])),
        uploaded(manager, table([row(diary, 開始="13:00", 終了="14:00")])),
    )
    committed(manager, first)
    make_week(worker, manager)
    with pytest.raises(UndoRefused, match="固定されています。2026-11-16 からの週は「提出済」です。"):
        undo_batch(actor=manager, batch_id=first.pk, now=first.uploaded_at)
    late = committed(manager, second)
    assert (late.state, late.taken_count) == (BatchState.PREVIEWED, 0)
    assert "取り込める行がありません" in late.failure
    assert WorkEntry.objects.count() == 1


def test_pasted_rows_are_a_table_with_or_without_their_heads(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    assert worker.member is not None
    bare = "\t".join(map(str, row(diary)))
    headed = '日付\t開始\t終了\t内容\r\n2026/11/17\t9:00\t10:00\t"二行の\n内容を入力"\r\n'
    for text in (bare, headed):
        committed(worker.member, uploaded(worker.member, pasted_file(text), worker=worker.pk, case=line.case_id))
    assert [one[:3] for one in stored()] == [(DAY, 540, 720), ("2026-11-17", 540, 600)]
    assert pasted_file(headed).decode("utf-8-sig").startswith("日付,開始,終了,内容")
    for broken in ('"開いたまま', "\t\t\n"):
        with pytest.raises(UnreadablePaste):
            pasted_file(broken)
    assert MONDAY > ACCEPTED
