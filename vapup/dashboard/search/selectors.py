"""What the quick search finds."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from cases.models import Case, Enterprise
from cases.selectors.cases import newest_found
from cases.selectors.enterprises import newest_enterprises

SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Found:
    """The first cases and enterprises that hold the words, and whether there are more of them."""

    cases: tuple[Case, ...]
    enterprises: tuple[Enterprise, ...]
    has_more_cases: bool
    has_more_enterprises: bool

    @property
    def count_in_words(self) -> str:
        """Return how many were found: 「案件 3件、事業者 20件以上」."""
        more = ("以上" if self.has_more_cases else "", "以上" if self.has_more_enterprises else "")
        return f"案件 {len(self.cases)}件{more[0]}、事業者 {len(self.enterprises)}件{more[1]}"

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was found."""
        return not self.cases and not self.enterprises


def is_long_enough(text: str) -> bool:
    """Tell whether a text says enough to be searched for."""
    return len("".join(text.split())) >= SHORTEST


def found_by(agency_id: int, text: str, *, most: int) -> Found:
    """Return the newest cases and enterprises that hold every word of `text`, `most` of each."""
    newest = newest_found(agency_id, text, most=most + 1).select_related("enterprise", "consultant__user")
    cases, enterprises = tuple(newest), tuple(newest_enterprises(agency_id, text, most=most + 1))
    return Found(cases[:most], enterprises[:most], len(cases) > most, len(enterprises) > most)


def case_numbered(agency_id: int, text: str) -> Case | None:
    """Return the case whose number `text` is, in whatever width or case it was typed."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return Case.objects.for_agency(agency_id).filter(number=number).first() if number.isprintable() else None
