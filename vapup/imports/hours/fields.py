"""The form of an import of hours: a file or pasted rows, and what holds where a row leaves a cell empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from cases.models import Case
from subsidies.models import Worker
from vapup.ui.forms import OfficeForm

LONGEST_PASTE: Final = 500_000


class HoursFileForm(OfficeForm):
    """Hours to bring in; the person and the case are those of rows that name none."""

    pasted = forms.CharField(
        label="Excelの行を貼り付ける",
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text="見出しの行も一緒にコピーすると、列の順は自由です。見出しがないときは、ひな形の列の順に読みます。",
    )
    file = forms.FileField(
        label="またはファイルを選ぶ",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"invalid": "「ファイル」を選び直してください。"},
        help_text="xlsxかCSV(UTF-8、Shift_JIS)。",
    )
    worker = forms.TypedChoiceField(label="従事者", coerce=int, help_text="従事者の列がない行、空の行の人です。")
    case = forms.TypedChoiceField(
        label="案件", coerce=int, required=False, empty_value=None, help_text="案件番号の列がない行、空の行の案件です。"
    )

    def __init__(self, *args: Any, workers: Sequence[Worker], cases: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_choices("worker", [(str(one.pk), str(one)) for one in workers])
        named = [(str(one.pk), f"{one.number} {one.enterprise.name}") for one in cases]
        self.offer_choices("case", [("", "選ばない(案件番号の列で分ける)"), *named])

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways."""
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in ("pasted", "file") if cleaned.get(name)]
        if not given and not self.errors:
            self.add_error("pasted", "行を貼り付けるか、ファイルを選んでください。")
        if len(given) > 1:
            self.add_error("file", "貼り付けた行とファイルの両方があります。どちらか一つにしてください。")
        return cleaned

    def options(self) -> dict[str, int | None]:
        """Return what holds for all rows, as it is stored with the import."""
        return {"worker": self.cleaned_data["worker"], "case": self.cleaned_data["case"]}
