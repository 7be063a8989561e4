"""The form fields of this product: dates, yen, hours, kana and numbers as people in Japan type them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import jaconv
from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.html import format_html

from vapup.shared.dates import UnreadableDate, format_wareki_weekday, parse_japanese_date
from vapup.shared.money import UnreadableYen, format_yen, parse_yen
from vapup.shared.numbers import (
    DASHES,
    UnreadableNumber,
    WrongCheckDigit,
    half_width,
    read_corporate_number,
    read_postal_code,
)
from vapup.ui.text import TextField, shorten
from vapup.ui.widgets import PlainInput

# The largest amount that any figure of the schemes may reach, as in the engine.
LARGEST_YEN: Final = 10**12
LARGEST_COUNT: Final = 1_000_000
LONGEST_MINUTES: Final = 60 * 10_000
# The schemes' dates, as the engine accepts them; founding days may lie centuries back.
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
# What is typed for a figure is read only up to this length; nobody writes a longer one.
LONGEST_FIGURE: Final = 60
_OLDEST_ERA: Final = date(1912, 7, 30)


class FigureField(forms.Field):
    """A value typed as a short text; subclasses read the text and write the value back."""

    default_error_messages = {"too_long": "長すぎて読み取れません。入力し直してください。"}
    inputmode = "numeric"
    css = "input--12"

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", PlainInput())
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": self.inputmode, "autocomplete": "off", "class": self.css})
        if unit:
            self.widget.attrs["data-unit"] = unit

    def to_python(self, value: Any) -> Any:
        """Return what was typed as a value, or None where nothing was typed."""
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        if len(text) > LONGEST_FIGURE:
            raise ValidationError(self.error_messages["too_long"], code="too_long")
        return self.read(text)

    def read(self, text: str) -> Any:
        """Return the value of `text`, which is not empty; raise ValidationError with a whole sentence."""
        raise NotImplementedError


class DateBoundField(BoundField):
    """A date with its echo in the Japanese calendar under the label, so that a slip of the era is seen."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        day = _readable(self.value())
        if day is not None:
            echo = format_html('<span class="field__echo">入力された日: {}</span>', format_wareki_weekday(day))
            self.help_text = format_html("{} {}", self.help_text, echo) if self.help_text else echo


def _readable(value: object) -> date | None:
    if not value or (isinstance(value, str) and len(value) > LONGEST_FIGURE):
        return None
    try:
        day = value if isinstance(value, date) else parse_japanese_date(str(value))
    except UnreadableDate:
        return None
    return day if day >= _OLDEST_ERA else None


class JapaneseDateField(FigureField):
    """A day, typed as 2026-04-01, 20260401, 2026/4/1, R8.4.1 or 令和8年4月1日."""

    inputmode = "text"

    def __init__(self, *, earliest: date = FIRST_DAY, latest: date = LAST_DAY, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "例: 2026-04-01、R8.4.1、令和8年4月1日")
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def read(self, text: str) -> date:
        """Read the day and refuse one outside the field's range."""
        try:
            day = parse_japanese_date(text)
        except UnreadableDate as error:
            raise ValidationError(error.message, code="invalid") from error
        if not self.earliest <= day <= self.latest:
            raise ValidationError(
                f"{day} は {self.earliest} から {self.latest} までの日付ではありません。年を確かめてください。",
                code="out_of_range",
            )
        return day

    def prepare_value(self, value: Any) -> Any:
        """Show a stored day as 2026-04-01, and what was typed as it was typed."""
        return value.isoformat() if isinstance(value, date) else value

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """Return the field with its echo."""
        return DateBoundField(form, self, field_name)


class YenField(FigureField):
    """A whole amount of yen, from `min_yen` to `max_yen`, shown with separators."""

    css = "input--money"

    def __init__(self, *, min_yen: int = 0, max_yen: int = LARGEST_YEN, unit: str = "円", **kwargs: Any) -> None:
        super().__init__(unit=unit, **kwargs)
        self.min_yen, self.max_yen = min_yen, max_yen

    def read(self, text: str) -> int:
        """Read the amount and refuse one outside the field's range."""
        try:
            amount = parse_yen(text)
        except UnreadableYen as error:
            raise ValidationError(error.message, code="invalid") from error
        if not self.min_yen <= amount <= self.max_yen:
            raise ValidationError(
                f"{format_yen(amount)}円 は入力できません。"
                f"{format_yen(self.min_yen)}円から{format_yen(self.max_yen)}円までの金額にしてください。",
                code="out_of_range",
            )
        return amount

    def prepare_value(self, value: Any) -> Any:
        """Show an amount as 1,234, and what was typed as it was typed."""
        return format_yen(value) if isinstance(value, int) and not isinstance(value, bool) else value


class CountField(FigureField):
    """A whole number that is not negative; full-width digits and separators are understood."""

    css = "input--8"

    def __init__(self, *, smallest: int = 0, largest: int = LARGEST_COUNT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.smallest, self.largest = smallest, largest

    def read(self, text: str) -> int:
        """Read the number and refuse one outside the field's range."""
        written = half_width(text)
        if not re.fullmatch(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+", written):
            raise ValidationError(
                f"「{shorten(text)}」は数として読めません。0以上の整数で入力してください。", code="invalid"
            )
        number = int(written.replace(",", ""))
        if not self.smallest <= number <= self.largest:
            raise ValidationError(
                f"「{shorten(text)}」は入力できません。{self.smallest:,}から{self.largest:,}までの数にしてください。",
                code="out_of_range",
            )
        return number


class HoursField(FigureField):
    """A length of time, typed as 1.5, 1:30, 90分 or 1時間30分; the value is whole minutes."""

    inputmode = "text"
    _CLOCK: Final = re.compile(r"(?P<hours>[0-9]{1,5}):(?P<minutes>[0-5][0-9])")
    _WORDS: Final = re.compile(r"(?:(?P<hours>[0-9]{1,5}(?:\.[0-9]{1,4})?)時間?)?(?:(?P<minutes>[0-9]{1,7})分)?")
    _NUMBER: Final = re.compile(r"(?P<hours>[0-9]{1,5}(?:\.[0-9]{0,4})?|\.[0-9]{1,4})(?:h|H)?")

    def __init__(self, *, longest_minutes: int = LONGEST_MINUTES, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "例: 1.5、1:30、90分、1時間30分")
        super().__init__(unit=kwargs.pop("unit", "時間"), **kwargs)
        self.longest_minutes = longest_minutes

    def read(self, text: str) -> int:
        """Return whole minutes, at least one."""
        written = half_width(text)
        patterns = (self._CLOCK, self._NUMBER, self._WORDS)
        match = next((found for pattern in patterns if (found := pattern.fullmatch(written))), None)
        if match is None:
            raise ValidationError(
                f"「{shorten(text)}」は時間として読めません。1.5、1:30、90分、1時間30分 のように入力してください。",
                code="invalid",
            )
        return self._whole_minutes(match.groupdict(), text)

    def _whole_minutes(self, parts: Mapping[str, str | None], text: str) -> int:
        minutes = Fraction(parts.get("hours") or "0") * 60 + int(parts.get("minutes") or "0")
        if minutes.denominator != 1:
            raise ValidationError(
                f"「{shorten(text)}」には1分未満の端数があります。1:20 や 80分 のように分の単位で入力してください。",
                code="fraction",
            )
        if not 1 <= minutes <= self.longest_minutes:
            raise ValidationError(
                f"「{shorten(text)}」は入力できません。1分から{self.longest_minutes // 60:,}時間までにしてください。",
                code="out_of_range",
            )
        return int(minutes)

    def prepare_value(self, value: Any) -> Any:
        """Show minutes as 1.5 where two decimals say it exactly, else as 1:20."""
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        whole, rest = divmod(value, 60)
        if rest * 100 % 60:
            return f"{whole}:{rest:02d}"
        return f"{whole}.{rest * 100 // 60:02d}".rstrip("0").rstrip(".")


class KanaField(TextField):
    """A reading; hiragana and half-width kana become full-width katakana."""

    _READING: Final = re.compile(r"[ァ-ヺー・ヽヾ\u30000-9A-Za-z&.,'()-]*")

    def to_python(self, value: Any) -> str:
        """Return full-width katakana, or refuse what is no reading."""
        text = super().to_python(value)
        reading: str = jaconv.hira2kata(jaconv.h2z(text, kana=True, ascii=True, digit=True))
        reading = reading.replace("\u2212", "\u30fc").replace("\u301c", "\u30fc")
        if not self._READING.fullmatch(jaconv.z2h(reading, kana=False, ascii=True, digit=True).replace(" ", "\u3000")):
            raise ValidationError(
                f"「{shorten(text)}」はカタカナの読みではありません。カタカナかひらがなで入力してください。",
                code="invalid",
            )
        return reading


class CorporateNumberField(TextField):
    """A corporate number (法人番号): 13 digits whose check digit holds; T of the invoice number may lead."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "13桁の数字。ハイフンや先頭のTは付いたままでかまいません。")
        super().__init__(max_length=60, **kwargs)
        self.widget.attrs.update({"inputmode": "text", "autocomplete": "off", "class": "input--20"})
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        """Return the bare digits."""
        try:
            return read_corporate_number(super().to_python(value))
        except WrongCheckDigit as error:
            raise ValidationError(error.message, code="checksum") from error
        except UnreadableNumber as error:
            raise ValidationError(error.message, code="invalid") from error


class PostalCodeField(TextField):
    """A postal code, kept as 123-4567."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "例: 980-0811")
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off", "class": "input--8"})

    def to_python(self, value: Any) -> str:
        """Return the code with its hyphen."""
        try:
            return read_postal_code(super().to_python(value))
        except UnreadableNumber as error:
            raise ValidationError(error.message, code="invalid") from error


class PhoneField(TextField):
    """A telephone number in free form, in half width."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update({"inputmode": "tel", "autocomplete": "off", "class": "input--20"})

    def to_python(self, value: Any) -> str:
        """Return digits and hyphens."""
        text = super().to_python(value)
        number = half_width(text).translate(DASHES)
        if not re.fullmatch(r"[0-9+()-]*", number):
            raise ValidationError(
                f"「{shorten(text)}」は電話番号ではありません。022-123-4567 のように入力してください。", code="invalid"
            )
        return number
