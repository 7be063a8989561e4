"""The self-check of a claim: answered where the records decide, left open where a person must; and its documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cases.enums import Consent, Scheme, SchemeFrame
from cases.models import LenderStance
from subsidies.enums import PaymentMethod
from subsidies.models import Application, Settlement
from subsidies.packets.checklist import NO, OPEN, YES
from subsidies.packets.payload import Attachment, Check
from subsidies.packets.words import copy_words, in_wareki
from subsidies.selectors.claiming.claims import ClaimSheet
from subsidies.selectors.filing.requirements import CaseRows, PaperSlot, requirements_of
from vapup.shared.dates import format_wareki
from vapup.shared.money import format_yen

COSTS: Final = "費用"
AGREED = frozenset({Consent.AGREED, Consent.CONDITIONAL})


def claim_checks(sheet: ClaimSheet) -> tuple[Check, ...]:
    """Return every line of the self-check of a claim in its order."""
    paid = [one.settlement for one in sheet.agencies]
    return (*_costs(sheet), *_paid(sheet, paid), *_invoices(sheet, paid), _banks(sheet.application), *_declarations())


def papers_of(application: Application) -> tuple[Attachment, ...]:
    """Return the papers of an application, its forms among them, each with whether it is needed here."""
    return tuple(_attachment(slot) for slot in requirements_of(application) if slot.is_listed)


def _attachment(slot: PaperSlot) -> Attachment:
    is_added = slot.paper is not None and not slot.is_needed  # why it is not needed would deny what goes with it
    why = "" if is_added else in_wareki(slot.why)
    return Attachment(slot.label, copy_words(slot.requirement.copy), slot.is_needed or is_added, why)


def _costs(sheet: ClaimSheet) -> Iterator[Check]:
    yield _within_filed(sheet)
    yield _after_acceptance(sheet)
    yield _as_recorded(sheet)
    if len(sheet.agencies) > 1:
        yield _split(sheet)
    yield Check(COSTS, "見積書と単価表にない業務・単価による費用を含めていない。", OPEN, "")


def _within_filed(sheet: ClaimSheet) -> Check:
    text = "請求する費用は、区分ごとに利用申請の額を超えていない。"
    amounts = "、".join(
        f"{row.category.label} 申請 {format_yen(row.filed_yen)}円・実績 {format_yen(row.cost_yen)}円"
        for row in sheet.rows
    )
    basis, is_over = amounts if sheet.is_complete else "", any(row.over_filed_yen for row in sheet.rows)
    return _answered(COSTS, text, basis, known=sheet.is_complete, holds=not is_over)


def _after_acceptance(sheet: ClaimSheet) -> Check:
    accepted_on = sheet.application.case.usage_accepted_on
    days = [row.line.worked_from for row in sheet.rows if row.line and row.line.worked_from]
    text = "利用申請の受理より前に行った業務の費用を含めていない。"
    if accepted_on is None or len(days) != len(sheet.rows):
        return Check(COSTS, text, OPEN, "")
    basis = f"受理日 {format_wareki(accepted_on)}、従事の初日 {format_wareki(min(days))}"
    return _answered(COSTS, text, basis, known=True, holds=min(days) >= accepted_on)


def _as_recorded(sheet: ClaimSheet) -> Check:
    text = "業務別請求明細書と従事時間管理表から求めた額が、請求する費用と一致している。"
    lines = [row.line for row in sheet.rows if row.line]
    known = sheet.is_complete and all(one.statement_yen is not None and one.hours_yen is not None for one in lines)
    same = all(one.statement_yen == one.cost_yen == one.hours_yen for one in lines)
    return _answered(COSTS, text, known=known, holds=same)


def _split(sheet: ClaimSheet) -> Check:
    text, difference = "支援機関ごとの費用の合計が、請求する費用と一致している。", sheet.split_difference_yen
    basis = f"差 {format_yen(difference)}円" if difference else ""
    return _answered(COSTS, text, basis, known=sheet.is_split, holds=not difference)


def _paid(sheet: ClaimSheet, paid: Sequence[Settlement | None]) -> Iterator[Check]:
    group = "自己負担"
    done = [one for one in paid if one and one.transferred_on and one.transferred_yen is not None]
    is_known = len(done) == len(paid)
    transferred = all(one.method == PaymentMethod.TRANSFER for one in done)
    basis = "、".join(f"{one} {format_wareki(one.transferred_on)}" for one in done if one.transferred_on)
    text = "申請者は、自己負担額を支援機関ごとに銀行振込で支払った。"
    yield _answered(group, text, basis, known=is_known, holds=transferred)
    text = "振込額(源泉所得税を差し引いたときは、その額を加えた額)が自己負担額と一致している。"
    owed = [one.own_yen for one in sheet.agencies]
    sums = [one.transferred_yen + one.withheld_yen for one in paid if one and one.transferred_yen is not None]
    yield _answered(group, text, known=is_known and None not in owed, holds=sums == owed)
    single = all(one.is_single_purpose for one in done)
    yield _answered(group, "振込は、この費用だけで行った。", known=is_known, holds=single)


def _invoices(sheet: ClaimSheet, paid: Sequence[Settlement | None]) -> Iterator[Check]:
    group = "契約・請求"
    contracts = all(one and one.contracted_on for one in paid)
    yield Check(group, "申請者と各支援機関は、この支援の契約を結んだ。", YES if contracts else OPEN, "")
    invoiced = [one.council_invoice_yen if one else None for one in paid]
    same = invoiced == [one.council_yen for one in sheet.agencies]
    text = "各支援機関の協議会あての請求書の額が、この申請の額と一致している。"
    yield _answered(group, text, known=None not in invoiced and sheet.is_split, holds=same)


def _banks(application: Application) -> Check:
    """Answer for the banks: all agree in the 405 scheme, the main bank got the plan in the other."""
    rows = CaseRows(application.case)
    if Scheme.of(SchemeFrame(application.case.frame)) is Scheme.VUP:
        got = [rows.stances[one.pk].receipt_on for one in rows.closest_lenders if one.pk in rows.stances]
        days = [day for day in got if day]
        basis = f"受取書 {format_wareki(min(days))}" if days else ""
        return Check("金融機関", "計画書を金融機関に渡し、受取書を受けた。", YES if days else OPEN, basis)
    stances = [rows.stances.get(one.pk, LenderStance()) for one in rows.creditors]
    agreed = sum(one.consent in AGREED for one in stances)
    refused = any(one.consent == Consent.REFUSED for one in stances)
    verdict = YES if stances and agreed == len(stances) else NO if refused else OPEN
    text = "すべての取引金融機関と信用保証協会が計画に同意した。"
    return Check("金融機関", text, verdict, f"同意 {agreed}件 / {len(stances)}件" if stances else "")


def _declarations() -> Iterable[Check]:
    group = "確認・誓約"
    yield Check(group, "従事時間管理表に、従事者と管理者が押印した。", OPEN, "")
    yield Check(group, "同じ業務について、国などの他の補助金を受けていない。", OPEN, "")
    yield Check(group, "記載した内容に相違がなく、添付書類はすべてそろっている。", OPEN, "")


def _answered(group: str, text: str, basis: str = "", *, known: bool, holds: bool) -> Check:
    """Return a line that the records answer, or that stays open while they do not know."""
    return Check(group, text, (YES if holds else NO) if known else OPEN, basis)
