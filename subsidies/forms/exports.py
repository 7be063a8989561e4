"""The form that asks for several packets at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from vapup.ui.forms import OfficeForm
from vapup.ui.text import ParagraphField


class IdsField(forms.Field):
    """The ids of the rows that were ticked in a table; the service looks each up in the agency of the actor."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"invalid": "画面の情報が壊れています。開き直して選んでください。"}

    def to_python(self, value: Any) -> frozenset[int]:
        """Return the ids."""
        texts = [str(one) for one in value or ()]
        if not all(text.isascii() and text.isdigit() and len(text) <= 18 for text in texts):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return frozenset(map(int, texts))


class ExportForm(OfficeForm):
    """What to take out, ticked in the lists of the page, and why."""

    application = IdsField(label="承認済の申請", required=False)
    packet = IdsField(label="作成済の書類", required=False)
    every = forms.BooleanField(required=False, widget=forms.HiddenInput)  # the button for the whole first list
    purpose = ParagraphField(
        label="出力の目的",
        rows=2,
        max_length=500,
        help_text="例: 宮城県の協議会へ4月分の申請を提出するため。操作記録に残ります。",
    )

    def ticked(self, name: str) -> frozenset[str]:
        """Return the values of one list as they were ticked, valid or not, so that the page can show them again."""
        return frozenset(self.data.getlist(name)) if isinstance(self.data, QueryDict) else frozenset()
