"""What a case said on a day: from the history of the database, beside what it says now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.enums import CaseStage
from cases.models import Case, CoAgency, Lender, LenderStance
from cases.selectors.as_of import AsOf, Section, StoodRow, stood_at
from subsidies.models import CostLine
from tests.builders import make_case, make_cost_line, make_lender, make_note
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.models import Member
from vapup.accounts.tenancy import tenant_scope

FIRST, SECOND, THIRD = date(2026, 5, 1), date(2026, 5, 10), date(2026, 5, 20)
TABLES = (
    "cases.Case",
    "cases.Enterprise",
    "cases.Lender",
    "cases.LenderStance",
    "cases.CoAgency",
    "subsidies.CostLine",
)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.JAPAN)


def happened(at: datetime) -> None:
    """Date everything back to `at` that the history has kept since the last call."""
    for name in TABLES:
        history = apps.get_model(f"{name}Event")
        with pgtrigger.ignore(f"{name}Event:append_only"):
            fresh = history._default_manager.filter(pgh_created_at__gte=clock.now() - timedelta(hours=1))
            fresh.update(pgh_created_at=at)


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case with a lender and a cost line, all stored on 2026-05-01 at ten in the morning."""
    case = make_case(consultant)
    make_lender(case.enterprise)
    make_cost_line(case, gross_yen=1_100_000)
    happened(midnight(FIRST) + timedelta(hours=10))
    return case


def section(stood: AsOf, title: str) -> Section:
    return next(one for one in stood.sections if one.title == title)


def changed(row: StoodRow) -> Sequence[tuple[str, str, str]]:
    return [(value.label, value.then, value.now) for value in row.values if value.differs]


def save(row: models.Model, at: datetime, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    happened(at)


def test_nothing_differs_while_nothing_has_changed(case: Case) -> None:
    stood = stood_at(case, FIRST)
    assert [one.title for one in stood.sections] == ["案件", "事業者", "金融機関", "費用明細"]
    assert stood.differing == 0


def test_before_its_first_day_there_was_no_case(case: Case) -> None:
    assert stood_at(case, FIRST - timedelta(days=1)).sections == ()


def test_each_field_shows_what_it_said_and_what_it_says_now(case: Case, manager: Member) -> None:
    save(case, midnight(SECOND), stage=CaseStage.CONSULTATION, consultant=manager, seeks_guarantee_release=True)
    save(case.enterprise, midnight(SECOND), annual_sales_yen=99_000_000, representative="山田 花子")
    stood = stood_at(case, FIRST)
    (own,) = section(stood, "案件").rows
    assert changed(own) == [
        ("段階", "利用申請準備", "相談"),
        ("担当者", "佐藤 花子", str(manager)),
        ("経営者保証の解除を目指す", "いいえ", "はい"),
    ]
    (enterprise,) = section(stood, "事業者").rows
    assert changed(enterprise) == [
        ("代表者氏名", "山田 太郎", "山田 花子"),
        ("年間売上高", "320,000,000円", "99,000,000円"),
    ]
    assert stood.differing == 3 + 2
    assert stood_at(case, SECOND).differing == 0


def test_a_day_ends_at_midnight_in_japan(case: Case) -> None:
    last_second = midnight(SECOND + timedelta(days=1)) - timedelta(seconds=1)
    save(case, last_second, difficulty="晩に書いた")  # 14:59:59 in London on the same day
    save(case, last_second + timedelta(seconds=1), difficulty="翌日に書いた")
    (own,) = section(stood_at(case, SECOND), "案件").rows
    assert changed(own) == [("財務上の問題と相談の経緯", "晩に書いた", "翌日に書いた")]
    (before,) = section(stood_at(case, SECOND - timedelta(days=1)), "案件").rows
    assert changed(before) == [("財務上の問題と相談の経緯", "—", "翌日に書いた")]


def test_rows_that_came_and_went_since_count_as_one_each(case: Case) -> None:
    CostLine.objects.filter(case=case).delete()
    CoAgency.objects.create(agency=case.agency, case=case, name="駅前会計")
    happened(midnight(THIRD))
    stood = stood_at(case, SECOND)
    (gone,) = section(stood, "費用明細").rows
    (came,) = section(stood, "その他認定支援機関").rows
    assert (gone.name, gone.state, gone.differing) == ("計画策定支援費用 財務DD・計画策定", "この日の後に削除", 1)
    assert ("合計(税込)", "1,100,000円") in [(value.label, value.then) for value in gone.values]
    assert (came.name, came.state, came.values, came.differing) == ("駅前会計", "この日の後に追加", (), 1)
    assert stood.differing == 2
    assert stood_at(case, THIRD).differing == 0
    assert [one.title for one in stood_at(case, THIRD).sections] == ["案件", "事業者", "金融機関", "その他認定支援機関"]


def test_what_came_and_went_before_the_day_is_not_there(case: Case) -> None:
    line = make_cost_line(case, work="取りやめた業務")
    happened(midnight(SECOND))
    line.delete()
    happened(midnight(SECOND) + timedelta(hours=1))
    rows = section(stood_at(case, SECOND), "費用明細").rows
    assert [row.name for row in rows] == ["計画策定支援費用 財務DD・計画策定"]


def test_a_lenders_answer_bears_its_name(case: Case) -> None:
    stance = LenderStance(agency=case.agency, case=case, lender=Lender.objects.get(), contact="高橋")
    save(stance, midnight(SECOND))
    save(stance, midnight(THIRD), contact="鈴木")
    (row,) = section(stood_at(case, SECOND), "金融機関の状況").rows
    assert row.name == "七十七銀行 石巻支店"
    assert changed(row) == [("金融機関の担当者", "高橋", "鈴木")]


def test_notes_and_technical_columns_are_left_out(case: Case, consultant: Member) -> None:
    make_note(case, consultant)
    stood = stood_at(case, clock.today())
    labels = {value.label for one in stood.sections for row in one.rows for value in row.values}
    assert "メモ" not in {one.title for one in stood.sections}
    assert not [label for label in labels if label.isascii()]
    assert {"登録日時", "更新日時"} & labels == set()


def url(case: Case) -> str:
    return reverse("cases:as_of", args=[case.number])


def test_the_page_marks_what_differs(case: Case, consultant: Member) -> None:
    save(case.enterprise, midnight(THIRD), representative="山田 <花子>")
    page = sign_in(consultant).get(url(case), {"day": "R8.5.10"}).content.decode()
    assert "2026-05-10 の時点の内容" in page
    assert "この時点の内容です(現在と異なる項目1件)" in page
    assert "<strong>山田 太郎</strong>" in page
    assert "山田 &lt;花子&gt;" in page
    page = sign_in(consultant).get(url(case), {"day": "2026-05-20"}).content.decode()
    assert "現在と異なる項目はありません。" in page


def test_the_page_says_when_there_was_no_case(case: Case, consultant: Member) -> None:
    page = sign_in(consultant).get(url(case), {"day": "2026-04-30"})
    assert page.status_code == 200
    assert "この日には、案件はまだ登録されていませんでした。" in page.content.decode()
    assert "日付を選ぶと" in sign_in(consultant).get(url(case)).content.decode()


@pytest.mark.parametrize("day", ["", "2026-02-30", "明日", "2099-01-01", "1999-12-31", "x" * 100])
def test_an_unreadable_day_is_refused_and_stays(case: Case, consultant: Member, day: str) -> None:
    answer = sign_in(consultant).get(url(case), {"day": day})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors["day"]
    assert f'value="{day}"' in page or not day
    assert "時点の内容です(" not in page


def test_ten_times_the_history_is_as_many_questions(case: Case, consultant: Member) -> None:
    client, counts = sign_in(consultant), []
    for number in (3, 30):
        for place in range(number):
            make_cost_line(case, work=f"業務{place}")
            lender = make_lender(case.enterprise, role="other", balance_yen=place)  # type: ignore[arg-type]
            LenderStance.objects.create(agency=case.agency, case=case, lender=lender)
            save(case, clock.now(), difficulty=f"{number}-{place}")
        client.get(url(case), {"day": str(clock.today())})
        with CaptureQueriesContext(connection) as asked:
            client.get(url(case), {"day": str(clock.today())})
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 34  # a question for each of its tables


def test_behind_the_wall_of_the_database_another_agency_sees_nothing(case: Case, outsider: Member) -> None:
    with tenant_scope(case.agency_id):
        assert stood_at(case, FIRST).sections
    with tenant_scope(outsider.agency_id):
        assert stood_at(case, FIRST).sections == ()
    assert sign_in(outsider).get(url(case), {"day": "2026-05-10"}).status_code == 404
