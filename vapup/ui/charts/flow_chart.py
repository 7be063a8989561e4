"""The picture of a business (ビジネスモデル俯瞰図): from suppliers to end customers, competitors beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vapup.ui.charts.flow_boxes import APART, BENEATH, BROAD, Box, box_of, columns_of, in_rows, per_row, placed
from vapup.ui.charts.flow_lines import LANE, TRACK, Channel, Map, Meeting, channels_of
from vapup.ui.charts.flow_ports import BENEATH as COMPETITORS
from vapup.ui.charts.flow_ports import Arrow, Side, arrows_of, height_for
from vapup.ui.charts.legend import Entry, Key, key_of
from vapup.ui.charts.parties import Flow, FlowLook, Party, Place
from vapup.ui.charts.parts import LINE, Anchor, Chart, Drawing, Label, Shape, box, nothing
from vapup.ui.charts.scale import Unit, unit_for
from vapup.ui.charts.words import in_yen, sentences
from vapup.ui.charts.writing import wrapped

HEADING: Final = 14
HEADING_LINES: Final = 3
COMMENT_LINES: Final = (6, 3, 2, 1, 0)
PAGE_PERCENT: Final = 61  # how high A4 on its side is for its width, within the margins
EDGE: Final = 4  # around the picture
LEAST: Final = 4 * BROAD + 3 * APART  # the width if there are competitors
BOXES: Final = {Place.FUNCTION: " chart__box--own", Place.COMPETITOR: " chart__box--rival"}


def flow_map(
    *,
    id: str,
    title: str,
    parties: Sequence[Party],
    flows: Sequence[Flow],
    company: str = "自社",
    is_printed: bool = False,
) -> Chart:
    """Draw the parties of a business as boxes in columns, and what goes between them as arrows.

    Args:
        id: names the picture in its page; ASCII.
        title: what the picture shows, for those who do not see it; it is not drawn.
        parties: in the order in which those of a column stand.
        flows: between two different parties; words between two competitors are said in the description only.
        company: stands above the own functions.
        is_printed: the drawing carries its style sheet, as a PDF needs it.

    Raises:
        ValueError: two parties have the same key, or a flow names a party that is not there or one party twice.
    """
    keys = {party.key for party in parties}
    if len(keys) != len(parties):
        raise ValueError("each party needs a key of its own")
    if any(not {flow.source, flow.target} <= keys or flow.source == flow.target for flow in flows):
        raise ValueError("a flow goes from one party to another")
    if not parties:
        why = "取引先や自社の機能がまだ登録されていないため、図を表示できません。"
        return nothing(id, title, why, is_printed=is_printed)
    drawing = _fitting(_Layout(tuple(parties), tuple(flows), company), is_printed=is_printed)
    return Chart(id, title, _described(title, parties, flows), drawing, is_printed=is_printed)


def _fitting(layout: _Layout, *, is_printed: bool) -> Drawing:
    """Return the drawing; comments are cut as short as lets it stand on a page of paper, on its side."""
    for lines in COMMENT_LINES if is_printed else COMMENT_LINES[:1]:
        drawing = replace(layout, comment_lines=lines).drawing()
        if drawing.height * 100 <= drawing.width * PAGE_PERCENT:
            break
    return drawing


@dataclass(frozen=True, slots=True)
class _Layout:
    """What is laid out, and how many lines of a comment are shown."""

    parties: tuple[Party, ...]
    flows: tuple[Flow, ...]
    company: str
    comment_lines: int = 0

    def drawing(self) -> Drawing:
        """Place everything, from the top down."""
        unit = self._unit()
        columns = columns_of(self.parties)
        rivals = [party for party in self.parties if party.place is Place.COMPETITOR]
        arrows = arrows_of(self.flows, _places(columns, rivals), unit)
        channels = channels_of(arrows, len(columns))
        width = max(_width(channels, len(columns)), LEAST if rivals else 0)
        starts, lefts = _across(channels, len(columns), (width - _width(channels, len(columns))) // 2)
        key = key_of([Entry(kind.label, line=_line(kind)) for kind in self._kinds()], width)
        headings = _headings(columns, lefts, self.company, key.height)
        top = max((label.bottom for label in headings), default=key.height) + 8
        boxes = placed([[self._box(party, arrows, unit) for party in column] for column in columns], lefts, top)
        lanes = _lanes(arrows, max((one.bottom for one in boxes.values()), default=top) + LINE)
        below = max(lanes.values(), default=max((one.bottom for one in boxes.values()), default=top)) + BENEATH
        rows = _Rows(tuple(self._box(party, arrows, unit) for party in rivals), arrows, width, below)
        boxes |= rows.boxes()
        risers = rows.risers()
        picture = Map(arrows, boxes, channels, starts, lanes, rows.lanes(), risers)
        return _drawn(picture, key, headings, max(width, *risers.values(), 0))

    def _box(self, party: Party, arrows: Sequence[Arrow], unit: Unit) -> Box:
        """Return a box; what stands under a common heading says what it is."""
        tag = party.place.label if party.place in {Place.SUBCONTRACTOR, Place.COMPETITOR} else ""
        least = height_for(arrows, party.key)
        return box_of(party, unit, tag=tag, comment_lines=self.comment_lines, least=least)

    def _unit(self) -> Unit:
        amounts = [*(party.amount_yen for party in self.parties), *(flow.amount_yen for flow in self.flows)]
        return unit_for(amount for amount in amounts if amount is not None)

    def _kinds(self) -> list[FlowLook]:
        """Return the kinds of arrows that are drawn."""
        return [kind for kind in FlowLook if any(flow.kind is kind for flow in self.flows)]


def _line(kind: FlowLook) -> str:
    return f"chart__flow chart__flow--{kind.value}"


def _places(columns: Sequence[Sequence[Party]], rivals: Sequence[Party]) -> dict[str, tuple[int, int]]:
    """Return the column of each party and its rank there; competitors come after all others."""
    places = {party.key: (number, rank) for number, column in enumerate(columns) for rank, party in enumerate(column)}
    return places | {party.key: (COMPETITORS, len(places) + rank) for rank, party in enumerate(rivals)}


def _width(channels: Sequence[Channel], columns: int) -> int:
    return sum(channel.width for channel in channels) + columns * BROAD


def _across(channels: Sequence[Channel], columns: int, left: int) -> tuple[list[int], list[int]]:
    """Return where each channel and each column begins."""
    starts, lefts = [], []
    for number, channel in enumerate(channels):
        starts.append(left)
        left += channel.width
        if number < columns:
            lefts.append(left)
            left += BROAD
    return starts, lefts


def _headings(columns: Sequence[Sequence[Party]], lefts: Sequence[int], company: str, top: int) -> list[Label]:
    """Write above each column what stands in it."""
    labels = []
    for column, left in zip(columns, lefts, strict=True):
        places = dict.fromkeys(party.place for party in column)
        text = company if Place.FUNCTION in places else "・".join(place.label for place in places)
        for row, line in enumerate(wrapped(text, HEADING, BROAD, HEADING_LINES)):
            middle = left + BROAD // 2
            labels.append(Label(middle, top + (row + 1) * (LINE + 2), line, Anchor.MIDDLE, HEADING, "strong"))
    return labels


def _lanes(arrows: Sequence[Arrow], top: int) -> dict[int, int]:
    """Give each arrow that passes below the columns a line of its own."""
    passing = [number for number, arrow in enumerate(arrows) if not arrow.is_direct and not arrow.is_turning]
    return {number: top + place * LANE for place, number in enumerate(passing)}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The competitors, from `top` down; arrows to a second and further row pass above it."""

    rivals: tuple[Box, ...]
    arrows: Sequence[Arrow]
    width: int
    top: int

    def boxes(self) -> dict[str, Box]:
        """Return the boxes placed."""
        spaces = {row: LANE * len(meetings) for row, meetings in self._meetings().items()}
        return in_rows(self.rivals, self.width, self.top, spaces)

    def lanes(self) -> dict[Meeting, int]:
        """Return the height at which each arrow passes above its row."""
        boxes = self.boxes()
        return {
            meeting: boxes[meeting[1]].top - BENEATH // 2 - place * LANE
            for meetings in self._meetings().values()
            for place, meeting in enumerate(meetings)
        }

    def risers(self) -> dict[Meeting, int]:
        """Return where each of them goes up, at the right of all boxes."""
        meetings = [meeting for row in self._meetings().values() for meeting in row]
        return {meeting: self.width + TRACK * (place + 1) for place, meeting in enumerate(meetings)}

    def _meetings(self) -> dict[int, list[Meeting]]:
        """Return the arrows of each row but the first."""
        each, found = per_row(self.width), dict[int, list[Meeting]]()
        row_of = {one.key: number // each for number, one in enumerate(self.rivals)}
        for end in (end for arrow in self.arrows for end in (arrow.source, arrow.target) if end.side is Side.TOP):
            if row := row_of[end.box]:
                found.setdefault(row, []).append((end.arrow, end.box))
        return found


def _drawn(picture: Map, key: Key, headings: Sequence[Label], width: int) -> Drawing:
    """Put the picture together; the boxes lie above the arrows, and all a little away from the edge."""
    outlines = [_outline(one) for one in picture.boxes.values()]
    texts = [label for one in picture.boxes.values() for label in one.labels()]
    shapes = [*key.shapes, *picture.shapes(), *outlines]
    labels = [*key.labels, *headings, *picture.labels(), *texts]
    low = max(
        *(one.bottom for one in picture.boxes.values()), *picture.lanes.values(), *(label.bottom for label in labels)
    )
    return Drawing(
        width + 2 * EDGE,
        low + 2 * EDGE,
        tuple(shape.moved(EDGE, EDGE) for shape in shapes),
        tuple(label.moved(EDGE, EDGE) for label in labels),
    )


def _outline(one: Box) -> Shape:
    css = f"chart__box{BOXES.get(one.party.place, '')}"
    return Shape(css, (box(one.left, one.top, one.right, one.bottom),), is_closed=True)


def _described(title: str, parties: Sequence[Party], flows: Sequence[Flow]) -> str:
    names = {party.key: party.name for party in parties}
    groups = {place: [party for party in parties if party.place is place] for place in Place}
    said = [f"{title}の図", *(f"{place.label}は{_named(group)}" for place, group in groups.items() if group)]
    said += [f"{names[flow.source]}から{names[flow.target]}へ{_content(flow)}" for flow in flows]
    return sentences(said)


def _named(group: Sequence[Party]) -> str:
    return "、".join(_about(party) for party in group)


def _about(party: Party) -> str:
    share = "" if party.share_tenths is None else f"{party.share_tenths // 10}.{party.share_tenths % 10}%"
    amount = "" if party.amount_yen is None else in_yen(party.amount_yen)
    about = "・".join(part for part in (amount, share) if part)
    return f"{party.name}({about})" if about else party.name


def _content(flow: Flow) -> str:
    """Say what goes: its label, or what kind of thing it is."""
    amount = "" if flow.amount_yen is None else f" {in_yen(flow.amount_yen)}"
    return f"{flow.label or flow.kind.label}{amount}"
