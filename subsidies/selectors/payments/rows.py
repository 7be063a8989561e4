"""A payment that an agency expects, and all those of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from django.urls import reverse

from cases.models import Case
from subsidies.enums import Payer, ReceivableState
from subsidies.rules.receivables import Part

S: Final = ReceivableState
TONES: Final[Mapping[ReceivableState, str]] = MappingProxyType(
    {S.PLANNED: "neutral", S.CLAIMED: "info", S.DECIDED: "todo", S.PAID: "success", S.LAPSED: "neutral"}
)
OWN_STATES: Final[Mapping[ReceivableState, str]] = MappingProxyType({S.CLAIMED: "請求済", S.PAID: "振込済"})
NAMES: Final[Mapping[Part, str]] = MappingProxyType(
    {
        Part.PLAN: "計画策定",
        Part.HELD: "計画策定の留保分",
        Part.NEGOTIATION: "金融機関交渉",
        Part.UNPLANNED: "伴走支援(回の計画なし)",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivable:
    """One payment that one agency expects; amounts in whole yen, None until somebody says them.

    Attributes:
        co_agency_id: None for the lead agency.
        planned_on: the safe day of its claim's deadline.
        revised_yen: of a held half, what the plan claim left to be paid; None before that.
        claimed_yen: of the own share, what was invoiced; paid_yen then counts the income tax that was kept back.
        withheld_yen: that tax.
        claim_id: of its application, where there is one; `claim_name` says which claim it comes with, anyway.
        sentences: what is open; `differences`: what does not agree.
    """

    case: Case
    payer: Payer
    part: Part
    period_number: int | None
    co_agency_id: int | None
    agency_name: str
    planned_yen: int
    planned_on: date | None
    revised_yen: int | None = None
    claimed_yen: int | None = None
    claimed_on: date | None = None
    decided_yen: int | None = None
    decided_on: date | None = None
    paid_yen: int | None = None
    paid_on: date | None = None
    withheld_yen: int = 0
    claim_id: int | None = None
    claim_name: str = ""
    state: ReceivableState = S.PLANNED
    is_late: bool = False
    sentences: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return what is paid for."""
        what = f"伴走支援 第{self.period_number}回" if self.part is Part.PERIOD else NAMES[self.part]
        return f"{what}の自己負担" if self.payer is Payer.ENTERPRISE else what

    @property
    def state_label(self) -> str:
        """Return the state in the word of its payer: the own share is invoiced and transferred."""
        return OWN_STATES.get(self.state, self.state.label) if self.payer is Payer.ENTERPRISE else self.state.label

    @property
    def tone(self) -> str:
        """Return the tone of the state's chip."""
        return TONES[self.state]

    @property
    def claim_url(self) -> str:
        """Return the page of its claim, or "" where there is none."""
        return reverse("subsidies:application", args=[self.case.number, self.claim_id]) if self.claim_id else ""

    @property
    def open_yen(self) -> int:
        """Return what is still to come by what is known now; nothing once it was paid or will never be."""
        if self.state in {S.PAID, S.LAPSED}:
            return 0
        known = (self.decided_yen, self.claimed_yen, self.revised_yen, self.planned_yen)
        return next(yen for yen in known if yen is not None)

    @property
    def is_shown(self) -> bool:
        """Tell whether there is anything to say of it: a plan, a claim or a decision."""
        return bool(self.planned_yen or self.claimed_yen or self.decided_yen)

    @property
    def is_waiting(self) -> bool:
        """Tell whether somebody was asked for it and has not paid yet."""
        return self.state in {S.CLAIMED, S.DECIDED}

    @property
    def is_held(self) -> bool:
        """Tell whether it is the half that waits for the first monitoring claim."""
        return self.part is Part.HELD

    @property
    def transferred_yen(self) -> int | None:
        """Return what arrived in the account."""
        return None if self.paid_yen is None else self.paid_yen - self.withheld_yen


@dataclass(frozen=True, slots=True)
class CaseReceivables:
    """All payments of a case, those of the council first; `closed` says why there are none."""

    case: Case
    rows: tuple[Receivable, ...]
    is_filed: bool
    is_shared: bool
    closed: str

    def of(self, payer: Payer) -> list[Receivable]:
        """Return what one side pays."""
        return [one for one in self.rows if one.payer is payer]
