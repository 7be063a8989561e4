"""The form of what a lender has said to a case."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from cases.enums import Consent, Scheme
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import VersionedForm
from vapup.ui.text import ParagraphField, TextField

# What only one of the schemes knows; the names of its letters are never mixed.
ONLY_OF: Final = {
    Scheme.IMPROVEMENT: ("confirmation_letter_on", "consent", "consented_on"),
    Scheme.VUP: ("consultation_letter_on", "receipt_on"),
}


class StanceForm(VersionedForm):
    """What a lender has said; the fields are those of the scheme."""

    contact = TextField(label="金融機関の担当者", max_length=100, required=False)
    asked_on = JapaneseDateField(label="依頼日", required=False, help_text="相談や書面を初めて頼んだ日。")
    seals_application = forms.BooleanField(label="利用申請書に記名押印する", required=False)
    consultation_letter_on = JapaneseDateField(label="事前相談書の日付", required=False)
    confirmation_letter_on = JapaneseDateField(label="確認書面の日付", required=False)
    letters_valid_until = JapaneseDateField(
        label="書面の有効期限",
        required=False,
        help_text="金融機関が書面に期限を定めたときだけ。この日までに申請を提出します。「期限」に出て、前もって知らせます。",
    )
    plan_handed_on = JapaneseDateField(label="計画書を渡した日", required=False)
    receipt_on = JapaneseDateField(label="受取書の日付", required=False)
    consent = forms.ChoiceField(label="同意の状況", choices=Consent.choices, initial=Consent.NOT_ASKED)
    consented_on = JapaneseDateField(
        label="同意日", required=False, help_text="同意のときは必須です。不同意のときは回答の日。"
    )
    conditions = ParagraphField(
        label="金融機関の条件・留保",
        max_length=1000,
        required=False,
        rows=3,
        help_text="条件付き同意のときは必須です。書面の案に、入力したとおり印字します。",
    )
    note = ParagraphField(label="備考", max_length=1000, required=False, rows=2, help_text="書面には印字しません。")

    def __init__(self, *args: Any, scheme: Scheme, is_close: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for other in Scheme:
            if other is not scheme:
                for name in ONLY_OF[other]:
                    del self.fields[name]
        if scheme is Scheme.VUP:
            self.fields["conditions"].help_text = "金融機関が書面に付けた条件や留保。"
        self._explain_letters(is_close=is_close)

    def _explain_letters(self, *, is_close: bool) -> None:
        """Say how the letter and the seal relate, and whose letters the council asks for."""
        who = "" if is_close else "協議会に出すのは、主要か準主要の金融機関のものです。"
        self.fields[
            "seals_application"
        ].help_text = f"認定支援機関として利用申請書に記名押印する金融機関は、次の書面が要りません。{who}"
        for name in self.fields.keys() & {"consultation_letter_on", "confirmation_letter_on", "receipt_on"}:
            self.fields[name].help_text = f"書面に書かれた日付。{who}"
