"""T03: whatever a member of one office asks for, no byte of another office comes back.

Both offices hold the same rows; every typed column of the second carries its canary, which no answer may contain.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from subsidies.models import Packet
from subsidies.packets.payload import UsagePayload
from tests.access_world import MATRIX, OBJECT_PARAMETERS, Leaf, World, leaves
from tests.subsidies.packet_cases import packet_pdf, text_of
from tests.walls.offices import Office, make_office
from vapup.accounts.models import Member

OURS, THEIRS = "ownqq", "forgnzz"
ROLES = "cmav"
# The invited person, whoever that is, is told who invites; that is what the link is for.
TELLS_THE_INVITED = "accounts:accept_invitation"


@pytest.fixture
def ours(db: None) -> Office:
    return make_office(lambda column, _room: f"{OURS} {column}", number=f"C-2025-{OURS}")


@pytest.fixture
def theirs(db: None) -> Office:
    return make_office(lambda column, _room: f"{THEIRS} {column}", number=f"C-2025-{THEIRS}")


def body(browser: Client, url: str) -> str:
    answer = browser.get(url)
    content = answer.getvalue() if answer.streaming else answer.content
    return content.decode(errors="replace") + str(dict(answer.headers))


def own_pages(office: Office) -> Iterator[tuple[Leaf, str]]:
    for leaf in leaves():
        reader, _ = MATRIX[leaf.name]
        if reader not in {"closed", "public", "self"}:
            yield leaf, office.world.url(leaf)


@pytest.mark.parametrize("who", [who if who in "c" else pytest.param(who, marks=pytest.mark.nightly) for who in ROLES])
def test_no_own_page_holds_a_word_of_the_other_office(ours: Office, theirs: Office, who: str) -> None:
    browser = ours.world.browser(who)
    answers = {leaf.name: body(browser, url) for leaf, url in own_pages(ours)}
    assert [name for name, text in answers.items() if THEIRS in text] == []
    # The canaries do show where they belong: without this, the line above would prove nothing.
    shown = [name for name, text in answers.items() if OURS in text]
    assert len(shown) > 25
    assert {"cases:detail", "cases:list", "cases:history", "dashboard:home", "subsidies:packets"} <= {*shown}


@pytest.mark.parametrize("who", [who if who in "v" else pytest.param(who, marks=pytest.mark.nightly) for who in ROLES])
def test_an_address_with_foreign_numbers_answers_as_if_there_were_nothing(
    ours: Office, theirs: Office, who: str
) -> None:
    browser = ours.world.browser(who)
    answered = []
    for leaf, url in own_pages(theirs):
        if not leaf.parameters & OBJECT_PARAMETERS:
            continue
        answer = browser.get(url)
        page = answer.content.decode()
        # The path of the request itself names the foreign case; nothing else may.
        answered.append((leaf.name, answer.status_code, THEIRS in page.replace(url, "")))
    refused = {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED}
    assert [one for one in answered if one[1] not in refused or one[2]] == []
    assert len(answered) > 25


def questions(theirs: Office) -> Iterator[str]:
    """Yield addresses of lists and forms that ask for rows of the other office."""
    consultant, values = theirs.pk_of("c"), theirs.world.values
    yield f"/cases/?consultant={consultant}"
    yield f"/cases/?q={THEIRS}"
    yield f"/cases/?stage=open&sort=enterprise&consultant={consultant}&page=1"
    yield f"/enterprises/?q={THEIRS}"
    yield f"/cases/new/?q={THEIRS}"
    yield f"/cases/new/?enterprise={values['enterprise_id']}"
    yield f"/audit/?actor={consultant}"
    yield f"/audit/?object_type=case&actor={consultant}"
    yield f"/packets/?page={values['packet_id']}"


def test_no_question_in_an_address_finds_rows_of_the_other_office(ours: Office, theirs: Office) -> None:
    browser = ours.world.browser("m")
    for url in questions(theirs):
        page = body(browser, url)
        typed = page.count(f'value="{THEIRS}"') + page.count(f": {THEIRS}") + page.count(f"「{THEIRS}」")
        assert THEIRS not in page or typed, url
        assert f"{THEIRS} " not in page, url  # as every stored canary goes on with its column


def test_the_copy_of_a_foreign_line_is_an_empty_form(ours: Office, theirs: Office) -> None:
    browser, number = ours.world.browser("m"), ours.world.values["number"]
    ours.case.applications.filter(kind="usage").delete()
    url = f"/cases/{number}/costs/new/?copy="
    assert OURS in body(browser, f"{url}{ours.world.values['line_id']}").split("<form", 1)[1]
    page = body(browser, f"{url}{theirs.world.values['line_id']}")
    assert THEIRS not in page


def rows_of(agency_id: int) -> dict[str, str]:
    """Return a hash of what an agency has in each table."""
    tables = """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE a.attname = 'agency_id' AND c.relkind = 'r' AND NOT a.attisdropped ORDER BY 1"""
    with connection.cursor() as cursor:
        cursor.execute(tables)
        found = {}
        for (table,) in cursor.fetchall():
            query = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t WHERE agency_id = %s"  # noqa: S608
            cursor.execute(query, [agency_id])
            found[table] = cursor.fetchone()[0]
    return found


def test_nothing_sent_to_foreign_addresses_changes_the_other_office(ours: Office, theirs: Office) -> None:
    """Everybody sends every form to the other office's addresses; its rows stay to the last byte."""
    before = rows_of(theirs.agency.pk)
    assert sum(value is not None for value in before.values()) > 15
    for who in ROLES:
        browser = ours.world.browser(who)
        for leaf, url in own_pages(theirs):
            if leaf.parameters & OBJECT_PARAMETERS:
                answer = browser.post(url, {"version": "1", "reason": "x", "comment": "x"})
                assert answer.status_code in {403, 404, 405}, leaf.name
                assert THEIRS not in answer.content.decode().replace(url, "")
    assert rows_of(theirs.agency.pk) == before


def sent_forms(ours: Office, theirs: Office) -> Iterator[tuple[str, str, dict[str, object], str]]:
    """Yield forms to own addresses that choose something of the other office: who, URL, form, chosen field."""
    number, foreign = ours.world.values["number"], theirs.pk_of("c")
    facts = {"frame": "normal", "council": "04", "consulted_on": "2025-04-01", "planned_accepted_on": "2025-06-01"}
    yield (
        "m",
        f"/cases/new/?enterprise={ours.world.values['enterprise_id']}",
        {**facts, "consultant": foreign},
        "consultant",
    )
    yield "m", f"/cases/{number}/assign/", {"consultant": foreign}, "consultant"
    yield "a", f"/members/{ours.pk_of('c')}/switch-off/", {"successor": foreign, "reason": "x"}, "successor"
    line = {
        "work": "x",
        "person": "x",
        "hourly_rate_yen": "10000",
        "minutes": "10",
        "tax_percent": "10",
        "version": "1",
    }
    group = f"monitoring:{theirs.world.values['period_id']}"
    yield "m", f"/cases/{number}/costs/new/", {**line, "group": group}, "group"


def test_a_choice_of_the_other_office_is_refused_by_its_field(ours: Office, theirs: Office) -> None:
    ours.case.applications.filter(kind="usage").delete()
    before = rows_of(ours.agency.pk)
    for who, url, form, field in sent_forms(ours, theirs):
        answer = ours.world.browser(who).post(url, form)
        page = answer.content.decode()
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, url
        assert [*answer.context["form"].errors] == [field], url
        assert "一覧から選び直してください。" in page, url
        assert THEIRS not in page, url
    assert rows_of(ours.agency.pk) == before


def test_a_member_of_both_offices_sees_one_at_a_time(ours: Office, theirs: Office) -> None:
    user = ours.world.people["m"]
    Member.objects.create(agency=theirs.agency, user=user, roles=["manager", "admin"])
    browser = ours.world.browser("m")
    assert THEIRS not in body(browser, "/cases/") + body(browser, "/audit/")
    browser.post("/switch-agency/", {"agency_id": theirs.agency.pk})
    pages = body(browser, "/cases/") + body(browser, "/enterprises/") + body(browser, "/packets/")
    assert THEIRS in pages
    assert f"{OURS} enterprise" not in pages
    assert browser.get(f"/cases/{ours.world.values['number']}/").status_code == HTTPStatus.NOT_FOUND


def test_a_printed_packet_names_its_own_office_alone(ours: Office, theirs: Office, tmp_path: Path) -> None:
    printed = {}
    for office in (ours, theirs):
        stored = Packet.objects.get(agency=office.agency).payload
        printed[office.agency.pk] = text_of(packet_pdf(UsagePayload.from_json(stored), is_draft=True).content, tmp_path)
    own, foreign = printed[ours.agency.pk], printed[theirs.agency.pk]
    assert (own.count(OURS) > 10, THEIRS in own) == (True, False)
    assert (foreign.count(THEIRS) > 10, OURS in foreign) == (True, False)


def test_a_foreign_world_has_every_kind_of_row(ours: Office) -> None:
    """The sweep is only as good as its rows: every address with a number has one to ask for."""
    needed = set().union(*(leaf.parameters for leaf in leaves()))
    assert needed <= set(ours.world.values)
    assert isinstance(ours.world, World)
