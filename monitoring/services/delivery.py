"""Send the mails that wait. The row is the truth: taken under a lease, sent without any lock, then recorded.

A worker that dies between the server's answer and the record leaves a mail that is sent once more after the lease,
with the same Message-ID. SMTP allows nothing better; nothing is ever lost.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet

from monitoring.enums import MailKind, MailState
from monitoring.models import Mail, Notice
from monitoring.selectors.mail_texts import words_of
from monitoring.selectors.mails import Letter, letters_of
from monitoring.services.postbox import Failure, Postbox
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.accounts.tenancy import sweep_scope
from vapup.shared.apart import for_each

BACKOFF_MINUTES: Final = (1, 2, 5, 15, 30, 60, 120)
# 40 attempts at these distances are a little less than three days.
MOST_ATTEMPTS: Final = 40
SHORTEST_TRIAL: Final = timedelta(hours=60)
# How many seconds a task goes on taking batches: with the last batch it stays below the time limit of tasks.
LONGEST_RUN: Final = 60


@dataclass(slots=True)
class Delivered:
    """What became of the mails of a batch; `given_back` were not begun before the lease ran short."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    cancelled: int = 0
    given_back: int = 0
    is_down: bool = False

    @property
    def claimed(self) -> int:
        """Return how many mails were taken."""
        return self.sent + self.failed + self.retried + self.cancelled + self.given_back

    def add(self, other: Delivered) -> None:
        """Count another batch too."""
        self.sent += other.sent
        self.failed += other.failed
        self.retried += other.retried
        self.cancelled += other.cancelled
        self.given_back += other.given_back
        self.is_down = other.is_down


def deliver_batch(*, now: datetime, limit: int = 20, kind: MailKind | None = None) -> Delivered:
    """Take up to `limit` mails that are due, of one kind where it is given, and send them over one connection.

    Raises:
        ExceptionGroup: what failed for some agencies, after the mails of all others were handled.
    """
    # The last mail of a batch is begun within half of the lease; the rest is for that one.
    ends = time.monotonic() + settings.MAIL_LEASE_SECONDS // 2
    counts = Delivered()
    mails: dict[int, list[Mail]] = defaultdict(list)
    for mail in _take(now, limit, kind):
        mails[mail.agency_id].append(mail)
    with Postbox() as box:
        deliver = partial(_deliver, box, counts, now, ends)
        for_each(mails.values(), deliver, what="the mails of some agencies")
    counts.is_down = box.down is not None
    return counts


def deliver_waiting(*, now: datetime, seconds: int = LONGEST_RUN) -> Delivered:
    """Send batch after batch until nothing is due, the mail server is down, or so many seconds have passed."""
    counts, began = Delivered(), time.monotonic()
    passed = 0
    while passed < seconds:
        # A lease begins when a mail is taken, not when the first batch was.
        batch = deliver_batch(now=now + timedelta(seconds=passed))
        counts.add(batch)
        if not batch.claimed or batch.is_down:
            break
        passed = int(time.monotonic() - began)
    return counts


def due_mails() -> QuerySet[Mail]:
    """Return every mail that waits, with or without a lease."""
    return Mail.objects.filter(state=MailState.WAITING)


def backoff(attempts: int) -> timedelta:
    """Return how long a mail waits after so many failed attempts, at least one."""
    return timedelta(minutes=BACKOFF_MINUTES[min(attempts, len(BACKOFF_MINUTES)) - 1])


def _take(now: datetime, limit: int, kind: MailKind | None) -> list[Mail]:
    """Take mails under a lease."""
    until = now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    is_free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = due_mails().filter(is_free, not_before__lte=now, **({"kind": kind} if kind else {}))
    with sweep_scope():
        free = due.order_by("attempts", "not_before", "pk").select_for_update(skip_locked=True, no_key=True)
        mails = list(free[:limit])
        for mail in mails:
            mail.leased_until, mail.attempts = until, mail.attempts + 1
        Mail.objects.bulk_update(mails, ["leased_until", "attempts"])
    return mails


def _deliver(box: Postbox, counts: Delivered, now: datetime, ends: float, mails: Sequence[Mail]) -> None:
    """Read what the mails of an agency say, which is over before the server is spoken to, and send them in time."""
    with sweep_scope():
        letters = letters_of(mails, now=now)
    for number, mail in enumerate(mails):
        if time.monotonic() > ends:
            counts.given_back += _give_back(mails[number:])
            return
        _handle(mail, letters.get(mail.pk), box, counts, now)


def _handle(mail: Mail, letter: Letter | None, box: Postbox, counts: Delivered, now: datetime) -> None:
    if letter is None:
        counts.cancelled += _record(mail, MailState.CANCELLED)
        return
    words = words_of(letter)
    address = letter.recipient.user.email
    message = EmailMultiAlternatives(words.subject, words.text, None, [address])
    message.attach_alternative(words.html, "text/html")
    message.extra_headers["Message-ID"] = mail.message_id
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    failure = box.send(message)
    if failure is None:
        counts.sent += _record(mail, MailState.SENT, sent_at=now)
    elif failure.is_permanent or _is_given_up(mail, now):
        counts.failed += _fail(mail, failure, f"{letter.recipient} さん <{address}>", words.subject, now)
    else:
        counts.retried += _retry(mail, failure, now)


def _is_given_up(mail: Mail, now: datetime) -> bool:
    """Tell whether a mail was tried for long enough; attempts that died with their worker alone do not end it."""
    return mail.attempts >= MOST_ATTEMPTS and now - mail.due_at >= SHORTEST_TRIAL


def _record(mail: Mail, state: MailState, *, sent_at: datetime | None = None) -> int:
    """Store the end of a mail; return 0 where another worker, after the lease, has stored it already."""
    with sweep_scope():
        waiting = Mail.objects.filter(pk=mail.pk, state=MailState.WAITING)
        return waiting.update(state=state, sent_at=sent_at, leased_until=None, error="", is_refused=False)


def _retry(mail: Mail, failure: Failure, now: datetime) -> int:
    """Let a mail wait again, unless its lease ended and another worker has it."""
    with sweep_scope():
        return _mine(mail).update(
            not_before=now + backoff(mail.attempts),
            leased_until=None,
            error=failure.error,
            is_refused=failure.is_recipients,
        )


def _give_back(mails: Sequence[Mail]) -> int:
    """Let others take what was not begun, as if it had not been taken."""
    with sweep_scope():
        return sum(_mine(mail).update(leased_until=None, attempts=mail.attempts - 1) for mail in mails)


def _mine(mail: Mail) -> QuerySet[Mail]:
    """Return a mail as long as nobody has taken it again: every taking counts an attempt."""
    return Mail.objects.filter(pk=mail.pk, state=MailState.WAITING, attempts=mail.attempts)


def _fail(mail: Mail, failure: Failure, recipient: str, subject: str, now: datetime) -> int:
    """Store that a mail never goes out, and tell the admins of its agency."""
    with sweep_scope():
        failed = _mine(mail).update(
            state=MailState.FAILED, leased_until=None, error=failure.error, is_refused=failure.is_recipients
        )
        if failed:
            _tell_admins(mail, failure, recipient, subject, now)
    return failed


def _tell_admins(mail: Mail, failure: Failure, recipient: str, subject: str, now: datetime) -> None:
    deadlines = {one.deadline_id for one in mail.reminders.all()}
    Notice.objects.bulk_create(
        Notice(
            agency_id=mail.agency_id,
            recipient=admin,
            deadline_id=next(iter(deadlines)) if len(deadlines) == 1 else None,
            title=f"メールを送信できませんでした: {recipient}"[:200],
            body=f"件名「{subject}」。{mail.attempts}回試みました。障害: {failure.error}。"
            "メールアドレスを確かめ、本人に直接知らせてください。"[:500],
            is_urgent=True,
            made_at=now,
        )
        for admin in admins_of([mail.agency_id])
    )


def admins_of(agency_ids: Sequence[int]) -> list[Member]:
    """Return the admins of agencies who may log in."""
    active = Member.objects.active().filter(agency_id__in=agency_ids, roles__contains=[Role.ADMIN])
    return list(active.order_by("pk"))
