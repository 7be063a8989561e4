"""What measures are called where several of a plan may have one title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True, slots=True)
class MeasureName:
    """The `nth` measure of its title in a plan, from 1 on, with a label that no other measure there has."""

    title: str
    nth: int
    label: str

    @property
    def place(self) -> tuple[str, int]:
        """By what it is found again in another version of the plan."""
        return self.title, self.nth


def names_of(measures: Sequence[tuple[int, str]]) -> dict[int, MeasureName]:
    """Return the names of a plan's measures by id; of equal titles the second is told apart: 値上げ(2件目).

    Args:
        measures: ids and titles in the order of the plan.
    """
    seen, taken = Counter[str](), {title for _, title in measures}
    found = {}
    for pk, title in measures:
        seen[title] += 1
        label = title
        if seen[title] > 1:
            label = next(one for nth in count(seen[title]) if (one := f"{title}({nth}件目)") not in taken)
        taken.add(label)
        found[pk] = MeasureName(title, seen[title], label)
    return found
