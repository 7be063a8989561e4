"""The forms of a plan read lines and sheets as people type them; no database."""

from __future__ import annotations

from typing import Any

import pytest

from cases.forms.plan.actions import MeasureForm, MoveForm
from cases.forms.plan.figures import CalculateForm, FiguresForm
from cases.forms.plan.lines import MOST_LINES, AssumptionsForm, LineInput
from cases.forms.plan.whole import ReviseForm, StartForm, TextsForm
from cases.selectors.plan.actions import CHANGEABLE

YEARS = range(1, 4)
MEASURE = {"title": "値上げ", "owner": "社長", "starts_on": "R7.4.1", "due_on": "令和7年9月30日", "version": "5"}


def lines(**typed: str) -> AssumptionsForm:
    data = {name.replace("_", "-"): value for name, value in typed.items()}
    return AssumptionsForm({"version": "1", "lines": "3", **data}, years=YEARS)


def test_a_line_is_read_with_its_amounts_and_an_empty_one_counts_for_nothing() -> None:
    form = lines(line_1_account="salaries", line_1_ground=" 昇給 ", line_1_1="1,000", line_1_3="△２，０００")
    assert form.is_valid(), form.errors
    assert form.lines() == [LineInput("salaries", "昇給", {1: 1_000, 3: -2_000})]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"line_0_1": "5", "line_0_ground": "x"}, "「1行目 勘定科目」を選んでください。"),
        ({"line_0_account": "rent", "line_0_1": "5"}, "「1行目 根拠」を入力してください。"),
        ({"line_0_account": "cash", "line_0_1": "5", "line_0_ground": "x"}, "一覧から選び直してください"),
        ({"line_0_account": "rent", "line_0_1": "五", "line_0_ground": "x"}, "金額として読めません"),
        ({"line_0_account": "rent", "line_0_1": "9" * 14, "line_0_ground": "x"}, "入力できません"),
    ],
)
def test_a_line_that_cannot_be_read_says_which_and_why(typed: dict[str, str], sentence: str) -> None:
    form = lines(**typed)
    assert not form.is_valid()
    assert any(sentence in error for error in form.rows[0].errors), form.rows[0].errors
    assert form.rows[1].errors == []


def test_an_account_stands_on_one_line_unless_its_ground_differs() -> None:
    twice = {"line_0_account": "rent", "line_0_1": "5", "line_1_account": "rent", "line_1_2": "6"}
    same = lines(**twice, line_0_ground="転居", line_1_ground="転居")
    assert not same.is_valid()
    assert "2つの行にあります" in same.rows[1].errors[0]
    assert lines(**twice, line_0_ground="転居", line_1_ground="更新料").is_valid()


@pytest.mark.parametrize("written", ["", "x", "-1", "99999999", "３"])
def test_the_number_of_lines_is_what_was_shown_and_never_too_many(written: str) -> None:
    form = AssumptionsForm({"version": "1", "lines": written}, years=YEARS)
    assert 0 <= form.count <= MOST_LINES
    assert form.is_valid() == (written not in {"x"})  # nobody types into a hidden control
    assert form.lines() == []


def test_stored_lines_come_with_two_empty_ones() -> None:
    stored = [LineInput("sales", "人口の減少", {1: -5})]
    form = AssumptionsForm(years=YEARS, lines=stored, initial={"version": 3})
    assert (form.count, form["line-0-1"].value(), form["line-0-2"].value()) == (3, "△5", None)
    assert [(one.label, one.ground, one.amounts) for one in form.shown] == [("売上高", "人口の減少", [-5, None, None])]
    many = [LineInput(name, "x", {1: 1}) for name in CHANGEABLE * 3]
    assert AssumptionsForm(years=YEARS, lines=many).count == MOST_LINES


def measure(**typed: Any) -> MeasureForm:
    return MeasureForm({**MEASURE, "lines": "2", **typed}, years=YEARS)


def test_a_measure_is_read_with_its_effects() -> None:
    form = measure(**{"line-0-account": "sales", "line-0-1": "5,000", "line-1-account": "freight", "line-1-1": "(300)"})
    assert form.is_valid(), form.errors
    assert form.effects() == {("sales", 1): 5_000, ("freight", 1): -300}
    assert (form.facts()["due_on"].isoformat(), form.facts()["kpi"]) == ("2025-09-30", "")
    assert "version" not in form.facts()
    assert [one.name for one in form.facts_fields] == ["title", "detail", "owner", "starts_on", "due_on", "kpi"]


def test_a_measure_ends_after_it_starts_and_names_who_does_it() -> None:
    form = measure(due_on="R7.3.31", owner="")
    assert not form.is_valid()
    assert form.errors["due_on"] == ["期限 2025-03-31 が、開始 2025-04-01 より前です。どちらかの日付を直してください。"]
    assert form.errors["owner"] == ["「担当」を入力してください。"]


def test_a_sheet_reads_its_own_cells_alone() -> None:
    keys = [("sales", 0), ("sales", 1), ("rent", 1)]
    labels = {0: "2025年3月期(基準年度)", 1: "2026年3月期(計画1年目)"}
    form = FiguresForm(
        {"version": "7", "sales:0": "￥1,000", "sales:1": "", "cash:1": "9"},
        keys=keys,
        labels=labels,
        stored={("sales", 0): 900},
        seen=7,
    )
    assert form.is_valid(), form.errors
    assert form.figures() == {("sales", 0): 1_000, ("sales", 1): None, ("rent", 1): None}
    wrong = FiguresForm({"version": "7", "rent:1": "12.5"}, keys=keys, labels=labels, stored={}, seen=7)
    assert not wrong.is_valid()
    assert wrong.fields["rent:1"].label == "地代家賃・賃借料 2026年3月期(計画1年目)"
    assert "小数点" in wrong.errors["rent:1"][0]


def test_the_calculation_takes_only_accounts_that_it_offered() -> None:
    assert CalculateForm({"version": "1", "names": ["sales"]}, names=["sales", "rent"], seen=1).is_valid()
    for names in ([], ["cash"]):
        assert not CalculateForm({"version": "1", "names": names}, names=["sales"], seen=1).is_valid()


def test_short_forms_ask_for_what_they_need() -> None:
    assert StartForm({"base_ends_on": "R7.3.31", "years": "５"}).is_valid()
    assert not StartForm({"base_ends_on": "R7.3.31", "years": "11"}).is_valid()
    assert ReviseForm({"version": "1", "because": " "}).errors["because"] == ["「見直しの理由」を入力してください。"]
    assert not TextsForm({"version": "1", "outline": "あ" * 3_001}).is_valid()
    assert TextsForm({"version": "1", "outline": "あ" * 3_000}).is_valid()
    up, wrong = MoveForm({"way": "up"}), MoveForm({"way": "left"})
    assert up.is_valid()
    assert up.is_up
    assert not wrong.is_valid()
