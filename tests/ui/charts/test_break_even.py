"""The break-even point: drawn where the lines meet, named, and told from no such point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.charts.geometry import drawings, holds_together, shapes_of, texts_of, wide
from vapup.ui.charts import Chart, break_even
from vapup.ui.charts.parts import Point

YEN = st.integers(min_value=0, max_value=10**12)


def chart(sales: int = 100_000_000, variable: int = 40_000_000, fixed: int = 45_000_000) -> Chart:
    return break_even(id="b", title="2027年3月期", sales_yen=sales, variable_yen=variable, fixed_yen=fixed)


def middle(stroke: tuple[Point, ...]) -> Point:
    top, right, _, _ = stroke
    return top[0], right[1]


def test_the_point_is_where_sales_meet_all_costs() -> None:
    # 45,000千円 ÷ (1 − 40%) = 75,000千円.
    drawing = wide(chart())
    assert "損益分岐点 75,000千円" in texts_of(drawing)
    (x0, y0), (x1, y1) = shapes_of(drawing, "chart__line--actual")[-1].strokes[0]
    (c0, d0), (c1, d1) = shapes_of(drawing, "chart__line--planned")[-1].strokes[0]
    x, y = middle(shapes_of(drawing, "chart__lowest")[0].strokes[0])
    assert abs(y0 + (y1 - y0) * (x - x0) // (x1 - x0) - y) <= 1
    assert abs(d0 + (d1 - d0) * (x - c0) // (c1 - c0) - y) <= 1


def test_a_point_within_a_yen_is_rounded_up() -> None:
    # 100 ÷ (1 − 1/3) = 150; 101 ÷ 2/3 = 151.5, and 151円 would not yet cover the costs.
    assert "損益分岐点は150円" in chart(300, 100, 100).description
    assert "損益分岐点は152円" in chart(300, 100, 101).description


def test_the_year_is_marked_on_the_line_of_sales() -> None:
    drawing = wide(chart())
    assert "実際の売上高 100,000千円" in texts_of(drawing)
    x, y = middle(shapes_of(drawing, "chart__point")[-1].strokes[0])
    (x0, y0), (x1, y1) = shapes_of(drawing, "chart__line--actual")[-1].strokes[0]
    assert abs(y0 + (y1 - y0) * (x - x0) // (x1 - x0) - y) <= 1
    down = shapes_of(drawing, "chart__guide")[0].strokes[0]
    assert down == ((x, y), (x, y0))


def test_losses_are_hatched_left_of_the_point_only() -> None:
    drawing = wide(chart())
    x, _ = middle(shapes_of(drawing, "chart__lowest")[0].strokes[0])
    hatch = shapes_of(drawing, "chart__hatch--below")[-1]
    assert len(hatch.strokes) > 20
    assert all(one[0] <= x for one, _ in hatch.strokes)
    assert all(one[1] > two[1] for one, two in hatch.strokes)


def test_the_description_says_how_far_off_the_sales_are() -> None:
    assert chart().description == (
        "2027年3月期の損益分岐点図表。売上高 100,000,000円、変動費 40,000,000円、固定費 45,000,000円。"
        "売上高から総費用を引いた差は15,000,000円。"
        "損益分岐点は75,000,000円(売上高の75.0%)で、売上高はこれを25,000,000円上回る。"
    )
    # 66,000千円 ÷ 60% = 110,000千円.
    assert "110,000,000円(売上高の110.0%)で、売上高はこれを10,000,000円下回る" in chart(fixed=66_000_000).description


def test_without_a_margin_there_is_no_point() -> None:
    without = chart(variable=100_000_000)
    assert "損益分岐点なし(変動費が売上高以上)" in texts_of(wide(without))
    assert shapes_of(wide(without), "chart__lowest") == []
    assert "売上高を増やしても損益分岐点に届かない" in without.description


def test_a_point_far_off_is_named_but_not_drawn() -> None:
    # 45,000千円 ÷ 10% = 450,000千円, more than three times the sales.
    far = chart(variable=90_000_000)
    assert "損益分岐点 450,000千円(図の外)" in texts_of(wide(far))
    assert shapes_of(wide(far), "chart__lowest") == []


def test_without_fixed_costs_the_point_is_zero() -> None:
    assert "損益分岐点 0千円" in texts_of(wide(chart(fixed=0)))
    assert "損益分岐点は0円(売上高の0.0%)" in chart(fixed=0).description


@pytest.mark.parametrize("sales", [0, -5])
def test_without_sales_the_chart_says_so(sales: int) -> None:
    without = chart(sales=sales)
    assert without.empty == "売上高がまだ入力されていないため、損益分岐点を求められません。"
    assert drawings(without) == []


@pytest.mark.parametrize(("variable", "fixed"), [(-1, 0), (0, -1)])
def test_costs_below_zero_are_named_instead_of_drawn(variable: int, fixed: int) -> None:
    without = chart(variable=variable, fixed=fixed)
    assert without.empty.startswith(f"変動費が{'△' * -variable}{-variable}円、固定費が{'△' * -fixed}{-fixed}円で")
    assert drawings(without) == []


def test_without_margin_and_fixed_costs_there_is_no_point_either() -> None:
    assert "損益分岐点なし(変動費が売上高以上)" in texts_of(wide(chart(variable=100_000_000, fixed=0)))


@given(sales=st.integers(min_value=1, max_value=10**12), variable=YEN, fixed=YEN)
def test_nothing_leaves_the_drawing_or_touches(sales: int, variable: int, fixed: int) -> None:
    holds_together(chart(sales, variable, fixed))
