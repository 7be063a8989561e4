"""What a visitor asks of the reports; all of it lives in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import Min, QuerySet
from django.http import QueryDict

from cases.enums import SchemeFrame
from cases.models import Case
from cases.selectors.cases import members_by_name
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.shared.dates import ONE_DAY, fiscal_year, format_wareki
from vapup.ui.forms import OfficeForm
from vapup.ui.widgets import PlainSelect

ALL: Final = ("", "すべて")
APRIL: Final = 4
# So far back the choice of years reaches, whatever old days somebody has typed.
MOST_YEARS: Final = 20


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year (年度), from 1 April to 31 March."""

    year: int

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, APRIL, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        return date(self.year + 1, APRIL, 1) - ONE_DAY

    @property
    def days(self) -> tuple[date, date]:
        """Return its first and last day, both inclusive."""
        return self.first, self.last

    @property
    def label(self) -> str:
        """Return its name with the year of the era: 2026年度(令和8年度)."""
        era_year, _, _ = format_wareki(self.first).partition("年")
        return f"{self.year}年度({era_year}年度)"

    def has(self, day: date | None) -> bool:
        """Tell whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases a report counts, and over which fiscal year."""

    agency_id: int
    year: FiscalYear
    frame: str = ""
    consultant_id: int | None = None

    def cases(self) -> QuerySet[Case]:
        """Return the cases of the office, of one person or frame where asked for."""
        cases = Case.objects.for_agency(self.agency_id)
        if self.frame:
            cases = cases.filter(frame=self.frame)
        return cases.filter(consultant_id=self.consultant_id) if self.consultant_id else cases


class ReportFilter(OfficeForm):
    """Which year and cases to report on; a field that cannot be read filters nothing and shows its error.

    Managers and admins see the office and may pick a person; a consultant sees the cases in their own charge.
    """

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None, widget=PlainSelect)
    frame = forms.ChoiceField(label="制度・枠", required=False, choices=[ALL, *SchemeFrame.choices], widget=PlainSelect)
    consultant = forms.TypedChoiceField(
        label="担当者", required=False, coerce=int, empty_value=None, widget=PlainSelect
    )

    def __init__(self, data: QueryDict, *, member: Member, today: date) -> None:
        self._member, self._this_year = member, fiscal_year(today)
        super().__init__(data, initial={"year": self._this_year})
        years = [FiscalYear(year) for year in range(self._this_year, self._oldest() - 1, -1)]
        self.offer_choices("year", [(str(one.year), one.label) for one in years])
        if not data.get("year"):
            self.data = data.copy()
            self.data["year"] = str(self._this_year)
        if self.sees_all:
            colleagues = members_by_name(member.agency_id)
            self.offer_choices("consultant", [ALL, *((str(one.pk), str(one)) for one in colleagues)])
        else:
            del self.fields["consultant"]

    @property
    def sees_all(self) -> bool:
        """Tell whether the reader may see more than the cases in their own charge."""
        return self._member.has_role(Role.MANAGER, Role.ADMIN)

    def scope(self) -> Scope:
        """Return what is asked for."""
        self.is_valid()
        said: dict[str, Any] = self.cleaned_data
        own = said.get("consultant") if self.sees_all else self._member.pk
        year = FiscalYear(said.get("year") or self._this_year)
        return Scope(self._member.agency_id, year, said.get("frame", ""), own)

    def in_words(self) -> list[str]:
        """Return the conditions in force as people read them."""
        scope = self.scope()
        words = [scope.year.label]
        if scope.frame:
            words.append(SchemeFrame(scope.frame).label)
        if not self.sees_all:
            words.append(f"担当者: {self._member}(自分の担当)")
        elif scope.consultant_id:
            labels = {str(code): label for code, label in self.fields["consultant"].widget.choices}
            words.append(f"担当者: {labels[str(scope.consultant_id)]}")
        return words

    def _oldest(self) -> int:
        first = Case.objects.for_agency(self._member.agency_id).aggregate(first=Min("consulted_on"))["first"]
        oldest = fiscal_year(first) if first else self._this_year
        return max(min(oldest, self._this_year), self._this_year - MOST_YEARS + 1)
