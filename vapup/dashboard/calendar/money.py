"""What the council pays with each claim: as approved with the claim itself, or else with the usage application."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models.fields.json import KeyTransform

from monitoring.enums import DeadlineKind
from monitoring.models import Deadline
from subsidies.enums import CLAIMS, DEAD, ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.models.applications import FROZEN
from subsidies.rules.payments import Trigger

# Kinds of deadlines that a claim meets; both lists use the same names.
CLAIM_KINDS: Final = frozenset(DeadlineKind(one.value) for one in CLAIMS)
FIRST_PERIOD: Final = 1
# What makes a claim the same as its deadline: the case, the kind, and the period for monitoring claims.
Key = tuple[int | None, str, str]
Payments = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Claim:
    """An application for a payment as the calendar shows it; amounts in whole yen, None until the council says them."""

    id: int
    case_id: int
    kind: str
    period_id: int | None
    number: int
    state: str
    submitted_on: date | None
    decided_on: date | None
    decided_yen: int | None
    paid_on: date | None
    paid_yen: int | None
    payments: Payments | None

    @property
    def key(self) -> Key:
        """Return what its deadline is known by."""
        return self.case_id, self.kind, f"period:{self.period_id}" if self.period_id else ""

    @property
    def state_label(self) -> str:
        """Return where the claim stands, in words."""
        return ApplicationState(self.state).label


COLUMNS: Final = tuple(name for name in Claim.__dataclass_fields__ if name != "payments")


def key_of(deadline: Deadline) -> Key:
    """Return what the claim of a deadline is known by."""
    return deadline.case_id, deadline.kind, deadline.subject


@dataclass(frozen=True)
class Money:
    """The claims of some cases, and what is paid with each."""

    claims: Mapping[Key, Claim]
    usages: Mapping[int, Payments]
    at_risk: Mapping[Key, int] = field(default_factory=dict)

    @cached_property
    def _carriers(self) -> dict[int, str]:
        """The monitoring claim that releases the held halves of each case: the first that was handed in."""
        handed_in = [
            (one.submitted_on, one.case_id, one.key[2])
            for one in self.claims.values()
            if one.kind == ApplicationKind.MONITORING_CLAIM and one.submitted_on is not None
        ]
        return {case_id: subject for _, case_id, subject in sorted(handed_in, reverse=True)}

    def of(self, deadline: Deadline) -> tuple[int, int]:
        """Return what is paid with the claim of a deadline: its own part, and the held halves that it releases."""
        key = key_of(deadline)
        claim = self.claims.get(key)
        payments = (claim.payments if claim else None) or self.usages.get(deadline.case_id or 0)
        if payments is None:
            return self._from_the_ledger(key), 0
        if deadline.kind == ApplicationKind.MONITORING_CLAIM:
            held = _sum(payments, trigger=Trigger.FIRST_MONITORING_CLAIM) if self._releases(deadline) else 0
            return _sum(payments, period=deadline.period_number), held
        is_plan = deadline.kind == ApplicationKind.PLAN_CLAIM
        return _sum(payments, trigger=Trigger.PLAN_CLAIM if is_plan else Trigger.LAST_MONITORING_CLAIM), 0

    def _releases(self, deadline: Deadline) -> bool:
        """Tell whether the held halves are paid with a monitoring claim; before any was handed in, with the first."""
        carrier = self._carriers.get(deadline.case_id or 0)
        return deadline.subject == carrier if carrier else deadline.period_number == FIRST_PERIOD

    def _from_the_ledger(self, key: Key) -> int:
        """Return what a claim brings by what is lost with it: with the plan all is lost, the other claims included."""
        case_id, kind, _ = key
        if kind != ApplicationKind.PLAN_CLAIM:
            return self.at_risk.get(key, 0)
        rest = (yen for (other, name, _), yen in self.at_risk.items() if other == case_id and name != kind)
        return max(0, self.at_risk.get(key, 0) - sum(rest))


def money_of(agency_id: int, case_ids: Collection[int]) -> Money:
    """Read what is paid with the claims of these cases, in three questions at most."""
    applications = Application.objects.for_agency(agency_id).filter(case_id__in=case_ids)
    claims = applications.filter(kind__in=CLAIMS).exclude(state__in=DEAD).annotate(payments=_payments()).order_by("pk")
    found = [_claim(values) for values in claims.values_list(*COLUMNS, "payments")]
    usages = applications.usage().frozen().annotate(payments=_payments())
    kept = {case_id: payments for case_id, payments in usages.values_list("case_id", "payments") if payments}
    return Money({one.key: one for one in found}, kept, _at_risk(agency_id, set(case_ids) - set(kept)))


def _claim(values: Iterable[Any]) -> Claim:
    claim = Claim(*values)
    is_kept = claim.state in FROZEN and claim.state != ApplicationState.RETURNED
    return claim if is_kept else replace(claim, payments=None)


def _payments() -> KeyTransform:
    return KeyTransform("payments", "assessment")


def _at_risk(agency_id: int, case_ids: Collection[int]) -> dict[Key, int]:
    """Return what is lost with each claim of the cases for which no figures were approved."""
    if not case_ids:
        return {}
    rows = Deadline.objects.for_agency(agency_id).filter(case_id__in=case_ids, kind__in=CLAIM_KINDS)
    listed = rows.values_list("case_id", "kind", "subject", "yen_at_risk")
    return {(case_id, kind, subject): yen for case_id, kind, subject, yen in listed}


def _sum(payments: Payments, *, trigger: Trigger | None = None, period: int | None = None) -> int:
    if trigger is None:
        return sum(one["amount"] for one in payments if one["period"] == period)
    return sum(one["amount"] for one in payments if one["trigger"] == trigger)
