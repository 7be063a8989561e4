"""Shapes, texts, hatched areas, keys and frames: what charts are put together from."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.ui.charts.geometry import outside, overlapping
from vapup.ui.charts.filling import PLAIN, Area, filled
from vapup.ui.charts.frame import Plan, frame_of
from vapup.ui.charts.legend import ROW, Entry, key_of
from vapup.ui.charts.parts import SMALL, Anchor, Drawing, Label, Look, Shape, box, diamond, held
from vapup.ui.charts.scale import THOUSAND

SIDES = st.integers(min_value=0, max_value=120)


def test_a_shape_is_written_as_a_path() -> None:
    assert Shape("a", (((0, 1), (2, 3)), ((4, 5), (6, 7)))).outline == "M0 1L2 3M4 5L6 7"
    assert Shape("a", (box(0, 0, 2, 1),), is_closed=True).outline == "M0 0L2 0L2 1L0 1Z"
    assert Shape("a", ()).outline == ""
    assert Shape("a", (diamond(5, 5, 2),)).moved(1, -1).strokes == (((6, 2), (8, 4), (6, 6), (4, 4)),)


@pytest.mark.parametrize(("anchor", "left", "right"), [("START", 50, 74), ("MIDDLE", 38, 62), ("END", 26, 50)])
def test_a_text_knows_its_ends(anchor: str, left: int, right: int) -> None:
    label = Label(50, 20, "計画", Anchor[anchor])
    assert (label.left, label.right) == (left, right)
    assert (label.top, label.bottom) == (9, 24)
    assert f"chart__text--{anchor.lower()}" in label.css
    assert label.moved(3, 4) == Label(53, 24, "計画", Anchor[anchor])


def test_the_looks_of_a_text_are_classes() -> None:
    assert Label(0, 0, "a").css == "chart__text chart__text--start chart__text--12"
    assert Label(0, 0, "a", size=13, look="strong").css.split()[-2:] == ["chart__text--13", "chart__text--strong"]


@pytest.mark.parametrize(("x", "middle"), [(0, 12), (50, 50), (100, 88)])
def test_a_text_is_held_within_its_room(x: int, middle: int) -> None:
    assert held(x, "計画", SMALL, 0, 100) == middle


@given(left=SIDES, top=SIDES, wide=SIDES, tall=SIDES, look=st.sampled_from(Look))
def test_hatching_ends_at_the_edges(left: int, top: int, wide: int, tall: int, look: Look) -> None:
    area = Area(left, top, left + wide, top + tall)
    shapes = filled(area, look)
    assert bool(shapes) == (wide > 0 and tall > 0)
    for shape in shapes:
        for stroke in shape.strokes:
            assert all(left <= x <= left + wide and top <= y <= top + tall for x, y in stroke)
    for stroke in (stroke for shape in shapes[1:] for stroke in shape.strokes):
        (x1, y1), (x2, y2) = stroke
        assert (x1, y1) != (x2, y2)
        assert x1 == x2 or y1 == y2 or abs(x1 - x2) == abs(y1 - y2)


def test_every_look_differs_without_colours() -> None:
    area = Area(0, 0, 40, 40)
    hatches = {look: {stroke for shape in filled(area, look)[1:] for stroke in shape.strokes} for look in Look}
    assert all(hatches[look] == set() for look in PLAIN)
    hatched = [look for look in Look if look not in PLAIN and look is not Look.BELOW]
    assert len({frozenset(hatches[look]) for look in hatched}) == len(hatched) == 5
    assert hatches[Look.GRID] == hatches[Look.UPRIGHT] | hatches[Look.LEVEL]


@pytest.mark.parametrize(
    ("other", "touches"),
    [(Area(0, 0, 9, 9), False), (Area(0, 0, 10, 10), False), (Area(0, 0, 11, 11), True), (Area(12, 12, 13, 13), True)],
)
def test_areas_touch_where_they_have_room_in_common(other: Area, touches: bool) -> None:
    area = Area(10, 10, 20, 20)
    assert area.touches(other) is touches
    assert other.touches(area) is touches


@given(
    names=st.lists(st.text(st.sampled_from("銀行信用金庫AB12"), min_size=1, max_size=40), max_size=10),
    width=st.integers(80, 720),
)
def test_a_key_stays_within_its_width(names: list[str], width: int) -> None:
    key = key_of([Entry(name, Look.RISING) for name in names], width)
    drawing = Drawing(width, key.height, key.shapes, key.labels)
    assert len(key.labels) == len(names)
    assert key.height % ROW == 0
    assert outside(drawing) == []
    assert overlapping(drawing) == []


def test_a_key_shows_lines_with_their_points() -> None:
    key = key_of([Entry("計画", line="chart__line chart__line--planned"), Entry("額", line="x", is_marked=True)], 300)
    assert [shape.css for shape in key.shapes] == ["chart__line chart__line--planned", "x", "chart__point"]
    assert key_of([], 300).height == 0


def frame_names(names: list[str], width: int) -> list[str]:
    frame = frame_of(Plan(width, THOUSAND, (0, 1_000, 2_000), (), names))
    return [label.text for label in frame.labels if label.y > frame.bottom + SMALL]


def test_names_stand_whole_where_there_is_room() -> None:
    assert frame_names(["2026年3月期", "2027年3月期"], 720) == ["2026年3月期", "2027年3月期"]


def test_a_year_is_broken_behind_its_year() -> None:
    names = [f"{year}年3月期" for year in range(2026, 2032)]
    assert frame_names(names, 340) == [part for year in range(2026, 2032) for part in (f"{year}年", "3月期")]


def test_of_many_months_only_some_are_named() -> None:
    months = [f"{2026 + number // 12}年{number % 12 + 1}月" for number in range(36)]
    named = frame_names(months, 340)
    assert named[:4] == ["2026年", "1月", "2026年", "7月"]
    assert len(named) == 12


@given(
    names=st.lists(st.text(st.sampled_from("年月期あ1209 長"), min_size=1, max_size=30).filter(str.strip), max_size=40),
    width=st.sampled_from((340, 720)),
)
@example(names=["0" * 9 + "あ" * 7 + "年", "0", "0", "0" * 9 + "あ" * 8, "0"], width=340)  # pushed inwards
def test_names_never_touch_each_other(names: list[str], width: int) -> None:
    frame = frame_of(Plan(width, THOUSAND, (-1_000, 0, 1_000), (Entry("計画", Look.SOLID),), names, callouts=1))
    drawing = frame.drawing([], [])
    assert outside(drawing) == []
    assert overlapping(drawing) == []
    assert bool(names) == any(label.y > frame.bottom + SMALL for label in frame.labels)


@given(count=st.integers(1, 60), width=st.sampled_from((340, 720)))
def test_slots_share_the_grid_without_gaps(count: int, width: int) -> None:
    frame = frame_of(Plan(width, THOUSAND, (0, 1_000), (), ["x"] * count))
    slots = frame.slots(count)
    assert len(slots) == count
    assert (slots[0][0], slots[-1][1]) == (frame.left, frame.right)
    assert all(one[1] == two[0] for one, two in pairwise(slots))
