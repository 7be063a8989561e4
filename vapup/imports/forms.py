"""Forms of imports."""

from __future__ import annotations

from typing import Any

from django import forms

from vapup.imports.enums import CommitMode
from vapup.ui.forms import OfficeForm, VersionedForm


class FileForm(OfficeForm):
    """A table to bring in."""

    file = forms.FileField(
        label="ファイル",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"required": "「ファイル」を選んでください。", "invalid": "「ファイル」を選び直してください。"},
    )

    def __init__(self, *args: Any, max_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"ひな形に入力したxlsx。{max_bytes // (1024 * 1024)}MB、1シート20,000行まで。"
        self.fields["file"].error_messages["required"] = "「ファイル」を選んでください。"


class CommitForm(VersionedForm):
    """How a previewed file is taken."""

    mode = forms.TypedChoiceField(
        label="取り込み方",
        coerce=CommitMode,
        choices=CommitMode.choices,
        widget=forms.RadioSelect,
        initial=CommitMode.ALL_OR_NOTHING,
    )
