"""Which mails carry which reminders: one mail for one deadline, a digest where several are due for one person."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from monitoring.enums import MailKind
from monitoring.models import Deadline, Mail, ReminderSettings
from monitoring.rules.hours import send_from
from monitoring.rules.reminders import Due
from vapup.clock import day_of

DIGEST_FROM: Final = 3
DEFAULTS: Final = ReminderSettings()
# Names the mails of this product among all identifiers that are derived from names.
NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "mail.vapup.invalid")

Told = tuple[Deadline, Due]


def mails_for(
    told: Sequence[Told], settings: Mapping[int, ReminderSettings], *, now: datetime
) -> dict[tuple[int, int], Mail]:
    """Store the mails for these reminders; return them by deadline and recipient."""
    by_person: dict[int, list[Told]] = defaultdict(list)
    for one in told:
        by_person[one[1].member_id].append(one)
    groups: list[list[Told]] = []
    for mine in by_person.values():
        groups.extend([mine] if len(mine) >= DIGEST_FROM else [[one] for one in mine])
    mails = Mail.objects.bulk_create(_mail(group, settings, now) for group in groups)
    return {
        (deadline.pk, due.member_id): mail for group, mail in zip(groups, mails, strict=True) for deadline, due in group
    }


def new_mail(*, agency_id: int, recipient_id: int, kind: MailKind, key: str, about: date, not_before: datetime) -> Mail:
    """Return an unsaved mail; the same key always gives the same Message-ID."""
    return Mail(
        agency_id=agency_id,
        recipient_id=recipient_id,
        kind=kind,
        key=key,
        message_id=f"<{uuid.uuid5(NAMESPACE, key)}@vapup.invalid>",
        about=about,
        due_at=not_before,
        not_before=not_before,
    )


def mail_hours(settings: ReminderSettings | None, *, now: datetime) -> datetime:
    """Return the first instant at which an agency takes mails."""
    kept = settings or DEFAULTS
    return send_from(now, from_hour=kept.mail_from_hour, until_hour=kept.mail_until_hour)


def _mail(group: Sequence[Told], settings: Mapping[int, ReminderSettings], now: datetime) -> Mail:
    deadline, due = group[0]
    keys = sorted(f"{row.pk}:{row.safe_by}:{one.offset}:{one.member_id}" for row, one in group)
    is_one = len(group) == 1
    return new_mail(
        agency_id=deadline.agency_id,
        recipient_id=due.member_id,
        kind=MailKind.REMINDER if is_one else MailKind.DIGEST,
        key=f"reminder:{keys[0]}" if is_one else f"digest:{sha256('|'.join(keys).encode()).hexdigest()}",
        about=day_of(now),
        not_before=mail_hours(settings.get(deadline.agency_id), now=now),
    )
