"""Forms of a claim: the actual costs of all its categories at once, and one agency's invoices and transfer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from subsidies.enums import CostCategory, PaymentMethod
from subsidies.selectors.claiming.claims import ClaimedCategory, ClaimSheet
from vapup.ui.fields import JapaneseDateField, YenField
from vapup.ui.forms import VersionedForm
from vapup.ui.text import TextField

LINE_FIELDS: Final = ("cost_yen", "statement_yen", "hours_yen", "worked_from", "worked_to")
_BETWEEN: Final = "__"


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The fields of one category; `fill_yen` is what the link beside them would put in, None for no link."""

    row: ClaimedCategory
    cost: BoundField
    papers: tuple[BoundField, ...]
    days: tuple[BoundField, ...]
    fill_yen: int | None


class ClaimLinesForm(VersionedForm):
    """What every category of a claim really cost; a category whose fields are all empty is not entered yet."""

    def __init__(self, *args: Any, sheet: ClaimSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = sheet.rows
        for row in self.rows:
            for name, field in _line_fields(row.category, is_alone=len(self.rows) == 1).items():
                self.fields[_name(row.category, name)] = field

    def clean(self) -> dict[str, Any]:
        """Ask for the cost where anything else is entered, and for days in order."""
        cleaned = super().clean() or self.cleaned_data
        for row in self.rows:
            self._check(row.category)
        return cleaned

    def _check(self, category: CostCategory) -> None:
        facts = {name: self.cleaned_data.get(_name(category, name)) for name in LINE_FIELDS}
        cost = _name(category, "cost_yen")
        if facts["cost_yen"] is None and cost not in self.errors and any(one is not None for one in facts.values()):
            self.add_error(cost, "ほかの欄を入力したときは、実績の費用も入力してください。")
        first, last = facts["worked_from"], facts["worked_to"]
        if first and last and last < first:
            self.add_error(_name(category, "worked_to"), f"従事の最終日 {last} が、初日 {first} より前です。")

    def lines(self) -> dict[CostCategory, Mapping[str, Any]]:
        """Return the cleaned fields by category, as the service takes them."""
        return {
            row.category: {name: self.cleaned_data[_name(row.category, name)] for name in LINE_FIELDS}
            for row in self.rows
        }

    def groups(self) -> list[LineGroup]:
        """Return the fields as the page shows them; the filed cost is offered where the field is still empty."""
        found = []
        for row in self.rows:
            fields = {name: self[_name(row.category, name)] for name in LINE_FIELDS}
            is_empty = fields["cost_yen"].value() in (None, "")
            papers, days = (tuple(fields[one] for one in names) for names in (LINE_FIELDS[1:3], LINE_FIELDS[3:]))
            found.append(
                LineGroup(row, fields["cost_yen"], papers, days, row.filed_yen if is_empty and row.filed_yen else None)
            )
        return found


def line_values(sheet: ClaimSheet, *, fill: str = "") -> dict[str, Any]:
    """Return what a form of the claim shows first; of the category named by `fill` the filed cost, if it has none."""
    values: dict[str, Any] = {"version": sheet.application.version}
    for row in sheet.rows:
        for name in LINE_FIELDS:
            values[_name(row.category, name)] = getattr(row.line, name) if row.line else None
        if row.line is None and row.category.value == fill:
            values[_name(row.category, "cost_yen")] = row.filed_yen
    return values


def _name(category: CostCategory, field: str) -> str:
    return f"{category.value}{_BETWEEN}{field}"


def _line_fields(category: CostCategory, *, is_alone: bool) -> dict[str, forms.Field]:
    about = "" if is_alone else f"{category.label} "
    return {
        "cost_yen": YenField(label=f"{about}実績の費用(税込)", required=False),
        "statement_yen": YenField(
            label=f"{about}業務別請求明細書の合計(税込)",
            required=False,
            help_text="書類に書かれた額をそのまま入力します。",
        ),
        "hours_yen": YenField(
            label=f"{about}従事時間管理表の合計(税込)",
            required=False,
            help_text="単価 × 時間の合計に消費税を加えた額です。",
        ),
        "worked_from": JapaneseDateField(label=f"{about}従事の初日", required=False, help_text="受理日以後の日"),
        "worked_to": JapaneseDateField(label=f"{about}従事の最終日", required=False, help_text="従事した最後の日"),
    }


class SettlementForm(VersionedForm):
    """One agency's contract, invoices, and the transfer of the enterprise's own share to it."""

    contracted_on = JapaneseDateField(label="契約日", required=False)
    cost_yen = YenField(
        label="この機関の費用(税込)", required=False, help_text="この申請のうち、この機関が受け持った分です。"
    )
    council_invoiced_on = JapaneseDateField(label="協議会あて請求書の日付", required=False)
    council_invoice_yen = YenField(label="協議会あて請求書の額", required=False)
    own_invoiced_on = JapaneseDateField(label="事業者あて請求書の日付", required=False)
    own_invoice_yen = YenField(
        label="事業者あて請求書の額", required=False, help_text="源泉所得税を差し引く前の額(税込)です。"
    )
    method = forms.TypedChoiceField(
        label="支払方法",
        coerce=PaymentMethod,
        choices=PaymentMethod.choices,
        initial=PaymentMethod.TRANSFER,
        help_text="認められるのは銀行振込だけです。",
    )
    transferred_on = JapaneseDateField(label="振込日", required=False)
    transferred_yen = YenField(label="振込額", required=False, help_text="振込受付書等に書かれた額です。")
    withheld_yen = YenField(label="差し引かれた源泉所得税", required=False, help_text="ないときは空欄にします。")
    fee_deducted_yen = YenField(
        label="差し引かれた振込手数料",
        required=False,
        help_text="手数料は費用に含まれません。ないときは空欄のままにします。",
    )
    has_gross_invoice = forms.BooleanField(label="源泉所得税を差し引く前の額がわかる請求書の写しがある", required=False)
    is_single_purpose = forms.BooleanField(
        label="この費用だけを振り込んでいる(ほかの費用と合算していない)", required=False
    )
    payer = TextField(label="振込人の名義", max_length=200, required=False)
    payee = TextField(label="受取人の名義", max_length=200, required=False)

    def facts(self) -> dict[str, Any]:
        """Return the cleaned fields as the service takes them; what is left empty was not withheld or deducted."""
        values = self.values()
        return {**values, **{name: values[name] or 0 for name in ("withheld_yen", "fee_deducted_yen")}}
