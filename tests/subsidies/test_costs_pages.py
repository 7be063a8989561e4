"""The cost sheet as people use it: who may come in, what they see, and input that survives every refusal."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationState, CostCategory
from subsidies.models import Application, CostLine
from tests.builders import make_case, make_cost_line, make_member, make_period
from tests.conftest import sign_in
from vapup.accounts.models import Agency, Member

INPUT = {
    "group": "planning",
    "work": "財務DD",
    "person": "佐藤 花子(税理士)",
    "hourly_rate_yen": "１２，０００円",
    "minutes": "1:30",
    "tax_percent": "10",
    "version": "1",
}
ALERT = "<script>alert(1)</script>"


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def browser(consultant: Member) -> Client:
    return sign_in(consultant)


def url(case: Case, name: str = "costs", *more: int) -> str:
    return reverse(f"subsidies:{name}", args=[case.number, *more])


def test_an_empty_sheet_says_what_to_do_and_offers_it_to_writers_only(
    case: Case, browser: Client, viewer: Member
) -> None:
    page = browser.get(url(case)).content.decode()
    assert "費用明細はまだありません" in page
    assert page.count(url(case, "cost_line_new")) > 1
    assert url(case, "cost_line_new") not in sign_in(viewer).get(url(case)).content.decode()


def test_a_line_typed_as_people_write_it_is_calculated_and_shown_at_once(case: Case, browser: Client) -> None:
    answer = browser.post(url(case, "cost_line_new"), INPUT, follow=True)
    page = answer.content.decode()
    # 12,000 × 1.5 h = 18,000; tax 1,800
    assert "税抜 18,000円 + 消費税 1,800円 = 税込 19,800円" in page
    assert CostLine.objects.get(case=case).gross_yen == 19_800
    assert "13,200" in page  # floor(19,800 × 2/3)
    assert "6,600" in page


def test_the_sheet_groups_lines_by_category_and_period_with_sums(case: Case, browser: Client) -> None:
    period = make_period(case)
    make_cost_line(case, gross_yen=1_100_000)
    make_cost_line(case, gross_yen=330_000, work="アクションプラン")
    make_cost_line(case, category=CostCategory.MONITORING, period=period, gross_yen=220_000, work="第1回の報告")
    page = browser.get(url(case)).content.decode()
    assert "伴走支援費用 第1回(2026-04-01〜2026-09-30)" in page
    assert "1,430,000" in page  # 1,100,000 + 330,000
    assert "1,650,000" in page  # and 220,000


def test_only_categories_of_the_rules_are_offered(consultant: Member, browser: Client) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    page = browser.get(url(case, "cost_line_new")).content.decode()
    assert 'value="planning"' in page
    assert 'value="negotiation"' not in page


def test_a_copy_starts_from_the_same_words(case: Case, browser: Client) -> None:
    line = make_cost_line(case, work="同じ業務")
    page = browser.get(url(case, "cost_line_new") + f"?copy={line.pk}").content.decode()
    assert 'value="同じ業務"' in page
    assert CostLine.objects.count() == 1


@pytest.mark.parametrize("copied", ["0", "x", "²", "9" * 30, "-1", "1 OR 1=1"])
def test_a_strange_copy_is_an_empty_form(case: Case, browser: Client, copied: str) -> None:
    assert browser.get(url(case, "cost_line_new"), {"copy": copied}).status_code == 200


def test_a_line_of_another_case_is_not_copied(case: Case, browser: Client, outsider: Member) -> None:
    secret = make_cost_line(make_case(outsider), work="他社の業務")
    page = browser.get(url(case, "cost_line_new") + f"?copy={secret.pk}").content.decode()
    assert "他社の業務" not in page


def test_a_line_can_be_edited_and_removed(case: Case, browser: Client) -> None:
    line = make_cost_line(case)
    browser.post(url(case, "cost_line_edit", line.pk), {**INPUT, "work": "直した業務"})
    line.refresh_from_db()
    assert (line.work, line.gross_yen) == ("直した業務", 19_800)
    assert "直した業務" in browser.get(url(case, "cost_line_remove", line.pk)).content.decode()
    answer = browser.post(url(case, "cost_line_remove", line.pk), {"version": "2"}, follow=True)
    assert "「直した業務」を削除しました" in answer.content.decode()
    assert not CostLine.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("work", "", "「業務内容」を入力してください"),
        ("work", "あ" * 201, "200文字以内"),
        ("work", "a\x00b", "使えない文字"),
        ("person", "", "「担当者・資格」を入力してください"),
        ("hourly_rate_yen", "abc", "金額として読めません"),
        ("hourly_rate_yen", "-5", "入力できません"),
        ("hourly_rate_yen", "9999999999999", "入力できません"),
        ("hourly_rate_yen", "1e9", "金額として読めません"),
        ("minutes", "0", "1分から"),
        ("minutes", "1.333", "端数"),
        ("minutes", "-1", "時間として読めません"),
        ("minutes", "99999999999", "時間として読めません"),
        ("tax_percent", "12", "選び直してください"),
        ("group", "", "「費用区分・回」を選んで"),
        ("group", "due_diligence", "選び直してください"),
        ("group", "monitoring:99999", "選び直してください"),
        ("group", ALERT, "選び直してください"),
    ],
)
def test_hostile_or_wrong_input_is_refused_and_kept(
    case: Case, browser: Client, field: str, value: str, words: str
) -> None:
    answer = browser.post(url(case, "cost_line_new"), {**INPUT, "work": "残る入力", field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert ALERT not in page
    if field != "work":
        assert 'value="残る入力"' in page
    assert not CostLine.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "1.5", "9" * 40])
def test_a_broken_version_is_refused(case: Case, browser: Client, version: str) -> None:
    answer = browser.post(url(case, "cost_line_new"), {**INPUT, "version": version})
    assert answer.status_code in {409, 422}
    assert not CostLine.objects.exists()


def test_text_is_shown_as_text(case: Case, browser: Client) -> None:
    browser.post(url(case, "cost_line_new"), {**INPUT, "work": ALERT, "person": ALERT})
    page = browser.get(url(case)).content.decode()
    assert ALERT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_late_save_is_answered_with_409_the_input_and_who_was_first(
    case: Case, browser: Client, manager: Member
) -> None:
    sign_in(manager).post(url(case, "cost_line_new"), {**INPUT, "work": "先に保存"})
    answer = browser.post(url(case, "cost_line_new"), {**INPUT, "work": "後から保存"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert str(manager) in page
    assert "先に保存" in page
    assert 'value="後から保存"' in page
    assert 'name="version" value="2"' in page
    again = browser.post(url(case, "cost_line_new"), {**INPUT, "work": "後から保存", "version": "2"})
    assert again.status_code == 302


def test_a_locked_sheet_says_why_and_offers_no_change(case: Case, browser: Client) -> None:
    line = make_cost_line(case)
    Application.objects.create(
        agency_id=case.agency_id,
        case=case,
        state=ApplicationState.REQUESTED,
        requested_by=case.consultant,
        requested_at="2025-05-01T00:00:00Z",
    )
    Case.objects.filter(pk=case.pk).update(costs_locked=True)
    page = browser.get(url(case)).content.decode()
    assert "利用申請が「承認待ち」のため、費用は変更できません" in page
    assert url(case, "cost_line_edit", line.pk) not in page
    assert browser.get(url(case, "cost_line_edit", line.pk)).status_code == 302
    assert browser.post(url(case, "cost_line_remove", line.pk), {"version": "1"}).status_code == 422
    assert CostLine.objects.filter(pk=line.pk).exists()


def test_who_may_do_what(
    case: Case, consultant: Member, manager: Member, admin: Member, viewer: Member, outsider: Member
) -> None:
    line = make_cost_line(case)
    colleague = make_case(consultant)
    pages = ("cost_line_new",), ("cost_line_edit", line.pk), ("cost_line_remove", line.pk)
    for member, status in ((consultant, 200), (manager, 200), (admin, 403), (viewer, 403), (outsider, 404)):
        for name, *more in pages:
            assert sign_in(member).get(url(case, name, *more)).status_code == status
        assert sign_in(member).get(url(case)).status_code == (404 if member is outsider else 200)
    assert sign_in(consultant).get(url(colleague, "cost_line_edit", line.pk)).status_code == 404


def test_a_consultant_does_not_write_to_the_case_of_another(case: Case, agency: Agency) -> None:
    colleague = sign_in(make_member(agency))
    answer = colleague.post(url(case, "cost_line_new"), INPUT)
    assert answer.status_code == 403
    assert "担当者または管理者だけ" in answer.content.decode()
    assert "担当者または管理者だけ" in colleague.get(url(case)).content.decode()
    assert not CostLine.objects.exists()
