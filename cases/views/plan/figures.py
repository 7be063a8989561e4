"""The pages of the figures of a plan: profit and loss, balance sheet, their calculation, and the assumptions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.enums import Statement
from cases.forms.plan.figures import CalculateForm, FiguresForm, cell_name
from cases.forms.plan.lines import AssumptionsForm, LineInput
from cases.models import Plan
from cases.rules.accounts import accounts
from cases.selectors.plan.figures import Sheet as Figures
from cases.selectors.plan.figures import (
    assumption_stamp,
    assumptions_of,
    calculated,
    calculation_stamp,
    enterable,
    figures_of,
    figures_stamp,
    sheet_of,
)
from cases.selectors.plan.findings import findings_on
from cases.selectors.plan.grid import (
    YearHead,
    account_changes,
    cash_flow_rows,
    heads_of,
    profit_changes,
    statement_rows,
)
from cases.services.plan import figures as services
from cases.views.plan.shared import plan_context
from cases.views.plan.sheets import Attempt, Sheet, attempt, tell
from cases.views.shared import posted
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

PAGES: Final = {Statement.PROFIT: "cases:plan_profit", Statement.BALANCE: "cases:plan_balance"}
NAMES: Final = {Statement.PROFIT: "損益計算書", Statement.BALANCE: "貸借対照表"}


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount of the sheet: `name` is of its control, "" where it is not entered; `text` what the control shows."""

    yen: int | None
    name: str = ""
    label: str = ""
    text: str = ""
    errors: Sequence[str] = ()
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line of the sheet."""

    label: str
    kind: str
    cells: Sequence[Cell]


def plan_profit(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    sheet = sheet_of(plan)
    own = {
        "found": findings_on(sheet, Statement.PROFIT),
        "changes": profit_changes(sheet),
        "planned": [head for head in heads_of(plan) if head.is_planned],
        "assumption_count": len(sheet.grounds),
    }
    return _statement(request, sheet, Statement.PROFIT, own, "plans/profit.html")


def plan_balance(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    sheet = sheet_of(plan)
    own = {
        "found": findings_on(sheet, Statement.BALANCE),
        "flow": cash_flow_rows(sheet),
        "changes": account_changes(sheet, Statement.BALANCE),
        "planned": [head for head in heads_of(plan) if head.is_planned],
        "has_loans": bool(sheet.loans),
    }
    return _statement(request, sheet, Statement.BALANCE, own, "plans/balance.html")


def plan_calculate(request: MemberRequest, statement: str, **_: str) -> HttpResponse:
    plan, which = loaded(request, Plan), _statement_named(statement)
    sheet = sheet_of(plan)
    found = calculated(sheet, which)
    rows = _calculation(sheet, found, request.POST.getlist("names") if request.method == "POST" else None)
    form = CalculateForm(posted(request), names=[row["account"] for row in rows], seen=calculation_stamp(sheet, which))
    if request.method == "POST" and form.is_valid():
        names, seen = form.cleaned_data["names"], form.cleaned_data["version"]
        try:
            changes = services.calculate_figures(
                actor=request.member, case_id=plan.case_id, statement=which, seen=seen, names=names
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
            form.accept_version(calculation_stamp(sheet, which))
        else:
            messages.success(request, f"{len(changes)}件の金額を、施策と前提から計算した金額に置き換えました。")
            return redirect(PAGES[which], plan.case.number)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    heads = [head for head in heads_of(plan) if head.is_planned]
    back_url, is_balance = reverse(PAGES[which], args=[plan.case.number]), which is Statement.BALANCE
    own = {"form": form, "rows": rows, "heads": heads, "back_url": back_url, "is_balance": is_balance}
    context = {**plan_context(plan, request.member, PAGES[which], here="施策と前提から計算"), **own}
    return render(request, "plans/calculate.html", context, status=status)


def plan_assumptions(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    stored = assumptions_of(plan)
    lines: dict[int, LineInput] = {}
    for one in stored:
        line = lines.setdefault(one.position, LineInput(one.account, one.ground, {}))
        lines[one.position] = LineInput(line.account, line.ground, {**line.yen, one.year: one.yen})
    first = {"version": assumption_stamp(stored)}
    form = AssumptionsForm(posted(request), years=plan.planned_years, lines=[*lines.values()], initial=first)
    done = Attempt(HTTPStatus.OK)
    if request.method == "POST":
        done = attempt(_assumption_sheet(request, plan, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, "前提", done)
            return redirect(PAGES[Statement.PROFIT], plan.case.number)
    own = {"form": form, "is_conflict": False, "heads": [head for head in heads_of(plan) if head.is_planned]}
    context = {**plan_context(plan, request.member, PAGES[Statement.PROFIT], here="前提"), **own, **done.shown}
    return render(request, "plans/assumptions.html", context, status=done.status)


def _statement(
    request: MemberRequest, sheet: Figures, which: Statement, own: dict[str, Any], template: str
) -> HttpResponse:
    """Show a statement as a sheet, or save it; a reader who may not write gets the amounts alone."""
    plan, heads = sheet.plan, heads_of(sheet.plan)
    can_write = plan.is_open and can(request.member, Action.EDIT_CASE, plan).allowed
    form = _form(request, sheet, which, heads)
    done = Attempt(HTTPStatus.OK)
    if request.method == "POST":
        done = attempt(_figures_sheet(request, plan, which, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, services.PARTS[which], done)
            return redirect(PAGES[which], plan.case.number)
    shown = {
        "form": form,
        "heads": heads,
        "rows": _grid(sheet, which, heads, form if can_write else None),
        "is_conflict": False,
        "statement": which.value,
        "statement_name": NAMES[which],
    }
    context = {**plan_context(plan, request.member, PAGES[which]), **shown, **own, **done.shown}
    return render(request, template, context, status=done.status)


def _form(request: MemberRequest, sheet: Figures, which: Statement, heads: Sequence[YearHead]) -> FiguresForm:
    return FiguresForm(
        posted(request),
        keys=sorted(enterable(sheet, which)),
        labels={head.year: head.label for head in heads},
        stored=sheet.stored,
        seen=figures_stamp(sheet.stored, which),
    )


def _figures_sheet(request: MemberRequest, plan: Plan, which: Statement, form: FiguresForm) -> Sheet:
    return Sheet(
        plan,
        services.PARTS[which],
        form,
        save=lambda: services.save_figures(
            actor=request.member,
            case_id=plan.case_id,
            statement=which,
            seen=form.cleaned_data["version"],
            figures=form.figures(),
        ),
        compare=lambda: services.compare_figures(plan, figures_of(plan), form.figures()),
        stamp=lambda: figures_stamp(figures_of(plan), which),
    )


def _assumption_sheet(request: MemberRequest, plan: Plan, form: AssumptionsForm) -> Sheet:
    def lines() -> list[services.AssumptionLine]:
        return [services.AssumptionLine(one.account, one.ground, one.yen) for one in form.lines()]

    return Sheet(
        plan,
        "前提",
        form,
        save=lambda: services.save_assumptions(
            actor=request.member, case_id=plan.case_id, seen=form.cleaned_data["version"], lines=lines()
        ),
        compare=lambda: services.compare_assumptions(plan, lines()),
        stamp=lambda: assumption_stamp(assumptions_of(plan)),
    )


def _grid(sheet: Figures, which: Statement, heads: Sequence[YearHead], form: FiguresForm | None) -> list[GridRow]:
    """Return the lines of a statement, with controls where amounts are entered and a form is given."""
    rows = statement_rows(sheet, which, is_whole=form is not None)
    return [
        GridRow(
            row.label,
            row.kind.value,
            [
                _cell(form, row.id if row.is_account else "", head, yen)
                for head, yen in zip(heads, row.amounts, strict=True)
            ],
        )
        for row in rows
    ]


def _cell(form: FiguresForm | None, account: str, head: YearHead, yen: int | None) -> Cell:
    name = cell_name(account, head.year)
    if form is None or name not in form.fields:
        return Cell(yen, is_planned=head.is_planned)
    bound = form[name]
    text = form.fields[name].prepare_value(bound.value())
    written = "" if text is None else str(text)
    return Cell(yen, name, str(bound.label), written, [str(one) for one in bound.errors], head.is_planned)


def _calculation(
    sheet: Figures, found: dict[tuple[str, int], int], ticked: Collection[str] | None
) -> list[dict[str, Any]]:
    """Return the accounts in which the calculation differs from what is stored, with both amounts of each year."""
    years = sheet.plan.planned_years
    rows = []
    for one in accounts().values():
        pairs = [(sheet.stored.get((one.id, year)), found.get((one.id, year))) for year in years]
        if any((now or 0) != (new or 0) for now, new in pairs if new is not None):
            is_ticked = ticked is None or one.id in ticked
            rows.append({"account": one.id, "label": one.label, "pairs": pairs, "is_ticked": is_ticked})
    return rows


def _statement_named(name: str) -> Statement:
    if name not in Statement.values:
        raise Http404(f"no statement {name}")
    return Statement(name)
