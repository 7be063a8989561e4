"""What of a plan is filled and what is missing. A guide (目安): nothing of it keeps anybody from going on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from cases.enums import Section, Statement
from cases.models import CashFigure, Issue, Lender, Loan, MapFlow, MapNode, Measure, MeasureEffect, Plan, RealValue
from cases.rules.cash_table import months_from
from cases.rules.statements import section_total, total_assets
from cases.selectors.plan.figures import Sheet, of_statement
from cases.selectors.plan.versions import year_end

TEXT_LABELS: Final = (
    ("outline", "事業の概況と強み"),
    ("market", "市場・競合・取引先の動向"),
    ("finances", "財務の状況と問題点"),
    ("distress_causes", "窮境の要因"),
    ("policy", "基本方針"),
    ("support_asked", "金融機関への依頼事項"),
)
# Plans without a request to lenders, and healthy enterprises, leave these empty on purpose.
OPTIONAL_TEXTS: Final = frozenset({"distress_causes", "support_asked"})


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the plan in the list of what is filled; the fields are those of `templates/_task_list.html`."""

    label: str
    url: str
    state: str
    state_label: str
    hint: str
    reason_blocked: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows the parts of a plan have; `cash_months` are those of the table with any amount."""

    nodes: int
    flows: int
    issues: int
    issues_without_measures: int
    measures: int
    measures_without_effects: int
    real_values: int
    loans: int
    lenders: int
    cash_months: int


def contents_of(plan: Plan) -> Contents:
    """Count the rows of every part of a plan, in one query."""
    has_measure = Exists(Measure.objects.filter(issue=OuterRef("pk")))
    has_effect = Exists(MeasureEffect.objects.filter(measure=OuterRef("pk")))
    lenders = Lender.objects.filter(enterprise=OuterRef("case__enterprise"), balance_yen__gt=0)
    shown = months_from(plan.cash_starts_on or months_from(plan.base_ends_on, 2)[1], plan.cash_months)
    months = CashFigure.objects.filter(plan=OuterRef("pk"), month__in=shown)
    counts = {
        "nodes": _count(MapNode.objects.filter(plan=OuterRef("pk")), "plan"),
        "flows": _count(MapFlow.objects.filter(plan=OuterRef("pk")), "plan"),
        "issues": _count(Issue.objects.filter(plan=OuterRef("pk")), "plan"),
        "issues_without_measures": _count(Issue.objects.filter(~has_measure, plan=OuterRef("pk")), "plan"),
        "measures": _count(Measure.objects.filter(plan=OuterRef("pk")), "plan"),
        "measures_without_effects": _count(Measure.objects.filter(~has_effect, plan=OuterRef("pk")), "plan"),
        "real_values": _count(RealValue.objects.filter(plan=OuterRef("pk")), "plan"),
        "loans": _count(Loan.objects.filter(plan=OuterRef("pk")), "plan"),
        "lenders": _count(lenders, "enterprise"),
        "cash_months_filled": _count(months, "plan", "month"),
    }
    own = Plan.objects.for_agency(plan.agency_id).filter(pk=plan.pk)
    found = own.annotate(**{f"n_{name}": one for name, one in counts.items()}).values_list(
        *(f"n_{name}" for name in counts)
    )
    return Contents(*found.get())


def _count(rows: object, by: str, of: str = "pk") -> Coalesce:
    """Return how many rows there are of the plan at hand, as an expression."""
    grouped = rows.order_by().values(by).annotate(n=Count(of, distinct=of != "pk")).values("n")  # type: ignore[attr-defined]
    return Coalesce(Subquery(grouped), 0)


def tasks_of(sheet: Sheet) -> list[Task]:
    """Return the parts of a plan with what is missing in each, in the order of the paper."""
    found = contents_of(sheet.plan)
    return [
        _texts(sheet.plan),
        _map(sheet.plan, found),
        _actions(sheet.plan, found),
        _profit(sheet),
        _balance(sheet),
        _loans(sheet.plan, found),
        _cash(sheet.plan, found),
        _real(sheet.plan, found),
        _follow_up(sheet.plan),
    ]


def _task(plan: Plan, name: str, label: str, missing: Sequence[str], *, is_begun: bool, done: str = "") -> Task:
    """Return a task: done where nothing is missing, begun or not else."""
    url = reverse(f"cases:{name}", args=[plan.case.number])
    if not missing:
        return Task(label, url, "done", "記入済み", done)
    state, state_label = ("doing", "途中") if is_begun else ("todo", "未着手")
    return Task(label, url, state, state_label, "。".join(missing))


def _texts(plan: Plan) -> Task:
    empty = [label for name, label in TEXT_LABELS if not getattr(plan, name)]
    needed = [label for name, label in TEXT_LABELS if not getattr(plan, name) and name not in OPTIONAL_TEXTS]
    missing = [f"未記入: {'、'.join(empty)}"] if needed else []
    return _task(plan, "plan_texts", "概況と方針", missing, is_begun=len(empty) < len(TEXT_LABELS))


def _map(plan: Plan, found: Contents) -> Task:
    missing = [] if found.nodes else ["仕入先・自社の機能・販売先などの当事者がありません"]
    if not found.flows:
        missing.append("商流の矢印がありません")
    return _task(plan, "plan_map", "俯瞰図", missing, is_begun=found.nodes > 0, done=f"当事者{found.nodes}件")


def _actions(plan: Plan, found: Contents) -> Task:
    missing = [] if found.issues else ["経営課題がありません"]
    if found.issues_without_measures:
        missing.append(f"施策のない経営課題が{found.issues_without_measures}件あります")
    if found.measures_without_effects:
        missing.append(f"効果額のない施策が{found.measures_without_effects}件あります")
    done = f"経営課題{found.issues}件、施策{found.measures}件"
    return _task(plan, "plan_actions", "課題と施策", missing, is_begun=found.issues > 0, done=done)


def _profit(sheet: Sheet) -> Task:
    plan = sheet.plan
    empty = [year for year in plan.all_years if not section_total(sheet.stored, Section.SALES, year)]
    words = [_year_words(plan, year) for year in empty]
    missing = [f"売上高のない年: {'、'.join(words)}"] if words else []
    return _task(plan, "plan_profit", "損益計画", missing, is_begun=len(empty) < len(plan.all_years))


def _balance(sheet: Sheet) -> Task:
    plan = sheet.plan
    missing = [] if total_assets(sheet.stored, 0) else [f"{_year_words(plan, 0)}(基準年度)の残高がありません"]
    names = set(of_statement(Statement.BALANCE))
    return _task(
        plan, "plan_balance", "貸借対照表", missing, is_begun=any(account in names for account, _ in sheet.stored)
    )


def _loans(plan: Plan, found: Contents) -> Task:
    missing = []
    if not found.loans and found.lenders:
        missing.append(f"残高のある金融機関{found.lenders}行の借入金が入っていません")
    done = f"借入金{found.loans}件" if found.loans else "借入金はありません"
    return _task(plan, "plan_loans", "返済計画", missing, is_begun=False, done=done)


def _cash(plan: Plan, found: Contents) -> Task:
    missing = []
    if found.cash_months < plan.cash_months:
        missing.append(f"計画か実績の入った月は{plan.cash_months}か月のうち{found.cash_months}か月です")
    return _task(plan, "plan_cash", "資金繰表", missing, is_begun=found.cash_months > 0)


def _real(plan: Plan, found: Contents) -> Task:
    done = f"調整{found.real_values}件" if found.real_values else "調整はありません(帳簿の残高が実態と同じ場合)"
    return _task(plan, "plan_real", "実態BS", [], is_begun=True, done=done)


def _follow_up(plan: Plan) -> Task:
    missing = [] if plan.frequency else ["頻度が決まっていません"]
    if plan.follow_up_starts_on is None:
        missing.append("開始日が決まっていません")
    if not plan.follow_up:
        missing.append("方法が書かれていません")
    is_begun = bool(plan.frequency or plan.follow_up_starts_on or plan.follow_up)
    return _task(plan, "plan_follow_up", "モニタリング計画", missing, is_begun=is_begun)


def _year_words(plan: Plan, year: int) -> str:
    day = year_end(plan, year)
    return f"{day.year}年{day.month}月期"
