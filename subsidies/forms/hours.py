"""Forms of logged hours, made for the keyboard: time, text, Enter; everything else has a default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.urls import reverse_lazy

from subsidies.models import CostLine, WorkEntry, Worker
from subsidies.rules.work_time import Span, UnreadableTime, read_span
from subsidies.selectors.diary.week import Offer, span_of
from subsidies.services.diary.hours import EntryInput
from vapup.shared.durations import length_of
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField

LATER: Final = "業務は後で選ぶ"
# While a time is typed, the page shows how it is understood.
ECHO: Final = {
    "data-hx-get": reverse_lazy("subsidies:hours_time"),
    "data-hx-trigger": "input changed delay:200ms",
    "data-hx-target": "#hours-echo",
    "data-hx-select": "unset",
    "data-hx-swap": "innerHTML",
    "data-hx-include": "[name=worked_on], [name=worker]",
    "data-hx-sync": "this:replace",
}
# Returns when the last entry of a day ends, in minutes from midnight.
LastEnd = Callable[[date], int | None]


def choice_of(case_id: int, line_id: int | None) -> str:
    """Return the value that stands for a case and one of its lines: 12:34; without a line 12:."""
    return f"{case_id}:{line_id or ''}"


def echo_of(span: Span) -> str:
    """Return how a time was understood: 9:00〜12:30(休30分) = 3時間."""
    return f"{span.shown} = {length_of(span.minutes)}"


def initial_of(entry: WorkEntry) -> dict[str, Any]:
    """Return a stored entry as the form shows it."""
    return {
        "time": str(span_of(entry)),
        "content": entry.content,
        "work": choice_of(entry.case_id, entry.cost_line_id),
        "worked_on": entry.worked_on,
        "place": entry.place,
        "worker": entry.worker_id,
    }


class EntryForm(OfficeForm):
    """A piece of work. The order of the fields is that of the keyboard: what has a default comes last."""

    time = TextField(
        label="時間",
        max_length=40,
        widget=forms.TextInput({"class": "input--12", "autocomplete": "off", "data-first": True}),
    )
    content = TextField(label="業務内容", max_length=300, widget=forms.TextInput({"autocomplete": "off"}))
    work = forms.ChoiceField(label="案件・業務")
    worked_on = JapaneseDateField(label="従事日", help_text="")
    place = TextField(label="場所・相手方", max_length=100, required=False)
    worker = forms.TypedChoiceField(label="従事者", coerce=int)

    def __init__(
        self, *args: Any, workers: Sequence[Worker], offers: Sequence[Offer], ends: LastEnd, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ends = ends
        self.offer_choices("worker", [(str(one.pk), str(one)) for one in workers])
        self.fields["time"].widget.attrs |= ECHO
        if not self.is_bound:
            self.fields["time"].widget.attrs["autofocus"] = True
        if len(workers) == 1:
            self.fields["worker"].widget = forms.HiddenInput()
        choices: list[Any] = [(_title(one), _lines(one)) for one in offers]
        self.offer_choices("work", choices)

    def clean(self) -> dict[str, Any]:
        """Read the time: a length alone goes on from the day's last entry."""
        cleaned = super().clean() or self.cleaned_data
        if "time" in cleaned and "worked_on" in cleaned:
            try:
                cleaned["span"] = read_span(cleaned["time"], after=self.ends(cleaned["worked_on"]))
            except UnreadableTime as error:
                self.add_error("time", error.message)
        return cleaned

    @property
    def echo(self) -> str:
        """Return how the time in the form is understood, or "" where it is not."""
        try:
            return echo_of(read_span(str(self["time"].value() or "")))
        except UnreadableTime:
            return ""

    def entry_input(self) -> EntryInput:
        """Return what was entered as the services take it."""
        case_id, _, line_id = str(self.cleaned_data["work"]).partition(":")
        return EntryInput(
            case_id=int(case_id),
            cost_line_id=int(line_id) if line_id else None,
            worked_on=self.cleaned_data["worked_on"],
            span=self.cleaned_data["span"],
            content=self.cleaned_data["content"],
            place=self.cleaned_data["place"],
        )


class EditEntryForm(EntryForm, VersionedForm):
    """A stored piece of work; whose it is stays."""


class ReasonForm(VersionedForm):
    """Why a week is returned or unlocked."""

    reason = ParagraphField(label="理由", max_length=500, rows=3)


def _title(offer: Offer) -> str:
    return f"{offer.case.number} {offer.case.enterprise.name}"


def _lines(offer: Offer) -> list[tuple[str, str]]:
    """Return the choices of a case: its lines, each with its number so that the closed control says which case."""
    number, found = offer.case.number, [(choice_of(one.case_id, one.pk), _name(one)) for one in offer.lines]
    named = [(value, f"{name}({number})") for value, name in found]
    return [*named, (choice_of(offer.case.pk, None), f"{LATER}({number})")]


def _name(line: CostLine) -> str:
    return f"{line.work} {line.period}" if line.period else line.work
