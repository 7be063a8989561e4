"""What the administration of an office has to do: export, register, match receipts, and keep its masters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet, Window
from django.urls import reverse

from cases.models import Case, CoAgency, Payee
from cases.workflow import OPEN_STAGES
from subsidies.enums import CLAIMS, ApplicationState
from subsidies.models import Application, Worker, WorkerRate
from subsidies.selectors.filing.applications import act_url, application_url
from subsidies.selectors.filing.packets import awaiting_export, awaiting_submission
from vapup.accounts.models import Agency, Member
from vapup.dashboard.masters.councils import profile_of
from vapup.shared.dates import countdown

ROWS: Final = 5
# The certification must be asked for again well before it ends.
CERTIFICATION_DAYS: Final = 90
NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class ToDo:
    """An application with what the administration does next, and the day on which it came to this."""

    application: Application
    url: str
    since: date | datetime | None


@dataclass(frozen=True, slots=True)
class ToDos:
    """The first rows of a list, and how long the whole list is."""

    rows: tuple[ToDo, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Master:
    """Something of the office's own data that is missing, or ends soon."""

    label: str
    what: str
    tone: str
    url: str


def to_export(agency_id: int) -> ToDos:
    """Return the approved applications that were not printed since."""
    return _to_dos(_light(awaiting_export(agency_id)), "decided_at", application_url)


def to_submit(agency_id: int) -> ToDos:
    """Return the printed applications whose submission nobody has recorded."""
    return _to_dos(_light(awaiting_submission(agency_id)), "decided_at", _submission_url)


def to_match(agency_id: int) -> ToDos:
    """Return the claims that the council decided on and that were not paid, the oldest decision first."""
    decided = Application.objects.for_agency(agency_id).filter(kind__in=CLAIMS, state=ApplicationState.DECIDED)
    named = decided.select_related("case__enterprise", "period")
    return _to_dos(_light(named).order_by("decided_on", "pk"), "decided_on", application_url)


def _light(applications: QuerySet[Application]) -> QuerySet[Application]:
    return applications.defer("payload", "assessment", "assessed")


def _submission_url(application: Application) -> str:
    return act_url(application, "submit")


def _to_dos(found: QuerySet[Application], since: str, url: Callable[[Application], str]) -> ToDos:
    """Return the first rows of a list, and its length, in one question."""
    counted = list(found.annotate(total=Window(Count("pk")))[:ROWS])
    rows = tuple(ToDo(one, url(one), getattr(one, since)) for one in counted)
    return ToDos(rows, counted[0].total if counted else 0)


def masters_of(member: Member, *, today: date) -> list[Master]:
    """Return what of the office's own data wants to be kept up: certifications, the account, the rates."""
    agency = member.agency
    return [
        *_certification(agency, today),
        *_co_agencies(agency.pk, today),
        *_account(agency.pk),
        *_rates(agency.pk, today),
        *_councils(agency.pk),
    ]


def _certification(agency: Agency, today: date) -> Iterator[Master]:
    label, url, day = "認定支援機関の認定", reverse("accounts:agency"), agency.certification_expires_on
    if day is None:
        yield Master(label, "有効期限が未登録です。登録すると、期限の前に知らせます。", "warning", url)
    elif day <= today + timedelta(days=CERTIFICATION_DAYS):
        yield Master(
            label, f"有効期限 {day}({countdown(day, today=today)})", "error" if day < today else "caution", url
        )


def _co_agencies(agency_id: int, today: date) -> Iterator[Master]:
    """Yield the other agencies of open cases whose certification has ended, or ends soon."""
    ending = CoAgency.objects.for_agency(agency_id).filter(
        case__stage__in=OPEN_STAGES, certification_expires_on__lte=today + timedelta(days=CERTIFICATION_DAYS)
    )
    for one in ending.select_related("case").order_by("certification_expires_on", "pk")[:ROWS]:
        day = one.certification_expires_on or today
        what = f"{one.case.number} 有効期限 {day}({countdown(day, today=today)})"
        url = reverse("cases:detail", args=[one.case.number])
        yield Master(f"{one.name} の認定", what, "error" if day < today else "caution", url)


def _account(agency_id: int) -> Iterator[Master]:
    accounts = Payee.objects.for_agency(agency_id).filter(co_agency=None).exclude(number="")
    if not accounts.exists():
        what = "未登録です。請求書と支払申請に、事務所の口座が要ります。"
        yield Master("振込先の口座", what, "warning", reverse("cases:office_account"))


def _rates(agency_id: int, today: date) -> Iterator[Master]:
    """Say how many of the office's own people have no rate today."""
    valid = WorkerRate.objects.for_agency(agency_id).filter(worker=OuterRef("pk"), valid_from__lte=today)
    own = Worker.objects.for_agency(agency_id).filter(~Exists(valid), co_agency=None, is_active=True)
    if count := own.count():
        yield Master("従事者の単価", f"{count}人に今日の単価がありません。", "warning", reverse("subsidies:workers"))


def _councils(agency_id: int) -> Iterator[Master]:
    """Name the councils of open cases of which nothing is known beside the national lists."""
    cases = Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES).order_by("council_id")
    named = cases.values_list("council_id", "council__prefecture").distinct()
    missing = [prefecture for code, prefecture in named if not profile_of(code).rows]
    if missing:
        names = "・".join(missing[:NAMED]) + (f" ほか{len(missing) - NAMED}" if len(missing) > NAMED else "")
        what = f"{names}の協議会は、個別の提出書類が未登録です。協議会に確かめてください。"
        yield Master("協議会の情報", what, "neutral", reverse("dashboard:councils"))
