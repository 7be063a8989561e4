"""The export of a list is what is on the screen: the same rows, columns and order, and no formulas."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.contrib.messages import get_messages
from openpyxl import load_workbook

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from tests.builders import make_case, make_enterprise
from tests.conftest import sign_in
from tests.lists.rows import enterprise as enterprise_of
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.ui import lists

pytestmark = pytest.mark.django_db
VIEW = "stage=open&column=number&column=enterprise&column=returned_count&column=key_day&sort=enterprise"


@pytest.fixture
def cases(consultant: Member) -> None:
    agency = consultant.agency
    for number, name, kana, stage in (
        ("C-2025-0001", "=1+1 水産", "ワ", CaseStage.CONSULTATION),
        ("C-2025-0002", "青葉商店", "ア", CaseStage.CONSULTATION),
        ("C-2025-0003", "終了商事", "シ", CaseStage.WITHDRAWN),
    ):
        enterprise = enterprise_of(agency, name, name_kana=kana)
        make_case(consultant, enterprise=enterprise, number=number, stage=stage, frame=SchemeFrame.VUP)


@pytest.mark.usefixtures("cases")
def test_the_file_holds_the_rows_columns_and_order_of_the_page(consultant: Member) -> None:
    browser = sign_in(consultant)
    page = browser.get(f"/cases/?{VIEW}")
    assert f"/export/cases/?{VIEW.replace('&', '&amp;')}&amp;format=csv" in page.content.decode()
    answer = browser.get(f"/export/cases/?{VIEW}&format=csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    day = page.context["table"].page.object_list[0].record["key_day"].isoformat()
    assert rows == [
        ["案件番号", "事業者", "差戻し", "適用基準日", "基準日の区分"],
        ["C-2025-0002", "青葉商店", "0", day, "予定"],
        ["C-2025-0001", "'=1+1 水産", "0", day, "予定"],
    ]


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_the_file_tells_a_planned_key_day_from_that_of_the_acceptance(consultant: Member, format_: str) -> None:
    day = date(2025, 5, 12)
    past = {"usage_applied_on": day, "usage_accepted_on": day, "usage_decided_on": day, "accepted_on": day}
    Case.objects.filter(number="C-2025-0002").update(stage=CaseStage.PLANNING, **past)
    browser = sign_in(consultant)
    content = browser.get(f"/export/cases/?{VIEW}&format={format_}").content
    if format_ == "csv":
        found = [row[3:] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]
    else:
        rows = load_workbook(io.BytesIO(content)).active.iter_rows(min_col=4)
        found = [[cell.value for cell in row] for row in rows][-3:]
    assert [kind for _day, kind in found] == ["基準日の区分", "受理", "予定"]
    without = browser.get("/export/cases/?column=number&column=stage&format=csv").content.decode("utf-8-sig")
    assert "基準日の区分" not in without


@pytest.mark.usefixtures("cases")
def test_the_workbook_holds_texts_numbers_and_dates_but_no_formula(consultant: Member) -> None:
    answer = sign_in(consultant).get(f"/export/cases/?{VIEW}&format=xlsx")
    cells = [list(row) for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2)]
    hostile = cells[1][1]
    assert (hostile.value, hostile.data_type) == ("=1+1 水産", "s")
    assert (cells[1][2].value, cells[1][3].is_date) == (0, True)


@pytest.mark.usefixtures("cases")
def test_who_took_what_away_is_noted(consultant: Member) -> None:
    sign_in(consultant).get(f"/export/cases/?{VIEW}&format=xlsx")
    changes = AuditEvent.objects.get(verb=Verb.DOWNLOADED).changes
    assert changes["一覧"] == [None, "案件の一覧"]
    assert changes["条件"] == [None, "段階: 進行中すべて"]
    assert changes["行数"] == [None, 2]


def test_enterprises_are_exported_with_their_numbers_as_text(consultant: Member) -> None:
    make_enterprise(consultant.agency, name="青葉商店", corporate_number="7000012050002")
    answer = sign_in(consultant).get("/export/enterprises/?column=corporate_number&column=case_count&format=xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows()]
    assert rows[-1] == ["青葉商店", "7000012050002", 0]


@pytest.mark.usefixtures("cases")
def test_more_than_the_cap_is_not_written_but_said(consultant: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 1)
    browser = sign_in(consultant)
    answer = browser.get("/export/cases/?frame=vup")
    assert answer["Location"] == "/cases/?frame=vup"
    assert "超える一覧は書き出せません" in str(next(iter(get_messages(answer.wsgi_request))))
    assert "条件を絞ると書き出せます" in browser.get("/cases/?frame=vup").content.decode()
    assert not AuditEvent.objects.filter(verb=Verb.DOWNLOADED).exists()
