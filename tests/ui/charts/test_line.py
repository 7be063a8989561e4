"""The course of money: solid and dashed, its lowest month, and what lies below zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.charts.geometry import drawings, holds_together, points_of, shapes_of, texts_of, wide
from vapup.ui.charts import Chart, line

MONTHS = ("4月", "5月", "6月", "7月", "8月")
AMOUNT = st.one_of(st.none(), st.integers(min_value=-(10**11), max_value=10**11))


def cash() -> Chart:
    actual = (3_000_000, 1_200_000, None, None, None)
    planned = (None, None, 400_000, -800_000, 900_000)
    return line(id="c", title="資金残高", labels=MONTHS, actual=actual, planned=planned)


def test_what_was_is_solid_and_the_plan_goes_on_from_it_dashed() -> None:
    drawing = wide(cash())
    solid = shapes_of(drawing, "chart__line--actual")[-1].strokes[0]
    dashed = shapes_of(drawing, "chart__line--planned")[-1].strokes[0]
    assert (len(solid), len(dashed)) == (2, 4)
    assert dashed[0] == solid[-1]
    assert [x for x, _ in dashed] == sorted({x for x, _ in dashed})


def test_the_lowest_month_is_marked_and_named() -> None:
    drawing = wide(cash())
    top, right, bottom, left = shapes_of(drawing, "chart__lowest")[0].strokes[0]
    dashed = shapes_of(drawing, "chart__line--planned")[-1].strokes[0]
    middle = (top[0], right[1])
    assert middle == max(dashed, key=lambda point: point[1])
    assert left[0] + right[0] == 2 * top[0]
    assert bottom[1] - top[1] == 12
    assert "最低 7月 △800千円" in texts_of(drawing)
    guide = shapes_of(drawing, "chart__guide")[0].strokes[0]
    assert guide[1] == middle


def test_of_two_lowest_months_the_first_is_named() -> None:
    chart = line(id="c", title="残高", labels=("甲", "乙"), actual=(5, 5), planned=(None, None))
    assert "最低 甲 5円" in texts_of(wide(chart))


def test_a_closed_month_counts_as_it_was_not_as_it_was_planned() -> None:
    chart = line(id="c", title="残高", labels=("甲", "乙"), actual=(9_000, None), planned=(-5_000, 8_000))
    assert "最低 乙 8,000円" in texts_of(wide(chart))
    assert "0円を下回る月はない" in chart.description
    # Both are drawn all the same.
    assert len(shapes_of(wide(chart), "chart__line--planned")) == 2


def test_only_what_lies_below_zero_is_hatched() -> None:
    drawing = wide(cash())
    zero = shapes_of(drawing, "chart__zero")[0].strokes[0][0][1]
    sample, hatch = shapes_of(drawing, "chart__hatch--below")
    assert len(hatch.strokes) > 10
    assert len(sample.strokes) < len(hatch.strokes)
    assert all(one[1] == zero < two[1] and one[0] == two[0] for one, two in hatch.strokes)
    low = max(y for _, y in points_of(drawing, "chart__line--planned"))
    assert max(two[1] for _, two in hatch.strokes) <= low


def test_without_amounts_below_zero_nothing_is_hatched() -> None:
    chart = line(id="c", title="残高", labels=("甲", "乙"), actual=(5, 9), planned=(None, None))
    assert shapes_of(wide(chart), "chart__hatch--below") == []
    assert "0円未満" not in texts_of(wide(chart))
    assert "計画" not in texts_of(wide(chart))


def test_a_gap_breaks_the_line_and_a_lone_month_is_a_point() -> None:
    chart = line(id="c", title="残高", labels=MONTHS, actual=(1, 2, None, 4, None), planned=(None,) * 5)
    assert [len(stroke) for stroke in shapes_of(wide(chart), "chart__line--actual")[-1].strokes] == [2]
    assert len(shapes_of(wide(chart), "chart__point")) == 1


def test_the_description_names_the_lowest_and_the_months_below_zero() -> None:
    assert cash().description == (
        "資金残高の折れ線グラフ。4月から8月まで5か月。最も少ないのは7月の△800,000円。"
        "実績は最高 3,000,000円(4月)、最低 1,200,000円(5月)。計画は最高 900,000円(8月)、最低 △800,000円(7月)。"
        "0円を下回るのは7月。"
    )


@pytest.mark.parametrize("count", [0, 3])
def test_without_amounts_the_chart_says_so(count: int) -> None:
    chart = line(id="c", title="残高", labels=["月"] * count, actual=[None] * count, planned=[None] * count)
    assert chart.empty == "残高の金額がまだ入力されていません。"
    assert drawings(chart) == []


def test_months_and_amounts_must_agree() -> None:
    with pytest.raises(ValueError, match="each month"):
        line(id="c", title="残高", labels=("甲",), actual=(1,), planned=())


@given(st.lists(st.tuples(AMOUNT, AMOUNT), min_size=1, max_size=48))
def test_nothing_leaves_the_drawing_or_touches(months: list[tuple[int | None, int | None]]) -> None:
    labels = [f"{2026 + number // 12}年{number % 12 + 1}月" for number in range(len(months))]
    actual, planned = zip(*months, strict=True)
    chart = line(id="c", title="残高", labels=labels, actual=actual, planned=planned)
    if any(amount is not None for month in months for amount in month):
        holds_together(chart)
        assert all(len(shapes_of(drawing, "chart__lowest")) == 1 for drawing in drawings(chart))
    else:
        assert chart.empty
