"""What a browser may send as a draft; it checks shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve

from vapup.help.services import Unsaved

FIELD: Final = "f:"
MOST_FIELDS: Final = 80
MOST_LETTERS: Final = 100_000
NAME: Final = re.compile(r"[a-z0-9_-]{1,40}")
NULL: Final = "\x00"


class DraftForm(forms.Form):
    """A draft as `static/js/drafts.js` sends it; the fields of the form that is drafted come as `f:<name>`."""

    path = forms.CharField(max_length=300)
    name = forms.RegexField(f"^{NAME.pattern}$")
    page = forms.CharField(max_length=500)
    title = forms.CharField(max_length=200, required=False)
    base = forms.RegexField(r"^[0-9a-z]{1,40}$")
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def clean_path(self) -> str:
        """Accept addresses of this product only."""
        return _own(self.cleaned_data["path"])

    def clean_page(self) -> str:
        """Accept addresses of this product only, with or without a query."""
        page: str = self.cleaned_data["page"]
        _own(page.partition("?")[0])
        return page

    def clean(self) -> dict[str, Any]:
        """Take the fields of the drafted form."""
        cleaned: dict[str, Any] = super().clean() or {}
        found = {key.removeprefix(FIELD): value for key, value in self.data.items() if key.startswith(FIELD)}
        cleaned["fields"] = _plain(found)
        return cleaned

    def unsaved(self) -> Unsaved:
        """Return what was sent."""
        values = self.cleaned_data
        return Unsaved(**{key: values[key] for key in ("path", "name", "page", "title", "base", "fields")})


def _own(path: str) -> str:
    try:
        resolve(path)
    except Resolver404 as unknown:
        raise ValidationError("この製品の画面ではありません。") from unknown
    return path


def _plain(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields without the one sign that the database cannot keep."""
    if len(fields) > MOST_FIELDS or sum(len(str(value)) for value in fields.values()) > MOST_LETTERS:
        raise ValidationError("長すぎるため、下書きを保存できません。")
    return {key.replace(NULL, ""): str(value).replace(NULL, "") for key, value in fields.items()}
