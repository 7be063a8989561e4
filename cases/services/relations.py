"""What belongs to an enterprise or a case: lenders, past uses, co-agencies. The trail is that of the owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import models
from django.db.models import ProtectedError

from cases.enums import LenderRole
from cases.models import Case, CoAgency, Enterprise, Lender, PastUse, Payee
from cases.services.locking import lock_case, lock_enterprise
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.work import unit_of_work

LENDER_FACTS: Final = ("bank_name", "branch_name", "role", "balance_yen", "guaranteed_yen")
PAST_USE_FACTS: Final = ("frame", "category", "paid_yen", "accepted_on", "note")
CO_AGENCY_FACTS: Final = (
    "name",
    "representative",
    "certification_number",
    "certification_expires_on",
    "address",
    "phone",
)


class LenderRefused(DomainError):
    """The lender contradicts itself or another lender of the enterprise."""


class CoAgencyRefused(DomainError):
    """The case does not take this change to its agencies."""


@unit_of_work()
def add_lender(*, actor: Member, enterprise_id: int, facts: Mapping[str, Any]) -> Lender:
    """Add a lender; `facts` are the fields named in `LENDER_FACTS`, amounts in yen.

    Raises:
        LenderRefused: a second main lender, more guaranteed than borrowed, or a guarantor that is guaranteed itself.
    """
    require(actor, Action.EDIT_ENTERPRISE)
    enterprise = lock_enterprise(actor, enterprise_id)
    _check_lender(enterprise, facts, own_id=None)
    lender = Lender.objects.create(agency_id=actor.agency_id, enterprise=enterprise, **facts)
    _note(actor, enterprise, f"金融機関 {lender}", audit.initial_values(lender, LENDER_FACTS))
    return lender


@unit_of_work()
def edit_lender(*, actor: Member, enterprise_id: int, lender_id: int, facts: Mapping[str, Any]) -> Lender:
    """Change a lender.

    Raises:
        Lender.DoesNotExist: the enterprise has no such lender.
        LenderRefused: a second main lender, more guaranteed than borrowed, or a guarantor that is guaranteed itself.
    """
    require(actor, Action.EDIT_ENTERPRISE)
    enterprise = lock_enterprise(actor, enterprise_id)
    lender = enterprise.lenders.get(pk=lender_id)
    name = f"金融機関 {lender}"
    _check_lender(enterprise, facts, own_id=lender.pk)
    changes = audit.apply_changes(lender, facts)
    if changes:
        lender.save(update_fields=[*facts])
        _note(actor, enterprise, name, changes)
    return lender


@unit_of_work()
def remove_lender(*, actor: Member, enterprise_id: int, lender_id: int) -> str:
    """Remove a lender and return its name.

    Raises:
        Lender.DoesNotExist: the enterprise has no such lender.
        LenderRefused: a case holds what the lender has said, papers or reports of it, or a plan its loans; the
            sentence says where.
    """
    require(actor, Action.EDIT_ENTERPRISE)
    enterprise = lock_enterprise(actor, enterprise_id)
    lender = enterprise.lenders.get(pk=lender_id)
    _check_unused(lender)
    try:
        return _remove(actor, enterprise, "金融機関", lender, LENDER_FACTS)
    except ProtectedError as held:
        raise LenderRefused(
            f"「{lender}」は次のところに記録されているため、削除できません: {_places(held, _place_of_case)}。"
            "完済したときは、借入残高を 0 にしてください。"
        ) from held


@unit_of_work()
def add_past_use(*, actor: Member, enterprise_id: int, facts: Mapping[str, Any]) -> PastUse:
    """Add what a council has paid before; `facts` are the fields named in `PAST_USE_FACTS`, the amount in yen."""
    require(actor, Action.EDIT_ENTERPRISE)
    enterprise = lock_enterprise(actor, enterprise_id)
    past_use = PastUse.objects.create(agency_id=actor.agency_id, enterprise=enterprise, **facts)
    _note(actor, enterprise, f"過去の利用 {past_use}", audit.initial_values(past_use, PAST_USE_FACTS))
    return past_use


@unit_of_work()
def remove_past_use(*, actor: Member, enterprise_id: int, past_use_id: int) -> str:
    """Remove a past use and return its name.

    Raises:
        PastUse.DoesNotExist: the enterprise has no such past use.
    """
    require(actor, Action.EDIT_ENTERPRISE)
    enterprise = lock_enterprise(actor, enterprise_id)
    return _remove(actor, enterprise, "過去の利用", enterprise.past_uses.get(pk=past_use_id), PAST_USE_FACTS)


@unit_of_work()
def add_co_agency(*, actor: Member, case_id: int, facts: Mapping[str, Any]) -> CoAgency:
    """Add another agency to a case; `facts` are the fields named in `CO_AGENCY_FACTS`.

    Raises:
        CoAgencyRefused: the case's application is fixed, or the agency is on the case already.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    _check_open(case)
    if case.co_agencies.filter(name=facts["name"]).exists():
        raise CoAgencyRefused(f"「{facts['name']}」は、すでにこの案件に登録されています。")
    co_agency = CoAgency.objects.create(agency_id=actor.agency_id, case=case, **facts)
    _note(actor, case, f"その他認定支援機関 {co_agency}", audit.initial_values(co_agency, CO_AGENCY_FACTS))
    return co_agency


@unit_of_work()
def remove_co_agency(*, actor: Member, case_id: int, co_agency_id: int) -> str:
    """Remove another agency from a case and return its name.

    Raises:
        CoAgency.DoesNotExist: the case has no such agency.
        CoAgencyRefused: the case's application is fixed, or papers or claims of the agency are recorded; the sentence
            says how many and where.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    _check_open(case)
    co_agency = case.co_agencies.get(pk=co_agency_id)
    Payee.objects.for_agency(actor.agency_id).filter(co_agency=co_agency).delete()
    try:
        return _remove(actor, case, "その他認定支援機関", co_agency, CO_AGENCY_FACTS)
    except ProtectedError as held:
        raise CoAgencyRefused(
            f"「{co_agency}」のものが{len(held.protected_objects)}件記録されているため、この案件から外せません"
            f"({_places(held, _place)})。"
        ) from held


def _places(held: ProtectedError, place_of: Callable[[models.Model], str]) -> str:
    """Return what keeps a row from being removed, counted by where it is recorded."""
    counts = Counter(map(place_of, held.protected_objects))
    return "、".join(f"{place} {count}件" for place, count in sorted(counts.items()))


def _place(row: models.Model) -> str:
    application = getattr(row, "application", None)
    return f"{application}の{row._meta.verbose_name}" if application else str(row._meta.verbose_name)


def _place_of_case(row: models.Model) -> str:
    """Return where a row is recorded, with the case: for what belongs to an enterprise, which has several."""
    plan, period = getattr(row, "plan", None), getattr(row, "period", None)
    if plan is not None:
        return f"{plan}の{row._meta.verbose_name}"
    owner = period or getattr(row, "application", None)
    return f"案件 {owner.case.number} の{_place(row)}" if owner else _place(row)


def _check_open(case: Case) -> None:
    if not case.is_application_open:
        raise CoAgencyRefused(
            f"案件 {case.number} の利用申請は、承認を依頼中か、承認済みか、終わっているため、"
            "その他認定支援機関を変えられません。"
        )


def _check_unused(lender: Lender) -> None:
    """Refuse to remove a lender whose letters or consent a case has recorded."""
    numbers = lender.stances.order_by("case__number").values_list("case__number", flat=True)
    if numbers:
        raise LenderRefused(
            f"「{lender}」の書面や同意が案件 {'、'.join(numbers)} に記録されているため、削除できません。"
            "完済したときは、借入残高を 0 にしてください。"
        )


def _check_lender(enterprise: Enterprise, facts: Mapping[str, Any], *, own_id: int | None) -> None:
    balance, guaranteed = facts["balance_yen"], facts["guaranteed_yen"]
    if guaranteed > balance:
        raise LenderRefused(
            f"うち保証協会付 {format_yen(guaranteed)}円 は、借入残高 {format_yen(balance)}円 を超えています。"
            "どちらかを直してください。"
        )
    if facts["role"] == LenderRole.GUARANTOR and guaranteed:
        raise LenderRefused(
            f"区分が「{LenderRole.GUARANTOR.label}」のときは、うち保証協会付 {format_yen(guaranteed)}円 を"
            " 0 にしてください。"
            "保証付の残高は、融資した金融機関の側に入力します。"
        )
    if facts["role"] != LenderRole.MAIN:
        return
    main = enterprise.lenders.filter(role=LenderRole.MAIN).exclude(pk=own_id or 0).first()
    if main is not None:
        raise LenderRefused(
            f"主要(メイン)の金融機関は一つだけで、「{main}」が登録されています。どちらかの区分を変えてください。"
        )


def _remove(actor: Member, owner: Case | Enterprise, kind: str, row: models.Model, facts: tuple[str, ...]) -> str:
    name = str(row)
    gone = {label: [after, before] for label, (before, after) in audit.initial_values(row, facts).items()}
    row.delete()
    _note(actor, owner, f"{kind} {name}", gone)
    return name


def _note(actor: Member, owner: Case | Enterprise, name: str, changes: audit.Changes) -> None:
    """Record changes to a part in the trail of the whole, each labelled with the part's name."""
    audit.record(actor, Verb.CHANGED, owner, changes={f"{name}: {label}": pair for label, pair in changes.items()})
