"""The pages of applications: what comes next, the way back, one main button, and the record of a return."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.enums import CaseStage
from cases.models import Case
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.forms.council import ReturnForm
from subsidies.models import Application, ReturnItem
from subsidies.selectors.filing.applications import next_of, openable_of
from subsidies.selectors.filing.history import approval_events
from subsidies.services.filing.applications import Beginning, begin_application, edit_letter
from tests.builders import make_ready_case
from tests.casework import DAY, application_at, approve_application, reach_planning, submit_application
from tests.conftest import sign_in
from tests.subsidies.test_applications import CHANGE, TEXTS
from vapup.accounts.models import Member

pytestmark = pytest.mark.usefixtures("_today")
CLAIM_WORDS = "支払申請(計画策定)の準備を始める"


@pytest.fixture
def _today() -> object:
    with time_machine.travel("2025-05-07T10:00:00+09:00", tick=False):
        yield


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_ready_case(consultant)


@pytest.fixture
def planned(case: Case, consultant: Member, manager: Member) -> Case:
    reach_planning(case, consultant, manager, day=DAY)
    case.refresh_from_db()
    return case


@pytest.fixture
def author(consultant: Member) -> Client:
    return sign_in(consultant)


def listed(browser: Client, case: Case) -> str:
    return browser.get(reverse("subsidies:applications", args=[case.number])).content.decode()


def url(application: Application, name: str = "application", *more: object) -> str:
    return reverse(f"subsidies:{name}", args=[application.case.number, application.pk, *more])


def crumbs_of(page: str) -> list[tuple[str, str]]:
    """Return the links of the breadcrumbs, the address and the words of each."""
    trail = page[page.index('class="breadcrumbs"') :]
    return re.findall(r'<a href="([^"]+)">([^<]+)</a>', trail[: trail.index("</nav>")])


def main_buttons(page: str) -> list[str]:
    main = page[page.index("<main") : page.index("</main>")]
    found = re.findall(r'class="button button--primary[^"]*"[^>]*>(?:<svg.*?</svg>)?([^<]+)', main, re.DOTALL)
    return [words.strip() for words in found]


def begin_change(case: Case, actor: Member) -> Application:
    begun = begin_application(actor=actor, case_id=case.pk, beginning=Beginning(kind=ApplicationKind.CHANGE))
    edit_letter(actor=actor, case_id=case.pk, key=CHANGE, version=1, texts=TEXTS)
    return begun


def test_the_list_offers_the_claim_that_comes_next_and_one_click_begins_it(planned: Case, author: Client) -> None:
    page = listed(author, planned)
    assert main_buttons(page) == [CLAIM_WORDS]
    assert "ほかの申請の準備を始める" in page
    answer = author.post(reverse("subsidies:application_new", args=[planned.number]), {"choice": "plan_claim"})
    begun = Application.objects.get(case=planned, kind=ApplicationKind.PLAN_CLAIM)
    assert answer["Location"] == url(begun)
    after = listed(author, planned)
    assert CLAIM_WORDS not in after  # it is in the list now
    assert main_buttons(after) == ["申請の準備を始める"]


def test_before_the_decision_nothing_comes_next(case: Case, author: Client) -> None:
    assert next_of(openable_of(case)) is None
    page = listed(author, case)
    assert "次の申請" not in page
    assert "今の段階(利用申請準備)で新しく始められる申請はありません。" in page


def test_a_reader_is_told_who_may_begin_and_is_offered_nothing(planned: Case, viewer: Member) -> None:
    page = listed(sign_in(viewer), planned)
    assert CLAIM_WORDS not in page
    assert "で新しく始められる申請はありません" not in page  # there are some, for others


@pytest.mark.parametrize("name", ["papers", "gate", "application_request", "application_edit", "application_cancel"])
def test_the_breadcrumbs_of_what_hangs_under_an_application_lead_back_to_it(
    planned: Case, consultant: Member, author: Client, name: str
) -> None:
    begun = begin_change(planned, consultant)
    page = author.get(url(begun, name)).content.decode()
    assert crumbs_of(page)[-1] == (url(begun), "変更の届出(第1回)")


def test_below_a_paper_the_breadcrumbs_have_the_list_of_papers(planned: Case, author: Client) -> None:
    usage = application_at(planned)
    slot = re.search(r'/papers/([^/"]+)/"', author.get(url(usage, "papers")).content.decode())
    assert slot
    page = author.get(url(usage, "paper", slot[1])).content.decode()
    assert [label for _, label in crumbs_of(page)][-3:] == ["申請", "利用申請", "書類"]
    assert crumbs_of(page)[-1][0] == url(usage, "papers")


def test_an_application_shows_its_own_approvals_only(planned: Case, consultant: Member, manager: Member) -> None:
    begin_change(planned, consultant)
    change = application_at(planned, CHANGE)
    assert approval_events(change) == []  # those of the usage application are on its page
    approve_application(planned, consultant, manager, key=CHANGE)
    assert [one.what for one in approval_events(application_at(planned, CHANGE))] == ["承認", "承認依頼"]
    assert len(approval_events(application_at(planned))) == 2


def test_a_submitted_claim_has_one_main_button_though_two_answers_are_possible(
    planned: Case, consultant: Member, author: Client
) -> None:
    begun = begin_change(planned, consultant)
    Application.objects.filter(pk=begun.pk).update(kind=ApplicationKind.PLAN_CLAIM)
    Application.objects.filter(pk=begun.pk).update(
        state=ApplicationState.SUBMITTED, submitted_on=DAY, assessment={}, assessed={}, payload={}
    )
    Case.objects.filter(pk=planned.pk).update(stage=CaseStage.PLAN_CLAIMED)
    page = author.get(url(begun)).content.decode()
    assert main_buttons(page) == ["受理を記録する"]
    assert "決定を記録する" in page
    assert "協議会に提出しました。" in page


def test_a_check_without_open_points_is_folded_away(planned: Case, consultant: Member, author: Client) -> None:
    page = author.get(url(begin_change(planned, consultant))).content.decode()
    assert "承認を依頼する前の確認: 2件すべて確認済" in page  # the subject and the words
    assert main_buttons(page) == ["承認を依頼する"]


def test_a_letter_without_words_asks_for_them_first(planned: Case, consultant: Member, author: Client) -> None:
    kind = ApplicationKind.CHANGE
    begun = begin_application(actor=consultant, case_id=planned.pk, beginning=Beginning(kind=kind))
    assert main_buttons(author.get(url(begun)).content.decode()) == ["内容を入力する"]


def test_a_return_has_one_thing_at_least_and_shows_more_on_request(
    case: Case, consultant: Member, manager: Member, author: Client
) -> None:
    submitted = submit_application(case, consultant, manager, day=DAY)
    address = url(submitted, "application_council", "return")
    empty = author.post(address, {"returned_on": "2025-05-02"})
    assert empty.status_code == 422
    refusal = empty.content.decode()
    assert "「1件目の原因」を選んでください。" in refusal
    assert "「1件目の指摘」を入力してください。" in refusal
    assert refusal.count('<details class="disclosure">') == 4  # the rows two to five, closed
    first = {"returned_on": "2025-05-02", "cause_0": "amount", "comment_0": "合計が一致しない。"}
    half = author.post(address, {**first, "cause_1": "date"}).content.decode()
    assert "「2件目の指摘」を入力してください。" in half
    assert half.count('<details class="disclosure" open>') == 1  # the row with the complaint is in sight
    assert author.post(address, first).status_code == 302
    assert ReturnItem.objects.get(application=submitted).comment == "合計が一致しない。"


def test_the_rows_of_a_return_keep_their_numbers() -> None:
    form = ReturnForm({"returned_on": "2025-05-02", "document_2": "別紙1-3"})
    assert [(row.number, row.is_open) for row in form.rows()] == [
        (1, True),  # its cause and comment are asked for
        (2, False),
        (3, True),
        (4, False),
        (5, False),
    ]
    assert form.errors["cause_2"] == ["「3件目の原因」を選んでください。"]


def test_a_returned_application_says_what_to_do_and_shows_the_return_first(
    case: Case, consultant: Member, manager: Member, author: Client
) -> None:
    submitted = submit_application(case, consultant, manager, day=DAY)
    complaint = {"returned_on": "2025-05-02", "cause_0": "amount", "comment_0": "合計が一致しない。"}
    author.post(url(submitted, "application_council", "return"), complaint)
    page = author.get(reverse("subsidies:usage", args=[case.number])).content.decode()
    assert "協議会から差し戻されました。" in page
    assert page.index("協議会からの差戻し</h2>") < page.index("書類と確認</h2>")
