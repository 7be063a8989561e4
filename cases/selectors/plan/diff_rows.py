"""The rows of a version in words, each under a name that another version shares where it has the same row.

Rows of one name do not hide each other: the second is numbered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cases.models import Loan, LoanChange, Plan
from cases.rules.accounts import accounts
from cases.selectors.plan.actions import MeasureRow, action_plan
from cases.selectors.plan.business_map import map_of
from cases.selectors.plan.cash import cash_of
from cases.selectors.plan.figures import assumptions_of
from cases.selectors.plan.loans import loan_sheet_of
from cases.selectors.plan.real import real_of
from cases.selectors.plan.tasks import TEXT_LABELS
from vapup.shared.money import format_yen

Rows = Mapping[str, str]


def base_rows(plan: Plan) -> Rows:
    """Return the base year and the length."""
    return {"基準となる決算日": f"{plan.base_ends_on}", "計画年数": f"{plan.years}年"}


def text_rows(plan: Plan) -> Rows:
    """Return what the plan says in words."""
    return {label: getattr(plan, name) for name, label in TEXT_LABELS}


def map_rows(plan: Plan) -> Rows:
    """Return the parties and flows of the picture of the business."""
    found = map_of(plan)
    nodes = (
        (f"{one.get_kind_display()}「{one}」", _lines(f"年間取引額 {_yen(one.amount_yen)}", one.comment))
        for one in found.nodes
    )
    flows = (
        (f"流れ「{one}」({one.get_kind_display()})", _lines(one.label, f"年間金額 {_yen(one.amount_yen)}"))
        for one in found.flows
    )
    return _named([*nodes, *flows])


def action_rows(plan: Plan) -> Rows:
    """Return issues and measures, each measure with its effects."""
    found: list[tuple[str, str]] = []
    for row in action_plan(plan):
        issue = row.issue
        found.append((f"経営課題「{issue.title}」", _lines(issue.situation, issue.direction) or "(本文なし)"))
        found += [(f"施策「{one.measure.title}」(経営課題「{issue.title}」)", _measure(one)) for one in row.measures]
    return _named(found)


def assumption_rows(plan: Plan) -> Rows:
    """Return the lines of assumptions, year by year."""
    years: dict[tuple[int, str, str], dict[int, int]] = {}
    for one in assumptions_of(plan):
        years.setdefault((one.position, one.account, one.ground), {})[one.year] = one.yen
    return _named((f"{_label(account)}({ground})", _by_year(yen)) for (_, account, ground), yen in years.items())


def loan_rows(plan: Plan) -> Rows:
    """Return the loans with what is borrowed and repaid."""
    sheet = loan_sheet_of(plan)
    return _named((str(one), _loan(one, sheet.changes_by_loan[one.pk])) for one in sheet.loans)


def cash_rows(plan: Plan) -> Rows:
    """Return how the cash table is set up; nothing where nobody has done so."""
    if plan.cash_starts_on is None:
        return {}
    return {
        "最初の月": f"{plan.cash_starts_on:%Y-%m}",
        "月数": f"{plan.cash_months}か月",
        "最初の月の前月繰越": _yen(plan.cash_opening_yen),
    }


def cash_amounts(plan: Plan) -> Mapping[str, int | None]:
    """Return the amounts of the months that the cash table shows, in yen."""
    sheet = cash_of(plan)
    shown = set(sheet.months)
    rows = sorted(sheet.figures, key=lambda one: (one.is_actual, one.month))
    return {
        f"{one.get_item_display()} {one.month:%Y-%m} {'実績' if one.is_actual else '計画'}": one.yen
        for one in rows
        if one.month in shown
    }


def real_rows(plan: Plan) -> Rows:
    """Return the adjustments to the balance sheet."""
    return _named((label, f"調整額 {_yen(one.adjustment_yen)}\n{one.reason}") for label, one in real_of(plan).labelled)


def follow_up_rows(plan: Plan) -> Rows:
    """Return how the plan is followed up."""
    starts = plan.follow_up_starts_on
    return {
        "モニタリングの方法": plan.follow_up,
        "モニタリングの頻度": plan.get_frequency_display(),
        "モニタリングの開始日": f"{starts}" if starts else "",
        "モニタリングの期間": f"{plan.follow_up_months}か月",
    }


def _measure(row: MeasureRow) -> str:
    measure = row.measure
    return _lines(
        f"担当 {measure.owner}、{measure.starts_on} から {measure.due_on}",
        measure.kpi,
        measure.detail,
        *(f"{line.label}: {_by_year(line.yen)}" for line in row.lines),
    )


def _loan(loan: Loan, changes: Sequence[LoanChange]) -> str:
    rate = f"{loan.rate_basis_points // 100}.{loan.rate_basis_points % 100:02d}%"
    traits = [
        "保証協会付" if loan.is_guaranteed else "",
        "短期" if loan.is_short_term else "",
        f"担保・保証: {loan.collateral}" if loan.collateral else "",
    ]
    first = "、".join([f"残高 {_yen(loan.balance_yen)}", f"金利 {rate}", *filter(None, traits)])
    return _lines(
        first,
        *(f"{one.year}年目 借入 {_yen(one.borrowed_yen)}、返済 {_yen(one.repaid_yen)}" for one in changes),
    )


def _named(rows: Iterable[tuple[str, str]]) -> Rows:
    """Return rows by their names; those that share a name are numbered in their order."""
    found: dict[str, str] = {}
    times: dict[str, int] = {}
    for name, words in rows:
        times[name] = times.get(name, 0) + 1
        found[name if times[name] == 1 else f"{name} その{times[name]}"] = words
    return found


def _by_year(yen: Mapping[int, int]) -> str:
    return "、".join(f"{year}年目 {format_yen(amount)}円" for year, amount in yen.items())


def _label(account: str) -> str:
    return accounts()[account].label if account in accounts() else account


def _yen(yen: int | None) -> str:
    return "—" if yen is None else f"{format_yen(yen)}円"


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))
