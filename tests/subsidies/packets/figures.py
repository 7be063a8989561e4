"""What the database and the assessment have for an application: the figures that must be printed, and all that may be.

Nothing here reads the frozen content or a template; costs are added up anew from the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from cases.models import Case, Lender, PastUse
from subsidies.enums import CLAIMS, ApplicationKind, CostCategory
from subsidies.models import Application, ClaimLine, CostLine, Settlement
from subsidies.rules.assessment import Assessment
from subsidies.rules.payments import PLAN_CATEGORIES
from subsidies.rules.request import MONITORING_CATEGORIES
from subsidies.selectors import assessment_of
from subsidies.selectors.claiming.claims import ClaimSheet, claim_of
from tests.subsidies.packets.plans import plan_rows
from tests.subsidies.packets.worked import sheet_rows, worked_amounts

Row = tuple[int, ...]
C, K = CostCategory, ApplicationKind
# An amount in a text: grouped by commas, or followed by its unit; and any whole number, for the cells of a row.
AMOUNT: Final = re.compile(r"(?<![0-9,.])△?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?= ?円))(?![0-9,])")
NUMBER: Final = re.compile(r"(?<![0-9,.])△?[0-9]{1,3}(?:,[0-9]{3})*(?![0-9,.%])")
IN_CELL: Final = re.compile(NUMBER.pattern + r"(?![年月日回件か])")
LIMIT: Final = re.compile(r"(?<== )[0-9]{1,3}(?:_[0-9]{3})+")
YEN_CELL: Final = re.compile(r'<td class="(?:[^"]* )?yen(?: [^"]*)?"[^>]*>(.*?)</td>', re.DOTALL)


def value_of(text: str) -> int:
    """Return an amount as it is printed: △1,234 is below zero."""
    return int(text.replace(",", "").replace("△", "-"))


def amounts_in(text: str) -> set[int]:
    """Return every figure of a text that is an amount by its commas or its unit."""
    return {value_of(one) for one in AMOUNT.findall(text)}


def cells_in(html: str) -> set[int]:
    """Return every figure in a column of money, however small; days and counts may stand there too."""
    return {value_of(one) for cell in YEN_CELL.findall(html) for one in IN_CELL.findall(cell)}


def unprinted(rows: Iterable[Row], text: str) -> list[Row]:
    """Return the rows of figures that stand, in their order, in no line of the text."""
    lines = [[value_of(one) for one in NUMBER.findall(line)] for line in text.splitlines()]
    return [row for row in rows if not any(_stands(row, line) for line in lines)]


def _stands(row: Row, line: Sequence[int]) -> bool:
    rest = iter(line)
    return all(figure in rest for figure in row)


def printed_rows(application: Application) -> list[Row]:
    """Return the rows of figures that the papers of an application must show, each in one line."""
    if application.kind == K.USAGE:
        return [*_usage_rows(application.case)]
    if application.kind in CLAIMS:
        return [*_claim_rows(application), *plan_rows(application)]
    return [*_paid_rows(application)] if application.kind == K.WITHDRAWAL else []


def rows_of_forms(application: Application) -> dict[str, list[Row]]:
    """Return the rows that must stand on a form itself, wherever else they stand, by the form's code."""
    if application.kind == K.USAGE:
        lines = [line for group in _groups(application.case) for line in group]
        work: list[Row] = [(one.hourly_rate_yen, one.net_yen, one.tax_yen, one.gross_yen) for one in lines]
        shares: list[Row] = [
            (one.cost_yen, one.subsidy_yen, one.own_burden_yen) for one in assessment_of(application.case).lines
        ]
        return {"estimate_statement": work, "estimate": work, "usage_application": shares}
    if application.kind not in CLAIMS:
        return {}
    sheet = claim_of(application)
    rows = [_compared(sheet, line) for line in application.claim_lines.order_by("pk")]
    compared: list[Row] = [(filed, cost, cost - filed, subsidy, cost - subsidy) for filed, cost, subsidy, _, _ in rows]
    statement: list[Row] = [(cost, cost - subsidy, subsidy, now) for _, cost, subsidy, now, _ in rows]
    sheets = {"time_record": sheet_rows(application), "plan": plan_rows(application)}
    return {f"{application.kind}_form": compared, "claim_statement": statement, **sheets}


def explained(application: Application) -> set[int]:
    """Return every amount that the rows of the case, the assessment or the forms themselves can explain."""
    case = application.case
    found = {figure for row in printed_rows(application) for figure in row} | form_amounts()
    found |= {figure for row in (*_debt_rows(case), *_work_rows(case), *_paid_rows(application)) for figure in row}
    if application.kind in CLAIMS:
        return found | _assessed(claim_of(application).assessment) | worked_amounts(application)
    return found | _assessed(assessment_of(case)) if application.kind == K.USAGE else found


@lru_cache(maxsize=1)
def form_amounts() -> frozenset[int]:
    """Return the amounts in the words of the forms themselves, such as 1円未満, and the limits of the rule data."""
    root = Path(settings.BASE_DIR)
    words = "".join(path.read_text(encoding="utf-8") for path in (root / "templates" / "documents").rglob("*.html"))
    tables = (path for app in ("subsidies", "cases") for path in (root / app).rglob("*.toml"))
    rules = "".join(path.read_text(encoding="utf-8") for path in tables)
    return frozenset({*amounts_in(words + rules), *(int(one.replace("_", "")) for one in LIMIT.findall(rules))})


def _assessed(assessment: Assessment) -> set[int]:
    """Return the amounts of an assessment: those of its steps and limits, and those in the words of its findings."""
    steps = {one for step in assessment.trace for one in (*step.inputs.values(), step.result) if isinstance(one, int)}
    limits = {one or 0 for line in assessment.lines for one in (line.cap_yen, line.past_yen, line.remaining_cap_yen)}
    words = [one.message for one in assessment.findings] + [one.formula for one in assessment.trace]
    planned = {one.cost_yen for one in assessment.request.monitoring_periods}
    totals = (
        {assessment.rule_version.whole("size_total_yen", size_class=assessment.size_class)}
        if (assessment.size_class)
        else set()
    )
    return (
        steps
        | limits
        | planned
        | totals
        | {figure for row in _result_rows(assessment) for figure in row}
        | {one for text in words for one in amounts_in(text)}
    )


def _result_rows(assessment: Assessment) -> Iterator[Row]:
    """Yield who bears what by category, the payments, and what each deadline puts at risk."""
    yield from ((one.cost_yen, one.subsidy_yen, one.own_burden_yen) for one in assessment.lines)
    yield tuple(assessment.totals)
    yield from ((one.amount_yen,) for one in assessment.payments)
    yield from ((one.yen_at_risk,) for one in assessment.deadlines)


def _sums(lines: Iterable[CostLine]) -> Row:
    kept = list(lines)
    return sum(one.net_yen for one in kept), sum(one.tax_yen for one in kept), sum(one.gross_yen for one in kept)


def _groups(case: Case) -> list[list[CostLine]]:
    """Return the lines of the estimate by category and period."""
    groups: dict[tuple[str, int | None], list[CostLine]] = {}
    for line in CostLine.objects.filter(case=case).order_by("pk"):
        groups.setdefault((line.category, line.period_id), []).append(line)
    return list(groups.values())


def _work_rows(case: Case) -> Iterator[Row]:
    """Yield each line of the estimate with its rate, and the sums of its groups and of all."""
    for group in _groups(case):
        yield from ((one.hourly_rate_yen, one.net_yen, one.tax_yen, one.gross_yen) for one in group)
        yield _sums(group)
    yield _sums(line for group in _groups(case) for line in group)


def _debt_rows(case: Case) -> Iterator[Row]:
    """Yield what the enterprise owes to whom, what it is, and what councils paid for it before."""
    lenders = list(Lender.objects.filter(enterprise=case.enterprise))
    yield from ((one.balance_yen, one.guaranteed_yen) for one in lenders)
    yield sum(one.balance_yen for one in lenders), sum(one.guaranteed_yen for one in lenders)
    company = case.enterprise
    yield from ((one,) for one in (company.capital_yen or 0, company.annual_sales_yen))
    yield (company.interest_bearing_debt_yen,)
    yield from ((use.paid_yen,) for use in PastUse.objects.filter(enterprise=company))


def _usage_rows(case: Case) -> Iterator[Row]:
    yield from _work_rows(case)
    yield from _debt_rows(case)
    yield from _result_rows(assessment_of(case))
    yield from ((_sums(group)[2],) for group in _groups(case))
    gross = {one: sum(line.gross_yen for line in _of(case, {one})) for one in C}
    plan_yen = sum(gross[one] for one in PLAN_CATEGORIES)
    monitoring_yen = sum(gross[one] for one in MONITORING_CATEGORIES)
    yield plan_yen, monitoring_yen, plan_yen + monitoring_yen, gross[C.NEGOTIATION]


def _of(case: Case, categories: set[CostCategory]) -> list[CostLine]:
    return list(CostLine.objects.filter(case=case, category__in=categories))


def _claim_rows(claim: Application) -> Iterator[Row]:
    """Yield the figures of a claim: filed costs from the estimate, real ones as entered, the rest as assessed."""
    sheet = claim_of(claim)
    rows = [_compared(sheet, line) for line in claim.claim_lines.order_by("pk")]
    total = tuple(map(sum, zip(*rows, strict=True)))
    for filed, cost, subsidy, now, held in (*rows, total):
        yield filed, cost, cost - filed, subsidy, cost - subsidy
        yield cost, cost - subsidy, subsidy, now
        yield (subsidy, now, held) if total[4] else (subsidy, now)
    yield from ((one.amount_yen,) for one in sheet.released)
    yield (total[3] + sum(one.amount_yen for one in sheet.released),)
    yield from _share_rows(sheet, total)
    for line in _of(claim.case, {row.category for row in sheet.rows}):
        if line.period_id == claim.period_id:
            yield line.hourly_rate_yen, line.gross_yen
    yield from ((one.amount_yen,) for one in sheet.assessment.payments)
    yield from ((one.yen_at_risk,) for one in sheet.assessment.deadlines)


def _compared(sheet: ClaimSheet, line: ClaimLine) -> Row:
    """Return what was filed for a claimed category, what it cost, the subsidy, and its parts now and later."""
    row = next(one for one in sheet.rows if one.category == line.category)
    filed = _of(sheet.application.case, {C(line.category)})
    filed_yen = sum(one.gross_yen for one in filed if one.period_id == sheet.application.period_id)
    assert (row.filed_yen, row.cost_yen) == (filed_yen, line.cost_yen)
    return filed_yen, line.cost_yen, row.subsidy_yen, row.due_now_yen, row.subsidy_yen - row.due_now_yen


def _share_rows(sheet: ClaimSheet, total: Row) -> Iterator[Row]:
    """Yield each agency's part, its invoice to the council, and what it was paid by the enterprise."""
    parts = [(one.cost_yen or 0, one.council_yen or 0, one.later_yen or 0, one.own_yen or 0) for one in sheet.agencies]
    released_yen = sum(one.amount_yen for one in sheet.released)
    assert tuple(map(sum, zip(*parts, strict=True))) == (
        total[1],
        total[3] + released_yen,
        total[4],
        total[1] - total[2],
    )
    if len(parts) > 1:
        yield from parts
    for cost, now, later, own in parts:
        yield from ((cost,), (now,), (own,))
        if released_yen:
            yield (now - (cost - own - later),)
        if total[4]:
            yield (later,)
    for paid in Settlement.objects.filter(application=sheet.application):
        yield paid.own_invoice_yen or 0, paid.transferred_yen or 0, paid.withheld_yen


def _paid_rows(application: Application) -> Iterator[Row]:
    """Yield what the council decided and paid on the claims of the case."""
    for claim in Application.objects.filter(case=application.case, kind__in=CLAIMS, decided_yen__isnull=False):
        yield claim.decided_yen or 0, claim.paid_yen or 0
