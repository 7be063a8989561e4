"""What is already known of an enterprise for the chooser, and how its verdicts are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from cases.enums import LenderRole
from cases.models import Enterprise
from subsidies.rules.chooser import Banks, Effect, Usability

TONES: Final[Mapping[Usability, str]] = MappingProxyType(
    {Usability.USABLE: "success", Usability.WITH_CONSENT: "caution", Usability.NOT_USABLE: "error"}
)
EFFECT_TONES: Final[Mapping[Effect, str]] = MappingProxyType(
    {Effect.NOT_USABLE: "error", Effect.CONSENT: "caution", Effect.NOTE: "neutral", Effect.MET: "success"}
)
EFFECT_LABELS: Final[Mapping[Effect, str]] = MappingProxyType(
    {
        Effect.NOT_USABLE: "使えない理由",
        Effect.CONSENT: "協議会の承認",
        Effect.NOTE: "確かめること",
        Effect.MET: "要件を満たす",
    }
)


def known_answers(enterprise: Enterprise) -> dict[str, Any]:
    """Return what the enterprise's own rows answer: form, size, the latest past use, and its lenders if it has any."""
    uses = sorted(enterprise.past_uses.all(), key=lambda use: (use.accepted_on or date.min, use.pk))
    lenders = [one for one in enterprise.lenders.all() if one.role != LenderRole.GUARANTOR]  # it is no bank
    known: dict[str, Any] = {
        "legal_form": enterprise.legal_form,
        "industry": enterprise.industry,
        "capital_yen": enterprise.capital_yen,
        "employee_count": enterprise.employee_count,
    }
    if uses:
        known |= {"past": uses[-1].frame, "past_on": uses[-1].accepted_on}
    if lenders:
        is_guaranteed = any(lender.guaranteed_yen for lender in lenders)
        known["banks"] = Banks.SEVERAL if len(lenders) > 1 else Banks.ONE_GUARANTEED if is_guaranteed else Banks.ONE
    return known
