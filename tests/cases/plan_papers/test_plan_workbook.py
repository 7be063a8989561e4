"""The workbook of a plan reckons what the rules reckon, and what people typed is never a formula."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from cases.enums import PlanState
from cases.models import Plan
from cases.packets.plan_contents import plan_document
from cases.packets.plan_document import FollowUp, Head, LenderSum, Line, LoanLine, LoanYear, Party, PlanDocument
from cases.packets.plan_workbook import added, plan_tables, plan_workbook
from cases.rules.repayment import totals
from cases.rules.statements import balance_lines, profit_lines
from cases.selectors.plan.cash import cash_of
from cases.selectors.plan.figures import sheet_of
from cases.selectors.plan.loans import loan_sheet_of
from tests.cases.plan_papers.company import whole_plan
from tests.cases.plan_papers.planting import planted
from tests.cases.plan_papers.reckoning import Book
from vapup.accounts.models import Member
from vapup.documents.workbooks import Formula

MADE_ON: Final = date(2025, 10, 1)
SHEETS: Final = ["はじめに", "損益計画", "貸借対照表", "キャッシュフロー計画", "返済計画", "資金繰表"]
STARTS: Final = ("=", "+", "-", "@", "\t=", "\r=", "＝", "{=", "=cmd|' /C calc'!A0", "http://x/", "'=", '="', "=1+")


@pytest.fixture
def plan(consultant: Member) -> Plan:
    return whole_plan(consultant)


def letter(number: int) -> str:
    """Return the name of a column, counted from 1."""
    return str(xl_col_to_name(number - 1))


def made(document: PlanDocument, lender: str = "七十七銀行") -> bytes:
    return plan_workbook(document, lender=lender, own=[0, 1], made_on=MADE_ON)


def column_of(year: int) -> str:
    """Return the column of a year of the statements: −2 is the first after the labels."""
    return letter(year + 4)


def test_the_statements_reckon_to_the_yen_what_the_rules_say(plan: Plan) -> None:
    book, figures = Book(made(plan_document(plan))), sheet_of(plan).figures
    assert book.book.sheetnames == SHEETS
    compared = 0
    for name, lines in (("損益計画", profit_lines), ("貸借対照表", balance_lines)):
        rows = iter(range(4, 200))
        for line in lines(figures, plan.all_years):
            if not any(line.amounts.values()):
                continue
            row = next(rows)
            assert str(book.book[name][f"A{row}"].value).removesuffix("(控除)") == line.label
            for year in plan.all_years if name == "損益計画" else range(6):
                assert book.value(name, f"{column_of(year)}{row}") == line.amounts[year], (line.label, year)
                compared += 1
    assert compared > 300
    check = book.row("貸借対照表", "貸借差額(資産 − 負債・純資産)")
    assert [book.value("貸借対照表", f"{column_of(year)}{check}") for year in range(6)] == [0] * 6
    assert book.book["貸借対照表"][f"B{check}"].value is None


def test_repayment_and_cash_reckon_to_the_yen_what_the_rules_say(plan: Plan) -> None:
    book, loans = Book(made(plan_document(plan))), loan_sheet_of(plan)
    total = book.row("返済計画", "合計", column=2)
    assert book.value("返済計画", f"F{total}") == loans.balance_yen == 237_000_000
    for place, year in enumerate(totals(loans.schedules)):
        columns = [letter(8 + place * 4 + part) for part in range(4)]
        wanted = [year.borrowed_yen, year.repaid_yen, year.closing_yen, year.interest_yen]
        assert [book.value("返済計画", f"{column}{total}") for column in columns] == wanted
    marks = [book.book["返済計画"][f"A{row}"].value for row in range(4, total + 1)]
    assert marks == ["★", "★", None, None, None, None, None, None, None]
    table = cash_of(plan).table
    for line in table.lines():
        row = book.row("資金繰表", line.label)
        cells = [book.value("資金繰表", f"{letter(at)}{row}") for at in range(2, 14)]
        assert cells == list(line.amounts.values())
    least = book.row("資金繰表", "最も少ない残高")
    assert book.value("資金繰表", f"B{least}") == table.lowest.closing_yen


def test_what_is_shown_without_reckoning_is_what_the_formulas_come_to(plan: Plan) -> None:
    content = made(plan_document(plan))
    book, shown = Book(content), load_workbook(BytesIO(content), data_only=True)
    formulas = book.formulas()
    for sheet, place, text in formulas:
        assert shown[sheet][place].value == pytest.approx(float(book.value(sheet, place)), abs=1e-9), text
    assert len(formulas) == 365 + 18 * 5  # and those of the cash flow
    assert {sheet for sheet, _, _ in formulas} == set(SHEETS[1:])


def test_a_changed_amount_goes_through_to_profit_equity_and_cash(plan: Plan) -> None:
    book = Book(made(plan_document(plan)))
    places = {
        "net": f"E{book.row('損益計画', '当期純利益')}",
        "retained": f"F{book.row('貸借対照表', '利益剰余金')}",
        "cash": f"F{book.row('貸借対照表', '現金及び預金')}",
        "check": f"F{book.row('貸借対照表', '貸借差額(資産 − 負債・純資産)')}",
        "debt": f"E{book.row('貸借対照表', '長期借入金')}",
    }
    sheets = {"net": "損益計画"}

    def values() -> dict[str, int]:
        return {name: int(book.value(sheets.get(name, "貸借対照表"), place)) for name, place in places.items()}

    before = values()
    sales = book.book["損益計画"][f"E{book.row('損益計画', '売上高')}"]
    sales.value += 1_000_000
    after = values()
    assert {name: after[name] - before[name] for name in places} == {
        "net": 1_000_000,
        "retained": 1_000_000,
        "cash": 1_000_000,
        "check": 0,
        "debt": 0,
    }
    book.book["返済計画"]["I4"].value += 300_000  # repaid in year 1
    assert values()["debt"] == before["debt"] - 300_000
    assert values()["check"] == 0


def test_more_depreciation_wears_the_assets_out_and_leaves_the_cash_alone(plan: Plan) -> None:
    # Nobody entered how far the assets are worn: 98,400 thousand and the depreciation of each year.
    plan.figures.filter(account="accumulated_depreciation", year__gt=0).delete()
    book = Book(made(plan_document(plan)))
    rows = {label: book.row("貸借対照表", label) for label in ("減価償却累計額(控除)", "利益剰余金", "現金及び預金")}

    def values() -> list[int]:
        return [int(book.value("貸借対照表", f"{column_of(2)}{row}")) for row in rows.values()]

    before = values()
    assert before[0] == 98_400_000 + sum(sheet_of(plan).stored["depreciation", year] for year in (1, 2))
    book.book["損益計画"][f"{column_of(1)}{book.row('損益計画', '減価償却費')}"].value += 300_000
    assert [after - was for after, was in zip(values(), before, strict=True)] == [300_000, -300_000, 0]


def minimal(loans: tuple[LoanLine, ...]) -> PlanDocument:
    """Return a plan of one year that has sales and loans, and nothing else."""
    party = Party("有限会社山田水産", "山田 太郎", "石巻市", "")
    heads = tuple(Head(year, date(2025 + year, 3, 31)) for year in range(-2, 2))
    sales = Line("sales", "売上高", "account", (None, 1, 2, 3))
    year = LoanYear(1, 2, 0, 1, 1, 0)
    sums = tuple(LenderSum(one.lender_id, one.lender, "0.1%", 2, (year,)) for one in loans)
    return PlanDocument(
        case_number="C-2025-0001",
        programme="",
        title="計画書",
        council="",
        number=1,
        state=PlanState.DRAFT.value,
        approved_on=None,
        base_ends_on=date(2025, 3, 31),
        years=1,
        enterprise=party,
        agency=party,
        consultant="",
        texts=(),
        heads=heads,
        key=(),
        profit=(sales,),
        balance=(),
        cash_flow=(),
        nodes=(),
        flows=(),
        issues=(),
        grounds=(),
        loans=loans,
        lenders=sums,
        loan_totals=(year,),
        sources=(),
        cash=None,
        marks=(),
        results=(),
        real=None,
        follow_up=FollowUp("", None, 36, ""),
    )


def test_two_thousand_hostile_texts_are_texts() -> None:
    texts = [f'{STARTS[at % len(STARTS)]}HYPERLINK("x",{at})' for at in range(2_000)]
    year = LoanYear(1, 2, 0, 1, 1, 0)
    loans = tuple(
        LoanLine(
            at,
            texts[2 * at],
            texts[2 * at + 1],
            100,
            is_guaranteed=False,
            is_short_term=False,
            collateral="",
            balance_yen=2,
            years=(year,),
        )
        for at in range(1_000)
    )
    document = minimal(loans)
    hostile = replace(document, enterprise=replace(document.enterprise, name="=1+1"))
    content = made(hostile, lender="@SUM(A1)")
    formulas = Book(content).formulas()
    ours = {
        cell.text for table in plan_tables(hostile) for row in table.rows for cell in row if isinstance(cell, Formula)
    }
    assert {text for _, _, text in formulas} == ours
    assert not any("HYPERLINK" in text or "1+1" in text for _, _, text in formulas)
    read = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("返済計画").to_python()
    found = {str(cell) for row in read for cell in row}
    assert len({text.replace("\r", "\n") for text in texts} & {one.replace("\r", "\n") for one in found}) == 2_000
    assert load_workbook(BytesIO(content))["はじめに"]["B4"].value == "=1+1"


def test_every_text_of_a_plan_may_be_hostile(plan: Plan) -> None:
    document = plan_document(plan)
    honest = Book(made(document)).formulas()
    book = Book(made(planted(document, lambda _: "=1+1")))
    assert book.formulas() == honest
    assert book.book["返済計画"]["C4"].value == "=1+1"
    assert book.book["返済計画"]["C4"].data_type == "s"


def test_the_same_plan_gives_the_same_file_and_one_without_loans_has_fewer_sheets(plan: Plan) -> None:
    document = plan_document(plan)
    assert made(document) == made(document)
    bare = minimal(())
    assert [one.name for one in plan_tables(bare)] == ["損益計画", "貸借対照表"]
    assert plan_tables(bare)[0].rows == [["売上高", None, 1, 2, 3]]


def test_a_sum_is_written_of_places_alone() -> None:
    assert added([(1, "B4"), (-1, "B5")]) == "=B4-B5"
    assert added([(-1, "B4")]) == "=-B4"
    assert added([(1, "'返済計画'!J4")], constant=-5) == "='返済計画'!J4-5"
    assert added([]) == "=0"


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("soffice") is None, reason="apt: libreoffice-calc-nogui is not installed")
def test_libreoffice_comes_to_the_same(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made(plan_document(plan)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    out = tmp_path / "out"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    shown = load_workbook(path, data_only=True)
    reckoned = load_workbook(out / "plan.xlsx", data_only=True)
    for sheet, place, text in Book(path.read_bytes()).formulas():
        assert reckoned[sheet][place].value == pytest.approx(shown[sheet][place].value, abs=1e-9), text
