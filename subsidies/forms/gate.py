"""Forms of the gate before the submission."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from subsidies.rules.gate import GateFinding
from subsidies.services.filing.gate import SHORTEST_REASON, Exemption
from vapup.ui.forms import OfficeForm
from vapup.ui.text import ParagraphField


class OverrideForm(OfficeForm):
    """A manager's reason to let one finding pass; the finding's words come back as they were shown."""

    finding = forms.CharField(widget=forms.HiddenInput, max_length=16)
    words = forms.CharField(widget=forms.HiddenInput, max_length=16)
    reason = ParagraphField(
        label="例外を認める理由",
        min_length=SHORTEST_REASON,
        max_length=1000,
        error_messages={"min_length": "%(limit_value)d文字以上で書いてください(今は%(show_value)d文字です)。"},
        help_text="案件・申請書類の付属資料・履歴に残ります。だれに何を確かめたかを書いてください。",
    )

    def exemption(self) -> Exemption:
        """Return the cleaned fields as the service takes them."""
        values: dict[str, Any] = self.cleaned_data
        return Exemption(key=values["finding"], words_key=values["words"], reason=values["reason"])

    def accept_words(self, finding: GateFinding) -> None:
        """Let the next attempt be about the finding as it reads now; the reason stays."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["words"] = finding.words_key
        self.data = data
