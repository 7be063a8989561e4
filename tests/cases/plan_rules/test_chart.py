from __future__ import annotations

from pathlib import Path

import pytest

from cases.enums import Section, Statement, Trait
from cases.rules.accounts import (
    ASSETS,
    CLAIMS,
    COST,
    FOLDER,
    INCOME,
    accounts,
    accounts_by_name,
    folded,
    load_accounts,
)
from cases.rules.statements import CASH, DERIVED, DERIVED_FROM_LOANS, LONG_TERM, RETAINED, SHORT_TERM
from vapup.shared.rule_data import ParameterError

WHOLE = {
    section: f'id = "a_{section}"\nlabel = "科目 {section}"\nsection = "{section}"\nnames = ["{section}"]'
    for section in Section
}


def chart(folder: Path, rows: dict[Section, str] | None = None, *more: str) -> Path:
    """Write a chart with one account in each section; `rows` replaces some, `more` follow the last."""
    texts = [*(WHOLE | (rows or {})).values(), *more]
    (folder / "accounts.toml").write_text("\n".join(f"[[account]]\n{text}\n" for text in texts if text), "utf-8")
    return folder


def test_every_section_has_accounts_in_the_order_of_the_statements() -> None:
    sections = [one.section for one in accounts().values()]
    assert set(sections) == set(Section)
    assert sections == sorted(sections, key=list(Section).index)
    assert set(Section) == INCOME | COST | ASSETS | CLAIMS
    assert not (INCOME | COST) & (ASSETS | CLAIMS)
    assert not INCOME & COST
    assert not ASSETS & CLAIMS


def test_every_account_can_be_found_by_its_label_and_by_each_of_its_names() -> None:
    for one in accounts().values():
        assert accounts_by_name()[folded(one.label)] is one
        assert all(accounts_by_name()[name] is one for name in one.names)
        assert len(one.id) <= 40
        assert one.names
    assert len(accounts_by_name()) == sum(len(one.names) for one in accounts().values())
    assert len(accounts_by_name()) > 700


def test_every_trait_is_borne_by_an_account_and_one_account_has_one_row_of_the_cash_flow() -> None:
    borne = {trait for one in accounts().values() for trait in one.traits}
    assert borne == set(Trait)
    rows = {Trait.CASH, Trait.TRADE_RECEIVABLES, Trait.STOCK, Trait.TRADE_PAYABLES, Trait.DEBT, Trait.OFFICER_DEBT}
    for one in accounts().values():
        assert len(one.traits & rows) <= 1, one.id
        assert not (one.traits & rows and one.statement is Statement.PROFIT), one.id
        assert not (Trait.DEPRECIATION in one.traits and one.profit_sign != -1), one.id


def test_the_accounts_that_the_projection_works_out_are_in_the_chart() -> None:
    assert {CASH, RETAINED} == DERIVED
    assert {SHORT_TERM, LONG_TERM} == DERIVED_FROM_LOANS
    assert [one.id for one in accounts().values() if Trait.CASH in one.traits] == [CASH]
    assert [one.id for one in accounts().values() if Trait.RETAINED in one.traits] == [RETAINED]
    assert {one.id for one in accounts().values() if Trait.DEBT in one.traits} == {SHORT_TERM, LONG_TERM}
    assert accounts()[SHORT_TERM].section is Section.CURRENT_LIABILITIES
    assert accounts()[LONG_TERM].section is Section.FIXED_LIABILITIES


@pytest.mark.parametrize(
    ("account", "sign", "factor"),
    [
        ("sales", 1, 1),
        ("sales_returns", -1, -1),
        ("opening_stock", -1, 1),
        ("purchases", -1, 1),
        ("purchase_returns", 1, -1),
        ("closing_stock", 1, -1),
        ("salaries", -1, 1),
        ("non_operating_income", 1, 1),
        ("interest", -1, 1),
        ("extraordinary_income", 1, 1),
        ("extraordinary_loss", -1, 1),
        ("income_taxes", -1, 1),
        ("cash", 0, 1),
        ("accumulated_depreciation", 0, -1),
        ("allowance", 0, -1),
        ("long_term_loans", 0, 1),
        ("owner_drawings", 0, -1),
    ],
)
def test_the_sign_of_an_account_says_what_a_yen_more_does_to_the_profit(account: str, sign: int, factor: int) -> None:
    assert accounts()[account].profit_sign == sign
    assert accounts()[account].factor == factor


@pytest.mark.parametrize(
    ("name", "account"),
    [
        # As 弥生会計 names them.
        ("売掛金", "receivables"),
        ("仕入値引・戻し高", "purchase_returns"),
        ("期首商品棚卸高", "opening_stock"),
        ("工具器具備品", "tangible_assets"),
        ("附属設備", "tangible_assets"),
        ("荷造運賃", "freight"),
        ("支払報酬料", "other_expenses"),
        ("貸倒引当金(売)", "allowance"),
        ("支払利息", "interest"),
        ("繰越利益", "retained_earnings"),
        ("減価償却費(製)", "factory_depreciation"),
        ("賞与(製)", "labour"),
        # As freee and マネーフォワード name them.
        ("売上値引・返品", "sales_returns"),
        ("仕入値引・返品", "purchase_returns"),
        ("備品・消耗品費", "other_expenses"),
        ("その他の預金", "cash"),
        ("未決済勘定", "other_current_assets"),
        ("未確定勘定", "other_current_assets"),
        ("敷金・保証金", "investments"),
        ("研修採用費", "other_expenses"),
        ("専従者給与", "salaries"),
        ("事業主貸", "owner_drawings"),
        ("事業主借", "other_net_assets"),
        # As 勘定奉行 and balance sheets for the tax office name them.
        ("商品他勘定振替高", "purchase_returns"),
        ("当期商品仕入控除高", "purchase_returns"),
        ("期首商品・製品棚卸高", "opening_stock"),
        ("1年以内返済予定の長期借入金", "short_term_loans"),
        ("工具、器具及び備品", "tangible_assets"),
        ("法人税、住民税及び事業税", "income_taxes"),
        ("現金及び預金", "cash"),
        ("役員借入金", "officer_loans"),
    ],
)
def test_names_of_accounting_programs_are_known(name: str, account: str) -> None:
    assert accounts_by_name()[folded(name)].id == account
    assert accounts_by_name()[folded(f" 【{name}】 ")].id == account


@pytest.mark.parametrize(
    "total", ["売上高合計", "営業利益", "経常利益", "資産合計", "流動資産合計", "当期純利益", "合計"]
)
def test_totals_are_no_accounts(total: str) -> None:
    assert folded(total) not in accounts_by_name()


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("売 掛 金", "売掛金"),
        ("　売掛金　", "売掛金"),
        ("ｿﾌﾄｳｪｱ", "ソフトウェア"),
        ("減価償却費（製）", "減価償却費(製)"),
        ("［流動資産］", "流動資産"),
        ("<現金>", "現金"),
        ("売上値引･戻り高", "売上値引・戻り高"),
        ("*雑費", "雑費"),
        ("・", ""),
    ],
)
def test_names_are_compared_without_width_blanks_and_marks(written: str, compared: str) -> None:
    assert folded(written) == compared
    assert folded(folded(written)) == compared


def test_the_chart_is_read_once_and_cannot_be_changed() -> None:
    assert accounts() is accounts()
    assert load_accounts(FOLDER) == tuple(accounts().values())
    with pytest.raises(TypeError):
        accounts()["new"] = accounts()["sales"]  # type: ignore[index]


def test_a_whole_chart_is_read(tmp_path: Path) -> None:
    found = load_accounts(chart(tmp_path))
    assert [one.section for one in found] == list(Section)
    assert found[0].names == {folded("科目 sales"), "sales"}
    assert found[0].traits == frozenset()
    assert found[0].factor == 1


SALES = 'id = "sales"\nlabel = "売上高"\nsection = "sales"\nnames = ["売上"]'


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (SALES.replace('section = "sales"', 'section = "profit"'), "unknown section profit"),
        (SALES + '\ntraits = ["shiny"]', "unknown trait shiny"),
        (SALES.replace('["売上"]', '["【 】"]'), "blanks and marks only"),
        (SALES.replace('label = "売上高"\n', ""), "label"),
        (SALES.replace('id = "sales"\n', ""), "id"),
        (SALES.replace('names = ["売上"]', ""), "names"),
        (SALES + "\nlowers = 1", "lowers"),
        (SALES + '\ncolour = "red"', "colour"),
        (SALES.replace("sales", "a_net_assets", 1), "a_net_assets"),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_its_fault(tmp_path: Path, row: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason):
        load_accounts(chart(tmp_path, {Section.SALES: row}))


def test_two_accounts_never_bear_one_name(tmp_path: Path) -> None:
    # Half width in one, full width and a mark in the other.
    first = SALES.replace('["売上"]', '["ｿﾌﾄ"]')
    second = WHOLE[Section.COST_OF_SALES].replace('["cost_of_sales"]', '["【ソフト】"]')
    with pytest.raises(ParameterError, match="sales and a_cost_of_sales both bear the name ソフト"):
        load_accounts(chart(tmp_path, {Section.SALES: first, Section.COST_OF_SALES: second}))


def test_a_chart_out_of_order_or_without_a_section_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="order of the sections"):
        load_accounts(chart(tmp_path, None, SALES))
    with pytest.raises(ParameterError, match="no account stands in deferred_assets"):
        load_accounts(chart(tmp_path, {Section.DEFERRED_ASSETS: ""}))
