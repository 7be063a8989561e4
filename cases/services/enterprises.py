"""Register and change enterprises (事業者)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import F

from cases.models import Enterprise
from cases.services.locking import check_version, lock_agency, lock_enterprise
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

FACTS: Final = (
    "name",
    "name_kana",
    "legal_form",
    "corporate_number",
    "representative_title",
    "representative",
    "postal_code",
    "address",
    "phone",
    "founded_on",
    "industry",
    "business",
    "capital_yen",
    "employee_count",
    "fiscal_year_end_month",
    "annual_sales_yen",
    "interest_bearing_debt_yen",
)


class AlreadyRegistered(DomainError):
    """The office has an enterprise of this number, or of this name; `existing` is the one."""

    def __init__(self, message: str, existing: Enterprise) -> None:
        super().__init__(message)
        self.existing = existing


class DuplicateNumber(AlreadyRegistered):
    """Two enterprises cannot share a corporate number."""


class SameName(AlreadyRegistered):
    """Two enterprises may share a name, when the user says that they are two."""


@unit_of_work()
def register_enterprise(*, actor: Member, facts: Mapping[str, Any], is_another: bool) -> Enterprise:
    """Store a new enterprise.

    Args:
        facts: the fields named in `FACTS`.
        is_another: the user has confirmed that it is not the registered one of the same name.

    Raises:
        DuplicateNumber: its corporate number is registered.
        SameName: its name is registered and `is_another` is false.
    """
    require(actor, Action.EDIT_ENTERPRISE)
    lock_agency(actor)
    _check_number(actor, facts["corporate_number"], own_id=None)
    if not is_another:
        _check_name(actor, facts["name"])
    enterprise = Enterprise.objects.create(agency_id=actor.agency_id, **facts)
    audit.record(actor, Verb.CREATED, enterprise, changes=audit.initial_values(enterprise, FACTS))
    return enterprise


@unit_of_work()
def edit_enterprise(*, actor: Member, enterprise_id: int, version: int, facts: Mapping[str, Any]) -> Enterprise:
    """Change an enterprise that the user saw at `version`; nothing is written where nothing changed.

    Raises:
        EditedMeanwhile: it was changed after the user had opened it.
        DuplicateNumber: another enterprise has this corporate number.
    """
    require(actor, Action.EDIT_ENTERPRISE)
    lock_agency(actor)
    enterprise = lock_enterprise(actor, enterprise_id)
    check_version(enterprise, version)
    _check_number(actor, facts["corporate_number"], own_id=enterprise.pk)
    changes = audit.apply_changes(enterprise, facts)
    if changes:
        enterprise.version += 1
        enterprise.save(update_fields=[*facts, "version"])
        audit.record(actor, Verb.CHANGED, enterprise, changes=changes)
    return enterprise


def _check_number(actor: Member, number: str, *, own_id: int | None) -> None:
    """Refuse a number that another enterprise has, or one had that was merged into another than this."""
    if not number:
        return
    rows = Enterprise.with_merged.for_agency(actor.agency_id).filter(corporate_number=number).exclude(pk=own_id or 0)
    same = rows.select_related("merged_into").order_by(F("merged_into").asc(nulls_first=True), "pk").first()
    if same is None or (same.merged_into_id is not None and same.merged_into_id == own_id):
        return
    if same.merged_into is None:
        raise DuplicateNumber(f"法人番号 {number} の事業者は「{same.name}」として登録済みです。", same)
    kept = same.merged_into
    raise DuplicateNumber(
        f"法人番号 {number} の事業者は「{same.name}」として登録済みで、「{kept.name}」に統合されています。", kept
    )


def _check_name(actor: Member, name: str) -> None:
    same = Enterprise.objects.for_agency(actor.agency_id).filter(name=name).order_by("pk").first()
    if same is not None:
        raise SameName(f"同じ名前の事業者「{same.name}」({same.address})が登録済みです。", same)
