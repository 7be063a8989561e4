"""The repayment plan: what is borrowed and repaid on each loan, the interest, the lenders' shares, and proposals.

Amounts are whole yen, years are those of the plan (1 is the first planned one), rates hundredths of a percent a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

# The average of opening and closing balance, and hundredths of a percent: 2 × 10,000.
_HALF_YEARLY_POINTS: Final = 20_000
_THOUSAND: Final = 1_000


@dataclass(frozen=True, slots=True)
class LoanChange:
    """What is borrowed anew and repaid on a loan in one planned year, in yen, none negative."""

    year: int
    borrowed_yen: int = 0
    repaid_yen: int = 0


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan at the end of the base year, with what is planned for it.

    Attributes:
        label: how sentences call it (lender and kind).
        balance_yen: at the end of year 0.
        rate_basis_points: 125 is 1.25 % a year.
        changes: at most one a year; a year without one repays nothing.
    """

    id: int
    lender_id: int
    label: str
    balance_yen: int
    rate_basis_points: int = 0
    is_short_term: bool = False
    changes: tuple[LoanChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RepaymentYear:
    """One year of a loan, of a lender or of all; opening + borrowed − repaid = closing, and closing is never negative.

    Attributes:
        planned_repaid_yen: what was entered; more than `repaid_yen` where more is entered than is owed.
        interest_yen: on the average of opening and closing balance, fractions of a yen dropped.
    """

    year: int
    opening_yen: int
    borrowed_yen: int
    repaid_yen: int
    closing_yen: int
    interest_yen: int
    planned_repaid_yen: int

    @property
    def service_yen(self) -> int:
        """Repayment and interest together (元利返済額)."""
        return self.repaid_yen + self.interest_yen


@dataclass(frozen=True, slots=True)
class Schedule:
    """A loan and its years, in order."""

    loan: Loan
    years: tuple[RepaymentYear, ...]

    def in_year(self, year: int) -> RepaymentYear:
        """Return a year of the schedule.

        Raises:
            KeyError: the schedule does not reach that year.
        """
        return {one.year: one for one in self.years}[year]


@dataclass(frozen=True, slots=True)
class Overpaid:
    """A year in which more was to be repaid than is owed: both values in yen. The schedule repays what is owed."""

    loan: Loan
    year: int
    planned_yen: int
    owed_yen: int

    @property
    def text(self) -> str:
        """The sentence for a page."""
        return (
            f"{self.loan.label}:計画{self.year}年目の返済額 {self.planned_yen:,}円が、"
            f"返済前の残高 {self.owed_yen:,}円を超えています。残高までの返済として計算しています。"
        )


@dataclass(frozen=True, slots=True)
class LenderYears:
    """What a lender is owed, year by year.

    Attributes:
        share: of all balances at the end of year 0 (シェア); 0 where nothing is owed.
    """

    lender_id: int
    balance_yen: int
    share: Fraction
    years: tuple[RepaymentYear, ...]


def schedules(loans: Iterable[Loan], years: Iterable[int]) -> tuple[Schedule, ...]:
    """Return the schedule of every loan from year 1 to the last of `years`; earlier years among them do not matter."""
    last = max(years, default=0)
    return tuple(_schedule(loan, last) for loan in loans)


def overpaid(plans: Iterable[Schedule]) -> tuple[Overpaid, ...]:
    """Return the years in which more was entered as repaid than is owed."""
    return tuple(
        Overpaid(plan.loan, one.year, one.planned_repaid_yen, one.opening_yen + one.borrowed_yen)
        for plan in plans
        for one in plan.years
        if one.planned_repaid_yen > one.repaid_yen
    )


def totals(plans: Sequence[Schedule]) -> tuple[RepaymentYear, ...]:
    """Return the sum of the schedules, year by year."""
    return tuple(_sum(of_year) for of_year in zip(*(plan.years for plan in plans), strict=True))


def by_lender(plans: Sequence[Schedule]) -> tuple[LenderYears, ...]:
    """Return the sums of each lender, the largest balance at the end of year 0 first."""
    owed = shares([plan.loan for plan in plans])
    found = []
    for lender_id, share in owed.items():
        own = [plan for plan in plans if plan.loan.lender_id == lender_id]
        found.append(LenderYears(lender_id, sum(plan.loan.balance_yen for plan in own), share, totals(own)))
    return tuple(sorted(found, key=lambda one: -one.balance_yen))


def shares(loans: Iterable[Loan]) -> dict[int, Fraction]:
    """Return each lender's share of the balances at the end of year 0; they add up to 1 where anything is owed."""
    owed: dict[int, int] = {}
    for loan in loans:
        owed[loan.lender_id] = owed.get(loan.lender_id, 0) + loan.balance_yen
    whole = sum(owed.values())
    return {lender: Fraction(yen, whole) if whole else Fraction(0) for lender, yen in owed.items()}


def interest(opening_yen: int, closing_yen: int, rate_basis_points: int) -> int:
    """Return a year's interest on the average of both balances, fractions of a yen dropped."""
    return (opening_yen + closing_yen) * rate_basis_points // _HALF_YEARLY_POINTS


def interest_by_year(plans: Sequence[Schedule]) -> dict[int, int]:
    """Return the interest of all loans by year, in yen: a proposal for 支払利息."""
    return {one.year: one.interest_yen for one in totals(plans)}


def equal_repayment(loan: Loan, *, years: int, first_year: int = 1) -> tuple[LoanChange, ...]:
    """Propose to repay a loan's balance in `years` equal parts; the last year takes the remainder.

    Raises:
        ValueError: `years` is below 1.
    """
    if years < 1:
        raise ValueError("a loan is repaid over one year at least")
    part = loan.balance_yen // years
    last = loan.balance_yen - part * (years - 1)
    return tuple(LoanChange(first_year + n, repaid_yen=last if n == years - 1 else part) for n in range(years))


def pro_rata(balances: Mapping[int, int], total_yen: int) -> dict[int, int]:
    """Share a repayment among loans by their balances (残高プロラタ), in whole thousands as lenders ask for it.

    Each share is rounded down to a thousand yen, the rest goes to the largest balance, however many yen it has. Nobody
    gets more than is owed: a total above all balances repays them in full, and what the largest is not owed any more
    goes to the next.
    """
    whole = sum(balances.values())
    total = min(max(total_yen, 0), whole)
    found = {key: total * yen // whole // _THOUSAND * _THOUSAND if whole else 0 for key, yen in balances.items()}
    rest = total - sum(found.values())
    for key in sorted(balances, key=lambda one: -balances[one]):
        more = min(rest, balances[key] - found[key])
        found[key] += more
        rest -= more
    return found


def pro_rata_plan(loans: Sequence[Loan], totals_yen: Mapping[int, int]) -> dict[int, tuple[LoanChange, ...]]:
    """Propose the repayments of each loan (by id) from the total of each year, by the balances at its beginning."""
    left = {loan.id: loan.balance_yen for loan in loans}
    found: dict[int, list[LoanChange]] = {loan.id: [] for loan in loans}
    for year in sorted(totals_yen):
        for key, yen in pro_rata(left, totals_yen[year]).items():
            found[key].append(LoanChange(year, repaid_yen=yen))
            left[key] -= yen
    return {key: tuple(changes) for key, changes in found.items()}


def _schedule(loan: Loan, last: int) -> Schedule:
    changes = {one.year: one for one in loan.changes}
    years: list[RepaymentYear] = []
    opening = loan.balance_yen
    for year in range(1, last + 1):
        years.append(_year(opening, changes.get(year, LoanChange(year)), loan.rate_basis_points))
        opening = years[-1].closing_yen
    return Schedule(loan, tuple(years))


def _year(opening: int, change: LoanChange, rate: int) -> RepaymentYear:
    owed = opening + change.borrowed_yen
    repaid = min(change.repaid_yen, owed)
    return RepaymentYear(
        year=change.year,
        opening_yen=opening,
        borrowed_yen=change.borrowed_yen,
        repaid_yen=repaid,
        closing_yen=owed - repaid,
        interest_yen=interest(opening, owed - repaid, rate),
        planned_repaid_yen=change.repaid_yen,
    )


def _sum(rows: Sequence[RepaymentYear]) -> RepaymentYear:
    return RepaymentYear(
        year=rows[0].year,
        opening_yen=sum(one.opening_yen for one in rows),
        borrowed_yen=sum(one.borrowed_yen for one in rows),
        repaid_yen=sum(one.repaid_yen for one in rows),
        closing_yen=sum(one.closing_yen for one in rows),
        interest_yen=sum(one.interest_yen for one in rows),
        planned_repaid_yen=sum(one.planned_repaid_yen for one in rows),
    )
