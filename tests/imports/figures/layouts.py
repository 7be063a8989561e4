"""The files of accounting programs, as their screens and help pages show them: two layouts each."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xlsxwriter import Workbook

from tests.imports.figures.books import MONTHS, Printed, Row, sheet, statement

HEADS: Final = [f"{int(one[5:])}月" for one in MONTHS]


@dataclass(frozen=True)
class File:
    """A file of a program.

    Attributes:
        name: as the program proposes it; product: as it must be recognised.
        months: the places of the months that it brings, from 0; year: it brings the closed year.
    """

    name: str
    content: bytes
    product: str
    months: Sequence[int] = ()
    is_year: bool = False
    has_profit: bool = True
    has_balance: bool = True


def amounts(line: Printed, place: int, *, of_the_year: bool = False) -> tuple[int, int, int, int]:
    """Return opening, debit, credit and closing of a line in a month; the profit and loss runs on from April."""
    if line.statement == "貸借対照表":
        before, now = (line.yen[0] if of_the_year else line.yen[max(place - 1, 0)]), line.yen[place]
    else:
        before, now = (0 if of_the_year else sum(line.yen[:place])), sum(line.yen[: place + 1])
    change = (now - before) if line.is_debit else (before - now)
    return before, max(change, 0), max(-change, 0), now


def by_month(line: Printed) -> list[int]:
    """Return the months, an empty adjustment, and the total as month columns have it."""
    last = line.yen[-1] if line.statement == "貸借対照表" else sum(line.yen)
    return [*line.yen, 0, last]


def triangle(yen: int) -> str:
    """Write an amount with separators, negative with △."""
    return f"△{-yen:,}" if yen < 0 else f"{yen:,}"


def yayoi_months() -> File:
    rows: list[Row] = [
        ("[表題行]", "残高推移表(月次)"),
        ("[表題行]", "株式会社青空製作所", "自 令和 7年 4月 1日 至 令和 8年 3月31日", "税抜", "単位:円"),
        ("[見出行]", "勘定科目", *HEADS, "決算整理", "当期累計"),
    ]
    for line in statement():
        if line.kind == "heading":
            rows.append(("[区分行]", f"【{line.name}】"))
        else:
            tag = "[明細行]" if line.kind == "account" else "[合計行]"
            rows.append((tag, f"  {line.name}", *by_month(line)))
    return File("残高推移表.csv", sheet(rows), "yayoi", range(12), is_year=True)


def yayoi_balance(place: int = 2) -> File:
    year, month = MONTHS[place].split("-")
    rows: list[Row] = [
        ("[表題行]", "残高試算表(月次・期間)", f"自 {year}/{month}/01 至 {year}/{month}/30"),
        ("[見出行]", "勘定科目", "前月残高", "借方金額", "貸方金額", "当月残高", "構成比"),
    ]
    for line in statement():
        if line.kind == "heading":
            rows.append(("[区分行]", f"[{line.name}]", "", "", "", "", ""))
        else:
            rows.append(
                ("[明細行]" if line.kind == "account" else "[合計行]", line.name, *amounts(line, place), "12.34")
            )
    return File("残高試算表.csv", sheet(rows), "yayoi", [place])


def freee_months() -> File:
    rows: list[Row] = [("月次推移(損益計算書・貸借対照表)", "株式会社青空製作所"), ("勘定科目", *MONTHS, "期間累計")]
    rows += [(line.name, *by_month(line)[:12], by_month(line)[13]) for line in statement() if line.kind != "heading"]
    return File("monthly.csv", sheet(rows, code="utf-8"), "freee", range(12))


def freee_balance() -> File:
    rows: list[Row] = [
        ("試算表", "表示期間:2025-04 〜 2026-03"),
        ("勘定科目", "期首残高", "借方金額", "貸方金額", "期末残高", "構成比"),
    ]
    for line in statement():
        if line.kind != "heading":
            rows.append((line.name, *amounts(line, 11, of_the_year=True), "3.2%"))
    return File("trial_bs_pl.csv", sheet(rows, code="utf-8-sig"), "freee", is_year=True)


def mf_months() -> File:
    rows: list[Row] = [("勘定科目", "補助科目", *HEADS, "決算整理", "合計")]
    for line in statement():
        if line.kind == "heading":
            rows.append((line.name, "", *[""] * 14))
            continue
        rows.append((line.name, "", *by_month(line)))
        if line.name == "普通預金":
            rows.append((line.name, "七十七銀行 本店", *by_month(line)))
    return File("推移表_2025年4月1日~2026年3月31日.csv", sheet(rows), "moneyforward", range(12), is_year=True)


def mf_balance(place: int = 4) -> File:
    year, month = MONTHS[place].split("-")
    rows: list[Row] = [
        (f"残高試算表 {year}年{int(month)}月",),
        ("勘定科目", "補助科目", "前月繰越", "借方", "貸方", "残高", "構成比"),
    ]
    rows += [(line.name, "", *amounts(line, place), "") for line in statement() if line.kind != "heading"]
    return File("残高試算表_月次.csv", sheet(rows), "moneyforward", [place])


def bugyo_months() -> File:
    rows: list[Row] = [("月次推移表",), ("令和 7年 4月度 ~ 令和 8年 3月度", "単位:円")]
    rows += [("科目コード", "科目名", *[f"{int(one[5:]):02d}月度" for one in MONTHS], "累計")]
    for number, line in enumerate(statement(), 101):
        if line.kind == "heading":
            rows.append(("", f"*{line.name}*"))
        else:
            rows.append((number, line.name, *map(triangle, by_month(line)[:12]), triangle(by_month(line)[13])))
    return File("月次推移.csv", sheet(rows, is_quoted=True), "bugyo", range(12))


def bugyo_balance(place: int = 0) -> File:
    rows: list[Row] = [("合計残高試算表",), ("R7.4.1 ~ R7.4.30",)]
    head = ("科目コード", "科目名", "繰越残高", "借方", "貸方", "残高")
    rows.append(head)
    for number, line in enumerate(statement(), 101):
        if line.name == "売上高" and line.kind == "account":
            rows.append(head)  # the heads stand again on every page
        if line.kind != "heading":
            rows.append((number, line.name, *map(triangle, amounts(line, place))))
    return File("試算表.csv", sheet(rows, mark="\t"), "bugyo", [place])


def jobcan_months() -> File:
    rows: list[Row] = [
        ("残高推移表(月次)", "自 2025/04/01 至 2026/03/31", "税抜", "表示単位:円"),
        ("出力帳票", "勘定科目", "補助科目", *HEADS, "決算", "合計"),
    ]
    for line in statement():
        if line.kind != "heading":
            rows.append((line.statement, line.name, "", *by_month(line)))
    return File("suii.csv", sheet(rows, is_quoted=True), "jobcan", range(12), is_year=True)


def jobcan_balance(place: int = 7) -> File:
    year, month = MONTHS[place].split("-")
    rows: list[Row] = [
        ("試算表(月次・期間)", f"{year}年{month}月01日~{year}年{month}月30日", "税抜", "表示単位:円"),
        ("出力帳票", "勘定科目", "補助科目", "前月繰越", "借方金額", "貸方金額", "当月残高", "構成比"),
    ]
    for line in statement():
        if line.kind != "heading":
            rows.append((line.statement, line.name, "", *amounts(line, place), "0.0"))
    return File("shisan.csv", sheet(rows, is_quoted=True), "jobcan", [place])


def etax(which: str) -> File:
    """Return the profit and loss statement or the balance sheet; the former has no statement of manufacturing costs."""
    of = {"BS": "貸借対照表", "PL": "損益計算書"}[which]
    rows: list[Row] = [
        ("法人名", "", "株式会社青空製作所", ""),
        ("事業年度(自)", "", "2025-04-01", ""),
        ("事業年度(至)", "", "2026-03-31", ""),
    ]
    for number, line in enumerate(statement(with_made=False)):
        if line.statement == of:
            yen = "" if line.kind == "heading" else by_month(line)[13]
            rows.append((f"10{which[0]}{number:06d}", "2" if line.kind == "heading" else "4", line.name, yen))
    name, is_profit = f"HOT010_3.0_{which}.csv", which == "PL"
    return File(name, sheet(rows), "etax", is_year=True, has_profit=is_profit, has_balance=not is_profit)


def workbook(pages: Mapping[str, Sequence[Row]]) -> bytes:
    """Return rows as a workbook."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        for name, rows in pages.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return file.getvalue()


def two_sided() -> File:
    """Return a workbook of another program: debit and credit balances apart, a sheet for each statement."""
    pages: dict[str, list[Row]] = {}
    for line in statement():
        page = pages.setdefault(
            line.statement,
            [("決算残高試算表 令和7年4月1日から令和8年3月31日まで",), ("勘定科目", "借方残高", "貸方残高")],
        )
        if line.kind != "heading":
            *_, now = amounts(line, 11, of_the_year=True)
            own = abs(now) if line.name in {"貸倒引当金", "減価償却累計額"} else now
            page.append((line.name, *((own, "") if line.is_debit else ("", own))))
    return File("決算.xlsx", workbook(pages), "other", is_year=True)


EVERY: Final[Mapping[str, Callable[[], File]]] = {
    "yayoi_months": yayoi_months,
    "yayoi_balance": yayoi_balance,
    "freee_months": freee_months,
    "freee_balance": freee_balance,
    "mf_months": mf_months,
    "mf_balance": mf_balance,
    "bugyo_months": bugyo_months,
    "bugyo_balance": bugyo_balance,
    "jobcan_months": jobcan_months,
    "jobcan_balance": jobcan_balance,
    "etax_bs": lambda: etax("BS"),
    "etax_pl": lambda: etax("PL"),
    "two_sided": two_sided,
}
