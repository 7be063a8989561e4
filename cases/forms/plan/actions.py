"""The forms of the action plan: issues, measures, and the places of both in their lists."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from cases.forms.plan.lines import LinesForm
from cases.services.plan.actions import ISSUE_FACTS, MEASURE_FACTS
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField

LONGEST_TITLE: Final = 200
LONGEST_DETAIL: Final = 1_000


class NewIssueForm(OfficeForm):
    """An issue as it is added in the list: its title, and more if one has it at hand."""

    title = TextField(label="経営課題", max_length=LONGEST_TITLE, help_text="例: 不採算の取引先が利益を圧迫している")

    def facts(self) -> dict[str, Any]:
        """Return the columns of the issue."""
        return {name: self.cleaned_data.get(name, "") for name in ISSUE_FACTS}


class IssueForm(VersionedForm):
    """An issue with its analysis."""

    title = TextField(label="経営課題", max_length=LONGEST_TITLE)
    situation = ParagraphField(label="現状と原因", max_length=LONGEST_DETAIL, required=False, rows=4)
    direction = ParagraphField(label="解決の方向", max_length=LONGEST_DETAIL, required=False, rows=4)

    def facts(self) -> dict[str, Any]:
        """Return the columns of the issue."""
        return {name: self.cleaned_data[name] for name in ISSUE_FACTS}


class NewMeasureForm(OfficeForm):
    """A measure as it is added in the list, with what the paper asks of each: who, and from when to when."""

    title = TextField(label="施策", max_length=LONGEST_TITLE)
    owner = TextField(label="担当", max_length=100)
    starts_on = JapaneseDateField(label="開始", help_text="")
    due_on = JapaneseDateField(label="期限", help_text="")
    kpi = TextField(label="指標(KPI)", max_length=LONGEST_TITLE, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start."""
        return _in_order(self, super().clean() or self.cleaned_data)

    def facts(self) -> dict[str, Any]:
        """Return the columns of the measure."""
        return {name: self.cleaned_data.get(name, "") for name in MEASURE_FACTS}


class MeasureForm(LinesForm):
    """A measure with its effects."""

    title = TextField(label="施策", max_length=LONGEST_TITLE)
    detail = ParagraphField(label="具体的な内容", max_length=LONGEST_DETAIL, required=False, rows=4)
    owner = TextField(label="担当", max_length=100)
    starts_on = JapaneseDateField(label="開始")
    due_on = JapaneseDateField(label="期限")
    kpi = TextField(
        label="指標(KPI)", max_length=LONGEST_TITLE, required=False, help_text="例: 粗利率 25%、在庫回転 30日"
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start."""
        return _in_order(self, super().clean() or self.cleaned_data)

    def facts(self) -> dict[str, Any]:
        """Return the columns of the measure."""
        return {name: self.cleaned_data[name] for name in MEASURE_FACTS}

    def effects(self) -> dict[tuple[str, int], int]:
        """Return the effects by account and planned year, in yen."""
        return {(line.account, year): yen for line in self.lines() for year, yen in line.yen.items()}


class RemoveForm(VersionedForm):
    """The confirmation that something goes."""


class MoveForm(OfficeForm):
    """Which way a row of a list moves."""

    way = forms.ChoiceField(label="向き", choices=[("up", "上へ"), ("down", "下へ")])

    @property
    def is_up(self) -> bool:
        """Tell whether the row moves up."""
        return bool(self.cleaned_data["way"] == "up")


def _in_order(form: OfficeForm, cleaned: dict[str, Any]) -> dict[str, Any]:
    starts_on, due_on = cleaned.get("starts_on"), cleaned.get("due_on")
    if starts_on and due_on and due_on < starts_on:
        form.add_error("due_on", f"期限 {due_on} が、開始 {starts_on} より前です。どちらかの日付を直してください。")
    return cleaned
