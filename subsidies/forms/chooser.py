"""The form of the chooser."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms

from cases.enums import Industry, LegalForm, SchemeFrame
from subsidies.rules.chooser import Answers, Banks
from vapup.ui.fields import CountField, JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm

YES_NO: Final = [("yes", "はい"), ("no", "いいえ")]
NEVER_USED: Final = "none"


class ChooserForm(OfficeForm):
    """The questions of the chooser; the answers stand in the address, so that a verdict can be sent to a colleague."""

    support = forms.ChoiceField(
        label="1. 金融支援(返済条件の変更、借換など)が必要ですか",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    guideline = forms.ChoiceField(
        label="2. 「中小企業の事業再生等に関するガイドライン」の手続に沿いますか",
        choices=YES_NO,
        widget=forms.RadioSelect,
        help_text="第三者支援専門家を選び、対象債権者全員の同意を得る手続です。",
    )
    past = forms.ChoiceField(
        label="3. 過去にこれらの制度を使いましたか(最後に使ったもの)",
        choices=[(NEVER_USED, "使ったことはない"), *SchemeFrame.choices],
        initial=NEVER_USED,
    )
    past_on = JapaneseDateField(label="そのときの受理日", required=False)
    legal_form = forms.ChoiceField(label="4. 事業者の法人形態", choices=LegalForm.choices, initial=LegalForm.COMPANY)
    industry = forms.ChoiceField(label="業種の区分", choices=Industry.choices)
    capital_yen = YenField(label="資本金", required=False)
    employee_count = CountField(label="常時使用する従業員数", unit="人", required=False)
    banks = forms.ChoiceField(
        label="5. 取引金融機関",
        choices=[
            (Banks.SEVERAL, "2行以上"),
            (Banks.ONE_GUARANTEED, "1行だけで、保証協会の保証付の借入がある"),
            (Banks.ONE, "1行だけで、保証協会の保証もない"),
        ],
        widget=forms.RadioSelect,
    )
    bank_supporter = forms.ChoiceField(
        label="民間金融機関だけが支援者(認定支援機関)になりますか",
        choices=YES_NO,
        initial="no",
        widget=forms.RadioSelect,
    )
    on = JapaneseDateField(label="利用申請の受理予定日")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse a day of an earlier use that has not come, or that belongs to no use."""
        cleaned = super().clean() or self.cleaned_data
        past_on, past = cleaned.get("past_on"), cleaned.get("past")
        if past_on is not None and past_on > self.today:
            self.add_error(
                "past_on", f"{past_on} は今日 {self.today} より後です。過去の利用の受理日を入力してください。"
            )
        elif past_on is not None and past == NEVER_USED:
            self.add_error(
                "past_on",
                f"「使ったことはない」なのに、受理日 {past_on} があります。どちらかを直してください。",
            )
        return cleaned

    def answers(self) -> Answers:
        """Return the cleaned form as the rules take it."""
        said = self.cleaned_data
        return Answers(
            needs_support=said["support"] == "yes",
            follows_guideline=said["guideline"] == "yes",
            past_frame=None if said["past"] == NEVER_USED else SchemeFrame(said["past"]),
            past_accepted_on=said["past_on"],
            legal_form=LegalForm(said["legal_form"]),
            industry=Industry(said["industry"]),
            capital_yen=said["capital_yen"],
            employee_count=said["employee_count"],
            banks=Banks(said["banks"]),
            has_bank_supporter=said["bank_supporter"] == "yes",
        )
