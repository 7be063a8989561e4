from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.enums import CaseStage, LegalForm, LenderRole, SchemeFrame
from cases.models import Case
from cases.selectors.enterprises import verdicts
from cases.selectors.overview import preparation_tasks, procedure_tasks, steps_of
from tests.builders import make_case, make_enterprise, make_lender, make_member
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Member


def test_the_list_asks_the_database_equally_often_for_20_and_200_cases(consultant: Member) -> None:
    client, enterprise = sign_in(consultant), make_enterprise(consultant.agency)
    counts = []
    for number in (20, 180):
        for _ in range(number):
            make_case(consultant, enterprise=enterprise)
        client.get(reverse("cases:list"))  # the session's first request writes its start
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("cases:list")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 13


def test_the_list_is_filtered_by_the_address_and_says_so(consultant: Member) -> None:
    client = sign_in(consultant)
    boss = make_member(consultant.agency, Role.MANAGER, display_name="山口 一郎")
    green = make_enterprise(consultant.agency, name="株式会社緑", corporate_number="7000012050002")
    make_case(boss, enterprise=green, number="C-2025-7001", frame=SchemeFrame.VUP, stage=CaseStage.WITHDRAWN)
    make_case(consultant, number="C-2025-7002")

    def shown(**filters: str) -> tuple[bool, bool]:
        page = client.get(reverse("cases:list"), filters).content.decode()
        return "C-2025-7001" in page, "C-2025-7002" in page

    assert shown() == (True, True)
    assert shown(q="緑") == shown(q="7-0000-1205") == shown(q="c-2025-7001") == (True, False)
    assert shown(q="やまだ", stage="open") == (False, True)
    assert shown(frame="vup") == shown(stage="withdrawn") == shown(consultant=str(boss.pk)) == (True, False)
    assert shown(council="04") == (True, True)
    assert shown(frame="unknown") == shown(consultant="x") == (True, True)
    page = client.get(reverse("cases:list"), {"frame": "vup", "q": "緑"}).content.decode()
    assert "制度・枠: Vアップ事業" in page
    assert 'href="?q=%E7%B7%91"' in page


@pytest.mark.parametrize("sort", ["number", "-enterprise", "key_day", "-updated_at", "stage", "consultant", "frame"])
def test_the_list_is_sorted_by_every_column(consultant: Member, sort: str) -> None:
    make_case(consultant)
    assert sign_in(consultant).get(reverse("cases:list"), {"sort": sort}).status_code == 200


def test_empty_lists_say_what_to_do(consultant: Member, viewer: Member) -> None:
    assert "最初の事業者を登録" in sign_in(consultant).get(reverse("cases:enterprises")).content.decode()
    assert "担当者か管理者が登録" in sign_in(viewer).get(reverse("cases:enterprises")).content.decode()
    assert "最初の事業者を登録" in sign_in(consultant).get(reverse("cases:new")).content.decode()
    assert "該当する案件はありません" in sign_in(consultant).get(reverse("cases:list")).content.decode()


def test_a_search_of_enterprises_understands_readings_and_numbers(consultant: Member) -> None:
    make_enterprise(consultant.agency, corporate_number="7000012050002")
    client = sign_in(consultant)
    for text in ("山田", "やまだ", "ﾔﾏﾀﾞ", "T7-0000-1205-0002", "７０００"):
        assert "有限会社山田水産" in client.get(reverse("cases:enterprises"), {"q": text}).content.decode(), text
    assert "該当する事業者はありません" in client.get(reverse("cases:enterprises"), {"q": "緑"}).content.decode()


def test_an_enterprise_page_shows_the_verdicts_the_size_and_the_totals(consultant: Member) -> None:
    enterprise = make_enterprise(consultant.agency, annual_sales_yen=99_999_999, interest_bearing_debt_yen=99_999_999)
    make_lender(enterprise, balance_yen=180_000_000)
    make_lender(enterprise, role=LenderRole.OTHER, balance_yen=20_000_000)
    page = sign_in(consultant).get(reverse("cases:enterprise", args=[enterprise.pk])).content.decode()
    assert "小規模" in page
    assert "200,000,000" in page  # 180,000,000 + 20,000,000
    assert page.count('href="https://kasseikyo-mie.go.jp') == 2


def test_a_history_shows_before_and_after(consultant: Member) -> None:
    case = make_case(consultant)
    client = sign_in(consultant)
    values = {"frame": "sme_gl", "council": "04", "consulted_on": "2025-04-01", "planned_accepted_on": "2025-05-12"}
    assert client.post(reverse("cases:edit", args=[case.number]), {**values, "version": "1"}).status_code == 302
    page = client.get(reverse("cases:history", args=[case.number])).content.decode()
    assert "405事業 通常枠" in page
    assert "405事業 中小版GL枠" in page


@pytest.mark.parametrize("stage", CaseStage)
@pytest.mark.parametrize("frame", [SchemeFrame.NORMAL, SchemeFrame.VUP_BANK])
def test_the_page_of_a_case_is_shown_in_every_stage(consultant: Member, stage: CaseStage, frame: SchemeFrame) -> None:
    case = make_case(consultant, frame=frame)
    day = "2025-05-12"
    Case.objects.filter(pk=case.pk).update(
        stage=stage, usage_applied_on=day, usage_accepted_on=day, usage_decided_on=day, accepted_on=day
    )
    answer = sign_in(consultant).get(reverse("cases:detail", args=[case.number]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert stage.label in page
    assert ("伴走支援</span>" in page) is (frame is SchemeFrame.NORMAL)


def test_the_page_of_a_case_asks_the_database_a_bounded_number_of_times(consultant: Member) -> None:
    case = make_case(consultant)
    make_lender(case.enterprise)
    client, url = sign_in(consultant), reverse("cases:detail", args=[case.number])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    assert len(asked) <= 28


def test_tasks_say_why_they_cannot_be_done_yet(consultant: Member) -> None:
    case = make_case(consultant, stage=CaseStage.PREPARING)
    tasks = {task.label: task for task in procedure_tasks(consultant, case)}
    assert tasks["利用申請の準備を始める"].state == "done"
    assert tasks["利用申請を提出"].url == reverse("subsidies:usage", args=[case.number])
    assert tasks["受理を記録"].reason_blocked == "「利用申請済」の段階になると始められます。"
    assert tasks["受理を記録"].url == ""


def test_a_case_that_left_the_road_has_no_tasks(consultant: Member) -> None:
    case = make_case(consultant, stage=CaseStage.WITHDRAWN)
    assert procedure_tasks(consultant, case) == []
    page = sign_in(consultant).get(reverse("cases:detail", args=[case.number])).content.decode()
    assert "利用申請の準備" not in page


def test_a_returned_application_is_the_task_to_do_again(consultant: Member) -> None:
    case = make_case(consultant)
    case.stage = CaseStage.USAGE_RETURNED
    tasks = [task for task in procedure_tasks(consultant, case) if task.state == "problem"]
    assert [task.label for task in tasks] == ["利用申請を再提出"]
    assert [step.label for step in steps_of(case, []) if step.state == "returned"] == ["利用申請"]


def test_preparation_shows_what_is_missing(consultant: Member) -> None:
    excluded = make_enterprise(consultant.agency, legal_form=LegalForm.NPO)
    case = make_case(consultant, enterprise=excluded)
    case.difficulty = "売上の減少"
    make_lender(excluded, role=LenderRole.OTHER)
    tasks = preparation_tasks(consultant, case, verdicts(excluded, on=case.key_date)[0])
    assert [task.state for task in tasks] == ["problem", "short", "short", "todo"]
    assert tasks[2].hint == "「金融機関の支援の見込み」が未入力です。"
    case.costs_locked = True
    locked = preparation_tasks(consultant, case, verdicts(excluded, on=case.key_date)[0])
    assert (locked[2].url, locked[3].state) == ("", "done")


def test_a_new_case_starts_from_an_enterprise_with_its_prefectures_council(consultant: Member) -> None:
    enterprise = make_enterprise(consultant.agency)
    client = sign_in(consultant)
    assert f"?enterprise={enterprise.pk}" in client.get(reverse("cases:new")).content.decode()
    page = " ".join(client.get(f"{reverse('cases:new')}?enterprise={enterprise.pk}").content.decode().split())
    assert '<option value="04" selected' in page
    assert f'<option value="{consultant.pk}" selected' in page


def test_switching_off_lists_the_cases_and_ends_the_session(consultant: Member, admin: Member, manager: Member) -> None:
    case = make_case(consultant)
    client, leaver = sign_in(admin), sign_in(consultant)
    url = reverse("cases:switch_off", args=[consultant.pk])
    assert case.number in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"successor": str(manager.pk), "reason": "退職"}).status_code == 302
    assert leaver.get(reverse("cases:list")).status_code == 403
    case.refresh_from_db()
    assert case.consultant == manager


def test_a_fixed_application_shows_its_fields_closed(consultant: Member) -> None:
    case = make_case(consultant)
    Case.objects.filter(pk=case.pk).update(costs_locked=True)
    url = reverse("cases:edit", args=[case.number])
    client = sign_in(consultant)
    assert "申請内容は固定されています" in client.get(url).content.decode()
    assert client.post(url, {"frame": "vup", "version": "1"}).status_code == 422  # told, not dropped unseen
    assert client.post(url, {"version": "1"}).status_code == 302  # closed fields are not sent, and keep their values
    case.refresh_from_db()
    assert case.frame == SchemeFrame.NORMAL


def test_what_was_recorded_cannot_be_moved_into_the_future(consultant: Member) -> None:
    case = make_case(consultant)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.APPLIED, usage_applied_on=date(2025, 5, 1))
    form = {"version": "1", "usage_applied_on": "2099-05-01", "reason": "誤記"}
    answer = sign_in(consultant).post(f"/cases/{case.number}/edit/", form)
    assert answer.status_code == 422
    assert f"2099-05-01 は今日 {clock.today()} より後です。" in answer.content.decode()
    assert 'value="2099-05-01"' in answer.content.decode()
    assert Case.objects.get(pk=case.pk).usage_applied_on == date(2025, 5, 1)
