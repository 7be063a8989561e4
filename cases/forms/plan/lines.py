"""Lines of amounts over the planned years: one account a line, with its ground where it is an assumption."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from cases.rules.accounts import accounts
from cases.selectors.plan.actions import CHANGEABLE
from vapup.ui.fields import LARGEST_YEN, YenField
from vapup.ui.forms import VersionedForm
from vapup.ui.text import TextField
from vapup.ui.widgets import PlainSelect

MOST_LINES: Final = 60
BLANK: Final = 2
LONGEST_GROUND: Final = 300


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as it was entered: yen by planned year, empty years left out."""

    account: str
    ground: str
    yen: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A stored line to be read; the amounts in the order of the planned years, None where there is none."""

    label: str
    ground: str
    amounts: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class LineRow:
    """The controls of one line."""

    number: int
    account: BoundField
    ground: BoundField | None
    years: Sequence[BoundField]

    @property
    def errors(self) -> list[str]:
        """Return what is wrong with the line."""
        cells = [self.account, *([self.ground] if self.ground else []), *self.years]
        return [str(error) for cell in cells for error in cell.errors]


class LinesForm(VersionedForm):
    """A sheet of lines. A line without an account, a ground and amounts counts for nothing."""

    has_ground = False

    def __init__(self, data: Any = None, *, years: range, lines: Sequence[LineInput] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.years = years
        self.shown = [
            ShownLine(accounts()[one.account].label, one.ground, [one.yen.get(y) for y in years]) for one in lines
        ]
        self.fields["lines"] = forms.IntegerField(label="行数", widget=forms.HiddenInput, required=False)
        self.initial["lines"] = self.count = self._count(min(len(lines) + BLANK, MOST_LINES))
        for place in range(self.count):
            self._add_line(place, lines[place] if place < len(lines) else LineInput("", "", {}))

    def _count(self, shown: int) -> int:
        """Return how many lines the user was shown: what was sent says so."""
        written = str(self.data.get("lines", "")) if self.is_bound else ""
        is_count = written.isascii() and written.isdigit() and len(written) <= len(str(MOST_LINES))
        return min(int(written), MOST_LINES) if is_count else shown

    def _add_line(self, place: int, line: LineInput) -> None:
        label = f"{place + 1}行目"
        choices = [("", "科目を選択"), *((name, accounts()[name].label) for name in CHANGEABLE)]
        account = forms.ChoiceField(label=f"{label} 勘定科目", choices=choices, required=False, widget=PlainSelect)
        account.error_messages["invalid_choice"] = f"「{label} 勘定科目」を一覧から選び直してください。"
        self._add(f"line-{place}-account", account, line.account)
        if self.has_ground:
            ground = TextField(label=f"{label} 根拠", max_length=LONGEST_GROUND, required=False)
            self._add(f"line-{place}-ground", ground, line.ground)
        for year in self.years:
            cell = YenField(label=f"{label} {year}年目", min_yen=-LARGEST_YEN, required=False, unit="")
            self._add(f"line-{place}-{year}", cell, line.yen.get(year))

    def _add(self, name: str, field: forms.Field, first: Any) -> None:
        field.widget.attrs["aria-label"] = field.label
        self.fields[name], self.initial[name] = field, first

    @property
    def rows(self) -> list[LineRow]:
        """Return the lines with their controls, for the page."""
        return [
            LineRow(
                place + 1,
                self[f"line-{place}-account"],
                self[f"line-{place}-ground"] if self.has_ground else None,
                [self[f"line-{place}-{year}"] for year in self.years],
            )
            for place in range(self.count)
        ]

    @property
    def lines_field(self) -> BoundField:
        """Return the hidden field that says how many lines were shown."""
        return self["lines"]

    @property
    def facts_fields(self) -> list[BoundField]:
        """Return the visible fields that stand outside the lines."""
        return [one for one in self.visible_fields() if not one.name.startswith("line")]

    def clean(self) -> dict[str, Any]:
        """Ask for what a line that counts must have, and refuse an account that stands twice."""
        cleaned = super().clean() or self.cleaned_data
        seen: set[tuple[str, str]] = set()
        for place in range(self.count):
            line = self._line(place)
            self._check_account(place, line, seen)
            if line.account:
                self._check_rest(place, line)
            seen.add((line.account, line.ground))
        return cleaned

    def _check_account(self, place: int, line: LineInput, seen: Collection[tuple[str, str]]) -> None:
        name = f"line-{place}-account"
        if not line.account and (line.yen or line.ground):
            self.add_error(name, f"「{self.fields[name].label}」を選んでください。")
        elif line.account and (line.account, line.ground) in seen:
            label = accounts()[line.account].label
            self.add_error(name, f"「{label}」が2つの行にあります。1つの行にまとめてください。")

    def _check_rest(self, place: int, line: LineInput) -> None:
        """Ask for an amount, and for the ground of one: a line that was begun does not vanish."""
        cells = [f"line-{place}-{year}" for year in self.years]
        if not line.yen and not any(name in self.errors for name in cells):
            others = "勘定科目と根拠" if self.has_ground else "勘定科目"
            self.add_error(
                cells[0],
                f"「{place + 1}行目」の金額(0円以外)を、どれかの年に入力してください。"
                f"要らない行は、{others}も空にしてください。",
            )
        ground = f"line-{place}-ground"
        if self.has_ground and line.yen and not line.ground and ground not in self.errors:
            self.add_error(ground, f"「{self.fields[ground].label}」を入力してください。")

    def lines(self) -> list[LineInput]:
        """Return the lines that have an account and an amount, in their order."""
        found = (self._line(place) for place in range(self.count))
        return [line for line in found if line.account and line.yen]

    def _line(self, place: int) -> LineInput:
        cleaned = self.cleaned_data
        amounts = {year: cleaned.get(f"line-{place}-{year}") for year in self.years}
        return LineInput(
            cleaned.get(f"line-{place}-account") or "",
            cleaned.get(f"line-{place}-ground") or "",
            {year: yen for year, yen in amounts.items() if yen},
        )


class AssumptionsForm(LinesForm):
    """The assumptions of a plan."""

    has_ground = True
