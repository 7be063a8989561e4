"""Notice that reminders or mails have fallen silent, and tell the admins by the way that still works."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from monitoring.enums import AlarmKind, DeadlineState, MailKind, MailState
from monitoring.models import Alarm, Deadline, Heartbeat, Mail, Notice
from monitoring.services.delivery import admins_of, deliver_batch
from monitoring.services.outbox import new_mail
from vapup.accounts.models import Member
from vapup.accounts.tenancy import sweep_scope
from vapup.clock import day_of

# What is due and not done after this is silence.
PATIENCE: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Silent:
    """One thing that has fallen silent, in words without any client's figures."""

    kind: AlarmKind
    detail: str


def silence(*, now: datetime) -> list[Silent]:
    """Return what is due and not done for more than 15 minutes. Nothing that never ran is silent by that alone."""
    with sweep_scope():
        return _silence(now)


def watch(*, now: datetime) -> list[Silent]:
    """Raise an alarm for what is silent, once, and end it when it speaks again; return what is silent."""
    with sweep_scope():
        found = _silence(now)
        kinds = {one.kind for one in found}
        for one in found:
            _raise(one, now)
        for alarm in Alarm.objects.filter(cleared_at=None).exclude(kind__in=kinds):
            _clear(alarm, now)
    return found


def tell_by_mail(*, now: datetime) -> int:
    """Send the mails of alarms now, from whatever process noticed: those who should are silent. Return how many went.

    Bounded by one attempt to reach the mail server; what it did not take waits like every other mail.
    """
    with sweep_scope():
        waiting = Mail.objects.filter(kind=MailKind.ALARM, state=MailState.WAITING, not_before__lte=now)
        if not waiting.filter(attempts=0).exists():
            return 0
    return deliver_batch(now=now, kind=MailKind.ALARM).sent


def stuck_mails(now: datetime) -> QuerySet[Mail]:
    """Return mails that are due and unsent for too long, and that nobody tries or no server takes.

    A mail that its recipient's own server puts off is no silence once another one has gone out since it was due.
    """
    limit = now - PATIENCE
    late = Mail.objects.filter(state=MailState.WAITING, due_at__lte=limit)
    spoke_at = _last("mail")
    if spoke_at is None:
        return late
    return late.exclude(is_refused=True, not_before__gt=limit, due_at__lt=spoke_at)


def overdue_deadlines(now: datetime) -> QuerySet[Deadline]:
    """Return the deadlines that the sweep should have looked at long ago."""
    return Deadline.objects.filter(state=DeadlineState.OPEN, remind_at__lte=now - PATIENCE)


def _silence(now: datetime) -> list[Silent]:
    found = []
    swept_at = _last("sweep")
    if (swept_at is not None and swept_at <= now - PATIENCE) or overdue_deadlines(now).exists():
        found.append(Silent(AlarmKind.SWEEP, "期限の確認が15分以上行われていません。"))
    if stuck_mails(now).exists():
        found.append(Silent(AlarmKind.MAIL, "送信予定から15分以上たっても送信できていないメールがあります。"))
    return found


def _last(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def _raise(silent: Silent, now: datetime) -> None:
    """Store an alarm unless one of its kind is open; tell whom it concerns by the other channel, each once.

    While the deadlines of one agency are left undone, those of another may be next: its admins are told then.
    """
    is_open = Alarm.objects.filter(kind=silent.kind, cleared_at=None).exists()
    if is_open and silent.kind is AlarmKind.MAIL:
        return
    if not is_open:
        # Two processes may notice at once; the second finds the row of the first.
        Alarm.objects.bulk_create([Alarm(kind=silent.kind, raised_at=now, detail=silent.detail)], ignore_conflicts=True)
    alarm = Alarm.objects.select_for_update(no_key=True).filter(kind=silent.kind, cleared_at=None).first()
    if alarm is None:
        return  # another process has just found that it speaks again
    if silent.kind is AlarmKind.SWEEP:
        _mail_admins(alarm, now)
    elif alarm.told_at is None:
        agencies = stuck_mails(now).values_list("agency_id", flat=True).distinct()
        _notify(admins_of(list(agencies)), _title(alarm), f"{alarm.detail}画面の通知はこれまでどおり届きます。", now)
    if alarm.told_at is None:
        alarm.told_at = now
        alarm.save(update_fields=["told_at"])


def _mail_admins(alarm: Alarm, now: datetime) -> None:
    """Store a mail to each admin, unless told, of the agencies whose deadlines are left undone; of all, if none is."""
    agencies = set(overdue_deadlines(now).values_list("agency_id", flat=True).distinct())
    if not agencies:
        open_ones = Deadline.objects.filter(state=DeadlineState.OPEN)
        agencies = set(open_ones.values_list("agency_id", flat=True).distinct())
    told = set(Mail.objects.filter(key__startswith=f"alarm:{alarm.pk}:").values_list("recipient_id", flat=True))
    mails = [_alarm_mail(alarm, admin, now) for admin in admins_of(sorted(agencies)) if admin.pk not in told]
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


def _alarm_mail(alarm: Alarm, admin: Member, now: datetime) -> Mail:
    return new_mail(
        agency_id=admin.agency_id,
        recipient_id=admin.pk,
        kind=MailKind.ALARM,
        key=f"alarm:{alarm.pk}:{admin.pk}",
        about=day_of(now),
        not_before=now,
    )


def _clear(alarm: Alarm, now: datetime) -> None:
    """End an alarm, and tell those who heard of it."""
    if not Alarm.objects.filter(pk=alarm.pk, cleared_at=None).update(cleared_at=now):
        return
    if alarm.kind == AlarmKind.MAIL:
        notices = Notice.objects.filter(made_at=alarm.told_at or alarm.raised_at, title=_title(alarm))
        heard = list(notices.values_list("recipient_id", flat=True))
    else:
        mails = Mail.objects.filter(key__startswith=f"alarm:{alarm.pk}:")
        heard = list(mails.values_list("recipient_id", flat=True))
    told = Member.objects.active().filter(pk__in=heard)
    _notify(told, f"復旧しました: {alarm.get_kind_display()}", "再開しました。遅れた分は順に処理されます。", now)


def _title(alarm: Alarm) -> str:
    return f"通知の異常: {alarm.get_kind_display()}"


def _notify(members: Collection[Member] | QuerySet[Member], title: str, body: str, now: datetime) -> None:
    Notice.objects.bulk_create(
        Notice(agency_id=one.agency_id, recipient=one, title=title, body=body, is_urgent=True, made_at=now)
        for one in members
    )
