"""The plan of a case: its versions and its parts. A version that was submitted or approved does not change."""

from __future__ import annotations

from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.enums import CashItem, FlowKind, Frequency, NodeKind, PlanState
from cases.models.cases import Case
from cases.models.columns import yen_range
from cases.models.enterprises import Lender
from cases.models.figures import signed_yen_range
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track

PAST_YEARS: Final = 3
MOST_YEARS: Final = 10
CASH_MONTHS: Final = (12, 36)
LONGEST_TEXT: Final = 3_000


@track
class Plan(models.Model):
    """One version of the plan (経営改善計画・早期経営改善計画).

    Year 0 is the fiscal year that ends on `base_ends_on`, the last one closed; −2 … −1 are before it, 1 … `years` are
    planned. `version` is for whoever edits beside another; `number` is the version that people speak of.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField("版")
    state = models.CharField("状態", max_length=20, choices=PlanState.choices, default=PlanState.DRAFT)
    base_ends_on = models.DateField("基準となる決算日")
    years = models.PositiveSmallIntegerField(
        "計画年数", default=5, validators=[MinValueValidator(1), MaxValueValidator(MOST_YEARS)]
    )
    revised_because = models.CharField("見直しの理由", max_length=500, blank=True)
    outline = models.TextField("事業の概況と強み", max_length=LONGEST_TEXT, blank=True)
    market = models.TextField("市場・競合・取引先の動向", max_length=LONGEST_TEXT, blank=True)
    finances = models.TextField("財務の状況と問題点", max_length=LONGEST_TEXT, blank=True)
    distress_causes = models.TextField("窮境の要因", max_length=LONGEST_TEXT, blank=True)
    policy = models.TextField("経営改善の基本方針", max_length=LONGEST_TEXT, blank=True)
    support_asked = models.TextField("金融機関への依頼事項", max_length=LONGEST_TEXT, blank=True)
    follow_up = models.TextField("モニタリングの方法", max_length=LONGEST_TEXT, blank=True)
    frequency = models.CharField("モニタリングの頻度", max_length=20, choices=Frequency.choices, blank=True)
    follow_up_starts_on = models.DateField("モニタリングの開始日", null=True, blank=True)
    follow_up_months = models.PositiveSmallIntegerField("モニタリングの期間(月)", default=36)
    cash_starts_on = models.DateField("資金繰表の最初の月", null=True, blank=True)
    cash_months = models.PositiveSmallIntegerField("資金繰表の月数", default=12)
    cash_opening_yen = models.BigIntegerField("資金繰表の繰越残高", default=0)
    prepared_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="作成者")
    created_at = models.DateTimeField("作成日時", db_default=Now())
    submitted_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承認を依頼した人"
    )
    submitted_at = models.DateTimeField("依頼日時", null=True)
    approved_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承認した人"
    )
    approved_at = models.DateTimeField("承認日時", null=True)
    returned_because = models.CharField("差戻しの理由", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["Plan"].as_manager()

    class Meta:
        verbose_name = "計画"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="plan_once_per_number"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=(PlanState.DRAFT, PlanState.SUBMITTED)),
                name="plan_one_in_work",
                violation_error_message="作成中の版があります。先にその版を仕上げてください。",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=PlanState.APPROVED), name="plan_one_approved_version"
            ),
            models.CheckConstraint(name="plan_has_years", condition=Q(years__range=(1, MOST_YEARS))),
            models.CheckConstraint(name="plan_follow_up_has_months", condition=Q(follow_up_months__range=(1, 120))),
            models.CheckConstraint(
                name="plan_cash_begins_with_a_month",
                condition=Q(cash_starts_on__isnull=True) | Q(cash_starts_on__day=1),
            ),
            models.CheckConstraint(name="plan_cash_has_months", condition=Q(cash_months__range=CASH_MONTHS)),
            yen_range("cash_opening_yen", "plan_cash_opening_in_range"),
            models.CheckConstraint(
                name="plan_submitted_by_somebody",
                condition=Q(state=PlanState.DRAFT) | Q(submitted_by__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_approved_by_somebody",
                condition=~Q(state__in=(PlanState.APPROVED, PlanState.REPLACED))
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} 計画 第{self.number}版"

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id

    @property
    def is_open(self) -> bool:
        """Tell whether its parts may still be edited."""
        return self.state == PlanState.DRAFT

    @property
    def planned_years(self) -> range:
        """Return the planned years, 1 … `years`."""
        return range(1, self.years + 1)

    @property
    def all_years(self) -> range:
        """Return the years shown, from the first past one to the last planned one."""
        return range(1 - PAST_YEARS, self.years + 1)


class PlanPart(models.Model):
    """What the rows of every part of a plan have in common."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="%(class)ss")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]


@track
class MapNode(PlanPart):
    """A party or a function in the picture of the business (ビジネスモデル俯瞰図); the amount is of a year, in yen."""

    kind = models.CharField("区分", max_length=20, choices=NodeKind.choices)
    name = models.CharField("名称", max_length=60)
    amount_yen = models.BigIntegerField("年間取引額", null=True, blank=True)
    comment = models.CharField("特徴・取引条件", max_length=200, blank=True)

    objects = AgencyQuerySet["MapNode"].as_manager()

    class Meta(PlanPart.Meta):
        verbose_name = "俯瞰図の当事者"
        constraints = [yen_range("amount_yen", "map_node_in_range")]

    def __str__(self) -> str:
        return self.name


@track
class MapFlow(PlanPart):
    """What goes from one party of the picture to another."""

    source = models.ForeignKey(MapNode, on_delete=models.PROTECT, related_name="outflows", verbose_name="から")
    target = models.ForeignKey(MapNode, on_delete=models.PROTECT, related_name="inflows", verbose_name="へ")
    kind = models.CharField("種類", max_length=20, choices=FlowKind.choices, default=FlowKind.GOODS)
    label = models.CharField("内容", max_length=60, blank=True)
    amount_yen = models.BigIntegerField("年間金額", null=True, blank=True)

    objects = AgencyQuerySet["MapFlow"].as_manager()

    class Meta(PlanPart.Meta):
        verbose_name = "俯瞰図の流れ"
        constraints = [
            yen_range("amount_yen", "map_flow_in_range"),
            models.CheckConstraint(name="map_flow_between_two", condition=~Q(source=F("target"))),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


@track
class Issue(PlanPart):
    """A problem of the business (経営課題) and the direction in which it is solved."""

    title = models.CharField("経営課題", max_length=200)
    situation = models.TextField("現状と原因", max_length=1000, blank=True)
    direction = models.TextField("解決の方向", max_length=1000, blank=True)

    objects = AgencyQuerySet["Issue"].as_manager()

    class Meta(PlanPart.Meta):
        verbose_name = "経営課題"

    def __str__(self) -> str:
        return self.title


@track
class Measure(PlanPart):
    """An act that solves an issue (アクションプランの施策): who does it, from when to when, and how it is measured."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="measures", verbose_name="経営課題")
    title = models.CharField("施策", max_length=200)
    detail = models.TextField("具体的な内容", max_length=1000, blank=True)
    owner = models.CharField("担当", max_length=100)
    starts_on = models.DateField("開始")
    due_on = models.DateField("期限")
    kpi = models.CharField("指標(KPI)", max_length=200, blank=True)

    objects = AgencyQuerySet["Measure"].as_manager()

    class Meta(PlanPart.Meta):
        verbose_name = "施策"
        constraints = [
            models.CheckConstraint(
                name="measure_due_after_start",
                condition=Q(due_on__gte=F("starts_on")),
                violation_error_message="施策の期限は、開始日以後の日付にしてください。",
            )
        ]

    def __str__(self) -> str:
        return self.title


@track
class MeasureEffect(models.Model):
    """How much a measure changes an account in a planned year, in yen against the base year (year 0).

    A positive amount raises the account: more sales, but also more cost.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="effects")
    account = models.CharField("勘定科目", max_length=40)
    year = models.PositiveSmallIntegerField("年目")
    yen = models.BigIntegerField("効果額")

    objects = AgencyQuerySet["MeasureEffect"].as_manager()

    class Meta:
        verbose_name = "施策の効果"
        ordering = ["account", "year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "account", "year"], name="measure_effect_once"),
            models.CheckConstraint(name="measure_effect_in_the_plan", condition=Q(year__range=(1, MOST_YEARS))),
            signed_yen_range("yen", "measure_effect_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.year}年目 {self.yen:,}円"


@track
class Assumption(PlanPart):
    """A change of an account that no measure makes (前提), in yen against the base year, with its ground."""

    account = models.CharField("勘定科目", max_length=40)
    year = models.PositiveSmallIntegerField("年目")
    yen = models.BigIntegerField("影響額")
    ground = models.CharField("根拠", max_length=300)

    objects = AgencyQuerySet["Assumption"].as_manager()

    class Meta(PlanPart.Meta):
        verbose_name = "前提"
        constraints = [
            models.CheckConstraint(name="assumption_in_the_plan", condition=Q(year__range=(1, MOST_YEARS))),
            signed_yen_range("yen", "assumption_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.year}年目 {self.yen:,}円"


@track
class PlanFigure(models.Model):
    """The amount of an account in a year of the plan, in yen, in the account's own direction.

    Past years and year 0 are what was closed, kept as it stood; planned years are what the plan says. Cash of planned
    years is never stored: it follows.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="figures")
    year = models.SmallIntegerField("年目")
    account = models.CharField("勘定科目", max_length=40)
    yen = models.BigIntegerField("金額")

    objects = AgencyQuerySet["PlanFigure"].as_manager()

    class Meta:
        verbose_name = "計画の数値"
        ordering = ["year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "account"], name="plan_figure_once"),
            models.CheckConstraint(
                name="plan_figure_in_the_plan", condition=Q(year__range=(1 - PAST_YEARS, MOST_YEARS))
            ),
            signed_yen_range("yen", "plan_figure_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年目 {self.account} {self.yen:,}円"


@track
class RealValue(PlanPart):
    """What an account of the base year is worth beside its book value (実態貸借対照表), in yen, with the reason."""

    account = models.CharField("勘定科目", max_length=40)
    adjustment_yen = models.BigIntegerField("調整額")
    reason = models.CharField("調整の理由", max_length=300)

    objects = AgencyQuerySet["RealValue"].as_manager()

    class Meta(PlanPart.Meta):
        verbose_name = "実態の調整"
        constraints = [signed_yen_range("adjustment_yen", "real_value_in_range")]

    def __str__(self) -> str:
        return f"{self.account} {self.adjustment_yen:,}円"


@track
class Loan(PlanPart):
    """A loan at the end of the base year. The rate is in hundredths of a percent a year (125 = 1.25 %)."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="loans", verbose_name="金融機関")
    name = models.CharField("種類", max_length=60)
    balance_yen = models.BigIntegerField("基準期末の残高")
    rate_basis_points = models.PositiveIntegerField("金利(0.01%単位)", default=0)
    is_guaranteed = models.BooleanField("保証協会付", default=False)
    collateral = models.CharField("担保・保証", max_length=200, blank=True)
    is_short_term = models.BooleanField("短期(1年以内)", default=False)

    objects = AgencyQuerySet["Loan"].as_manager()

    class Meta(PlanPart.Meta):
        verbose_name = "借入金"
        constraints = [
            yen_range("balance_yen", "loan_balance_in_range"),
            models.CheckConstraint(name="loan_rate_in_range", condition=Q(rate_basis_points__lte=2_000)),
        ]

    def __str__(self) -> str:
        return f"{self.lender} {self.name}"


@track
class LoanChange(models.Model):
    """What is borrowed anew and repaid on a loan in a planned year, in yen."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="changes")
    year = models.PositiveSmallIntegerField("年目")
    borrowed_yen = models.BigIntegerField("新規借入", default=0)
    repaid_yen = models.BigIntegerField("返済", default=0)

    objects = AgencyQuerySet["LoanChange"].as_manager()

    class Meta:
        verbose_name = "借入と返済"
        ordering = ["year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "year"], name="loan_change_once"),
            models.CheckConstraint(name="loan_change_in_the_plan", condition=Q(year__range=(1, MOST_YEARS))),
            yen_range("borrowed_yen", "loan_borrowed_in_range"),
            yen_range("repaid_yen", "loan_repaid_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年目 返済 {self.repaid_yen:,}円"


@track
class CashFigure(models.Model):
    """An amount of the cash table (資金繰表) in one month, in yen; `month` is its first day."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="cash_figures")
    month = models.DateField("月")
    item = models.CharField("項目", max_length=20, choices=CashItem.choices)
    is_actual = models.BooleanField("実績", default=False)
    yen = models.BigIntegerField("金額")

    objects = AgencyQuerySet["CashFigure"].as_manager()

    class Meta:
        verbose_name = "資金繰の金額"
        ordering = ["month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "month", "item", "is_actual"], name="cash_figure_once"),
            models.CheckConstraint(name="cash_figure_of_a_month", condition=Q(month__day=1)),
            yen_range("yen", "cash_figure_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_item_display()} {self.yen:,}円"
