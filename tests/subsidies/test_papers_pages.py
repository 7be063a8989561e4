"""The pages of the papers desk: the list, one paper, uploads through the browser's form, downloads."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import CoAgency
from subsidies.enums import ApplicationState, PaperPlace, PaperStatus
from subsidies.models import Application, Paper, PaperVersion
from subsidies.selectors.filing.requirements import PaperSlot, requirements_of
from subsidies.services.filing import papers as services
from tests.builders import make_case, make_lender
from tests.conftest import sign_in
from tests.documents.files import GOOD, pdf
from tests.documents.hostile import MEGABYTE, script
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

NOW = datetime(2025, 5, 7, 1, 0, tzinfo=UTC)


@pytest.fixture
def application(consultant: Member) -> Application:
    """The usage application of a normal case with a bank and a second agency."""
    case = make_case(consultant)
    make_lender(case.enterprise)
    CoAgency.objects.create(agency=case.agency, case=case, name="駅前会計")
    return Application.objects.create(agency_id=case.agency_id, case=case)


@pytest.fixture
def desk(consultant: Member) -> Client:
    """The browser of the consultant in charge."""
    return sign_in(consultant)


def aged(application: Application) -> PaperSlot:
    slots = requirements_of(application)
    return next(one for one in slots if one.requirement.max_age_months == 3 and one.is_needed)


def url(name: str, application: Application, *more: object) -> str:
    return reverse(f"subsidies:{name}", args=[application.case.number, application.pk, *more])


def typed(**changed: Any) -> dict[str, Any]:
    return {"version": "0", "status": "working", "place": "office", **changed}


def send(desk: Client, application: Application, content: bytes, name: str = "登記簿.pdf") -> Response:
    file = SimpleUploadedFile(name, content)
    return desk.post(url("paper_upload", application, aged(application).key), {"file": file, "note": "初回"})


def save(application: Application, actor: Member, **changed: Any) -> Paper:
    values = {"status": PaperStatus.WORKING, "reason": "", "place": PaperPlace.OFFICE, "is_original": False}
    texts = {"stated_edition": "", "stated_name": "", "stated_address": "", "stated_yen": None}
    slot = aged(application)
    address = services.PaperAddress(case_id=application.case_id, application_id=application.pk, key=slot.key)
    facts = {**values, "issued_on": None, "valid_until": None, **texts, **changed}
    version = slot.paper.version if slot.paper else 0
    return services.record_paper(actor=actor, address=address, version=version, facts=facts, now=NOW)


def test_the_list_shows_every_paper_with_its_reason(desk: Client, application: Application) -> None:
    page = desk.get(url("papers", application)).content.decode()
    for slot in requirements_of(application):
        assert url("paper", application, slot.key) in page
        assert slot.why in page
    assert "法務局が作成・用意する書類" in page
    assert "発行後3か月以内" in page
    assert "ウイルス検査は設定されていないため、行いません" in page
    assert "まとめて確認済にする" not in page  # nothing is at hand yet


def test_the_list_counts_and_filters_by_status(desk: Client, application: Application, consultant: Member) -> None:
    save(application, consultant, status=PaperStatus.CHECKED_LACKING, reason="印影が薄い")
    answer = desk.get(url("papers", application), {"status": "checked_lacking"})
    page = answer.content.decode()
    assert "印影が薄い" in page
    assert page.count('<th scope="row"><div') == 1
    empty = desk.get(url("papers", application), {"status": "left_out"}).content.decode()
    assert "この状態の書類はありません。" in empty


def test_an_old_certificate_is_marked_as_expired(desk: Client, application: Application, consultant: Member) -> None:
    save(application, consultant, issued_on=date(2024, 1, 15))
    page = desk.get(url("papers", application)).content.decode()
    assert "期限切れ" in page
    assert "2024-04-15まで" in page  # three months after 2024-01-15


def test_papers_at_hand_are_checked_in_bulk(desk: Client, application: Application, consultant: Member) -> None:
    save(application, consultant)
    slot = aged(application)
    assert f'value="{slot.key}:1"' in desk.get(url("papers", application)).content.decode()
    nothing = desk.post(url("papers", application), {})
    assert nothing.status_code == 422
    assert "確認済にする書類を選んでください。" in nothing.content.decode()
    stale = desk.post(url("papers", application), {"paper": [f"{slot.key}:7"]})
    assert stale.status_code == 422
    assert "画面を開いた後に変わりました" in stale.content.decode()
    done = desk.post(url("papers", application), {"paper": [f"{slot.key}:1"]}, follow=True)
    assert "1件の書類を確認済にしました。" in done.content.decode()
    assert Paper.objects.get().checked_by == consultant


def test_a_paper_is_recorded_through_its_page(desk: Client, application: Application) -> None:
    address = url("paper", application, aged(application).key)
    page = desk.get(address).content.decode()
    assert "提出日に発行後3か月以内" in page
    assert "根拠" in page
    answer = desk.post(address, typed(issued_on="R7.4.1", stated_name="有限会社髙﨑水産", is_original="on"))
    assert answer.status_code == 302
    paper = Paper.objects.get()
    assert (paper.issued_on, paper.stated_name, paper.is_original) == (date(2025, 4, 1), "有限会社髙﨑水産", True)
    wrong = desk.post(address, typed(version="1", status="left_out"))
    assert wrong.status_code == 422
    assert "「不足・対象外の理由」を入力してください。" in wrong.content.decode()


def test_a_late_save_keeps_the_input_and_shows_the_difference(
    desk: Client, application: Application, manager: Member
) -> None:
    save(application, manager, stated_name="山田水産")
    answer = desk.post(url("paper", application, aged(application).key), typed(stated_name="有限会社山田水産"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="有限会社山田水産"' in page
    assert "山田水産" in page
    assert manager.user.display_name in page
    assert 'name="version" value="1"' in page


def test_a_file_goes_in_and_comes_out_unharmed(desk: Client, application: Application, consultant: Member) -> None:
    content, name = pdf(pages=2), "髙橋商店 登記簿(原本).pdf"
    answer = desk.post(
        url("paper_upload", application, aged(application).key),
        {"file": SimpleUploadedFile(name, content), "note": "押印後"},
        follow=True,
    )
    assert f"「{name}」を第1版として登録しました。" in answer.content.decode()
    version = PaperVersion.objects.get()
    assert (version.note, version.document.page_count, version.uploaded_by) == ("押印後", 2, consultant)
    taken = desk.get(url("paper_version", application, version.pk))
    given = taken.getvalue()
    assert given == content
    assert hashlib.sha256(given).hexdigest() == version.document.sha256
    assert taken["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(name)}"
    assert taken["X-Content-Type-Options"] == "nosniff"
    assert taken["Content-Type"] == "application/pdf"
    assert "sandbox" in taken["Content-Security-Policy"]
    assert {"no-store", "private"} <= set(taken["Cache-Control"].replace(" ", "").split(","))
    event = AuditEvent.objects.get(verb=Verb.DOWNLOADED)
    assert list(event.changes.values()) == [[None, f"第1版 {name}"]]


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_can_be_sent(desk: Client, application: Application, name: str) -> None:
    assert send(desk, application, GOOD[name](), name).status_code == 302
    version = PaperVersion.objects.get()
    taken = desk.get(url("paper_version", application, version.pk))
    assert taken.getvalue() == GOOD[name]()


def test_a_refused_file_is_told_beside_the_control(desk: Client, application: Application) -> None:
    answer = send(desk, application, b"MZ" + b"\0" * 300)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "「登記簿.pdf」は登録できません。名前はPDFですが、中身はPDFではありません。(中身は exe のようです。)" in page
    assert send(desk, application, b"").status_code == 422
    missing = desk.post(url("paper_upload", application, aged(application).key), {})
    assert "「ファイル」を選んでください。" in missing.content.decode()
    assert not PaperVersion.objects.exists()


def test_what_is_larger_than_the_limit_is_not_even_kept_on_the_way(
    desk: Client, application: Application, settings: LazySettings
) -> None:
    settings.UPLOAD_MAX_BYTES = MEGABYTE
    answer = send(desk, application, b"%PDF-1.7" + b"0" * (3 * MEGABYTE))
    assert answer.status_code == 422
    assert "大きさが3.1MBで、上限の1MBを超えています" in answer.content.decode()


def test_what_was_taken_out_is_said(desk: Client, application: Application) -> None:
    answer = desk.post(
        url("paper_upload", application, aged(application).key),
        {"file": SimpleUploadedFile("請求書.pdf", pdf(script))},
        follow=True,
    )
    assert "安全のため、JavaScriptを取り除いて保存しました。" in answer.content.decode()


def test_a_hostile_name_reaches_neither_page_nor_header(desk: Client, application: Application) -> None:
    assert send(desk, application, pdf(), '"><script>alert(1)<\u202efdp.exe.pdf').status_code == 302
    version = PaperVersion.objects.get()
    assert "<script>alert" not in desk.get(url("paper", application, aged(application).key)).content.decode()
    taken = desk.get(url("paper_version", application, version.pk))
    assert taken.getvalue() == pdf()
    assert "\u202e" not in version.document.filename
    assert taken["Content-Disposition"].startswith("attachment")


def test_a_damaged_file_is_not_given_out(desk: Client, application: Application) -> None:
    send(desk, application, pdf())
    version = PaperVersion.objects.select_related("document").get()
    default_storage.delete(version.document.path)
    default_storage.save(version.document.path, BytesIO(b"something else"))
    answer = desk.get(url("paper_version", application, version.pk), follow=True)
    assert "ファイルが壊れています" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb=Verb.DOWNLOADED).exists()


def test_with_the_council_the_page_offers_the_place_alone(
    desk: Client, application: Application, consultant: Member
) -> None:
    save(application, consultant)
    application.state, application.submitted_on = ApplicationState.SUBMITTED, date(2025, 5, 12)
    application.save()
    address = url("paper", application, aged(application).key)
    page = desk.get(address).content.decode()
    assert "変更できるのは「現物の所在」だけです。" in page
    assert 'name="status"' not in page
    assert 'type="file"' not in page
    assert desk.post(address, {"version": "1", "place": "council"}).status_code == 302
    assert Paper.objects.get().place == PaperPlace.COUNCIL
    assert send(desk, application, pdf()).status_code == 422


def test_a_viewer_reads_and_takes_and_is_offered_nothing_more(
    desk: Client, application: Application, viewer: Member
) -> None:
    send(desk, application, pdf())
    eyes = sign_in(viewer)
    page = eyes.get(url("paper", application, aged(application).key)).content.decode()
    assert "登記簿.pdf" in page
    assert "保存する" not in page
    assert 'type="file"' not in page
    assert eyes.get(url("paper_version", application, PaperVersion.objects.get().pk)).getvalue() == pdf()
    assert send(eyes, application, pdf(pages=2)).status_code == 403


def test_papers_of_another_application_are_missing(desk: Client, application: Application) -> None:
    send(desk, application, pdf())
    other_case = make_case(application.case.consultant)
    other = Application.objects.create(agency_id=other_case.agency_id, case=other_case)
    version = PaperVersion.objects.get()
    assert desk.get(url("paper_version", other, version.pk)).status_code == 404
    assert desk.get(url("paper", application, "no_such_paper")).status_code == 404
    mixed = reverse("subsidies:papers", args=[other_case.number, application.pk])
    assert desk.get(mixed).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_papers_as_for_few(
    desk: Client, application: Application, django_assert_max_num_queries: Any
) -> None:
    send(desk, application, pdf())
    with django_assert_max_num_queries(35):
        desk.get(url("papers", application))
