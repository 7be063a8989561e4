"""Everything that the gate looks at, as plain values; amounts are whole yen with tax, days are inclusive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import Consent, LenderRole, SchemeFrame
from subsidies.enums import CLAIMS, ApplicationKind, CostCategory, PaperPlace, PaperStatus, PaymentMethod

EARLY_FRAMES: Final = frozenset({SchemeFrame.VUP, SchemeFrame.VUP_BANK})
AGREED: Final = frozenset({Consent.AGREED, Consent.CONDITIONAL})


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said, and what is said there."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A name and an address as the records have them; `kana` and `other_names` are what a transfer slip may bear."""

    name: str
    address: str = ""
    kana: str = ""
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """A certified support agency on the case; the lead agency comes first."""

    party: Party
    is_lead: bool = True
    certification_expires_on: date | None = None

    @property
    def name(self) -> str:
        """Return the name of the agency."""
        return self.party.name


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderFacts:
    """A lender and what it has said so far; a lender that nobody asked yet has no days."""

    name: str
    role: LenderRole = LenderRole.OTHER
    balance_yen: int = 0
    guaranteed_yen: int = 0
    seals_application: bool = False
    consultation_letter_on: date | None = None
    confirmation_letter_on: date | None = None
    plan_handed_on: date | None = None
    receipt_on: date | None = None
    consent: Consent = Consent.NOT_ASKED
    consented_on: date | None = None
    conditions: str = ""

    @property
    def is_close(self) -> bool:
        """Tell whether this is the main or the sub-main lender."""
        return self.role in {LenderRole.MAIN, LenderRole.SUBMAIN}

    @property
    def must_agree(self) -> bool:
        """Tell whether the plan of 405 needs its consent: every lender, and every guarantor."""
        return self.balance_yen > 0 or self.role is LenderRole.GUARANTOR


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """A paper of the application: how far it is, what it says, and what the records say that it should say.

    Attributes:
        whose: the agency or the lender that it is from, or "" for papers that exist once.
        max_age_months: how old it may be on the day of the submission, counted by the Civil Code; None for no limit.
        expected_edition: the edition of the form that the key date picks; "" where it is no form.
        name, address, yen: what the records say, each with where; None where nothing is compared.
    """

    key: str
    label: str
    whose: str = ""
    is_needed: bool = True
    why: str = ""
    status: PaperStatus = PaperStatus.NOT_STARTED
    reason: str = ""
    place: PaperPlace = PaperPlace.NOWHERE
    needs_original: bool = False
    is_original: bool = False
    issued_on: date | None = None
    valid_until: date | None = None
    max_age_months: int | None = None
    stated_edition: str = ""
    expected_edition: str = ""
    stated_name: str = ""
    name: Place | None = None
    stated_address: str = ""
    address: Place | None = None
    stated_yen: int | None = None
    yen: tuple[str, int] | None = None

    @property
    def title(self) -> str:
        """Return the name of the paper, and whose it is."""
        return f"{self.label}({self.whose})" if self.whose else self.label

    @property
    def about(self) -> str:
        """Return what tells this paper from the others of the application."""
        return f"{self.key} {self.whose}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One category of a claim, what the usage application filed for it, and what earlier claims used of that."""

    category: CostCategory
    cost_yen: int
    statement_yen: int | None = None
    hours_yen: int | None = None
    worked_from: date | None = None
    worked_to: date | None = None
    filed_yen: int | None = None
    earlier_yen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StintFacts:
    """Hours of one person on one day; rates are in yen an hour without tax.

    Attributes:
        work, clock: what it was, and from when to when: 09:00〜11:30.
        quoted_person: whom the estimate names from the rate card for the work; "" where it names nobody.
        card_rate_yen: the person's rate on that day; None where the card has none.
        overlap: other hours of the same person at the same time, in words; "" where there are none.
    """

    person: str
    worked_on: date
    monday: date
    minutes: int
    work: str = ""
    clock: str = ""
    is_approved: bool = True
    quoted_person: str = ""
    quoted_rate_yen: int = 0
    card_rate_yen: int | None = None
    overlap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursFacts:
    """The logged hours of one category of a claim, as they stand; amounts are whole yen with tax.

    Attributes:
        with_excluded_yen: what they would be worth with those before the acceptance (対象外).
        inside_yen: what they are worth without those after the claim or before its period.
    """

    category: CostCategory
    gross_yen: int
    with_excluded_yen: int
    inside_yen: int
    first_on: date | None = None
    last_on: date | None = None
    counted: tuple[StintFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HalvesFacts:
    """The two halves of the plan's subsidy, seen from a monitoring claim; amounts are whole yen.

    Attributes:
        subsidy_yen: the council's part of the plan as assessed.
        invoiced_yen: what the plan claim invoiced to the council; None where it is not known.
        released_yen: what this claim asks for as the second half; 0 where another claim has it.
        skipped: the first period, where this claim has the second half and nobody claims that period; "" otherwise.
        other_yen, other: the second half that another monitoring claim has, and which claim that is.
    """

    subsidy_yen: int
    invoiced_yen: int | None = None
    released_yen: int = 0
    skipped: str = ""
    other_yen: int = 0
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementFacts:
    """One agency's contract, invoices and transfer.

    `due_council_yen` and `due_own_yen` are its parts of what was assessed; None until each agency has its cost.
    `hours_yen` is what its logged hours are worth, None where hours are on paper; `has_lines` whether the estimate
    gives it work, true where the estimate does not tell agencies apart.
    """

    agency: AgencyFacts
    due_council_yen: int | None
    due_own_yen: int | None
    contracted_on: date | None = None
    cost_yen: int | None = None
    council_invoiced_on: date | None = None
    council_invoice_yen: int | None = None
    own_invoiced_on: date | None = None
    own_invoice_yen: int | None = None
    method: PaymentMethod = PaymentMethod.TRANSFER
    transferred_on: date | None = None
    transferred_yen: int | None = None
    withheld_yen: int = 0
    has_gross_invoice: bool = False
    is_single_purpose: bool = True
    fee_deducted_yen: int = 0
    payer: str = ""
    payee: str = ""
    hours_yen: int | None = None
    has_lines: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """The figures of a claim: assessed for it, and filed by the approved usage application for the whole case.

    `not_entered` are the categories that were filed and whose cost the claim does not say yet, with what was filed.
    """

    due_council_yen: int
    due_own_yen: int
    not_entered: tuple[tuple[CostCategory, int], ...] = ()
    filed_total_yen: int | None = None
    earlier_total_yen: int = 0
    is_last_monitoring: bool = True
    seeks_guarantee_release: bool = True
    halves: HalvesFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureFacts:
    """The days of the procedure; of the guideline only where the case follows it."""

    consulted_on: date | None = None
    applied_on: date | None = None
    accepted_on: date | None = None
    decided_on: date | None = None
    period_starts_on: date | None = None
    period_ends_on: date | None = None
    claim_by: date | None = None
    main_creditors_agreed_on: date | None = None
    appointed_on: date | None = None
    standstill_requested_on: date | None = None
    report_on: date | None = None
    meeting_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that the check before the approval found missing, or that changed after the approval."""

    label: str
    message: str
    blocks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """An application as its rows stand, as if it were submitted on `day`; `submitted_on` once it was."""

    kind: ApplicationKind
    frame: SchemeFrame
    key_date: date
    day: date
    submitted_on: date | None = None
    enterprise: Party
    agencies: tuple[AgencyFacts, ...] = ()
    procedure: ProcedureFacts = ProcedureFacts()
    lenders: tuple[LenderFacts, ...] = ()
    papers: tuple[PaperFacts, ...] = ()
    lines: tuple[LineFacts, ...] = ()
    settlements: tuple[SettlementFacts, ...] = ()
    claim: ClaimFacts | None = None
    points: tuple[OpenPoint, ...] = ()
    hours: tuple[HoursFacts, ...] = ()
    loose: tuple[StintFacts, ...] = ()

    @property
    def is_claim(self) -> bool:
        """Tell whether the application asks for money."""
        return self.kind in CLAIMS

    @property
    def is_early(self) -> bool:
        """Tell whether the case is one of the early scheme (Vアップ事業)."""
        return self.frame in EARLY_FRAMES

    @property
    def completed_on(self) -> date | None:
        """Return when the planning was complete: the last receipt of the plan, or the last lender's consent."""
        days = [one.receipt_on if self.is_early else one.consented_on for one in self.lenders]
        return max((day for day in days if day is not None), default=None)
