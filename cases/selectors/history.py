"""The history of a case, narrowed down to a group of fields, a person or a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from cases.models import Case
from cases.selectors.enterprises import trail
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.clock import JAPAN


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A group of fields of the history.

    Attributes:
        label: the word of the filter.
        fields: names of fields of the case itself.
        parts: how the names of fields of its parts begin.
        verbs: what belongs to the group whatever it changed.
    """

    label: str
    fields: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    verbs: tuple[Verb, ...] = ()


V = Verb
GROUPS: Final = {
    "procedure": FieldGroup(
        "段階と日付",
        (
            *("段階", "操作", "初回相談日", "受理予定日", "利用申請日", "受理日", "利用決定日", "適用基準日"),
            "差戻しの回数",
        ),
        verbs=(V.ADVANCED,),
    ),
    "people": FieldGroup("担当者・引継ぎ", ("担当者",), verbs=(V.HANDED_OVER,)),
    "facts": FieldGroup(
        "案件の内容",
        (
            *("案件番号", "事業者", "制度・枠", "協議会", "経営者保証の解除を目指す", "財務上の問題と相談の経緯"),
            *("金融機関の支援の見込み", "再度利用の理由"),
        ),
        ("その他認定支援機関",),
    ),
    "banks": FieldGroup("金融機関・中小版GL", parts=("金融機関の状況", "金融機関 ", "中小版GL")),
    "costs": FieldGroup("費用・試算・上乗せ", parts=("費用明細", "伴走支援対象期間", "試算", "上乗せ補助")),
    "applications": FieldGroup(
        "申請と承認",
        parts=("利用申請:", "利用申請の", "変更の届出", "支払申請", "取下げ"),
        verbs=(
            *(V.APPROVAL_REQUESTED, V.APPROVED, V.SELF_APPROVED, V.SENT_BACK, V.REQUEST_WITHDRAWN),
            *(V.APPROVAL_CANCELLED, V.OVERRIDDEN),
        ),
    ),
    "papers": FieldGroup(
        "書類", parts=("申請書類", "書類"), verbs=(V.UPLOADED, V.PACKET_REQUESTED, V.PACKET_MADE, V.DOWNLOADED)
    ),
    "notes": FieldGroup("メモ", parts=("メモ",)),
}


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which events to show; "" and None mean all. Both days are inclusive."""

    group: str = ""
    actor_id: int | None = None
    since: date | None = None
    until: date | None = None


def history_of(case: Case, wanted: HistoryFilter) -> QuerySet[AuditEvent]:
    """Return what happened to a case, newest first."""
    events = trail(case)
    if wanted.group:
        events = events.annotate(written=Cast("changes", TextField())).filter(_belongs(GROUPS[wanted.group]))
    if wanted.actor_id is not None:
        events = events.filter(actor_id=wanted.actor_id)
    if wanted.since is not None:
        events = events.filter(occurred_at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        events = events.filter(occurred_at__lt=_midnight(wanted.until + timedelta(days=1)))
    return events


def actors_of(case: Case) -> QuerySet[Member]:
    """Return who did anything to a case, by name."""
    members = Member.objects.for_agency(case.agency_id).filter(pk__in=trail(case).order_by().values("actor"))
    return members.select_related("user").order_by("user__display_name", "pk")


def _belongs(group: FieldGroup) -> Q:
    """Return the condition that an event changed a field of the group, or is one of its verbs.

    The changes are looked at as PostgreSQL writes them: a name of a field follows a brace or a blank, and is never
    mistaken for text within a value, where quotation marks have a backslash before them.
    """
    names = [f'{re.escape(name)}"' for name in group.fields] + [f'{re.escape(part)}[^"]*"' for part in group.parts]
    return Q(verb__in=group.verbs) | Q(written__regex=f'[{{ ]"({"|".join(names)}): \\[')


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=JAPAN)
