"""What a page carries hidden says what to do when it is gone: nobody can type it."""

from __future__ import annotations

import pytest

from subsidies.forms.application import ApproveForm, TakeHoursForm

MISSING, BROKEN = "画面の情報が足りません。開き直してください。", "画面の情報が壊れています。開き直してください。"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, [MISSING]),
        ({"shown_sha256": "abc"}, [BROKEN]),
        ({"shown_sha256": "A" * 64}, [BROKEN]),
        ({"shown_sha256": "0" * 64}, []),
    ],
)
def test_a_hash_that_is_missing_or_broken_asks_to_open_the_page_again(sent: dict[str, str], told: list[str]) -> None:
    for form in (TakeHoursForm({"version": "1", **sent}), ApproveForm(sent, has_exceptions=False)):
        assert form.errors.get("shown_sha256", []) == told
