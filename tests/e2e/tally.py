"""What a run counts: the kinds of pages that it passed, and the facts that somebody typed."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

# Facts of their own each time: what is read off a paper that somebody else wrote, and when a piece of work was done.
OWN_EACH_TIME: Final = frozenset({"振込額", "決定額", "様式の版", "時間", "従事日"})
# The acts of the usage application are the pages of any other application at addresses of their own.
SAME: Final = {
    "subsidies:request_approval": "subsidies:application_request",
    "subsidies:approve": "subsidies:application_approve",
    "subsidies:submit": "subsidies:application_submit",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A value that was typed into a field: on which page, beside which label."""

    page: str
    label: str
    value: str


@dataclass
class Tally:
    """What the desks of one run count together.

    Attributes:
        kinds: of pages, with the parts of their addresses that make other pages of them; each is looked at once.
        pages: URL names on the straight way, in the order in which they were first met.
        aside: URL names met only where something went wrong, was set up for the office, or was read for itself.
        typed: every name, day, amount and number that was typed.
    """

    kinds: set[str] = field(default_factory=set)
    pages: dict[str, None] = field(default_factory=dict)
    aside: dict[str, None] = field(default_factory=dict)
    typed: list[Typed] = field(default_factory=list)
    is_aside: bool = False

    @contextmanager
    def detour(self) -> Iterator[None]:
        """Count the pages within apart: the way of a case that goes well does not pass them."""
        before, self.is_aside = self.is_aside, True
        yield
        self.is_aside = before

    def meet(self, name: str) -> None:
        """Count a page by its URL name."""
        (self.aside if self.is_aside else self.pages)[SAME.get(name, name)] = None

    def note(self, page: str, label: str, value: str) -> None:
        """Count a typed fact."""
        self.typed.append(Typed(page, label, value))

    @property
    def repeated(self) -> list[list[Typed]]:
        """Return what was typed more than once; every fact of a story has a value of its own, so that this tells."""
        by_value: dict[str, list[Typed]] = defaultdict(list)
        for one in self.typed:
            if one.label not in OWN_EACH_TIME:
                by_value[one.value].append(one)
        return [found for found in by_value.values() if len(found) > 1]

    def tell(self, frame: str) -> None:
        """Print the figures of the run as one line of JSON."""
        figures = {
            "frame": frame,
            "page_types": len(self.pages),
            "pages": list(self.pages),
            "pages_aside": [one for one in self.aside if one not in self.pages],
            "kinds_checked": len(self.kinds),
            "facts_typed": len(self.typed),
            "typed_twice": [[f"{one.page} {one.label}: {one.value}" for one in found] for found in self.repeated],
            "axe_violations": 0,  # any of these three fails the run when its windows are closed
            "console_errors": 0,
            "sideways_scroll": 0,
        }
        sys.stdout.write(f"\n{json.dumps(figures, ensure_ascii=False)}\n")
