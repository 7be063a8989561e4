"""Sales against costs: where the two lines meet, sales cover all costs (損益分岐点)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vapup.ui.charts.frame import Frame, Plan, frame_of
from vapup.ui.charts.legend import Entry
from vapup.ui.charts.parts import (
    LINE,
    NARROW,
    SMALL,
    STRONG,
    WIDE,
    Anchor,
    Chart,
    Drawing,
    Label,
    Look,
    Point,
    Shape,
    diamond,
    held,
    nothing,
)
from vapup.ui.charts.scale import Scale, Unit, ticks_for, unit_for
from vapup.ui.charts.words import in_yen, sentences
from vapup.ui.charts.writing import shortened

FURTHEST: Final = 3  # times the sales; a point further off is only named
SPACING: Final = 5
SALES: Final = "chart__line chart__line--actual"
TOTAL: Final = "chart__line chart__line--planned"
FIXED: Final = "chart__line chart__line--dotted"
ENTRIES: Final = (
    Entry("売上高", line=SALES),
    Entry("総費用", line=TOTAL),
    Entry("固定費", line=FIXED),
    Entry("損失", Look.BELOW),
)


@dataclass(frozen=True, slots=True)
class _Business:
    """A year in whole yen; the variable costs are in proportion to the sales."""

    sales: int
    variable: int
    fixed: int

    @property
    def point(self) -> int | None:
        """Return the sales that cover all costs, rounded up to the yen; None if no sales ever do."""
        margin = self.sales - self.variable
        return -(-self.fixed * self.sales // margin) if margin > 0 else None

    def cost(self, sales: int) -> int:
        """Return all costs at such sales, the yen begun counted."""
        return self.fixed - (-sales * self.variable // self.sales)

    @property
    def shown(self) -> int | None:
        """Return the point if it is not too far off to be drawn."""
        return self.point if self.point is not None and 0 < self.point <= FURTHEST * self.sales else None


def break_even(
    *, id: str, title: str, sales_yen: int, variable_yen: int, fixed_yen: int, is_printed: bool = False
) -> Chart:
    """Draw fixed costs, all costs and sales over the sales, their meeting point, and where the year stands.

    Args:
        id: names the chart in its page; ASCII.
        title: what the chart shows, for those who do not see it; it is not drawn.
        sales_yen: of the year; nothing is drawn unless they are above zero.
        variable_yen: of the year; nothing is drawn if they are below zero.
        fixed_yen: of the year, likewise.
        is_printed: the drawing carries its style sheet, as a PDF needs it.
    """
    if sales_yen <= 0:
        why = "売上高がまだ入力されていないため、損益分岐点を求められません。"
        return nothing(id, title, why, is_printed=is_printed)
    if variable_yen < 0 or fixed_yen < 0:
        costs = f"変動費が{in_yen(variable_yen)}、固定費が{in_yen(fixed_yen)}"
        why = f"{costs}で、0円を下回る費用があるため、図を表示できません。"
        return nothing(id, title, why, is_printed=is_printed)
    business = _Business(sales_yen, variable_yen, fixed_yen)
    wide, narrow = (_drawing(width, business) for width in (WIDE, NARROW))
    return Chart(id, title, _described(title, business), wide, narrow, is_printed=is_printed)


def _drawing(width: int, business: _Business) -> Drawing:
    reach = max(business.sales, business.shown or 0) * 6 // 5
    columns = ticks_for([reach], 3 if width <= NARROW else 6)
    most = columns[-1]
    amounts = (most, business.cost(most))
    unit = unit_for(amounts)
    plan = Plan(width, unit, ticks_for(amounts), ENTRIES, (), callouts=1, note="横軸は売上高、縦軸は金額")
    frame = frame_of(plan)
    across = Scale(columns, frame.left, frame.right)
    graph = _Graph(frame, across, business, unit)
    shapes = [*graph.grid(), *graph.losses(), *graph.lines(), *graph.marks()]
    drawing = frame.drawing(shapes, [*graph.axis(), *graph.words()])
    return Drawing(drawing.width, frame.bottom + 2 * LINE + 12, drawing.shapes, drawing.labels)


@dataclass(frozen=True, slots=True)
class _Graph:
    """The parts of the drawing; amounts across are sales."""

    frame: Frame
    across: Scale
    business: _Business
    unit: Unit

    def _at(self, sales: int, amount: int) -> Point:
        return self.across.at(sales), self.frame.scale.at(amount)

    def grid(self) -> Iterator[Shape]:
        """Yield the upright lines of the grid."""
        places = [self.across.at(tick) for tick in self.across.ticks]
        yield Shape("chart__grid", tuple(((x, self.frame.top), (x, self.frame.bottom)) for x in places))

    def losses(self) -> Iterator[Shape]:
        """Hatch where the costs lie above the sales."""
        low, high = self.across.ticks[0], self.across.ticks[-1]
        span = self.across.far - self.across.near
        strokes = []
        for x in range(self.across.near + SPACING, self.across.far, SPACING):
            sales = low + (high - low) * (x - self.across.near) // span
            top, bottom = self.frame.scale.at(self.business.cost(sales)), self.frame.scale.at(sales)
            if top < bottom:
                strokes.append(((x, bottom), (x, top)))
        if strokes:
            yield Shape("chart__hatch chart__hatch--below", tuple(strokes))

    def lines(self) -> Iterator[Shape]:
        """Yield fixed costs, all costs and sales, from no sales to the end of the axis."""
        most, fixed = self.across.ticks[-1], self.business.fixed
        yield Shape(FIXED, ((self._at(0, fixed), self._at(most, fixed)),))
        yield Shape(TOTAL, ((self._at(0, fixed), self._at(most, self.business.cost(most))),))
        yield Shape(SALES, ((self._at(0, 0), self._at(most, most)),))

    def marks(self) -> Iterator[Shape]:
        """Mark the meeting point, led up to its words, and the sales of the year, led down to theirs."""
        sales, point = self.business.sales, self.business.shown
        x, y = self._at(sales, sales)
        yield Shape("chart__guide", (((x, y), (x, self.frame.bottom)),))
        yield Shape("chart__point", (diamond(x, y, 5),), is_closed=True)
        if point is not None:
            x, y = self._at(point, point)
            yield Shape("chart__guide", (((x, self.frame.callout_line(0) + 5), (x, y)),))
            yield Shape("chart__lowest", (diamond(x, y, 6),), is_closed=True)

    def words(self) -> Iterator[Label]:
        """Yield the words above the grid and below its axis."""
        width, sales = self.frame.width, self.business.sales
        above = shortened(self._about_point(), STRONG, width)
        x = self.across.at(self.business.shown or 0)
        yield Label(
            held(x, above, STRONG, 0, width), self.frame.callout_line(0), above, Anchor.MIDDLE, STRONG, "strong"
        )
        below = shortened(f"実際の売上高 {self.unit.written(sales)}", STRONG, width)
        x, y = held(self.across.at(sales), below, STRONG, 0, width), self.frame.bottom + 2 * LINE + 6
        yield Label(x, y, below, Anchor.MIDDLE, STRONG, "strong")

    def _about_point(self) -> str:
        point = self.business.point
        if point is None:
            return "損益分岐点なし(変動費が売上高以上)"
        far = "" if self.business.shown is not None or not point else "(図の外)"
        return f"損益分岐点 {self.unit.written(point)}{far}"

    def axis(self) -> Iterator[Label]:
        """Yield the amounts below the grid; the last one ends with it."""
        for tick in self.across.ticks:
            text = self.unit.number(tick)
            x = held(self.across.at(tick), text, SMALL, 0, self.frame.width)
            yield Label(x, self.frame.bottom + LINE, text, Anchor.MIDDLE)


def _described(title: str, business: _Business) -> str:
    cost = business.cost(business.sales)
    parts = [
        f"{title}の損益分岐点図表",
        f"売上高 {in_yen(business.sales)}、変動費 {in_yen(business.variable)}、固定費 {in_yen(business.fixed)}",
        f"売上高から総費用を引いた差は{in_yen(business.sales - cost)}",
        _about(business),
    ]
    return sentences(parts)


def _about(business: _Business) -> str:
    """Say where the point lies, and how far off the sales are; the share is rounded down to a tenth of a percent."""
    if business.point is None:
        return "変動費が売上高以上のため、売上高を増やしても損益分岐点に届かない"
    tenths = business.point * 1000 // business.sales
    gap = business.sales - business.point
    side = "上回る" if gap >= 0 else "下回る"
    share = f"売上高の{tenths // 10}.{tenths % 10}%"
    return f"損益分岐点は{in_yen(business.point)}({share})で、売上高はこれを{in_yen(abs(gap))}{side}"
