"""The pages of hours: the week, an entry, the case, the approvals; what they show and what is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import CoAgency
from subsidies.enums import WeekState
from subsidies.models import CostLine, WorkEntry, Worker, WorkWeek
from tests.builders import make_case, make_cost_line, make_member
from tests.subsidies.hours_cases import (
    ACCEPTED,
    FRIDAY,
    MONDAY,
    NOW,
    TEXT,
    make_claim,
    make_entry,
    make_week,
    make_worker,
    make_working_case,
)
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member

WEEK = f"/hours/?week={MONDAY}"


@pytest.fixture(autouse=True)
def _friday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def line(consultant: Member) -> CostLine:
    return make_working_case(consultant)[1]


@pytest.fixture
def worker(consultant: Member) -> Worker:
    return make_worker(consultant)


@pytest.fixture
def browser(client: Client, consultant: Member) -> Client:
    client.force_login(consultant.user)
    return client


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(worker: Worker, line: CostLine, **more: str) -> dict[str, str]:
    work = {"time": "13-15", "content": "返済計画の案を主要行に説明", "work": f"{line.case_id}:{line.pk}"}
    return {**work, "worked_on": str(FRIDAY), "place": "", "worker": str(worker.pk), **more}


def test_the_first_time_is_one_button(browser: Client, consultant: Member) -> None:
    assert "佐藤 花子として始める" in page(browser, "/hours/")
    answer = browser.post("/hours/start/", follow=True)
    assert "従事者「佐藤 花子」として業務日誌を始めます" in answer.content.decode()
    assert Worker.objects.get().member == consultant
    assert "この週の記入はまだありません" in page(browser, "/hours/")


def test_a_new_entry_starts_with_the_last_work_after_the_last_end(
    browser: Client, worker: Worker, line: CostLine
) -> None:
    make_entry(worker, make_cost_line(line.case, work="会議"), MONDAY)
    make_entry(worker, line, FRIDAY, "9-10:30")
    form = browser.get("/hours/").context["form"]
    assert str(form["time"].value()) == "10:30-11:30"
    assert form["work"].value() == f"{line.case_id}:{line.pk}"
    assert form["worked_on"].value() == str(FRIDAY)
    assert form.echo == "10:30〜11:30 = 1時間"


def test_an_entry_is_logged_and_shown_in_its_week(browser: Client, worker: Worker, line: CostLine) -> None:
    answer = browser.post("/hours/", typed(worker, line, time="1.5"), follow=True)
    row = WorkEntry.objects.get()
    assert (row.worked_on, row.starts_minute, row.minutes) == (FRIDAY, 540, 90)
    shown = answer.content.decode()
    assert f'id="entry-{row.pk}" data-entry class="hours-new"' in shown
    assert "返済計画の案を主要行に説明" in shown
    assert "記入しました" in shown


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("time", "9-9", "終了 9:00 が、開始 9:00 より後ではありません"),
        ("content", "", "「業務内容」を入力してください"),
        ("work", "0:0", "「案件・業務」を一覧から選び直してください"),
        ("worked_on", "2026-11-21", "今日 2026-11-20 より後です"),
    ],
)
def test_what_is_refused_stays_in_the_form(
    browser: Client, worker: Worker, line: CostLine, field: str, value: str, said: str
) -> None:
    answer = browser.post(f"{WEEK}&worker={worker.pk}", typed(worker, line, **{field: value}, place="主要行の本店"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert 'value="主要行の本店"' in shown
    assert not WorkEntry.objects.exists()


def test_the_time_is_echoed_while_it_is_typed(browser: Client, worker: Worker, line: CostLine) -> None:
    make_entry(worker, line, FRIDAY, "9-10")
    asked = f"/hours/time/?worker={worker.pk}&worked_on={FRIDAY}&time="
    assert "9:00〜12:30(休30分) = 3時間" in page(browser, asked + "0900-1230休30")
    assert "10:00〜12:00 = 2時間" in page(browser, asked + "2")
    assert "まだ時間として読めません" in page(browser, asked + "9-")


def test_an_entry_is_copied_into_the_form(browser: Client, worker: Worker, line: CostLine) -> None:
    source = make_entry(worker, line, MONDAY, "9-11", place="事業者の本社")
    form = browser.get(f"{WEEK}&copy={source.pk}").context["form"]
    assert form["content"].value() == TEXT
    assert form["place"].value() == "事業者の本社"
    assert str(form["time"].value()) == "9:00-11:00"  # today's first, as long as its source


def test_yesterday_is_copied_with_one_button(browser: Client, worker: Worker, line: CostLine) -> None:
    make_entry(worker, line, MONDAY)
    answer = browser.post("/hours/copy/", {"day": str(FRIDAY), "worker": worker.pk}, follow=True)
    assert "1件を 2026-11-20 に写しました" in answer.content.decode()
    again = browser.post("/hours/copy/", {"day": str(FRIDAY), "worker": worker.pk}, follow=True)
    assert "時間が重なるか" in again.content.decode()
    assert WorkEntry.objects.filter(worked_on=FRIDAY).count() == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1999-12-31", "あす"])
def test_a_day_that_no_diary_has_is_today(browser: Client, worker: Worker, line: CostLine, day: str) -> None:
    make_entry(worker, line, MONDAY)
    answer = browser.post("/hours/copy/", {"day": day, "worker": worker.pk}, follow=True)
    assert f"1件を {FRIDAY} に写しました" in answer.content.decode()
    assert browser.get(f"/hours/?week={day}").status_code == 200
    assert browser.get("/hours/time/", {"worked_on": day, "time": "9-11"}).status_code == 200


def test_an_edit_that_comes_too_late_keeps_both(browser: Client, worker: Worker, line: CostLine) -> None:
    row = make_entry(worker, line, FRIDAY)
    WorkEntry.objects.filter(pk=row.pk).update(version=2, content="主要行との面談に同席")
    late = browser.post(f"/hours/entries/{row.pk}/", typed(worker, line, version="1"))
    shown = late.content.decode()
    assert late.status_code == 409
    assert "主要行との面談に同席" in shown
    assert 'value="返済計画の案を主要行に説明"' in shown
    assert "9:00〜12:00 3時間" in shown
    saved = browser.post(f"/hours/entries/{row.pk}/", typed(worker, line, version="2"))
    assert saved.status_code == 302
    row.refresh_from_db()
    assert (row.content, row.version) == ("返済計画の案を主要行に説明", 3)


def test_an_entry_is_removed_after_a_look(browser: Client, worker: Worker, line: CostLine) -> None:
    row = make_entry(worker, line, FRIDAY)
    assert TEXT in page(browser, f"/hours/entries/{row.pk}/remove/")
    assert browser.post(f"/hours/entries/{row.pk}/remove/", {"version": 5}).status_code == 409
    assert browser.post(f"/hours/entries/{row.pk}/remove/", {"version": 1}).status_code == 302
    assert not WorkEntry.objects.exists()


def test_fixed_hours_show_why_and_cannot_be_opened(browser: Client, worker: Worker, line: CostLine) -> None:
    row = make_entry(worker, line)
    make_claim(line.case)
    shown = page(browser, WEEK)
    assert "「支払申請(計画策定)」(提出済)に含まれています" in shown
    assert f'href="/hours/entries/{row.pk}/"' not in shown
    assert browser.get(f"/hours/entries/{row.pk}/").status_code == 302
    assert browser.post(f"/hours/entries/{row.pk}/", typed(worker, line, version="1")).status_code == 422


def test_a_week_goes_to_the_manager_and_comes_back(
    browser: Client, manager: Member, worker: Worker, line: CostLine
) -> None:
    make_entry(worker, line)
    browser.post("/hours/submit/", {"week": str(MONDAY), "worker": worker.pk})
    week = WorkWeek.objects.get()
    assert "記入する</button>" not in page(browser, WEEK)
    office = Client()
    office.force_login(manager.user)
    shown = page(office, "/hours/approvals/")
    assert f'value="{week.pk}:{week.version}"' in shown
    assert line.case.number in shown
    assert office.post("/hours/approvals/", {"week": f"{week.pk}:9"}).status_code == 409
    back = office.post(f"/hours/weeks/{week.pk}/return/", {"version": week.version, "reason": "相手方を書く。"})
    assert back.status_code == 302
    assert "相手方を書く。" in page(browser, WEEK)
    browser.post("/hours/submit/", {"week": str(MONDAY), "worker": worker.pk})
    week.refresh_from_db()
    office.post("/hours/approvals/", {"week": f"{week.pk}:{week.version}"})
    week.refresh_from_db()
    assert week.state == WeekState.APPROVED
    empty = office.post(f"/hours/weeks/{week.pk}/unlock/", {"version": week.version, "reason": ""})
    assert empty.status_code == 422
    office.post(f"/hours/weeks/{week.pk}/unlock/", {"version": week.version, "reason": "業務の取り違え。"})
    assert "固定が解除されました" in page(browser, WEEK)


def test_self_approval_is_shown_as_such(client: Client, manager: Member) -> None:
    Agency.objects.update(self_approval_allowed=True)
    worker, line = make_worker(manager), make_working_case(manager)[1]
    make_entry(worker, line)
    week = make_week(worker, manager)
    client.force_login(manager.user)
    assert "自分の週" in page(client, "/hours/approvals/")
    answer = client.post("/hours/approvals/", {"week": f"{week.pk}:{week.version}"}, follow=True)
    assert "1件の週を承認しました(うち自己承認 1件)" in answer.content.decode()
    assert "自己承認" in page(client, WEEK)


def test_only_those_whose_hours_one_may_log_are_found(browser: Client, consultant: Member, worker: Worker) -> None:
    other = make_worker(make_member(consultant.agency, display_name="鈴木 健"))
    assert browser.get(f"/hours/?worker={other.pk}").status_code == 404
    assert browser.get("/hours/?worker=abc").status_code == 404
    assert browser.get("/hours/?week=abc").context["sheet"].week.monday == MONDAY
    assert browser.get("/hours/?week=9999-12-31").context["sheet"].week.monday == MONDAY


def test_the_case_shows_work_beside_the_estimate(browser: Client, worker: Worker, line: CostLine) -> None:
    make_entry(worker, line, MONDAY)
    make_entry(worker, line, ACCEPTED - timedelta(days=3), "9-11")
    shown = page(browser, f"/cases/{line.case.number}/hours/")
    sheet = browser.get(f"/cases/{line.case.number}/hours/").context["sheet"]
    assert (sheet.minutes, sheet.excluded_minutes, sheet.unapproved_minutes) == (180, 120, 180)
    assert sheet.gross_yen == 33_000  # 3 h × 10,000 + 10 %
    assert (sheet.quoted_minutes, sheet.quoted_yen) == (6_000, 1_100_000)
    assert "2026-05-29 は、" in shown
    assert "対象外" in shown
    march = browser.get(f"/cases/{line.case.number}/hours/?month=2026-05&worker={worker.pk}").context["sheet"]
    assert (march.shown, march.total, march.minutes) == (1, 2, 180)  # sums stay those of the whole case


def test_hours_are_added_from_the_case_also_for_another_agency(
    browser: Client, consultant: Member, worker: Worker, line: CostLine
) -> None:
    co_agency = CoAgency.objects.create(agency=consultant.agency, case=line.case, name="駅前会計")
    theirs = make_worker(consultant, co_agency=co_agency, name="駅前 次郎")
    address = f"/hours/new/?case={line.case.number}"
    assert "駅前 次郎" in page(browser, address)
    assert browser.post(address, typed(theirs, line)).status_code == 302
    assert WorkEntry.objects.get().worker == theirs
    assert browser.get("/hours/new/?case=C-0").status_code == 404
    assert browser.post(address, typed(theirs, line, time="x")).status_code == 422


def test_pages_without_hours_say_what_to_do(browser: Client, consultant: Member, viewer: Member) -> None:
    case = make_case(consultant)
    assert "最初の記入をする" in page(browser, f"/cases/{case.number}/hours/")
    reader = Client()
    reader.force_login(viewer.user)
    assert "最初の記入をする" not in page(reader, f"/cases/{case.number}/hours/")
    leader = Client()
    leader.force_login(make_member(consultant.agency, Role.MANAGER).user)
    assert "承認を待つ週はありません" in page(leader, "/hours/approvals/")


def test_more_hours_are_not_more_questions(client: Client, manager: Member, line: CostLine) -> None:
    people = [make_worker(make_member(manager.agency, display_name=f"担当 {n}")) for n in range(6)]
    client.force_login(manager.user)
    urls = (f"{WEEK}&worker={people[0].pk}", f"/cases/{line.case.number}/hours/", "/hours/approvals/", "/workers/")
    for url in urls:
        client.get(url)  # what is asked once per process

    def counts(entries: int, weeks: int) -> list[int]:
        for place in range(entries):
            more = make_cost_line(make_working_case(manager)[0], work=f"業務{place}")
            make_entry(people[0], more, MONDAY + timedelta(days=place % 5), f"{8 + place}-{9 + place}")
            make_entry(people[0], line, MONDAY + timedelta(days=place % 5), f"{8 + place}-{9 + place}")
        for one in people[:weeks]:
            if not WorkWeek.objects.filter(worker=one).exists():
                make_week(one, manager)
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            found.append(len(asked))
        return found

    few = counts(2, 1)
    assert counts(8, 6) == few
    assert max(few) <= 30, few
