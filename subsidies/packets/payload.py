"""What the forms of an application print, frozen: nothing else may reach a template.

Every amount is whole yen with consumption tax unless its name says `net`; shares are tenths of a percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from subsidies.packets.calculation import Calculation
from subsidies.packets.plan import PlanSheets
from subsidies.packets.sheets import NO_SHEETS, Rate, Sheets
from vapup.documents.payload import content_hash, from_json, to_json


def percent(permille: int | None) -> str:
    """Return tenths of a percent as a form shows them: 62.5%, or nothing of nothing."""
    return "" if permille is None else f"{permille // 10}.{permille % 10}%"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the packet and the edition of it that the key date picked.

    Attributes:
        code: the row of the list of documents.
        layout: the edition whose layout is used; an edition that changed nothing uses an older one.
        key: names the paper in the list, which may ask for one of every agency.
        agency: whose sheet it is, counted from 0: the lead agency, then the others.
    """

    code: str
    edition: str
    number: str
    title: str
    source: str
    layout: str = ""
    edition_label: str = ""
    key: str = ""
    agency: int = 0

    @property
    def template(self) -> str:
        """Return the template that lays the form out."""
        return f"documents/{self.code}/{self.layout or self.edition}.html"

    @property
    def label(self) -> str:
        """Return the title behind the official number."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Applicant:
    """The enterprise, its names as they were typed."""

    name: str
    name_kana: str
    legal_form: str
    corporate_number: str
    representative_title: str
    representative: str
    postal_code: str
    address: str
    phone: str
    founded_on: date | None
    industry: str
    business: str
    capital_yen: int | None
    employee_count: int
    fiscal_year_end_month: int
    annual_sales_yen: int
    interest_bearing_debt_yen: int


@dataclass(frozen=True, slots=True)
class Account:
    """The bank account that an agency is paid into; `kind` is the kind of the deposit in words."""

    bank: str
    branch: str
    kind: str
    number: str
    holder_kana: str


@dataclass(frozen=True, slots=True)
class SupportAgency:
    """A certified support agency; `contact` is the person in charge, known of the lead agency only.

    Its account stands in claims alone, where one is recorded.
    """

    name: str
    representative: str
    certification_number: str
    postal_code: str
    address: str
    phone: str
    contact: str
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A category's cost and who bears it."""

    label: str
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A box of a question with several answers."""

    text: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Size:
    """The size class (企業規模) with the guide for planning and monitoring together."""

    choices: tuple[Choice, ...]
    label: str
    total_guide_yen: int
    planned_yen: int


@dataclass(frozen=True, slots=True)
class Period:
    """One planned monitoring period; both days are inclusive."""

    number: int
    kind: str
    starts_on: date
    ends_on: date
    cost_yen: int
    claim_by: date | None


@dataclass(frozen=True, slots=True)
class PastUse:
    """What a council paid for an earlier case."""

    frame: str
    category: str
    paid_yen: int
    accepted_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Lender:
    """A lender with its share of all borrowings; none where nothing is owed."""

    bank_name: str
    branch_name: str
    role: str
    balance_yen: int
    guaranteed_yen: int
    share_permille: int | None

    @property
    def share(self) -> str:
        """Return the share as a form shows it: 62.5%."""
        return percent(self.share_permille)


@dataclass(frozen=True, slots=True)
class Lenders:
    """All lenders and their sums."""

    rows: tuple[Lender, ...]
    balance_yen: int
    guaranteed_yen: int


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the self-check: `verdict` is yes, no, or open, which is ticked by hand."""

    group: str
    text: str
    verdict: str
    basis: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that goes with the application, and why it is or is not needed here."""

    title: str
    kind: str
    is_needed: bool
    note: str


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One line of the estimate: a person's hours on one kind of work.

    `worked_minutes` and `worked_yen` (tax included) are the logged hours of a claim; None where they are on paper.
    """

    work: str
    person: str
    is_subcontracted: bool
    hourly_rate_yen: int
    minutes: int
    net_yen: int
    tax_percent: int
    tax_yen: int
    gross_yen: int
    worked_minutes: int | None = None
    worked_yen: int | None = None

    @property
    def worked_difference_yen(self) -> int:
        """Return the logged amount less the filed one; the filed one below 0 where nothing is logged."""
        return (self.worked_yen or 0) - self.gross_yen


@dataclass(frozen=True, slots=True)
class EstimateGroup:
    """The lines of one category or of one monitoring period, and their sums."""

    label: str
    rows: tuple[EstimateRow, ...]
    minutes: int
    net_yen: int
    tax_yen: int
    gross_yen: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimate by work (業務別見積明細) of one agency."""

    groups: tuple[EstimateGroup, ...]
    minutes: int
    net_yen: int
    tax_yen: int
    gross_yen: int
    plan_yen: int
    monitoring_yen: int
    negotiation_yen: int
    monitoring_share_permille: int | None

    @property
    def plan_and_monitoring_yen(self) -> int:
        """Return what the guide for the size class is compared with."""
        return self.plan_yen + self.monitoring_yen

    @property
    def monitoring_share(self) -> str:
        """Return the share of monitoring as the form shows it: 33.3%."""
        return percent(self.monitoring_share_permille)


@dataclass(frozen=True, slots=True)
class UsagePart:
    """What one agency's sheets of a usage application say: its estimate and its rate table."""

    estimate: Estimate
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketContent:
    """What every application prints: whose it is, to whom it goes, and which forms it consists of.

    `application` is the code of its kind, `number` its ordinal among those of the kind. `office` and `follow_up` are
    what the edition of the forms calls the council and the monitoring.
    """

    application: str = "usage"
    number: int = 1
    frame_code: str = "normal"
    office: str = "協議会"
    follow_up: str = "伴走支援"
    case_number: str
    frame: str
    scheme_title: str
    prepared_on: date
    key_date: date
    is_key_date_provisional: bool
    council: str
    forms: tuple[Form, ...]
    applicant: Applicant
    lead_agency: SupportAgency
    co_agencies: tuple[SupportAgency, ...]
    calculation: Calculation | None

    def part_of(self, agency: int) -> object:
        """Return what the sheets of one agency say, counted from 0; here no more than whose they are."""
        return self.agencies[agency]

    def plan_sheets(self) -> PlanSheets | None:
        """Return what the form of the plan is laid out from; only a claim for planning has it."""
        return None

    def as_json(self) -> dict[str, Any]:
        """Return the content as plain JSON values, for storing."""
        return to_json(self)

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Return the content that `as_json` wrote.

        Raises:
            PayloadUnreadable: a field is missing, unknown, or of another type.
        """
        return from_json(cls, stored)

    @property
    def sha256(self) -> str:
        """Return the hash that names this content."""
        return content_hash(self.as_json())

    @property
    def agencies(self) -> tuple[SupportAgency, ...]:
        """Return the lead agency, then the others."""
        return (self.lead_agency, *self.co_agencies)

    @property
    def has_confirmed_rules_only(self) -> bool:
        """Tell whether official sources say all that led to the figures."""
        return self.calculation is None or all(step.is_confirmed for step in self.calculation.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsagePayload(PacketContent):
    """One usage application (利用申請) as it is printed."""

    calculation: Calculation
    amounts: tuple[Amount, ...]
    total: Amount
    size: Size | None
    periods: tuple[Period, ...]
    past_uses: tuple[PastUse, ...]
    seeks_guarantee_release: bool
    repeat_use_reason: str
    difficulty: str
    support_outlook: str
    lenders: Lenders
    checks: tuple[Check, ...]
    attachments: tuple[Attachment, ...]
    estimate: Estimate
    sheets: Sheets = NO_SHEETS
    estimates: tuple[Estimate, ...] = ()

    def part_of(self, agency: int) -> UsagePart:
        """Return the work of one agency, counted from 0; all of it where the estimate does not tell agencies apart."""
        if agency >= len(self.estimates):
            return UsagePart(self.estimate, self.sheets.rates)
        return UsagePart(self.estimates[agency], self.sheets.agency_rates[agency])
