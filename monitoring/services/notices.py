"""Mark notices as read."""

from __future__ import annotations

from datetime import datetime

from monitoring.models import Notice
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.work import unit_of_work


@unit_of_work()
def mark_read(*, actor: Member, notice_id: int, now: datetime) -> Notice:
    """Mark one of the actor's own notices as read; one that was read before stays as it is.

    Raises:
        Notice.DoesNotExist: the actor has no such notice.
    """
    require(actor, Action.USE_OFFICE)
    own = Notice.objects.for_agency(actor.agency_id).filter(recipient=actor)
    notice = own.select_for_update(of=("self",), no_key=True).get(pk=notice_id)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
        audit.record(actor, Verb.CHANGED, actor, changes={f"通知「{notice.title}」": ["未読", "既読"]})
    return notice


@unit_of_work()
def mark_all_read(*, actor: Member, up_to: int, now: datetime) -> int:
    """Mark the actor's unread notices as read, as far as the page showed them; return how many that were.

    Args:
        up_to: the id of the newest notice that the page knew of; what came later stays unread.
    """
    require(actor, Action.USE_OFFICE)
    own = Notice.objects.for_agency(actor.agency_id).filter(recipient=actor, pk__lte=up_to)
    count = own.filter(read_at=None).update(read_at=now)
    if count:
        audit.record(actor, Verb.CHANGED, actor, changes={"通知": [f"未読{count}件", "既読"]})
    return count
