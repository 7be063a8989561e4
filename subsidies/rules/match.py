"""The four-way match (四点突合): what the differences between estimate, hours, invoices and transfers consist of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Final

from subsidies.rules.worked import LineAmounts, amounts_of
from vapup.shared.durations import length_of
from vapup.shared.money import format_yen


class Cause(StrEnum):
    """Why two amounts differ, as a reader calls it."""

    TIME = "時間の増減"
    OVER_QUOTE = "見積を超える時間"
    OVER_FILED = "見積超過で支払われない分"
    ROUNDING = "端数"
    TAX = "消費税"
    EXCLUDED = "対象外の時間"
    UNAPPROVED = "未承認の時間"
    CHANGED = "取り込んだ後の変更"
    HELD = "留保分"
    OWN = "自己負担分"
    WITHHELD = "源泉所得税"
    UNPROVEN = "源泉所得税(請求書の写しなし)"
    NET = "源泉を差し引いた請求"
    FEE = "振込手数料"
    UNKNOWN = "説明できない差"


class Verdict(StrEnum):
    """What a comparison says."""

    AGREES = "一致"
    EXPLAINED = "説明あり"
    BROKEN = "不一致"
    OPEN = "未入力"

    @property
    def tone(self) -> str:
        """Return the colour of its chip."""
        return TONES[self]


TONES: Final[Mapping[Verdict, str]] = MappingProxyType(
    {Verdict.AGREES: "success", Verdict.EXPLAINED: "info", Verdict.BROKEN: "error", Verdict.OPEN: "neutral"}
)
# Such a difference is as it should be; any other has to be put right.
FINE: Final = frozenset({Cause.TIME, Cause.WITHHELD, Cause.OVER_FILED})
MOST_CAUSES: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a difference in whole yen, below 0 where it makes the second amount the smaller one."""

    cause: Cause
    yen: int
    words: str

    def __str__(self) -> str:
        sign = "+" if self.yen > 0 else "△" if self.yen < 0 else ""
        return f"{self.cause} {sign}{format_yen(abs(self.yen))}円({self.words})"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two compared amounts: what it is, in whole yen, and the address where it is put right."""

    label: str
    yen: int | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Two amounts that should agree, and the parts of their difference, which add up to it."""

    left: Side
    right: Side
    parts: tuple[Part, ...]

    @property
    def gap_yen(self) -> int | None:
        """Return the second amount less the first; None while either is missing."""
        if self.left.yen is None or self.right.yen is None:
            return None
        return self.right.yen - self.left.yen

    @property
    def verdict(self) -> Verdict:
        """Return what the comparison says."""
        if self.gap_yen is None:
            return Verdict.OPEN
        if self.gap_yen == 0:
            return Verdict.AGREES
        return Verdict.EXPLAINED if all(one.cause in FINE for one in self.parts) else Verdict.BROKEN


def link(left: Side, right: Side, causes: Sequence[Part] = (), *, rounding_yen: int = 0) -> Link:
    """Compare two amounts; `causes` are what might explain a difference, as in `explain`."""
    if left.yen is None or right.yen is None:
        return Link(left, right, ())
    return Link(left, right, explain(right.yen - left.yen, causes, rounding_yen=rounding_yen))


def explain(gap_yen: int, causes: Sequence[Part], *, rounding_yen: int = 0) -> tuple[Part, ...]:
    """Return the fewest causes that add up to a difference, or what stays unexplained.

    Args:
        causes: each with the difference that it would make; those of 0 yen explain nothing.
        rounding_yen: up to how many yen may be left over as fractions that were dropped in another place.
    """
    if gap_yen == 0:
        return ()
    for tolerance_yen in sorted({0, rounding_yen}):
        for chosen in _subsets([one for one in causes if one.yen]):
            rest_yen = gap_yen - sum(one.yen for one in chosen)
            if abs(rest_yen) <= tolerance_yen:
                rest = Part(Cause.ROUNDING, rest_yen, "1円未満の切捨てを、どの段階でしたかの違い")
                return (*chosen, rest) if rest_yen else chosen
    return (Part(Cause.UNKNOWN, gap_yen, "元の書類と記録を確かめてください"),)


def _subsets(causes: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    for count in range(min(MOST_CAUSES, len(causes)) + 1):
        yield from combinations(causes, count)


@dataclass(frozen=True, slots=True)
class Quote:
    """What the estimate says of a piece of work: yen an hour without tax, minutes, and its amounts in whole yen."""

    hourly_rate_yen: int
    minutes: int
    tax_percent: int
    gross_yen: int

    def amounts(self, minutes: int) -> LineAmounts:
        """Return what another time would be worth at the quoted rate."""
        return amounts_of(self.hourly_rate_yen, minutes, self.tax_percent)


def quoted_and_worked(quote: Quote, minutes: int) -> tuple[Part, ...]:
    """Return the parts of the worked amount less the quoted one; they add up exactly."""
    planned_yen, worked_yen = quote.amounts(quote.minutes).gross_yen, quote.amounts(minutes).gross_yen
    found = []
    if minutes != quote.minutes:
        cause = Cause.OVER_QUOTE if minutes > quote.minutes else Cause.TIME
        found.append(Part(cause, worked_yen - planned_yen, _time_words(quote, minutes)))
    if planned_yen != quote.gross_yen:
        words = "見積の額が、単価 × 時間(1円未満切捨て)の計算と異なります"
        found.append(Part(Cause.ROUNDING, planned_yen - quote.gross_yen, words))
    return tuple(found)


def _time_words(quote: Quote, minutes: int) -> str:
    words = f"予定 {length_of(quote.minutes)} に対して計上 {length_of(minutes)}"
    if minutes > quote.minutes:
        words += "。利用申請の額を超える費用は支払われません"
    return words
