"""The pages of the usage application: buttons that work, refusals that keep the input, and roles."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases.enums import CaseStage
from cases.models import Case, PastUse
from subsidies.enums import ApplicationState
from subsidies.models import Application
from tests.builders import make_case, make_cost_line, make_ready_case
from tests.casework import application_at, pass_gate
from tests.conftest import sign_in
from vapup.accounts.models import Agency, Member

pytestmark = pytest.mark.usefixtures("_today")


@pytest.fixture
def _today() -> object:
    with time_machine.travel("2025-05-07T10:00:00+09:00", tick=False):
        yield


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_ready_case(consultant)


@pytest.fixture
def author(consultant: Member) -> Client:
    return sign_in(consultant)


@pytest.fixture
def approver(manager: Member) -> Client:
    return sign_in(manager)


def url(case: Case, name: str = "usage") -> str:
    return reverse(f"subsidies:{name}", args=[case.number])


def hash_on(page: str) -> str:
    found = re.search(r'name="shown_sha256" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def offered(page: str, case: Case) -> set[str]:
    names = ("request_approval", "withdraw_request", "approve", "send_back", "submit", "draft_packet", "export_packet")
    return {name for name in names if f'"{url(case, name)}"' in page}


def test_from_the_request_to_the_submission(case: Case, author: Client, approver: Client) -> None:
    answer = author.post(url(case, "request_approval"), {"version": "1", "note": "お願いします"}, follow=True)
    assert "承認待ち" in answer.content.decode()
    page = approver.get(url(case, "approve")).content.decode()
    assert "2,100,000" in page
    answer = approver.post(url(case, "approve"), {"shown_sha256": hash_on(page), "note": "可"}, follow=True)
    assert "承認済" in answer.content.decode()
    pass_gate(application_at(case), today=date(2025, 5, 7))
    answer = author.post(url(case, "submit"), {"submitted_on": "R7.5.7", "method": "counter", "receipt_number": "１２"})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.usage_applied_on) == (CaseStage.APPLIED, date(2025, 5, 7))


def test_buttons_are_those_that_would_work(
    case: Case, author: Client, approver: Client, admin: Member, viewer: Member
) -> None:
    def seen(browser: Client) -> set[str]:
        return offered(browser.get(url(case)).content.decode(), case)

    assert seen(author) == {"request_approval", "draft_packet"}
    assert seen(sign_in(viewer)) == set()
    author.post(url(case, "request_approval"), {"version": "1"})
    assert seen(author) == {"withdraw_request", "draft_packet"}
    assert seen(approver) == {"approve", "send_back", "withdraw_request", "draft_packet"}
    assert seen(sign_in(admin)) == set()
    page = approver.get(url(case, "approve")).content.decode()
    approver.post(url(case, "approve"), {"shown_sha256": hash_on(page)})
    assert seen(author) == {"submit", "draft_packet"}
    assert seen(approver) == {"submit", "withdraw_request", "draft_packet"}
    assert seen(sign_in(admin)) == {"submit", "export_packet"}
    assert seen(sign_in(viewer)) == set()


def test_the_page_says_what_is_missing_and_offers_no_request(consultant: Member, author: Client) -> None:
    case = make_case(consultant)
    page = author.get(url(case)).content.decode()
    assert "費用明細が1件もありません" in page
    assert "金融機関が登録されていません" in page
    assert "request_approval" not in offered(page, case)
    answer = author.post(url(case, "request_approval"), {"version": "1", "note": "残る連絡"})
    assert answer.status_code == 422
    assert "残る連絡" in answer.content.decode()
    assert "費用明細が1件もありません" in answer.content.decode()


def test_a_manager_does_not_see_approve_for_the_own_request(case: Case, approver: Client, manager: Member) -> None:
    approver.post(url(case, "request_approval"), {"version": "1"})
    page = approver.get(url(case)).content.decode()
    assert "approve" not in offered(page, case)
    assert "本人は承認できません" in page
    form = approver.get(url(case, "approve")).content.decode()
    answer = approver.post(url(case, "approve"), {"shown_sha256": hash_on(form)})
    assert "本人は承認できません" in answer.content.decode()
    assert Application.objects.get(case=case).state == ApplicationState.REQUESTED


def test_a_self_approval_is_announced_and_shown(case: Case, approver: Client) -> None:
    Agency.objects.filter(pk=case.agency_id).update(self_approval_allowed=True)
    approver.post(url(case, "request_approval"), {"version": "1"})
    form = approver.get(url(case, "approve")).content.decode()
    assert "自己承認になります" in form
    page = approver.post(url(case, "approve"), {"shown_sha256": hash_on(form)}, follow=True).content.decode()
    assert page.count("自己承認") >= 2  # at the state, and in the course of the approval


def test_an_exception_needs_its_reason_and_keeps_the_note(case: Case, author: Client, approver: Client) -> None:
    make_cost_line(case, gross_yen=1, work="1円の超過")
    author.post(url(case, "request_approval"), {"version": "1"})
    form = approver.get(url(case, "approve")).content.decode()
    assert "3,000,001円が、中規模の総額の目安 3,000,000円を超えています" in form
    data = {"shown_sha256": hash_on(form), "note": "意見は残る", "override_reason": ""}
    answer = approver.post(url(case, "approve"), data)
    assert answer.status_code == 422
    assert "意見は残る" in answer.content.decode()
    answer = approver.post(url(case, "approve"), {**data, "override_reason": "協議会了解"}, follow=True)
    assert "協議会了解" in answer.content.decode()


def test_figures_that_moved_are_409_and_the_next_try_approves_what_is_shown(
    case: Case, author: Client, approver: Client
) -> None:
    author.post(url(case, "request_approval"), {"version": "1"})
    form = approver.get(url(case, "approve")).content.decode()
    PastUse.objects.create(
        agency_id=case.agency_id, enterprise=case.enterprise, frame="normal", category="negotiation", paid_yen=60_000
    )
    Case.objects.filter(pk=case.pk).update(repeat_use_reason="要因が異なる")
    answer = approver.post(url(case, "approve"), {"shown_sha256": hash_on(form), "note": "意見は残る"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "意見は残る" in page
    assert "2,040,000" in page  # 2,100,000 − 60,000
    assert approver.post(url(case, "approve"), {"shown_sha256": hash_on(page)}).status_code == 302
    assert Application.objects.get(case=case).assessment["totals"]["subsidy"] == 2_040_000


def test_after_a_return_the_approver_sees_what_changed(
    case: Case, author: Client, approver: Client, consultant: Member
) -> None:
    author.post(url(case, "request_approval"), {"version": "1"})
    shown = hash_on(approver.get(url(case, "send_back")).content.decode())
    approver.post(url(case, "send_back"), {"comment": "交渉費用を見直してください", "shown_sha256": shown})
    page = author.get(url(case)).content.decode()
    assert "交渉費用を見直してください" in page
    line = case.cost_lines.get(category="negotiation")
    data = {
        "group": "negotiation",
        "work": line.work,
        "person": line.person,
        "hourly_rate_yen": "10000",
        "minutes": "6",
        "tax_percent": "10",
        "version": "3",
    }
    # 10,000 × 6 h = 60,000, with tax 66,000; × 2/3 = 44,000
    assert author.post(reverse("subsidies:cost_line_edit", args=[case.number, line.pk]), data).status_code == 302
    author.post(url(case, "request_approval"), {"version": "4"})
    page = approver.get(url(case, "approve")).content.decode()
    assert "前回の差戻し・承認からの変更" in page
    assert "補助額 金融機関交渉費用" in page
    assert "44,000" in page
    assert "合計(税込) 150,000 → 66,000" in page


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("request_approval", {"version": "x"}, "開き直して"),
        ("request_approval", {"version": "1", "note": "あ" * 1001}, "1000文字以内"),
        ("request_approval", {"version": "1", "note": "a\x00"}, "使えない文字"),
        ("request_approval", {"version": "7"}, "ほかの人が"),
        ("withdraw_request", {"reason": ""}, "「取り消す理由」を入力"),
        ("withdraw_request", {"reason": "直したい"}, "取り消す依頼や承認がありません"),
        ("submit", {"submitted_on": "2025-13-01", "method": "post"}, "2025-13-01"),
        ("submit", {"submitted_on": "令和7年5月7日", "method": "鳩"}, "選び直して"),
        ("submit", {"submitted_on": "", "method": ""}, "入力してください"),
        ("submit", {"submitted_on": "2025-05-07", "method": "post", "receipt_number": "9" * 51}, "50文字以内"),
        ("submit", {"submitted_on": "2025-05-07", "method": "post"}, "「承認済」のときに行えます"),
    ],
)
def test_wrong_input_is_told_and_changes_nothing(
    case: Case, author: Client, name: str, data: dict[str, str], words: str
) -> None:
    answer = author.post(url(case, name), data)
    assert answer.status_code in {409, 422}
    assert words in answer.content.decode()
    assert not Application.objects.filter(case=case).exclude(state=ApplicationState.PREPARING).exists()


@pytest.mark.parametrize("sha256", ["", "x", "0" * 63, "0" * 64, "<b>"])
def test_a_broken_hash_approves_nothing(case: Case, author: Client, approver: Client, sha256: str) -> None:
    author.post(url(case, "request_approval"), {"version": "1"})
    assert approver.post(url(case, "approve"), {"shown_sha256": sha256}).status_code in {409, 422}
    assert Application.objects.get(case=case).state == ApplicationState.REQUESTED


def test_sending_back_without_words_stays_on_the_page(case: Case, author: Client, approver: Client) -> None:
    author.post(url(case, "request_approval"), {"version": "1"})
    shown = hash_on(approver.get(url(case, "send_back")).content.decode())
    assert approver.post(url(case, "send_back"), {"comment": "\u3000", "shown_sha256": shown}).status_code == 422


def test_what_changed_since_the_approval_page_is_not_sent_back(
    case: Case, author: Client, approver: Client, consultant: Member
) -> None:
    """The words were about what the manager saw there; on the page that answers, they are about what is shown now."""
    author.post(url(case, "request_approval"), {"version": "1"})
    link = re.search(
        r'href="([^"]*/send-back/\?seen=[0-9a-f]{64})"', approver.get(url(case, "approve")).content.decode()
    )
    assert link
    case.enterprise.name = "青葉フーズ株式会社"
    case.enterprise.save()
    typed = {"comment": "経緯を詳しく", "shown_sha256": hash_on(approver.get(link[1]).content.decode())}
    late = approver.post(url(case, "send_back"), typed)
    assert late.status_code == 409
    assert "経緯を詳しく" in late.content.decode()
    assert approver.post(url(case, "send_back"), {"comment": "経緯を詳しく"}).status_code == 409
    typed["shown_sha256"] = hash_on(late.content.decode())
    assert approver.post(url(case, "send_back"), typed).status_code == 302
    assert Application.objects.get(case=case).state == ApplicationState.SENT_BACK


def test_who_may_come_in(
    case: Case, consultant: Member, manager: Member, admin: Member, viewer: Member, outsider: Member
) -> None:
    allowed = {
        "usage": {consultant, manager, admin, viewer},
        "request_approval": {consultant, manager},
        "withdraw_request": {consultant, manager},
        "approve": {manager},
        "send_back": {manager},
        "submit": {consultant, manager, admin},
    }
    for name, members in allowed.items():
        for member in (consultant, manager, admin, viewer):
            status = sign_in(member).get(url(case, name)).status_code
            assert (status == 403) is (member not in members), (name, member.roles)
        assert sign_in(outsider).get(url(case, name)).status_code == 404
        if name != "usage":
            assert sign_in(outsider).post(url(case, name)).status_code == 404


def test_approved_figures_that_differ_from_now_are_pointed_out(case: Case, author: Client, approver: Client) -> None:
    author.post(url(case, "request_approval"), {"version": "1"})
    form = approver.get(url(case, "approve")).content.decode()
    approver.post(url(case, "approve"), {"shown_sha256": hash_on(form)})
    assessment_url = url(case, "assessment")
    assert "承認した申請と、今の内容が異なります" not in author.get(assessment_url).content.decode()
    PastUse.objects.create(
        agency_id=case.agency_id, enterprise=case.enterprise, frame="normal", category="negotiation", paid_yen=60_000
    )
    for address in (assessment_url, url(case)):
        page = author.get(address).content.decode()
        assert "承認した申請と、今の内容が異なります" in page
        assert "2,040,000" in page
