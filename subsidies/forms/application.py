"""Forms of costs, approval and submission."""

from __future__ import annotations

from typing import Any

from django import forms

from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.selectors.cost_sheet import CostSheet, choice_of, read_choice
from subsidies.services.approval import Approval
from subsidies.services.costs import TAX_PERCENTS, LineInput
from vapup.ui.fields import HoursField, YenField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField


class CostLineForm(VersionedForm):
    """One line of the cost sheet; category and monitoring period are one choice, so that they cannot contradict."""

    group = forms.ChoiceField(label="費用区分・回")
    work = TextField(label="業務内容", max_length=200, help_text="例: 財務DD、アクションプランの作成")
    person = TextField(label="担当者・資格", max_length=100, help_text="例: 佐藤 花子(税理士)")
    hourly_rate_yen = YenField(label="単価", unit="円/時間(税抜)", help_text="支援機関が通常用いる単価表の額")
    minutes = HoursField(label="予定時間")
    tax_percent = forms.TypedChoiceField(
        label="消費税率",
        coerce=int,
        initial=TAX_PERCENTS[0],
        choices=[(percent, f"{percent}%") for percent in TAX_PERCENTS],
        help_text="業務が完了する日の税率",
    )
    is_subcontracted = forms.BooleanField(label="外部委託する業務である", required=False)

    def __init__(self, *args: Any, sheet: CostSheet, line: CostLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(group.choice, group.title) for group in sheet.groups if group.is_offered]
        kept = choice_of(CostCategory(line.category), line.period_id) if line else ""
        choices.extend((one.choice, one.title) for one in sheet.groups if one.choice == kept and not one.is_offered)
        field = self.fields["group"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "選んでください"), *choices]

    def line_input(self) -> LineInput:
        """Return the cleaned form as the services take it."""
        values = self.values()
        category, period_id = read_choice(values.pop("group"))
        return LineInput(category=category, period_id=period_id, **values)


def initial_of(line: CostLine) -> dict[str, Any]:
    """Return what the form of an existing line shows first."""
    names = ("work", "person", "hourly_rate_yen", "minutes", "tax_percent", "is_subcontracted")
    group = choice_of(CostCategory(line.category), line.period_id)
    return {"group": group, **{name: getattr(line, name) for name in names}}


class VersionForm(VersionedForm):
    """Nothing but the version that the user saw."""


class RequestApprovalForm(VersionedForm):
    """Ask for the approval."""

    note = ParagraphField(label="承認者への連絡", required=False, max_length=1000, rows=3)


class ReasonForm(OfficeForm):
    """Take a request or an approval back."""

    reason = ParagraphField(label="取り消す理由", max_length=1000, rows=3, help_text="履歴に残ります。")


class ApproveForm(OfficeForm):
    """Approve the figures shown."""

    shown_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label="表示した算定",
        widget=forms.HiddenInput,
        error_messages={"invalid": "画面の情報が壊れています。開き直してください。"},
    )
    note = ParagraphField(label="承認者の意見", required=False, max_length=1000, rows=3)
    override_reason = ParagraphField(label="上限等の例外を認める理由", required=False, max_length=1000, rows=3)

    def __init__(self, *args: Any, has_exceptions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_exceptions:
            self.fields["override_reason"].required = True
            self.fields["override_reason"].help_text = "履歴に残ります。"
        else:
            del self.fields["override_reason"]

    def approval(self) -> Approval:
        """Return the cleaned form as the service takes it."""
        return Approval(**self.cleaned_data)

    def accept_figures(self) -> None:
        """Carry the hash of the figures shown now instead of that of those shown before."""
        self.data = {**self.data, self.add_prefix("shown_sha256"): self.initial["shown_sha256"]}


class SendBackForm(OfficeForm):
    """Send the application back to its author."""

    comment = ParagraphField(label="差し戻す理由", max_length=1000, rows=4, help_text="担当者に表示されます。")
