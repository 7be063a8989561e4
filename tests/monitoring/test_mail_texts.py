"""What the mails say, as they come over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.conf import LazySettings

from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Acknowledgement, Alarm, Deadline, Mail, ReminderSettings
from monitoring.services.delivery import deliver_batch
from tests.builders import make_case, make_enterprise
from tests.monitoring.post import NOW, make_deadline, make_mail, speak_to
from tests.smtp_sink import Received, SmtpSink
from vapup.accounts.models import Member


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[SmtpSink]:
    settings.PUBLIC_ORIGIN = "https://vapup.example.jp"
    with SmtpSink() as server:
        speak_to(server, settings)
        yield server


class Tags(HTMLParser):
    """Collects what a mail program would trip over."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links.extend(value or "" for name, value in attrs if name == "href")


def only(sink: SmtpSink) -> Received:
    found = deliver_batch(now=NOW)
    assert (found.sent, found.claimed) == (1, 1)
    return sink.messages[-1]


def test_a_reminder_says_what_when_how_much_and_what_next(sink: SmtpSink, consultant: Member) -> None:
    row = make_deadline(
        make_case(consultant, number="C-2026-0012"), claim_by=date(2026, 12, 27), lapses_on=date(2026, 12, 28)
    )
    make_mail(row, to=consultant)
    came = only(sink)
    # 24 November to 24 December: 30 days.
    assert came.subject == "[vapup] あと30日 C-2026-0012 有限会社山田水産 支払申請(計画策定)の期限"
    assert came.parsed.get_content_type() == "multipart/alternative"
    for body in (came.body(), came.body("html")):
        for words in (
            f"{consultant} 様",
            "C-2026-0012 有限会社山田水産",
            "令和8年12月24日(木)",
            "令和8年12月27日(日)",
            "1,500,000円",
            "計画策定・伴走支援・金融機関交渉の補助金のすべて",
            "計画策定の支払申請を協議会に提出する",
            "青葉会計事務所",
        ):
            assert words in body
        assert body.count("https://") == 1
        assert f"https://vapup.example.jp/deadlines/{row.pk}/" in body
        assert "遅れて通知" not in body
        assert "さんの確認が" not in body  # the consultant needs no reason


@pytest.mark.parametrize("kind", ["reminder", "digest", "weekly", "alarm"])
def test_the_html_is_plain_and_leads_to_one_place(sink: SmtpSink, consultant: Member, kind: str) -> None:
    case = make_case(consultant)
    rows = [make_deadline(case) for _ in range(1 if kind == "reminder" else 3)]
    mail = make_mail(*rows, to=consultant)
    if kind == "weekly":
        Mail.objects.filter(pk=mail.pk).update(kind=kind)
    if kind == "alarm":
        alarm = _alarm()
        Mail.objects.filter(pk=mail.pk).update(kind=kind, key=f"alarm:{alarm}:{consultant.pk}")
    tags = Tags(only(sink).body("html"))
    assert len(tags.links) == 1
    assert not tags.tags & {"style", "script", "img", "form", "iframe"}
    assert not tags.attributes & {"style", "class", "src", "onclick"}


def _alarm() -> int:
    return Alarm.objects.create(kind="sweep", raised_at=NOW, detail="期限の確認が15分以上行われていません。").pk


def test_a_digest_lists_the_most_urgent_first(sink: SmtpSink, consultant: Member) -> None:
    case = make_case(consultant)
    later, sooner, middle = (
        make_deadline(case, safe_by=date(2026, 12, day), about=f"{day}日の分") for day in (24, 1, 10)
    )
    make_mail(later, sooner, middle, to=consultant)
    came = only(sink)
    assert came.subject == "[vapup] 期限の通知 3件 最も近いものはあと7日"
    for body in (came.body(), came.body("html")):
        places = [body.index(f"{day}日の分") for day in (1, 10, 24)]
        assert places == sorted(places)
        assert "https://vapup.example.jp/notices/" in body


def test_a_long_digest_says_how_many_more(sink: SmtpSink, consultant: Member) -> None:
    case = make_case(consultant)
    make_mail(*(make_deadline(case) for _ in range(103)), to=consultant)
    came = only(sink)
    assert "103件" in came.subject
    assert "ほか 3件" in came.body()
    assert came.body().count("■") == 100


def test_a_late_one_is_marked(sink: SmtpSink, consultant: Member) -> None:
    make_mail(make_deadline(make_case(consultant)), to=consultant, is_late=True)
    came = only(sink)
    assert came.subject.startswith("[vapup] 遅れて通知 あと30日 ")
    assert "【遅れて通知】" in came.body()
    assert "【遅れて通知】" in came.body("html")


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (DeadlineKind.PLAN_CLAIM, "協議会に確認する"),
        (DeadlineKind.PAPER, "新しいものを取り直す"),
        (DeadlineKind.STANDSTILL, "一時停止の延長を、改めて要請する"),
    ],
)
def test_a_lapse_is_told_as_one_with_what_its_kind_asks_for(
    sink: SmtpSink, consultant: Member, kind: DeadlineKind, after: str
) -> None:
    row = make_deadline(make_case(consultant), kind=kind, safe_by=date(2026, 11, 20), state=DeadlineState.LAPSED)
    make_mail(row, to=consultant)
    came = only(sink)
    assert came.subject.startswith("[vapup] 失効 C-")
    assert f"失効を記録しました。{after}" in came.body()


def _reason(sink: SmtpSink, to: Member, row: Deadline, *, offset: int = 30) -> str:
    make_mail(row, to=to, offset=offset)
    return only(sink).body()


def test_a_manager_is_told_why_it_comes_to_them(sink: SmtpSink, consultant: Member, manager: Member) -> None:
    row = make_deadline(make_case(consultant))
    assert f"担当者 {consultant} さんの確認がまだ記録されていないため" in _reason(sink, manager, row)
    Acknowledgement.objects.create(
        agency_id=row.agency_id, deadline=row, member=consultant, safe_by=row.safe_by, note="来週提出"
    )
    assert "確認済みですが、期限が近いため" in _reason(sink, manager, row, offset=14)
    Member.objects.filter(pk=consultant.pk).update(is_active=False)
    assert "在籍していないため、代わりに" in _reason(sink, manager, row, offset=7)


def test_of_the_agencys_own_deadline_all_are_told_as_such(sink: SmtpSink, manager: Member) -> None:
    row = Deadline.objects.create(
        agency_id=manager.agency_id,
        kind=DeadlineKind.CERTIFICATION,
        about="青葉会計事務所",
        counted_from=date(2026, 12, 24),
        claim_by=date(2026, 12, 24),
        safe_by=date(2026, 12, 24),
        lapses_on=date(2026, 12, 25),
        clause="5年ごと",
        source_url="https://example.jp/",
    )
    assert "事務所全体の期限のため" in _reason(sink, manager, row)
    assert sink.messages[-1].subject == "[vapup] あと30日 認定支援機関の認定の有効期限"


@pytest.mark.parametrize("count", [1, 3])
def test_an_office_that_hides_figures_gets_the_number_of_the_case_alone(
    sink: SmtpSink, consultant: Member, count: int
) -> None:
    ReminderSettings.objects.create(agency_id=consultant.agency_id, hides_figures=True)
    case = make_case(consultant, number="C-2026-0012")
    rows = [make_deadline(case, kind=DeadlineKind.LETTER, about="七十七銀行 石巻支店") for _ in range(count)]
    make_mail(*rows, to=consultant)
    came = only(sink)
    for words in (came.subject, came.body(), came.body("html")):
        assert "山田水産" not in words
        assert "1,500,000" not in words
        assert "七十七" not in words
    assert "C-2026-0012" in came.body()


def test_names_can_neither_break_the_header_nor_the_html(sink: SmtpSink, consultant: Member) -> None:
    name = "山田\r\nBcc: evil@example.com\n<script>alert(1)</script> & 株式会社"
    case = make_case(consultant, enterprise=make_enterprise(consultant.agency, name=name))
    make_mail(make_deadline(case, about="<b>太字</b>"), to=consultant)
    came = only(sink)
    assert came.parsed["Bcc"] is None
    assert came.recipients == (consultant.user.email,)
    assert "\n" not in came.subject
    assert "Bcc: evil@example.com <script>alert(1)</script> & 株式会社" in came.subject
    assert "<script>" not in came.body("html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 株式会社" in came.body("html")
    assert "<b>太字</b>" in came.body()  # the text shows what was typed


def test_the_days_are_those_of_the_day_on_which_it_goes_out(sink: SmtpSink, consultant: Member) -> None:
    make_mail(make_deadline(make_case(consultant)), to=consultant)
    assert deliver_batch(now=NOW + timedelta(days=2)).sent == 1
    assert sink.messages[0].subject.startswith("[vapup] あと28日 ")
