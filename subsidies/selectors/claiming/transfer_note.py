"""The note for the client (振込のご案内): what to transfer to whom, and what to heed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases.enums import Scheme, SchemeFrame
from cases.models import Case
from cases.selectors.payees import payees_of
from subsidies.rules.own_share import PaymentRule, Withholding, payment_rules_for, withholding_on
from subsidies.selectors.claiming.claims import ClaimSheet
from subsidies.selectors.claiming.shares import AgencyShare
from vapup.shared.rule_data import Source


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer of the client, in whole yen.

    Attributes:
        gross_yen: the own share for this agency; None until its cost is known.
        withheld_yen: the income tax that was recorded for it, or that is proposed; 0 where neither is.
        suggestion: what might have to be withheld, to be checked; None where that is `withheld_yen` already, or a
            transfer is recorded.
        is_proposed: nothing is recorded, but from this agency's fee income tax is withheld.
    """

    share: AgencyShare
    payee: str
    gross_yen: int | None
    withheld_yen: int
    suggestion: Withholding | None
    is_proposed: bool = False

    @property
    def net_yen(self) -> int | None:
        """Return what is to be transferred."""
        return None if self.gross_yen is None else self.gross_yen - self.withheld_yen


@dataclass(frozen=True, slots=True)
class Advice:
    """A rule of the payment, with where it is written."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class TransferNote:
    """All that the note says."""

    transfers: tuple[Transfer, ...]
    advice: tuple[Advice, ...]

    @property
    def is_single(self) -> bool:
        """Tell whether there is one transfer only."""
        return len(self.transfers) == 1

    @property
    def gross_yen(self) -> int | None:
        """Return the own share in all; None until every agency's cost is known."""
        known = [one.gross_yen for one in self.transfers if one.gross_yen is not None]
        return sum(known) if len(known) == len(self.transfers) else None

    @property
    def withheld_yen(self) -> int:
        """Return the income tax recorded or proposed in all."""
        return sum(one.withheld_yen for one in self.transfers)

    @property
    def net_yen(self) -> int | None:
        """Return what is to be transferred in all."""
        return None if self.gross_yen is None else self.gross_yen - self.withheld_yen


def transfer_note_of(sheet: ClaimSheet, *, today: date) -> TransferNote:
    """Return the note for the client of a claim."""
    case = sheet.application.case
    withholding = {key for key, payee in payees_of(case).items() if payee.withholds_tax}
    transfers = (_transfer(one, today, withholds=(one.key or None) in withholding) for one in sheet.agencies)
    return TransferNote(tuple(transfers), advice_for(case))


def advice_for(case: Case) -> tuple[Advice, ...]:
    """Return how the own share of a case must be paid, in the order in which it is read."""
    scheme = Scheme.of(SchemeFrame(case.frame))
    return tuple(_advice(one, scheme) for one in payment_rules_for(scheme, case.key_date))


def suggestion_for(share: AgencyShare, *, today: date) -> Withholding | None:
    """Return what might have to be withheld from an agency's own share, by the rate of the day of its transfer.

    None as soon as a transfer is recorded, for from then on the papers say what was kept back; and where nothing is
    known to be paid: an agency whose stated cost is below its subsidy, as while either is being mended, has a share
    below zero.
    """
    settlement = share.settlement
    if settlement is not None and settlement.transferred_yen is not None:
        return None
    if share.own_yen is None or share.own_yen <= 0:
        return None
    return withholding_on(share.own_yen, (settlement.transferred_on if settlement else None) or today)


def _transfer(share: AgencyShare, today: date, *, withholds: bool) -> Transfer:
    settlement = share.settlement
    withheld_yen = settlement.withheld_yen if settlement else 0
    payee = (settlement.payee if settlement else "") or share.name
    suggestion = suggestion_for(share, today=today)
    if suggestion is None:
        return Transfer(share, payee, share.own_yen, withheld_yen, None)
    if withholds and not withheld_yen:
        return Transfer(share, payee, share.own_yen, suggestion.tax_yen, None, is_proposed=True)
    other = None if withheld_yen == suggestion.tax_yen else suggestion
    return Transfer(share, payee, share.own_yen, withheld_yen, other)


def _advice(rule: PaymentRule, scheme: Scheme) -> Advice:
    return Advice(rule.text, rule.sources[scheme])
