from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.conftest import sign_in
from vapup.accounts.models import Agency, AuditEvent, Member

# 7000012050002 is the National Tax Agency's own number: its check digit holds.
FILLED: dict[str, Any] = {
    "version": "1",
    "name": "青葉会計事務所",
    "representative": "所長 髙橋 次郎",
    "corporate_number": "7-0000-1205-0002",
    "certification_number": "104213000011",
    "certification_expires_on": "令和9年3月31日",
    "postal_code": "9800811",
    "address": "宮城県仙台市青葉区一番町1-1",
    "phone": "022-123-4567",
    "self_approval_reason": "",
}


def test_the_settings_are_saved_with_before_and_after(manager: Member) -> None:
    assert sign_in(manager).post("/office/", FILLED).status_code == 302
    agency = Agency.objects.get(pk=manager.agency_id)
    assert (agency.corporate_number, agency.certification_expires_on) == ("7000012050002", date(2027, 3, 31))
    assert agency.representative == "所長 髙橋 次郎"
    assert agency.version == 2
    event = AuditEvent.objects.get()
    assert event.changes["認定の有効期限"] == [None, "2027-03-31"]
    assert "名称" not in event.changes


def test_saving_without_a_change_leaves_no_trace(manager: Member) -> None:
    browser = sign_in(manager)
    browser.post("/office/", FILLED)
    assert browser.post("/office/", {**FILLED, "version": "2"}).status_code == 302
    assert AuditEvent.objects.count() == 1
    assert Agency.objects.get(pk=manager.agency_id).version == 2


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("corporate_number", "7000012050003", "検査用数字"),
        ("corporate_number", "12345", "13桁"),
        ("certification_expires_on", "令和9年2月30日", "ありません"),
        ("name", "", "「名称」を入力してください"),
        ("postal_code", "98", "7桁"),
    ],
)
def test_a_bad_value_is_named_and_all_input_kept(manager: Member, field: str, value: str, complaint: str) -> None:
    answer = sign_in(manager).post("/office/", {**FILLED, field: value})
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert "一番町1-1" in answer.content.decode()
    assert Agency.objects.get(pk=manager.agency_id).version == 1


def test_self_approval_is_switched_only_with_a_reason_that_is_kept(manager: Member) -> None:
    browser = sign_in(manager)
    refused = browser.post("/office/", {**FILLED, "self_approval_allowed": "on"})
    assert refused.status_code == 422
    assert "理由を入力してください" in refused.content.decode()
    assert not Agency.objects.get(pk=manager.agency_id).self_approval_allowed
    reason = "管理者が産休に入るため"
    browser.post("/office/", {**FILLED, "self_approval_allowed": "on", "self_approval_reason": reason})
    event = AuditEvent.objects.get()
    assert (event.reason, event.changes["自己承認を認める(一人事務所)"]) == (reason, [False, True])
    assert browser.post("/office/", {**FILLED, "version": "2"}).status_code == 422


def test_a_second_editor_is_told_what_the_first_one_saved(manager: Member, admin: Member) -> None:
    sign_in(admin).post("/office/", {**FILLED, "phone": "022-999-0000"})
    browser = sign_in(manager)
    answer = browser.post("/office/", FILLED)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "022-999-0000" in page
    assert "022-123-4567" in page
    assert str(admin) in page
    assert Agency.objects.get(pk=manager.agency_id).phone == "022-999-0000"
    assert 'name="version" value="2"' in page
    browser.post("/office/", {**FILLED, "version": "2"})
    assert Agency.objects.get(pk=manager.agency_id).phone == "022-123-4567"


@pytest.mark.parametrize("version", ["", "x", "0"])
def test_a_broken_version_is_refused(manager: Member, version: str) -> None:
    assert sign_in(manager).post("/office/", {**FILLED, "version": version}).status_code == 422


def test_fields_that_the_page_does_not_have_change_nothing(manager: Member, outsider: Member) -> None:
    hostile = {"id": outsider.agency_id, "agency_id": outsider.agency_id, "slug": "taken", "is_active": "", "pk": "1"}
    sign_in(manager).post("/office/", {**FILLED, **hostile})
    assert not Agency.objects.filter(slug="taken").exists()
    assert Agency.objects.get(pk=outsider.agency_id).version == 1
