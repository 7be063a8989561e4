"""The pages of figures: what is stored, the way of a file in the browser, what is refused, and a month by hand."""

from __future__ import annotations

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import AccountName, Enterprise, MonthlyFigure
from tests.builders import make_enterprise
from tests.conftest import sign_in
from tests.imports.figures import stories
from tests.imports.figures.books import MONTHS, month, sheet
from tests.imports.figures.layouts import EVERY, File, etax, freee_months, mf_balance, yayoi_months
from tests.imports.figures.test_mutations import spoilt
from tests.imports.files import NOW
from tests.imports.stories import untold
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.imports.enums import BatchState
from vapup.imports.figures.fields import NamesForm
from vapup.imports.models import ImportBatch
from vapup.imports.services.batches import commit_batch


@pytest.fixture
def enterprise(consultant: Member) -> Enterprise:
    return make_enterprise(consultant.agency)


def url(name: str, enterprise: Enterprise, batch: ImportBatch | None = None) -> str:
    return reverse(name, args=[enterprise.pk, *([batch.pk] if batch else [])])


def sent(browser: Client, enterprise: Enterprise, file: File, **data: str) -> ImportBatch:
    answer = browser.post(
        url("imports:figures_new", enterprise),
        {"product": "auto", "basis": "auto", "file": SimpleUploadedFile(file.name, file.content), **data},
    )
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.latest("pk")


def test_nothing_stored_leads_to_the_import(consultant: Member, viewer: Member, enterprise: Enterprise) -> None:
    page = sign_in(consultant).get(url("cases:figures", enterprise)).content.decode()
    assert "実績がまだありません" in page
    assert url("imports:figures_new", enterprise) in page
    assert (
        url("cases:figures", enterprise)
        in sign_in(consultant).get(reverse("cases:enterprise", args=[enterprise.pk])).content.decode()
    )
    assert (
        url("imports:figures_new", enterprise)
        not in sign_in(viewer).get(url("cases:figures", enterprise)).content.decode()
    )
    assert sign_in(viewer).get(url("imports:figures_new", enterprise)).status_code == 403


def test_a_file_goes_its_way_in_the_browser(consultant: Member, enterprise: Enterprise) -> None:
    browser = sign_in(consultant)
    batch = sent(browser, enterprise, yayoi_months())
    here = url("imports:figures_batch", enterprise, batch)
    page = browser.get(here).content.decode()
    assert "弥生会計の月の列12か月として読みました" in page
    assert "㈱髙橋商店手数料①" in page
    answer = browser.post(url("imports:figures_commit", enterprise, batch), {"version": batch.version})
    assert answer.status_code == 422
    assert "合計の行と一致しないものがあります" in answer.content.decode()
    (asked,) = names_form(browser, enterprise, batch).asked()
    names = {"version": batch.version, asked["account"].name: "other_expenses"}
    assert browser.post(url("imports:figures_names", enterprise, batch), names).status_code == 302
    batch.refresh_from_db()
    assert "1円まで一致します" in browser.get(here).content.decode()
    assert browser.post(url("imports:figures_commit", enterprise, batch), {"version": batch.version}).status_code == 302
    assert "取込中" in browser.get(here).content.decode()
    commit_batch(agency_id=batch.agency_id, batch_id=batch.pk, now=NOW, progress=untold)
    assert "この取込を取り消す" in browser.get(here).content.decode()
    stored = browser.get(url("cases:figures", enterprise)).content.decode()
    assert f"{month(11).totals['営業利益']:,}" in stored
    assert "決算" in stored
    assert browser.post(url("imports:figures_undo", enterprise, batch)).status_code == 302
    assert not MonthlyFigure.objects.exists()
    assert not AccountName.objects.exists()


def names_form(browser: Client, enterprise: Enterprise, batch: ImportBatch) -> NamesForm:
    form = browser.get(url("imports:figures_batch", enterprise, batch)).context["names_form"]
    assert isinstance(form, NamesForm)
    return form


def test_a_choice_lands_on_its_name_though_the_office_learned_another_meanwhile(
    consultant: Member, enterprise: Enterprise
) -> None:
    browser = sign_in(consultant)
    rows = [("推移表",), ("勘定科目", "2025-04", "2025-05"), ("青葉のもの", 5, 6), ("若葉のもの", 7, 8)]
    batch = sent(browser, enterprise, File("x.csv", sheet(rows), ""))
    first, second = names_form(browser, enterprise, batch).asked()
    assert (first["row"].label, second["row"].label) == ("青葉のもの", "若葉のもの")
    # Another import is taken: now the second name is the only unknown one, and stands first.
    own = {"agency": enterprise.agency, "enterprise": enterprise}
    AccountName.objects.create(**own, name=first["row"].name, account="sales")
    choice = {"version": batch.version, second["account"].name: "other_expenses"}
    assert browser.post(url("imports:figures_names", enterprise, batch), choice).status_code == 302
    batch.refresh_from_db()
    assert batch.options["names"] == {second["row"].name: ["other_expenses", False]}


def test_a_choice_for_a_name_that_fell_behind_the_shown_ones_counts(
    consultant: Member, enterprise: Enterprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vapup.imports.figures.choices.MOST_NAMES", 1)
    browser = sign_in(consultant)
    rows = [("推移表",), ("勘定科目", "2025-04", "2025-05"), ("青葉のもの", 5, 6), ("若葉のもの", 7, 8)]
    batch = sent(browser, enterprise, File("x.csv", sheet(rows), ""))
    (shown,) = names_form(browser, enterprise, batch).asked()
    own = {"agency": enterprise.agency, "enterprise": enterprise}
    AccountName.objects.create(**own, name=shown["row"].name, account="sales")
    choice = {"version": batch.version, shown["account"].name: "other_expenses"}
    assert browser.post(url("imports:figures_names", enterprise, batch), choice).status_code == 302
    batch.refresh_from_db()
    assert batch.options["names"] == {shown["row"].name: ["other_expenses", False]}
    page = browser.get(url("imports:figures_batch", enterprise, batch)).content.decode()
    assert "ほかに1件の科目があります" in page


def test_totals_that_differ_are_taken_only_knowingly(consultant: Member, enterprise: Enterprise) -> None:
    browser = sign_in(consultant)
    file = File(
        "x.csv", sheet([("推移表",), ("勘定科目", "2025-04", "2025-05"), ("売上高", 5, 6), ("売上総利益", 5, 7)]), ""
    )
    batch = sent(browser, enterprise, file)
    page = browser.get(url("imports:figures_batch", enterprise, batch)).content.decode()
    assert "2025-05は△1円の差(ファイル 7円、計算 6円)" in page
    commit = url("imports:figures_commit", enterprise, batch)
    assert browser.post(commit, {"version": batch.version}).status_code == 422
    assert browser.post(commit, {"version": batch.version, "is_known": "on"}).status_code == 302


def test_a_file_without_a_month_asks_for_it_and_is_read_again(consultant: Member, enterprise: Enterprise) -> None:
    browser = sign_in(consultant)
    rows = [("勘定科目", "期首残高", "残高"), ("売上高", 0, 100), ("地代家賃", 0, 30)]
    batch = sent(browser, enterprise, File("試算表.csv", sheet(rows), ""))
    page = browser.get(url("imports:figures_batch", enterprise, batch)).content.decode()
    assert "いつの試算表か、ファイルから分かりません" in page
    options = url("imports:figures_options", enterprise, batch)
    how = {"version": batch.version, "product": "auto", "basis": "auto"}
    assert browser.post(options, {**how, "last": "令和7年6月"}).status_code == 302
    batch.refresh_from_db()
    assert "2025-06 だけの金額か、期首からの累計か" in stories.said(batch)
    assert (
        browser.post(options, {**how, "version": batch.version, "last": "2025-06", "basis": "period"}).status_code
        == 302
    )
    batch.refresh_from_db()
    assert batch.error_count == 0
    assert browser.post(options, {**how, "version": 1, "last": "2025-06"}).status_code == 409
    assert browser.post(options, {**how, "version": batch.version, "last": "6月"}).status_code == 422
    assert browser.post(options, {**how, "version": batch.version, "first": "2025-04"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.csv", b"", "中身が空(0バイト)です"),
        ("x.csv", "日付,金額\n2025-04-01,5\n".encode(), "見出しの行が見つかりません"),
        ("x.csv", "勘定科目,残高\n".encode("cp932"), "金額のある行がありません"),
        ("x.csv", b"\xff\xfe\x00\x00\x81", "文字コード"),
        ("x.xlsx", b"no workbook", "登録できません"),
        ("x.pdf", b"%PDF-1.7", "取り込めるのは"),
    ],
)
def test_a_wrong_file_is_answered_in_words(
    consultant: Member, enterprise: Enterprise, name: str, content: bytes, sentence: str
) -> None:
    data = {"product": "auto", "basis": "auto", "file": SimpleUploadedFile(name, content)}
    answer = sign_in(consultant).post(url("imports:figures_new", enterprise), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_broken_cell_is_named_with_its_row(consultant: Member, enterprise: Enterprise) -> None:
    rows = [("推移表",), ("勘定科目", "2025-04", "2025-05"), ("売上高", 5, "六"), ("地代家賃", 1, 2)]
    batch = sent(sign_in(consultant), enterprise, File("x.csv", sheet(rows), ""))
    page = sign_in(consultant).get(url("imports:figures_batch", enterprise, batch)).content.decode()
    assert "CSV!A3" in page
    assert "「売上高」の2025-05の「六」は金額として読めません" in page


def test_spoilt_files_never_break_a_page(consultant: Member, enterprise: Enterprise) -> None:
    browser, luck = sign_in(consultant), random.Random(8)
    files = [make() for name, make in EVERY.items() if name != "two_sided"]
    for _ in range(12):
        file = luck.choice(files)
        upload = SimpleUploadedFile(file.name, spoilt(file, luck))
        data = {"product": "auto", "basis": "auto", "file": upload}
        answer = browser.post(url("imports:figures_new", enterprise), data, follow=True)
        assert answer.status_code in {200, 422}
    assert ImportBatch.objects.filter(state=BatchState.PREVIEWED).exists()


def test_another_office_finds_nothing(consultant: Member, outsider: Member, enterprise: Enterprise) -> None:
    batch = stories.uploaded(consultant, enterprise, etax("BS"))
    browser = sign_in(outsider)
    assert browser.get(url("imports:figures_batch", enterprise, batch)).status_code == 404
    for name in ("names", "options", "commit", "undo"):
        assert browser.post(url(f"imports:figures_{name}", enterprise, batch)).status_code == 404
    other = make_enterprise(consultant.agency, name="株式会社別の会社")
    assert sign_in(consultant).get(url("imports:figures_batch", other, batch)).status_code == 404
    assert browser.get(url("cases:figures", enterprise)).status_code == 404


def test_the_page_says_how_current_the_figures_are(consultant: Member, enterprise: Enterprise) -> None:
    own = {"agency": enterprise.agency, "enterprise": enterprise}
    for name in ("2020-01-01", MONTHS[0] + "-01", MONTHS[2] + "-01"):
        MonthlyFigure.objects.create(**own, month=name, account="sales", yen=1_234_567)
    page = sign_in(consultant).get(url("cases:figures", enterprise)).content.decode()
    assert "<strong>2025-06</strong> まで登録されています" in page
    assert "途中の月がありません: 2025-05" in page
    assert page.count("1,234,567") >= 2
    assert "2020-01" not in page


def test_a_month_is_typed_and_corrected(consultant: Member, enterprise: Enterprise) -> None:
    browser = sign_in(consultant)
    page = reverse("cases:figures_month", args=[enterprise.pk, "2025-04"])
    assert browser.get(url("cases:figures", enterprise), {"month": "2025年4月"}).url == page  # type: ignore[attr-defined]
    assert browser.get(url("cases:figures", enterprise), {"month": "いつか"}).status_code == 422
    first = {"seen_before": "{}", "sales": "1,000", "cash": "△5"}
    assert browser.post(page, first).status_code == 302
    assert stories.stored_month(enterprise, "2025-04") == {"sales": 1_000, "cash": -5}
    late = browser.post(page, {"seen_before": "{}", "sales": "3"})
    assert late.status_code == 409
    assert "2025-04 の実績が変わりました" in late.content.decode()
    again = {"seen_before": '{"cash": -5, "sales": 1000}', "sales": "2,000"}
    assert browser.post(page, again).status_code == 302
    assert stories.stored_month(enterprise, "2025-04") == {"sales": 2_000}
    event = AuditEvent.objects.filter(verb=Verb.CHANGED, object_type="enterprise").latest("pk")
    assert event.changes == {"2025-04 売上高": [1_000, 2_000], "2025-04 現金及び預金": [-5, None]}
    assert browser.post(page, {"seen_before": "x", "sales": "1"}).status_code == 422
    assert browser.get(reverse("cases:figures_month", args=[enterprise.pk, "2025-13"])).status_code == 404


def test_imports_are_listed_with_their_state(consultant: Member, enterprise: Enterprise) -> None:
    stories.taken(consultant, enterprise, mf_balance())
    stories.uploaded(consultant, enterprise, freee_months())
    page = sign_in(consultant).get(url("imports:figures_new", enterprise)).content.decode()
    assert page.count("残高試算表_月次.csv") == 1
    assert "取込済" in page
    assert "確認待ち" in page
