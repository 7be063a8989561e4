"""Keep the figures of one month as a person corrected them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cases.models import Enterprise, MonthlyFigure
from cases.rules.accounts import accounts
from cases.selectors.figures import month_figures
from cases.services.locking import lock_enterprise
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work


class FiguresChanged(DomainError):
    """Another person, or an import, stored other figures for the month meanwhile."""


class UnknownAccount(DomainError):
    """An amount is for an account that the chart has not."""


@unit_of_work()
def save_month(
    *, actor: Member, enterprise_id: int, month: date, seen: Mapping[str, int], yen: Mapping[str, int]
) -> Enterprise:
    """Store the amounts of a month by account; an account that is left out has none any more.

    Args:
        month: its first day.
        seen: what the actor was shown.

    Raises:
        Enterprise.DoesNotExist, EnterpriseMerged: see `lock_enterprise`.
        NotAllowed: the actor may not write to enterprises.
        FiguresChanged: what is stored is not what was shown.
        UnknownAccount: an account is not of the chart.
    """
    enterprise = lock_enterprise(actor, enterprise_id)
    require(actor, Action.EDIT_ENTERPRISE, enterprise)
    if unknown := sorted(set(yen) - set(accounts())):
        raise UnknownAccount(f"科目「{unknown[0]}」は科目の一覧にありません。画面を開き直してください。")
    stored = dict(month_figures(enterprise, month))
    if stored != dict(seen):
        raise FiguresChanged(
            f"入力中に、{month:%Y-%m} の実績が変わりました(入力時 {len(seen)}科目、今 {len(stored)}科目)。"
            "もう一度保存すると、あなたの入力で上書きします。"
        )
    _store(enterprise, month, stored, yen)
    labels = {one.id: one.label for one in accounts().values()}
    changes = {
        f"{month:%Y-%m} {labels.get(name, name)}": [stored.get(name), yen.get(name)]
        for name in sorted({*stored, *yen})
        if stored.get(name) != yen.get(name)
    }
    if changes:
        audit.record(actor, Verb.CHANGED, enterprise, changes=changes)
    return enterprise


def _store(enterprise: Enterprise, month: date, stored: Mapping[str, int], yen: Mapping[str, int]) -> None:
    own = {"agency_id": enterprise.agency_id, "enterprise": enterprise, "month": month}
    rows = MonthlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise, month=month)
    rows.filter(account__in=[name for name in stored if name not in yen]).delete()
    changed = [row for row in rows if row.account in yen and yen[row.account] != row.yen]
    for row in changed:
        row.yen = yen[row.account]
    MonthlyFigure.objects.bulk_update(changed, ("yen",))
    new = [MonthlyFigure(**own, account=name, yen=amount) for name, amount in yen.items() if name not in stored]
    MonthlyFigure.objects.bulk_create(new)
