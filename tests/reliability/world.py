"""The rows of a trial: agencies whose people are to be reminded, and what the database says afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Final

from django.db import connection, transaction

from cases.enums import CaseStage, Industry, SchemeFrame
from cases.models import Case, Enterprise
from monitoring.enums import Channel, DeadlineKind, MailState
from monitoring.models import Deadline, Heartbeat, Mail, Notice, Reminder, ReminderSettings
from monitoring.rules.clocks import days_of
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member, User
from vapup.clock import JAPAN

EMPTY: Final = (
    "SET session_replication_role = replica",
    "TRUNCATE accounts_agency, accounts_user, accounts_auditevent, monitoring_heartbeat, monitoring_alarm CASCADE",
    "SET session_replication_role = DEFAULT",
)
Key = tuple[int, date, int, int]
_serial = count(1)


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of one agency, each with one role."""

    agency: Agency
    consultants: Sequence[Member]
    manager: Member
    admin: Member


def empty() -> None:
    """Take away everything but what the migrations brought; the digests of this week have been sent."""
    with connection.cursor() as cursor:
        for statement in EMPTY:
            cursor.execute(statement)
    Heartbeat.objects.create(name="weekly", at=clock.now())


@transaction.atomic
def make_agencies(number: int, *, consultants: int, first: int = 1) -> list[Staff]:
    """Store agencies that take mails at any hour, each with a manager, an admin and some consultants."""
    made = []
    for place in range(first, first + number):
        agency = Agency.objects.create(name=f"第{place}会計事務所", slug=f"trial-{place}")
        ReminderSettings.objects.create(agency=agency, mail_from_hour=0, mail_until_hour=24)
        roles = [Role.MANAGER, Role.ADMIN, *[Role.CONSULTANT] * consultants]
        users = User.objects.bulk_create(
            User(email=f"person-{place}-{n}@example.jp", display_name=f"担当 {n}", password="!")
            for n in range(len(roles))
        )
        members = Member.objects.bulk_create(
            Member(agency=agency, user=user, roles=[role.value]) for user, role in zip(users, roles, strict=True)
        )
        made.append(Staff(agency, members[2:], members[0], members[1]))
    return made


@transaction.atomic
def make_deadlines(wanted: Iterable[tuple[Member, date, datetime]], *, today: date) -> list[Deadline]:
    """Store a case with one open deadline each: whose it is, its last day, and from when it must be looked at."""
    rows = list(wanted)
    enterprises = Enterprise.objects.bulk_create(_enterprise(member, n) for n, (member, _, _) in enumerate(rows))
    cases = Case.objects.bulk_create(
        _case(member, enterprise, today) for (member, _, _), enterprise in zip(rows, enterprises, strict=True)
    )
    return Deadline.objects.bulk_create(
        _deadline(case, claim_by, remind_at, today) for case, (_, claim_by, remind_at) in zip(cases, rows, strict=True)
    )


def _enterprise(member: Member, n: int) -> Enterprise:
    return Enterprise(
        agency_id=member.agency_id,
        name=f"有限会社試行{n + 1}",
        name_kana=f"シコウ{n + 1}",
        representative="山田 太郎",
        address="宮城県石巻市魚町1-2-3",
        industry=Industry.MANUFACTURING_OTHER,
        business="水産加工品の製造",
        capital_yen=10_000_000,
        employee_count=24,
        fiscal_year_end_month=3,
        annual_sales_yen=320_000_000,
        interest_bearing_debt_yen=250_000_000,
    )


def _case(member: Member, enterprise: Enterprise, today: date) -> Case:
    return Case(
        agency_id=member.agency_id,
        number=f"T-{next(_serial):05d}",
        enterprise=enterprise,
        frame=SchemeFrame.NORMAL,
        stage=CaseStage.PREPARING,
        council_id="04",
        consultant=member,
        consulted_on=today - timedelta(days=60),
        planned_accepted_on=today,
    )


def _deadline(case: Case, claim_by: date, remind_at: datetime, today: date) -> Deadline:
    days = days_of(claim_by)
    return Deadline(
        agency_id=case.agency_id,
        case=case,
        consultant_id=case.consultant_id,
        kind=DeadlineKind.PLAN_CLAIM,
        counted_from=today - timedelta(days=60),
        claim_by=days.claim_by,
        lapses_on=days.lapses_on,
        safe_by=days.safe_by,
        yen_at_risk=1_000_000,
        clause="計画策定の支払申請",
        source_url="https://example.jp/",
        remind_at=remind_at,
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant by the clock of Japan."""
    return datetime.combine(day, time(hour, minute), JAPAN)


def written() -> list[Key]:
    """Return what stands under the bells: deadline, safe day, offset and recipient of each notice of a deadline."""
    rows = Notice.objects.exclude(reminder=None).order_by("pk")
    return list(
        rows.values_list(
            "reminder__deadline_id", "reminder__safe_by", "reminder__offset_days", "reminder__recipient_id"
        )
    )


def late() -> set[Key]:
    """Return which of them were written as late."""
    rows = Reminder.objects.filter(channel=Channel.IN_APP, is_late=True)
    return set(rows.values_list("deadline_id", "safe_by", "offset_days", "recipient_id"))


def unsent() -> int:
    """Return how many mails have not gone out."""
    return Mail.objects.exclude(state=MailState.SENT).count()
