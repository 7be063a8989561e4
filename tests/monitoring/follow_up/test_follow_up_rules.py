"""The tasks and the dated rule of large differences, as the parameters say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitoring.enums import FollowUpPhase
from monitoring.rules.follow_up import (
    FOLDER,
    KnownBy,
    deviation_rule,
    load_deviations,
    load_tasks,
    tasks_of,
    ticked_tasks,
)
from vapup.shared.rule_data import ParameterError


def test_the_tax_return_is_wanted_at_the_close_only() -> None:
    at_close, interim = tasks_of(is_close=True), tasks_of(is_close=False)
    assert {one.id for one in at_close} - {one.id for one in interim} == {"tax_return"}
    phases = [one.phase for one in at_close]
    assert phases == sorted(phases, key=list(FollowUpPhase).index)
    assert {one.known_by for one in at_close} == {None, *KnownBy}


def test_every_task_has_a_public_source() -> None:
    for one in load_tasks(FOLDER):
        assert one.source.url.startswith("https://")
        assert one.text
    assert set(ticked_tasks()) == {"tax_return", "owner_talk", "cash_table", "hours", "own_share"}


def test_the_rule_of_large_differences() -> None:
    rule = deviation_rule(date(2026, 3, 31))
    assert rule is not None
    assert rule.text == "計画比10%以上、かつ計画売上高の1%以上の差異"
    # 10 % of 1,000,000 is 100,000, and 1 % of 10,000,000 of sales too.
    assert rule.is_large(plan_yen=1_000_000, actual_yen=1_100_000, sales_yen=10_000_000)
    assert not rule.is_large(plan_yen=1_000_001, actual_yen=1_100_001, sales_yen=10_000_000)
    assert not rule.is_large(plan_yen=1_000_000, actual_yen=1_100_000, sales_yen=10_000_001)
    assert rule.is_large(plan_yen=-1_000_000, actual_yen=-1_200_000, sales_yen=0)
    assert not rule.is_large(plan_yen=0, actual_yen=0, sales_yen=0)
    assert "公的な資料は見つかっていません" in rule.note


def test_no_rule_holds_before_the_first() -> None:
    assert deviation_rule(date(2022, 3, 31)) is None
    assert deviation_rule(date(2022, 4, 1)) is not None


@pytest.mark.parametrize(
    ("name", "was", "becomes", "complaint"),
    [
        ("tasks.toml", 'phase = "before"', 'phase = "during"', "unknown phase"),
        ("tasks.toml", 'known_by = "claim"', 'known_by = "magic"', "unknown known_by"),
        ("tasks.toml", 'id = "claim"', 'id = "report"', "comes twice"),
        ("deviation.toml", "confirmed = false", "confirmed = true", "our own reading"),
        ("deviation.toml", "permille_of_plan = 100", "permille_of_plan = 0", "not above 0"),
    ],
)
def test_a_wrong_row_is_refused(tmp_path: Path, name: str, was: str, becomes: str, complaint: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert was in text
    (tmp_path / name).write_text(text.replace(was, becomes, 1), encoding="utf-8")
    load = load_tasks if name == "tasks.toml" else load_deviations
    with pytest.raises(ParameterError, match=complaint):
        load(tmp_path)


def test_a_new_rule_follows_the_old_one_without_a_gap(tmp_path: Path) -> None:
    text = (FOLDER / "deviation.toml").read_text(encoding="utf-8")
    closed = text.replace("effective_from = 2022-04-01", "effective_from = 2022-04-01\neffective_to = 2027-03-31")
    newer = text.replace("2022-04-01", "2027-04-01").replace("deviation-2022", "deviation-2027")
    (tmp_path / "deviation.toml").write_text(closed + newer, encoding="utf-8")
    assert [one.id for one in load_deviations(tmp_path)] == ["deviation-2022", "deviation-2027"]
    (tmp_path / "deviation.toml").write_text(text + newer, encoding="utf-8")
    with pytest.raises(ParameterError, match="overlaps"):
        load_deviations(tmp_path)
