"""What a member waits for, and for whom (待ち): the council, banks, the enterprise, the manager."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Min, Q
from django.urls import reverse

from cases.enums import Consent, PlanState, Scheme, SchemeFrame
from cases.models import Case, LenderStance, Plan
from cases.workflow import OPEN_STAGES
from subsidies.enums import CLAIMS, WITH_COUNCIL, ApplicationKind, ApplicationState, PaperPlace, WeekState
from subsidies.models import Application, Paper, Settlement, WorkWeek
from subsidies.selectors.filing.applications import application_url
from vapup.accounts.models import Member
from vapup.clock import day_of
from vapup.dashboard.home.people import BANK, COUNCIL, ENTERPRISE, MANAGER, hours_url

ROWS: Final = 7
S = ApplicationState
# A usage application that was decided on is at its end; a claim still waits for its payment.
AT_THE_COUNCIL: Final = Q(kind__in=CLAIMS, state__in=WITH_COUNCIL) | Q(
    kind=ApplicationKind.USAGE, state__in=(S.SUBMITTED, S.ACCEPTED)
)
NEEDS_CONSENT: Final = [one.value for one in SchemeFrame if Scheme.of(one) is Scheme.IMPROVEMENT]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that somebody else does next; `since` is the day on which they were asked, None where not known."""

    who: str
    what: str
    url: str
    case: Case | None
    since: date | None
    days: int | None = None


def waiting_for(member: Member, *, today: date) -> list[WaitingRow]:
    """Return what the member's open cases wait for, the longest waiting first."""
    rows = [*_applications(member), *_plans(member), *_weeks(member), *_banks(member), *_transfers(member)]
    rows += _papers(member)
    rows.sort(key=lambda one: (one.since is None, one.since or today))
    return [_with_days(one, today) for one in rows[:ROWS]]


def _with_days(row: WaitingRow, today: date) -> WaitingRow:
    days = (today - row.since).days if row.since else None
    return WaitingRow(row.who, row.what, row.url, row.case, row.since, days)


def _mine(member: Member, prefix: str = "case__") -> dict[str, object]:
    return {f"{prefix}consultant": member, f"{prefix}stage__in": OPEN_STAGES}


def _applications(member: Member) -> Iterator[WaitingRow]:
    rows = Application.objects.for_agency(member.agency_id).filter(**_mine(member))
    asked = rows.filter(AT_THE_COUNCIL | Q(state=S.REQUESTED)).select_related("case__enterprise")
    columns = ("kind", "number", "state", "requested_at", "submitted_on", "accepted_on", "decided_on")
    found = asked.only(*columns, "case__number", "case__enterprise__name").order_by(
        "submitted_on", "requested_at", "pk"
    )
    for one in found[:ROWS]:
        if one.state == S.REQUESTED:
            since = day_of(one.requested_at) if one.requested_at else None
            yield WaitingRow(MANAGER, f"{one.name}の承認", application_url(one), one.case, since)
        else:
            yield WaitingRow(COUNCIL, _answer(one), application_url(one), one.case, _heard_last(one))


def _answer(application: Application) -> str:
    """Return what the council does next with an application that it has."""
    if application.state == S.DECIDED:
        return f"{application.name}の入金"
    if application.kind == ApplicationKind.USAGE:
        return "利用申請の受理" if application.state == S.SUBMITTED else "利用決定の通知"
    return f"{application.name}の決定"


def _heard_last(application: Application) -> date | None:
    return application.decided_on or application.accepted_on or application.submitted_on


def _plans(member: Member) -> Iterator[WaitingRow]:
    plans = Plan.objects.for_agency(member.agency_id).filter(state=PlanState.SUBMITTED, **_mine(member))
    found = plans.select_related("case__enterprise")
    columns = ("number", "submitted_at", "case__number", "case__enterprise__name")
    for plan in found.only(*columns).order_by("submitted_at", "pk")[:ROWS]:
        since = day_of(plan.submitted_at) if plan.submitted_at else None
        url = reverse("cases:plan", args=[plan.case.number])
        yield WaitingRow(MANAGER, f"計画(第{plan.number}版)の承認", url, plan.case, since)


def _weeks(member: Member) -> Iterator[WaitingRow]:
    weeks = WorkWeek.objects.for_agency(member.agency_id).filter(worker__member=member, state=WeekState.SUBMITTED)
    for week in weeks.order_by("monday")[:ROWS]:
        since = day_of(week.requested_at) if week.requested_at else None
        yield WaitingRow(MANAGER, f"業務日誌 {week.monday}の週の承認", hours_url(week), None, since)


def _banks(member: Member) -> Iterator[WaitingRow]:
    """Yield the cases whose plan lenders have: they consent to it (405事業), or hand out a receipt (Vアップ事業)."""
    stances = LenderStance.objects.for_agency(member.agency_id).filter(plan_handed_on__isnull=False, **_mine(member))
    to_consent = Q(case__frame__in=NEEDS_CONSENT, consent__in=(Consent.NOT_ASKED, Consent.ASKED))
    to_receipt = ~Q(case__frame__in=NEEDS_CONSENT) & Q(receipt_on__isnull=True)
    asked = (
        stances.filter(to_consent | to_receipt).values("case").annotate(since=Min("plan_handed_on"), count=Count("pk"))
    )
    found = list(asked.order_by("since", "case")[:ROWS])
    cases = _cases(member, [one["case"] for one in found])
    for one in found:
        case = cases[one["case"]]
        what = "計画への同意" if case.frame in NEEDS_CONSENT else "計画の受取書"
        url = reverse("cases:banks", args=[case.number])
        yield WaitingRow(BANK, f"{what}({one['count']}行)", url, case, one["since"])


def _cases(member: Member, ids: list[int]) -> dict[int, Case]:
    if not ids:
        return {}
    return Case.objects.for_agency(member.agency_id).select_related("enterprise").in_bulk(ids)


def _transfers(member: Member) -> Iterator[WaitingRow]:
    """Yield the own shares that were invoiced and have not arrived."""
    invoiced = Settlement.objects.for_agency(member.agency_id).filter(
        own_invoiced_on__isnull=False, transferred_on__isnull=True, **_mine(member, "application__case__")
    )
    found = invoiced.select_related("application__case__enterprise", "co_agency").order_by("own_invoiced_on", "pk")
    for one in found.defer("application__payload", "application__assessment", "application__assessed")[:ROWS]:
        case = one.application.case
        url = reverse("subsidies:claim", args=[case.number, one.application_id])
        yield WaitingRow(ENTERPRISE, "自己負担分の振込", url, case, one.own_invoiced_on)


def _papers(member: Member) -> Iterator[WaitingRow]:
    """Yield the applications in preparation whose papers the enterprise still has."""
    papers = Paper.objects.for_agency(member.agency_id).filter(
        place=PaperPlace.ENTERPRISE,
        application__state__in=(S.PREPARING, S.SENT_BACK, S.RETURNED),
        **_mine(member, "application__case__"),
    )
    counts = dict(papers.order_by().values_list("application").annotate(Count("pk"))[:ROWS])
    if not counts:
        return
    applications = Application.objects.for_agency(member.agency_id).filter(pk__in=counts)
    for one in applications.select_related("case__enterprise").defer("payload", "assessment", "assessed"):
        url = reverse("subsidies:papers", args=[one.case.number, one.pk])
        yield WaitingRow(ENTERPRISE, f"{one.name}の書類({counts[one.pk]}点)", url, one.case, None)
