"""Waiting mails go to a real SMTP server; whatever it does, none is lost and none is sent without need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection

from monitoring.enums import DeadlineKind, DeadlineState, MailState
from monitoring.models import Mail, Notice
from monitoring.services.delivery import MOST_ATTEMPTS, backoff, deliver_batch, deliver_waiting
from tests.builders import make_agency, make_case, make_member
from tests.monitoring.post import NOW, make_deadline, make_mail, speak_to
from tests.smtp_sink import Mode, SmtpSink
from vapup.accounts.models import Member

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        speak_to(server, settings)
        yield server


def waiting_mail(to: Member) -> Mail:
    return make_mail(make_deadline(make_case(to)), to=to)


def test_a_mail_goes_out_once_with_the_message_id_of_its_row(sink: SmtpSink, consultant: Member) -> None:
    mail = waiting_mail(consultant)
    assert deliver_batch(now=NOW).sent == 1
    (came,) = sink.messages
    assert (came.message_id, came.recipients) == (mail.message_id, (consultant.user.email,))
    assert came.parsed["Auto-Submitted"] == "auto-generated"
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts, mail.leased_until) == (MailState.SENT, NOW, 1, None)
    assert deliver_waiting(now=NOW + timedelta(days=1)).claimed == 0
    assert len(sink.messages) == 1


def test_nothing_goes_out_before_its_time(sink: SmtpSink, consultant: Member) -> None:
    waiting_mail(consultant)
    assert deliver_batch(now=NOW - MINUTE).claimed == 0
    assert sink.connections == 0


def test_a_batch_takes_its_limit_over_one_connection(sink: SmtpSink, consultant: Member) -> None:
    for _ in range(5):
        waiting_mail(consultant)
    assert deliver_batch(now=NOW, limit=3).sent == 3
    assert sink.connections == 1
    assert deliver_waiting(now=NOW).sent == 2
    assert len(set(sink.message_ids)) == 5


def test_the_queries_of_a_batch_grow_by_its_records_alone(sink: SmtpSink, consultant: Member) -> None:
    def queries(count: int) -> int:
        for _ in range(count):
            waiting_mail(consultant)
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        assert deliver_batch(now=NOW).sent == count
        connection.force_debug_cursor = False
        return sum("set_config" not in one["sql"] and "SAVEPOINT" not in one["sql"] for one in connection.queries)

    few, many = queries(2), queries(12)
    # One UPDATE and the look at the role around it for each mail more, nothing else.
    assert many - few == 10 * 2


@pytest.mark.parametrize(
    ("mode", "named"),
    [
        (Mode.REFUSE, "Connection refused"),
        (Mode.HANG, "timed out"),
        (Mode.HANG_AT_DATA, "timed out"),
        (Mode.BUSY, "451 4.7.1 greylisted"),
        (Mode.BUSY_AT_DATA, "452 4.3.1 disk full"),
        (Mode.CLOSED, "421"),
        (Mode.DROP, "Connection unexpectedly closed"),
    ],
)
def test_after_a_passing_failure_it_is_tried_again_with_the_same_message_id(
    sink: SmtpSink, consultant: Member, mode: Mode, named: str
) -> None:
    mail = waiting_mail(consultant)
    sink.mode = mode
    assert deliver_batch(now=NOW).retried == 1
    mail.refresh_from_db()
    assert (mail.state, mail.not_before, mail.leased_until) == (MailState.WAITING, NOW + MINUTE, None)
    assert named in mail.error
    assert mail.is_refused == (mode is Mode.BUSY)
    taken = len(sink.messages)  # DROP has taken it, and must take it again: nobody knows that it did
    assert taken == (1 if mode is Mode.DROP else 0)
    sink.mode = Mode.ACCEPT
    assert deliver_batch(now=NOW).claimed == 0
    assert deliver_batch(now=NOW + MINUTE).sent == 1
    assert sink.message_ids == [mail.message_id] * (taken + 1)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (MailState.SENT, 2, "")


@pytest.mark.parametrize("mode", [Mode.REJECT, Mode.REJECT_DATA])
def test_a_permanent_failure_is_told_to_the_admins_of_that_agency(
    sink: SmtpSink, consultant: Member, admin: Member, outsider: Member, mode: Mode
) -> None:
    mail = waiting_mail(consultant)
    sink.mode = mode
    assert deliver_batch(now=NOW).failed == 1
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert mail.error.startswith("550 5.1.1" if mode is Mode.REJECT else "554 5.7.1")
    notices = Notice.objects.filter(title__startswith="メールを送信できませんでした")
    assert admin.pk in {one.recipient_id for one in notices}
    assert {one.agency_id for one in notices} == {admin.agency_id}
    notice = notices.get(recipient=admin)
    assert consultant.user.email in notice.title
    assert mail.error in notice.body
    assert notice.is_urgent
    assert deliver_waiting(now=NOW + timedelta(days=9)).claimed == 0


def test_one_refused_recipient_holds_up_nobody_else(sink: SmtpSink, consultant: Member, manager: Member) -> None:
    refused, taken = waiting_mail(consultant), waiting_mail(manager)
    sink.rejected.add(consultant.user.email)
    found = deliver_batch(now=NOW)
    assert (found.failed, found.sent, found.retried) == (1, 1, 0)
    assert sink.message_ids == [taken.message_id]
    assert Mail.objects.get(pk=refused.pk).state == MailState.FAILED


def test_attempts_move_apart_and_end_after_three_days(sink: SmtpSink, consultant: Member, admin: Member) -> None:
    minutes = [int(backoff(number).total_seconds() // 60) for number in range(1, 10)]
    assert minutes == [1, 2, 5, 15, 30, 60, 120, 120, 120]
    mail, now = waiting_mail(consultant), NOW
    sink.mode = Mode.REFUSE
    for _ in range(MOST_ATTEMPTS):
        mail.refresh_from_db()
        assert mail.state == MailState.WAITING
        now = mail.not_before
        assert deliver_batch(now=now).claimed == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.FAILED, 40)
    # 1+2+5+15+30+60 = 113 minutes, then 33 times 120 before the fortieth: 4,073 minutes, 67.9 hours.
    assert now - NOW == 4_073 * MINUTE
    assert Notice.objects.get(recipient=admin).title.startswith("メールを送信できませんでした")


def test_attempts_that_died_with_their_worker_do_not_end_a_mail(sink: SmtpSink, consultant: Member) -> None:
    mail = waiting_mail(consultant)
    Mail.objects.filter(pk=mail.pk).update(attempts=MOST_ATTEMPTS + 10, leased_until=NOW + MINUTE)
    assert deliver_batch(now=NOW).claimed == 0  # its lease still runs
    sink.mode = Mode.REFUSE
    assert deliver_batch(now=NOW + MINUTE).retried == 1


def test_a_server_that_is_down_is_asked_once_for_a_batch(sink: SmtpSink, consultant: Member) -> None:
    for _ in range(6):
        waiting_mail(consultant)
    sink.mode = Mode.HANG
    sink.clear()
    found = deliver_waiting(now=NOW)
    assert (found.retried, found.is_down, sink.connections) == (6, True, 1)


def test_a_server_that_drops_every_mail_gets_two_of_a_batch(sink: SmtpSink, consultant: Member) -> None:
    for _ in range(6):
        waiting_mail(consultant)
    sink.mode = Mode.DROP
    assert deliver_waiting(now=NOW).retried == 6
    assert len(sink.messages) == 2


def test_what_cannot_be_begun_within_the_lease_is_given_back(
    sink: SmtpSink, consultant: Member, settings: LazySettings
) -> None:
    settings.MAIL_LEASE_SECONDS = 0
    mail = waiting_mail(consultant)
    found = deliver_batch(now=NOW)
    assert (found.given_back, found.sent) == (1, 0)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.leased_until) == (MailState.WAITING, 0, None)


def test_somebody_who_has_left_gets_nothing(sink: SmtpSink, consultant: Member, manager: Member) -> None:
    left, locked = waiting_mail(consultant), waiting_mail(manager)
    Member.objects.filter(pk=consultant.pk).update(is_active=False)
    manager.user.is_active = False
    manager.user.save()
    assert deliver_batch(now=NOW).cancelled == 2
    assert set(Mail.objects.values_list("pk", "state")) == {(one.pk, MailState.CANCELLED) for one in (left, locked)}
    assert sink.messages == []


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (DeadlineState.OPEN, True),
        (DeadlineState.LAPSED, True),
        (DeadlineState.MET, False),
        (DeadlineState.CANCELLED, False),
        (DeadlineState.PASSED, False),
    ],
)
def test_a_reminder_of_what_is_closed_is_not_sent(
    sink: SmtpSink, consultant: Member, state: DeadlineState, is_told: bool
) -> None:
    make_mail(make_deadline(make_case(consultant), state=state), to=consultant)
    found = deliver_batch(now=NOW)
    assert (found.sent, found.cancelled) == ((1, 0) if is_told else (0, 1))


def test_a_reminder_of_a_day_that_was_moved_is_not_sent(sink: SmtpSink, consultant: Member) -> None:
    row = make_deadline(make_case(consultant))
    make_mail(row, to=consultant)
    moved = row.safe_by + timedelta(days=90)
    row.safe_by, row.claim_by, row.lapses_on = moved, moved, moved + timedelta(days=1)
    row.save()
    assert deliver_batch(now=NOW).cancelled == 1


def test_a_digest_leaves_out_what_is_closed(sink: SmtpSink, consultant: Member) -> None:
    case = make_case(consultant)
    kept = make_deadline(case, about="残る分")
    make_mail(
        make_deadline(case, about="済んだ分", state=DeadlineState.MET),
        kept,
        make_deadline(case, about="なくなった分", state=DeadlineState.CANCELLED),
        to=consultant,
    )
    assert deliver_batch(now=NOW).sent == 1
    text = sink.messages[0].body()
    assert "残る分" in text
    assert "済んだ分" not in text
    assert "なくなった分" not in text
    assert "期限の通知 1件" in sink.messages[0].subject


def test_each_agency_reads_its_own(sink: SmtpSink, consultant: Member) -> None:
    other = make_member(make_agency(name="別の会計事務所", slug="elsewhere"))
    case = make_case(consultant)
    make_mail(make_deadline(case), to=consultant)
    theirs = make_case(other)
    theirs.enterprise.name = "秘密商事"
    theirs.enterprise.save()
    make_mail(make_deadline(theirs, kind=DeadlineKind.MONITORING_CLAIM), to=other)
    assert deliver_batch(now=NOW).sent == 2
    for came in sink.messages:
        is_theirs = came.recipients == (other.user.email,)
        assert ("秘密商事" in came.body() + came.body("html") + came.subject) == is_theirs
        assert ("有限会社山田水産" in came.body()) != is_theirs
