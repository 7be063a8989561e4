"""A member's address for calendar programs: made, and taken back. The database keeps a hash of its token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitoring.models import CalendarFeed
from monitoring.selectors.feeds import token_hash
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import OFFICE_LEADS, require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

OPTIONS: Final = ("is_private", "covers_office")


class FeedRefused(DomainError):
    """The member may not have such a feed, or has none to take back."""


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """A new feed with its token, which is never to be had again."""

    feed: CalendarFeed
    token: str


@unit_of_work()
def make_feed(*, actor: Member, is_private: bool, covers_office: bool, now: datetime) -> MadeFeed:
    """Give the actor an address for calendar programs; one that they have already stops working.

    Raises:
        FeedRefused: the whole office was asked for by somebody who does not lead it.
    """
    require(actor, Action.USE_OFFICE)
    if covers_office and not may_cover_office(actor):
        raise FeedRefused("事務所全体の期限を配信できるのは、管理者(所長)と事務管理だけです。")
    _lock(actor)
    _revoke(actor, now)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        agency_id=actor.agency_id,
        member=actor,
        token_hash=token_hash(token),
        is_private=is_private,
        covers_office=covers_office,
        made_at=now,
    )
    audit.record(actor, Verb.CREATED, feed, changes=audit.initial_values(feed, OPTIONS))
    return MadeFeed(feed, token)


@unit_of_work()
def revoke_feed(*, actor: Member, now: datetime) -> CalendarFeed:
    """Take the actor's address back; from now on it is unknown to everybody.

    Raises:
        FeedRefused: the actor has no address.
    """
    require(actor, Action.USE_OFFICE)
    _lock(actor)
    feed = _revoke(actor, now)
    if feed is None:
        raise FeedRefused("配信中のアドレスはありません。すでに取り消されています。")
    return feed


def may_cover_office(member: Member) -> bool:
    """Tell whether a member may subscribe to the deadlines of the whole office."""
    return member.has_role(*OFFICE_LEADS)


def _lock(actor: Member) -> None:
    """Let the actor's own requests come one after the other."""
    Member.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True).get(pk=actor.pk)


def _revoke(actor: Member, now: datetime) -> CalendarFeed | None:
    live = CalendarFeed.objects.for_agency(actor.agency_id).filter(member=actor, revoked_at=None)
    feed = live.first()
    if feed is None:
        return None
    changes = audit.apply_changes(feed, {"revoked_at": now})
    feed.save(update_fields=["revoked_at"])
    audit.record(actor, Verb.DELETED, feed, changes=changes)
    return feed
