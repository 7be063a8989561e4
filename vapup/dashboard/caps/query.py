"""What a visitor asks of the caps; all of it lives in the address."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import QueryDict

from cases.enums import SchemeFrame
from cases.selectors.cases import members_by_name
from vapup.shared.money import format_yen
from vapup.ui.fields import YenField
from vapup.ui.forms import OfficeForm
from vapup.ui.text import TextField
from vapup.ui.widgets import PlainSelect

ALL: Final = ("", "すべて")


class CapFilter(OfficeForm):
    """Which caps to show; a field that cannot be read filters nothing and shows its error."""

    enterprise = TextField(label="事業者", required=False, max_length=100)
    consultant = forms.TypedChoiceField(
        label="担当者", required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    frame = forms.ChoiceField(label="制度・枠", required=False, choices=[ALL, *SchemeFrame.choices], widget=PlainSelect)
    free = YenField(label="残りがこの額以下", required=False)

    def __init__(self, data: QueryDict, *, agency_id: int) -> None:
        super().__init__(data)
        colleagues = members_by_name(agency_id)
        self.offer_choices("consultant", [ALL, *((str(one.pk), str(one)) for one in colleagues)])

    def wanted(self) -> dict[str, Any]:
        """Return the filters in force, by field; a limit of 0 yen is one."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def in_words(self) -> list[str]:
        """Return the filters in force as people read them."""
        return [f"{self.fields[name].label}: {self._shown(name, value)}" for name, value in self.wanted().items()]

    def chips(self, data: QueryDict) -> list[dict[str, str]]:
        """Return the filters in force, each with the address that leaves it out."""
        found = []
        for name, label in zip(self.wanted(), self.in_words(), strict=True):
            rest = data.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            found.append({"label": label, "url": f"?{rest.urlencode()}"})
        return found

    def _shown(self, name: str, value: Any) -> str:
        if name == "free":
            return f"{format_yen(value)}円"
        labels = {str(code): label for code, label in getattr(self.fields[name], "choices", ())}
        return str(labels.get(str(value), value))
