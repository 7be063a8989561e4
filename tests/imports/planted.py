"""Forty faults, each planted in a row of its own, with the cell that must be named and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from tests.imports.files import Row, Rows, cell_of, plan_claim
from vapup.imports.move_in import forms
from vapup.imports.move_in.forms import CASES, CLAIM_SHEET, COSTS, ENTERPRISES, EXTENSIONS, LENDERS, PAST_USES, PERIODS

# Its check digit would be 2.
WRONG_NUMBER = "1021001052596"
NUMBER = "2021001052596"


class Planted(NamedTuple):
    """A fault: its cell, and words of the sentence."""

    address: str
    words: str


Spoil = tuple[Any, str, Any, str]
# Each spoils one column in the row of an enterprise of its own: sheet, column, value, words.
SPOILT: tuple[Spoil, ...] = (
    (ENTERPRISES, "corporate_number", WRONG_NUMBER, "検査用数字が合いません"),
    (ENTERPRISES, "corporate_number", "12345", "13桁の数字"),
    (ENTERPRISES, "industry", "宇宙業", "「宇宙業」は一覧にありません"),
    (ENTERPRISES, "name", None, "「事業者名」が空です"),
    (ENTERPRISES, "annual_sales_yen", "約3億円", "金額として読めません"),
    (ENTERPRISES, "annual_sales_yen", -5, "マイナスです"),
    (ENTERPRISES, "interest_bearing_debt_yen", 1234.5, "小数があります"),
    (ENTERPRISES, "capital_yen", "=1000*1000", "数式が入っています"),
    (ENTERPRISES, "fiscal_year_end_month", 13, "12までの整数"),
    (ENTERPRISES, "employee_count", "二十人", "整数として読めません"),
    (ENTERPRISES, "founded_on", "昭和70年1月1日", "昭和の期間にありません"),
    (LENDERS, "role", "頭取", "一覧にありません"),
    (LENDERS, "guaranteed_yen", 999_000_000, "「借入残高」 180,000,000円 を超えています"),
    (LENDERS, "enterprise", "K9999", "「K9999」の行が「事業者」シートにありません"),
    (LENDERS, "balance_yen", "1億8千万", "金額として読めません"),
    (CASES, "frame", "406事業", "「406事業」は一覧にありません"),
    (CASES, "council", "江戸", "「江戸」がありません"),
    (CASES, "consultant", "だれか", "利用者ではありません"),
    (CASES, "enterprise", "K8888", "「K8888」の行が「事業者」シートにありません"),
    (CASES, "consulted_on", "2025/2/30", "という日はありません"),
    (CASES, "consulted_on", "いつか", "日付として読めません"),
    (CASES, "stage", "利用申請 差戻し", "一覧にありません"),
    (CASES, "planned_accepted_on", date(2025, 3, 1), "「初回相談日」 2025-04-01 より前です"),
    (CASES, "seeks_guarantee_release", "多分", "「はい」か「いいえ」"),
    (COSTS, "category", "交通費", "「交通費」は一覧にありません"),
    (COSTS, "gross_yen", "1,500,000.5", "小数点があります"),
    (COSTS, "case", "A7777", "「A7777」の行が「案件」シートにありません"),
    (PERIODS, "ends_on", date(2026, 3, 1), "「対象期間の初日」 2026-04-01 より前です"),
    (PERIODS, "kind", "期中", "区分「期中」の回はありません"),
    (PERIODS, "number", 3, "続き番号ではありません"),
)


def plant(rows: Rows) -> tuple[Rows, list[Planted], list[str]]:
    """Spoil forty rows of a sound file; return it, the faults, and the cells to merge."""
    planted = [_spoil(rows, form, n, column, value, words) for n, (form, column, value, words) in enumerate(SPOILT)]
    planted += [more(rows) for more in MORE]
    return rows, planted, ["金融機関!C33"]


def _spoil(rows: Rows, form: Any, n: int, column: str, value: Any, words: str) -> Planted:
    index = 2 * n if form is COSTS else n  # every case has two costs
    row = rows[form.name][index]
    row[column] = value
    if value is None:
        del row[column]
    if form is PERIODS and column == "kind":
        rows["費用"][2 * n + 1]["period"] = 1
    return Planted(cell_of(form, index, column), words)


def _case(rows: Rows, n: int, **changed: Any) -> int:
    rows["案件"][n] |= changed
    return n


def _added(rows: Rows, form: Any, column: str, row: Row, words: str) -> Planted:
    rows[form.name].append(row)
    return Planted(cell_of(form, len(rows[form.name]) - 1, column), words)


def _merged_cell(rows: Rows) -> Planted:
    return Planted("金融機関!C33", "セルが結合されています")


def _double_number(rows: Rows) -> Planted:
    rows["事業者"][33]["corporate_number"] = rows["事業者"][34]["corporate_number"] = NUMBER
    return Planted(cell_of(ENTERPRISES, 34, "corporate_number"), "事業者!E35の「株式会社青空製作所33」と同じです")


def _wrong_order(rows: Rows) -> Planted:
    n = _case(rows, 35, usage_accepted_on=date(2025, 5, 1))
    return Planted(
        cell_of(CASES, n, "usage_accepted_on"), "「受理日」 2025-05-01 は「利用申請日」 2025-05-07 より前です"
    )


def _closed_frame(rows: Rows) -> Planted:
    days = {"consulted_on": date(2022, 1, 5), "planned_accepted_on": date(2022, 4, 1)}
    n = _case(rows, 36, frame="405事業 中小版GL枠", stage="利用申請準備", **days)
    return Planted(cell_of(CASES, n, "planned_accepted_on"), "2022-04-01の受理に当たる制度の版がありません")


def _over_the_cap(rows: Rows) -> Planted:
    claims = rows["支払申請"]
    index = next(n for n, one in enumerate(claims) if one["case"] == "A0039")
    claims[index] |= {"decided_yen": 700_000, "paid_yen": 700_000}
    return Planted(cell_of(CLAIM_SHEET, index, "decided_yen"), "計算した 500,000円 を 200,000円 超えています")


def _claim_without_case(rows: Rows) -> Planted:
    return _added(rows, CLAIM_SHEET, "case", plan_claim("A6666"), "「A6666」の行が「案件」シートにありません")


def _paid_differs(rows: Rows) -> Planted:
    claims = rows["支払申請"]
    index = next(n for n, one in enumerate(claims) if one["case"] == "A0043")
    claims[index]["paid_yen"] = 499_999
    return Planted(cell_of(CLAIM_SHEET, index, "paid_yen"), "「決定額」 500,000円 と異なります")


def _overlap(rows: Rows) -> Planted:
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 3, 31)}
    row = {"case": "A0044", "number": 2, "kind": "伴走支援(405事業)", **days}
    return _added(rows, PERIODS, "starts_on", row, "最終日 2026-09-30 と重なっています")


def _past_deadline(rows: Rows) -> Planted:
    granted = {"granted_on": date(2026, 3, 2), "proof": "承認通知"}
    row = {"case": "A0045", "kind": "支払申請(計画策定)の期限", "until": date(2026, 5, 1), **granted}
    return _added(rows, EXTENSIONS, "until", row, "2026-05-01 は今日 2026-06-01 より前です")


def _past_use_of_nobody(rows: Rows) -> Planted:
    rows["過去の利用"][-1]["frame"] = "前の枠"
    return Planted(cell_of(PAST_USES, len(rows["過去の利用"]) - 1, "frame"), "「前の枠」は一覧にありません")


MORE: tuple[Callable[[Rows], Planted], ...] = (
    _merged_cell,
    _double_number,
    _wrong_order,
    _closed_frame,
    _over_the_cap,
    _claim_without_case,
    _paid_differs,
    _overlap,
    _past_deadline,
    _past_use_of_nobody,
)
__all__ = ["Planted", "forms", "plant"]
