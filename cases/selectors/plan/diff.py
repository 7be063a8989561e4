"""What differs between two versions of a plan, part by part in the order of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.models import Plan
from cases.rules.accounts import accounts
from cases.selectors.plan.diff_rows import (
    Rows,
    action_rows,
    assumption_rows,
    base_rows,
    cash_amounts,
    cash_rows,
    follow_up_rows,
    loan_rows,
    map_rows,
    real_rows,
    text_rows,
)
from cases.selectors.plan.figures import Figures, Sheet, sheet_of
from cases.selectors.plan.grid import YearHead, heads_of, key_rows

Amounts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A text or a row that the versions word differently; "" where a version has none."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AmountDifference:
    """An amount that differs, in yen; None where a version has none."""

    label: str
    old_yen: int | None
    new_yen: int | None

    @property
    def change_yen(self) -> int:
        """Return the new amount less the old one."""
        return (self.new_yen or 0) - (self.old_yen or 0)


@dataclass(frozen=True, slots=True)
class PartDifferences:
    """What differs in one part; `id` is that of its place on the page."""

    id: str
    title: str
    texts: Sequence[TextDifference] = ()
    amounts: Sequence[AmountDifference] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """The parts in which two versions differ; years are told apart by the day on which they end."""

    parts: Sequence[PartDifferences]

    @property
    def is_empty(self) -> bool:
        """Tell whether the versions say the same; the order of rows does not count."""
        return not self.parts


def differences_between(old: Plan, new: Plan) -> Differences:
    """Compare every part of two versions of the plan of a case."""
    before, after = sheet_of(old), sheet_of(new)
    found = (
        PartDifferences("key", "主な数値", amounts=_amounts(_key_figures(before), _key_figures(after))),
        _worded("base", "基準年度と計画年数", base_rows(old), base_rows(new)),
        _worded("texts", "概況と方針", text_rows(old), text_rows(new)),
        _worded("map", "俯瞰図", map_rows(old), map_rows(new)),
        _worded("actions", "課題と施策", action_rows(old), action_rows(new)),
        _worded("assumptions", "前提", assumption_rows(old), assumption_rows(new)),
        PartDifferences(
            "figures", "損益計画と貸借対照表に入力した金額", amounts=_amounts(_figures(before), _figures(after))
        ),
        _worded("loans", "返済計画", loan_rows(old), loan_rows(new)),
        PartDifferences(
            "cash",
            "資金繰表",
            _compared(cash_rows(old), cash_rows(new)),
            _amounts(cash_amounts(old), cash_amounts(new)),
        ),
        _worded("real", "実態BS", real_rows(old), real_rows(new)),
        _worded("follow-up", "モニタリング計画", follow_up_rows(old), follow_up_rows(new)),
    )
    return Differences([one for one in found if one.texts or one.amounts])


def _worded(name: str, title: str, old: Rows, new: Rows) -> PartDifferences:
    return PartDifferences(name, title, _compared(old, new))


def _compared(old: Rows, new: Rows) -> list[TextDifference]:
    return [
        TextDifference(name, old.get(name, ""), new.get(name, ""))
        for name in {**old, **new}
        if old.get(name, "") != new.get(name, "")
    ]


def _key_figures(sheet: Sheet) -> Amounts:
    heads = heads_of(sheet.plan)
    return {
        f"{row.label} {head.period}": yen
        for row in key_rows(sheet)
        for head, yen in zip(heads, row.amounts, strict=True)
        if head.year >= 0
    }


def _figures(sheet: Sheet) -> Amounts:
    """Return what was entered, by account and year end, in the order of the statements."""
    heads: Mapping[int, YearHead] = {head.year: head for head in heads_of(sheet.plan)}
    stored: Figures = sheet.stored
    return {
        f"{one.label} {heads[year].period}": stored[one.id, year]
        for one in accounts().values()
        for year in heads
        if (one.id, year) in stored
    }


def _amounts(old: Amounts, new: Amounts) -> list[AmountDifference]:
    return [
        AmountDifference(name, old.get(name), new.get(name))
        for name in {**old, **new}
        if (old.get(name) or 0) != (new.get(name) or 0)
    ]
