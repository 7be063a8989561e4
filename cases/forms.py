"""The forms of enterprises and cases. They check shape; what rows must be to each other is said by the services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms

from cases.enums import CaseAction, Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, Council
from cases.selectors.cases import chargeable_members
from cases.workflow import TRANSITIONS
from vapup.accounts.models import Member
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
from vapup.ui.text import ParagraphField, TextField

# Japan's oldest company was founded in 578.
OLDEST_FOUNDING: Final = date(578, 1, 1)
NOT_CHOSEN: Final = ("", "選んでください")
MONTHS: Final = [(month, f"{month}月") for month in range(1, 13)]


def with_blank(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return `choices` behind one that stands for no choice."""
    return [NOT_CHOSEN, *choices]


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
    balance_yen = YenField(label="借入残高", help_text="借入がなく決済口座だけのときは 0。")
    guaranteed_yen = YenField(label="うち保証協会付", initial=0)


class PastUseForm(OfficeForm):
    """What a council has paid for an earlier case."""

    frame = forms.ChoiceField(label="枠", choices=with_blank(SchemeFrame.choices))
    category = forms.ChoiceField(label="費用区分", choices=with_blank(PaidCategory.choices))
    paid_yen = YenField(label="協議会が支払った額")
    accepted_on = JapaneseDateField(label="当時の受理日", required=False)
    note = TextField(label="備考", max_length=200, required=False)


class CoAgencyForm(OfficeForm):
    """Another certified support agency on a case."""

    name = TextField(label="名称", max_length=200)
    representative = TextField(label="代表者", max_length=100, required=False)
    certification_number = TextField(label="認定支援機関ID", max_length=20, required=False)
    address = TextField(label="所在地", max_length=300, required=False)
    phone = PhoneField(label="電話番号", required=False)


class ApplicationFields(OfficeForm):
    """What the usage application says about a case."""

    frame = forms.ChoiceField(label="制度・枠", choices=with_blank(SchemeFrame.choices))
    council = forms.ModelChoiceField(Council.objects.all(), label="協議会", empty_label=NOT_CHOSEN[1])
    consulted_on = JapaneseDateField(label="初回相談日")
    planned_accepted_on = JapaneseDateField(label="受理予定日")
    seeks_guarantee_release = forms.BooleanField(label="経営者保証の解除を目指す", required=False)
    difficulty = ParagraphField(label="財務上の問題と相談の経緯", max_length=2000, required=False)
    support_outlook = ParagraphField(label="金融機関の支援の見込み", max_length=2000, required=False)
    repeat_use_reason = ParagraphField(
        label="再度利用の理由",
        max_length=1000,
        required=False,
        rows=3,
        help_text="以前に利用したことがある事業者だけ。",
    )


def not_yet(day: date, today: date) -> str:
    """Return why `day` cannot be the day on which something happened."""
    return f"{day} は今日 {today} より後です。起きた日を入力してください。"


class NewCaseForm(ApplicationFields):
    """A new case of a given enterprise."""

    consultant = forms.ModelChoiceField(Member.objects.none(), label="担当者", empty_label=None)

    def __init__(self, *args: Any, actor: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("consultant", chargeable_members(actor.agency_id))
        self.order_fields(["frame", "council", "consultant"])

    def facts(self) -> dict[str, Any]:
        """Return the cleaned facts for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "consultant"}


class EditCaseForm(ApplicationFields, VersionedForm):
    """A stored case. Once its application is fixed, only what was recorded may be corrected, with a reason."""

    usage_applied_on = JapaneseDateField(label="利用申請日")
    usage_accepted_on = JapaneseDateField(label="受理日")
    usage_decided_on = JapaneseDateField(label="利用決定日")
    accepted_on = JapaneseDateField(
        label="適用基準日", help_text="規則と様式の版を決める日。通常は受理日のまま変えません。"
    )
    reason = ParagraphField(
        label="日付を変える理由",
        max_length=300,
        required=False,
        rows=2,
        help_text="記録済みの日付を変えるときは必須です。",
    )

    def __init__(self, *args: Any, case: Case, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        recorded = ("usage_applied_on", "usage_accepted_on", "usage_decided_on", "accepted_on")
        for name in recorded:
            if getattr(case, name) is None:
                del self.fields[name]
        if not self.fields.keys() & set(recorded):
            del self.fields["reason"]
        application = ApplicationFields.base_fields
        # What was typed before a colleague fixed the application is refused by the service, not dropped unseen.
        is_typed = any(self.add_prefix(name) in self.data for name in application)
        for name in application:
            self.fields[name].disabled = not case.is_application_open and not is_typed

    def clean(self) -> dict[str, Any]:
        """Refuse days that have not come for what is recorded as done."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("usage_applied_on", "usage_accepted_on", "usage_decided_on"):
            day = cleaned.get(name)
            if day is not None and day > self.today:
                self.add_error(name, not_yet(day, self.today))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return the cleaned facts for the service."""
        return {name: value for name, value in self.values().items() if name != "reason"}


class AssignForm(OfficeForm):
    """Who takes a case over."""

    consultant = forms.ModelChoiceField(Member.objects.none(), label="新しい担当者", empty_label=NOT_CHOSEN[1])
    reason = TextField(label="理由", max_length=300, required=False)

    def __init__(self, *args: Any, actor: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("consultant", chargeable_members(actor.agency_id))


class SwitchOffForm(OfficeForm):
    """Who takes the cases of a leaving member over."""

    successor = forms.ModelChoiceField(Member.objects.none(), label="引き継ぐ人", empty_label=NOT_CHOSEN[1])
    reason = TextField(label="理由", max_length=300, required=False)

    def __init__(self, *args: Any, leaver: Member, has_cases: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_cases:
            successors = chargeable_members(leaver.agency_id).exclude(pk=leaver.pk)
            self.offer("successor", successors)
        else:
            del self.fields["successor"]


# The Japanese name of the day on which an action happens, where the notices have one.
DAY_NAMES: Final[Mapping[CaseAction, str]] = {
    CaseAction.RECORD_ACCEPTANCE: "受理日",
    CaseAction.RECORD_DECISION: "利用決定日",
    CaseAction.RETURN_USAGE: "差戻しの日",
    CaseAction.REJECT_USAGE: "不受理の日",
    CaseAction.RECORD_AGREEMENT: "同意・提出がそろった日",
    CaseAction.SUBMIT_PLAN_CLAIM: "支払申請日",
    CaseAction.RETURN_PLAN_CLAIM: "差戻しの日",
    CaseAction.RESUBMIT_PLAN_CLAIM: "再提出の日",
    CaseAction.RECORD_PLAN_DECISION: "支払決定日",
    CaseAction.START_MONITORING: "入金日",
    CaseAction.COMPLETE: "完了日",
    CaseAction.WITHDRAW: "取下げの日",
    CaseAction.LAPSE: "失効の日",
}


class AdvanceForm(OfficeForm):
    """The day of a step and, where the procedure asks for it, the reason."""

    occurred_on = JapaneseDateField(label="日付")
    reason = ParagraphField(label="理由", max_length=1000, rows=3, required=False)

    def __init__(self, *args: Any, action: CaseAction, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"occurred_on": today}, **kwargs)
        self.today = today
        self.fields["occurred_on"].label = name = DAY_NAMES.get(action, "日付")
        self.fields["occurred_on"].error_messages["required"] = f"「{name}」を入力してください。"
        if TRANSITIONS[action].needs_reason:
            self.fields["reason"].required = True
        else:
            self.fields["reason"].label = "メモ"

    def clean_occurred_on(self) -> date:
        """Refuse a day that has not come: only what has happened is recorded."""
        day: date = self.cleaned_data["occurred_on"]
        if day > self.today:
            raise forms.ValidationError(not_yet(day, self.today))
        return day
