"""The plans of the demonstration: an approved one with all its parts, and a draft that is half filled."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from cases.enums import CashItem, Statement
from cases.models import Case, MapNode, Plan
from cases.rules.repayment import Loan, LoanChange, interest_by_year, pro_rata_plan, schedules
from cases.selectors.plan.business_map import map_of
from cases.selectors.plan.cash import cash_of, proposed_cash
from cases.selectors.plan.figures import assumption_stamp, calculated, calculation_stamp, sheet_of
from cases.selectors.plan.follow_up import follow_up_stamp
from cases.selectors.plan.loans import loan_sheet_of
from cases.selectors.plan.real import real_of
from cases.selectors.plan.rows import stamp_of_plan
from cases.selectors.plan.versions import plans_of
from cases.services.plan.actions import add_issue, add_measure
from cases.services.plan.business_map import MapInput, save_map
from cases.services.plan.cash import CashInput, save_cash
from cases.services.plan.figures import AssumptionLine, calculate_figures, save_assumptions
from cases.services.plan.follow_up import save_follow_up
from cases.services.plan.loans import LoanInput, save_loans
from cases.services.plan.real import save_real
from cases.services.plan.rows import RowInput
from cases.services.plan.texts import TEXTS, save_texts
from cases.services.plan.versions import approve_plan, start_plan, submit_plan
from vapup.accounts.models import Member
from vapup.clock import JAPAN
from vapup.demonstration.books import THOUSAND, Times
from vapup.demonstration.ledger import MONTHS, BookedMonth, add_months, spread
from vapup.shared.dates import ONE_DAY
from vapup.work import unit_of_work

DESCRIBED: Final = Path(__file__).with_name("plan.toml")
YEARS: Final = range(1, 6)
# Interest is planned in whole steps, never below what the repayment plan leads to.
INTEREST_STEP: Final = 10_000
# The plan was submitted and approved so many days before the follow-up; its approval followed the lenders' word.
DAYS_SUBMITTED, DAYS_APPROVED = 36, 34
DAYS_OF_PLANNING, DAYS_OF_DRAFT = 70, 20
# The personnel costs of June and December bring the bonuses, in permille of another month; sales come in late.
BONUS: Final = {6: 1_480, 12: 1_480}
LATE: Final = 2

Effects = dict[tuple[str, int], int]


def plan_told() -> dict[str, Any]:
    """Return the description of the approved plan."""
    return tomllib.loads(DESCRIBED.read_text(encoding="utf-8"))


def repayments_of(told: Mapping[str, Any]) -> dict[int, dict[str, int]]:
    """Return what is repaid on each loan by year, in yen: a yearly total, shared by the balances."""
    loans, keys = _ruled(told), [one["key"] for one in told["loan"]]
    totals = {year: told["repayments"]["total"][year - 1] * THOUSAND for year in YEARS}
    found = pro_rata_plan(loans, totals)
    return {year: {keys[one]: changes[year - 1].repaid_yen for one, changes in found.items()} for year in YEARS}


def interest_of(told: Mapping[str, Any]) -> dict[int, int]:
    """Return the planned interest by year, in yen, rounded up."""
    repaid, keys = repayments_of(told), [one["key"] for one in told["loan"]]
    loans = [
        Loan(
            one.id,
            one.lender_id,
            one.label,
            one.balance_yen,
            one.rate_basis_points,
            one.is_short_term,
            tuple(LoanChange(year, repaid_yen=repaid[year][keys[one.id]]) for year in YEARS),
        )
        for one in _ruled(told)
    ]
    due = interest_by_year(schedules(loans, YEARS))
    return {year: -(-yen // INTEREST_STEP) * INTEREST_STEP for year, yen in due.items()}


def effects_of(measure: Mapping[str, Any]) -> Effects:
    """Return the effects of a measure, in yen by account and year."""
    return {(name, year): yen[year - 1] * THOUSAND for name, yen in measure["effects"].items() for year in YEARS}


def assumptions_of(told: Mapping[str, Any], base: Mapping[str, int]) -> list[AssumptionLine]:
    """Return the assumptions: those described, and what follows from the base year and the rest of the plan."""
    lines = [
        AssumptionLine(one["account"], one["ground"], {year: one["yen"][year - 1] * THOUSAND for year in YEARS})
        for one in told["assumption"]
    ]
    moved = _moved(told, lines)
    interest = {year: yen - base["interest"] for year, yen in interest_of(told).items()}
    passed, worn = 0, {}
    for year in YEARS:
        passed += sum(base[name] + moved.get((name, year), 0) for name in ("factory_depreciation", "depreciation"))
        worn[year] = passed
    return [
        *lines,
        AssumptionLine("interest", "返済計画の残高と金利から計算", interest),
        AssumptionLine("accumulated_depreciation", "計画の減価償却費の累計", worn),
        AssumptionLine(
            "receivables", "回収条件は今のまま(売上に比例)", _in_step(base, moved, "receivables", ("sales",))
        ),
        AssumptionLine(
            "payables",
            "支払条件は今のまま(仕入・外注に比例)",
            _in_step(base, moved, "payables", ("purchases", "subcontracting")),
        ),
    ]


def planned_years(told: Mapping[str, Any], base: Mapping[str, int]) -> dict[int, dict[str, int]]:
    """Return the base year and the planned years, in yen by account; cash, retained earnings and loans excepted."""
    moved = _moved(told, assumptions_of(told, base))
    return {year: {name: yen + moved.get((name, year), 0) for name, yen in base.items()} for year in (0, *YEARS)}


@dataclass(frozen=True, slots=True)
class Planner:
    """Who makes the plan of a case, who approves it, and when."""

    case: Case
    consultant: Member
    manager: Member
    times: Times

    @unit_of_work()
    def approved(self, told: Mapping[str, Any], base: Mapping[str, int], months: Sequence[BookedMonth]) -> Plan:
        """Make the plan with all its parts, and have it approved."""
        self._start(self.times.base_ends_on, told["years"])
        self._words(told["texts"])
        self._map(told["node"], told["flow"])
        self._actions(told["issue"])
        self._figures(assumptions_of(told, base))
        self._loans(told)
        self._real(told["real"])
        self._cash(months)
        self._follow_up(told)
        now = self.times.follow_up - timedelta(days=DAYS_SUBMITTED)
        begun = self._begun(_at(now - timedelta(days=DAYS_OF_PLANNING), 9))
        plan = submit_plan(actor=self.consultant, case_id=self.case.pk, version=begun.version, now=_at(now, 17))
        on = _at(self.times.follow_up - timedelta(days=DAYS_APPROVED), 10)
        approve_plan(actor=self.manager, case_id=self.case.pk, version=plan.version, now=on)
        return self._plan()

    @unit_of_work()
    def draft(self, told: Mapping[str, Any], base_ends_on: date) -> Plan:
        """Begin a plan: some texts, the first parties of the picture, and one issue."""
        self._start(base_ends_on, told["years"])
        self._words(dict.fromkeys(TEXTS, "") | told["texts"])
        self._map(told["node"], told["flow"])
        self._actions(told["issue"])
        return self._begun(_at(self.times.today - timedelta(days=DAYS_OF_DRAFT), 9))

    def _begun(self, at: datetime) -> Plan:
        """Set back when the plan was begun: the database wrote down this moment."""
        plan = self._plan()
        Plan.objects.filter(pk=plan.pk).update(created_at=at)
        return plan

    def _plan(self) -> Plan:
        plan = plans_of(self.case).first()
        if plan is None:
            raise LookupError(f"{self.case} has no plan yet")
        plan.case = self.case
        return plan

    def _start(self, base_ends_on: date, years: int) -> None:
        """Begin the plan, with the closed years of the enterprise."""
        today = self.times.today
        start_plan(actor=self.consultant, case_id=self.case.pk, base_ends_on=base_ends_on, years=years, today=today)

    def _words(self, texts: Mapping[str, str]) -> None:
        facts = {name: text.strip() for name, text in texts.items()}
        save_texts(actor=self.consultant, case_id=self.case.pk, seen=stamp_of_plan(self._plan(), TEXTS), facts=facts)

    def _map(self, nodes: Sequence[Mapping[str, Any]], flows: Sequence[Mapping[str, Any]]) -> None:
        parties = [RowInput(None, _node(one)) for one in nodes]
        self._save_map(parties, [])
        stored = map_of(self._plan()).nodes
        kept = [RowInput(row.pk, one.values) for row, one in zip(stored, parties, strict=True)]
        self._save_map(kept, [RowInput(None, _flow(one, stored)) for one in flows])

    def _save_map(self, nodes: Sequence[RowInput], flows: Sequence[RowInput]) -> None:
        seen = map_of(self._plan()).stamp
        save_map(actor=self.consultant, case_id=self.case.pk, seen=seen, sheet=MapInput(nodes, flows))

    def _actions(self, issues: Sequence[Mapping[str, Any]]) -> None:
        for one in issues:
            facts = {name: one[name] for name in ("title", "situation", "direction")}
            issue = add_issue(actor=self.consultant, case_id=self.case.pk, facts=facts)
            for measure in one["measure"]:
                self._measure(issue.pk, measure)

    def _measure(self, issue_id: int, measure: Mapping[str, Any]) -> None:
        facts = {name: measure[name] for name in ("title", "detail", "owner", "kpi")}
        facts["starts_on"] = add_months(self.times.follow_up, measure["from"])
        facts["due_on"] = add_months(self.times.follow_up, measure["until"]) - ONE_DAY
        effects = effects_of(measure) if "effects" in measure else {}
        add_measure(actor=self.consultant, case_id=self.case.pk, issue_id=issue_id, facts=facts, effects=effects)

    def _figures(self, lines: Sequence[AssumptionLine]) -> None:
        """Save the assumptions, and let the product work the statements out of them and the measures."""
        save_assumptions(actor=self.consultant, case_id=self.case.pk, seen=assumption_stamp([]), lines=lines)
        for statement in Statement:
            sheet = sheet_of(self._plan())
            # An account without any amount stays empty: a stock of 0 in the cost of sales contradicts the sheet.
            names = {name for (name, _), yen in calculated(sheet, statement).items() if yen}
            calculate_figures(
                actor=self.consultant,
                case_id=self.case.pk,
                statement=statement,
                seen=calculation_stamp(sheet, statement),
                names=names,
            )

    def _loans(self, told: Mapping[str, Any]) -> None:
        lenders = {one.bank_name: one for one in self.case.enterprise.lenders.all()}
        repaid = repayments_of(told)
        rows = [
            LoanInput(
                RowInput(None, {"lender": lenders[one["bank"]], **_loan(one)}),
                {year: (0, yen[one["key"]]) for year, yen in repaid.items()},
            )
            for one in told["loan"]
        ]
        seen = loan_sheet_of(self._plan()).stamp
        save_loans(actor=self.consultant, case_id=self.case.pk, seen=seen, rows=rows)

    def _real(self, told: Sequence[Mapping[str, Any]]) -> None:
        rows = [
            RowInput(
                None, {"account": one["account"], "adjustment_yen": one["yen"] * THOUSAND, "reason": one["reason"]}
            )
            for one in told
        ]
        save_real(actor=self.consultant, case_id=self.case.pk, seen=real_of(self._plan()).stamp, rows=rows)

    def _cash(self, months: Sequence[BookedMonth]) -> None:
        """Save the cash table of the follow-up's first year: as planned, and as it came in the months that are over."""
        first = self.times.follow_up
        opening = next(one.balance["cash"] for one in months if one.month == add_months(first, -1))
        planned = seasonal(proposed_cash(self._plan(), starts_on=first, months=MONTHS), first)
        over = [one for one in months if first <= one.month < add_months(first, MONTHS)]
        actual = {(one.month, item): yen for one in over for item, yen in one.cash.items() if yen}
        for is_actual, amounts in ((False, planned), (True, actual)):
            sheet = CashInput(first, MONTHS, opening, is_actual, amounts)
            seen = cash_of(self._plan()).stamp
            save_cash(actor=self.consultant, case_id=self.case.pk, seen=seen, sheet=sheet)

    def _follow_up(self, told: Mapping[str, Any]) -> None:
        facts = {
            "frequency": told["frequency"],
            "follow_up_starts_on": self.times.follow_up,
            "follow_up_months": told["follow_up_months"],
            "follow_up": told["follow_up"]["text"].strip(),
        }
        seen = follow_up_stamp(self._plan())
        save_follow_up(actor=self.consultant, case_id=self.case.pk, seen=seen, facts=facts)


def seasonal(amounts: Mapping[tuple[date, CashItem], int], first: date) -> dict[tuple[date, CashItem], int]:
    """Give the even months of a cash table their bonuses; each item's sum of half a year stays what it was."""
    found = dict(amounts)
    for half in range(2):
        months = [add_months(first, half * 6 + place) for place in range(6)]
        keys = [(month, CashItem.PAID_PERSONNEL) for month in months]
        weights = [BONUS.get(month.month, 1_000) for month in months]
        parts = spread(sum(amounts.get(key, 0) for key in keys), weights)
        found.update(zip(keys, parts, strict=True))
    return found


def _ruled(told: Mapping[str, Any]) -> list[Loan]:
    return [
        Loan(place, place, one["name"], one["balance"] * THOUSAND, one["rate"], one.get("short", False))
        for place, one in enumerate(told["loan"])
    ]


def _moved(told: Mapping[str, Any], lines: Sequence[AssumptionLine]) -> Effects:
    """Return what measures and assumptions change together."""
    found: Effects = {}
    changes = [effects_of(measure) for issue in told["issue"] for measure in issue["measure"]]
    changes += [{(line.account, year): yen for year, yen in line.yen.items()} for line in lines]
    for change in changes:
        for key, yen in change.items():
            found[key] = found.get(key, 0) + yen
    return found


def _in_step(base: Mapping[str, int], moved: Effects, account: str, with_: Sequence[str]) -> dict[int, int]:
    """Return how a balance changes that goes in step with some accounts, in whole thousands of yen."""
    whole = sum(base[name] for name in with_)
    changes = {year: sum(moved.get((name, year), 0) for name in with_) for year in YEARS}
    return {year: base[account] * change // whole // THOUSAND * THOUSAND for year, change in changes.items()}


def _node(told: Mapping[str, Any]) -> dict[str, Any]:
    amount = told["amount"] * THOUSAND if "amount" in told else None
    return {"kind": told["kind"], "name": told["name"], "amount_yen": amount, "comment": told["comment"]}


def _flow(told: Mapping[str, Any], nodes: Sequence[MapNode]) -> dict[str, Any]:
    source, target = (nodes[place] for place in told["ends"])
    amount = told["amount"] * THOUSAND if "amount" in told else None
    kind = told.get("kind", "goods")
    return {"source": source, "target": target, "kind": kind, "label": told["label"], "amount_yen": amount}


def _loan(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": told["name"],
        "balance_yen": told["balance"] * THOUSAND,
        "rate_basis_points": told["rate"],
        "is_guaranteed": told.get("guaranteed", False),
        "collateral": told["collateral"],
        "is_short_term": told.get("short", False),
    }


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 5), tzinfo=JAPAN)
