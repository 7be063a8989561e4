from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.urls import reverse
from django.utils.html import escape

from cases.models import Case, Enterprise
from tests.builders import make_case, make_enterprise, make_lender
from tests.conftest import sign_in
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

HOSTILE = {
    "nul": "a\x00b",
    "digits": "9" * 30,
    "very many digits": "9" * 5000,
    "emoji": "😀🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "very long": "あ" * 30_000,
    "no such day": "2026-02-30",
    "script": "<script>alert(1)</script>",
    "bidi": "a\u202eb",
    "negative": "-1",
    "blank": " \u3000 ",
}
ENTERPRISE = {
    "name": "株式会社青空",
    "name_kana": "あおぞら",
    "legal_form": "company",
    "corporate_number": "",
    "representative_title": "",
    "representative": "青空 太郎",
    "postal_code": "",
    "address": "宮城県仙台市青葉区1-1",
    "phone": "",
    "founded_on": "",
    "industry": "retail",
    "business": "鮮魚の小売",
    "capital_yen": "",
    "employee_count": "１２",
    "fiscal_year_end_month": "3",
    "annual_sales_yen": "98,000,000円",
    "interest_bearing_debt_yen": "0",
    "version": "1",
}
CASE = {
    "frame": "normal",
    "council": "04",
    "consulted_on": "R7.4.1",
    "planned_accepted_on": "令和7年5月12日",
    "difficulty": "",
    "support_outlook": "",
    "repeat_use_reason": "",
    "version": "1",
}
LENDER = {"bank_name": "仙台銀行", "branch_name": "", "role": "other", "balance_yen": "1,000", "guaranteed_yen": "0"}
PAST_USE = {"frame": "vup", "category": "planning", "paid_yen": "150000", "accepted_on": "", "note": ""}
CO_AGENCY = {
    "name": "杜の会計",
    "representative": "",
    "certification_number": "",
    "certification_expires_on": "",
    "address": "",
    "phone": "",
}
STEP = {"occurred_on": "2025-05-01", "reason": "廃業のため"}
PERIOD = {"starts_on": "2026-04-01", "ends_on": "2026-09-30"}
FORMS: Mapping[str, Mapping[str, str]] = {
    "cases:enterprise_new": {name: value for name, value in ENTERPRISE.items() if name != "version"},
    "cases:enterprise_edit": ENTERPRISE,
    "cases:lender_new": LENDER,
    "cases:lender_edit": LENDER,
    "cases:past_use_new": PAST_USE,
    "cases:new": {name: value for name, value in CASE.items() if name != "version"},
    "cases:edit": CASE,
    "cases:co_agency_new": CO_AGENCY,
    "cases:advance": STEP,
    "cases:assign": {"consultant": "", "reason": ""},
    "cases:switch_off": {"reason": ""},
    "monitoring:period_new": PERIOD,
}


def address(name: str, case: Case) -> str:
    if name == "cases:enterprise_new":
        return reverse(name)
    if name == "cases:new":
        return f"{reverse(name)}?enterprise={case.enterprise_id}"
    if name == "cases:lender_edit":
        return reverse(name, args=[case.enterprise_id, make_lender(case.enterprise).pk])
    if name == "cases:advance":
        return reverse(name, args=[case.number, "withdraw"])
    if name == "cases:switch_off":
        return reverse(name, args=[case.consultant_id])
    of_case = name in {"cases:edit", "cases:co_agency_new", "cases:assign", "monitoring:period_new"}
    return reverse(name, args=[case.number if of_case else case.enterprise_id])


def filled(name: str, case: Case) -> dict[str, str]:
    people = {"cases:new": {"consultant": str(case.consultant_id)}}
    return {**FORMS[name], **people.get(name, {})}


@pytest.fixture
def case(manager: Member) -> Case:
    manager.roles = [role.value for role in Role]
    manager.save()
    return make_case(manager)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", FORMS)
def test_no_value_breaks_a_page(case: Case, name: str, kind: str) -> None:
    good = filled(name, case)
    answer = sign_in(case.consultant).post(address(name, case), dict.fromkeys(good, HOSTILE[kind]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "error-summary" in page
    assert "。" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("kind", ["nul", "very long"])
@pytest.mark.parametrize("name", [name for name in FORMS if name not in {"cases:assign", "cases:switch_off"}])
def test_what_a_field_refuses_is_told_and_all_other_input_stays(case: Case, name: str, kind: str) -> None:
    client = sign_in(case.consultant)
    url, good = address(name, case), filled(name, case)
    for field in good:
        answer = client.post(url, {**good, field: HOSTILE[kind]})
        assert answer.status_code == 422, (field, answer.status_code)
        page = answer.content.decode()
        for other, value in good.items():
            if value and other != field:
                assert escape(value) in page, (field, other)


def test_good_input_of_every_form_is_saved(case: Case) -> None:
    client = sign_in(case.consultant)
    for name in FORMS:
        if name not in {"cases:assign", "cases:switch_off", "cases:advance"}:
            answer = client.post(address(name, case), filled(name, case))
            assert answer.status_code == 302, (name, answer.content.decode()[-3000:])


@pytest.mark.parametrize("name", ["cases:list", "cases:enterprises", "cases:new"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_address_breaks_a_list(case: Case, name: str, kind: str) -> None:
    client = sign_in(case.consultant)
    for key in ("q", "frame", "stage", "consultant", "council", "sort", "page", "enterprise"):
        answer = client.get(reverse(name), {key: HOSTILE[kind]})
        assert answer.status_code in {200, 404}, key


@pytest.mark.parametrize("number", ["\x00", "9" * 5000, "😀", "..", "%2e%2e", "C-2025-0001\n"])
def test_no_number_in_an_address_breaks_a_page(consultant: Member, number: str) -> None:
    client = sign_in(consultant)
    assert client.get(f"/cases/{number}/").status_code == 404
    assert client.get(f"/enterprises/{'9' * 40}/").status_code == 404


def test_an_unknown_action_is_not_found(case: Case) -> None:
    assert sign_in(case.consultant).get(f"/cases/{case.number}/advance/fly/").status_code == 404


def test_the_second_of_two_editors_sees_what_the_first_saved_and_may_go_on(case: Case) -> None:
    client, url = sign_in(case.consultant), address("cases:enterprise_edit", case)
    Enterprise.objects.filter(pk=case.enterprise_id).update(version=2, phone="022-111-1111")
    answer = client.post(url, {**ENTERPRISE, "phone": "022-222-2222"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "022-111-1111" in page
    assert 'value="022-222-2222"' in page
    assert 'name="version" value="2"' in page
    assert client.post(url, {**ENTERPRISE, "phone": "022-222-2222", "version": "2"}).status_code == 302


def test_a_case_edited_meanwhile_answers_conflict_with_the_input(case: Case) -> None:
    client, url = sign_in(case.consultant), address("cases:edit", case)
    assert client.post(url, {**CASE, "difficulty": "一人目"}).status_code == 302
    answer = client.post(url, {**CASE, "difficulty": "二人目"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "一人目" in page
    assert "二人目" in page
    assert "佐藤 花子" in page


def test_a_duplicate_number_names_and_links_the_existing_one(case: Case) -> None:
    existing = make_enterprise(case.agency, name="株式会社緑", corporate_number="7000012050002")
    answer = sign_in(case.consultant).post(
        reverse("cases:enterprise_new"), {**ENTERPRISE, "corporate_number": "T7-0000-1205-0002"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "「株式会社緑」として登録済みです。" in page
    assert reverse("cases:enterprise", args=[existing.pk]) in page


def test_the_same_name_asks_first_and_then_is_stored(case: Case) -> None:
    client, url = sign_in(case.consultant), reverse("cases:enterprise_new")
    make_enterprise(case.agency, name="株式会社青空")
    asked = client.post(url, ENTERPRISE)
    assert asked.status_code == 422
    assert 'type="checkbox" name="is_another"' in asked.content.decode()
    assert client.post(url, {**ENTERPRISE, "is_another": "on"}).status_code == 302


def test_a_day_that_has_not_come_is_refused(case: Case) -> None:
    answer = sign_in(case.consultant).post(address("cases:advance", case), {**STEP, "occurred_on": "2099-01-01"})
    assert answer.status_code == 422
    assert "2099-01-01 は今日" in answer.content.decode()


def test_submitting_the_application_is_left_to_its_own_pages(case: Case) -> None:
    client = sign_in(case.consultant)
    for action in ("submit_usage", "resubmit_usage"):
        answer = client.post(f"/cases/{case.number}/advance/{action}/", STEP)
        assert answer["Location"] == reverse("subsidies:usage", args=[case.number])
    case.refresh_from_db()
    assert case.stage == "preparing"


def test_what_was_typed_before_a_colleague_fixed_the_application_is_refused_and_kept(consultant: Member) -> None:
    case = make_case(consultant)
    client, url = sign_in(consultant), reverse("cases:edit", args=[case.number])
    assert client.get(url).status_code == 200
    Case.objects.filter(pk=case.pk).update(costs_locked=True)
    answer = client.post(url, {**CASE, "difficulty": "売上が三年続けて減った"})
    assert answer.status_code == 422
    assert "は変更できません" in answer.content.decode()
    assert "売上が三年続けて減った" in answer.content.decode()
    case.refresh_from_db()
    assert case.difficulty == ""
