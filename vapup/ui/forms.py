"""The base of the product's forms: errors that name their field, and the version that guards against lost edits."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

_CHOICES = (forms.ChoiceField, forms.ModelChoiceField)
HASH: Final = r"^[0-9a-f]{64}\Z"
# What a page carries hidden, nobody typed: there is nothing to correct but to open the page again.
BROKEN: Final = MappingProxyType(
    {
        "invalid": "画面の情報が壊れています。開き直してください。",
        "required": "画面の情報が足りません。開き直してください。",
    }
)


class HashField(forms.RegexField):
    """The hash of what the reader saw, hidden in the form that decides on it."""

    def __init__(self, *, label: str) -> None:
        super().__init__(HASH, label=label, widget=forms.HiddenInput, error_messages=dict(BROKEN))


class OfficeForm(forms.Form):
    """A form whose sentences name the field they speak of."""

    label_suffix = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, HashField):
                continue
            verb = "選んで" if isinstance(field, _CHOICES) else "入力して"
            field.error_messages["required"] = f"「{field.label}」を{verb}ください。"
            if isinstance(field, _CHOICES):
                field.error_messages["invalid_choice"] = f"「{field.label}」を一覧から選び直してください。"

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        """Let the choice field `name` offer these rows and no others."""
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    def offer_choices(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """Let the choice field `name` offer these values, each with its label."""
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)


class VersionedForm(OfficeForm):
    """A form that edits a row; it carries the version that the user saw."""

    version = forms.IntegerField(
        label="版",
        min_value=1,
        widget=forms.HiddenInput,
        error_messages={"invalid": "画面の情報が壊れています。開き直して入力してください。"},
    )

    def values(self) -> dict[str, Any]:
        """Return the cleaned fields without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def accept_version(self, version: int) -> None:
        """Carry `version` from now on, so that saving again knowingly replaces what another person wrote."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("version")] = str(version)
        self.data = data
