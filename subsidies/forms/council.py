"""Forms of applications: begin one, write a letter, record what passes with the council."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms

from subsidies.enums import ReturnCause, SubmissionMethod
from subsidies.selectors.filing.applications import Openable, read_openable
from subsidies.selectors.payments.receipts import AgencyKey, Due
from subsidies.services.filing.applications import Beginning
from subsidies.services.filing.receipts import Paid
from vapup.shared.money import format_yen
from vapup.ui.fields import JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField

# How many things that were wrong one form takes; of a council that found more the last row names the rest together.
COMPLAINTS: Final = 5
NOTE: Final = "差額の理由"
LONGEST_NOTE: Final = 500
PARTS: Final = ("cause", "document", "comment")


class BeginForm(OfficeForm):
    """Choose which application to prepare."""

    choice = forms.ChoiceField(label="申請の種類", widget=forms.RadioSelect)
    subject = TextField(
        label="件名",
        required=False,
        max_length=200,
        help_text="変更の届出・取下げのときだけ入力します。例: 伴走支援の回数の変更",
    )
    explanation = ParagraphField(
        label="内容と理由",
        required=False,
        max_length=2000,
        rows=4,
        help_text="変更の届出・取下げのときだけ入力します。",
    )

    def __init__(self, *args: Any, openable: Iterable[Openable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.choice, one.label) for one in openable]
        self.has_choices = bool(offered)
        self.offer_choices("choice", offered)

    def beginning(self) -> Beginning:
        """Return the cleaned form as the service takes it."""
        values = self.cleaned_data
        kind, period_id = read_openable(values["choice"])
        return Beginning(kind=kind, period_id=period_id, subject=values["subject"], explanation=values["explanation"])


class LetterForm(VersionedForm):
    """What a change notice or a withdrawal says."""

    subject = TextField(label="件名", max_length=200)
    explanation = ParagraphField(label="内容と理由", max_length=2000, rows=6)


class ReasonToCancelForm(OfficeForm):
    """Give an application up."""

    reason = ParagraphField(label="取りやめる理由", max_length=1000, rows=3, help_text="履歴に残ります。")


class SubmitForm(OfficeForm):
    """Record the submission to the council."""

    submitted_on = JapaneseDateField(label="提出した日")
    method = forms.TypedChoiceField(
        label="提出方法", coerce=SubmissionMethod, choices=SubmissionMethod.choices, widget=forms.RadioSelect
    )
    receipt_number = TextField(label="受付番号", required=False, max_length=50, help_text="協議会から示されたとき")


class AcceptForm(OfficeForm):
    """Record the acceptance."""

    accepted_on = JapaneseDateField(label="受理日", help_text="協議会が受理した日")
    receipt_number = TextField(label="受付番号", required=False, max_length=50)


class RefuseForm(OfficeForm):
    """Record that the council did not accept the application."""

    refused_on = JapaneseDateField(label="不受理の日")
    reason = ParagraphField(label="不受理の理由", max_length=1000, rows=4)


class DecideForm(OfficeForm):
    """Record the council's decision; of a claim with several agencies each one's part."""

    decided_on = JapaneseDateField(label="決定日", help_text="決定通知書の日付")
    decided_yen = YenField(label="決定額", help_text="決定通知書の額")
    note = ParagraphField(
        label=NOTE,
        required=False,
        max_length=LONGEST_NOTE,
        rows=2,
        help_text="決定額が申請額と異なるときに入力します。",
    )

    def __init__(self, *args: Any, dues: Sequence[Due], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dues = dues
        if not dues:
            del self.fields["decided_yen"], self.fields["note"]
        if len(dues) > 1:
            _per_agency(
                self, dues, "decided_yen", lambda one: YenField(label=f"{one.name} 決定額", help_text=_asked(one))
            )

    def parts(self) -> dict[AgencyKey, int] | None:
        """Return each agency's part; None where there is one agency or none."""
        if len(self.dues) < 2:
            return None
        return {one.agency_key: self.cleaned_data[_name("decided_yen", one)] for one in self.dues}


class PayForm(OfficeForm):
    """Record the payment; of a claim with several agencies what each one got."""

    paid_on = JapaneseDateField(label="入金日", help_text="通帳の日付")
    paid_yen = YenField(label="入金額")
    note = ParagraphField(
        label=NOTE,
        required=False,
        max_length=LONGEST_NOTE,
        rows=2,
        help_text="入金額が決定額と異なるときに入力します。分けて入金されたときは、合計の額と最後の日を入力します。",
    )

    def __init__(self, *args: Any, dues: Sequence[Due], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dues = dues
        if len(dues) > 1:
            _per_agency(self, dues, "paid_on", lambda one: JapaneseDateField(label=f"{one.name} 入金日"))
            _per_agency(
                self, dues, "paid_yen", lambda one: YenField(label=f"{one.name} 入金額", help_text=_decided(one))
            )
            self.order_fields([_name(name, one) for one in dues for name in ("paid_on", "paid_yen")])

    def parts(self) -> dict[AgencyKey, Paid]:
        """Return what each agency got."""
        values = self.cleaned_data
        if len(self.dues) == 1:
            return {self.dues[0].agency_key: Paid(values["paid_yen"], values["paid_on"])}
        return {
            one.agency_key: Paid(values[_name("paid_yen", one)], values[_name("paid_on", one)]) for one in self.dues
        }


class CorrectPaymentForm(PayForm, VersionedForm):
    """Put the recorded payment right, or add what arrived later."""


def decision_values(dues: Sequence[Due]) -> dict[str, Any]:
    """Return what the form of a decision offers: what each agency claimed."""
    if len(dues) == 1:
        return {"decided_yen": dues[0].claimed_yen}
    return {_name("decided_yen", one): one.claimed_yen for one in dues}


def payment_values(dues: Sequence[Due], sum_yen: int | None, today: date | None) -> dict[str, Any]:
    """Return what the form of a payment offers: what was recorded, else what was decided, paid today."""
    found: dict[str, Any] = {}
    for one in dues:
        receipt = one.receipt
        decided_yen = sum_yen if len(dues) == 1 and one.decided_yen is None else one.decided_yen
        is_paid = receipt is not None and receipt.paid_yen is not None
        name = one if len(dues) > 1 else None
        found[_name("paid_yen", name)] = receipt.paid_yen if receipt and is_paid else decided_yen
        found[_name("paid_on", name)] = receipt.paid_on if receipt and is_paid else today
    notes = [one.receipt.paid_note for one in dues if one.receipt and one.receipt.paid_note]
    return {**found, "note": notes[0] if notes else ""}


def _name(name: str, due: Due | None) -> str:
    return name if due is None else f"{name}__{due.agency_key or 0}"


def _per_agency(form: OfficeForm, dues: Sequence[Due], name: str, make: Callable[[Due], forms.Field]) -> None:
    """Put one field for each agency in the place of a field."""
    order = list(form.fields)
    place = order.index(name)
    del form.fields[name]
    for due in dues:
        field = make(due)
        field.error_messages["required"] = f"「{field.label}」を入力してください。0円のときは 0 と入力します。"
        form.fields[_name(name, due)] = field
    form.order_fields([*order[:place], *(_name(name, due) for due in dues), *order[place + 1 :]])


def _asked(due: Due) -> str:
    return "" if due.claimed_yen is None else f"申請額 {format_yen(due.claimed_yen)}円"


def _decided(due: Due) -> str:
    return "" if due.decided_yen is None else f"決定額 {format_yen(due.decided_yen)}円"


class AnswerForm(OfficeForm):
    """Say what was done about one thing that the council found wrong."""

    answer = ParagraphField(label="対応の内容", max_length=1000, rows=4)


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One thing that was wrong: its number from 1, its fields, and whether they are shown at once."""

    number: int
    fields: list[forms.BoundField]
    is_open: bool


def _lacking(place: int, label: str, verb: str) -> str:
    return f"「{place + 1}件目の{label}」を{verb}ください。"


def _complaint_fields(place: int) -> dict[str, forms.Field]:
    """Return the fields of one row; a return has at least the first."""
    is_first = place == 0
    choices = [("", "選んでください"), *ReturnCause.choices]
    messages = {
        verb: {"required": _lacking(place, label, verb)} for label, verb in (("原因", "選んで"), ("指摘", "入力して"))
    }
    return {
        f"cause_{place}": forms.ChoiceField(
            label="原因", choices=choices, required=is_first, error_messages=messages["選んで"]
        ),
        f"document_{place}": TextField(
            label="書類", max_length=100, required=False, help_text="例: 別紙1-3 業務別見積明細書"
        ),
        f"comment_{place}": ParagraphField(
            label="指摘", max_length=1000, rows=2, required=is_first, error_messages=messages["入力して"]
        ),
    }


class ReturnForm(OfficeForm):
    """Record a return: one row for each thing that was wrong."""

    returned_on = JapaneseDateField(label="差戻しの日")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(COMPLAINTS):
            self.fields.update(_complaint_fields(place))

    def rows(self) -> list[ComplaintRow]:
        """Return the fields row by row, as the page shows them; rows behind the first open once they say something."""
        return [self._shown(place) for place in range(COMPLAINTS)]

    def _shown(self, place: int) -> ComplaintRow:
        fields = [self[f"{name}_{place}"] for name in PARTS]
        return ComplaintRow(place + 1, fields, is_open=any(one.value() or one.errors for one in fields))

    def complaints(self) -> list[dict[str, str]]:
        """Return the rows that were filled in."""
        rows = (self._row(place) for place in range(COMPLAINTS))
        return [row for row in rows if any(row.values())]

    def _row(self, place: int) -> dict[str, str]:
        return {name: self.cleaned_data.get(f"{name}_{place}", "") for name in PARTS}

    def clean(self) -> dict[str, Any]:
        """Refuse rows without their cause or comment, and a return that says nothing."""
        for place in range(COMPLAINTS):
            row = self._row(place)
            if any(row.values()):
                self._complain_of_half(place, row)
        return self.cleaned_data

    def _complain_of_half(self, place: int, row: dict[str, str]) -> None:
        for name, verb in (("cause", "選んで"), ("comment", "入力して")):
            field = f"{name}_{place}"
            if not row[name] and field not in self.errors:
                self.add_error(field, _lacking(place, str(self.fields[field].label), verb))
