"""The forms of an enterprise's figures: which month, and the amounts of one month."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cases.selectors.figures import accounts_by_section
from vapup.shared.numbers import half_width
from vapup.ui.fields import LARGEST_YEN, YenField
from vapup.ui.forms import OfficeForm
from vapup.ui.text import TextField, shorten

FIRST_YEAR: Final = 1990


class WhichMonthForm(OfficeForm):
    """A month to look into; it has begun already."""

    month = TextField(
        label="年月", max_length=20, help_text="例: 2026-04", widget=forms.TextInput({"class": "input--8"})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["month"].widget.attrs["class"] = "input--8"

    def clean_month(self) -> date:
        """Return the first day of the month."""
        text = self.cleaned_data["month"]
        parts = half_width(text).replace("/", "-").replace("年", "-").removesuffix("月").split("-")
        if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            raise ValidationError(f"「{shorten(text)}」は年月として読めません。2026-04 のように入力してください。")
        year, month = map(int, parts)
        if not (year >= FIRST_YEAR and 1 <= month <= 12 and date(year, month, 1) <= self.today):
            raise ValidationError(f"「{shorten(text)}」の実績は入力できません。始まっている月を入力してください。")
        return date(year, month, 1)


class MonthForm(OfficeForm):
    """The amounts of one month, a field for each account; it carries what was stored when it was opened."""

    seen_before = forms.CharField(widget=forms.HiddenInput, max_length=20_000, label="開いたときの内容")

    def __init__(self, *args: Any, stored: Mapping[str, int], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"seen_before": json.dumps(dict(stored), sort_keys=True), **stored})
        super().__init__(*args, **kwargs)
        for _, members in accounts_by_section():
            for account in members:
                self.fields[account.id] = YenField(label=account.label, required=False, min_yen=-LARGEST_YEN)

    def clean_seen_before(self) -> Mapping[str, int]:
        """Return what was stored when the form was opened."""
        try:
            found = json.loads(self.cleaned_data["seen_before"])
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(yen, int) for yen in found.values()):
            raise ValidationError("画面の情報が壊れています。開き直して入力してください。")
        return found

    def seen(self) -> Mapping[str, int]:
        """Return what the person saw, by account."""
        seen: Mapping[str, int] = self.cleaned_data["seen_before"]
        return seen

    def yen(self) -> Mapping[str, int]:
        """Return the amounts by account, in yen; a typed 0 is one, an empty control is none."""
        return {name: yen for name, yen in self.cleaned_data.items() if name != "seen_before" and yen is not None}

    def reopened(self, stored: Mapping[str, int]) -> Self:
        """Return the same input on top of what is stored now, so that saving again knowingly replaces it."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen_before"] = json.dumps(dict(stored), sort_keys=True)
        again = type(self)(data, stored=stored)
        again.is_valid()
        return again

    def sections(self) -> list[tuple[str, list[Any]]]:
        """Return the fields of the accounts by section."""
        return [(section.label, [self[one.id] for one in members]) for section, members in accounts_by_section()]
