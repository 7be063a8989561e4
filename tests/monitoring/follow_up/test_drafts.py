"""The first words of a report: every figure in them is one of the comparison."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitoring.enums import ProgressState
from monitoring.rules.drafts import DraftFacts, MeasureFact, Reason, draft_of
from monitoring.rules.variance import Comparison, VarianceRow

ROWS = (
    VarianceRow("sales", "売上高", "account", 60_000_000, 57_000_000, is_worse=True),
    VarianceRow("section:sales", "売上高合計", "section", 60_000_000, 57_000_000, is_worse=True),
    VarianceRow("purchases", "仕入・材料費", "account", 30_000_000, 33_000_000, is_large=True, is_worse=True),
    VarianceRow(
        "section:cost_of_sales", "売上原価合計", "section", 30_000_000, 33_000_000, is_large=True, is_worse=True
    ),
    VarianceRow("gross_profit", "売上総利益", "result", 30_000_000, 24_000_000, is_large=True, is_worse=True),
    VarianceRow("operating_profit", "営業利益", "result", -500_000, -500_000),
)
COMPARISON = Comparison(
    months=(date(2025, 4, 1), date(2025, 5, 1)),
    missing=(),
    unplanned=(),
    plan_number=1,
    rule="計画比10%以上、かつ計画売上高の1%以上の差異",
    rows=ROWS,
    balances=(
        VarianceRow("cash", "現金及び預金の残高", "balance", 15_000_000, 12_000_000),
        VarianceRow("debt", "借入金の残高", "balance", None, None),
    ),
)
MEASURES = (
    MeasureFact("原価率の見直し", "工場長", date(2026, 3, 31), ProgressState.LATE, "新しい仕入先と交渉中。"),
    MeasureFact("直販サイトの開設", "専務", date(2025, 9, 30), ProgressState.DONE, ""),
    MeasureFact("不採算品の整理", "社長", date(2026, 9, 30), None, ""),
)
FACTS = DraftFacts(
    starts_on=date(2025, 4, 1),
    ends_on=date(2025, 9, 30),
    comparison=COMPARISON,
    measures=MEASURES,
    reasons=(Reason("purchases", "原料のすけそうだらが値上がりした。", "複数の仕入先から見積りを取る。"),),
    support_asked="元金返済の据置きを令和9年3月まで続けること。",
    next_period=(date(2025, 10, 1), date(2026, 3, 31)),
)


def test_the_outline_tells_plan_actual_and_difference() -> None:
    assert draft_of(FACTS).results.split("\n") == [
        "対象期間は令和7年4月1日から令和7年9月30日までです。",
        "売上高は57,000,000円(計画60,000,000円、達成率95.0%)で、計画を3,000,000円下回りました。",
        "売上総利益は24,000,000円(計画30,000,000円、達成率80.0%)で、計画を6,000,000円下回りました。",
        "営業利益は△500,000円(計画△500,000円)で、計画どおりです。",
        "期末の現金及び預金の残高は12,000,000円(計画15,000,000円)です。",
    ]


def test_the_outline_names_missing_months() -> None:
    missing = replace(COMPARISON, missing=(date(2025, 8, 1), date(2025, 9, 1)))
    last = draft_of(replace(FACTS, comparison=missing)).results.split("\n")[-1]
    assert last.startswith("2025年8月、2025年9月の実績はまだないため")
    assert last.endswith("除いています。")


def test_without_figures_nothing_is_claimed() -> None:
    for none in (None, replace(COMPARISON, rows=(), balances=())):
        texts = draft_of(replace(FACTS, comparison=none))
        assert texts.results.split("\n")[1:] == ["計画と比べられる月次の実績は、まだありません。"]
        assert texts.causes == ""


def test_each_measure_has_its_line() -> None:
    assert draft_of(FACTS).progress.split("\n") == [
        "・原価率の見直し(担当: 工場長、期限: 令和8年3月31日): 遅れている。新しい仕入先と交渉中。",
        "・直販サイトの開設(担当: 専務、期限: 令和7年9月30日): 完了。",
        "・不採算品の整理(担当: 社長、期限: 令和8年9月30日): 進捗の確認中。",
    ]
    assert draft_of(replace(FACTS, measures=())).progress == ""


def test_large_differences_come_with_their_causes() -> None:
    # Sums of accounts (売上原価合計) and profits follow from the accounts: they are not told a second time.
    assert draft_of(FACTS).causes.split("\n") == [
        "・仕入・材料費: 計画30,000,000円に対し実績33,000,000円(差異+3,000,000円)。",
        "  原因: 原料のすけそうだらが値上がりした。",
        "  対策: 複数の仕入先から見積りを取る。",
    ]
    uncaused = draft_of(replace(FACTS, reasons=())).causes
    assert uncaused == "・仕入・材料費: 計画30,000,000円に対し実績33,000,000円(差異+3,000,000円)。"


def test_a_cause_is_told_though_its_difference_is_small() -> None:
    small = replace(COMPARISON, rows=(ROWS[1], ROWS[-1]))
    told = draft_of(replace(FACTS, comparison=small, reasons=(Reason("operating_profit", "横ばい。", ""),))).causes
    assert told.split("\n") == [
        "・営業利益: 計画△500,000円に対し実績△500,000円(差異0円)。",
        "  原因: 横ばい。",
    ]
    none = draft_of(replace(FACTS, comparison=small, reasons=())).causes
    assert none == "計画との大きな差異(目安: 計画比10%以上、かつ計画売上高の1%以上の差異)はありません。"
    assert draft_of(replace(FACTS, comparison=replace(small, rule=""), reasons=())).causes == ""


def test_the_lenders_are_asked_what_the_plan_asks() -> None:
    assert draft_of(FACTS).requests.endswith("\n元金返済の据置きを令和9年3月まで続けること。")
    assert draft_of(replace(FACTS, support_asked=" \n")).requests == (
        "計画に沿った取組を続けますので、引き続きご支援をお願いいたします。"
    )


def test_next_steps_are_the_next_period_and_what_is_not_done() -> None:
    assert draft_of(FACTS).next_steps.split("\n") == [
        "次回は令和7年10月1日から令和8年3月31日までの業績と施策の進み具合を報告します。",
        "・原価率の見直しを令和8年3月31日までに進めます(担当: 工場長)。",
        "・不採算品の整理を令和8年9月30日までに進めます(担当: 社長)。",
    ]
    overdue = draft_of(replace(FACTS, ends_on=date(2026, 3, 31), next_period=None, measures=MEASURES[:1])).next_steps
    assert overdue == (
        "・原価率の見直しは期限(令和8年3月31日)を過ぎたため、引き続き進め、"
        "完了の見込みを次回に報告します(担当: 工場長)。"
    )
    last = draft_of(replace(FACTS, next_period=None, measures=MEASURES[1:2]))
    assert last.next_steps == ""


def test_the_outline_names_months_outside_the_plan_and_leaves_unknown_amounts_open() -> None:
    unplanned = replace(COMPARISON, unplanned=(date(2025, 9, 1),))
    last = draft_of(replace(FACTS, comparison=unplanned)).results.split("\n")[-1]
    assert last.startswith("2025年9月は計画の年度に入らないため")
    unknown = replace(COMPARISON, balances=(VarianceRow("cash", "現金及び預金の残高", "balance", None, 12_000_000),))
    assert "期末の現金及び預金の残高は12,000,000円" in draft_of(replace(FACTS, comparison=unknown)).results
