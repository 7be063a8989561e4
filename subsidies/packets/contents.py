"""The content of any application: made from its rows, or read back from what was frozen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from subsidies.enums import ApplicationKind
from subsidies.models import Application
from subsidies.packets.claim import ClaimPayload, claim_payload
from subsidies.packets.letter import LetterPayload, letter_payload
from subsidies.packets.payload import PacketContent, UsagePayload
from subsidies.packets.usage import build_usage_payload
from subsidies.selectors import assessment_of
from subsidies.selectors.claiming.claims import claim_of
from vapup.documents.payload import PayloadUnreadable

KINDS: Final[Mapping[ApplicationKind, type[PacketContent]]] = MappingProxyType(
    {
        ApplicationKind.USAGE: UsagePayload,
        ApplicationKind.CHANGE: LetterPayload,
        ApplicationKind.PLAN_CLAIM: ClaimPayload,
        ApplicationKind.MONITORING_CLAIM: ClaimPayload,
        ApplicationKind.NEGOTIATION_CLAIM: ClaimPayload,
        ApplicationKind.WITHDRAWAL: LetterPayload,
    }
)


def content_from(kind: str, stored: object) -> PacketContent:
    """Return the content that was frozen.

    Raises:
        PayloadUnreadable: it was written by a version of the product with other forms; the sentence says what helps.
    """
    try:
        return KINDS[ApplicationKind(kind)].from_json(stored)
    except PayloadUnreadable as unreadable:
        raise PayloadUnreadable(
            f"{unreadable.message}承認を取り消し、今の様式でもう一度承認を受けてください。"
        ) from unreadable


def live_content(application: Application, *, today: date) -> PacketContent:
    """Return what an application would print as its rows stand now, approved or not.

    Raises:
        DomainError: the frame or its key date has no forms or no rules, or a claim has no figures yet.
    """
    kind = ApplicationKind(application.kind)
    if kind is ApplicationKind.USAGE:
        assessment = assessment_of(application.case)
        return build_usage_payload(application=application, assessment=assessment, prepared_on=today)
    if KINDS[kind] is ClaimPayload:
        return claim_payload(application, claim_of(application), today)
    return letter_payload(application, today)
