"""The block of manufacturing costs in a file that does not head it: its lines add up to 当期製品製造原価."""

from __future__ import annotations

from collections.abc import Sequence

from vapup.imports.figures.lines import Line, Role
from vapup.imports.figures.mapping import Names
from vapup.imports.figures.totals import facts_of


def mark_made(lines: Sequence[Line], names: Names, column: int) -> None:
    """Mark the lines that stand between another total and a cost of manufacture that they add up to.

    Args:
        column: which of the amounts is compared.
    """
    if any(line.is_made for line in lines):
        return
    costs = {key for key in {line.key for line in lines} if facts_of(key).is_made}
    ends = [place for place, line in enumerate(lines) if line.key in costs] if costs else []
    for end in ends if len(ends) > 1 else ():
        block = _block(lines, end)
        if block and _sum(block, names, column) == lines[end].yen[column]:
            for line in block:
                line.is_made = True
            return


def _block(lines: Sequence[Line], end: int) -> list[Line]:
    """Return the accounts above a line, back to the nearest total."""
    found = []
    for line in reversed(lines[:end]):
        if line.role is Role.TOTAL or facts_of(line.key).total is not None:
            break
        if line.role is Role.ACCOUNT:
            found.append(line)
    return found


def _sum(block: Sequence[Line], names: Names, column: int) -> int | None:
    """Return what the lines add up to; None where one of them is unknown."""
    total = 0
    for line in block:
        chosen = names.find(line.key, is_made=True, hint=line.hint)
        if chosen is None:
            return None
        if chosen.account is not None:
            total += chosen.account.factor * line.yen[column]
    return total
