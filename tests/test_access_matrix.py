"""Every address × everybody × reading and writing, against the table in `access_world`."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from tests.access_world import MATRIX, OBJECT_PARAMETERS, Leaf, World, build_world, fingerprint, leaves

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

PEOPLE = "-comavxn"
METHODS = ("GET", "POST")
LOG_IN = "/accounts/login/"
# What a view answers that was reached: shown, done, refused for what was sent, or not by this method.
REACHED = {200, 302, 303, 405, 409, 422}
REASONS = ("権限がありません", "この案件を変更できます", "所属していません", "承認できません", "本人")
# What somebody keeps for themselves: for a colleague it is not there.
PRIVATE = {"help:draft_drop"}
# Reading these leaves a mark on purpose: who took which document away, and what allauth remembers of a look.
LEAVES_A_MARK = {
    "cases:bank_letter",
    "dashboard:calendar_export",
    "dashboard:caps_export",
    "dashboard:cases_export",
    "dashboard:enterprises_export",
    "dashboard:payments_export",
    "dashboard:reports_export",
    "monitoring:bank_pack_file",
    "mfa_view_recovery_codes",
    "monitoring:extension_document",
    "subsidies:application_tables",
    "subsidies:export_download",
    "subsidies:hours_record",
    "subsidies:packet_archive",
    "subsidies:packet_download",
    "subsidies:paper_version",
}


# Those who are not of the agency, and words of it that none of them may read.
FOREIGN = "xn-"
SECRETS = ("有限会社山田水産", "青葉会計事務所", "七十七銀行", "担当 花子", "C-2025")
# The invited person is told who invites, and whoever has the address of a calendar reads it.
SAYS_WHOSE = {"accounts:accept_invitation", "monitoring:feed_ics"}


def is_log_in(answer: Response) -> bool:
    return answer.status_code == HTTPStatus.FOUND and answer["Location"].startswith(LOG_IN)


def asked(leaf: Leaf, who: str, method: str) -> str:
    """Return what the table says: log in, reached, refused, missing, wrong method or anything."""
    reader, writer = MATRIX[leaf.name]
    allowed = reader if method == "GET" else writer
    if reader == "closed":
        return "closed"
    if who == "-" and reader != "public":
        return "log in"
    if allowed is None:
        return "wrong method"
    if who == "x" and leaf.parameters & OBJECT_PARAMETERS:
        return "missing"
    is_let_in = allowed in {"public", "self"} or who == "x" or who in allowed
    if is_let_in:
        return "reached"
    return "missing" if leaf.name in PRIVATE and who in "comav" else "refused"


def holds(answer: Response, leaf: Leaf, who: str, expected: str) -> bool:
    """Tell whether the answer is what the table says."""
    status = answer.status_code
    if expected == "log in":
        return is_log_in(answer)
    if expected == "closed":
        return status == HTTPStatus.NOT_FOUND or (who == "-" and is_log_in(answer))
    if expected == "reached":
        library = leaf.name.startswith(("account_", "mfa_"))
        allowed = REACHED | {404} if library else REACHED
        return status in allowed and (library or not is_log_in(answer))
    wanted = {
        "wrong method": HTTPStatus.METHOD_NOT_ALLOWED,
        "refused": HTTPStatus.FORBIDDEN,
        "missing": HTTPStatus.NOT_FOUND,
    }
    return status == wanted[expected]


def cells(world: World, who: str) -> Iterator[tuple[Leaf, str, Response, str]]:
    """Call every address, each in a transaction that is undone, and yield the answers with their text."""
    browser = world.browser(who)
    signed_in = dict(browser.cookies)
    for leaf in leaves():
        for method in METHODS:
            with transaction.atomic():
                browser.cookies.clear()
                browser.cookies.update(signed_in)  # the address before may have signed the user out
                answer = browser.generic(method, world.url(leaf))
                content = answer.getvalue() if answer.streaming else answer.content
                yield leaf, method, answer, content.decode(errors="replace")
                transaction.set_rollback(True)


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_exactly_what_the_table_says_and_no_word_of_another_office(db: None, who: str) -> None:
    wrong, silent, leaked, count = [], [], [], 0
    for leaf, method, answer, page in cells(build_world(), who):
        count += 1
        expected = asked(leaf, who, method)
        if not holds(answer, leaf, who, expected):
            wrong.append(f"{method} {leaf.name}: {answer.status_code}, expected {expected}")
        if answer.status_code == HTTPStatus.FORBIDDEN and not any(reason in page for reason in REASONS):
            silent.append(f"{method} {leaf.name}")
        if who in FOREIGN and leaf.name not in SAYS_WHOSE:
            leaked += [f"{method} {leaf.name}: {secret}" for secret in SECRETS if secret in page]
    assert wrong == []
    assert silent == []
    assert leaked == []
    assert count == 2 * len(MATRIX)


@pytest.mark.parametrize(
    "who", [who if who in "v-" else pytest.param(who, marks=pytest.mark.nightly) for who in PEOPLE]
)
def test_looking_changes_nothing(db: None, who: str) -> None:
    world = build_world()
    browser = world.browser(who)
    before = fingerprint()
    for leaf in leaves():
        if leaf.name not in LEAVES_A_MARK:
            browser.get(world.url(leaf))
            after = fingerprint()
            assert {table for table in before if before[table] != after[table]} == set(), leaf.name


def test_an_object_of_another_agency_named_in_the_address_is_missing_even_behind_an_own_one(db: None) -> None:
    """`/cases/OWN/costs/FOREIGN/`: the case is one's own, the line is not."""
    ours, theirs = build_world(), build_world()
    browser = ours.browser("m")
    inner = {
        "note_id",
        "line_id",
        "period_id",
        "co_agency_id",
        "lender_id",
        "past_use_id",
        "application_id",
        "version_id",
        "item_id",
        "extension_id",
    }
    for leaf in leaves():
        if leaf.parameters & inner:
            mixed = {name: theirs.values[name] if name in inner else ours.values[name] for name in leaf.parameters}
            url = World(ours.people, ours.members, mixed).url(leaf)
            assert browser.get(url).status_code == HTTPStatus.NOT_FOUND, leaf.name
            is_written = MATRIX[leaf.name][1] is not None
            refused = HTTPStatus.NOT_FOUND if is_written else HTTPStatus.METHOD_NOT_ALLOWED
            assert browser.post(url).status_code == refused, leaf.name
