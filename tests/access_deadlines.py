"""The deadline of the access tests' world, with everything that can be told and said of one."""

from __future__ import annotations

from datetime import timedelta

from cases.models import Case
from monitoring.enums import Channel, MailKind
from monitoring.models import (
    Acknowledgement,
    Deadline,
    DeadlineExtension,
    Mail,
    Notice,
    Reminder,
    ReminderSettings,
    Snooze,
)
from tests.builders import make_deadline
from vapup import clock
from vapup.accounts.models import Member
from vapup.documents.models import StoredDocument


def deadline_rows(consultant: Member, case: Case, document: StoredDocument) -> dict[str, int]:
    """Store a deadline 200 days off of which the consultant was told and said everything; return the ids.

    The settings of the reminders come with it.
    """
    row = make_deadline(case, claim_by=clock.today() + timedelta(days=200), about="第1回の伴走支援")
    extension = extend_row(row, consultant, document, proof="承認通知")
    say(row, consultant, note="来週に確認する", reason="銀行の回答を待つ")
    tell(row, consultant)
    ReminderSettings.objects.create(agency_id=row.agency_id)
    return {"deadline_id": row.pk, "extension_id": extension.pk}


def extend_row(row: Deadline, by: Member, document: StoredDocument | None, *, proof: str) -> DeadlineExtension:
    """Store an extension."""
    return DeadlineExtension.objects.create(
        agency_id=row.agency_id,
        deadline=row,
        until=row.claim_by,
        granted_on=clock.today(),
        proof=proof,
        document=document,
        made_by=by,
    )


def say(row: Deadline, by: Member, *, note: str, reason: str) -> None:
    """Store an acknowledgement of an earlier safe day, and a snooze."""
    of_row = {"agency_id": row.agency_id, "deadline": row, "member": by}
    earlier = row.safe_by - timedelta(days=30)
    Acknowledgement.objects.create(**of_row, safe_by=earlier, note=note)
    Snooze.objects.create(**of_row, safe_by=row.safe_by, until=earlier, reason=reason)


def tell(row: Deadline, recipient: Member, *, offset: int = 120) -> Notice:
    """Store one reminder by both channels, with its mail and its unread notice."""
    now = clock.now()
    of_row = {"agency_id": row.agency_id, "deadline": row}
    mail = Mail.objects.create(
        agency_id=row.agency_id,
        recipient=recipient,
        kind=MailKind.REMINDER,
        key=f"reminder:{row.pk}:{row.safe_by}:{offset}:{recipient.pk}",
        message_id=f"<{row.pk}.{offset}.{recipient.pk}@example.jp>",
        about=clock.today(),
        not_before=now,
    )
    told = {"safe_by": row.safe_by, "offset_days": offset, "recipient": recipient, "planned_at": now}
    reminder = Reminder.objects.create(**of_row, **told, channel=Channel.IN_APP)
    Reminder.objects.create(**of_row, **told, channel=Channel.MAIL, mail=mail)
    return Notice.objects.create(
        **of_row,
        recipient=recipient,
        reminder=reminder,
        title="あと120日: 支払申請(計画策定)の期限",
        body="C-2025-0001 有限会社山田水産",
        made_at=now,
    )
