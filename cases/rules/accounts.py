"""The chart of accounts of plans and trial balances, read from `cases/parameters/chart/accounts.toml`.

Amounts are kept in the account's own direction: sales of 100 are 100, costs of 60 are 60. How an amount counts
towards its section is the account's `factor`; how a section counts towards a profit, the section's sign.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cases.enums import Section, Statement, Trait
from vapup.shared.rule_data import ParameterError, Row, read_named

FOLDER: Final = Path(__file__).resolve().parent.parent.joinpath("parameters", "chart")
TABLES: Final = frozenset({"account"})

# Profit = income − cost; assets = liabilities + net assets.
INCOME: Final = frozenset({Section.SALES, Section.NON_OPERATING_INCOME, Section.EXTRAORDINARY_INCOME})
COST: Final = frozenset(
    {
        Section.COST_OF_SALES,
        Section.SELLING_ADMIN,
        Section.NON_OPERATING_EXPENSE,
        Section.EXTRAORDINARY_LOSS,
        Section.INCOME_TAXES,
    }
)
ASSETS: Final = frozenset({Section.CURRENT_ASSETS, Section.FIXED_ASSETS, Section.DEFERRED_ASSETS})
CLAIMS: Final = frozenset({Section.CURRENT_LIABILITIES, Section.FIXED_LIABILITIES, Section.NET_ASSETS})


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        factor: 1, or -1 where the amount lowers the total of its section.
        names: its label and how accounting programs call it, as `folded` returns them.
    """

    id: str
    label: str
    section: Section
    factor: int
    traits: frozenset[Trait]
    names: frozenset[str]

    @property
    def statement(self) -> Statement:
        """The statement that the account stands in."""
        return Statement.PROFIT if self.section in INCOME | COST else Statement.BALANCE

    @property
    def profit_sign(self) -> int:
        """1 where a yen more raises the profit, -1 where it lowers it, 0 in the balance sheet."""
        if self.section in INCOME:
            return self.factor
        return -self.factor if self.section in COST else 0


def folded(name: str) -> str:
    """Return a name of an account as it is compared: half width, without blanks and surrounding marks."""
    return "".join(unicodedata.normalize("NFKC", name).split()).strip("【】[]<>〈〉*・")


@lru_cache(maxsize=1)
def accounts() -> Mapping[str, Account]:
    """Return the accounts by id, in the order of the statements; read and checked once."""
    return MappingProxyType({one.id: one for one in load_accounts(FOLDER)})


@lru_cache(maxsize=1)
def accounts_by_name() -> Mapping[str, Account]:
    """Return the account that a folded name stands for."""
    return MappingProxyType({name: one for one in accounts().values() for name in one.names})


def load_accounts(folder: Path) -> tuple[Account, ...]:
    """Read and check the accounts of a folder.

    Raises:
        ParameterError: a row lacks a field or names what nobody knows, two accounts bear one name, or a section has no
            account.
    """
    rows = read_named("account", folder, known=TABLES, build=_account)
    owner: dict[str, str] = {}
    for one in rows:
        for name in one.names:
            if owner.setdefault(name, one.id) != one.id:
                raise ParameterError(f"[[account]]: {owner[name]} and {one.id} both bear the name {name}")
    order = list(Section)
    if [order.index(one.section) for one in rows] != sorted(order.index(one.section) for one in rows):
        raise ParameterError("[[account]]: the rows do not follow the order of the sections")
    if empty := [section.value for section in order if section not in {one.section for one in rows}]:
        raise ParameterError(f"[[account]]: no account stands in {', '.join(empty)}")
    return rows


def _account(row: Row) -> Account:
    section = row.text("section")
    if section not in Section.values:
        row.refuse(f"unknown section {section}")
    traits = row.optional_texts("traits")
    if unknown := set(traits) - set(Trait):
        row.refuse(f"unknown trait {', '.join(sorted(unknown))}")
    factor = -1 if row.optional_truth("lowers") else 1
    label = row.text("label")
    names = frozenset(folded(name) for name in (label, *row.texts("names")))
    if "" in names:
        row.refuse("a name consists of blanks and marks only")
    found = Account(
        id=row.text("id"),
        label=label,
        section=Section(section),
        factor=factor,
        traits=frozenset(Trait(one) for one in traits),
        names=names,
    )
    row.finish()
    return found
