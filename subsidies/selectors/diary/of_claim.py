"""The hours behind a claim: by category and by agency, and those of the case that no work was chosen for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from subsidies.enums import CostCategory
from subsidies.models import Application
from subsidies.selectors.claiming.claims import claimed_categories
from subsidies.selectors.diary.worked import Worked, worked_of_case


@dataclass(frozen=True)
class CategoryHours:
    """The pieces of work of one category of a claim, each with its hours; amounts in whole yen with tax."""

    category: CostCategory
    works: tuple[Worked, ...]

    @property
    def is_kept(self) -> bool:
        """Tell whether anything was logged for it at all; a category without entries is kept on paper."""
        return any(one.entries for one in self.works)

    @property
    def gross_yen(self) -> int:
        """Return what the counted hours are worth: the sum of the amounts of each piece of work."""
        return sum(one.gross_yen for one in self.works)

    @property
    def first_on(self) -> date | None:
        """Return the first day that counts."""
        return min((one.first_on for one in self.works if one.first_on), default=None)

    @property
    def last_on(self) -> date | None:
        """Return the last day that counts."""
        return max((one.last_on for one in self.works if one.last_on), default=None)


@dataclass(frozen=True)
class ClaimHours:
    """All hours of a claim; `loose` are those of the case without a work, None where there are none."""

    categories: tuple[CategoryHours, ...]
    loose: Worked | None

    @cached_property
    def works(self) -> tuple[Worked, ...]:
        """Return every piece of work of the claim."""
        return tuple(work for one in self.categories for work in one.works)

    @property
    def is_kept(self) -> bool:
        """Tell whether hours were logged for any category."""
        return any(one.is_kept for one in self.categories)

    @property
    def is_whole(self) -> bool:
        """Tell whether hours were logged for every category that the estimate has work for."""
        return self.is_kept and all(one.is_kept for one in self.categories if one.works)

    def of(self, category: str) -> CategoryHours | None:
        """Return the hours of one category, if the claim covers it."""
        return next((one for one in self.categories if one.category == category), None)

    def agency_yen(self, co_agency_id: int | None) -> int:
        """Return what the counted hours of one agency are worth; None stands for the lead agency."""
        return sum(one.gross_yen for one in self.works if one.line and one.line.co_agency_id == co_agency_id)

    @property
    def has_agencies(self) -> bool:
        """Tell whether the estimate gives work to another agency than the lead one."""
        return any(one.line and one.line.co_agency_id for one in self.works)


def hours_of(application: Application, case_works: Sequence[Worked] | None = None) -> ClaimHours:
    """Return the hours of a claim as the rows stand; `case_works` are those of the whole case where already read."""
    known = worked_of_case(application.case) if case_works is None else case_works
    its = [one for one in known if one.line is not None and one.line.period_id == application.period_id]
    categories = tuple(
        CategoryHours(category, tuple(one for one in its if one.line and one.line.category == category))
        for category in claimed_categories(application)
    )
    return ClaimHours(categories, next((one for one in known if one.line is None), None))
