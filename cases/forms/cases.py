"""The forms of cases: what the usage application says, and other agencies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.enums import SchemeFrame
from cases.forms.choices import NOT_CHOSEN, not_yet, with_blank
from cases.models import Case, Council
from cases.selectors.cases import chargeable_members
from vapup.accounts.models import Member
from vapup.ui.fields import JapaneseDateField, PhoneField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField


class CoAgencyForm(OfficeForm):
    """Another certified support agency on a case."""

    name = TextField(label="名称", max_length=200)
    representative = TextField(label="代表者", max_length=100, required=False)
    certification_number = TextField(label="認定支援機関ID", max_length=20, required=False)
    certification_expires_on = JapaneseDateField(
        label="認定の有効期限", required=False, help_text="提出の日に有効かを確かめます。"
    )
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
