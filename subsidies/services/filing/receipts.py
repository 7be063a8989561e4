"""What the council decided and paid for a claim, agency by agency; the claim itself keeps the sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.models import LARGEST_YEN
from subsidies.enums import ApplicationState
from subsidies.models import Application, Receipt
from subsidies.rules.receivable_words import difference
from subsidies.selectors.payments.receipts import AgencyKey, Due, dues_of, split_among
from subsidies.services.filing.applications import ApplicationKey, check_version, locked_application, save_application
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.work import unit_of_work


class ReceiptRefused(DomainError):
    """An amount is another one than was claimed or decided, and nothing says why; or an agency is missing."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What arrived at one agency, in whole yen, and on which day (of several parts: of the last)."""

    yen: int
    on: date


def decided_parts(
    application: Application, total_yen: int | None, parts: Mapping[AgencyKey, int] | None, note: str
) -> dict[AgencyKey, int]:
    """Return each agency's part of a decision, checked against what was claimed.

    Args:
        total_yen: the sum, where no parts are given; it is split by what each agency claimed.
        note: why the amount is another one than was claimed.

    Raises:
        ReceiptRefused: an agency has no part, an amount is out of range, or one differs without a note.
    """
    dues = dues_of(application)
    claimed = {one.agency_key: one.claimed_yen for one in dues}
    found = dict(parts) if parts is not None else split_among(dues, total_yen or 0, claimed)
    for one in dues:
        yen = _in_range(f"決定額({one.name})", _given(found, one))
        if one.claimed_yen is not None:
            _explain(_named("決定額", one, dues), yen, "申請額", one.claimed_yen, note, "決定通知書")
    return found


def paid_parts(
    application: Application, total: Paid | None, parts: Mapping[AgencyKey, Paid] | None, note: str
) -> dict[AgencyKey, Paid]:
    """Return what arrived at each agency, checked against what was decided for it.

    Args:
        total: the sum, where no parts are given; it is split as the decision was.
        note: why the amount is another one than was decided.

    Raises:
        ReceiptRefused: as in `decided_parts`.
    """
    dues = dues_of(application)
    decided = _decided(application, dues)
    if parts is not None or total is None:
        found = dict(parts or {})
    else:
        split = split_among(dues, total.yen, decided)
        found = {key: Paid(yen, total.on) for key, yen in split.items()}
    for one in dues:
        yen, decided_yen = _in_range(f"入金額({one.name})", _given(found, one).yen), decided[one.agency_key]
        if decided_yen is not None:
            _explain(_named("入金額", one, dues), yen, "決定額", decided_yen, note, "通帳と決定通知書")
    return found


def _decided(application: Application, dues: tuple[Due, ...]) -> dict[AgencyKey, int | None]:
    """Return what was decided for each agency; of a decision without receipts the parts by what was claimed."""
    known: dict[AgencyKey, int | None] = {one.agency_key: one.decided_yen for one in dues}
    if any(yen is not None for yen in known.values()) or application.decided_yen is None:
        return known
    claimed = {one.agency_key: one.claimed_yen for one in dues}
    return {**split_among(dues, application.decided_yen, claimed)}


def _given(found: Mapping[AgencyKey, Any], due: Due) -> Any:
    if due.agency_key not in found:
        raise ReceiptRefused(f"「{due.name}」の額を入力してください。0円のときは 0 と入力します。")
    return found[due.agency_key]


def _in_range(label: str, yen: int) -> int:
    if not 0 <= yen <= LARGEST_YEN:
        raise ReceiptRefused(
            f"{label} {format_yen(yen)}円は扱える範囲(0円から{format_yen(LARGEST_YEN)}円まで)にありません。"
        )
    return yen


def _named(label: str, due: Due, dues: tuple[Due, ...]) -> str:
    return label if len(dues) == 1 else f"{due.name}の{label}"


def _explain(label: str, yen: int, than: str, other_yen: int, note: str, papers: str) -> None:
    sentence = difference(label, yen, than, other_yen)
    if sentence and not note.strip():
        raise ReceiptRefused(f"{sentence}{papers}を確かめ、そのとおりのときは「差額の理由」を入力してください。")


def store_receipts(
    actor: Member, application: Application, values: Mapping[AgencyKey, Mapping[str, Any]]
) -> list[Receipt]:
    """Write columns of the agencies' receipts; with several agencies the trail of the case lists each."""
    stored = Receipt.objects.for_agency(application.agency_id).select_for_update(of=("self",), no_key=True)
    rows = {one.co_agency_id: one for one in stored.filter(application=application)}
    changes: audit.Changes = {}
    found = []
    for due in dues_of(application):
        row = rows.get(due.agency_key) or Receipt(
            agency_id=application.agency_id, application=application, co_agency=due.co_agency
        )
        told = audit.apply_changes(row, values[due.agency_key])
        row.version += 1 if row.pk and told else 0
        row.save()
        changes |= {f"{application.name} {due.name}: {label}": pair for label, pair in told.items()}
        found.append(row)
    if len(found) > 1 and changes:
        audit.record(actor, Verb.CHANGED, application.case, changes=changes)
    return found


@unit_of_work()
def correct_payment(
    *,
    actor: Member,
    case_id: int,
    key: ApplicationKey,
    version: int,
    parts: Mapping[AgencyKey, Paid],
    note: str,
    today: date,
) -> Application:
    """Record what arrived later, or put right what was recorded: the sums so far, with the day of the last part.

    Raises:
        NotAllowed: the actor may not record what passes with the council for this case.
        ReceiptRefused: the claim is not paid yet, a day is impossible, or an amount differs without a note.
        EditedMeanwhile: another person changed the application after `version` was shown.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REGISTER_COUNCIL, case)
    if application.state != ApplicationState.PAID:
        raise ReceiptRefused(
            f"{application.name}は「{application.get_state_display()}」です。入金を直せるのは、入金を記録した後です。"
        )
    check_version(application, version)
    found = paid_parts(application, None, parts, note)
    for one in found.values():
        check_paid_on(application, one.on, today)
    store_receipts(actor, application, payment_columns(application, found, note))
    save_application(actor, Verb.CHANGED, application, sums_of(found), reason=note)
    return application


def check_paid_on(application: Application, day: date, today: date) -> None:
    """Refuse a payment that lies in the future or before its decision."""
    if day > today:
        raise ReceiptRefused(
            f"{application.name}の入金日 {day} は、今日 {today} より後です。起きた日を入力してください。"
        )
    if application.decided_on is not None and day < application.decided_on:
        raise ReceiptRefused(
            f"{application.name}の入金日 {day} は、決定日 {application.decided_on} より前です。"
            "どちらかを直してください。"
        )


def sums_of(parts: Mapping[AgencyKey, Paid]) -> dict[str, Any]:
    """Return what the claim keeps of the agencies' payments: their sum and the last day."""
    return {"paid_yen": sum(one.yen for one in parts.values()), "paid_on": max(one.on for one in parts.values())}


def decision_columns(
    application: Application, parts: Mapping[AgencyKey, int], note: str
) -> dict[AgencyKey, dict[str, Any]]:
    """Return what the receipts say of a decision; the note stands where the amount is not the claimed one."""
    claimed = {one.agency_key: one.claimed_yen for one in dues_of(application)}
    return {
        key: {"decided_yen": yen, "decided_note": note.strip() if claimed[key] not in {None, yen} else ""}
        for key, yen in parts.items()
    }


def payment_columns(
    application: Application, parts: Mapping[AgencyKey, Paid], note: str
) -> dict[AgencyKey, dict[str, Any]]:
    """Return what the receipts say of a payment; the note stands where the amount is not the decided one."""
    decided = _decided(application, dues_of(application))
    return {
        key: {
            "decided_yen": decided[key],
            "paid_yen": one.yen,
            "paid_on": one.on,
            "paid_note": note.strip() if one.yen != decided[key] else "",
        }
        for key, one in parts.items()
    }
