"""Figures from a file to the database and back: what is stored, what is remembered, what an undo restores."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from cases.models import AccountName, Enterprise, MonthlyFigure, YearlyFigure
from tests.builders import make_enterprise
from tests.imports.figures import stories
from tests.imports.figures.books import MONTHS, month, sheet
from tests.imports.figures.layouts import (
    File,
    etax,
    freee_balance,
    jobcan_balance,
    mf_months,
    yayoi_balance,
    yayoi_months,
)
from tests.imports.figures.readers import ODD
from tests.imports.stories import tables
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.imports.enums import BatchState
from vapup.imports.figures.undo import FiguresTaken
from vapup.imports.services.batches import ImportRefused
from vapup.imports.services.undo import UndoRefused


@pytest.fixture
def enterprise(consultant: Member) -> Enterprise:
    return make_enterprise(consultant.agency)


def nonzero(yen: dict[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in yen.items() if amount}


def test_month_columns_become_months_and_the_closed_year(consultant: Member, enterprise: Enterprise) -> None:
    batch = stories.taken(consultant, enterprise, yayoi_months())
    assert batch.state == BatchState.COMMITTED
    for place, name in enumerate(MONTHS):
        assert stories.stored_month(enterprise, name) == nonzero(dict(month(place).amounts))
    year = stories.stored_year(enterprise)
    assert year["sales"] == sum(30_000_001 + 100_003 * place for place in range(12))  # 366,600,210
    assert year["cash"] == month(11).amounts["cash"]
    assert batch.created_count == MonthlyFigure.objects.count() + YearlyFigure.objects.count() + 1
    event = AuditEvent.objects.get(object_type="enterprise", verb=Verb.IMPORTED)
    assert event.changes["対象"] == [None, "2025-04〜2026-03〜2026-03-31決算"]


def test_an_unknown_name_keeps_the_file_out_until_somebody_decides(consultant: Member, enterprise: Enterprise) -> None:
    batch = stories.uploaded(consultant, enterprise, yayoi_months())
    assert batch.error_count == 1
    assert "「㈱髙橋商店手数料①」に当てる科目が選ばれていません" in stories.said(batch)
    with pytest.raises(ImportRefused, match="取り込めない行が1行あります"):
        stories.committed(consultant, batch)
    assert not MonthlyFigure.objects.exists()
    batch = stories.decided(consultant, batch)
    assert batch.error_count == 0
    assert stories.committed(consultant, batch).state == BatchState.COMMITTED


def test_what_was_decided_is_remembered_for_the_next_file(consultant: Member, enterprise: Enterprise) -> None:
    stories.taken(consultant, enterprise, yayoi_months())
    kept = AccountName.objects.get()
    assert (kept.name, kept.account, kept.is_negated) == (ODD, "other_expenses", False)
    assert stories.uploaded(consultant, enterprise, mf_months()).error_count == 0
    other = make_enterprise(consultant.agency, name="株式会社別の会社")
    assert stories.uploaded(consultant, other, mf_months()).error_count == 1


def test_a_line_left_out_is_not_taken_and_its_total_differs(consultant: Member, enterprise: Enterprise) -> None:
    batch = stories.decided(consultant, stories.uploaded(consultant, enterprise, yayoi_balance()), {ODD: ("", False)})
    # In June the line has 20,037 + 2 × 43 = 20,123 yen.
    assert "販売費一般管理費合計: 取り込む行から計算した金額と違います。この期間は△20,123円の差" in stories.said(batch)
    stories.committed(consultant, batch)
    assert stories.stored_month(enterprise, "2025-06")["other_expenses"] == 60_031 + 2 * 41


def test_a_negated_line_lowers_its_account(consultant: Member, enterprise: Enterprise) -> None:
    names = {ODD: ("other_expenses", True)}
    stories.committed(
        consultant, stories.decided(consultant, stories.uploaded(consultant, enterprise, yayoi_balance()), names)
    )
    assert stories.stored_month(enterprise, "2025-06")["other_expenses"] == 60_031 + 2 * 41 - 20_123


def test_an_undo_restores_every_table(consultant: Member, enterprise: Enterprise) -> None:
    stories.taken(consultant, enterprise, freee_balance())
    stories.taken(consultant, enterprise, yayoi_balance(2))
    before = tables()
    again = stories.taken(consultant, enterprise, _with_other_sales(), names={})
    assert stories.stored_month(enterprise, "2025-06")["sales"] == 1_000
    assert "登録済みの" in stories.said(again)
    stories.undone(consultant, again)
    after = tables()
    assert {name for name in after if after[name] != before[name]} == set()
    assert stories.undone(consultant, again).state == BatchState.UNDONE


def _with_other_sales() -> File:
    rows = [
        ("残高試算表 2025年6月",),
        ("勘定科目", "前月残高", "当月残高"),
        ("売上高", "0", "1000"),
        ("売上総利益", "0", "1000"),
    ]
    return File("other.csv", sheet(rows), "other")


def test_a_file_replaces_what_its_statement_had_in_the_month(consultant: Member, enterprise: Enterprise) -> None:
    stories.taken(consultant, enterprise, yayoi_balance(2))
    stories.committed(consultant, stories.uploaded(consultant, enterprise, _with_other_sales()))
    found = stories.stored_month(enterprise, "2025-06")
    assert found["sales"] == 1_000
    assert "rent" not in found
    assert found["cash"] == month(2).amounts["cash"]  # the balance sheet is not in the file


def test_the_same_file_again_changes_nothing(consultant: Member, enterprise: Enterprise) -> None:
    stories.taken(consultant, enterprise, yayoi_balance(2))
    rows = list(MonthlyFigure.objects.order_by("pk").values_list("pk", "yen"))
    again = stories.committed(consultant, stories.uploaded(consultant, enterprise, yayoi_balance(2)))
    assert again.created_count == 0
    assert list(MonthlyFigure.objects.order_by("pk").values_list("pk", "yen")) == rows


def test_imports_are_taken_back_from_the_last_one(consultant: Member, enterprise: Enterprise) -> None:
    first = stories.taken(consultant, enterprise, yayoi_balance(2))
    second = stories.committed(consultant, stories.uploaded(consultant, enterprise, _with_other_sales()))
    with pytest.raises(UndoRefused, match="取り消せません"):
        stories.undone(consultant, first)
    stories.undone(consultant, second)
    stories.undone(consultant, first)
    assert not MonthlyFigure.objects.exists()


def test_a_figure_stored_since_keeps_the_old_one_from_coming_back(consultant: Member, enterprise: Enterprise) -> None:
    stories.taken(consultant, enterprise, yayoi_balance(2))
    second = stories.committed(consultant, stories.uploaded(consultant, enterprise, _with_other_sales()))
    own = {"agency_id": enterprise.agency_id, "enterprise": enterprise}
    rent = MonthlyFigure.objects.create(**own, month="2025-06-01", account="rent", yen=5)
    with pytest.raises(FiguresTaken, match="後の取込を先に取り消してください"):
        stories.undone(consultant, second)
    assert MonthlyFigure.objects.get(pk=rent.pk).yen == 5
    assert stories.stored_month(enterprise, "2025-06")["sales"] == 1_000


@pytest.mark.parametrize("which", ["BS", "PL"])
def test_statements_of_the_tax_office_become_the_closed_year(
    consultant: Member, enterprise: Enterprise, which: str
) -> None:
    batch = stories.taken(consultant, enterprise, etax(which))
    assert not MonthlyFigure.objects.exists()
    assert {str(row.ends_on) for row in YearlyFigure.objects.all()} == {"2026-03-31"}
    assert "科目名で対応させます" in stories.said(batch)


def test_an_accumulated_amount_is_lowered_by_the_months_before(consultant: Member, enterprise: Enterprise) -> None:
    for place in (0, 1):
        stories.taken(consultant, enterprise, jobcan_balance(place))
    rows = [("損益計算書(累計) 2025年6月",), ("勘定科目", "累計"), ("売上高", 90_700_000), ("地代家賃", 1_050_000)]
    batch = stories.taken(consultant, enterprise, File("累計.csv", sheet(rows), "other"))
    found = stories.stored_month(enterprise, "2025-06")
    # April 30,000,001 and May 30,100,004 are stored.
    assert found["sales"] == 90_700_000 - 30_000_001 - 30_100_004
    assert found["rent"] == 1_050_000 - 2 * 350_000
    assert found["officer_pay"] == -2 * 900_000  # the file has none any more
    assert "登録済みの 2025-04 から 2025-05 まで" in stories.said(batch)


def test_an_accumulated_amount_without_the_months_before_says_which(consultant: Member, enterprise: Enterprise) -> None:
    rows = [("損益計算書(累計) 2025年6月",), ("勘定科目", "累計"), ("売上高", 90_700_000)]
    batch = stories.uploaded(consultant, enterprise, File("累計.csv", sheet(rows), "other"))
    assert batch.error_count == 1
    assert "2025-04、2025-05 の月次が登録されていない" in stories.said(batch)


def test_a_large_file_asks_the_database_no_more_than_a_small_one(
    consultant: Member, enterprise: Enterprise, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = stories.decided(consultant, stories.uploaded(consultant, enterprise, yayoi_months()))
    with django_assert_max_num_queries(45):
        stories.committed(consultant, batch)
