"""Banks: the letter for the usage application, the receipt of the plan, and the consent of every lender."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cases.enums import Consent, LenderRole
from subsidies.enums import ApplicationKind
from subsidies.rules.gate.facts import AGREED, GateFacts, LenderFacts, Place
from subsidies.rules.gate.findings import GateFinding, finding

_STAYS: Final = frozenset({ApplicationKind.USAGE, ApplicationKind.PLAN_CLAIM})


def check_banks(facts: GateFacts) -> Iterator[GateFinding]:
    """Yield the letters, receipts and consents that are missing; later claims rest on those of the plan."""
    if facts.kind not in _STAYS:
        return
    if not facts.lenders:
        first, second = Place("金融機関", "登録なし"), Place(facts.kind.label, "主要または準主要の金融機関が必要")
        message = (
            f"{first.label}が「{first.value}」です。{second.label}には、{second.value}です。"
            "事業者のページで金融機関を登録してください。"
        )
        yield finding("no_lender", first, second, message)
    elif facts.kind is ApplicationKind.USAGE:
        yield from _opening(facts)
    elif facts.is_early:
        yield from _receipt(facts)
    else:
        yield from _consents(facts)


def _opening(facts: GateFacts) -> Iterator[GateFinding]:
    letter = "事前相談書" if facts.is_early else "主要金融機関の確認書面"
    for lender in facts.lenders:
        day = lender.consultation_letter_on if facts.is_early else lender.confirmation_letter_on
        if lender.is_close and (lender.seals_application or day):
            return
    first = Place(f"{letter}({_close_names(facts)})", "なし")
    second = Place("利用申請書への金融機関の記名押印", "なし")
    message = (
        f"{first.label}も、{second.label}も「{first.value}」です。"
        f"{letter}の原本を受け取り、金融機関のページで日付を入力してください。"
    )
    yield finding("opening_letter_missing", first, second, message)


def _receipt(facts: GateFacts) -> Iterator[GateFinding]:
    if any(lender.is_close and lender.receipt_on for lender in facts.lenders):
        return
    first = Place(f"計画書の受取書({_close_names(facts)})", "なし")
    second = Place(facts.kind.label, "主要または準主要の金融機関の受取書が必要")
    message = (
        f"{first.label}が「{first.value}」です。{second.label}には、{second.value}です。"
        "計画書を渡して受取書を受け取り、金融機関のページで日付を入力してください。"
    )
    yield finding("receipt_missing", first, second, message)


def _consents(facts: GateFacts) -> Iterator[GateFinding]:
    needed = Place("計画への同意", "すべての金融機関と信用保証協会に必要")
    for lender in facts.lenders:
        if lender.must_agree and lender.consent not in AGREED:
            yield _not_agreed(lender, needed)
        elif lender.must_agree and lender.consent is Consent.CONDITIONAL:
            first = Place(f"{lender.name}の同意", f"{lender.consent.label}: {lender.conditions or '条件の記録なし'}")
            second = Place("同意書", "条件を満たすことの確認")
            message = (
                f"{first.label}が「{first.value}」です。{second.label}で、{second.value}ができるかを確かめてください。"
            )
            yield finding("lender_conditional", first, second, message, about=lender.name)
    yield from _guarantor(facts)


def _not_agreed(lender: LenderFacts, needed: Place) -> GateFinding:
    first = Place(f"{lender.name}の同意", lender.consent.label)
    message = (
        f"{first.label}が「{first.value}」です。{needed.label}は、{needed.value}です。"
        "同意書を受け取り、金融機関のページで同意日を入力してください。"
    )
    return finding("lender_not_consented", first, needed, message, about=lender.name)


def _guarantor(facts: GateFacts) -> Iterator[GateFinding]:
    guaranteed = [lender.name for lender in facts.lenders if lender.guaranteed_yen]
    if guaranteed and not any(lender.role is LenderRole.GUARANTOR for lender in facts.lenders):
        first = Place("保証協会付の借入", "・".join(guaranteed))
        second = Place("信用保証協会の登録", "なし")
        message = (
            f"{first.label}が {first.value} にありますが、{second.label}が「{second.value}」です。"
            "信用保証協会を金融機関として登録し、同意を記録してください。"
        )
        yield finding("guarantor_missing", first, second, message)


def _close_names(facts: GateFacts) -> str:
    return "・".join(lender.name for lender in facts.lenders if lender.is_close) or "主要・準主要の金融機関"
