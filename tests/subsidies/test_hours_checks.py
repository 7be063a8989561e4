"""What a careful reader of hours is told, each check at its boundary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from subsidies.rules.hours_checks import Check, Hours, HoursWarning, Work, check_hours
from subsidies.rules.hours_limits import all_limits, limits_on, load_limits
from subsidies.rules.hours_words import text_fault
from vapup.shared.dates import day_off_name
from vapup.shared.rule_data import ParameterError

MONDAY = date(2026, 11, 16)
WORK = Work(
    id=7,
    name="経営改善計画の策定支援",
    person="佐藤 花子(税理士)",
    worker_id=1,
    co_agency_id=None,
    rate_yen=12_000,
    quoted_minutes=600,
    counted_minutes=600,
)
ENTRY = Hours(
    id=1,
    worker_id=1,
    worker="佐藤 花子",
    co_agency_id=None,
    case_id=1,
    case="C-2026-0001",
    accepted_on=date(2026, 6, 1),
    worked_on=MONDAY,
    starts=540,
    ends=720,
    minutes=180,
    content="資金繰り表の前提を社長に聞き取り",
    entered_on=MONDAY,
    work=WORK,
    card_yen=12_000,
)


def told(*entries: Hours) -> dict[str, str]:
    """Return the messages by code; of two with one code the last."""
    return {one.code: one.message for one in check_hours(entries)}


def codes(warnings: Sequence[HoursWarning]) -> list[tuple[int, str]]:
    return [(one.entry_id, one.code) for one in warnings]


def test_a_good_entry_is_told_nothing() -> None:
    assert check_hours([ENTRY]) == ()


def test_one_person_in_two_places_names_both_entries() -> None:
    other = replace(
        ENTRY, id=2, case_id=2, case="C-2026-0003", starts=660, ends=780, minutes=120, content="別の議題の整理"
    )
    found = check_hours([ENTRY, other])
    assert [(one.entry_id, one.check) for one in found] == [(1, Check.OVERLAP), (2, Check.OVERLAP)]
    assert "C-2026-0001 の 9:00〜12:00 と C-2026-0003 の 11:00〜13:00 で重なっています" in found[0].message
    assert all(one.is_grave for one in found)


@pytest.mark.parametrize("change", [{"starts": 720, "ends": 840}, {"worker_id": 2}, {"worked_on": date(2026, 11, 17)}])
def test_end_to_end_another_person_or_another_day_is_no_overlap(change: dict[str, Any]) -> None:
    other = replace(ENTRY, id=2, content="返済計画の案を主要行に説明", **change)
    assert "overlap" not in told(ENTRY, other)


@pytest.mark.parametrize(
    ("minutes", "grave"),
    [(480, None), (481, False), (720, False), (721, True)],  # 8 hours and 12 hours are still inside
)
def test_a_day_is_long_over_all_cases(minutes: int, grave: bool | None) -> None:
    rest = replace(ENTRY, id=2, case="C-2026-0003", case_id=2, starts=720, ends=1440, minutes=minutes - 180)
    found = [one for one in check_hours([ENTRY, rest]) if one.check is Check.LONG_DAY]
    assert [one.is_grave for one in found] == ([] if grave is None else [grave])
    for one in found:
        assert one.entry_id == 2  # beside the last entry of the day
        assert "C-2026-0001 3時間、C-2026-0003 " in one.message


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 21), "土曜日"),
        (date(2026, 11, 22), "日曜日"),
        (date(2026, 11, 23), "祝日(勤労感謝の日)"),
        (date(2026, 12, 29), "年末年始"),
        (date(2026, 11, 24), ""),
    ],
)
def test_days_off_are_named(day: date, reason: str) -> None:
    assert day_off_name(day) == reason
    found = told(replace(ENTRY, worked_on=day, entered_on=day))
    assert ("day_off" in found) == bool(reason)
    assert reason in found.get("day_off", "")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("打合せ", "3文字"),
        ("資料作成・会議", "だけでは何をしたか分かりません"),
        ("資料の作成と打ち合わせ", "だけでは何をしたか分かりません"),
        ("銀行訪問対応会議録", "対象がありません"),
        ("試算表を点検", ""),  # 6 characters with an object
        ("資金繰り表の前提を社長に聞き取り", ""),
    ],
)
def test_vague_texts_are_told_what_they_lack(content: str, fault: str) -> None:
    limits = limits_on(MONDAY)
    assert limits is not None
    message = text_fault(content, limits)
    assert (fault in message) if fault else message == ""
    assert ("vague" in told(replace(ENTRY, content=content))) == bool(fault)


def test_the_same_text_is_a_copy_from_the_third_time_on() -> None:
    days = [
        replace(ENTRY, id=n, worked_on=MONDAY + timedelta(days=n), entered_on=MONDAY + timedelta(days=n))
        for n in (1, 2, 3)
    ]
    spelt = replace(days[2], content="資金繰り表の前提を 社長に聞き取り。")
    assert "copied" not in told(*days[:2])
    assert codes(check_hours([*days[:2], spelt])) == [(1, "copied"), (2, "copied"), (3, "copied")]
    assert "copied" not in told(*days[:2], replace(spelt, case_id=2))


@pytest.mark.parametrize(("days", "late"), [(7, False), (8, True)])
def test_an_entry_is_late_after_a_week(days: int, late: bool) -> None:
    found = told(replace(ENTRY, entered_on=MONDAY + timedelta(days=days)))
    assert ("late" in found) == late


def test_work_before_the_acceptance_does_not_count() -> None:
    accepted_on = date(2026, 11, 17)
    assert "受理日 2026-11-17 より前" in told(replace(ENTRY, accepted_on=accepted_on))["before_acceptance"]
    assert "before_acceptance" not in told(replace(ENTRY, accepted_on=MONDAY))  # the day itself counts
    assert "受理日がまだない" in told(replace(ENTRY, accepted_on=None))["before_acceptance"]


@pytest.mark.parametrize(
    ("day", "outside"),
    [
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
        (date(2027, 3, 31), False),  # six months after 2026-09-30, when its claim is due
        (date(2027, 4, 1), True),
    ],
)
def test_monitoring_work_lies_in_its_period_or_before_its_claim(day: date, outside: bool) -> None:
    work = replace(WORK, period=(date(2026, 4, 1), date(2026, 9, 30)))
    found = told(replace(ENTRY, worked_on=day, entered_on=day, work=work, accepted_on=date(2025, 1, 1)))
    assert ("outside_period" in found) == outside


def test_another_person_than_the_estimate_names() -> None:
    by_card = replace(ENTRY, work=replace(WORK, worker_id=9, person="鈴木 健(公認会計士)"))
    assert (
        "業務日誌の従事者は 佐藤 花子、見積の業務「経営改善計画の策定支援」の従事者は 鈴木 健(公認会計士)"
        in told(by_card)["other_person"]
    )
    free = replace(WORK, worker_id=None)
    assert "other_person" not in told(replace(ENTRY, work=replace(free, person="佐藤花子(税理士)")))
    assert "other_person" in told(replace(ENTRY, work=replace(free, co_agency_id=3)))


def test_another_rate_than_the_card_of_the_day() -> None:
    found = told(replace(ENTRY, card_yen=10_000))
    assert "単価は 12,000円" in found["other_rate"]
    assert "10,000円" in found["other_rate"]
    assert "other_rate" not in told(replace(ENTRY, card_yen=None))  # no card, nothing to compare


def test_more_than_quoted_is_told_beside_the_last_entry() -> None:
    over = replace(WORK, counted_minutes=690)  # 690 - 600
    later = replace(ENTRY, id=2, starts=780, ends=840, minutes=60, content="返済計画の案を主要行に説明", work=over)
    found = [one for one in check_hours([replace(ENTRY, work=over), later]) if one.check is Check.OVER_QUOTED]
    assert [one.entry_id for one in found] == [2]
    assert "実績 11時間30分 が、見積の予定時間 10時間 を 1時間30分 超えています" in found[0].message


def test_the_limits_are_proposed_and_dated(tmp_path: Path) -> None:
    assert [one.confirmed for one in all_limits()] == [False]
    assert limits_on(date(2018, 7, 31)) is None
    text = Path("subsidies/hours/limits.toml").read_text(encoding="utf-8")
    (tmp_path / "limits.toml").write_text(
        text.replace("warning_minutes = 720", "warning_minutes = 480"), encoding="utf-8"
    )
    with pytest.raises(ParameterError, match="not above note_minutes"):
        load_limits(tmp_path)


def test_before_the_first_limits_only_what_needs_none_is_told() -> None:
    early = replace(ENTRY, worked_on=date(2018, 7, 31), entered_on=date(2026, 11, 16), content="a", work=None)
    assert codes(check_hours([early])) == [(1, "before_acceptance")]


def test_a_grave_doubt_has_another_colour_than_a_remark() -> None:
    sunday = replace(ENTRY, worked_on=date(2026, 11, 15))
    before = replace(ENTRY, worked_on=date(2026, 5, 29))
    tones = {one.code: one.tone for entry in (sunday, before) for one in check_hours([entry])}
    assert tones["day_off"] == "neutral"
    assert tones["before_acceptance"] == "warning"


def test_limits_are_called_by_the_day_from_which_they_hold() -> None:
    (only,) = all_limits()
    assert only.id == f"limit@{only.effective_from}"
