"""Rows below each other: how often something came, how long something took."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.charts.geometry import drawings, holds_together, shapes_of, texts_of, wide
from vapup.ui.charts import Counted, Spread, ranking, running_percents, spread
from vapup.ui.charts.row_chart import vital_few

NAMES = st.sampled_from(["相談", "金額の不一致", "第三者支援専門家 選任済", "WwWw" * 12, "長い名前" * 10])
DAYS = st.integers(min_value=0, max_value=5_000)


def test_the_first_that_make_up_four_fifths_are_solid() -> None:
    """6 + 2 of 10 are 80 %: two of the four are solid, as the key says."""
    rows = [Counted("金額", 6), Counted("日付", 2), Counted("書類", 1), Counted("押印", 1)]
    chart = ranking(id="r", title="原因", rows=rows)
    drawing = wide(chart)
    # One sample of each in the key.
    assert len(shapes_of(drawing, "chart__fill--solid")) == 1 + 2
    assert len(shapes_of(drawing, "chart__fill--light")) == 1 + 2
    assert {"6件(60%)", "2件(20%)", "1件(10%)"} <= set(texts_of(drawing))
    assert "上位2区分で全体10件の80%" in chart.description


def test_running_shares_end_with_the_whole() -> None:
    assert running_percents([3, 1, 1]) == (60, 80, 100)
    assert running_percents([1, 1, 1]) == (33, 66, 100)
    assert running_percents([]) == ()
    assert (vital_few([1, 1, 1]), vital_few([10]), vital_few([])) == (3, 1, 0)


def test_the_stroke_of_the_median_lies_in_the_box() -> None:
    chart = spread(id="s", title="日数", rows=[Spread("相談", 10, 20, 40, 7)])
    drawing = wide(chart)
    box = shapes_of(drawing, "chart__fill--light")[-1].strokes[0]
    stroke = shapes_of(drawing, "chart__line--actual")[-1].strokes[0]
    left, right = min(x for x, _ in box), max(x for x, _ in box)
    # 20 days lie a third of the way from 10 to 40.
    assert abs((stroke[0][0] - left) * 3 - (right - left)) <= 3
    assert "相談 中央値20日(四分位 10〜40日、7件)" in chart.description


def test_nothing_to_draw_says_so() -> None:
    assert ranking(id="r", title="差戻しの原因", rows=[Counted("金額", 0)]).empty == "差戻しの原因はまだありません。"
    assert spread(id="s", title="段階ごとの日数", rows=[]).empty


@given(st.lists(st.tuples(NAMES, st.integers(min_value=1, max_value=99_999)), min_size=1, max_size=8))
def test_any_ranking_holds_together(found: list[tuple[str, int]]) -> None:
    rows = [Counted(name, count) for name, count in sorted(found, key=lambda one: -one[1])]
    holds_together(ranking(id="r", title="原因", rows=rows))


@given(st.lists(st.tuples(NAMES, DAYS, DAYS, DAYS), min_size=1, max_size=8))
def test_any_spread_holds_together(found: list[tuple[str, int, int, int]]) -> None:
    ordered = [(name, sorted(days)) for name, *days in found]
    rows = [Spread(name, low, middle, high, 3) for name, (low, middle, high) in ordered]
    chart = spread(id="s", title="日数", rows=rows)
    holds_together(chart)
    assert len(drawings(chart)) == 2
