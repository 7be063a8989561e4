"""The forms of an import of figures: the file, how it is to be read, what its names stand for, and its commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from cases.enums import Section
from cases.rules.accounts import accounts
from vapup.imports.figures.choices import NameRow
from vapup.imports.figures.layout import ASKED, CUMULATED, PERIOD
from vapup.imports.figures.months import FIRST_YEAR, LAST_YEAR, month_of
from vapup.imports.figures.products import AUTO, PRODUCTS
from vapup.ui.fields import FigureField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import shorten

LEFT_OUT: Final = "-"
BASES: Final = (
    (ASKED, "ファイルから判断する"),
    (PERIOD, "その月・その期間だけの金額"),
    (CUMULATED, "期首からの累計"),
)


class MonthField(FigureField):
    """A month, typed as 2026-04, 2026/4, 202604 or 令和8年4月; the value is its first day."""

    inputmode = "text"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "例: 2026-04、R8.4、令和8年4月")
        super().__init__(**kwargs)

    def read(self, text: str) -> date:
        """Read the month."""
        found = month_of(text)
        if found is None or found[0] is None or not FIRST_YEAR <= found[0] <= LAST_YEAR:
            raise ValidationError(
                f"「{shorten(text)}」は年月として読めません。2026-04 や 令和8年4月 のように入力してください。",
                code="invalid",
            )
        return date(found[0], found[1], 1)

    def prepare_value(self, value: Any) -> Any:
        """Show a month as 2026-04, and what was typed as it was typed."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class HowForm(OfficeForm):
    """How a file is to be read, where it does not tell by itself."""

    product = forms.ChoiceField(
        label="会計ソフト",
        choices=[(AUTO, "ファイルから判断する"), *((one.id, one.label) for one in PRODUCTS)],
        initial=AUTO,
    )
    last = MonthField(
        label="対象の最後の月",
        required=False,
        help_text="ファイルに年月があるときは空欄のままにします。例: 2026-03、令和8年3月",
    )
    first = MonthField(
        label="最初の月", required=False, help_text="数か月分や1年分の残高のときだけ入力します。例: 2025-04"
    )
    basis = forms.ChoiceField(
        label="損益の金額",
        choices=BASES,
        initial=ASKED,
        help_text="累計のときは、登録済みの前の月までの金額を引いて、最後の月の金額にします。",
    )

    def clean(self) -> dict[str, Any]:
        """Keep the months in their order."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and not last and "last" not in self.errors:
            self.add_error("last", "「最初の月」を入力したときは、「対象の最後の月」も入力してください。")
        if first and last and first > last:
            self.add_error("first", f"最初の月 {first:%Y-%m} が、最後の月 {last:%Y-%m} より後です。")
        return cleaned

    def options(self) -> dict[str, str | None]:
        """Return what was chosen, as it is stored with the import."""
        months = {name: self.cleaned_data[name] for name in ("first", "last")}
        plain = {name: month.isoformat() if month else None for name, month in months.items()}
        return {"product": self.cleaned_data["product"], "basis": self.cleaned_data["basis"], **plain}


class FiguresFileForm(HowForm):
    """A file of figures to bring in."""

    file = forms.FileField(
        label="ファイル",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        help_text="試算表・推移表のCSV(Shift_JIS、UTF-8)かxlsx。会計ソフトから書き出したままのファイルを選びます。",
        error_messages={"invalid": "「ファイル」を選び直してください。"},
    )
    field_order = ("file", "product", "last", "first", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = "「ファイル」を選んでください。"


class ReadAgainForm(HowForm, VersionedForm):
    """Other choices for a file that was read already."""


class TakeForm(VersionedForm):
    """The commit; totals that do not agree are taken knowingly."""

    is_known = forms.BooleanField(label="合計の行と一致しないことを確かめたうえで取り込む", required=False)

    def __init__(self, *args: Any, differs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if differs:
            self.fields["is_known"].required = True
            self.fields["is_known"].error_messages["required"] = (
                "合計の行と一致しないものがあります。差を確かめて、チェックを入れてください。"
            )
        else:
            del self.fields["is_known"]


def account_choices() -> list[tuple[str, Any]]:
    """Return the accounts of the chart by section, after the choice that leaves a line out."""
    found: list[tuple[str, Any]] = [("", "選んでください"), (LEFT_OUT, "対象外(取り込まない)")]
    for section in Section:
        members = [(one.id, one.label) for one in accounts().values() if one.section is section]
        found.append((section.label, members))
    return found


class NamesForm(VersionedForm):
    """What the names of a file stand for; each name has a field for its account and one for its sign."""

    def __init__(self, *args: Any, names: Sequence[NameRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names, choices = names, account_choices()
        for row in names:
            account = row.account if not row.is_left_out else LEFT_OUT
            self.fields[row.field] = forms.ChoiceField(
                label=f"{row.label}の科目", choices=choices, required=False, initial=account
            )
            self.fields[f"negated-{row.key}"] = forms.BooleanField(
                label=f"{row.label}の符号を反転", required=False, initial=row.is_negated
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return the names with their two fields."""
        return [{"row": row, "account": self[row.field], "negated": self[f"negated-{row.key}"]} for row in self.names]

    def asked(self) -> list[dict[str, Any]]:
        """Return the names that a person should look at."""
        return [one for one in self.rows() if one["row"].is_unknown or one["row"].is_guess]

    def known(self) -> list[dict[str, Any]]:
        """Return the other names."""
        return [one for one in self.rows() if not (one["row"].is_unknown or one["row"].is_guess)]

    def decided(self) -> Mapping[str, tuple[str, bool]]:
        """Return what was changed: by the remembered name the account, "" for one left out, and whether to negate."""
        found = {}
        for row in self.names:
            chosen, is_negated = self.cleaned_data[row.field], self.cleaned_data[f"negated-{row.key}"]
            before = (LEFT_OUT if row.is_left_out else row.account, row.is_negated)
            if chosen and (chosen, is_negated) != before:
                found[row.name] = ("" if chosen == LEFT_OUT else chosen, is_negated)
        return found
