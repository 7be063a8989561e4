"""Forty editors of one cost sheet, each from the version that he last read: nothing that was saved is lost."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from subsidies.models import Application, CostLine
from tests.builders import make_agency, make_case, make_cost_line, make_member
from tests.races.crew import crew_of
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member

pytestmark = pytest.mark.usefixtures("sent", "patient")
EDITORS, ROUNDS, LINES = 40, 3, 8


@pytest.fixture
def case(db: None) -> Case:
    agency = make_agency()
    case = make_case(make_member(agency, Role.CONSULTANT))
    for number in range(LINES):
        make_cost_line(case, work=f"業務{number}", gross_yen=110_000)
    return case


def browser_of(member: Member) -> Client:
    browser = Client()
    browser.force_login(member.user)
    return browser


def typed(work: str, version: int) -> dict[str, str]:
    """Return a line as the form sends it: an hour at 10,000 yen."""
    return {
        "group": "planning",
        "work": work,
        "person": "佐藤",
        "hourly_rate_yen": "10,000",
        "minutes": "1",
        "tax_percent": "10",
        "version": str(version),
    }


def test_forty_editors_lose_nothing(case: Case) -> None:
    manager = make_member(case.agency, Role.MANAGER)
    browsers = [browser_of(manager) for _ in range(EDITORS)]
    lines = list(CostLine.objects.filter(case=case).order_by("pk").values_list("pk", flat=True))
    expected = {pk: f"業務{number}" for number, pk in enumerate(lines)}
    chance, told, version, added = random.Random(7), Counter[int](), 1, 0
    began = time.monotonic()
    with crew_of(EDITORS) as crew:
        for number in range(ROUNDS):
            # Half of them change one of the lines, the others add one; a few read the sheet a round ago.
            seen = [max(1, version - (chance.random() < 0.2)) for _ in browsers]
            works = [f"回{number}の人{one}" for one in range(EDITORS)]
            targets = [chance.choice(lines) if chance.random() < 0.5 else None for _ in browsers]
            acts = [
                partial(browser.post, _url(case, target), typed(work, read))
                for browser, target, work, read in zip(browsers, targets, works, seen, strict=True)
            ]
            answers: list[Any] = crew.at_once(acts)
            told.update(answer.status_code for answer in answers)
            for target, work, read, answer in zip(targets, works, seen, answers, strict=True):
                if answer.status_code == 302:
                    assert read == version  # who saves has seen what everybody before him saved
                    added += target is None
                    if target is not None:
                        expected[target] = work
                else:
                    _check_refused(answer, work, {version + 1, max(version, read + 1)})
            version += sum(answer.status_code == 302 for answer in answers)
    seconds = time.monotonic() - began
    sys.stdout.write(f'{{"editors": {EDITORS}, "rounds": {ROUNDS}, "told": {dict(told)}, "seconds": {seconds:.1f}}}\n')
    assert told == {302: ROUNDS, 409: (EDITORS - 1) * ROUNDS}
    _check_sheet(case, expected, added=added, version=version)


def _url(case: Case, line_id: int | None) -> str:
    return f"/cases/{case.number}/costs/{'new' if line_id is None else line_id}/"


def _check_refused(answer: Any, work: str, versions: set[int]) -> None:
    """The page says 409 with who changed what, keeps the input, and carries the version that is stored now.

    Who had read an older version may have been refused before anybody saved in this round.
    """
    assert answer.status_code == 409, answer.status_code
    page = answer.content.decode()
    assert work in page
    assert "ほかの人がこの費用表を変更しました" in page
    assert "回" in page.split("に変更しました(", 1)[1].split(")", 1)[0]  # the change that came first is named
    # Read off the page: the context of an answer holds what other threads render meanwhile, too.
    assert int(page.split('name="version" value="', 1)[1].split('"', 1)[0]) in versions


def _check_sheet(case: Case, expected: dict[int, str], *, added: int, version: int) -> None:
    """The sheet is the fold of the edits that were told to be saved: no more, no less, and counted one by one."""
    stored = dict(CostLine.objects.filter(case=case).values_list("pk", "work"))
    assert {pk: stored[pk] for pk in expected} == expected
    assert len(stored) == LINES + added
    assert Application.objects.get(case=case).version == version
    events = AuditEvent.objects.filter(object_type="case", object_id=case.pk, verb=Verb.CHANGED)
    assert events.count() == version - 1
