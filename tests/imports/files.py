"""Files for the tests of the move-in: sound ones of any size, and single cells that are then spoilt."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from vapup.imports.columns import SheetForm
from vapup.imports.move_in import forms
from vapup.imports.sheets import letters

Row = dict[str, Any]
Rows = dict[str, list[Row]]
TODAY = date(2026, 6, 1)
NOW = datetime.fromisoformat("2026-06-01T10:00:00+09:00")


def sound_rows(count: int, *, consultant: str) -> Rows:
    """Return `count` enterprises with a case each, three of four accepted and one of these paid for its plan.

    A paid case cost 1,500,000 yen of planning and 600,000 of monitoring: of the plan's subsidy of 1,000,000 the
    council has paid the first half.
    """
    rows: Rows = {form.name: [] for form in forms.FORMS}
    for n in range(count):
        rows["事業者"].append(_enterprise(n))
        rows["金融機関"].append(_lender(n))
        rows["案件"].append(_case(n, consultant))
        rows["費用"] += _costs(n)
        rows["伴走支援の回"].append(_period(n))
        if n % 5 == 0:
            rows["過去の利用"].append(_past_use(n))
        if n % 4 == 3:
            rows["支払申請"].append(plan_claim(f"A{n:04d}"))
    return rows


def _enterprise(n: int) -> Row:
    return {
        "code": f"K{n:04d}",
        "name": f"株式会社青空製作所{n}",
        "name_kana": f"アオゾラセイサクジョ{n}",
        "representative": "青空 一郎",
        "address": "宮城県仙台市青葉区一番町1-1-1",
        "industry": "製造・建設・運輸・その他",
        "business": "金属部品の製造",
        "capital_yen": 10_000_000,
        "employee_count": 24,
        "fiscal_year_end_month": 3,
        "annual_sales_yen": 320_000_000,
        "interest_bearing_debt_yen": "250,000,000",
    }


def _lender(n: int) -> Row:
    return {
        "enterprise": f"K{n:04d}",
        "bank_name": "七十七銀行",
        "branch_name": "本店",
        "role": "主要(メイン)",
        "balance_yen": 180_000_000,
        "guaranteed_yen": 60_000_000,
    }


def _case(n: int, consultant: str) -> Row:
    row: Row = {
        "code": f"A{n:04d}",
        "enterprise": f"K{n:04d}",
        "frame": "405事業 通常枠",
        "stage": "利用申請準備",
        "council": "宮城県",
        "consultant": consultant,
        "consulted_on": "R7.4.1",
        "planned_accepted_on": date(2025, 5, 12),
    }
    if n % 4:
        accepted = {"usage_applied_on": "2025/5/7", "usage_accepted_on": date(2025, 5, 12)}
        row |= {"stage": "計画策定中", **accepted, "usage_decided_on": "令和7年5月26日"}
    if n % 4 == 3:
        row |= {"stage": "伴走支援中", "agreed_on": date(2025, 9, 1)}
    return row


def _costs(n: int) -> list[Row]:
    plan = {"case": f"A{n:04d}", "category": "計画策定支援費用", "work": "計画の策定", "gross_yen": 1_500_000}
    follow_up = {"category": "伴走支援費用", "period": 1, "work": "第1回の報告", "gross_yen": 600_000}
    return [plan, {"case": f"A{n:04d}", **follow_up}]


def _period(n: int) -> Row:
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 9, 30)}
    return {"case": f"A{n:04d}", "number": 1, "kind": "伴走支援(405事業)", **days}


def _past_use(n: int) -> Row:
    paid = {"category": "計画策定支援費用", "paid_yen": 100_000, "accepted_on": date(2022, 6, 1)}
    return {"enterprise": f"K{n:04d}", "frame": "405事業 通常枠", **paid}


def plan_claim(case: str, **changed: Any) -> Row:
    """Return the plan claim of a case, paid: half of two thirds of 1,500,000 yen."""
    days = {"submitted_on": date(2025, 10, 1), "decided_on": date(2025, 11, 4), "paid_on": date(2025, 11, 20)}
    paid = {"cost_planning": 1_500_000, "decided_yen": 500_000, "paid_yen": 500_000}
    return {"case": case, "kind": "支払申請(計画策定)", **days, **paid, **changed}


def workbook_of(rows: Mapping[str, Sequence[Row]], *, hidden: Sequence[str] = (), merged: Sequence[str] = ()) -> bytes:
    """Return a workbook of these rows, the first in row 2; a text that begins with = is a formula.

    Args:
        hidden: names of sheets; merged: cells such as 事業者!B3, each merged with the one below.
    """
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for form in forms.FORMS:
            if form.name not in rows:
                continue
            sheet = book.add_worksheet(form.name)
            if form.name in hidden:
                sheet.hide()
            _fill(sheet, form, rows[form.name], days)
            for cell in (one for one in merged if one.startswith(f"{form.name}!")):
                address = cell.partition("!")[2]
                sheet.merge_range(f"{address}:{address[0]}{int(address[1:]) + 1}", "結合")
    return file.getvalue()


def _fill(sheet: Worksheet, form: SheetForm, rows: Sequence[Row], days: Any) -> None:
    for place, column in enumerate(form.columns):
        sheet.write_string(0, place, column.label)
    for number, row in enumerate(rows, 1):
        for name, value in row.items():
            place = place_of(form, name)
            if isinstance(value, date):
                sheet.write_datetime(number, place, datetime(value.year, value.month, value.day), days)  # noqa: DTZ001
            else:
                sheet.write(number, place, value)


def place_of(form: SheetForm, name: str) -> int:
    """Return the place of a column, from 0."""
    return [column.name for column in form.columns].index(name)


def cell_of(form: SheetForm, number: int, name: str) -> str:
    """Return the address of a cell by the number of its row among the rows, from 0."""
    return f"{form.name}!{letters(place_of(form, name))}{number + 2}"
