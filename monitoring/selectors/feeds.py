"""A member's deadlines as a calendar for other programs (iCalendar, https://www.rfc-editor.org/rfc/rfc5545)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from icalendar import Calendar, Event

from monitoring.enums import DeadlineState
from monitoring.models import CalendarFeed, Deadline
from monitoring.rules.kinds import clock_kind
from monitoring.selectors.words import CaseName
from vapup.accounts.models import Member
from vapup.accounts.policy import OFFICE_LEADS
from vapup.accounts.tenancy import sweep_scope
from vapup.shared.dates import ONE_DAY, format_wareki_weekday
from vapup.shared.money import format_yen

# What is over stays this long, so that calendars learn of it; an answer never holds more events than this.
CLOSED_FOR: Final = timedelta(days=90)
MOST_EVENTS: Final = 2_000
NAME: Final = "vapup 期限"
MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        DeadlineState.MET: "済",
        DeadlineState.PASSED: "到来",
        DeadlineState.LAPSED: "失効",
        DeadlineState.CANCELLED: "対象外",
    }
)
_BREAKS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def own_feed(member: Member) -> CalendarFeed | None:
    """Return the member's feed that lives now."""
    return CalendarFeed.objects.for_agency(member.agency_id).filter(member=member, revoked_at=None).first()


def live_feed(token: str) -> CalendarFeed | None:
    """Return the feed that a token opens, of whatever agency; None for one that is revoked or whose member is off."""
    feeds = CalendarFeed.objects.filter(token_hash=token_hash(token), revoked_at=None)
    with sweep_scope():
        return feeds.filter(member__is_active=True, member__user__is_active=True).select_related("member").first()


def feed_url(token: str) -> str:
    """Return the whole address of a feed, as a calendar program needs it."""
    return f"{settings.PUBLIC_ORIGIN.rstrip('/')}{reverse('monitoring:feed_ics', args=[token])}"


def deadline_path(deadline_id: int) -> str:
    """Return the address of a deadline's page within the product."""
    return reverse("monitoring:deadline", args=[deadline_id])


def deadlines_for(feed: CalendarFeed, *, now: datetime) -> QuerySet[Deadline]:
    """Return the deadlines that a feed shows, open ones first: the member's own, or the whole office's.

    The whole office is shown as long as the member leads it, whatever was chosen when the feed was made. What concerns
    the office itself, such as its certification, goes to those who lead it.
    """
    found = Deadline.objects.for_agency(feed.agency_id)
    is_lead = feed.member.has_role(*OFFICE_LEADS)
    if not (feed.covers_office and is_lead):
        own = Q(consultant_id=feed.member_id)
        found = found.filter(own | Q(case=None) if is_lead else own)
    is_open = Q(state=DeadlineState.OPEN)
    shown = found.filter(is_open | Q(changed_at__gte=now - CLOSED_FOR)).annotate(is_over=~is_open)
    return shown.select_related("case__enterprise").order_by("is_over", "safe_by", "pk")[:MOST_EVENTS]


def calendar_of(feed: CalendarFeed, *, now: datetime) -> bytes:
    """Return the feed as a calendar file. The same deadlines give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//vapup//deadlines//JA")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("x-published-ttl", "PT6H")
    for deadline in deadlines_for(feed, now=now):
        calendar.add_component(_event(deadline, is_private=feed.is_private))
    content: bytes = calendar.to_ical()
    return content


def _event(deadline: Deadline, *, is_private: bool) -> Event:
    """Return the event of one deadline: a whole day, the one to aim at, in no time zone."""
    event = Event()
    origin = settings.PUBLIC_ORIGIN.rstrip("/")
    is_open = deadline.state == DeadlineState.OPEN
    event.add("uid", f"deadline-{deadline.pk}@{urlsplit(origin).hostname or 'vapup.invalid'}")
    event.add("dtstamp", deadline.changed_at)
    event.add("last-modified", deadline.changed_at)
    event.add("sequence", deadline.version)
    event.add("dtstart", deadline.safe_by)
    event.add("dtend", deadline.safe_by + ONE_DAY)
    event.add("summary", one_line(_summary(deadline, is_private=is_private)))
    event.add("description", "\n".join(map(one_line, _description(deadline, is_private=is_private))))
    event.add("url", f"{origin}{deadline_path(deadline.pk)}")
    event.add("status", "CONFIRMED" if is_open else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("categories", [deadline.get_kind_display()])
    return event


def _summary(deadline: Deadline, *, is_private: bool) -> str:
    """Return the line that a calendar shows; in private mode nothing that somebody typed is in it."""
    mark = "期日" if clock_kind(deadline.kind).is_event else "安全な期限"
    mark = MARKS.get(deadline.state, mark)
    parts = [deadline.get_kind_display()]
    if deadline.case is not None:
        name = CaseName(deadline.case.number, "" if is_private else deadline.case.enterprise.name)
        parts.insert(0, str(name).strip())
    if is_private and deadline.period_number:
        parts.append(f"第{deadline.period_number}回")
    elif not is_private:
        parts.append(deadline.about)
    return f"【{mark}】{' '.join(part for part in parts if part)}"


def _description(deadline: Deadline, *, is_private: bool) -> Iterator[str]:
    row = clock_kind(deadline.kind)
    if row.is_event:
        yield f"期日: {format_wareki_weekday(deadline.claim_by)}"
    else:
        yield f"安全な期限: {format_wareki_weekday(deadline.safe_by)}"
        yield f"最終日: {format_wareki_weekday(deadline.claim_by)}"
        yield f"失効する日: {format_wareki_weekday(deadline.lapses_on)}"
    if deadline.yen_at_risk and not is_private:
        yield f"失うおそれのある補助金: {format_yen(deadline.yen_at_risk)}円"
    if deadline.state == DeadlineState.MET and deadline.met_on is not None:
        yield f"済んだ日: {format_wareki_weekday(deadline.met_on)}"
    elif deadline.state == DeadlineState.OPEN:
        yield f"次の作業: {row.action}"
    if not deadline.is_confirmed:
        yield "この日は、公的な出典でまだ確認できていません。"


def one_line(text: str) -> str:
    """Return `text` without characters that end a line: whatever is typed stays inside its line."""
    return "".join(" " if unicodedata.category(one) in _BREAKS else one for one in text)
