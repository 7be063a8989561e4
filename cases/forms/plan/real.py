"""The sheet of the adjustments to the balance sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django import forms

from cases.forms.plan.rows import RowKind, RowsForm
from cases.selectors.plan.real import ADJUSTABLE, RealSheet
from cases.selectors.plan.rows import shown_row
from cases.services.plan.rows import RowInput
from vapup.ui.fields import LARGEST_YEN, YenField
from vapup.ui.text import TextField
from vapup.ui.widgets import PlainSelect

ADJUSTMENT: Final = "adjustment"
BLANK: Final = 3
_CHOICES: Final = [("", "選んでください"), *((one.id, one.label) for one in ADJUSTABLE)]
FIELDS: Final[Mapping[str, Callable[[], forms.Field]]] = {
    "account": partial(forms.ChoiceField, label="勘定科目", choices=_CHOICES, widget=PlainSelect),
    "adjustment_yen": partial(YenField, label="調整額", min_yen=-LARGEST_YEN, unit=""),
    "reason": partial(TextField, label="調整の理由", max_length=300),
}
KIND: Final = RowKind(ADJUSTMENT, "調整", FIELDS, tuple(FIELDS), tuple(FIELDS))


class RealForm(RowsForm):
    """The adjustments as a form."""

    def __init__(self, data: Any = None, *, stored: RealSheet, blank: int = BLANK) -> None:
        rows = [shown_row(one, FIELDS) for one in stored.values]
        super().__init__(data, kinds=(KIND,), stored={ADJUSTMENT: rows}, version=stored.stamp, blank=blank)

    def sheet(self) -> list[RowInput]:
        """Return what was entered, as the service takes it."""
        return self.inputs(ADJUSTMENT)
