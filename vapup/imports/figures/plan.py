"""Where the figures of a file go: months, or a closed year; and what stands against taking them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cases.enums import Statement
from cases.models import Enterprise, MonthlyFigure
from cases.rules.accounts import accounts
from vapup.imports.figures.checking import Checked
from vapup.imports.figures.heads import Part
from vapup.imports.figures.layout import ETAX, Layout, Options
from vapup.imports.figures.months import YEAR, begins_year, between, month_end, plus, year_start
from vapup.imports.figures.office import monthly, of_statements
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen

# The account, and the first day of the month or the last of the year.
Place = tuple[str, date]
MOST_SPAN: Final = 24
MOST_NAMED: Final = 3


class NoPlace(DomainError):
    """It is not clear which month or year the figures are of; the sentence says what to choose."""


@dataclass(slots=True)
class Plan:
    """What a file will write for an enterprise.

    Attributes:
        monthly, yearly: yen by account and month, or by account and the last day of the year.
        statements: of which everything stored in these months is replaced.
        earlier: what was taken off, by account: the months of the period that are stored already.
        notes: what is to be known of it; warnings: what is to be looked at before it is taken.
    """

    enterprise: Enterprise
    statements: frozenset[Statement]
    monthly: dict[Place, int] = field(default_factory=dict)
    yearly: dict[Place, int] = field(default_factory=dict)
    months: list[date] = field(default_factory=list)
    ends: list[date] = field(default_factory=list)
    earlier_months: list[date] = field(default_factory=list)
    earlier: Mapping[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan_of(checked: Checked, enterprise: Enterprise, options: Options) -> Plan:
    """Return where the figures go.

    Raises:
        NoPlace: the file does not tell, and nobody chose.
    """
    plan = Plan(enterprise, checked.statements)
    if checked.layout.is_by_month:
        _place_months(plan, checked, options)
    else:
        _place_period(plan, checked, options)
    return plan


def _place_months(plan: Plan, checked: Checked, options: Options) -> None:
    layout = checked.layout
    plan.months = list(layout.months[: checked.count])
    if layout.is_cumulative and Statement.PROFIT in plan.statements and plan.months:
        _refuse_empty(checked, options)
        _take_earlier_off(plan, year_start(plan.months[0], options.end_month), plan.months[0])
    _warn_of_absent(plan, checked.sums)
    for account_id in dict.fromkeys([*checked.sums, *plan.earlier]):
        yen = [*checked.sums.get(account_id, [0] * checked.count)]
        yen[0] -= plan.earlier.get(account_id, 0)
        plan.monthly |= {(account_id, month): amount for month, amount in zip(plan.months, yen, strict=False) if amount}
    left = len(layout.months) - checked.count
    if left:
        plan.notes.append(
            f"{layout.months[checked.count]:%Y-%m} から後の{left}か月は、記帳がまだないため取り込みません。"
        )
    if Part.ADJUSTMENT.value in layout.columns:
        plan.notes.append(f"決算整理の列の金額は、最後の月({layout.months[-1]:%Y-%m})に入れます。")
        if checked.count == YEAR == len(layout.months) and layout.months[-1].month == options.end_month:
            _close_year(plan, checked)


def _refuse_empty(checked: Checked, options: Options) -> None:
    """Refuse columns that run on and have an empty one between: its month would take back all months before it.

    Raises:
        NoPlace: of such months, and the ones after them, nobody can tell the amounts.
    """
    lines = [one.line.yen for one in checked.taken if one.account and one.account.statement is Statement.PROFIT]
    empty, has_begun = [], False
    for place, month in enumerate(checked.layout.months[: checked.count]):
        is_filled = any(yen[place] for yen in lines)
        has_begun = is_filled or (has_begun and not begins_year(month, options.end_month))
        if has_begun and not is_filled:
            empty.append(month)
    if empty:
        raise NoPlace(
            f"損益が期首からの累計ですが、{_named(empty)} の列が空のため、その月と次の月の金額が分かりません。"
            "空の列を埋めるか、月ごとの金額の表なら「損益の金額」を選び直して、読み直してください。"
        )


def _close_year(plan: Plan, checked: Checked) -> None:
    """Take the twelve months with their adjustment as the closed year, too."""
    end = month_end(plan.months[-1])
    plan.ends = [end]
    for account_id, yen in checked.sums.items():
        is_profit = accounts()[account_id].statement is Statement.PROFIT
        plan.yearly[account_id, end] = sum(yen) if is_profit else yen[-1]
    plan.notes.append(f"決算整理まで済んだ12か月のため、{end} の決算としても登録します。")


def _place_period(plan: Plan, checked: Checked, options: Options) -> None:
    months = _months_of(checked.layout, plan.statements, options)
    last = months[-1]
    if last > options.today:
        raise NoPlace(f"{last:%Y-%m} はまだ始まっていません。対象の月を確かめてください。")
    own = {account_id: yen[0] for account_id, yen in checked.sums.items()}
    if len(months) == YEAR and last.month == options.end_month:
        plan.ends = [month_end(last)]
        plan.yearly = {(account_id, plan.ends[0]): yen for account_id, yen in own.items() if yen}
        plan.notes.append(f"{plan.ends[0]} に終わる1年の決算として登録します。")
        if checked.layout.product == ETAX or not _has_last_month(plan, own, months):
            return
    _place_month(plan, own, months)


def _place_month(plan: Plan, own: Mapping[str, int], months: Sequence[date]) -> None:
    """Take what the months come to as the last of them, less what is stored of those before."""
    last = months[-1]
    plan.months = [last]
    if Statement.PROFIT in plan.statements:
        _take_earlier_off(plan, months[0], last)
        _warn_of_absent(plan, own)
    for account_id in dict.fromkeys([*own, *plan.earlier]):
        if yen := own.get(account_id, 0) - plan.earlier.get(account_id, 0):
            plan.monthly[account_id, last] = yen


def _has_last_month(plan: Plan, own: Mapping[str, int], months: Sequence[date]) -> bool:
    """Tell whether a closed year tells its last month, too: the months before it are stored.

    A closing statement adds up what the books keep apart. Where it lacks an account that there is something to take off
    of, or that the stored last month has, its accounts are not those of the months, and no month is made of it.
    """
    lead = Statement.PROFIT if Statement.PROFIT in plan.statements else Statement.BALANCE
    rows = [row for row in monthly(plan.enterprise, months) if of_statements(row.account, plan.statements)]
    have = {row.month for row in rows if of_statements(row.account, [lead])}
    last, missing = months[-1], [month for month in months[:-1] if month not in have]
    if missing:
        if have:
            plan.notes.append(
                f"{last:%Y-%m} の月次にはしません。{_named(missing)}の月次が登録されていないためです。"
                "月次にもするときは、先に取り込んでください。"
            )
        return False
    if absent := _absent(rows, own, last):
        stays = "は変えません" if last in have else "にはしません"
        plan.notes.append(f"{last:%Y-%m} の月次{stays}。月次にある{_labels(absent)}がこのファイルにないためです。")
        return False
    return True


def _absent(rows: Sequence[MonthlyFigure], own: Mapping[str, int], last: date) -> list[str]:
    """Return the accounts that a closed year lacks: of a profit and loss so far, or of the stored last month."""
    sums: Counter[str] = Counter()
    for row in rows:
        if row.month != last and _is_profit(row):
            sums[row.account] += row.yen
    wanted = {row.account for row in rows if row.month == last}
    wanted |= {account_id for account_id, yen in sums.items() if yen}
    return [account_id for account_id in accounts() if account_id in wanted and account_id not in own]


def _named(months: Sequence[date]) -> str:
    more = f" ほか{len(months) - MOST_NAMED}か月" if len(months) > MOST_NAMED else ""
    return "、".join(f"{month:%Y-%m}" for month in months[:MOST_NAMED]) + more


def _labels(ids: Sequence[str]) -> str:
    more = f" ほか{len(ids) - MOST_NAMED}科目" if len(ids) > MOST_NAMED else ""
    return "".join(f"「{accounts()[one].label}」" for one in ids[:MOST_NAMED]) + more


def _warn_of_absent(plan: Plan, own: Mapping[str, Any]) -> None:
    """Warn of accounts that only the months before have: the month would take all of them back."""
    for account_id, yen in plan.earlier.items():
        if yen and account_id not in own:
            first, end, month = plan.earlier_months[0], plan.earlier_months[-1], plan.months[0]
            plan.warnings.append(
                f"「{accounts()[account_id].label}」がこのファイルにありません。"
                f"登録済みの {first:%Y-%m} から {end:%Y-%m} までの {format_yen(yen)}円 を引くため、"
                f"{month:%Y-%m} は {format_yen(-yen)}円 になります。"
                "ファイルに載っていない科目か、確かめてください。"
            )


def _take_earlier_off(plan: Plan, first: date, month: date) -> None:
    """Note what is stored from the month `first` up to `month`, of which the file tells one amount that runs on.

    Raises:
        NoPlace: of one of the months before nothing is stored.
    """
    months = between(first, month)
    if len(months) == 1:
        return
    plan.earlier_months = months[:-1]
    plan.earlier = earlier_of(plan)
    names = f"{first:%Y-%m} から {months[-2]:%Y-%m} まで"
    plan.notes.append(f"損益は{len(months)}か月の累計です。登録済みの {names} を引いて、{month:%Y-%m} の金額にします。")


def _months_of(layout: Layout, statements: frozenset[Statement], options: Options) -> Sequence[date]:
    """Return the months that a table of one period is about."""
    span = layout.span
    if span is None:
        raise NoPlace("いつの試算表か、ファイルから分かりません。")
    if Statement.PROFIT not in statements:
        year = year_start(span.last, options.end_month)
        is_year = span.first == year and span.last.month == options.end_month
        return between(year, span.last) if is_year else [span.last]
    if not layout.has_basis:
        raise NoPlace(
            f"損益の残高が {span.last:%Y-%m} だけの金額か、期首からの累計か、ファイルから分かりません。"
            "「損益の金額」を選んで読み直してください。"
        )
    first = year_start(span.last, options.end_month) if layout.is_cumulative else span.first or span.last
    if not first <= span.last < plus(first, MOST_SPAN):
        raise NoPlace(f"期間が {first:%Y-%m} から {span.last:%Y-%m} までになっています。対象の月を選び直してください。")
    return between(first, span.last)


def earlier_of(plan: Plan) -> Mapping[str, int]:
    """Return what is stored of the profit and loss statement in the months before the last, by account.

    Raises:
        NoPlace: of one of them nothing is stored.
    """
    rows = [row for row in monthly(plan.enterprise, plan.earlier_months) if _is_profit(row)]
    have = {row.month for row in rows}
    missing = [month for month in plan.earlier_months if month not in have]
    if missing:
        names = "、".join(f"{month:%Y-%m}" for month in missing[:6])
        raise NoPlace(
            f"損益が {plan.earlier_months[0]:%Y-%m} からの累計ですが、{names} の月次が登録されていないため、"
            "最後の月だけの金額が分かりません。月ごとの推移表か、前の月の試算表を先に取り込んでください。"
        )
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row.account] += row.yen
    return dict(found)


def _is_profit(row: MonthlyFigure) -> bool:
    account = accounts().get(row.account)
    return account is not None and account.statement is Statement.PROFIT
