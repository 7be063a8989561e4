"""The words of the follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices

from cases.enums import SchemeFrame


class PeriodKind(TextChoices):
    """What a monitoring period reports on; the value is the engine's category."""

    REGULAR = "monitoring", "伴走支援(405事業)"
    INTERIM = "monitoring_interim", "期中"
    CLOSING = "monitoring_closing", "決算期"


KINDS: Final[Mapping[SchemeFrame, tuple[PeriodKind, ...]]] = MappingProxyType(
    {
        SchemeFrame.NORMAL: (PeriodKind.REGULAR,),
        SchemeFrame.SME_GL: (PeriodKind.REGULAR,),
        SchemeFrame.VUP: (PeriodKind.INTERIM, PeriodKind.CLOSING),
        SchemeFrame.VUP_BANK: (),
    }
)
