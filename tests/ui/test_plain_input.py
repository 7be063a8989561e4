"""The input of the product says what Django's own does, but for line breaks."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from vapup.ui.widgets import PlainInput

HOSTILE = "\"><script>alert('1')</script>&"


@pytest.mark.parametrize("value", [None, "", 0, 1_234, "1,234,567", HOSTILE])
@pytest.mark.parametrize(
    "attrs",
    [
        {},
        {"class": "input--12", "inputmode": "numeric", "data-unit": "円"},
        {"required": True, "disabled": False, "aria-invalid": "true", "maxlength": 60, "data-said": HOSTILE},
    ],
)
def test_it_is_written_as_djangos_own(value: Any, attrs: dict[str, Any]) -> None:
    mine, its = PlainInput(attrs), forms.TextInput(attrs)
    for name in ("yen", HOSTILE):
        assert mine.render(name, value, {"id": "id_yen"}) == its.render(name, value, {"id": "id_yen"}).replace("\n", "")
