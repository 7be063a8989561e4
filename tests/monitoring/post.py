"""Deadlines and mails for the tests of delivery; none of them calls a service."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.conf import LazySettings

from cases.models import Case
from monitoring.enums import Channel, DeadlineKind, DeadlineState, MailKind
from monitoring.models import Deadline, Mail, Reminder
from monitoring.services.outbox import new_mail
from tests.smtp_sink import SmtpSink
from vapup.accounts.models import Member
from vapup.clock import JAPAN

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=JAPAN)  # a Tuesday, within the hours of every office
TODAY = NOW.date()
_serial = count(1)


def speak_to(sink: SmtpSink, settings: LazySettings, *, timeout: int = 1) -> None:
    """Let mails go to the sink over real SMTP."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = sink.host, sink.port
    settings.EMAIL_TIMEOUT = timeout


def make_deadline(
    case: Case,
    *,
    kind: DeadlineKind = DeadlineKind.PLAN_CLAIM,
    safe_by: date = date(2026, 12, 24),
    yen_at_risk: int = 1_500_000,
    state: DeadlineState = DeadlineState.OPEN,
    **values: Any,
) -> Deadline:
    """Store a deadline whose last day is the safe one, 30 days after TODAY by default."""
    return Deadline.objects.create(
        agency_id=case.agency_id,
        case=case,
        consultant_id=case.consultant_id,
        kind=kind,
        subject=f"s{next(_serial)}",
        counted_from=safe_by - timedelta(days=365),
        safe_by=safe_by,
        claim_by=values.pop("claim_by", safe_by),
        lapses_on=values.pop("lapses_on", safe_by + timedelta(days=1)),
        yen_at_risk=yen_at_risk,
        clause="利用申請は失効する",
        source_url="https://example.jp/",
        state=state,
        met_on=TODAY if state is DeadlineState.MET else None,
        lapsed_recorded_at=NOW if state is DeadlineState.LAPSED else None,
        **values,
    )


def make_mail(
    *deadlines: Deadline, to: Member, is_late: bool = False, due_at: datetime = NOW, offset: int = 30
) -> Mail:
    """Store a mail that waits, with its reminders: a digest for several deadlines."""
    kind = MailKind.REMINDER if len(deadlines) == 1 else MailKind.DIGEST
    mail = new_mail(
        agency_id=to.agency_id,
        recipient_id=to.pk,
        kind=kind,
        key=f"{kind}:{next(_serial)}",
        about=TODAY,
        not_before=due_at,
    )
    mail.save()
    for one in deadlines:
        Reminder.objects.create(
            agency_id=to.agency_id,
            deadline=one,
            safe_by=one.safe_by,
            offset_days=offset,
            recipient=to,
            channel=Channel.MAIL,
            is_late=is_late,
            mail=mail,
            planned_at=due_at,
        )
    return mail
