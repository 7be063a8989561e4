"""A company whose plan is whole: three closed years, five planned ones, three lenders, and a year of cash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from cases.enums import LenderRole, SchemeFrame
from cases.models import (
    Assumption,
    Case,
    Lender,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    Measure,
    MeasureEffect,
    Plan,
    RealValue,
)
from cases.selectors.plan.cash import proposed_cash
from cases.selectors.plan.versions import plans_of
from tests.builders import make_case, make_enterprise, make_lender
from tests.cases.plans.making import make_figures, make_issue, make_plan
from tests.cases.plans_more.plan_cases import make_cash
from vapup.accounts.models import Member

# In thousands of yen and some single yen, so that dropped fractions show. Ordinary loss of year 0: 8,023 thousand.
PROFIT: Final[Mapping[str, tuple[int, ...]]] = {
    "sales": (352_400, 338_750, 320_180, 326_500, 334_000, 341_500, 346_000, 350_000),
    "opening_stock": (18_200, 19_400, 21_300, 22_800, 21_000, 19_500, 18_500, 18_000),
    "purchases": (214_300, 209_800, 202_150, 199_300, 200_400, 202_100, 203_500, 205_200),
    "closing_stock": (19_400, 21_300, 22_800, 21_000, 19_500, 18_500, 18_000, 17_800),
    "officer_pay": (14_400, 14_400, 14_400, 9_600, 9_600, 9_600, 10_800, 12_000),
    "salaries": (52_800, 51_900, 51_200, 50_600, 51_400, 52_300, 53_200, 54_100),
    "welfare": (9_700, 9_600, 9_450, 8_900, 9_000, 9_150, 9_400, 9_600),
    "freight": (16_900, 17_400, 17_850, 17_300, 17_100, 17_200, 17_300, 17_400),
    "depreciation": (11_800, 11_200, 10_600, 10_000, 9_600, 9_200, 8_900, 8_600),
    "other_expenses": (20_100, 20_900, 21_400, 19_600, 19_200, 19_000, 18_900, 18_800),
    "non_operating_income": (1_300, 1_250, 1_180, 1_100, 1_100, 1_100, 1_100, 1_100),
    "interest": (3_950, 3_880, 3_833, 3_690, 3_480, 3_250, 3_010, 2_770),
    "income_taxes": (70, 70, 70, 70, 70, 1_200, 1_800, 2_400),
}
BALANCE: Final[Mapping[str, int]] = {
    "cash": 28_640_512,
    "receivables": 36_200_300,
    "stock": 22_800_000,
    "tangible_assets": 262_000_000,
    "accumulated_depreciation": 98_400_000,
    "intangible_assets": 640_000,
    "investments": 3_200_000,
    "payables": 19_800_812,
    "other_current_liabilities": 8_280_000,
    "short_term_loans": 25_000_000,
    "long_term_loans": 212_000_000,
    "officer_loans": 12_000_000,
    "capital": 10_000_000,
    "retained_earnings": -32_000_000,
}
TEXTS: Final = {
    "outline": "石巻市で1974年に創業した水産加工業者です。\n"
    "さば・いわしの一次加工と、学校給食向けの調理済み食品を製造しています。\n"
    "従業員24名のうち熟練の加工職が9名おり、小骨処理の歩留まりが強みです。",
    "market": "主要な販売先である量販店は産地を分散しており、"
    "当社への発注は年3%ほど減っています。一方、給食向けは人手不足を背景に"
    "調理済み品への切替えが進み、引合いが増えています。原料のさばは3年で2割値上がりしました。",
    "finances": "2025年3月期は経常赤字となり、2期続けて借入金の返済を手元資金で賄いました。"
    "在庫の回転が落ち、滞留品が約400万円あります。",
    "distress_causes": "原料の値上がりを販売価格に転嫁できず粗利率が低下したこと、"
    "2018年の設備投資(冷凍庫)の返済負担が重いことです。",
    "policy": "価格の改定と給食向けの拡販で粗利を回復し、役員報酬の減額と経費の見直しで計画2年目に経常黒字にします。",
    "support_asked": "計画1〜2年目の元金返済の軽減と、短期借入金の継続をお願いします。追加の担保提供はありません。",
    "follow_up": "3か月ごとに、当社・支援機関が試算表と資金繰表を金融機関に提出し、計画との差異と対策を説明します。",
}


def whole_plan(consultant: Member, *, frame: SchemeFrame = SchemeFrame.NORMAL, years: int = 5) -> Plan:
    """Store a draft of a whole plan, and return it as `plans_of` does."""
    case = make_case(consultant, enterprise=make_enterprise(consultant.agency), frame=frame)
    plan = make_plan(case, years=years)
    Plan.objects.filter(pk=plan.pk).update(
        **TEXTS, frequency="quarterly", follow_up_starts_on=date(2025, 7, 1), cash_starts_on=date(2025, 4, 1)
    )
    for place in range(3 + years):
        profit = {account: amounts[min(place, 7)] * 1000 + place for account, amounts in PROFIT.items()}
        balance = BALANCE if place == 2 else {}
        planned = {"stock": PROFIT["closing_stock"][min(place, 7)] * 1000} if place > 2 else {}
        planned |= {"accumulated_depreciation": 98_400_000 + 9_000_000 * (place - 2)} if place > 2 else {}
        make_figures(plan, {**profit, **balance, **planned}, year=place - 2)
    _picture(plan)
    _actions(plan)
    _loans(plan)
    _real(plan)
    plan = plans_of(case).get(pk=plan.pk)
    Plan.objects.filter(pk=plan.pk).update(cash_opening_yen=28_640_512)
    for (month, item), yen in proposed_cash(plan, starts_on=date(2025, 4, 1), months=12).items():
        make_cash(plan, month, item, yen, is_actual=month < date(2025, 6, 1))
    return plans_of(case).get(pk=plan.pk)


def lenders_of(case: Case) -> list[Lender]:
    """Return the lenders: the main bank, the second one, the guarantee corporation, the public one."""
    return list(Lender.objects.filter(enterprise=case.enterprise).order_by("pk"))


def _picture(plan: Plan) -> None:
    rows = (
        ("supplier", "石巻魚市場", 142_000_000, "前渡し・即日払い"),
        ("supplier", "宮城県漁業協同組合連合会", 60_150_000, "月末締め翌月払い"),
        ("subcontractor", "金華冷凍倉庫", 9_800_000, "保管料"),
        ("function", "一次加工(さば・いわし)", None, "歩留まり 62%"),
        ("function", "給食向け調理", None, "衛生管理認証を取得"),
        ("customer", "みやぎ生活協同組合", 118_000_000, "翌々月5日払い"),
        ("customer", "東北学校給食会", 92_180_000, "単価は年1回改定"),
        ("customer", "仙台中央水産", 110_000_000, "市況により変動"),
        ("end_customer", "量販店・学校", None, ""),
        ("competitor", "塩釜の加工業者A社", None, "価格が1割安い"),
    )
    made = [
        MapNode.objects.create(
            agency=plan.agency, plan=plan, position=place, kind=kind, name=name, amount_yen=yen, comment=comment
        )
        for place, (kind, name, yen, comment) in enumerate(rows)
    ]
    flows = (
        (0, 3, "さば"),
        (1, 3, "いわし"),
        (2, 4, "保管"),
        (3, 5, "フィレ"),
        (4, 6, "調理品"),
        (3, 7, "フィレ"),
        (5, 8, ""),
    )
    for place, (source, target, label) in enumerate(flows):
        MapFlow.objects.create(
            agency=plan.agency, plan=plan, position=place, source=made[source], target=made[target], label=label
        )


def _actions(plan: Plan) -> None:
    rows = (
        (
            "粗利率の低下",
            "値上げ交渉と原価の見える化",
            "商品別の原価を毎月計算し、赤字の12品目から改定を求める。",
            "sales",
            6_320,
        ),
        ("給食向けの拡販", "調理済み品の提案", "仙台市外の給食センター8か所に試作品を提案する。", "sales", 4_500),
        ("固定費の負担", "役員報酬の減額", "2025年4月から代表者の報酬を月40万円減らす。", "officer_pay", -4_800),
        ("滞留在庫", "在庫の圧縮", "3か月を超える在庫を毎月一覧にし、処分先を決める。", "other_expenses", -1_800),
    )
    for place, (problem, title, detail, account, effect) in enumerate(rows):
        issue = make_issue(plan, problem, position=place)
        issue.situation = (
            "原料の値上がりを価格に転嫁できていない。" if not place else "取組が担当者任せで、数字で追えていない。"
        )
        issue.direction = "毎月の会議で数字を確認し、担当と期限を決めて進める。"
        issue.save()
        measure = Measure.objects.create(
            agency=plan.agency,
            plan=plan,
            issue=issue,
            title=title,
            detail=detail,
            owner="社長" if place else "営業部長 佐々木",
            starts_on=date(2025, 4, 1),
            due_on=date(2026, 3, 31),
            kpi="粗利率 37%" if not place else "月次で確認",
            position=place,
        )
        for year in plan.planned_years:
            MeasureEffect.objects.create(
                agency=plan.agency, measure=measure, account=account, year=year, yen=effect * 1000 * year // 2
            )
    for year in plan.planned_years:
        Assumption.objects.create(
            agency=plan.agency,
            plan=plan,
            account="salaries",
            year=year,
            yen=900_000 * year,
            ground="最低賃金の引上げ(年3%)",
            position=1,
        )


def _loans(plan: Plan) -> None:
    enterprise = plan.case.enterprise
    main = make_lender(enterprise, balance_yen=142_000_000, guaranteed_yen=40_000_000)
    second = make_lender(
        enterprise, role=LenderRole.SUBMAIN, balance_yen=60_000_000, bank_name="石巻信用金庫", branch_name="本店"
    )
    make_lender(enterprise, role=LenderRole.GUARANTOR, balance_yen=0, bank_name="宮城県信用保証協会", branch_name="")
    public = make_lender(
        enterprise, role=LenderRole.OTHER, balance_yen=35_000_000, bank_name="日本政策金融公庫", branch_name="石巻支店"
    )
    rows = (
        (main, "証書貸付(冷凍庫)", 102_000_000, 165, False, "根抵当 本社工場", False, 4_800_000),
        (main, "証書貸付(保証協会付)", 40_000_000, 140, True, "", False, 2_400_000),
        (second, "証書貸付", 35_000_000, 185, False, "代表者保証", False, 2_100_000),
        (second, "手形貸付", 25_000_000, 210, False, "", True, 0),
        (public, "新型コロナ対策資金", 35_000_000, 111, False, "無担保", False, 1_800_000),
    )
    for place, (lender, name, yen, rate, guaranteed, collateral, short, repaid) in enumerate(rows):
        loan = Loan.objects.create(
            agency=plan.agency,
            plan=plan,
            position=place,
            lender=lender,
            name=name,
            balance_yen=yen,
            rate_basis_points=rate,
            is_guaranteed=guaranteed,
            collateral=collateral,
            is_short_term=short,
        )
        for year in plan.planned_years if repaid else ():
            LoanChange.objects.create(agency=plan.agency, loan=loan, year=year, repaid_yen=repaid * (1 + (year > 2)))


def _real(plan: Plan) -> None:
    rows = (
        ("receivables", -1_850_000, "1年以上入金のない先"),
        ("stock", -4_020_000, "滞留品の評価減"),
        ("tangible_assets", -12_300_000, "土地の時価(固定資産税評価額 ÷ 0.7)"),
    )
    for place, (account, yen, reason) in enumerate(rows):
        RealValue.objects.create(
            agency=plan.agency, plan=plan, position=place, account=account, adjustment_yen=yen, reason=reason
        )
