"""Words of the screens as forms write them: dates in the Japanese calendar, kinds of periods without their scheme."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from monitoring.enums import PeriodKind
from subsidies.rules.requirements_rows import Copy
from vapup.shared.dates import format_wareki

WESTERN: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
SCHEME: Final = "(405事業)"
TO_COUNCIL: Final = "協議会あて"
UNTOLD: Final = "―"


def in_wareki(text: str) -> str:
    """Return a sentence with its western dates as forms write them: 2025年7月1日 is 令和7年7月1日."""
    return WESTERN.sub(lambda found: format_wareki(date(int(found[1]), int(found[2]), int(found[3]))), text)


def addressed_to(office: str, text: str) -> str:
    """Return a text about what goes to the council with the name that the edition gives to its office."""
    return text.replace(TO_COUNCIL, f"{office}あて")


def copy_words(copy: Copy) -> str:
    """Return whether the original goes in; a dash where no public list tells, for a council knows its own rule."""
    return UNTOLD if copy is Copy.UNKNOWN else copy.label


def kind_of_period(kind: str) -> str:
    """Return the kind of a monitoring period in words; the form itself says which scheme it is of."""
    return PeriodKind(kind).label.removesuffix(SCHEME)
