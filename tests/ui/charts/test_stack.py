"""Debt service on top of each other, and the cash flow that has to cover it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.charts.geometry import drawings, holds_together, shapes_of, texts_of, wide
from vapup.ui.charts import Chart, Series, stack
from vapup.ui.charts.stack_chart import LOOKS

YEARS = ("2026年", "2027年", "2028年")
AMOUNT = st.integers(min_value=0, max_value=10**11)


def service() -> Chart:
    parts = [Series("甲銀行", (3_000_000, 2_000_000, 1_000_000)), Series("乙信用金庫", (1_000_000, 1_000_000, None))]
    available = Series("キャッシュ・フロー", (-500_000, 2_400_000, 5_000_000))
    return stack(id="s", title="返済額", labels=YEARS, parts=parts, available=available)


def test_parts_stand_on_each_other_without_gaps() -> None:
    drawing = wide(service())
    zero = shapes_of(drawing, "chart__zero")[0].strokes[0][0][1]
    lower = [shape.strokes[0] for shape in shapes_of(drawing, "chart__fill--solid")][1:]
    upper = [shape.strokes[0] for shape in shapes_of(drawing, "chart__fill--rising")][1:]
    assert (len(lower), len(upper)) == (3, 2)
    assert [max(y for _, y in bar) for bar in lower] == [zero] * 3
    for one, two in zip(lower, upper, strict=False):
        assert min(y for _, y in one) == max(y for _, y in two)
        assert (one[0][0], one[1][0]) == (two[0][0], two[1][0])


def test_the_line_runs_through_the_middle_of_the_bars() -> None:
    drawing = wide(service())
    run = shapes_of(drawing, "chart__line--available")[-1].strokes[0]
    bars = [shape.strokes[0] for shape in shapes_of(drawing, "chart__fill--solid")][1:]
    assert [x for x, _ in run] == [(bar[0][0] + bar[1][0]) // 2 for bar in bars]
    zero = shapes_of(drawing, "chart__zero")[0].strokes[0][0][1]
    assert [y > zero for _, y in run] == [True, False, False]
    assert len(shapes_of(drawing, "chart__point")[-1].strokes) == 3


def test_sums_are_written_where_no_line_crosses_them() -> None:
    parts = [Series("甲", (3_000_000,)), Series("乙", (1_500_000,))]
    alone = stack(id="s", title="返済額", labels=("2026年",), parts=parts)
    assert "4,500" in texts_of(wide(alone))
    crossed = stack(id="s", title="返済額", labels=("2026年",), parts=parts, available=Series("額", (4_500_000,)))
    assert "4,500" not in texts_of(wide(crossed))


def test_of_many_lenders_the_smallest_become_one() -> None:
    parts = [Series(f"銀行{number}", (1_000 * (number + 1),)) for number in range(11)]
    texts = texts_of(wide(stack(id="s", title="残高", labels=("甲",), parts=parts)))
    # 11 lenders, 7 drawn by themselves: 4 and not the largest ones are one.
    assert "その他(4件)" in texts
    assert [f"銀行{number}" in texts for number in range(11)] == [False] * 4 + [True] * 7
    # 1 + 2 + … + 11 = 66: nothing is lost.
    assert "66,000" in texts


def test_eight_lenders_are_told_apart() -> None:
    parts = [Series(f"銀行{number}", (5,)) for number in range(8)]
    drawing = wide(stack(id="s", title="残高", labels=("甲",), parts=parts))
    assert {len(shapes_of(drawing, f"chart__fill--{look.value}")) for look in LOOKS} == {2}


def test_the_description_names_the_worst_year() -> None:
    assert service().description == (
        "返済額の積み上げ棒グラフ。3区分。内訳は甲銀行、乙信用金庫。"
        "合計は最高 4,000,000円(2026年)、最低 1,000,000円(2028年)。"
        "キャッシュ・フローは最高 5,000,000円(2028年)、最低 △500,000円(2026年)。"
        # 4,000千円 − △500千円 = 4,500千円; the year after it is 3,000 − 2,400 = 600千円 short.
        "キャッシュ・フローが合計を下回るのは2026年、2027年、不足が最も大きいのは2026年の4,500,000円。"
    )


def test_enough_is_said_too() -> None:
    chart = stack(id="s", title="額", labels=("甲",), parts=[Series("乙", (5,))], available=Series("流", (5,)))
    assert chart.description.endswith("流が合計を下回る区分はない。")


@pytest.mark.parametrize("parts", [[], [Series("甲", (None,))]])
def test_without_amounts_the_chart_says_so(parts: list[Series]) -> None:
    chart = stack(id="s", title="返済額", labels=("2026年",), parts=parts)
    assert chart.empty == "返済額の金額がまだ入力されていません。"
    assert drawings(chart) == []


def test_without_debts_the_line_is_drawn_alone() -> None:
    chart = stack(id="s", title="返済額", labels=("甲", "乙"), parts=[], available=Series("流", (5, 6)))
    holds_together(chart)
    assert len(shapes_of(wide(chart), "chart__line--available")) == 2


def test_parts_are_not_below_zero_and_have_all_labels() -> None:
    with pytest.raises(ValueError, match="not below zero"):
        stack(id="s", title="額", labels=("甲",), parts=[Series("乙", (-1,))])
    with pytest.raises(ValueError, match="each label"):
        stack(id="s", title="額", labels=("甲",), parts=[], available=Series("流", ()))


@given(
    columns=st.lists(st.lists(AMOUNT, min_size=10, max_size=10), min_size=1, max_size=12),
    count=st.integers(min_value=1, max_value=10),
    line=st.one_of(st.none(), st.integers(min_value=-(10**11), max_value=10**11)),
)
def test_nothing_leaves_the_drawing_or_touches(columns: list[list[int]], count: int, line: int | None) -> None:
    labels = [f"{2020 + number}年3月期" for number in range(len(columns))]
    parts = [Series(f"第{one}銀行", [column[one] for column in columns]) for one in range(count)]
    available = Series("キャッシュ・フロー", [line] * len(columns)) if line is not None else None
    holds_together(stack(id="s", title="返済額", labels=labels, parts=parts, available=available))
