"""The payments as a calendar file (iCalendar, https://www.rfc-editor.org/rfc/rfc5545): a whole day for each payment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from monitoring.selectors.feeds import one_line
from subsidies.enums import ReceivableState
from subsidies.selectors.payments.rows import Receivable
from vapup.dashboard.payments.listing import day_of
from vapup.shared.dates import ONE_DAY
from vapup.shared.money import format_yen


def calendar_of(rows: Iterable[Receivable], *, now: datetime) -> bytes:
    """Return the payments that have a day as a calendar; the same payments give the same events."""
    calendar = Calendar()
    calendar.add("prodid", "-//vapup//payments//JA")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for row in rows:
        if any((row.planned_on, row.claimed_on, row.decided_on, row.paid_on)):
            calendar.add_component(_event(row, now))
    content: bytes = calendar.to_ical()
    return content


def _event(row: Receivable, now: datetime) -> Event:
    event, origin = Event(), settings.PUBLIC_ORIGIN.rstrip("/")
    day, _, _ = day_of(row)
    parts = (row.case.pk, row.payer.value, row.part.value, row.period_number or 0, row.co_agency_id or 0)
    event.add("uid", f"payment-{'-'.join(map(str, parts))}@{urlsplit(origin).hostname or 'vapup.invalid'}")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + ONE_DAY)
    event.add("summary", one_line(f"【{_mark(row)}】{row.case.number} {row.case.enterprise.name} {row.name}"))
    event.add("description", "\n".join(map(one_line, _description(row))))
    event.add("url", f"{origin}{reverse('subsidies:payments', args=[row.case.number])}")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _mark(row: Receivable) -> str:
    return "支払申請の期限" if row.state is ReceivableState.PLANNED else row.state_label


def _description(row: Receivable) -> Iterator[str]:
    yield f"支払元: {row.payer.label}、支援機関: {row.agency_name}"
    known = (
        ("見込", row.planned_yen),
        ("申請・請求", row.claimed_yen),
        ("決定", row.decided_yen),
        ("入金", row.paid_yen),
    )
    yield "、".join(f"{label} {format_yen(yen)}円" for label, yen in known if yen is not None)
    yield from row.sentences
    yield from row.differences
