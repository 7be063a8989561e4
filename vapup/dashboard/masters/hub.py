"""Where everything that the office maintains is kept, and how its certification stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from cases.models import Council
from monitoring.enums import DeadlineKind
from monitoring.rules.kinds import clock_kind
from subsidies.models import Worker
from vapup.accounts.enums import Action
from vapup.accounts.models import Agency, Invitation, Member
from vapup.accounts.policy import can
from vapup.shared.bank_search import listed_banks
from vapup.shared.dates import countdown


@dataclass(frozen=True, slots=True)
class Entry:
    """One list or page of settings; `count` in words, "" where there is nothing to count."""

    label: str
    text: str
    url: str
    icon: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class Certification:
    """The certification of the agency: its number, its last day, and how people are told of it.

    `remind_days` is how many days before the safe day the first reminder comes.
    """

    number: str
    expires_on: date | None
    remaining: str
    tone: str
    remind_days: int


def entries_for(member: Member) -> list[Entry]:
    """Return what the member may open."""
    return [*_lists(member), *_office(member)]


def certification_of(agency: Agency, *, today: date) -> Certification:
    """Return how the certification of an agency stands."""
    until, first = agency.certification_expires_on, clock_kind(DeadlineKind.CERTIFICATION).offsets[0]
    tone = "warning"
    if until is not None:
        days = (until - today).days
        tone = "error" if days < 0 else "caution" if days <= first else "success"
    remaining = countdown(until, today=today) if until else ""
    return Certification(agency.certification_number, until, remaining, tone, first)


def _lists(member: Member) -> Iterator[Entry]:
    councils = Council.objects.count()
    yield Entry(
        "協議会",
        "都道府県ごとの協議会と、全国の一覧にない書類や注意。進行中の案件の数。",
        reverse("dashboard:councils"),
        "enterprise",
        f"{councils}件",
    )
    yield Entry(
        "金融機関と支店",
        "金融機関コードと支店コード。名前・かな・コードで探せます。",
        reverse("dashboard:banks"),
        "bank",
        f"{len(listed_banks()):,}件",
    )
    yield Entry("制度・規則", "上限額や期限の版、様式の版、出典と確認の状況。", reverse("dashboard:rules"), "rules")
    if can(member, Action.KEEP_RATES).allowed:
        workers = Worker.objects.for_agency(member.agency_id).filter(co_agency=None).count()
        yield Entry(
            "従事者と単価",
            "業務日誌をつける人と、時間単価の履歴。",
            reverse("subsidies:workers"),
            "payments",
            f"{workers}人",
        )


def _office(member: Member) -> Iterator[Entry]:
    if can(member, Action.EDIT_AGENCY).allowed:
        yield Entry(
            "事務所の情報と認定",
            "名称・代表者・所在地、認定支援機関IDと有効期限、自己承認。",
            reverse("accounts:agency"),
            "settings",
        )
        yield Entry("振込先の口座", "協議会あての請求書に印刷する口座。", reverse("cases:office_account"), "bank")
        yield Entry(
            "通知の設定", "期限の通知を、誰に、何日前から送るか。", reverse("monitoring:reminder_settings"), "bell"
        )
    if can(member, Action.MANAGE_MEMBERS).allowed:
        yield _people(member)
    if can(member, Action.VIEW_AUDIT).allowed:
        yield Entry("操作記録", "誰が、いつ、何を変えたか。", reverse("accounts:audit"), "history")


def _people(member: Member) -> Entry:
    people = Member.objects.for_agency(member.agency_id).active().count()
    waiting = Invitation.objects.for_agency(member.agency_id).filter(accepted_at=None, revoked_at=None).count()
    count = f"{people}人" + (f"、招待中 {waiting}人" if waiting else "")
    return Entry("利用者・役割・招待", "役割の変更、招待、利用の停止。", reverse("accounts:members"), "users", count)
