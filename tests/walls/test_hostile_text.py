"""T15: hostile text in every typed column stays text: on pages, in headers, in the packet."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import pytest
from django.http import HttpResponseBase

from subsidies.models import Packet
from subsidies.packets.payload import UsagePayload
from subsidies.packets.printing import print_packet
from tests.access_world import MATRIX, leaves
from tests.walls.offices import Office, make_office
from vapup.documents.models import StoredDocument
from vapup.documents.rendering import render_html
from vapup.help.models import Draft

MARK: Final = "xqz9"  # in every text, so that the tests see that it was shown at all
CORPUS: Final = (
    "<script>xqz9()</script>",
    "<img src=x onerror=xqz9()>",
    '"><svg onload=xqz9()>',
    "'><body onload='xqz9()'>",
    '" onmouseover="xqz9()" x="',
    "' onfocus='xqz9()' autofocus='",
    "</textarea><iframe src=//xqz9.test>",
    "</title><script>xqz9</script>",
    "</script><script>xqz9()</script>",
    "<!--xqz9--><base href=//xqz9.test>",
    "<a href=javascript:xqz9()>x</a>",
    "javascript:xqz9()",
    "<form action=//xqz9.test><input name=p>",
    "<math><mtext><style><xqz9 onload=1>",
    "<link rel=stylesheet href=//xqz9.test>",
    "<meta http-equiv=refresh content=0;//xqz9.test>",
    "<object data=//xqz9.test>",
    "<p hx-get=//xqz9.test hx-trigger=load>",
    "<b hx-on:click=xqz9()>x</b>",
    "<![CDATA[<xqz9>]]>",
    "&lt;xqz9&gt;",
    "&#60;xqz9&#62;",
    "xqz9 {{ 191|add:1146 }}",
    "xqz9 {{ settings.SECRET_KEY }}",
    "xqz9 {% debug %}",
    "xqz9 {% include '/etc/passwd' %}",
    "xqz9 {{ request.user.password }}",
    "xqz9 {0.__class__.__mro__}",
    "xqz9 %s %d %(password)s %n",
    "xqz9 ${7*191} #{7*191} <%= 7*191 %>",
    "xqz9 {{constructor.constructor('x')()}}",
    "xqz9'; DROP TABLE cases_case; --",
    "xqz9' OR '1'='1",
    "xqz9\\'; SELECT pg_sleep(9) --",
    "../../../../etc/passwd xqz9",
    "..\\..\\xqz9.exe",
    "file:///etc/passwd?xqz9",
    "xqz9\r\nSet-Cookie: xqz9=1",
    "xqz9%0d%0aSet-Cookie:%20xqz9=1",
    "xqz9\u202egnp.exe\u202c",
    "xqz9\u2028next\u2029line",
    "=cmd|'/C xqz9'!A0",
    "@SUM(xqz9)",
    "xqz9\u0000".replace("\u0000", "\ufffd"),
    "\ufeffxqz9 ﷽ 𠮷 é e\u0301",
    "<xqz9>",
)
ACTING: Final = 19  # the first so many are markup of some kind
ROUNDS: Final = 5
QUICK: Final = {0}  # the nightly rounds put the texts in other columns
ADDRESSES: Final = {"href", "src", "action", "data", "formaction", "hx-get", "hx-post", "data-hx-get", "data-hx-post"}
HARMLESS: Final = ("/", "#", "?", "mailto:", "tel:", "https://", "http://")
HANDLER: Final = re.compile(r"on\w+|(data-)?hx-on.*|srcdoc|style")


class Dangers(HTMLParser):
    """Collects what would act in a browser, were a stored text to become markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that no page of ours has, an event handler, and any address that a stored text made up."""
        values = dict(attrs)
        if tag in {"iframe", "object", "base", "math", "embed", "style"} or "xqz" in tag:
            self.found.append(f"<{tag}>")
        if tag == "script" and not (values.get("src") or "").startswith("/static/"):
            self.found.append("<script> of its own")
        self.found.extend(f"{tag} {name}" for name in values if HANDLER.fullmatch(name) or "xqz" in name)
        if tag == "meta" and "http-equiv" in values:
            self.found.append("<meta http-equiv>")
        for name in ADDRESSES & values.keys():
            target = values[name] or ""
            if "//xqz" in target or not (target or "#").startswith(HARMLESS):
                self.found.append(f"{tag} {name}={target}")


def dangers_in(page: str) -> list[str]:
    parser = Dangers()
    parser.feed(page)
    return parser.found


def hostile_office(turn: int) -> Office:
    """Return an office whose columns hold the texts of the corpus, each turn others."""
    place = {"at": turn * 11}

    def words(_column: str, room: int) -> str:
        for _ in CORPUS:
            place["at"] += 1
            text = CORPUS[place["at"] % len(CORPUS)]
            if len(text) <= room:
                return text
        return "<xqz9>"[:room]

    return make_office(words, number=f"C-2025-90{turn:02d}")


def is_page(answer: HttpResponseBase) -> bool:
    return answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "turn", [turn if turn in QUICK else pytest.param(turn, marks=pytest.mark.nightly) for turn in range(ROUNDS)]
)
def test_no_page_makes_markup_of_a_stored_text(db: None, turn: int) -> None:
    office = hostile_office(turn)
    browser, shown = office.world.browser("m"), 0
    browser.force_login(office.world.people["m"])
    office.world.members["m"].roles = ["consultant", "manager", "admin"]
    office.world.members["m"].save()
    Draft.objects.update(member=office.world.members["m"])  # a draft is shown to nobody else
    for leaf in leaves():
        if MATRIX[leaf.name][0] in {"closed", "public", "self"}:
            continue
        answer = browser.get(office.world.url(leaf))
        assert answer.status_code in {200, 302, 405, 409}, leaf.name  # 409: the frame has no such page
        assert not [value for value in answer.headers.values() if "\r" in value or "\n" in value], leaf.name
        assert [*answer.cookies] in ([], ["csrftoken"], ["sessionid"], ["csrftoken", "sessionid"]), leaf.name
        if answer.streaming:
            answer.getvalue()  # reads the file to its end, which closes it
        if answer.streaming or answer.status_code not in {200, 409} or not is_page(answer):
            continue
        page = answer.content.decode()
        shown += MARK in page
        assert dangers_in(page) == [], leaf.name
        assert "1337" not in page, leaf.name
        assert not [text for text in CORPUS if text.startswith(("<", '"', "'")) and text in page], leaf.name
    assert shown > 25


PLACES: Final = ("<p>{}</p>", '<input value="{}">', "<input value='{}'>", "<textarea>{}</textarea>")


def test_the_check_itself_sees_every_way_out() -> None:
    """Each text that is markup is found by the check above, in some place of a page that forgot to escape."""
    acting = [text for text in CORPUS[:ACTING] if text != "javascript:xqz9()"]
    assert len(acting) == 18
    assert [text for text in acting if not any(dangers_in(one.replace("{}", text)) for one in PLACES)] == []
    assert dangers_in('<a href="javascript:xqz9()">x</a>') == ["a href=javascript:xqz9()"]
    assert dangers_in('<a href="/cases/">&lt;script&gt;</a><script src="/static/app.js"></script>') == []


@pytest.mark.parametrize("turn", range(2))
def test_a_packet_prints_hostile_text_as_text(db: None, turn: int) -> None:
    office = hostile_office(turn)
    payload = UsagePayload.from_json(Packet.objects.get(agency=office.agency).payload)
    made = print_packet(payload, is_draft=True)
    assert made.pdf.content.startswith(b"%PDF-")
    assert made.pdf.page_count >= 5
    for printed in (made.pdf.content, *(part.content for part in made.parts)):
        for danger in (b"/JavaScript", b"/Launch", b"/EmbeddedFile ", b"xqz9.test"):
            assert danger not in printed, danger


NAMES: Final = (
    'usage".pdf; filename=evil.html',
    "../../etc/passwd",
    "利用申請\u202efdp.exe",
    "a;b=c.pdf",
    "<script>.pdf",
    "100%25.pdf",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_download_keeps_one_header_and_one_name(db: None, name: str) -> None:
    office = hostile_office(0)
    packet = Packet.objects.get(agency=office.agency)
    StoredDocument.objects.filter(pk__in=[packet.document_id]).update(filename=name)
    answer = office.world.browser("m").get(f"/packets/{packet.pk}/download/")
    header = answer["Content-Disposition"]
    assert answer.status_code == 200
    assert answer.getvalue() == b"%PDF-1.7"
    assert header.startswith("attachment; filename")
    # One parameter: what follows the name is quoted or percent-encoded, never a second one.
    rest = header.removeprefix("attachment; ")
    assert re.fullmatch(r'filename="(?:[^"\\]|\\.)*"|filename\*=utf-8\'\'[A-Za-z0-9%._~!$&+^`|*-]+', rest), header
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"


def test_a_template_reads_a_stored_text_as_text(db: None) -> None:
    """What a user typed is a value of a template, never a template."""
    page = render_html("_banner.html", {"tone": "info", "title": "{{ 191|add:1146 }}", "text": "{% debug %}"})
    assert "{{ 191|add:1146 }}" in page
    assert "{% debug %}" in page
    assert "1337" not in page
