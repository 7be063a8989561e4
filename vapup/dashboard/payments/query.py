"""What a visitor asks of the payment schedule; all of it lives in the address."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import QueryDict

from cases.enums import SchemeFrame
from cases.selectors.cases import members_by_name
from subsidies.enums import Payer, ReceivableState
from vapup.ui.forms import OfficeForm
from vapup.ui.widgets import PlainSelect

ALL: Final = ("", "すべて")
LATE: Final = "late"
DIFFERS: Final = "differs"
HELD: Final = "held"
# Whose payments: those of the office itself, or of the other agencies of its cases.
OWN: Final = "own"
OTHERS: Final = "others"
AGENCIES: Final = ((OWN, "自事務所"), (OTHERS, "ほかの支援機関"))
# What is asked of a row besides its state.
MARKS: Final = ((LATE, "入金が遅れている"), (DIFFERS, "差額がある"), (HELD, "留保分(未入金)"))


class PaymentFilter(OfficeForm):
    """Which payments to show; a field that cannot be read filters nothing and shows its error."""

    consultant = forms.TypedChoiceField(
        label="担当者", required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    frame = forms.ChoiceField(label="制度・枠", required=False, choices=[ALL, *SchemeFrame.choices], widget=PlainSelect)
    agency = forms.ChoiceField(label="支援機関", required=False, choices=[ALL, *AGENCIES], widget=PlainSelect)
    payer = forms.ChoiceField(label="支払元", required=False, choices=[ALL, *Payer.choices], widget=PlainSelect)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[ALL, *ReceivableState.choices, *MARKS], widget=PlainSelect
    )

    def __init__(self, data: QueryDict, *, agency_id: int) -> None:
        super().__init__(data)
        self.people = {one.pk: one for one in members_by_name(agency_id)}
        self.offer_choices("consultant", [ALL, *((str(pk), str(one)) for pk, one in self.people.items())])

    def wanted(self) -> dict[str, Any]:
        """Return the filters in force, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self) -> list[str]:
        """Return the filters in force as people read them."""
        found = []
        for name, value in self.wanted().items():
            labels = {str(code): label for code, label in self.fields[name].widget.choices}
            found.append(f"{self.fields[name].label}: {labels.get(str(value), value)}")
        return found
