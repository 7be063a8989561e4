"""What falls silent is noticed within 15 minutes, told once by the way that still works, and ended when it speaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitoring.enums import AlarmKind, DeadlineState, MailKind, MailState
from monitoring.models import Alarm, Heartbeat, Mail, Notice
from monitoring.selectors.mails import open_alarms, silence_banner
from monitoring.services import pulse
from monitoring.services.silence import silence, tell_by_mail, watch
from tests.builders import make_agency, make_case, make_member
from tests.monitoring.post import NOW, make_deadline, make_mail
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

PATIENCE = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


def kinds(now: object = NOW) -> list[str]:
    return [one.kind.value for one in silence(now=now)]  # type: ignore[arg-type]


def beat(name: str, ago: timedelta) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": NOW - ago})


def test_a_fresh_start_is_not_silent(db: None) -> None:
    assert kinds() == []


def test_a_deadline_that_nobody_looked_at_for_15_minutes_is(consultant: Member) -> None:
    make_deadline(make_case(consultant), remind_at=NOW - PATIENCE)
    assert kinds() == ["sweep"]
    assert kinds(NOW - SECOND) == []


def test_a_closed_deadline_waits_for_nobody(consultant: Member) -> None:
    make_deadline(make_case(consultant), state=DeadlineState.MET)
    assert kinds() == []


def test_a_sweep_without_a_sign_of_life_for_15_minutes_is_silent_even_with_nothing_due(db: None) -> None:
    beat("sweep", PATIENCE)
    assert kinds() == ["sweep"]
    assert kinds(NOW - SECOND) == []


def test_a_mail_that_nobody_tries_for_15_minutes_is_silence(consultant: Member) -> None:
    make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=NOW - PATIENCE)
    assert kinds() == ["mail"]
    assert kinds(NOW - SECOND) == []


def test_a_mail_that_was_tried_in_vain_is_silence_although_it_waits_for_its_next_attempt(consultant: Member) -> None:
    mail = make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=NOW - PATIENCE)
    Mail.objects.filter(pk=mail.pk).update(not_before=NOW + PATIENCE, attempts=4, error="timed out")
    assert kinds() == ["mail"]


@pytest.mark.parametrize("state", [MailState.SENT, MailState.FAILED, MailState.CANCELLED])
def test_a_mail_that_has_ended_is_not(consultant: Member, state: MailState) -> None:
    mail = make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=NOW - PATIENCE)
    Mail.objects.filter(pk=mail.pk).update(state=state, sent_at=NOW)
    assert kinds() == []


def test_a_full_mailbox_is_no_silence_once_other_mails_go_out(consultant: Member) -> None:
    mail = make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=NOW - PATIENCE)
    Mail.objects.filter(pk=mail.pk).update(not_before=NOW + PATIENCE, attempts=4, is_refused=True)
    assert kinds() == ["mail"]  # nothing has gone out since it was due: the server may refuse everybody
    beat("mail", PATIENCE - SECOND)
    assert kinds() == []
    Mail.objects.filter(pk=mail.pk).update(not_before=NOW - PATIENCE)
    assert kinds() == ["mail"]  # nobody tries it any more


def test_silent_mail_is_told_in_the_notices_of_the_admins_concerned_once(
    consultant: Member, admin: Member, outsider: Member
) -> None:
    make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=NOW - PATIENCE)
    for minutes in range(3):
        watch(now=NOW + timedelta(minutes=minutes))
    (notice,) = Notice.objects.all()
    assert (notice.recipient, notice.title) == (admin, "通知の異常: メールを送信できていません")
    assert notice.is_urgent
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.raised_at, alarm.told_at, alarm.cleared_at) == (AlarmKind.MAIL, NOW, NOW, None)
    assert not Mail.objects.filter(kind=MailKind.ALARM).exists()


def test_when_mail_speaks_again_the_alarm_ends_and_those_who_heard_of_it_are_told(
    consultant: Member, admin: Member, outsider: Member
) -> None:
    mail = make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=NOW - PATIENCE)
    watch(now=NOW)
    later = NOW + timedelta(minutes=1)
    assert pulse.deliver(now=later).sent == 1
    mail.refresh_from_db()
    watch(now=later)
    watch(now=later + SECOND)
    assert Alarm.objects.get().cleared_at == later
    titles = list(Notice.objects.order_by("pk").values_list("recipient", "title"))
    assert titles[1:] == [(admin.pk, "復旧しました: メールを送信できていません")]
    assert open_alarms() == ()


def test_a_second_outage_is_a_second_alarm(consultant: Member, admin: Member) -> None:
    for number in range(2):
        start = NOW + timedelta(hours=number)
        make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=start - PATIENCE)
        watch(now=start)
        pulse.deliver(now=start)
        watch(now=start + SECOND)
    assert Alarm.objects.filter(cleared_at=None).count() == 0
    assert Alarm.objects.count() == 2
    assert Notice.objects.filter(recipient=admin).count() == 4


def test_a_silent_sweep_is_told_by_mail_once(consultant: Member, admin: Member, outsider: Member) -> None:
    make_deadline(make_case(consultant), remind_at=NOW - PATIENCE)
    for minutes in range(3):
        now = NOW + timedelta(minutes=minutes)
        watch(now=now)
        tell_by_mail(now=now)
    alarm = Alarm.objects.get()
    mail = Mail.objects.get(kind=MailKind.ALARM)
    assert (mail.recipient, mail.state, mail.attempts) == (admin, MailState.SENT, 1)
    assert mail.key == f"alarm:{alarm.pk}:{admin.pk}"
    assert not Notice.objects.exists()
    pulse.sweep(now=NOW + timedelta(minutes=5))
    assert Alarm.objects.get().cleared_at == NOW + timedelta(minutes=5)
    assert Notice.objects.filter(recipient=admin, title="復旧しました: 期限の確認が止まっています").count() == 1


def test_with_nothing_overdue_every_office_with_open_deadlines_is_told(consultant: Member, admin: Member) -> None:
    make_member(make_agency(), Role.ADMIN)  # of an office without deadlines
    make_deadline(make_case(consultant))
    beat("sweep", PATIENCE)
    watch(now=NOW)
    assert [one.recipient for one in Mail.objects.filter(kind=MailKind.ALARM)] == [admin]


def test_the_banner_is_for_admins(consultant: Member, admin: Member) -> None:
    beat("sweep", PATIENCE)
    watch(now=NOW)
    assert [one.get_kind_display() for one in silence_banner(admin)] == ["期限の確認が止まっています"]
    assert silence_banner(consultant) == ()


def test_the_sweep_leaves_a_sign_of_life_and_so_does_delivery(consultant: Member) -> None:
    make_deadline(make_case(consultant), remind_at=NOW)
    swept = pulse.sweep(now=NOW)
    assert swept.planned == 1
    assert pulse.deliver(now=NOW).sent == 2  # the reminder and the digest of the week
    found = {one.name: (one.at, one.counts) for one in Heartbeat.objects.all()}
    assert found["sweep"] == (NOW, {"planned": 1, "late": 0, "lapsed": 0, "weekly": 1})
    assert found["mail"] == (NOW, {"sent": 2, "failed": 0, "retried": 0})


def test_delivery_that_fails_leaves_no_sign_and_none_while_what_failed_waits(
    consultant: Member, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    make_mail(make_deadline(make_case(consultant)), to=consultant)
    assert pulse.deliver(now=NOW).retried == 1
    assert pulse.deliver(now=NOW + SECOND).claimed == 0
    assert not Heartbeat.objects.filter(name="mail").exists()
    pulse.deliver(now=NOW - SECOND)  # nothing was due then
    assert Heartbeat.objects.get(name="mail").at == NOW - SECOND
