"""The page of 金融機関説明資料 and its files: who may take which, and what the trail says of it."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cases.models import Case, Lender
from tests.builders import make_case, make_lender
from tests.cases.plans.making import close, make_figures, make_plan
from tests.conftest import sign_in
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member


@pytest.fixture
def case(consultant: Member) -> Case:
    case = make_case(consultant)
    plan = make_plan(case)
    make_figures(plan)
    return case


@pytest.fixture
def lender(case: Case) -> Lender:
    return make_lender(case.enterprise)


def page_of(case: Case) -> str:
    return reverse("monitoring:bank_pack", args=[case.number])


def file_of(case: Case, lender: Lender, number: int = 1) -> str:
    return reverse("monitoring:bank_pack_file", args=[case.number, number, lender.pk])


def test_the_page_lists_lenders_and_versions_for_those_who_print(
    case: Case, lender: Lender, consultant: Member, viewer: Member
) -> None:
    close(case.plans.get())
    make_plan(case, number=2)
    page = sign_in(consultant).get(page_of(case)).content.decode()
    for number in (1, 2):
        assert f'href="{file_of(case, lender, number)}"' in page
        assert f'href="{file_of(case, lender, number)}?format=xlsx"' in page
    assert page.index("第2版の金融機関説明資料") < page.index("第1版の金融機関説明資料")
    read = sign_in(viewer).get(page_of(case)).content.decode()
    assert "七十七銀行 石巻支店" in read
    assert file_of(case, lender) not in read
    assert "資料の作成は、この案件の担当者と管理者が行います" in read


def test_without_lenders_the_page_says_what_to_do(case: Case, consultant: Member) -> None:
    page = sign_in(consultant).get(page_of(case)).content.decode()
    assert "金融機関がまだ登録されていません" in page
    assert reverse("cases:lender_new", args=[case.enterprise_id]) in page
    assert sign_in(consultant).get(page_of(make_case(consultant))).status_code == 302


def test_a_file_is_given_out_and_noted(case: Case, lender: Lender, consultant: Member) -> None:
    answer = sign_in(consultant).get(file_of(case, lender), {"format": "xlsx"})
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''C-2025-")
    assert (answer["X-Content-Type-Options"], "no-store" in answer["Cache-Control"]) == ("nosniff", True)
    assert load_workbook(BytesIO(answer.content)).sheetnames == [
        "はじめに",
        "損益計画",
        "貸借対照表",
        "キャッシュフロー計画",
    ]
    event = AuditEvent.objects.get(verb=Verb.DOWNLOADED)
    assert event.object_id == case.pk
    told = {name.removeprefix("金融機関説明資料: "): new for name, (_, new) in event.changes.items()}
    assert told.pop("内容の照合番号")
    assert told == {"計画の版": "第1版(案)", "形式": "Excel", "金融機関": "七十七銀行 石巻支店"}


def test_anything_else_is_the_pdf(case: Case, lender: Lender, consultant: Member) -> None:
    answer = sign_in(consultant).get(file_of(case, lender), {"format": "exe"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert AuditEvent.objects.get(verb=Verb.DOWNLOADED).changes["金融機関説明資料: 形式"] == [None, "PDF"]


def test_what_is_not_of_the_case_is_not_there(
    case: Case, lender: Lender, consultant: Member, viewer: Member, outsider: Member
) -> None:
    other = make_lender(make_case(consultant).enterprise, bank_name="仙台銀行")
    browser = sign_in(consultant)
    assert browser.get(file_of(case, other)).status_code == 404
    assert browser.get(file_of(case, lender, 2)).status_code == 404
    assert sign_in(outsider).get(file_of(case, lender)).status_code == 404
    assert sign_in(viewer).get(file_of(case, lender)).status_code == 403
    assert browser.post(file_of(case, lender)).status_code == 405
    assert not AuditEvent.objects.filter(verb=Verb.DOWNLOADED).exists()
