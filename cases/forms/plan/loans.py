"""The sheet of the repayment plan: loans, and what is borrowed and repaid in each planned year."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from cases.forms.plan.rows import RowKind, RowsForm, SheetRow, retype
from cases.models import Lender
from cases.rules import repayment
from cases.selectors.plan.loans import LoanSheet
from cases.selectors.plan.rows import shown_row
from cases.services.plan.loans import LoanInput
from cases.services.plan.rows import RowInput
from vapup.shared.money import format_yen
from vapup.shared.numbers import half_width
from vapup.ui.fields import CountField, FigureField, YenField
from vapup.ui.text import TextField, shorten
from vapup.ui.widgets import PlainSelect

LOAN: Final = "loan"
BLANK: Final = 2
FACTS: Final = ("lender", "name", "balance_yen", "rate_basis_points", "is_guaranteed", "is_short_term", "collateral")
EQUAL, PRO_RATA = "equal", "pro_rata"
LONGEST_TERM: Final = 50


class RateField(FigureField):
    """A yearly rate, typed as 1.25 or 1.25%; the value is hundredths of a percent (125), at most 20 %."""

    inputmode = "decimal"
    css = "input--4"
    _RATE: Final = re.compile(r"([0-9]{1,2})(?:\.([0-9]{1,2}))?%?")
    HIGHEST: Final = 2_000

    def read(self, text: str) -> int:
        """Return hundredths of a percent."""
        match = self._RATE.fullmatch(half_width(text))
        points = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else self.HIGHEST + 1
        if points > self.HIGHEST:
            raise ValidationError(
                f"「{shorten(text)}」は金利として読めません。1.25 のように、0から20までの%で入力してください。",
                code="invalid",
            )
        return points

    def prepare_value(self, value: Any) -> Any:
        """Show 125 as 1.25, and what was typed as it was typed."""
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value


@dataclass(frozen=True, slots=True)
class LoanYears:
    """The years of one loan as the page shows them; `closing` is of what is stored, None for a new loan."""

    title: str
    borrowed: Sequence[BoundField]
    repaid: Sequence[BoundField]
    closing: Sequence[int | None]


class LoansForm(RowsForm):
    """The repayment plan as a form; with it the figures from which repayments are proposed."""

    equal_years = CountField(label="均等返済の年数", smallest=1, largest=LONGEST_TERM, required=False, unit="年")

    def __init__(self, data: Any = None, *, stored: LoanSheet, blank: int = BLANK) -> None:
        self.stored, self.years = stored, stored.plan.planned_years
        lenders = {one.pk: one for one in stored.lenders} | {one.lender_id: one.lender for one in stored.loans}
        self.lenders = {str(pk): str(one) for pk, one in lenders.items()}
        fields = _fields(lenders, self.years)
        kind = RowKind(LOAN, "借入金", fields, ("lender", "name", "balance_yen"), tuple(fields))
        rows = [_shown(stored, one.pk) for one in stored.loans] or first_rows(stored.lenders)
        super().__init__(data, kinds=(kind,), stored={LOAN: rows}, version=stored.stamp, blank=blank)
        self.initial["equal_years"] = stored.plan.years
        for year in self.years:
            field = YenField(label=f"{year}年目の合計", unit="", required=False)
            self.fields[f"total_{year}"] = field

    @property
    def totals(self) -> list[BoundField]:
        """Return the controls of the yearly totals that are shared pro rata."""
        return [self[f"total_{year}"] for year in self.years]

    def loan_years(self) -> list[LoanYears]:
        """Return the yearly controls of every loan that is there or was begun."""
        return [self._years(row) for row in self.rows(LOAN) if row.pk or row.is_begun]

    def _years(self, row: SheetRow) -> LoanYears:
        lender = self.lenders.get(str(row.cells["lender"].value() or ""), "")
        closing = {one.loan.id: [year.closing_yen for year in one.years] for one in self.stored.schedules}
        return LoanYears(
            f"{row.number}. {lender} {row.cells['name'].value() or '(種類が未入力)'}",
            [row.cells[f"borrowed_{year}"] for year in self.years],
            [row.cells[f"repaid_{year}"] for year in self.years],
            closing.get(row.pk, [None] * len(self.years)),
        )

    def sheet(self) -> list[LoanInput]:
        """Return what was entered, as the service takes it."""
        return [self._loan(one) for one in self.inputs(LOAN)]

    def _loan(self, entry: RowInput) -> LoanInput:
        facts = {name: entry.values[name] for name in FACTS}
        facts["rate_basis_points"] = facts["rate_basis_points"] or 0
        years = {
            year: (entry.values[f"borrowed_{year}"] or 0, entry.values[f"repaid_{year}"] or 0) for year in self.years
        }
        return LoanInput(RowInput(entry.pk, facts, entry.is_gone), years)

    def propose(self, way: str) -> bool:
        """Fill in proposed repayments in place of those typed; nothing is saved. Return whether there was a proposal.

        Args:
            way: EQUAL: each balance in equal yearly parts; PRO_RATA: the yearly totals, shared by the balances.
        """
        loans = self._owed()
        if way == EQUAL:
            term = self.cleaned_data.get("equal_years") or len(self.years)
            found = {one.id: repayment.equal_repayment(one, years=term) for one in loans}
        else:
            totals = {year: self.cleaned_data.get(f"total_{year}") for year in self.years}
            found = repayment.pro_rata_plan(loans, {year: yen for year, yen in totals.items() if yen is not None})
        typed: dict[str, str] = {}
        for index, changes in found.items():
            by_year = {one.year: one.repaid_yen for one in changes}
            for year in self.years if changes else ():
                typed[f"{LOAN}-{index}-repaid_{year}"] = format_yen(by_year.get(year, 0))
        retype(self, typed)
        return any(found.values())

    def _owed(self) -> list[repayment.Loan]:
        """Return the loans as typed, each with the place of its row for an id."""
        found = []
        for row in self.rows(LOAN):
            balance = self.cleaned_data.get(f"{LOAN}-{row.index}-balance_yen")
            if balance and not self.cleaned_data.get(f"{LOAN}-{row.index}-gone"):
                found.append(repayment.Loan(row.index, 0, "", balance))
        return found


def first_rows(lenders: Sequence[Lender]) -> list[dict[str, Any]]:
    """Return first rows from the lenders of an enterprise: what is guaranteed apart from what is not."""
    rows: list[dict[str, Any]] = []
    for one in lenders:
        parts = ((one.balance_yen - one.guaranteed_yen, False), (one.guaranteed_yen, True))
        rows += [
            {"lender": one.pk, "name": "証書貸付", "balance_yen": yen, "is_guaranteed": is_guaranteed}
            for yen, is_guaranteed in parts
            if yen
        ]
    return rows


def _shown(stored: LoanSheet, loan_id: int) -> dict[str, Any]:
    loan = next(one for one in stored.loans if one.pk == loan_id)
    row = shown_row(loan, FACTS)
    for change in stored.changes_by_loan[loan_id]:
        row |= {
            f"borrowed_{change.year}": change.borrowed_yen or None,
            f"repaid_{change.year}": change.repaid_yen or None,
        }
    return row


def _fields(lenders: Mapping[int, Lender], years: range) -> dict[str, Callable[[], forms.Field]]:
    choices = [("", "選んでください"), *((str(pk), str(one)) for pk, one in lenders.items())]
    yen = partial(YenField, unit="")
    fields: dict[str, Callable[[], forms.Field]] = {
        "lender": partial(
            forms.TypedChoiceField,
            label="金融機関",
            choices=choices,
            coerce=lambda value: lenders[int(value)],
            empty_value=None,
            widget=PlainSelect,
        ),
        "name": partial(TextField, label="種類", max_length=60),
        "balance_yen": partial(yen, label="基準期末の残高"),
        "rate_basis_points": partial(RateField, label="金利(%)"),
        "is_guaranteed": partial(forms.BooleanField, label="保証協会付"),
        "is_short_term": partial(forms.BooleanField, label="短期(1年以内)"),
        "collateral": partial(TextField, label="担保・保証", max_length=200),
    }
    for year in years:
        fields[f"borrowed_{year}"] = partial(yen, label=f"{year}年目の借入")
        fields[f"repaid_{year}"] = partial(yen, label=f"{year}年目の返済")
    return fields
