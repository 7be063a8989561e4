"""What is taken from the lines of a file, and whether it adds up to the totals that the file itself states.

Books print some lines with either sign (期末棚卸高, 減価償却累計額), and some names are an account here and a total
there (売上高, 現金及び預金). Such lines are read in the way that makes the file's own totals agree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Final

from cases.enums import Section, Statement
from cases.rules.accounts import COST, INCOME, Account, accounts
from vapup.imports.figures.blocks import mark_made
from vapup.imports.figures.layout import Layout
from vapup.imports.figures.lines import Line, Reading, Role
from vapup.imports.figures.mapping import Chosen, Names
from vapup.imports.figures.totals import GROUPS, NET, SECTIONS, Facts, Total, facts_of, side_of
from vapup.imports.figures.values import Values, Yen, adds_adjustment

MOST_UNDECIDED: Final = 8  # lines that may be read in two ways under one total: 256 combinations
PLAIN: Final = (1,)
EARNED: Final = INCOME | COST


class Taken:
    """A line with what becomes of it; a large file has 20,000, and most of them keep what the class says.

    Attributes:
        account: where its amount goes; None for totals, lines left out, and names that nobody knows.
        values: as the file states them, by month or for the period.
        choices: by what they may be multiplied to be in the account's own direction, the likeliest first; 0 leaves
            the line out, for it is a total of others.
        factor: the one that was chosen.
    """

    chosen: Chosen | None = None
    account: Account | None = None
    values: Yen = ()
    choices: tuple[int, ...] = PLAIN
    factor: int = 1
    total: Total | None = None
    differences: Sequence[tuple[int, int, int]] = ()

    def __init__(self, line: Line) -> None:
        self.line = line

    @property
    def is_unknown(self) -> bool:
        """Tell whether nobody knows the name of an account with an amount."""
        return self.line.role is Role.ACCOUNT and self.chosen is None and any(self.line.yen)


@dataclass(slots=True)
class Checked:
    """All lines of a file with what becomes of them, and the sums by account.

    Attributes:
        count: how many of the file's months are taken; 1 for a table of one period.
        sums: by the id of the account, in its own direction, one for each month.
    """

    layout: Layout
    taken: Sequence[Taken]
    count: int
    sums: Mapping[str, Yen]
    statements: frozenset[Statement]

    @property
    def differing(self) -> list[Taken]:
        """The totals that do not agree."""
        return [one for one in self.taken if one.differences]

    @property
    def unknown(self) -> list[Taken]:
        """The lines whose account nobody knows."""
        return [one for one in self.taken if one.chosen is None and one.is_unknown]


def checked(reading: Reading, names: Names, *, last_place: int | None = None) -> Checked:
    """Decide on every line of a file, and compare its totals.

    Args:
        last_place: how many months may be taken at most, for those after it have not ended.
    """
    layout = reading.layout
    mark_made(reading.lines, names, layout.columns.index("closing") if "closing" in layout.columns else 0)
    taken = _looked_up(reading.lines, names)
    _fill_values(taken, layout)
    plain, doubtful = _parted(taken, is_two_sided=_is_two_sided(layout))
    sums = _sums(plain)
    _doubt(doubtful, sums)
    totals = [one for one in taken if one.total is not None]
    _settle(totals, doubtful, _by_section(sums))
    sums = _added(sums, _sums(doubtful))
    count = _count(layout, [*plain, *doubtful], last_place)
    _compare(totals, _by_section(sums), taken, count, layout.unit)
    ids = {*sums, *(one.account.id for one in doubtful if one.account is not None)}
    return Checked(layout, taken, count, sums, frozenset(accounts()[name].statement for name in ids))


def _looked_up(lines: Sequence[Line], names: Names) -> list[Taken]:
    """Find the account or the total of every line; a profit in the balance sheet is an account there."""
    has_made = any(line.is_made and line.role is Role.ACCOUNT and any(line.yen) for line in lines)
    statement: Statement | None = None
    known: dict[tuple[bool, Section | None], dict[str, tuple[Facts, Chosen | None]]] = defaultdict(dict)
    is_made: bool = False
    hint: Section | None = None
    here = known[is_made, hint]
    found = [Taken(line) for line in lines]
    account_role, total_role = Role.ACCOUNT, Role.TOTAL
    for one in found:
        line = one.line
        role = line.role
        if role is not account_role and role is not total_role:
            continue
        if line.is_made is not is_made or line.hint is not hint:
            is_made, hint = line.is_made, line.hint
            here = known[is_made, hint]
        if line.key not in here:
            here[line.key] = facts_of(line.key), names.find(line.key, is_made=is_made, hint=hint)
        facts, chosen = here[line.key]
        if facts.is_made and has_made:
            line.role = Role.SUBTOTAL
            continue
        if role is total_role and facts.total is not None:
            _as_total(one, facts.total, names, statement)
            chosen = one.chosen
        one.chosen = chosen
        if chosen is not None and chosen.account is not None:
            one.account = chosen.account
            statement = Statement.PROFIT if one.account.section in EARNED else Statement.BALANCE
    return found


def _as_total(one: Taken, total: Total, names: Names, statement: Statement | None) -> None:
    line = one.line
    if total.terms == NET and (statement is Statement.BALANCE or line.hint is Section.NET_ASSETS):
        line.role = Role.ACCOUNT
        one.chosen = names.find(line.key, is_made=False, hint=line.hint)
        one.choices = (1, 0)
    elif line.is_made:
        line.role = Role.SUBTOTAL
    else:
        one.total = total


def _is_two_sided(layout: Layout) -> bool:
    """Tell whether debit and credit balances stand in columns of their own, which leaves no doubt about signs."""
    return "debit_balance" in layout.columns and "closing" not in layout.columns


def _fill_values(taken: Sequence[Taken], layout: Layout) -> None:
    plain = Values(layout)
    values = plain
    if plain.columns.adjustment >= 0:
        balances = [one.line.yen for one in taken if one.account and one.account.section not in EARNED]
        values = Values(layout, adds_adjustment=adds_adjustment(layout, balances))
    is_simple = layout.is_by_month and not values.columns.is_cumulative and values.columns.adjustment < 0
    count = plain.columns.months
    is_bare = len(layout.columns) == count
    for one in taken:
        account = one.account
        if account is not None:
            if is_simple:
                one.values = one.line.yen if is_bare else one.line.yen[:count]
            else:
                side = side_of(account.section) * account.factor
                one.values = values.of(one.line.yen, account.statement, side)
        elif one.total is not None:
            one.values = values.of(one.line.yen, one.total.statement, one.total.debit_side)


def _parted(taken: Iterable[Taken], *, is_two_sided: bool) -> tuple[list[Taken], list[Taken]]:
    """Return the lines with an account: those that can be read in one way, and those that may be in two."""
    plain: list[Taken] = []
    doubtful: list[Taken] = []
    known: dict[tuple[str, str], bool] = {}
    for one in taken:
        account = one.account
        if account is None:
            continue
        asked = (one.line.key, account.id)
        if asked not in known:
            known[asked] = _may_be_doubted(one, is_two_sided=is_two_sided)
        (doubtful if known[asked] else plain).append(one)
    return plain, doubtful


def _may_be_doubted(one: Taken, *, is_two_sided: bool) -> bool:
    key, account, chosen = one.line.key, one.account, one.chosen
    if key in SECTIONS or key in GROUPS or one.choices != PLAIN or (chosen is not None and chosen.is_negated):
        return True
    return not is_two_sided and account is not None and (account.factor < 0 or facts_of(key).lowers)


def _doubt(doubtful: Sequence[Taken], sums: Mapping[str, Yen]) -> None:
    """Tell how each of these lines may be read, the likeliest way first."""
    single = [one for one in doubtful if _group_of(one) is None]
    members = _added(sums, _sums(single))
    seen: dict[str, Taken] = {}
    for one in doubtful:
        group = _group_of(one)
        if group is not None:
            one.choices = _choices_of_group(one, group & members.keys(), members, seen.setdefault(one.line.key, one))
        else:
            one.choices = _choices_of_sign(one)
        one.choices = _as_decided(one)
        one.factor = one.choices[0]


def _as_decided(one: Taken) -> tuple[int, ...]:
    """Return the choices that a person's decision leaves."""
    chosen, choices = one.chosen, one.choices
    if chosen is not None and chosen.is_decided and 0 in choices:
        choices = PLAIN
    if chosen is not None and chosen.is_negated:
        choices = (-choices[0] or -1,)
    return choices


def _group_of(one: Taken) -> frozenset[str] | None:
    """Return the accounts that a name may add up."""
    if one.line.key in SECTIONS and one.account is not None:
        section = one.account.section
        return frozenset(other.id for other in accounts().values() if other.section is section)
    return GROUPS.get(one.line.key)


def _choices_of_group(one: Taken, group: frozenset[str], sums: Mapping[str, Yen], first: Taken) -> tuple[int, ...]:
    """Return how a name that may add up others is read: as their total where it has their sum, else as an account."""
    if first is not one and list(first.values) == list(one.values):
        return (0, 1)
    if not group:
        return PLAIN
    plain = [sum(column) for column in zip(*(sums[name] for name in group), strict=True)]
    factors = [(accounts()[name].factor, sums[name]) for name in group]
    lowered = [sum(column) for column in zip(*([sign * yen for yen in own] for sign, own in factors), strict=True)]
    return (0, 1) if list(one.values) in (plain, lowered) else (1, 0)


def _choices_of_sign(one: Taken) -> tuple[int, ...]:
    """Return the likely sign of a line that lowers what it belongs to: books print it with either."""
    account = one.account
    if account is None or one.choices != PLAIN:
        return one.choices
    lowers = account.factor < 0
    if not lowers and not facts_of(one.line.key).lowers:
        return PLAIN
    is_negative = sum(one.values) < 0
    likely = 1 if lowers is not is_negative else -1
    return (likely, -likely)


def _settle(totals: Sequence[Taken], doubtful: Sequence[Taken], plain: Mapping[Section, Sequence[int]]) -> None:
    """Choose how the doubtful lines are read, total by total, the ones of fewest sections first.

    Args:
        plain: what the other lines add up to, by section.
    """
    settled: set[int] = set()
    by_section: dict[Section, list[tuple[int, Taken]]] = defaultdict(list)
    for place, one in enumerate(doubtful):
        if one.account is not None:
            by_section[one.account.section].append((place, one))
    for total in sorted(totals, key=lambda one: len(one.total.terms) if one.total else 0):
        terms = dict(total.total.terms) if total.total else {}
        within = [one for _, one in sorted(chain.from_iterable(by_section[section] for section in terms))]
        asked = [one for one in within if len(one.choices) > 1 and id(one) not in settled]
        if total.total is None or not asked or len(asked) > MOST_UNDECIDED:
            continue
        rest = [total.total.sign * yen for yen in total.values]
        for section, sign in terms.items():
            rest = [left - sign * yen for left, yen in zip(rest, plain.get(section, [0] * len(rest)), strict=True)]
        known = {id(one) for one in asked}
        for one in within:
            rest = rest if id(one) in known else _less(rest, one, terms, one.factor)
        for one, factor in zip(asked, _factors(rest, asked, terms), strict=False):
            one.factor = factor
            settled.add(id(one))


def _factors(rest: Sequence[int], asked: Sequence[Taken], terms: Mapping[Section, int]) -> tuple[int, ...]:
    """Return the likeliest factors with which nothing is left of a total in any column, or none."""
    for factors in product(*(one.choices for one in asked)):
        left = list(rest)
        for one, factor in zip(asked, factors, strict=True):
            left = _less(left, one, terms, factor)
        if not any(left):
            return factors
    return ()


def _less(rest: Sequence[int], one: Taken, terms: Mapping[Section, int], factor: int) -> list[int]:
    if one.account is None:
        return list(rest)
    weight = terms[one.account.section] * one.account.factor * factor
    return [left - weight * yen for left, yen in zip(rest, one.values, strict=True)]


def _count(layout: Layout, taken: Sequence[Taken], last_place: int | None) -> int:
    """Return how many months are taken: the ones at the end in which nothing was booked yet are not."""
    if not layout.is_by_month:
        return 1
    most = len(layout.months) if last_place is None else min(len(layout.months), last_place)
    of_profit = [one for one in taken if one.account is not None and one.account.section in EARNED]
    # What runs on falls back to nothing in a column that is still empty: that is no booking.
    is_filled = [any(one.line.yen[place] for one in of_profit) for place in range(most)]
    earned = [one.values for one in of_profit]
    owned = [one.values for one in taken if one.account is not None and one.account.section not in EARNED]
    for place in range(most - 1, -1, -1):
        if is_filled[place] and any(yen[place] for yen in earned):
            return place + 1
        if owned and not earned and (place == 0 or any(yen[place] != yen[place - 1] for yen in owned)):
            return place + 1
    return most


def _sums(taken: Iterable[Taken]) -> dict[str, Yen]:
    """Return what lines add up to by account, in its own direction."""
    rows: dict[tuple[str, int], list[Yen]] = defaultdict(list)
    for one in taken:
        if one.account is not None and one.factor:
            rows[one.account.id, one.factor].append(one.values)
    sums: dict[str, Yen] = {}
    for (account_id, factor), found in rows.items():
        sums = _added(sums, {account_id: [factor * sum(column) for column in zip(*found, strict=True)]})
    return sums


def _added(sums: Mapping[str, Yen], more: Mapping[str, Yen]) -> dict[str, Yen]:
    found = dict(sums)
    for name, yen in more.items():
        before = found.get(name)
        found[name] = yen if before is None else [a + b for a, b in zip(before, yen, strict=True)]
    return found


def _by_section(sums: Mapping[str, Yen]) -> dict[Section, list[int]]:
    """Return what accounts add up to in their sections."""
    found: dict[Section, list[int]] = {}
    for account_id, yen in sums.items():
        account = accounts()[account_id]
        before = found.get(account.section, [0] * len(yen))
        found[account.section] = [a + account.factor * b for a, b in zip(before, yen, strict=True)]
    return found


def _compare(
    totals: Sequence[Taken], ours: Mapping[Section, Sequence[int]], taken: Sequence[Taken], count: int, unit: int
) -> None:
    """Note where a total of the file is not what the lines add up to: place of the month, the file's yen, and ours.

    In thousands of yen every line may have been cut off by almost one.
    """
    lines = Counter(one.account.section for one in taken if one.account is not None) if unit > 1 else Counter[Section]()
    for one in totals:
        if one.total is None:
            continue
        near, differences = unit * sum(lines[section] for section, _ in one.total.terms), []
        for place, stated in enumerate(one.values[:count]):
            worked_out = sum(sign * ours[section][place] for section, sign in one.total.terms if section in ours)
            worked_out *= one.total.sign
            if abs(worked_out - stated) > near:
                differences.append((place, stated, worked_out))
        one.differences = differences
