"""How the own share must be paid, and the income tax that may be kept back from it: advice, never part of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

from cases.enums import Scheme
from subsidies.rules.loading import PARAMETERS_FOLDER
from vapup.shared.money import floor_share
from vapup.shared.rule_data import Row, Source, chain, in_force, read_rows

FOLDER: Final = PARAMETERS_FOLDER.with_name("own_share")
TABLES: Final = frozenset({"rate", "rule"})


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """What the client must heed when it pays, in whole sentences, with its source for each scheme that says so."""

    id: str
    effective_from: date
    text: str
    sources: Mapping[Scheme, Source]


@dataclass(frozen=True, slots=True)
class WithholdingRate:
    """One dated row: a share of the fee without tax up to `up_to_yen`, and another share of what exceeds it."""

    effective_from: date
    effective_to: date | None
    share: Fraction
    up_to_yen: int
    share_above: Fraction
    consumption_tax_percent: int
    source: Source
    confirmed: bool
    note: str

    @property
    def id(self) -> str:
        """The name by which a refusal calls the row."""
        return f"withholding@{self.effective_from}"


@dataclass(frozen=True, slots=True)
class Withholding:
    """What would be kept back from a payment, in whole yen, and the row that says so."""

    gross_yen: int
    fee_yen: int
    tax_yen: int
    rate: WithholdingRate

    @property
    def tax_on_gross_yen(self) -> int:
        """Return what would be kept back where the invoice does not tell the consumption tax apart."""
        return _tax_yen(self.gross_yen, self.rate)

    @property
    def transfer_yen(self) -> int:
        """Return what would be transferred."""
        return self.gross_yen - self.tax_yen


def payment_rules_for(scheme: Scheme, accepted_on: date) -> tuple[PaymentRule, ...]:
    """Return what holds for a case of the scheme accepted on that day, in the order of the data."""
    return tuple(one for one in payment_rules() if scheme in one.sources and one.effective_from <= accepted_on)


def withholding_on(gross_yen: int, day: date) -> Withholding | None:
    """Return what would be kept back from a payment of `gross_yen`, tax included; None on a day without a row."""
    rate = in_force(rates(), day)
    if rate is None:
        return None
    percent = rate.consumption_tax_percent
    fee_yen = gross_yen - gross_yen * percent // (100 + percent)
    return Withholding(gross_yen, fee_yen, _tax_yen(fee_yen, rate), rate)


def _tax_yen(fee_yen: int, rate: WithholdingRate) -> int:
    lower_yen = min(fee_yen, rate.up_to_yen)
    return floor_share(lower_yen, rate.share) + floor_share(fee_yen - lower_yen, rate.share_above)


@lru_cache(maxsize=1)
def payment_rules() -> tuple[PaymentRule, ...]:
    """Return the rules of this product in the order of the data; read and checked once."""
    return load_payment_rules(FOLDER)


def load_payment_rules(folder: Path) -> tuple[PaymentRule, ...]:
    """Read the rules of a folder.

    Raises:
        ParameterError: a row lacks something or names an unknown scheme.
    """
    return tuple(_payment_rule(row) for row in read_rows("rule", folder, known=TABLES))


def _payment_rule(row: Row) -> PaymentRule:
    given = row.anything("sources")
    if not isinstance(given, dict) or not given or not set(given) <= set(Scheme.values):
        row.refuse("sources are not given by scheme")
    sources = {Scheme(key): Row({"source": value}, f"source of {key}").source() for key, value in given.items()}
    rule = PaymentRule(row.text("id"), row.day("effective_from"), row.text("text"), sources)
    row.finish()
    return rule


@lru_cache(maxsize=1)
def rates() -> tuple[WithholdingRate, ...]:
    """Return the rows of this product, oldest first; read and checked once."""
    return load_rates(FOLDER)


def load_rates(folder: Path) -> tuple[WithholdingRate, ...]:
    """Read the rows of a folder.

    Raises:
        ParameterError: a row lacks something, or two of them overlap or leave days between them.
    """
    return chain(("rate", _rate(row)) for row in read_rows("rate", folder, known=TABLES))["rate"]


def _rate(row: Row) -> WithholdingRate:
    rate = WithholdingRate(
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        share=_share(row, "share"),
        up_to_yen=row.whole("up_to_yen"),
        share_above=_share(row, "share_above"),
        consumption_tax_percent=row.whole("consumption_tax_percent"),
        source=row.source(),
        confirmed=row.truth("confirmed"),
        note=row.text("note"),
    )
    row.finish()
    return rate


def _share(row: Row, key: str) -> Fraction:
    text = row.text(key)
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        row.refuse(f"{key} is no share: {text}")
    if not 0 < share < 1:
        row.refuse(f"{key} is no share: {text}")
    return share
