"""Bars of plan and actual: where they stand, when their numbers are written, and what is said of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.charts.geometry import drawings, holds_together, shapes_of, texts_of, wide
from vapup.ui.charts import Chart, Series, bars

YEARS = ("2026年3月期", "2027年3月期", "2028年3月期")
AMOUNT = st.one_of(st.none(), st.integers(min_value=-(10**12), max_value=10**12))


def profits() -> Chart:
    plan, actual = (-8_200_000, -2_100_000, 3_400_000), (-9_350_000, -4_020_000, None)
    return bars(id="p", title="経常利益", labels=YEARS, series=[Series("計画", plan), Series("実績", actual)])


def test_bars_hang_from_the_zero_line_on_both_sides() -> None:
    drawing = wide(profits())
    zero = shapes_of(drawing, "chart__zero")[0].strokes[0][0][1]
    plans = [shape.strokes[0] for shape in shapes_of(drawing, "chart__fill--rising")][1:]
    assert len(plans) == 3
    # The first two are losses: their upper end is the zero line.
    assert [min(y for _, y in bar) == zero for bar in plans] == [True, True, False]
    assert [max(y for _, y in bar) == zero for bar in plans] == [False, False, True]


def test_an_amount_that_is_not_known_has_no_bar() -> None:
    drawing = wide(profits())
    # One of each is the sample in the key.
    assert len(shapes_of(drawing, "chart__fill--rising")) == 1 + 3
    assert len(shapes_of(drawing, "chart__fill--solid")) == 1 + 2


def test_bars_are_as_long_as_their_amounts() -> None:
    chart = bars(id="p", title="額", labels=("甲", "乙"), series=[Series("計画", (1_000_000, 2_000_000))])
    small, large = (shape.strokes[0] for shape in shapes_of(wide(chart), "chart__fill--rising")[1:])
    tall = [max(y for _, y in bar) - min(y for _, y in bar) for bar in (small, large)]
    assert abs(2 * tall[0] - tall[1]) <= 1
    assert small[1][0] - small[0][0] == large[1][0] - large[0][0]


def test_the_unit_and_the_numbers_are_written_where_there_is_room() -> None:
    texts = texts_of(wide(profits()))
    assert "単位: 千円" in texts
    assert {"△8,200", "△9,350", "△2,100", "△4,020", "3,400"} <= set(texts)
    assert {"計画", "実績", *YEARS} <= set(texts)


def test_numbers_are_left_out_where_they_would_touch() -> None:
    months = [f"{month}月" for month in range(1, 13)]
    series = [Series("計画", [12_345_678] * 12), Series("実績", [12_345_679] * 12)]
    chart = bars(id="p", title="売上高", labels=months, series=series)
    assert [("12,345" in texts_of(drawing)) for drawing in drawings(chart)] == [False, False]


def test_the_description_says_what_is_to_be_seen() -> None:
    assert profits().description == (
        "経常利益の棒グラフ。3区分。計画は最高 3,400,000円(2028年3月期)、最低 △8,200,000円(2026年3月期)。"
        "実績は最高 △4,020,000円(2027年3月期)、最低 △9,350,000円(2026年3月期)。"
        # △4,020千円 − △2,100千円 = △1,920千円; the year before it is △1,150千円.
        "実績から計画を引いた差が最も大きいのは2027年3月期の△1,920,000円。"
        "計画が0円を下回るのは2026年3月期、2027年3月期。実績が0円を下回るのは2026年3月期、2027年3月期。"
    )


def test_equal_series_have_no_difference() -> None:
    series = [Series("計画", (5,)), Series("実績", (5,))]
    assert "実績と計画に差はない" in bars(id="p", title="額", labels=("甲",), series=series).description
    apart = [Series("計画", (5, None)), Series("実績", (None, 5))]
    assert "差" not in bars(id="p", title="額", labels=("甲", "乙"), series=apart).description


@pytest.mark.parametrize("series", [[], [Series("計画", ())], [Series("計画", (None, None))]])
def test_without_amounts_the_chart_says_so(series: list[Series]) -> None:
    chart = bars(id="p", title="売上高", labels=("甲", "乙")[: len(series[0].values) if series else 0], series=series)
    assert chart.empty == "売上高の金額がまだ入力されていません。"
    assert chart.wide is None
    assert chart.narrow is None


def test_all_zero_is_still_a_chart() -> None:
    holds_together(bars(id="p", title="売上高", labels=("甲",), series=[Series("計画", (0,))]))


def test_series_and_labels_must_agree() -> None:
    with pytest.raises(ValueError, match="an amount for each label"):
        bars(id="p", title="売上高", labels=("甲", "乙"), series=[Series("計画", (1,))])
    with pytest.raises(ValueError, match="four"):
        bars(id="p", title="売上高", labels=("甲",), series=[Series(str(number), (1,)) for number in range(5)])


@given(
    columns=st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=24),
    count=st.integers(min_value=1, max_value=3),
)
def test_nothing_leaves_the_drawing_or_touches(columns: list[tuple[int | None, ...]], count: int) -> None:
    labels = [f"{2020 + number}年3月期" for number in range(len(columns))]
    series = [Series(f"第{one}案", [column[one] for column in columns]) for one in range(count)]
    chart = bars(id="p", title="額", labels=labels, series=series)
    if any(one.known for one in series):
        holds_together(chart, slack=3)
    else:
        assert chart.empty
