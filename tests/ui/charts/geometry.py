"""What must hold of every drawing, whatever is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from vapup.ui.charts import Chart, Drawing
from vapup.ui.charts.filling import Area
from vapup.ui.charts.parts import Label, Point, Shape


def drawings(chart: Chart) -> list[Drawing]:
    """Return the forms that a chart has."""
    return [one for one in (chart.wide, chart.narrow) if one is not None]


def wide(chart: Chart) -> Drawing:
    """Return the form for pages and paper, which must be there."""
    assert chart.wide is not None
    return chart.wide


def points_of(drawing: Drawing, css: str = "") -> Iterator[Point]:
    """Yield all points of the shapes with such a class, or of all."""
    for shape in shapes_of(drawing, css):
        for stroke in shape.strokes:
            yield from stroke


def shapes_of(drawing: Drawing, css: str = "") -> list[Shape]:
    """Return the shapes with such a class, or all."""
    return [shape for shape in drawing.shapes if not css or css in shape.css.split()]


def texts_of(drawing: Drawing) -> list[str]:
    """Return all texts."""
    return [label.text for label in drawing.labels]


def area_of(label: Label) -> Area:
    """Return the room of a text."""
    return Area(label.left, label.top, label.right, label.bottom)


def overlapping(drawing: Drawing, slack: int = 0) -> list[tuple[str, str]]:
    """Return pairs of texts that touch, `slack` units of each side left out."""
    rooms = [
        (one.text, Area(one.left + slack, one.top + 1, one.right - slack, one.bottom - 1)) for one in drawing.labels
    ]
    return [(one, two) for (one, a), (two, b) in combinations(rooms, 2) if a.touches(b)]


def outside(drawing: Drawing) -> list[object]:
    """Return the points and texts that leave the drawing."""
    wrong: list[object] = [
        point
        for point in points_of(drawing)
        if not (0 <= point[0] <= drawing.width and 0 <= point[1] <= drawing.height)
    ]
    return wrong + [
        label
        for label in drawing.labels
        if label.left < 0 or label.right > drawing.width or label.top < 0 or label.bottom > drawing.height
    ]


def holds_together(chart: Chart, slack: int = 0) -> None:
    """Check what holds of every chart that has something to draw."""
    assert chart.empty == ""
    assert drawings(chart)
    for drawing in drawings(chart):
        assert outside(drawing) == []
        assert overlapping(drawing, slack) == []
        assert all(stroke for shape in drawing.shapes for stroke in shape.strokes)
        assert all(isinstance(x, int) and isinstance(y, int) for x, y in points_of(drawing))
        assert all(label.text.strip() for label in drawing.labels)
