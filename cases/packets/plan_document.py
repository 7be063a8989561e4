"""What the papers of a plan print: frozen, so that a version can be printed again as it was. All amounts are yen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import PlanState

NOT_FINAL: Final = frozenset({PlanState.DRAFT, PlanState.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Party:
    """The enterprise or the agency; "" and None where nothing is recorded."""

    name: str
    representative: str
    address: str
    phone: str
    business: str = ""
    industry: str = ""
    employees: int | None = None
    capital_yen: int | None = None
    founded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the plan with its heading."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """A year as the head of a column; 0 is the base year."""

    year: int
    ends_on: date

    @property
    def period(self) -> str:
        """The first line: 2026年3月期."""
        return f"{self.ends_on.year}年{self.ends_on.month}月期"

    @property
    def kind(self) -> str:
        """The second line."""
        return f"計画{self.year}年目" if self.year > 0 else "実績(基準)" if self.year == 0 else "実績"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement; `kind` is account, section or result, amounts stand in the order of the columns."""

    id: str
    label: str
    kind: str
    amounts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A party of the picture of the business; its share of its kind in tenths of a percent."""

    key: str
    kind: str
    kind_label: str
    name: str
    amount_yen: int | None
    tenths: int | None
    comment: str

    @property
    def share(self) -> str:
        """The share as 45.2%; "" where there is no amount."""
        return "" if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}%"


@dataclass(frozen=True, slots=True)
class FlowLine:
    """What goes from one party to another, by their keys."""

    source: str
    target: str
    kind: str
    label: str
    amount_yen: int | None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure; `profit` is what it changes in the ordinary profit of each planned year."""

    title: str
    detail: str
    owner: str
    starts_on: date
    due_on: date
    kpi: str
    profit: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IssueBlock:
    """An issue with its measures."""

    title: str
    situation: str
    direction: str
    measures: tuple[MeasureLine, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """An assumption: the account, its ground, and its yen in each planned year."""

    account: str
    ground: str
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LoanYear:
    """A planned year of a loan or of a sum of loans."""

    year: int
    opening_yen: int
    borrowed_yen: int
    repaid_yen: int
    closing_yen: int
    interest_yen: int

    @property
    def service_yen(self) -> int:
        """Repayment and interest."""
        return self.repaid_yen + self.interest_yen


@dataclass(frozen=True, slots=True)
class LoanLine:
    """A loan; the rate in hundredths of a percent, the balance at the end of the base year."""

    lender_id: int
    lender: str
    name: str
    rate: int
    is_guaranteed: bool
    is_short_term: bool
    collateral: str
    balance_yen: int
    years: tuple[LoanYear, ...]

    @property
    def borrows(self) -> bool:
        """Tell whether anything is borrowed anew on it."""
        return any(one.borrowed_yen for one in self.years)

    @property
    def rate_text(self) -> str:
        """The rate as 1.25%."""
        return f"{self.rate // 100}.{self.rate % 100:02d}%"


@dataclass(frozen=True, slots=True)
class LenderSum:
    """The loans of one lender together; `share` is of all balances at the end of the base year: 45.2%."""

    lender_id: int
    name: str
    share: str
    balance_yen: int
    years: tuple[LoanYear, ...]


@dataclass(frozen=True, slots=True)
class CashRow:
    """A line of the cash table, an amount for each month."""

    id: str
    label: str
    kind: str
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cash:
    """The cash table; `months` are first days, `actual` says of each whether it is what happened."""

    months: tuple[date, ...]
    actual: tuple[bool, ...]
    rows: tuple[CashRow, ...]
    findings: str
    lowest: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An indicator as shown, with its definition; one value, or one for each of some years."""

    label: str
    note: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvenYear:
    """A year of which the break-even is drawn; costs of goods and administration, split."""

    year: int
    sales_yen: int
    variable_yen: int
    fixed_yen: int


@dataclass(frozen=True, slots=True)
class RealRow:
    """An account of the real balance sheet of the base year."""

    label: str
    book_yen: int
    adjustment_yen: int
    real_yen: int


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An adjustment with its reason."""

    account: str
    yen: int
    reason: str


@dataclass(frozen=True, slots=True)
class NetYear:
    """The net assets at the end of a year, by the books and in reality."""

    year: int
    book_yen: int
    real_yen: int


@dataclass(frozen=True, slots=True)
class Real:
    """The real balance sheet (実態貸借対照表) of the base year, and the net assets of the planned ones."""

    rows: tuple[RealRow, ...]
    adjustments: tuple[Adjusted, ...]
    net: tuple[NetYear, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What was agreed on the follow-up; "" and None where nothing was."""

    frequency: str
    starts_on: date | None
    months: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDocument:
    """A version of a plan, whole.

    Attributes:
        title: what the scheme calls the plan; `programme` is the scheme.
        sources: by planned year, what is there for repayment and interest; empty without planned figures.
        real: None where the scheme asks for none and nothing was adjusted.
        mark_reasons: why some of the marks cannot be reckoned.
        even: of the base year and the last planned one; papers frozen earlier have none.
    """

    case_number: str
    programme: str
    title: str
    council: str
    number: int
    state: str
    approved_on: date | None
    base_ends_on: date
    years: int
    enterprise: Party
    agency: Party
    consultant: str
    texts: tuple[Text, ...]
    heads: tuple[Head, ...]
    key: tuple[Line, ...]
    profit: tuple[Line, ...]
    balance: tuple[Line, ...]
    cash_flow: tuple[Line, ...]
    nodes: tuple[Node, ...]
    flows: tuple[FlowLine, ...]
    issues: tuple[IssueBlock, ...]
    grounds: tuple[Ground, ...]
    loans: tuple[LoanLine, ...]
    lenders: tuple[LenderSum, ...]
    loan_totals: tuple[LoanYear, ...]
    sources: tuple[int, ...]
    cash: Cash | None
    marks: tuple[Mark, ...]
    results: tuple[Mark, ...]
    real: Real | None
    follow_up: FollowUp
    mark_reasons: tuple[str, ...] = ()
    even: tuple[EvenYear, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Tell whether nobody has approved it yet."""
        return self.state in NOT_FINAL

    @property
    def is_replaced(self) -> bool:
        """Tell whether a newer version holds."""
        return self.state == PlanState.REPLACED

    @property
    def edition(self) -> str:
        """The version in words: 第2版(案)."""
        suffix = "(案)" if self.is_draft else "(旧版)" if self.is_replaced else ""
        return f"第{self.number}版{suffix}"

    @property
    def planned(self) -> tuple[Head, ...]:
        """The planned years."""
        return tuple(one for one in self.heads if one.year > 0)

    @property
    def ends_on(self) -> date:
        """The last day of the plan."""
        return self.heads[-1].ends_on

    @property
    def owed_yen(self) -> int:
        """All balances at the end of the base year."""
        return sum(one.balance_yen for one in self.loans)
