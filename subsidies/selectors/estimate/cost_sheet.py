"""The cost sheet as a page shows it: lines by category and monitoring period, with their sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from cases.models import Case
from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models import Application, CostLine
from subsidies.selectors import categories_of, cost_lines_of, is_monitoring, periods_of


@dataclass(frozen=True)
class Sums:
    """The sums of some lines: minutes, and whole yen."""

    lines: tuple[CostLine, ...]

    @cached_property
    def minutes(self) -> int:
        """Return the planned time."""
        return sum(line.minutes for line in self.lines)

    @cached_property
    def net_yen(self) -> int:
        """Return the amount without consumption tax."""
        return sum(line.net_yen for line in self.lines)

    @cached_property
    def tax_yen(self) -> int:
        """Return the consumption tax."""
        return sum(line.tax_yen for line in self.lines)

    @cached_property
    def gross_yen(self) -> int:
        """Return the amount with consumption tax, which is what the subsidy counts."""
        return sum(line.gross_yen for line in self.lines)


@dataclass(frozen=True)
class Group(Sums):
    """The lines of one category, or of one period of it; `choice` is its value in the form of a line."""

    title: str
    choice: str
    period: MonitoringPeriod | None
    warning: str
    is_offered: bool


@dataclass(frozen=True)
class CostSheet(Sums):
    """The whole sheet."""

    groups: tuple[Group, ...]
    periods: tuple[tuple[int, MonitoringPeriod], ...]
    version: int
    has_monitoring: bool


def choice_of(category: CostCategory, period_id: int | None) -> str:
    """Return the value that stands for a category and its period in the form of a line: monitoring:12."""
    return f"{category.value}:{period_id}" if period_id else category.value


def read_choice(choice: str) -> tuple[CostCategory, int | None]:
    """Return what a value of `choice_of` stands for."""
    category, _, period_id = choice.partition(":")
    return CostCategory(category), int(period_id) if period_id else None


def title_of(category: CostCategory, number: int | None, period: MonitoringPeriod | None) -> str:
    """Return how a group of lines is called: 伴走支援費用 第1回(2026-04-01〜2026-09-30)."""
    return f"{category.label} 第{number}回({period})" if period else category.label


def cost_sheet_of(case: Case) -> CostSheet:
    """Return the sheet of a case; categories of its frame are there even while empty."""
    lines, periods = cost_lines_of(case), tuple(enumerate(periods_of(case), 1))
    offered = categories_of(case)
    used = {line.category for line in lines}
    shown = [category for category in CostCategory if category in offered or category in used]
    groups = [
        group
        for category in shown
        for group in _groups(category, [one for one in lines if one.category == category], periods, category in offered)
    ]
    return CostSheet(lines, tuple(groups), periods, sheet_version(case), any(map(is_monitoring, offered)))


def sheet_version(case: Case) -> int:
    """Return the version of the sheet that a form must carry; a sheet that nobody wrote to has the first."""
    return application_of(case).version


def application_of(case: Case) -> Application:
    """Return the usage application of a case, unsaved where nothing has been written yet."""
    stored = Application.objects.for_agency(case.agency_id).usage().filter(case=case)
    found = stored.select_related("requested_by__user", "decided_by__user").first()
    application = found or Application(agency_id=case.agency_id, case=case)
    application.case = case
    return application


def _groups(
    category: CostCategory,
    lines: Sequence[CostLine],
    periods: Iterable[tuple[int, MonitoringPeriod]],
    is_offered: bool,  # noqa: FBT001 - a fact about the category
) -> list[Group]:
    own = [(number, period) for number, period in periods if period.kind == category.value]
    groups = [
        Group(
            tuple(line for line in lines if line.period_id == period.pk),
            title_of(category, number, period),
            choice_of(category, period.pk),
            period,
            "",
            is_offered,
        )
        for number, period in own
    ]
    loose = tuple(line for line in lines if line.period_id is None)
    if loose or not own:
        title = f"{category.label}(回が未定)" if is_monitoring(category) else category.label
        warning = _warning(has_loose=bool(loose and own), is_offered=is_offered)
        groups.insert(0, Group(loose, title, choice_of(category, None), None, warning, is_offered and not own))
    return groups


def _warning(*, has_loose: bool, is_offered: bool) -> str:
    if not is_offered:
        return "この費用区分は、案件の枠にありません。補助の対象にならないため、区分を変えるか削除してください。"
    if has_loose:
        return "回が選ばれていない明細です。「編集」で回を選ぶと、この区分の支払予定が表示されます。"
    return ""
