"""The forms of the follow-up: its terms, the report's texts, measures and causes, and meetings with lenders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms

from cases.enums import Frequency
from cases.models import Lender
from monitoring.enums import MeetingMode, PeriodKind, ProgressState
from monitoring.models.reports import LONGEST_TEXT
from monitoring.selectors.follow_up_period import DeviationLine, MeasureLine
from vapup.ui.fields import CountField, JapaneseDateField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField

MOST_MONTHS: Final = 120
MEETING_FACTS: Final = ("held_on", "mode", "people", "papers", "said")


class TermsForm(OfficeForm):
    """From when, how long and how often; the page starts with what the plan says."""

    starts_on = JapaneseDateField(label="伴走支援の初日")
    months = CountField(label="期間", smallest=1, largest=MOST_MONTHS, unit="か月")
    frequency = forms.TypedChoiceField(label="頻度", choices=Frequency.choices, coerce=Frequency)
    moves_costed = forms.BooleanField(
        label="費用明細のある回も動かす",
        required=False,
        help_text="区分が変わる回と、なくなる回は、費用明細があれば残します。",
    )

    def __init__(self, *args: Any, kinds: Sequence[PeriodKind], may_move_costed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if PeriodKind.CLOSING in kinds:
            # The frame says when it ends; the field would ask for what counts for nothing.
            self.fields["months"].widget = forms.HiddenInput()
        if not may_move_costed:
            del self.fields["moves_costed"]


class ConfirmForm(OfficeForm):
    """What the user saw before confirming."""

    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)


class TextsForm(VersionedForm):
    """The texts of a report."""

    results = ParagraphField(
        label="①業績の概要", max_length=LONGEST_TEXT, required=False, rows=8, help_text="決算(期中)の概要"
    )
    progress = ParagraphField(label="②施策の進捗", max_length=LONGEST_TEXT, required=False, rows=8)
    causes = ParagraphField(label="③計画との差異の原因と対策", max_length=LONGEST_TEXT, required=False, rows=8)
    requests = ParagraphField(label="④金融機関への依頼事項", max_length=LONGEST_TEXT, required=False, rows=5)
    next_steps = ParagraphField(
        label="次回までに行うこと",
        max_length=LONGEST_TEXT,
        required=False,
        rows=5,
        help_text="伴走支援報告書【別紙3-1】の「今後の対応」に印字します。",
    )


class RowsForm(VersionedForm):
    """A form with two fields for each of several rows; `subjects` tells which row a field is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects: dict[str, str] = {}

    def add(self, name: str, field: forms.Field, subject: str) -> None:
        """Add a field about a row."""
        self.fields[name] = field
        self.subjects[name] = subject

    def shown(self, name: str, value: Any) -> str:
        """Return a value as a reader knows it."""
        if not value:
            return "(空欄)"
        return ProgressState(value).label if isinstance(self.fields[name], forms.ChoiceField) else str(value)


class ProgressForm(RowsForm):
    """How each measure stands: a state and a note for every measure of the plan."""

    def __init__(self, *args: Any, lines: Sequence[MeasureLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            said, pk, title = line.progress, line.measure.pk, line.measure.title
            state = forms.ChoiceField(
                label="進捗",
                required=False,
                choices=[("", "選んでください"), *ProgressState.choices],
                initial=said.state if said else "",
            )
            note = TextField(
                label="実施の状況・対策", max_length=500, required=False, initial=said.note if said else ""
            )
            self.add(f"state_{pk}", state, title)
            self.add(f"note_{pk}", note, title)

    def rows(self) -> Iterator[tuple[MeasureLine, forms.BoundField, forms.BoundField]]:
        """Yield each measure with its two fields."""
        for line in self.lines:
            yield line, self[f"state_{line.measure.pk}"], self[f"note_{line.measure.pk}"]

    def clean(self) -> None:
        """Refuse a note that belongs to no state."""
        for line in self.lines:
            pk = line.measure.pk
            if self.cleaned_data.get(f"note_{pk}") and not self.cleaned_data.get(f"state_{pk}"):
                self.add_error(f"state_{pk}", f"「{line.measure.title}」の進捗を選んでください。")

    def progress(self) -> dict[int, tuple[ProgressState | None, str]]:
        """Return the state and the note by measure."""
        found = {}
        for line in self.lines:
            pk = line.measure.pk
            state = self.cleaned_data[f"state_{pk}"]
            found[pk] = (ProgressState(state) if state else None, self.cleaned_data[f"note_{pk}"])
        return found


class DeviationsForm(RowsForm):
    """Why lines differ from the plan, and what is done about it; the fields bear the ids of the lines."""

    def __init__(self, *args: Any, lines: Sequence[DeviationLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            said, name = line.deviation, line.row.id
            cause = TextField(label="差異の原因", max_length=500, required=False, initial=said.cause if said else "")
            measure = TextField(label="対策", max_length=500, required=False, initial=said.measure if said else "")
            self.add(f"cause_{name}", cause, line.row.label)
            self.add(f"measure_{name}", measure, line.row.label)

    def rows(self) -> Iterator[tuple[DeviationLine, forms.BoundField, forms.BoundField]]:
        """Yield each line with its two fields."""
        for line in self.lines:
            yield line, self[f"cause_{line.row.id}"], self[f"measure_{line.row.id}"]

    def clean(self) -> None:
        """Refuse a measure against nothing."""
        for line in self.lines:
            name = line.row.id
            if self.cleaned_data.get(f"measure_{name}") and not self.cleaned_data.get(f"cause_{name}"):
                self.add_error(f"cause_{name}", f"「{line.row.label}」の差異の原因を入力してください。")

    def reasons(self) -> dict[str, tuple[str, str]]:
        """Return the cause and the measure by line."""
        said = self.cleaned_data
        return {one.row.id: (said[f"cause_{one.row.id}"], said[f"measure_{one.row.id}"]) for one in self.lines}


class ReopenForm(VersionedForm):
    """Why a finished report is changed."""

    reason = ParagraphField(label="作成中に戻す理由", max_length=500, rows=3)


class MeetingForm(VersionedForm):
    """A report to a lender; one that is new has the version 1."""

    lender = forms.ModelChoiceField(label="金融機関", queryset=Lender.objects.none(), empty_label="選んでください")
    held_on = JapaneseDateField(label="実施日")
    mode = forms.ChoiceField(label="方法", choices=MeetingMode.choices, widget=forms.RadioSelect)
    people = TextField(
        label="出席者", max_length=300, required=False, help_text="申請者、支援機関、金融機関のそれぞれ。"
    )
    papers = TextField(label="説明した資料", max_length=300, required=False)
    said = ParagraphField(label="金融機関の意見・要望", max_length=1000, required=False, rows=4)

    def facts(self) -> dict[str, Any]:
        """Return what the services call facts."""
        return {name: self.cleaned_data[name] for name in MEETING_FACTS}
