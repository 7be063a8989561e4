"""The form of the calendar's address."""

from __future__ import annotations

from typing import Any

from django import forms

from vapup.ui.forms import OfficeForm


class FeedForm(OfficeForm):
    """What the address shows to whoever knows it."""

    is_private = forms.BooleanField(
        label="事業者名と金額を載せない",
        required=False,
        initial=True,
        help_text="件名には案件番号と期限の種類だけが載ります。外部のカレンダーに登録するときは、この設定をお勧めします。",
    )
    covers_office = forms.BooleanField(
        label="事務所全体の期限を載せる",
        required=False,
        help_text="選ばないときは、自分が担当する案件の期限だけが載ります。",
    )

    def __init__(self, *args: Any, may_cover_office: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_cover_office:
            del self.fields["covers_office"]
