"""金融機関説明資料: figures are those of the rules, the lender's loans stand out, and nobody mistakes a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cases.enums import PlanState, SchemeFrame
from cases.models import Lender, Plan, YearlyFigure
from cases.packets.plan_document import PlanDocument
from cases.rules.statements import Line, balance_lines, cash_flow, profit_lines
from cases.selectors.plan.cash import cash_of
from cases.selectors.plan.figures import sheet_of
from cases.selectors.plan.loans import loan_sheet_of
from cases.selectors.plan.real import real_of
from cases.selectors.plan.versions import plans_of
from monitoring.enums import ReportState
from monitoring.packets.bank_pack import BankPack, bank_pack, bank_pack_html, bank_pack_pdf, pack_filename
from tests.builders import make_period
from tests.cases.plan_papers.company import lenders_of, whole_plan
from tests.cases.plan_papers.planting import in_thousands, planted
from tests.cases.plans.making import close
from tests.documents.test_rendering import listening
from tests.monitoring.follow_up.follow_up_cases import make_first_period, make_followed_case, make_report
from tests.subsidies.packets.reading import bookmarks_of, outside, overwritten, pages_of
from tests.subsidies.test_packet_fetches import VECTORS
from vapup.accounts.models import Member
from vapup.documents.payload import from_json, to_json

MADE_ON = date(2025, 10, 1)
WATERMARK = '<div class="watermark" aria-hidden="true">案</div>'
CHAPTERS = (
    *("表紙", "計画の概要", "主な数値", "ビジネスモデル俯瞰図", "課題と施策", "損益計画", "貸借対照表"),
    *("キャッシュフロー計画", "返済計画", "資金繰表", "指標(目安)", "実態貸借対照表", "モニタリング計画"),
)


def packed(plan: Plan, place: int = 0) -> BankPack:
    return bank_pack(plan, lenders_of(plan.case)[place], made_on=MADE_ON)


def replaced(pack: BankPack, text: str) -> BankPack:
    """Return the pack with another text in the place of each that people typed."""
    found: BankPack = planted(pack, lambda _: text)
    return found


def cells_of(html: str, section: str) -> list[list[str]]:
    """Return the rows of the tables of a section as texts."""
    part = html.split(f'id="{section}"', 1)[1].split("</section>", 1)[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def amounts_of(lines: Iterable[Line], years: range, *, unknown: frozenset[int] = frozenset()) -> set[tuple[str, ...]]:
    """Return the amounts of lines of the rules as the paper shows them; lines that are empty are left out."""
    return {
        tuple(in_thousands(None if year in unknown else line.amounts.get(year)) for year in years)
        for line in lines
        if any(line.amounts.values())
    }


def test_the_statements_show_the_figures_of_the_rules_in_thousands(consultant: Member) -> None:
    plan = whole_plan(consultant)
    html, figures, years = bank_pack_html(packed(plan)), sheet_of(plan).figures, plan.all_years
    no_sheet = frozenset({-2, -1})
    for section, wanted in (
        ("profit", amounts_of(profit_lines(figures, years), years)),
        ("balance", amounts_of(balance_lines(figures, years), years, unknown=no_sheet)),
        ("flow", amounts_of(cash_flow(figures, years), years)),
    ):
        rows = cells_of(html, section)[1:]
        assert {tuple(row[1:]) for row in rows} == wanted
        assert len(rows) >= 12
    # Sales of year 0: 320,180,002 yen. Ordinary loss: 8,023 thousand.
    assert [
        "売上高",
        "352,400",
        "338,750",
        "320,180",
        "326,500",
        "334,000",
        "341,500",
        "346,000",
        "350,000",
    ] in cells_of(html, "profit")
    assert "期末棚卸高(控除)" in html
    assert [row[3] for row in cells_of(html, "profit") if row[0] == "経常利益"] == ["△8,023"]


def test_loans_cash_and_real_values_are_those_of_the_rules(consultant: Member) -> None:
    plan = whole_plan(consultant)
    html, loans = bank_pack_html(packed(plan)), loan_sheet_of(plan)
    rows = cells_of(html, "loans")
    for one in loans.by_lender:
        years = [in_thousands(yen) for year in one.years for yen in (year.repaid_yen, year.closing_yen)]
        assert [in_thousands(one.balance_yen), one.share, *years] in [row[1:] for row in rows]
    assert ["元利返済額", *(in_thousands(one.service_yen) for one in loans.totals)] in rows
    # 142,000 of 237,000 thousand is 59.9 %; 7,200 are repaid in year 1.
    assert ["★ 七十七銀行 石巻支店", "142,000", "59.9%", "7,200", "134,800"] in [row[:5] for row in rows]
    cash = cells_of(html, "cash")
    for line in cash_of(plan).table.lines():
        assert [line.label, *(in_thousands(yen) for yen in line.amounts.values())] in cash
    real = real_of(plan)
    assert ["純資産(資産 − 負債)", "△22,000", "△18,170", "△40,170"] in cells_of(html, "real")
    assert [[in_thousands(one.book_yen), in_thousands(one.real_yen)] for one in real.net_assets] == [
        row[1:] for row in cells_of(html, "real")[-6:]
    ]


def test_a_lender_sees_its_own_loans_marked_and_the_corporation_those_that_it_guarantees(consultant: Member) -> None:
    plan = whole_plan(consultant)
    packs = [packed(plan, place) for place in range(4)]
    assert [pack.own_yen for pack in packs] == [142_000_000, 60_000_000, 40_000_000, 35_000_000]
    assert [pack.own_share for pack in packs] == ["59.9%", "25.3%", "16.9%", "14.8%"]
    assert [bank_pack_html(pack).count("★ ") for pack in packs] == [3, 3, 1, 2]
    guarantor = bank_pack_html(packs[2])
    assert "宮城県信用保証協会 御中" in guarantor
    assert "貴協会の保証付き借入金" in guarantor
    assert "★は、本資料の宛先の信用保証協会の保証付きの借入金です。" in guarantor


@pytest.mark.parametrize(
    ("state", "edition", "is_marked"),
    [
        (PlanState.DRAFT, "第1版(案)", True),
        (PlanState.SUBMITTED, "第1版(案)", True),
        (PlanState.APPROVED, "第1版", False),
        (PlanState.REPLACED, "第1版(旧版)", False),
    ],
)
def test_what_nobody_approved_bears_a_watermark(
    consultant: Member, state: PlanState, edition: str, is_marked: bool
) -> None:
    plan = whole_plan(consultant)
    if state is not PlanState.DRAFT:
        close(plan, state)
    pack = packed(plans_of(plan.case).get(pk=plan.pk))
    html = bank_pack_html(pack)
    assert (WATERMARK in html) == is_marked
    assert pack.document.edition == edition
    assert f"計画 {edition}" in html
    assert ("【旧版】" in html) == (state is PlanState.REPLACED)
    draft = "案" if is_marked else ""
    name = pack_filename(pack.document, "七十七/銀行", "pdf")
    assert name == f"{plan.case.number}_金融機関説明資料_第1版{draft}_七十七_銀行.pdf"


@pytest.mark.parametrize(("frame", "is_shown"), [(SchemeFrame.SME_GL, True), (SchemeFrame.VUP, False)])
def test_only_the_schemes_that_ask_for_real_values_show_them(
    consultant: Member, frame: SchemeFrame, is_shown: bool
) -> None:
    html = bank_pack_html(packed(whole_plan(consultant, frame=frame)))
    assert ('id="real"' in html) == is_shown
    assert ("滞留品の評価減" in html) == is_shown
    assert 'id="marks"' in html


def test_closed_years_stand_beside_the_plan(consultant: Member) -> None:
    plan = whole_plan(consultant)
    enterprise = plan.case.enterprise
    for account, yen in (("sales", 331_000_000), ("purchases", 330_100_000), ("cash", 5)):
        YearlyFigure.objects.create(
            agency=plan.agency, enterprise=enterprise, ends_on=date(2026, 3, 31), account=account, yen=yen
        )
    pack = packed(plan)
    assert pack.actual["売上高"] == (None, None, None, 331_000_000, None, None, None, None)
    assert pack.actual["経常利益"][3] == 900_000
    html = bank_pack_html(pack)
    assert "図の計画年度の実績は、決算の済んだ年度の実績です。" in html
    assert "図の計画年度の実績は" not in bank_pack_html(replace(pack, actual={}))


def test_the_newest_report_is_told_with_plan_and_actual(consultant: Member) -> None:
    case = make_followed_case(consultant)
    plan = plans_of(case).get()
    lender = Lender.objects.filter(enterprise=case.enterprise)[0]
    assert bank_pack(plan, lender, made_on=MADE_ON).report is None
    report = make_report(make_first_period(case), causes="原料の値上がり")
    html = bank_pack_html(bank_pack(plan, lender, made_on=MADE_ON))
    rows = cells_of(html, "report")
    # Six months: planned 6 × 10 million, booked 6 × 9.5 million.
    assert ["売上高", "60,000", "57,000", "△3,000", "95.0%"] in rows
    assert ["営業利益", "18,000", "12,000", "△6,000", "66.6%"] in rows
    assert "作成中の報告です" in html
    assert "原料の値上がり" in html
    report.state, report.finished_by, report.finished_at = ReportState.FINISHED, consultant, report.created_at
    report.save()
    assert "作成中の報告です" not in bank_pack_html(bank_pack(plan, lender, made_on=MADE_ON))
    # A report that somebody has just begun does not displace the finished one.
    make_report(make_period(case, ends_on=date(2026, 3, 31)))
    shown = bank_pack(plan, lender, made_on=MADE_ON).report
    assert shown is not None
    assert (shown.number, shown.causes) == (1, "原料の値上がり")


def test_months_of_a_report_outside_of_the_plan_are_named(consultant: Member) -> None:
    case = make_followed_case(consultant)
    lender = case.enterprise.lenders.all()[0]
    make_report(make_first_period(case))

    def told(base_ends_on: date) -> str:
        Plan.objects.filter(case=case).update(base_ends_on=base_ends_on)
        return bank_pack_html(bank_pack(plans_of(case).get(), lender, made_on=MADE_ON))

    assert "計画の年度に入らない月" not in told(date(2025, 3, 31))
    some = told(date(2025, 5, 31))
    assert ["売上高", "40,000", "38,000", "△2,000", "95.0%"] in cells_of(some, "report")
    assert "計画の年度に入らない月(2025年4月、2025年5月)を除いています。" in some
    none = told(date(2026, 3, 31))
    assert [row for row in cells_of(none, "report") if row[0] == "売上高"] == []
    every = "、".join(f"2025年{month}月" for month in range(4, 10))
    assert f"計画の年度に入らない月({every})を除いています。" in none


def test_an_empty_plan_says_what_is_missing(consultant: Member) -> None:
    case = make_followed_case(consultant)
    Plan.objects.filter(case=case).update(state=PlanState.DRAFT, frequency="")
    html = bank_pack_html(bank_pack(plans_of(case).get(), case.enterprise.lenders.all()[0], made_on=MADE_ON))
    for sentence in (
        "概況と方針は、まだ記載されていません",
        "俯瞰図は、まだ作成されていません",
        "借入金は登録されていません",
        "資金繰表は、まだ",
    ):
        assert sentence in html
    assert "計画に借入金の記載はありません。" in html


def test_the_content_can_be_frozen_and_read_back(consultant: Member) -> None:
    document = packed(whole_plan(consultant)).document
    assert from_json(PlanDocument, to_json(document)) == document
    assert (len(document.heads), len(document.loans), document.owed_yen) == (8, 5, 237_000_000)


def test_nothing_that_was_typed_becomes_markup(consultant: Member) -> None:
    pack = packed(whole_plan(consultant))
    html = bank_pack_html(replaced(pack, '"><img src="http://x.example/">{{ 1|add:1 }}<script>'))
    assert "<img" not in html
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 100


def test_the_print_has_every_chapter_and_calls_nobody(consultant: Member, tmp_path: Path) -> None:
    pack = packed(whole_plan(consultant))
    path = tmp_path / "pack.pdf"
    with listening() as server:
        url = f"http://127.0.0.1:{server.server_port}/x"
        vectors = [one.format(url=url) for one in VECTORS]
        noted = replace(pack.document.texts[0], text="\n".join(vectors))
        pdf = bank_pack_pdf(bank_pack_html(replace(pack, document=replace(pack.document, texts=(noted,)))))
        assert server.calls == []
    path.write_bytes(pdf.content)
    assert tuple(name for name, _ in bookmarks_of(path) if name in CHAPTERS) == CHAPTERS
    pages = pages_of(path)
    assert pdf.page_count == len(pages) <= 18
    assert all("案" in page for page in pages)
    assert "有限会社山田水産" in pages[0]
    assert "七十七銀行 石巻支店 御中" in pages[0]
    profit = next(page for page in pages if "売上総利益" in page)
    assert re.search(r"経常利益\s+10,950\s+2,819\s+△8,023\s+6,809\s+13,819\s+19,799\s+21,589\s+22,429", profit)
    assert outside(path) == []


@pytest.mark.nightly
@pytest.mark.parametrize("years", [1, 5, 10])
def test_long_texts_stay_on_the_paper(consultant: Member, tmp_path: Path, years: int) -> None:
    plan = whole_plan(consultant, years=years)
    close(plan)  # the watermark of a draft stands below other words on purpose
    pack = packed(plans_of(plan.case).get(pk=plan.pk))
    long = "髙﨑𠮷邊濵水産加工流通総合センターホールディングスRevitalization-Organization"
    path = tmp_path / "long.pdf"
    path.write_bytes(
        bank_pack_pdf(bank_pack_html(planted(pack, lambda name: long * (5 if name == "text" else 1)))).content
    )
    assert outside(path) == []
    assert overwritten(path) == []


@pytest.mark.nightly
def test_no_text_of_the_pack_fetches(consultant: Member) -> None:
    pack = packed(whole_plan(consultant))
    with listening() as server:
        url = f"http://127.0.0.1:{server.server_port}/x"
        for vector in [one.format(url=url) for one in VECTORS]:
            bank_pack_pdf(bank_pack_html(replaced(pack, vector)))
        assert server.calls == []
