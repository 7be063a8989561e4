"""The head of every page of a case names its next deadline."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from cases.models import Case
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from monitoring.selectors.deadlines import next_deadline_of
from tests.builders import make_case
from tests.conftest import sign_in
from tests.monitoring.deadline_cases import SAFE, make_deadline
from vapup import clock
from vapup.accounts.models import Member

pytestmark = pytest.mark.django_db
PLAN = "支払申請(計画策定)の期限"


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


def head(member: Member, case: Case, page: str = "") -> str:
    """Return what the facts of a page say of the next deadline, without its tags; "" where they say nothing."""
    answer = sign_in(member).get(f"/cases/{case.number}/{page}")
    assert answer.status_code == 200
    found = re.search(r"<dt>次の期限</dt><dd>(.*?)</dd>", answer.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", found[1])).strip() if found else ""


def test_it_stands_there_with_day_countdown_and_yen(case: Case, consultant: Member) -> None:
    safe_by = clock.today() + timedelta(days=30)
    row = make_deadline(case, safe_by=safe_by, yen=2_000_000)
    said = head(consultant, case)
    assert said.startswith(PLAN)
    assert "あと30日" in said
    assert said.endswith("2,000,000円")
    page = sign_in(consultant).get(f"/cases/{case.number}/").content.decode()
    assert f'<a href="/deadlines/{row.pk}/">{PLAN}</a>' in page


@pytest.mark.parametrize("page", ["banks/", "notes/", "history/", "deadlines/"])
def test_every_page_of_the_case_has_it(case: Case, consultant: Member, page: str) -> None:
    make_deadline(case, safe_by=clock.today(), yen=0)
    said = head(consultant, case, page)
    assert "本日" in said
    assert "円" not in said


def test_a_case_without_deadlines_says_nothing(case: Case, consultant: Member) -> None:
    assert head(consultant, case) == ""


def test_the_nearest_open_one_that_lapses_is_the_next(case: Case) -> None:
    make_deadline(case, kind=DeadlineKind.FISCAL_CLOSE, safe_by=SAFE - timedelta(days=9), yen=0)
    met = make_deadline(case, kind=DeadlineKind.PAPER, safe_by=SAFE - timedelta(days=8))
    Deadline.objects.filter(pk=met.pk).update(state=DeadlineState.MET, met_on=SAFE, remind_at=None)
    nearest = make_deadline(case, kind=DeadlineKind.NEGOTIATION_CLAIM, safe_by=SAFE - timedelta(days=1))
    make_deadline(case)
    row = next_deadline_of(case, today=date(2026, 6, 1))
    assert row is not None
    assert row.deadline == nearest
    assert row.chip.label == "あと28日"  # from 1 to 29 June


def test_another_case_s_deadline_is_not_shown(case: Case, consultant: Member) -> None:
    make_deadline(make_case(consultant))
    assert next_deadline_of(case, today=SAFE) is None
