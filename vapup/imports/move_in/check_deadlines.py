"""What may be wrong with deadlines that were put off, and with claims that come too late."""

from __future__ import annotations

from datetime import date
from typing import Final

from cases.enums import CaseStage
from cases.models import Lender
from monitoring.enums import DeadlineKind
from subsidies.enums import ApplicationKind
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.parameters import FrameNotOpen
from subsidies.rules.payments import Trigger
from vapup.imports.columns import Draft
from vapup.imports.move_in import forms
from vapup.imports.move_in.book import Book, Bundle, Party, doubles
from vapup.imports.move_in.figures import filed_of
from vapup.imports.move_in.journey import plan_claim_of

D: Final = DeadlineKind
# The claim that meets a deadline.
CLAIM_OF: Final = {
    D.PLAN_CLAIM: ApplicationKind.PLAN_CLAIM,
    D.MONITORING_CLAIM: ApplicationKind.MONITORING_CLAIM,
    D.NEGOTIATION_CLAIM: ApplicationKind.NEGOTIATION_CLAIM,
}


def check_deadlines(book: Book, *, today: date) -> None:
    """Tell every fault of the rows of deadlines, and warn of claims whose last day has passed."""
    for draft, first in doubles(book.of(forms.EXTENSIONS), ["case", "kind", "period", "bank"]):
        draft.fault("kind", f"同じ期限が{first.address()}にもあります。新しいほうの一行にしてください。")
    for bundle in book.bundles.values():
        assessment = _assessment(book, bundle)
        for row in bundle.extensions:
            if row.values["kind"] == D.LETTER:
                _check_letter(book, bundle, row, today)
            elif row.values["kind"] is not None:
                _check_extension(bundle, row, assessment, today)
        if assessment is not None:
            _warn_of_late_claims(bundle, assessment, today)


def _assessment(book: Book, bundle: Bundle) -> Assessment | None:
    """Return the figures of an accepted case whose costs and periods can be read, extensions aside."""
    rows = (bundle.draft, *bundle.costs, *bundle.periods)
    party, frame, day = bundle.party, bundle.frame, bundle.draft.values["usage_accepted_on"]
    if party is None or not party.is_sound or frame is None or day is None or any(one.is_faulty for one in rows):
        return None
    try:
        return assess(filed_of(book, bundle, party, frame, day))
    except FrameNotOpen:
        return None


def _check_letter(book: Book, bundle: Bundle, row: Draft, today: date) -> None:
    bank, until = row.values["bank"], row.values["until"]
    if until and until < today:
        row.fault(
            "until", f"「期限」 {until} は今日 {today} より前です。期限の過ぎた書面は、取り直してから記録してください。"
        )
    if not bank:
        row.fault("bank", "「金融機関の書面の有効期限」には「金融機関名」が必要です。")
        return
    found = _lenders(book, bundle.party, bank) if bundle.party is not None else []
    if len(found) == 1 and isinstance(found[0], Draft) and found[0].is_faulty:
        row.fault("bank", f"「金融機関名」の{row.shown('bank')}の行({found[0].address()})に誤りがあります。")
    elif len(found) == 1:
        bundle.lenders[row.number] = found[0]
    elif bundle.party is not None:
        text = "ありません" if not found else f"{len(found)}行あります。支店名まで書いてください"
        row.fault("bank", f"「金融機関名」の{row.shown('bank')}は、事業者{bundle.party.key}の金融機関に{text}。")


def _lenders(book: Book, party: Party, bank: str) -> list[Draft | Lender]:
    wanted = "".join(bank.split())
    found: list[Draft | Lender] = [
        row for row in party.lenders if wanted in _names(row.values["bank_name"], row.values["branch_name"])
    ]
    stored = book.office.lenders.get(party.stored.pk, ()) if party.stored else ()
    return [*found, *(one for one in stored if wanted in _names(one.bank_name, one.branch_name))]


def _names(bank: str | None, branch: str | None) -> set[str]:
    return {"".join((bank or "").split()), "".join(f"{bank or ''}{branch or ''}".split())}


def _check_extension(bundle: Bundle, row: Draft, assessment: Assessment | None, today: date) -> None:
    until, granted = row.values["until"], row.values["granted_on"]
    kind = D(row.values["kind"])
    if until and until < today:
        row.fault("until", f"「期限(延長後の最終日)」 {until} は今日 {today} より前です。過ぎた期限は取り込めません。")
    for column, label in (("granted_on", "協議会が認めた日"), ("proof", "根拠となる文書・連絡")):
        if not row.values[column] and not row.is_faulty:
            row.fault(column, f"延長した期限には「{label}」が必要です。")
    if granted and granted > today:
        row.fault("granted_on", f"「協議会が認めた日」 {granted} は今日 {today} より後です。日付を確かめてください。")
    if bundle.stage is CaseStage.COMPLETED:
        row.fault("case", "完了した案件の期限は、延長して取り込めません。")
    elif kind is D.STANDSTILL:
        _check_after(row, bundle.draft.values["standstill_until"], "一時停止の期限")
    else:
        _check_claim(bundle, row, kind, assessment)


def _check_claim(bundle: Bundle, row: Draft, kind: DeadlineKind, assessment: Assessment | None) -> None:
    number = row.values["period"]
    if bundle.draft.values["usage_accepted_on"] is None:
        row.fault("case", "受理前の案件に、支払申請の期限はありません。案件の「受理日」を確かめてください。")
        return
    if kind is D.MONITORING_CLAIM and number not in {one.values["number"] for one in bundle.periods}:
        row.fault("period", f"「回」の{row.shown('period')}は、この案件の「伴走支援の回」シートにありません。")
        return
    claims = (one for one in bundle.claims if one.values["kind"] == CLAIM_OF[kind])
    met = next((one for one in claims if kind is not D.MONITORING_CLAIM or one.values["period"] == number), None)
    if met is not None:
        row.fault("kind", f"{row.shown('kind')}の支払申請は提出済み({met.address()})です。この行を消してください。")
    elif assessment is not None:
        _check_after(row, _claim_by(assessment, kind, number), "延長前の期限")


def _claim_by(assessment: Assessment, kind: DeadlineKind, number: int | None) -> date | None:
    """Return the last day of a claim; that of the negotiation is the last period's, and is there only with its cost."""
    by_period = {one.period: one.claim_by for one in assessment.deadlines}
    if kind is D.NEGOTIATION_CLAIM:
        has_cost = any(one.trigger is Trigger.LAST_MONITORING_CLAIM and one.amount_yen for one in assessment.payments)
        periods = [one for one in by_period if one is not None]
        return by_period[max(periods)] if has_cost and periods else None
    return by_period.get(number if kind is D.MONITORING_CLAIM else None)


def _check_after(row: Draft, claim_by: date | None, name: str) -> None:
    until = row.values["until"]
    if claim_by is None:
        row.fault("kind", f"この案件には「{name}」がないため、延長できません。案件の行を確かめてください。")
    elif until and until <= claim_by:
        row.fault("until", f"「期限(延長後の最終日)」 {until} は、{name} {claim_by} より後の日にしてください。")


def _warn_of_late_claims(bundle: Bundle, assessment: Assessment, today: date) -> None:
    """Warn of a plan claim that was not made by its last day, unless the file puts that off."""
    if bundle.stage is CaseStage.COMPLETED or plan_claim_of(bundle) is not None:
        return
    claim_by = _claim_by(assessment, D.PLAN_CLAIM, None)
    extended = any(one.values["kind"] == D.PLAN_CLAIM for one in bundle.extensions)
    if claim_by is not None and claim_by < today and not extended:
        bundle.draft.warn(
            "usage_accepted_on",
            f"支払申請(計画策定)の期限 {claim_by} は過ぎています。取り込むと、すぐに失効の知らせが出ます。"
            "延長されているときは「期限」シートに入力してください。",
        )
