"""Amounts that run on from the first month of the fiscal year: what is taken off, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from cases.models import Enterprise, MonthlyFigure
from tests.builders import make_enterprise
from tests.imports.figures import stories
from tests.imports.figures.books import sheet
from tests.imports.figures.layouts import File, etax
from tests.imports.figures.readers import TODAY, checked_of
from vapup.accounts.models import Member
from vapup.imports.figures.layout import CUMULATED, Options
from vapup.imports.models import ImportBatch

MILLION = 1_000_000
CALENDAR = [f"2025-{month:02d}" for month in range(1, 13)]
# The year ends in March; each month has 10 million, so December to March run to 100, 110, 120 and April begins anew.
RUNNING = [100, 110, 120, *range(10, 100, 10)]


def columns(months: Sequence[str], *rows: tuple[str, Sequence[int]]) -> File:
    lines = [(name, *(yen * MILLION for yen in amounts)) for name, amounts in rows]
    return File("推移.csv", sheet([("推移表(累計)",), ("勘定科目", *months), *lines], code="utf-8"), "other")


def trial_balance(month: str, *rows: tuple[str, int]) -> File:
    head = f"損益計算書(累計) {month[:4]}年{int(month[5:])}月"
    return File("累計.csv", sheet([(head,), ("勘定科目", "累計"), *rows]), "other")


def store(enterprise: Enterprise, account: str, months: Sequence[str], yen: int) -> None:
    own = {"agency_id": enterprise.agency_id, "enterprise": enterprise, "account": account, "yen": yen}
    MonthlyFigure.objects.bulk_create(MonthlyFigure(**own, month=date.fromisoformat(f"{one}-01")) for one in months)


def cumulated(actor: Member, enterprise: Enterprise, file: File) -> ImportBatch:
    return stories.committed(actor, stories.uploaded(actor, enterprise, file, basis=CUMULATED))


@pytest.fixture
def enterprise(consultant: Member) -> Enterprise:
    return make_enterprise(consultant.agency)


def test_running_columns_begin_anew_with_the_fiscal_year() -> None:
    options = Options(basis=CUMULATED, end_month=3, today=TODAY)
    found = checked_of(columns(CALENDAR, ("売上高", RUNNING), ("売上総利益", RUNNING)), options)
    # January is what has run since April 2025; the months after it are 10 million each, also April itself.
    assert list(found.sums["sales"]) == [100 * MILLION, *[10 * MILLION] * 11]
    assert found.differing == []


@pytest.mark.parametrize(("end_month", "april"), [(3, 10), (12, 10 - 120)])
def test_the_year_begins_after_its_last_month(end_month: int, april: int) -> None:
    options = Options(basis=CUMULATED, end_month=end_month, today=TODAY)
    found = checked_of(columns(CALENDAR, ("売上高", RUNNING)), options)
    assert found.sums["sales"][3] == april * MILLION


def test_running_columns_end_where_nothing_was_booked_yet() -> None:
    months = ["2025-04", "2025-05", "2025-06"]
    options = Options(basis=CUMULATED, end_month=3, today=TODAY)
    assert checked_of(columns(months, ("売上高", [10, 20, 0]), ("地代家賃", [1, 2, 0])), options).count == 2


@pytest.mark.parametrize(("yen", "empty"), [([10, 0, 30, 0], "2025-05"), ([10, 0, 0, 40], "2025-05、2025-06")])
def test_running_columns_with_an_empty_one_between_are_not_taken(
    consultant: Member, enterprise: Enterprise, yen: list[int], empty: str
) -> None:
    # May would be 0 - 10 million, and June 30 - 0.
    months = ["2025-04", "2025-05", "2025-06", "2025-07"]
    running = columns(months, ("売上高", yen), ("地代家賃", [one // 10 for one in yen]))
    batch = stories.uploaded(consultant, enterprise, running, basis=CUMULATED)
    assert batch.error_count == 1
    assert f"損益が期首からの累計ですが、{empty} の列が空のため" in stories.said(batch)


def test_running_columns_may_be_empty_until_the_first_booking_of_a_year(
    consultant: Member, enterprise: Enterprise
) -> None:
    months = ["2025-02", "2025-03", "2025-04", "2025-05"]
    store(enterprise, "sales", [*(f"2024-{month:02d}" for month in range(4, 13)), "2025-01"], MILLION)
    cumulated(consultant, enterprise, columns(months, ("売上高", [11, 12, 0, 3])))
    found = [stories.stored_month(enterprise, month).get("sales", 0) for month in months]
    assert found == [MILLION, MILLION, 0, 3 * MILLION]


def test_a_first_column_amid_the_year_is_lowered_by_the_months_before(
    consultant: Member, enterprise: Enterprise
) -> None:
    store(enterprise, "sales", ["2025-04", "2025-05"], 9 * MILLION)
    batch = cumulated(consultant, enterprise, columns(["2025-06", "2025-07"], ("売上高", [30, 45])))
    assert stories.stored_month(enterprise, "2025-06") == {"sales": 30 * MILLION - 2 * 9 * MILLION}
    assert stories.stored_month(enterprise, "2025-07") == {"sales": 15 * MILLION}
    assert "登録済みの 2025-04 から 2025-05 まで" in stories.said(batch)


def test_a_first_column_amid_the_year_without_the_months_before_says_which(
    consultant: Member, enterprise: Enterprise
) -> None:
    batch = stories.uploaded(consultant, enterprise, columns(CALENDAR, ("売上高", RUNNING)), basis=CUMULATED)
    assert batch.error_count == 1
    assert "損益が 2024-04 からの累計ですが、2024-04、2024-05" in stories.said(batch)
    store(enterprise, "sales", [*(f"2024-{month:02d}" for month in range(4, 13))], 10 * MILLION)
    cumulated(consultant, enterprise, columns(CALENDAR, ("売上高", RUNNING)))
    found = [stories.stored_month(enterprise, month)["sales"] for month in CALENDAR]
    assert found == [10 * MILLION] * 12  # January: 100 - 9 × 10


YEAR = [f"2025-{month:02d}" for month in range(4, 13)] + [f"2026-{month:02d}" for month in (1, 2, 3)]
ELEVEN, MARCH = YEAR[:11], YEAR[11]


def test_the_last_month_of_the_year_becomes_a_month_beside_the_closed_year(
    consultant: Member, enterprise: Enterprise
) -> None:
    store(enterprise, "sales", ELEVEN, 10 * MILLION)
    batch = stories.uploaded(consultant, enterprise, trial_balance(MARCH, ("売上高", 125 * MILLION)))
    stories.committed(consultant, batch)
    assert stories.stored_year(enterprise) == {"sales": 125 * MILLION}
    assert stories.stored_month(enterprise, MARCH) == {"sales": 125 * MILLION - 11 * 10 * MILLION}
    assert "登録済みの 2025-04 から 2026-02 まで" in stories.said(batch)
    stories.undone(consultant, ImportBatch.objects.get())
    assert stories.stored_month(enterprise, MARCH) == stories.stored_year(enterprise) == {}


def test_a_corrected_closing_corrects_the_last_month(consultant: Member, enterprise: Enterprise) -> None:
    store(enterprise, "sales", ELEVEN, 10 * MILLION)
    for yen in (125, 121):
        file = trial_balance(MARCH, ("売上高", yen * MILLION))
        stories.committed(consultant, stories.uploaded(consultant, enterprise, file))
    assert stories.stored_month(enterprise, MARCH) == {"sales": 11 * MILLION}


def test_a_closing_with_fewer_accounts_leaves_a_stored_last_month(consultant: Member, enterprise: Enterprise) -> None:
    store(enterprise, "sales", YEAR, 10 * MILLION)
    store(enterprise, "rent", YEAR, MILLION)
    batch = stories.uploaded(consultant, enterprise, trial_balance(MARCH, ("売上高", 125 * MILLION)))
    stories.committed(consultant, batch)
    assert stories.stored_year(enterprise) == {"sales": 125 * MILLION}
    assert stories.stored_month(enterprise, MARCH) == {"sales": 10 * MILLION, "rent": MILLION}
    assert "2026-03 の月次は変えません。月次にある「地代家賃・賃借料」がこのファイルにないためです" in stories.said(
        batch
    )


def test_a_closing_that_adds_accounts_up_never_becomes_a_last_month(consultant: Member, enterprise: Enterprise) -> None:
    store(enterprise, "sales", ELEVEN, 10 * MILLION)
    store(enterprise, "rent", ELEVEN, MILLION)
    file = trial_balance(MARCH, ("売上高", 125 * MILLION), ("雑費", 12 * MILLION))
    batch = stories.committed(consultant, stories.uploaded(consultant, enterprise, file))
    # The rent is in the 雑費: March would get 12 million of those, and 0 - 11 × 1 million of rent.
    assert stories.stored_month(enterprise, MARCH) == {}
    assert stories.stored_year(enterprise) == {"sales": 125 * MILLION, "other_expenses": 12 * MILLION}
    assert "2026-03 の月次にはしません。月次にある「地代家賃・賃借料」がこのファイルにないためです" in stories.said(
        batch
    )


def test_what_the_months_took_back_may_be_missing_in_the_closing(consultant: Member, enterprise: Enterprise) -> None:
    store(enterprise, "sales", ELEVEN, 10 * MILLION)
    store(enterprise, "rent", ELEVEN[:1], MILLION)
    store(enterprise, "rent", ELEVEN[1:2], -MILLION)
    store(enterprise, "cash", ELEVEN, MILLION)
    file = trial_balance(MARCH, ("売上高", 125 * MILLION))
    stories.committed(consultant, stories.uploaded(consultant, enterprise, file))
    # 1 - 1 million of rent is nothing to take off, and what is owned does not run on.
    assert stories.stored_month(enterprise, MARCH) == {"sales": 15 * MILLION}


@pytest.mark.parametrize("stored", [ELEVEN[:3], []])
def test_a_closing_without_the_months_before_is_the_closed_year_alone(
    consultant: Member, enterprise: Enterprise, stored: list[str]
) -> None:
    store(enterprise, "sales", stored, 10 * MILLION)
    batch = stories.uploaded(consultant, enterprise, trial_balance(MARCH, ("売上高", 125 * MILLION)))
    stories.committed(consultant, batch)
    assert stories.stored_year(enterprise) == {"sales": 125 * MILLION}
    assert stories.stored_month(enterprise, MARCH) == {}
    missing = "2026-03 の月次にはしません。2025-07、2025-08、2025-09 ほか5か月の月次が登録されていないためです"
    assert (missing in stories.said(batch)) is bool(stored)


def test_statements_of_the_tax_office_never_become_a_month(consultant: Member, enterprise: Enterprise) -> None:
    store(enterprise, "sales", ELEVEN, 10 * MILLION)
    stories.taken(consultant, enterprise, etax("PL"))
    assert stories.stored_month(enterprise, MARCH) == {}


def test_the_balance_sheet_of_the_closing_is_that_of_the_last_month(consultant: Member, enterprise: Enterprise) -> None:
    store(enterprise, "cash", ELEVEN, 10 * MILLION)
    rows = [("貸借対照表 2025年4月1日から2026年3月31日まで",), ("勘定科目", "残高"), ("現金", 7 * MILLION)]
    stories.committed(consultant, stories.uploaded(consultant, enterprise, File("期末.csv", sheet(rows), "other")))
    assert stories.stored_year(enterprise) == stories.stored_month(enterprise, MARCH) == {"cash": 7 * MILLION}


def test_an_account_that_the_file_lacks_is_told_with_its_yen(consultant: Member, enterprise: Enterprise) -> None:
    store(enterprise, "sales", ["2025-04", "2025-05"], 9 * MILLION)
    store(enterprise, "rent", ["2025-04", "2025-05"], 350_000)
    lacking = (
        "「地代家賃・賃借料」がこのファイルにありません。登録済みの 2025-04 から 2025-05 までの 700,000円 を引くため、"
        "2025-06 は △700,000円 になります。"
    )
    file = trial_balance("2025-06", ("売上高", 30 * MILLION))
    batch = stories.uploaded(consultant, enterprise, file)
    assert lacking in stories.said(batch)
    assert batch.warning_count == 1
    complete = trial_balance("2025-06", ("売上高", 30 * MILLION), ("地代家賃", 700_000))
    assert "このファイルにありません" not in stories.said(stories.uploaded(consultant, enterprise, complete))
    running = columns(["2025-06", "2025-07"], ("売上高", [30, 45]))
    assert lacking in stories.said(stories.uploaded(consultant, enterprise, running, basis=CUMULATED))
