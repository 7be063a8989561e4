"""Forms of applications: begin one, write a letter, record what passes with the council."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from subsidies.enums import ReturnCause, SubmissionMethod
from subsidies.selectors.applications import Openable, read_openable
from subsidies.services.applications import Beginning
from vapup.ui.fields import JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField

# How many things that were wrong one form takes; of a council that found more the last row names the rest together.
COMPLAINTS: Final = 5
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
    """Record the council's decision."""

    decided_on = JapaneseDateField(label="決定日", help_text="決定通知書の日付")
    decided_yen = YenField(label="決定額", help_text="決定通知書の額")

    def __init__(self, *args: Any, is_claim: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_claim:
            del self.fields["decided_yen"]


class PayForm(OfficeForm):
    """Record the payment."""

    paid_on = JapaneseDateField(label="入金日", help_text="通帳の日付")
    paid_yen = YenField(label="入金額")


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
