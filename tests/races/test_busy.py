"""Whoever waits in vain for a lock gets a page that says so, with their input and a way back; nothing is saved."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test import Client

from cases.services.locking import lock_case
from monitoring.models import Notice
from subsidies.models import Worker
from tests.access_deadlines import tell
from tests.builders import make_agency, make_case, make_deadline, make_member
from tests.races.conftest import kinds
from tests.races.crew import crew_of
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.work import unit_of_work

pytestmark = pytest.mark.usefixtures("sent")
SENTENCE = "ほかの人の処理が続いているため、待ち時間を超えました。何も保存していません。"


@pytest.fixture
def manager(db: None) -> Member:
    return make_member(make_agency(), Role.MANAGER)


def posted_while_held(row: models.Model, by: Member, address: str, data: dict[str, Any], **more: Any) -> Any:
    """Send a form while somebody else holds the row that it needs."""
    browser = Client()
    browser.force_login(by.user)

    def post() -> Any:
        try:
            return browser.post(address, data, **more)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        type(row)._default_manager.select_for_update().get(pk=row.pk)
        return pool.submit(post).result(timeout=30)


def test_a_page_that_knows_no_refusal_offers_to_send_the_same_again(manager: Member) -> None:
    notice = tell(make_deadline(make_case(manager)), manager)
    data = {"notice": notice.pk, "everything": "on"}
    came_from = {"HTTP_REFERER": "http://testserver/notices/?page=1"}
    answer = posted_while_held(notice, manager, "/notices/read/", data, **came_from)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert SENTENCE in page
    assert '<form method="post" action="/notices/read/">' in page
    assert f'<input type="hidden" name="notice" value="{notice.pk}">' in page
    assert '<input type="hidden" name="everything" value="on">' in page
    assert 'href="http://testserver/notices/?page=1">やめて画面に戻る' in page
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_the_way_back_never_leaves_the_site(manager: Member) -> None:
    notice = tell(make_deadline(make_case(manager)), manager)
    data = {"notice": notice.pk, "everything": "on", "new_password": "geheim"}
    answer = posted_while_held(notice, manager, "/notices/read/", data, HTTP_REFERER="https://example.jp/")
    page = answer.content.decode()
    assert "example.jp" not in page
    assert "geheim" not in page
    assert 'href="/">画面を開き直す' in page


def test_the_card_of_a_person_says_so_in_place(manager: Member) -> None:
    worker = Worker.objects.create(agency=manager.agency, name="伊藤 誠", qualification="税理士")
    address = f"/workers/{worker.pk}/switch/"
    answer = posted_while_held(worker, manager, address, {"is_active": ""}, follow=True)
    assert (answer.status_code, SENTENCE in answer.content.decode()) == (200, True)
    assert Worker.objects.get(pk=worker.pk).is_active


def test_of_two_who_wait_for_each_other_one_is_told_to_try_again(manager: Member) -> None:
    cases = [make_case(manager).pk for _ in range(2)]
    both_hold = threading.Barrier(2)

    def locking(first: int, second: int) -> str:
        with unit_of_work():
            lock_case(manager, first)
            both_hold.wait(timeout=20)
            lock_case(manager, second)
        return "done"

    with crew_of(2) as crew:
        answers = crew.at_once([partial(locking, *cases), partial(locking, *reversed(cases))])
    assert kinds(answers) == ["Busy", "done"]
