"""The picture of a business: boxes that never overlap, arrows that reach them, and words that keep apart."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.enums import FlowKind, NodeKind
from tests.ui.charts.geometry import area_of, drawings, holds_together, shapes_of, texts_of, wide
from vapup.ui.charts import Chart, Drawing, Flow, FlowLook, Party, Place, flow_map, shares
from vapup.ui.charts.filling import Area
from vapup.ui.charts.flow_boxes import BROAD

NAME = st.text(st.sampled_from("株式会社博多青果ABCmW19・ー()"), min_size=1, max_size=60)
COLUMNS = [place for place in Place if place is not Place.COMPETITOR]


def boxes_of(drawing: Drawing) -> list[Area]:
    """Return the boxes in the order in which they are drawn."""
    corners = [shape.strokes[0] for shape in shapes_of(drawing, "chart__box")]
    return [Area(one[0][0], one[0][1], one[2][0], one[2][1]) for one in corners]


def picture(parties: list[Party], flows: list[Flow], *, is_printed: bool = False) -> Chart:
    return flow_map(
        id="m", title="俯瞰図", parties=parties, flows=flows, company="株式会社はかた食堂", is_printed=is_printed
    )


def restaurant() -> tuple[list[Party], list[Flow]]:
    parties = [
        Party("a", Place.SUPPLIER, "博多青果", 18_400_000, 655, "月末締め翌月末払い"),
        Party("b", Place.SUBCONTRACTOR, "清掃会社", 2_400_000),
        Party("f", Place.FUNCTION, "店舗", 98_000_000, 763),
        Party("g", Place.FUNCTION, "弁当"),
        Party("c", Place.CUSTOMER, "来店客"),
        Party("e", Place.END_CUSTOMER, "施設の入所者"),
        Party("r", Place.COMPETITOR, "大手チェーン"),
    ]
    flows = [
        Flow("a", "f", FlowLook.GOODS, "野菜", 18_400_000),
        Flow("f", "a", FlowLook.MONEY, "翌月末払い"),
        Flow("f", "g", FlowLook.OTHER, "仕込品"),
        Flow("f", "c", FlowLook.GOODS, "料理"),
        Flow("a", "e", FlowLook.OTHER, "直送"),
        Flow("r", "c", FlowLook.OTHER, "価格競争"),
    ]
    return parties, flows


def touching(drawing: Drawing) -> list[tuple[Area, Area]]:
    return [(one, two) for one, two in combinations(boxes_of(drawing), 2) if one.touches(two)]


def ends_in_boxes(drawing: Drawing) -> list[bool]:
    """Tell of each arrow whether it begins at the edge of a box and its head ends at one."""
    boxes = boxes_of(drawing)
    # The samples of the key are drawn first.
    lines = [shape for shape in shapes_of(drawing, "chart__flow") if len(shape.strokes[0]) > 1]
    heads = shapes_of(drawing, "chart__head")
    starts = [line.strokes[0][0] for line in lines[len(lines) - len(heads) :]]
    tips = [head.strokes[0][0] for head in heads]
    return [
        any(point[0] in {box.left, box.right} and box.top <= point[1] <= box.bottom for box in boxes)
        or any(point[1] == box.top and box.left <= point[0] <= box.right for box in boxes)
        for point in (*starts, *tips)
    ]


def crossed(drawing: Drawing) -> list[tuple[object, Area]]:
    """Return the level and upright pieces of arrows that pass through a box."""
    pieces = [
        (one, two)
        for shape in shapes_of(drawing, "chart__flow")
        for one, two in zip(shape.strokes[0], shape.strokes[0][1:], strict=False)
        if one[0] == two[0] or one[1] == two[1]
    ]
    return [
        (piece, box)
        for piece in pieces
        for box in boxes_of(drawing)
        if min(piece[0][0], piece[1][0]) < box.right
        and max(piece[0][0], piece[1][0]) > box.left
        and min(piece[0][1], piece[1][1]) < box.bottom
        and max(piece[0][1], piece[1][1]) > box.top
    ]


def test_places_and_kinds_are_those_of_the_plan() -> None:
    assert {place.value: place.label for place in Place} == dict(NodeKind.choices)
    assert {kind.value: kind.label for kind in FlowLook} == dict(FlowKind.choices)


def test_the_columns_run_from_suppliers_to_end_customers() -> None:
    drawing = wide(picture(*restaurant()))
    a, b, f, g, c, e, r = boxes_of(drawing)
    assert a.left == b.left < f.left == g.left < c.left < e.left
    assert a.bottom < b.top
    assert f.bottom < g.top
    assert r.top > max(one.bottom for one in (a, b, f, g, c, e))
    assert {"仕入先・外注先", "株式会社はかた食堂", "販売先", "最終顧客"} <= set(texts_of(drawing))


def test_a_box_says_who_how_much_and_what_share() -> None:
    texts = texts_of(wide(picture(*restaurant())))
    assert {"博多青果", "18,400千円(65.5%)", "98,000千円(76.3%)", "2,400千円"} <= set(texts)
    # Subcontractors and competitors stand under no heading of their own.
    assert {"外注先", "競合"} <= set(texts)


def test_each_kind_of_arrow_has_its_own_line_and_stands_in_the_key() -> None:
    drawing = wide(picture(*restaurant()))
    counts = {kind: len(shapes_of(drawing, f"chart__head--{kind.value}")) for kind in FlowLook}
    assert counts == {FlowLook.GOODS: 2, FlowLook.MONEY: 1, FlowLook.OTHER: 3}
    assert {"商品・役務", "代金", "その他"} <= set(texts_of(drawing))
    parties, flows = restaurant()
    assert "代金" not in texts_of(wide(picture(parties, flows[:1])))


def test_arrows_reach_their_boxes_and_pass_through_none() -> None:
    drawing = wide(picture(*restaurant()))
    assert ends_in_boxes(drawing) == [True] * 12
    assert crossed(drawing) == []


def test_the_head_is_at_the_party_that_receives() -> None:
    parties, _ = restaurant()
    there = wide(picture(parties, [Flow("a", "f")]))
    back = wide(picture(parties, [Flow("f", "a", FlowLook.MONEY)]))
    a, _, f, *_ = boxes_of(there)
    assert shapes_of(there, "chart__head")[0].strokes[0][0][0] == f.left
    assert shapes_of(back, "chart__head")[0].strokes[0][0][0] == a.right


def test_the_words_of_an_arrow_are_in_the_picture() -> None:
    texts = texts_of(wide(picture(*restaurant())))
    assert {"野菜", "翌月末払い", "仕込品", "料理", "直送", "価格競争"} <= set(texts)
    assert texts.count("18,400千円") == 1


def test_the_description_says_all_of_it() -> None:
    description = picture(*restaurant()).description
    assert description.startswith("俯瞰図の図。仕入先は博多青果(18,400,000円・65.5%)。外注先は清掃会社(2,400,000円)。")
    assert "博多青果から店舗へ野菜 18,400,000円。" in description
    assert description.endswith("大手チェーンから来店客へ価格競争。")
    parties, _ = restaurant()
    assert "店舗から来店客へ代金。" in picture(parties, [Flow("f", "c", FlowLook.MONEY)]).description


def test_a_column_without_parties_is_left_out() -> None:
    drawing = wide(picture([Party("f", Place.FUNCTION, "店舗"), Party("c", Place.CUSTOMER, "客")], [Flow("f", "c")]))
    assert len(boxes_of(drawing)) == 2
    assert "仕入先" not in texts_of(drawing)
    assert drawing.width < 3 * BROAD


def test_competitors_alone_stand_beside_each_other() -> None:
    rivals = [Party(str(number), Place.COMPETITOR, f"競合{number}") for number in range(6)]
    chart = picture(rivals, [Flow("0", "5"), Flow("4", "1")])
    holds_together(chart)
    tops = [box.top for box in boxes_of(wide(chart))]
    assert len(set(tops[:4])) == 1
    assert tops[4] == tops[5] > tops[0]
    assert ends_in_boxes(wide(chart)) == [True] * 4
    assert crossed(wide(chart)) == []


def test_on_paper_comments_give_way_to_the_height_of_the_page() -> None:
    parties = [Party(str(number), Place.SUPPLIER, "仕入先", 1, None, "長い説明" * 50) for number in range(6)]
    parties.append(Party("f", Place.FUNCTION, "製造"))
    screen, paper = (wide(picture(parties, [], is_printed=printed)) for printed in (False, True))
    assert paper.height < screen.height
    assert len([text for text in texts_of(screen) if "説明" in text]) == 6 * 6
    assert len([text for text in texts_of(paper) if "説明" in text]) < 6 * 6


def test_a_very_wide_picture_is_shown_a_little_smaller() -> None:
    drawing = wide(picture(*restaurant()))
    assert drawing.width > 900
    # Texts of 12 units are at least 11 pixels high.
    assert 12 * drawing.shown_width >= 11 * drawing.width
    assert drawing.shown_width < drawing.width
    small = wide(picture([Party("f", Place.FUNCTION, "店舗")], []))
    assert small.shown_width == small.width


def test_without_parties_the_picture_says_so() -> None:
    chart = picture([], [])
    assert chart.empty.startswith("取引先や自社の機能がまだ登録されていない")
    assert drawings(chart) == []


@pytest.mark.parametrize("flow", [Flow("a", "a"), Flow("a", "x"), Flow("x", "a")])
def test_an_arrow_joins_two_parties_of_the_picture(flow: Flow) -> None:
    with pytest.raises(ValueError, match="from one party to another"):
        picture([Party("a", Place.SUPPLIER, "甲"), Party("b", Place.FUNCTION, "乙")], [flow])


def test_keys_are_not_used_twice() -> None:
    with pytest.raises(ValueError, match="key of its own"):
        picture([Party("a", Place.SUPPLIER, "甲"), Party("a", Place.FUNCTION, "乙")], [])


@pytest.mark.parametrize(
    ("amounts", "tenths"),
    [
        ([], ()),
        ([None, None], (None, None)),
        ([5], (1000,)),
        # A third each is 333.3: the tenth left over goes to the first of them.
        ([1, 1, 1], (334, 333, 333)),
        ([2, None, 1], (667, None, 333)),
        ([0, 0], (None, None)),
        ([5, -1], (None, None)),
    ],
)
def test_shares_add_up(amounts: list[int | None], tenths: tuple[int | None, ...]) -> None:
    assert shares(amounts) == tenths


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12).filter(any))
def test_shares_are_a_hundred_percent_and_off_by_less_than_a_tenth(amounts: list[int]) -> None:
    found = [share for share in shares(amounts) if share is not None]
    assert sum(found) == 1000
    total = sum(amounts)
    assert all(abs(share * total - amount * 1000) < total for share, amount in zip(found, amounts, strict=True))


@st.composite
def businesses(draw: st.DrawFn) -> tuple[list[Party], list[Flow]]:
    """Draw 1 to 12 parties for each place, some places empty, and arrows between any two of them."""
    parties = []
    for place in draw(st.lists(st.sampled_from(Place), unique=True, min_size=1)):
        for number in range(draw(st.integers(min_value=1, max_value=12))):
            amount = draw(st.one_of(st.none(), st.integers(min_value=0, max_value=10**12)))
            share = draw(st.one_of(st.none(), st.integers(min_value=0, max_value=1000)))
            comment = draw(st.sampled_from(("", "短い", "説明 " * 20, "月末締め、翌月末払い。" * 18)))
            parties.append(Party(f"{place.value}{number}", place, draw(NAME), amount, share, comment))
    keys = st.sampled_from([party.key for party in parties])
    pairs = (
        draw(st.lists(st.tuples(keys, keys).filter(lambda pair: pair[0] != pair[1]), max_size=30))
        if len(parties) > 1
        else []
    )
    flows = [
        Flow(
            one,
            two,
            draw(st.sampled_from(FlowLook)),
            draw(st.sampled_from(("", "野菜", "製品の出荷と据付けと保守と点検"))),
            draw(st.sampled_from((None, 0, 123_456_789))),
        )
        for one, two in pairs
    ]
    return parties, flows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(business=businesses())
def test_no_two_boxes_overlap_and_all_texts_keep_their_room(business: tuple[list[Party], list[Flow]]) -> None:
    parties, flows = business
    chart = picture(parties, flows)
    holds_together(chart)
    drawing = wide(chart)
    boxes = boxes_of(drawing)
    assert len(boxes) == len(parties)
    assert touching(drawing) == []
    assert all(ends_in_boxes(drawing))
    assert crossed(drawing) == []
    for label in drawing.labels:
        room = area_of(label)
        # A text is within one box, or within none.
        around = [box for box in boxes if box.touches(room)]
        assert len(around) <= 1
        assert all(box.left < room.left and room.right < box.right for box in around)
        assert all(box.top <= room.top and room.bottom <= box.bottom for box in around)
