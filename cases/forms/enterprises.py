"""The forms of enterprises: facts, lenders, past uses."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms

from cases.enums import Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.forms.choices import NOT_CHOSEN, with_blank
from vapup.ui.fields import (
    LAST_DAY,
    CorporateNumberField,
    CountField,
    JapaneseDateField,
    KanaField,
    PhoneField,
    PostalCodeField,
    YenField,
)
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import TextField

# Japan's oldest company was founded in 578.
OLDEST_FOUNDING: Final = date(578, 1, 1)
MONTHS: Final = [(month, f"{month}月") for month in range(1, 13)]


class EnterpriseForm(OfficeForm):
    """The facts of an enterprise."""

    name = TextField(label="事業者名", max_length=200)
    name_kana = KanaField(label="フリガナ", max_length=200, help_text="ひらがなや半角カナは全角カタカナに直します。")
    legal_form = forms.ChoiceField(label="法人形態", choices=LegalForm.choices, initial=LegalForm.COMPANY)
    corporate_number = CorporateNumberField(label="法人番号", required=False)
    representative_title = TextField(label="代表者の役職", max_length=50, required=False)
    representative = TextField(label="代表者氏名", max_length=100)
    postal_code = PostalCodeField(label="郵便番号", required=False)
    address = TextField(label="所在地", max_length=300)
    phone = PhoneField(label="電話番号", required=False)
    founded_on = JapaneseDateField(label="設立日(開業日)", required=False, earliest=OLDEST_FOUNDING, latest=LAST_DAY)
    industry = forms.ChoiceField(label="業種の区分", choices=with_blank(Industry.choices))
    business = TextField(label="事業内容", max_length=500)
    capital_yen = YenField(label="資本金", required=False, help_text="個人事業主や出資のない法人は空欄。")
    employee_count = CountField(label="常時使用する従業員数", unit="人")
    fiscal_year_end_month = forms.TypedChoiceField(label="決算月", coerce=int, choices=[NOT_CHOSEN, *MONTHS])
    annual_sales_yen = YenField(label="年間売上高", help_text="直近の決算の額")
    interest_bearing_debt_yen = YenField(label="有利子負債", help_text="直近の決算の額")

    def facts(self) -> dict[str, Any]:
        """Return the cleaned facts for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "is_another"}}


class NewEnterpriseForm(EnterpriseForm):
    """A new enterprise; the question whether it is another one of the same name is asked only where it arises."""

    is_another = forms.BooleanField(
        label="同じ名前の別の事業者として登録する", required=False, widget=forms.HiddenInput
    )

    def ask_whether_another(self, message: str) -> None:
        """Show the question, with the reason for it."""
        self.fields["is_another"].widget = forms.CheckboxInput()
        self.add_error("is_another", f"{message}別の事業者であれば、この欄に印を付けて登録してください。")


class EditEnterpriseForm(EnterpriseForm, VersionedForm):
    """The facts of a stored enterprise."""


class LenderForm(OfficeForm):
    """A lender of an enterprise."""

    bank_name = TextField(label="金融機関名", max_length=100)
    branch_name = TextField(label="支店名", max_length=100, required=False)
    role = forms.ChoiceField(label="区分", choices=LenderRole.choices, initial=LenderRole.OTHER)
    balance_yen = YenField(
        label="借入残高", help_text="借入がなく決済口座だけのときは 0。信用保証協会は、求償権の残高がなければ 0。"
    )
    guaranteed_yen = YenField(label="うち保証協会付", initial=0)


class PastUseForm(OfficeForm):
    """What a council has paid for an earlier case."""

    frame = forms.ChoiceField(label="枠", choices=with_blank(SchemeFrame.choices))
    category = forms.ChoiceField(label="費用区分", choices=with_blank(PaidCategory.choices))
    paid_yen = YenField(label="協議会が支払った額")
    accepted_on = JapaneseDateField(label="当時の受理日", required=False)
    note = TextField(label="備考", max_length=200, required=False)
