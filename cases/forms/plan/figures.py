"""The forms of the figures of a plan: a statement as one sheet, and the calculation from measures and assumptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from cases.rules.accounts import accounts
from vapup.ui.fields import LARGEST_YEN, YenField
from vapup.ui.forms import VersionedForm

Key = tuple[str, int]


def cell_name(account: str, year: int) -> str:
    """Return the name of the control of an amount."""
    return f"{account}:{year}"


class FiguresForm(VersionedForm):
    """The amounts of a statement that people enter."""

    def __init__(
        self,
        data: Any = None,
        *,
        keys: Collection[Key],
        labels: Mapping[int, str],
        stored: Mapping[Key, int],
        seen: int,
    ) -> None:
        super().__init__(data, initial={"version": seen})
        self.keys = keys
        for account, year in keys:
            label = f"{accounts()[account].label} {labels[year]}"
            name = cell_name(account, year)
            self.fields[name] = YenField(label=label, min_yen=-LARGEST_YEN, required=False, unit="")
            self.initial[name] = stored.get((account, year))

    def figures(self) -> dict[Key, int | None]:
        """Return what was entered, yen by account and year; None where the control was left empty."""
        return {key: self.cleaned_data[cell_name(*key)] for key in self.keys}


class CalculateForm(VersionedForm):
    """Which accounts take over what the calculation gives."""

    names = forms.MultipleChoiceField(
        label="置き換える科目",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "科目を選んでください。"},
    )

    def __init__(self, data: Any = None, *, names: Collection[str], seen: int) -> None:
        super().__init__(data, initial={"version": seen, "names": list(names)})
        self.offer_choices("names", [(name, accounts()[name].label) for name in names])
