"""The forms of the history; their values live in the address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from cases.selectors.history import GROUPS, HistoryFilter
from vapup.accounts.models import Member
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import OfficeForm

ALL = ("", "すべて")


class HistoryForm(OfficeForm):
    """Which part of the history to show."""

    group = forms.ChoiceField(
        label="項目", required=False, choices=[ALL, *((code, group.label) for code, group in GROUPS.items())]
    )
    person = forms.TypedChoiceField(label="操作した人", required=False, coerce=int, empty_value=None)
    since = JapaneseDateField(label="この日から", required=False, help_text="")
    until = JapaneseDateField(label="この日まで", required=False, help_text="")

    def __init__(self, *args: Any, people: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_choices("person", [ALL, *((str(one.pk), str(one)) for one in people)])

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since is not None and until is not None and until < since:
            self.add_error("until", f"「この日まで」の {until} は「この日から」の {since} より前です。")
        return cleaned

    def wanted(self) -> HistoryFilter:
        """Return the filter; a field that cannot be read filters nothing and shows its error."""
        chosen = self.cleaned_data
        return HistoryFilter(
            group=chosen.get("group", ""),
            actor_id=chosen.get("person"),
            since=chosen.get("since"),
            until=chosen.get("until"),
        )


class AsOfForm(OfficeForm):
    """The day whose end is looked back at."""

    day = JapaneseDateField(label="いつの時点", help_text="その日の終わりの内容を表示します。例: 2026-05-10、R8.5.10")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(f"{day} は今日 {self.today} より後です。今日までの日付を入力してください。")
        return day
