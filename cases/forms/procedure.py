"""The forms that move a case: who takes it over, and the day of a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms

from cases.enums import CaseAction
from cases.forms.choices import NOT_CHOSEN, not_yet
from cases.selectors.cases import chargeable_members
from cases.workflow import TRANSITIONS
from vapup.accounts.models import Member
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import OfficeForm
from vapup.ui.text import ParagraphField, TextField


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

    def __init__(
        self, *args: Any, action: CaseAction, today: date, proposed: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"occurred_on": proposed or today}, **kwargs)
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
