"""A mail in words: its subject, its text, and the same as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from monitoring.enums import MailKind
from monitoring.selectors.mails import Letter
from vapup.shared.dates import format_wareki_weekday
from vapup.shared.money import format_yen

# More than anybody reads in a mail; the page behind the link has all.
MOST_LINES: Final = 100
LONGEST_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class MailText:
    """What goes out."""

    subject: str
    text: str
    html: str


def words_of(letter: Letter) -> MailText:
    """Put a letter into words. Reads no row."""
    kind = MailKind(letter.mail.kind)
    context: dict[str, Any] = {
        "letter": letter,
        "recipient": str(letter.recipient),
        "agency": letter.recipient.agency.name,
        "line": letter.lines[0] if letter.lines else None,
        "lines": letter.lines[:MOST_LINES],
        "hidden_count": max(len(letter.lines) - MOST_LINES, 0),
        "total_yen": f"{format_yen(letter.total_yen)}円" if letter.total_yen else "",
        "day": format_wareki_weekday(letter.today),
        "is_late": any(line.is_late for line in letter.lines),
        "link": _link(letter),
    }
    return MailText(
        subject=_one_line(f"[vapup] {_subject(kind, letter)}"),
        text=render_to_string(f"monitoring/mail/{kind.value}.txt", context),
        html=render_to_string(f"monitoring/mail/{kind.value}.html", context),
    )


def _subject(kind: MailKind, letter: Letter) -> str:
    late = "遅れて通知 " if any(line.is_late for line in letter.lines) else ""
    if kind is MailKind.REMINDER:
        return f"{late}{letter.lines[0].countdown} {letter.lines[0].what}"
    if kind is MailKind.DIGEST:
        return f"{late}期限の通知 {len(letter.lines)}件 最も近いものは{letter.lines[0].countdown}"
    if kind is MailKind.WEEKLY:
        whose = "事務所の" if letter.is_office else "担当案件の"
        return f"{whose}期限 {len(letter.lines)}件 ({format_wareki_weekday(letter.today)}現在)"
    return "通知の異常: 期限の確認が止まっています"


def _link(letter: Letter) -> str:
    """Return the one address that a mail leads to."""
    if letter.mail.kind == MailKind.REMINDER:
        path = reverse("monitoring:deadline", args=[letter.lines[0].deadline_id])
    elif letter.mail.kind == MailKind.ALARM:
        path = "/"
    else:
        path = reverse("monitoring:notices")
    return f"{settings.PUBLIC_ORIGIN.rstrip('/')}{path}"


def _one_line(text: str) -> str:
    """Return a subject that is one line whatever the names in it hold."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:LONGEST_SUBJECT]
