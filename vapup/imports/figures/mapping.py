"""From the name of an account in the books to an account of the chart: as people decided, then as it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cases.enums import Section, Trait
from cases.rules.accounts import Account, accounts, accounts_by_name
from vapup.imports.figures.totals import facts_of

# Ends the remembered name of an account that stands in the block of manufacturing costs.
OF_THE_FACTORY: Final = "(製造原価)"
_NUMBERED: Final = re.compile(r"[0-9A-Za-z]{2,8}[:：_.-]?(?=[^0-9A-Za-z])")
_BRACKETS: Final = re.compile(r"[(（].*|[:：_/].*")
_NET_PROFIT: Final = re.compile(r"当期(純)?(利益|損益)(金額)?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a name stands for: an account, or None where its line is left out.

    Attributes:
        is_decided: a person said so, for this enterprise.
        is_guess: found by a part of the name.
    """

    account: Account | None
    is_negated: bool = False
    is_decided: bool = False
    is_guess: bool = False


class Names:
    """The accounts by the names of one enterprise's books."""

    def __init__(self, decided: Mapping[str, tuple[str, bool]]) -> None:
        """Take what people decided: by the remembered name, the id ("" leaves the line out) and whether to negate."""
        self._decided = decided
        self._found: dict[tuple[str, bool, Section | None], Chosen | None] = {}

    def find(self, key: str, *, is_made: bool, hint: Section | None) -> Chosen | None:
        """Return what a folded name stands for; None where nobody has decided and the chart does not know it."""
        asked = (key, is_made, hint)
        if asked not in self._found:
            self._found[asked] = self._look(key, is_made, hint)
        return self._found[asked]

    def _look(self, key: str, is_made: bool, hint: Section | None) -> Chosen | None:  # noqa: FBT001
        decided = self._decided.get(remembered_name(key, is_made=is_made))
        if decided is not None:
            account_id, is_negated = decided
            return Chosen(accounts().get(account_id), is_negated, is_decided=True)
        found, is_guess = _by_name(key)
        if found is None:
            return None
        return Chosen(_placed(found, is_made, hint), is_guess=is_guess)


def remembered_name(key: str, *, is_made: bool) -> str:
    """Return the name under which a decision is kept: one name may mean different things in shop and factory."""
    return f"{key}{OF_THE_FACTORY}" if is_made else key


def _by_name(key: str) -> tuple[Account | None, bool]:
    """Return the account of a name, and whether only a part of the name is known."""
    known = accounts_by_name()
    if key in known:
        return known[key], False
    if facts_of(key).is_made:
        return accounts()["factory_costs"], True
    if _NET_PROFIT.fullmatch(key):
        return accounts()["retained_earnings"], True
    for shorter in (
        _NUMBERED.sub("", key, count=1),
        _BRACKETS.sub("", key),
        _BRACKETS.sub("", _NUMBERED.sub("", key, count=1)),
    ):
        if shorter and shorter in known:
            return known[shorter], True
    return None, False


def _placed(account: Account, is_made: bool, hint: Section | None) -> Account:  # noqa: FBT001
    """Return the account of the section that the line stands in, where a name is used in several."""
    if is_made and account.section is Section.SELLING_ADMIN:
        return _of(account, depreciation="factory_depreciation", personnel="labour", other="factory_costs")
    if hint is Section.SELLING_ADMIN and account.section is Section.COST_OF_SALES:
        return _of(account, depreciation="depreciation", personnel="salaries", other="other_expenses")
    if hint is Section.FIXED_ASSETS and account.id == "allowance":
        return accounts()["investments"]
    return account


def _of(account: Account, *, depreciation: str, personnel: str, other: str) -> Account:
    if Trait.DEPRECIATION in account.traits:
        return accounts()[depreciation]
    return accounts()[personnel if Trait.PERSONNEL in account.traits else other]
