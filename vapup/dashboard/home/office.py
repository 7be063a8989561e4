"""The four numbers of an office, each a link to the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from cases.enums import PlanState
from cases.models import Plan
from cases.workflow import OPEN_STAGES
from monitoring.models import Deadline
from monitoring.selectors.risk import RiskFilter, RiskRow, at_risk, risk_rows, risk_totals, yen_of
from monitoring.selectors.words import URGENT_DAYS
from subsidies.enums import CLAIMS, ApplicationState, Payer, ReceivableState
from subsidies.models import Application, Receipt
from subsidies.selectors.diary.weeks import waiting
from subsidies.selectors.filing.packets import awaiting_approval
from vapup.dashboard.calendar.query import View
from vapup.shared.money import format_yen

NEAR: Final = 90
RISKS: Final = 5


@dataclass(frozen=True, slots=True)
class Aside:
    """What is said below a figure; `url` leads to its own rows, "" where the figure's do."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the office that leads to the list behind it; `is_yen`: whole yen, else a count."""

    label: str
    value: int
    url: str
    notes: tuple[Aside, ...]
    is_yen: bool = False


@dataclass(frozen=True, slots=True)
class Risks:
    """The first rows of the ledger of money at risk, and the yen of all of it, each counted once."""

    rows: list[RiskRow]
    yen: int


@dataclass(frozen=True, slots=True)
class MonthReceipts:
    """What the council paid in a month and what it decided on and has still to pay, in whole yen."""

    paid_yen: int
    expected_yen: int


def figures_of(agency_id: int, *, today: date) -> list[Figure]:
    """Return what may be lost, what is urgent, what waits for an approval, and what came in this month."""
    totals, ledger = risk_totals(agency_id, today=today), reverse("monitoring:risk")
    return [
        Figure(
            label=f"{NEAR}日以内に失うおそれ",
            value=totals.within[NEAR],
            url=f"{ledger}?days={NEAR}",
            notes=(Aside("補助金。超過を含む"),),
            is_yen=True,
        ),
        Figure(
            label=f"期限超過・{URGENT_DAYS}日以内",
            value=totals.urgent,
            url=f"{ledger}?days={URGENT_DAYS}&scope=all",
            notes=(Aside("書類などの期限を含む"),),
        ),
        _approvals(agency_id),
        _receipts(agency_id, today),
    ]


def risks_of(agency_id: int, *, today: date) -> Risks:
    """Return the first rows of the ledger."""
    found = at_risk(agency_id, RiskFilter(), today=today)
    first: list[Deadline] = list(found[:RISKS])
    return Risks(risk_rows(first, today=today), yen_of(found))


def month_receipts(agency_id: int, *, today: date) -> MonthReceipts:
    """Add up what is recorded of the council's payments: of each agency where that is known, else of the claim."""
    claims = Application.objects.for_agency(agency_id).filter(kind__in=CLAIMS)
    first = today.replace(day=1)
    of_claim = Receipt.objects.for_agency(agency_id).filter(application=OuterRef("pk")).order_by().values("application")
    in_month = of_claim.filter(paid_on__gte=first, paid_on__lte=today).annotate(sum=Sum("paid_yen"))
    arrived = of_claim.filter(paid_yen__isnull=False).annotate(sum=Sum("decided_yen"))
    parts = of_claim.filter(paid_yen__isnull=False).annotate(sum=Sum("paid_yen"))
    open_or_new = Q(state=ApplicationState.DECIDED) | Q(state=ApplicationState.PAID, paid_on__gte=first)
    own_paid = When(parts=None, paid_on__range=(first, today), then=F("paid_yen"))
    sums = (
        claims.filter(open_or_new)
        .annotate(
            in_month=Coalesce(Subquery(in_month.values("sum")), 0),
            arrived=Coalesce(Subquery(arrived.values("sum")), 0),
            parts=Subquery(parts.values("sum")),
        )
        .aggregate(
            paid=Sum(Case(own_paid, default=F("in_month"), output_field=BigIntegerField())),
            expected=Sum(F("decided_yen") - F("arrived"), filter=Q(state=ApplicationState.DECIDED)),
        )
    )
    return MonthReceipts(int(sums["paid"] or 0), int(sums["expected"] or 0))


def _approvals(agency_id: int) -> Figure:
    """Count what stands in the approval inbox."""
    plans = Plan.objects.for_agency(agency_id).filter(state=PlanState.SUBMITTED, case__stage__in=OPEN_STAGES)
    counts = {
        "申請": awaiting_approval(agency_id).count(),
        "計画": plans.count(),
        "業務日誌": waiting(agency_id).count(),
    }
    kinds = "・".join(f"{name} {count}" for name, count in counts.items() if count)
    url = reverse("dashboard:approvals")
    return Figure(
        label="承認待ち", value=sum(counts.values()), url=url, notes=(Aside(kinds or "申請・計画・業務日誌"),)
    )


def _receipts(agency_id: int, today: date) -> Figure:
    found = month_receipts(agency_id, today=today)
    expected_yen = found.paid_yen + found.expected_yen
    return Figure(
        label="今月の入金",
        value=found.paid_yen,
        url=payments_url(ReceivableState.PAID, today),
        notes=(
            Aside(f"見込 {format_yen(expected_yen)}円"),
            Aside(f"入金待ち {format_yen(found.expected_yen)}円", payments_url(ReceivableState.DECIDED, today)),
        ),
        is_yen=True,
    )


def payments_url(state: ReceivableState, today: date) -> str:
    """Return the list of this month's payments of the council in a state."""
    asked = {"view": View.MONTH.value, "from": f"{today:%Y-%m}", "payer": Payer.COUNCIL.value, "state": state.value}
    return f"{reverse('dashboard:payments')}?{urlencode(asked)}"
