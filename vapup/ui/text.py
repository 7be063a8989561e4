"""Text as people paste it: trimmed, and without the characters that no form of a council can print."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

# Overrides of the writing direction make a text look like another one; separators break lines unseen.
_FORBIDDEN: Final = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_LONGEST_SHOWN: Final = 30


def shorten(text: str) -> str:
    """Return `text` short enough to be quoted in a sentence, control characters made visible."""
    visible = "".join("�" if _is_forbidden(character) else character for character in text)
    return visible if len(visible) <= _LONGEST_SHOWN else f"{visible[:_LONGEST_SHOWN]}…"


def _is_forbidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _FORBIDDEN


class TextField(forms.CharField):
    """One line of text; names are kept as typed (髙, 﨑, ㈱), only outer white space goes."""

    default_error_messages = {
        "control": "使えない文字(改行や制御文字)が含まれています。入力し直してください。",
        "max_length": "%(limit_value)d文字以内で入力してください(今は%(show_value)d文字です)。",
    }
    allowed = frozenset[str]()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Our own check covers NUL; with Django's beside it, one fault would be told twice.
        self.validators = [one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)]
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = self.error_messages["max_length"]

    def to_python(self, value: Any) -> str:
        """Trim outer white space, U+3000 included, and refuse characters that cannot be printed."""
        text = super().to_python(value) or ""
        if any(_is_forbidden(character) and character not in self.allowed for character in text):
            raise ValidationError(self.error_messages["control"], code="control")
        return text


class ParagraphField(TextField):
    """Several lines of text; every kind of line end becomes a plain one, and tabs may stay."""

    widget = forms.Textarea
    default_error_messages = {"control": "使えない文字(制御文字)が含まれています。入力し直してください。"}
    allowed = frozenset("\n\t")

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = rows

    def to_python(self, value: Any) -> str:
        """Make line ends plain, then check like one line."""
        return super().to_python(value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value)
