"""What the quick search finds."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from cases.models import Case, Enterprise
from cases.selectors.cases import search
from cases.selectors.enterprises import enterprises_found

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
    """Return the newest cases and, by reading, the enterprises that hold every word of `text`, `most` of each."""
    newest = Case.objects.for_agency(agency_id).select_related("enterprise", "consultant__user").order_by("-pk")
    cases, has_more_cases = _first(search(newest, text), most)
    enterprises, has_more_enterprises = _first(enterprises_found(agency_id, text), most)
    return Found(cases, enterprises, has_more_cases, has_more_enterprises)


def case_numbered(agency_id: int, text: str) -> Case | None:
    """Return the case whose number `text` is, in whatever width or case it was typed."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return Case.objects.for_agency(agency_id).filter(number=number).first() if number.isprintable() else None


def _first(rows: QuerySet[Any], most: int) -> tuple[tuple[Any, ...], bool]:
    read = tuple(rows[: most + 1])
    return read[:most], len(read) > most
