"""What a visitor asks of the calendar; all of it lives in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.http import QueryDict

from cases.enums import SchemeFrame
from cases.selectors.cases import members_by_name
from monitoring.enums import DeadlineKind, DeadlineState
from vapup.shared.dates import ONE_DAY
from vapup.ui.forms import OfficeForm
from vapup.ui.widgets import PlainSelect

ALL: Final = ("", "すべて")
CLAIMS: Final = "claims"
STATES: Final = (DeadlineState.OPEN, DeadlineState.MET, DeadlineState.PASSED, DeadlineState.LAPSED)
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})(?:-[0-9]{2})?")
_YEARS: Final = range(2000, 2200)


class View(StrEnum):
    """How the calendar is shown; the value stands in the address."""

    LIST = "list"
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def label(self) -> str:
        """Return the name of the view's tab."""
        return LABELS[self]

    @property
    def months(self) -> int:
        """Return how many months the view covers."""
        return MONTHS[self]


LABELS: Final[Mapping[View, str]] = MappingProxyType({View.LIST: "一覧", View.MONTH: "月", View.QUARTER: "四半期"})
MONTHS: Final[Mapping[View, int]] = MappingProxyType({View.LIST: 12, View.MONTH: 1, View.QUARTER: 3})


def month_after(first: date, months: int) -> date:
    """Return the first day of the month that comes `months` after that of `first`; before it, for less than 0."""
    years, index = divmod(first.month - 1 + months, 12)
    return date(first.year + years, index + 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The months that are shown: from the first day of one to the last day of another, both inclusive."""

    view: View
    first: date

    @property
    def last(self) -> date:
        """Return the last day that is shown."""
        return month_after(self.first, self.view.months) - ONE_DAY

    @property
    def months(self) -> list[date]:
        """Return the first day of each month that is shown."""
        return [month_after(self.first, number) for number in range(self.view.months)]

    @property
    def days(self) -> int:
        """Return how many days are shown."""
        return (self.last - self.first).days + 1

    def shifted(self, by: int) -> Span:
        """Return the span that comes `by` spans later, or earlier for less than 0."""
        return Span(self.view, month_after(self.first, by * self.view.months))

    @property
    def title(self) -> str:
        """Return the months in words."""
        first, last = self.first, self.last
        if self.view is View.MONTH:
            return f"{first.year}年{first.month}月"
        end = f"{last.month}月" if last.year == first.year else f"{last.year}年{last.month}月"
        return f"{first.year}年{first.month}月〜{end}"


def span_of(data: QueryDict, *, today: date) -> Span:
    """Return the months that an address names; what it does not name, or not readably, is today's month as a list."""
    name = data.get("view", "")
    view = View(name) if name in set(View) else View.LIST
    named = _MONTH.fullmatch(data.get("from", ""))
    if named and int(named[1]) in _YEARS and 1 <= int(named[2]) <= 12:
        return Span(view, date(int(named[1]), int(named[2]), 1))
    return Span(view, today.replace(day=1))


class CalendarFilter(OfficeForm):
    """Which deadlines to show; a field that cannot be read filters nothing and shows its error."""

    consultant = forms.TypedChoiceField(
        label="担当者", required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    frame = forms.ChoiceField(label="制度・枠", required=False, choices=[ALL, *SchemeFrame.choices], widget=PlainSelect)
    kind = forms.ChoiceField(
        label="期限の種類",
        required=False,
        choices=[ALL, (CLAIMS, "支払申請すべて"), *DeadlineKind.choices],
        widget=PlainSelect,
    )
    state = forms.ChoiceField(
        label="状態", required=False, choices=[ALL, *((one.value, one.label) for one in STATES)], widget=PlainSelect
    )

    def __init__(self, data: QueryDict, *, agency_id: int) -> None:
        super().__init__(data)
        colleagues = members_by_name(agency_id)
        self.offer_choices("consultant", [ALL, *((str(one.pk), str(one)) for one in colleagues)])

    def wanted(self) -> dict[str, Any]:
        """Return the filters in force, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self) -> list[str]:
        """Return the filters in force as people read them."""
        chosen = self.wanted()
        found = []
        for name, value in chosen.items():
            labels = {str(code): label for code, label in self.fields[name].widget.choices}
            found.append(f"{self.fields[name].label}: {labels.get(str(value), value)}")
        return found
