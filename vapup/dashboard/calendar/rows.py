"""The deadlines of some months, each with the claim that meets it: the rows of the list and of the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case as Choose
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from monitoring.enums import DeadlineState
from monitoring.models import Deadline
from monitoring.selectors.deadlines import Chip, chip_of
from monitoring.selectors.feeds import deadline_path
from subsidies.enums import CLAIMS, DEAD, SENT
from subsidies.models import Application
from vapup.dashboard.calendar.money import CLAIM_KINDS, Claim, Money, key_of, money_of
from vapup.dashboard.calendar.query import CLAIMS as ALL_CLAIMS
from vapup.dashboard.calendar.query import Span, View
from vapup.shared.dates import ONE_DAY

HELD: Final = "計画策定の留保分"
MARKS: Final = ("submitted_on", "decided_on", "paid_on")


@dataclass(frozen=True, slots=True)
class Row:
    """A deadline, or the held half that comes with one.

    Attributes:
        amount_yen: what is paid with the claim, in whole yen; None where the deadline is of no claim.
        is_held: whether the row stands for the held half that the first monitoring claim releases.
    """

    deadline: Deadline
    claim: Claim | None
    amount_yen: int | None
    is_held: bool
    today: date

    @property
    def is_claim(self) -> bool:
        """Tell whether a payment is claimed by this deadline."""
        return self.deadline.kind in CLAIM_KINDS

    @property
    def claim_is_made(self) -> bool:
        """Tell whether the council has the claim."""
        return self.claim is not None and self.claim.state in SENT

    @property
    def name(self) -> str:
        """Return what the row is about."""
        return HELD if self.is_held else self.deadline.get_kind_display()

    @property
    def about(self) -> str:
        """Return the rest of its name; of a held half it says with which claim it comes."""
        return f"第{self.deadline.period_number}回の伴走支援と一緒に支払い" if self.is_held else self.deadline.about

    @property
    def url(self) -> str:
        """Return the page of the deadline; that of a held half is the claim's that releases it."""
        return deadline_path(self.deadline.pk)

    @property
    def claim_url(self) -> str:
        """Return the page of the claim, or "" where there is none."""
        if self.claim is None or self.deadline.case is None:
            return ""
        return reverse("subsidies:application", args=[self.deadline.case.number, self.claim.id])

    @property
    def opens_on(self) -> date | None:
        """Return the first day on which the claim can be made; its period is counted from the day before."""
        return self.deadline.counted_from + ONE_DAY if self.is_claim else None

    @property
    def chip(self) -> Chip:
        """Return where the deadline stands, as every page shows it."""
        return chip_of(self.deadline, today=self.today)


def found(agency_id: int, span: Span, wanted: Mapping[str, Any]) -> QuerySet[Deadline]:
    """Return the deadlines of some months that pass the filters, by safe day.

    A deadline belongs to a month by its days, and by those on which its claim was handed in, decided or paid. Where
    windows are drawn, a claim belongs to every month of its window.
    """
    rows = Deadline.objects.for_agency(agency_id).exclude(state=DeadlineState.CANCELLED)
    starts_in_time = Q(safe_by__lte=span.last)
    if span.view is not View.LIST:
        starts_in_time |= Q(kind__in=CLAIM_KINDS, counted_from__lt=span.last)
    shown = rows.filter(Q(claim_by__gte=span.first) & starts_in_time | Exists(_claims_with_a_day_in(agency_id, span)))
    return _filtered(shown, wanted).order_by("safe_by", "pk")


def _filtered(rows: QuerySet[Deadline], wanted: Mapping[str, Any]) -> QuerySet[Deadline]:
    if consultant_id := wanted.get("consultant"):
        rows = rows.filter(consultant_id=consultant_id)
    if frame := wanted.get("frame"):
        rows = rows.filter(case__frame=frame)
    if kind := wanted.get("kind"):
        rows = rows.filter(kind__in=CLAIM_KINDS) if kind == ALL_CLAIMS else rows.filter(kind=kind)
    if state := wanted.get("state"):
        rows = rows.filter(state=state)
    return rows


def _claims_with_a_day_in(agency_id: int, span: Span) -> QuerySet[Application]:
    """Return the claims of a deadline (of the outer query) that were handed in, decided or paid in these months."""
    in_span = Q()
    for name in MARKS:
        in_span |= Q(**{f"{name}__range": (span.first, span.last)})
    of_period = Concat(Value("period:"), Cast("period_id", CharField()))
    subject = Choose(When(period=None, then=Value("")), default=of_period, output_field=CharField())
    claims = Application.objects.for_agency(agency_id).filter(in_span, kind__in=CLAIMS).exclude(state__in=DEAD)
    same = {"case_id": OuterRef("case_id"), "kind": OuterRef("kind"), "of": OuterRef("subject")}
    return claims.annotate(of=subject).filter(**same)


def money_in(agency_id: int, rows: QuerySet[Deadline]) -> Money:
    """Return what is paid with the claims among these deadlines."""
    claims = rows.filter(kind__in=CLAIM_KINDS, case__isnull=False)
    case_ids = claims.order_by().values_list("case_id", flat=True).distinct()
    return money_of(agency_id, [one for one in case_ids if one is not None])


def rows_of(deadlines: Iterable[Deadline], money: Money, *, today: date) -> Iterator[Row]:
    """Yield the rows of deadlines: each one, and the held half after the claim that releases it."""
    for deadline in deadlines:
        if deadline.kind not in CLAIM_KINDS:
            yield Row(deadline, None, None, is_held=False, today=today)
            continue
        claim = money.claims.get(key_of(deadline))
        own_yen, held_yen = money.of(deadline)
        yield Row(deadline, claim, own_yen, is_held=False, today=today)
        if held_yen:
            yield Row(deadline, claim, held_yen, is_held=True, today=today)


def with_names(deadlines: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """Return the deadlines with the rows that their names come from."""
    return deadlines.select_related("case__enterprise", "consultant__user")
