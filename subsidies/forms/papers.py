"""Forms of the papers desk."""

from __future__ import annotations

from typing import Any

from django import forms

from subsidies.enums import PaperPlace, PaperStatus
from vapup.documents.kinds import ACCEPT, ALLOWED
from vapup.ui.fields import JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import TextField


class SeenForm(VersionedForm):
    """Carries the version that the user saw; 0 where nothing is stored yet."""

    version = forms.IntegerField(
        label="版",
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"invalid": "画面の情報が壊れています。開き直して入力してください。"},
    )


class PlaceForm(SeenForm):
    """Where the paper itself is."""

    place = forms.TypedChoiceField(label="現物の所在", coerce=PaperPlace, choices=PaperPlace.choices)


class PaperForm(SeenForm):
    """What a paper says, and how far it is."""

    status = forms.TypedChoiceField(label="状態", coerce=PaperStatus, choices=PaperStatus.choices)
    reason = TextField(
        label="不足・対象外の理由",
        max_length=300,
        required=False,
        help_text="状態が「確認済・不足あり」「対象外」のときは必須です。",
    )
    place = forms.TypedChoiceField(label="現物の所在", coerce=PaperPlace, choices=PaperPlace.choices)
    is_original = forms.BooleanField(label="原本である", required=False)
    issued_on = JapaneseDateField(label="発行日・作成日", required=False)
    valid_until = JapaneseDateField(label="有効期限", required=False, help_text="書類に記載があるとき")
    stated_edition = TextField(
        label="様式の版", max_length=20, required=False, help_text="様式の欄外にある改定年月など"
    )
    stated_name = TextField(
        label="書類の名称・氏名", max_length=200, required=False, help_text="書類に書かれているとおり"
    )
    stated_address = TextField(
        label="書類の所在地", max_length=300, required=False, help_text="書類に書かれているとおり"
    )
    stated_yen = YenField(label="書類の金額", required=False)


class UploadForm(OfficeForm):
    """A scan of a paper."""

    file = forms.FileField(
        label="ファイル",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ACCEPT}),
        error_messages={"required": "「ファイル」を選んでください。", "invalid": "「ファイル」を選び直してください。"},
    )
    note = TextField(label="備考", max_length=200, required=False, help_text="例: 押印後のスキャン")

    def __init__(self, *args: Any, max_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"{ALLOWED}。{max_bytes // (1024 * 1024)}MBまで。"
        self.fields["file"].error_messages["required"] = "「ファイル」を選んでください。"


class CheckForm(OfficeForm):
    """Several papers to be marked as checked, each as key and version."""

    paper = forms.MultipleChoiceField(label="書類", error_messages={"required": "確認済にする書類を選んでください。"})

    def __init__(self, *args: Any, offered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_choices("paper", ((one, one) for one in offered))
        self.fields["paper"].error_messages["required"] = "確認済にする書類を選んでください。"
        self.fields["paper"].error_messages["invalid_choice"] = (
            "選んだ書類の内容が、画面を開いた後に変わりました。一覧を確かめて、選び直してください。"
        )

    def seen(self) -> dict[str, int]:
        """Return the version of each chosen paper by its key."""
        pairs = (one.rpartition(":") for one in self.cleaned_data["paper"])
        return {key: int(version) for key, _colon, version in pairs}
