"""The sheet of the picture of the business: parties and the flows between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django import forms

from cases.enums import FlowKind, NodeKind
from cases.forms.plan.rows import RowKind, RowsForm
from cases.models import MapNode
from cases.selectors.plan.business_map import BusinessMap
from cases.selectors.plan.rows import shown_row
from cases.services.plan.business_map import MapInput
from vapup.ui.fields import YenField
from vapup.ui.text import TextField
from vapup.ui.widgets import PlainSelect

NODE, FLOW = "node", "flow"
BLANK: Final = 2
NODE_FIELDS: Final[Mapping[str, Callable[[], forms.Field]]] = {
    "kind": partial(
        forms.ChoiceField, label="区分", choices=NodeKind.choices, initial=NodeKind.SUPPLIER, widget=PlainSelect
    ),
    "name": partial(TextField, label="名称", max_length=60),
    "amount_yen": partial(YenField, label="年間取引額", unit=""),
    "comment": partial(TextField, label="特徴・取引条件", max_length=200),
}


def node_of(nodes: Mapping[int, MapNode], value: str) -> MapNode:
    """Return the party that a choice stands for.

    Raises:
        KeyError: there is none; the field has checked its choices before.
    """
    return nodes[int(value)]


class MapForm(RowsForm):
    """The picture as a form."""

    def __init__(self, data: Any = None, *, stored: BusinessMap, blank: int = BLANK) -> None:
        # The kind is chosen beforehand, so that it tells nothing.
        told = ("source", "target", "label", "amount_yen")
        node = RowKind(NODE, "当事者", NODE_FIELDS, ("kind", "name"), ("name", "amount_yen", "comment"))
        flow = RowKind(FLOW, "流れ", _flow_fields(stored), ("source", "target", "kind"), told)
        super().__init__(
            data,
            kinds=(node, flow),
            stored={
                NODE: [shown_row(one, NODE_FIELDS) for one in stored.nodes],
                FLOW: [shown_row(one, flow.fields) for one in stored.flows],
            },
            version=stored.stamp,
            blank=blank,
        )

    def sheet(self) -> MapInput:
        """Return what was entered, as the service takes it."""
        return MapInput(self.inputs(NODE), self.inputs(FLOW))


def _flow_fields(stored: BusinessMap) -> dict[str, Callable[[], forms.Field]]:
    nodes = {one.pk: one for one in stored.nodes}
    choices = [("", "選んでください"), *((str(one.pk), f"{one} ({one.get_kind_display()})") for one in stored.nodes)]
    end = partial(
        forms.TypedChoiceField, choices=choices, coerce=partial(node_of, nodes), empty_value=None, widget=PlainSelect
    )
    return {
        "source": partial(end, label="から"),
        "target": partial(end, label="へ"),
        "kind": partial(
            forms.ChoiceField, label="種類", choices=FlowKind.choices, initial=FlowKind.GOODS, widget=PlainSelect
        ),
        "label": partial(TextField, label="内容", max_length=60),
        "amount_yen": partial(YenField, label="年間金額", unit=""),
    }
