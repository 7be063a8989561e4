"""Forms of local top-ups."""

from __future__ import annotations

from typing import Any

from django import forms

from subsidies.enums import TopUpState
from vapup.ui.fields import JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import TextField


class TopUpForm(OfficeForm):
    """A local top-up of the enterprise's own share."""

    provider = TextField(label="実施機関", max_length=100, help_text="例: 市区町村、信用保証協会")
    programme = TextField(label="制度の名称", max_length=200, required=False)
    amount_yen = YenField(label="上乗せの額", min_yen=1)
    state = forms.TypedChoiceField(
        label="状況", coerce=TopUpState, choices=TopUpState.choices, initial=TopUpState.PLANNED
    )
    decided_on = JapaneseDateField(
        label="交付決定日", required=False, help_text="状況が交付決定・入金済のときは必須です。"
    )
    source_url = forms.URLField(
        label="制度のページ",
        max_length=300,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "「制度のページ」は https:// で始まるアドレスにしてください。"},
    )
    note = TextField(label="備考", max_length=200, required=False)

    def facts(self) -> dict[str, Any]:
        """Return the cleaned fields as the services take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EditTopUpForm(TopUpForm, VersionedForm):
    """A stored top-up."""
