"""The forms of notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from vapup.accounts.models import Member
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField


class NoteForm(OfficeForm):
    """A note, and who is called by it."""

    body = ParagraphField(
        label="メモ",
        max_length=4000,
        rows=4,
        help_text="事務所の中だけのメモです。申請書類には載りません。@氏名 と書いても相手に知らせます。",
    )
    called = forms.MultipleChoiceField(label="知らせる相手", required=False, widget=forms.CheckboxSelectMultiple)
    is_pinned = forms.BooleanField(label="上に固定する", required=False)

    def __init__(self, *args: Any, office: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = {str(one.pk): one for one in office}
        self.offer_choices("called", [(pk, str(one)) for pk, one in self.office.items()])
        if not self.office:
            del self.fields["called"]

    def facts(self) -> dict[str, Any]:
        """Return the cleaned fields as the services take them."""
        called = [self.office[pk] for pk in self.cleaned_data.get("called", ())]
        return {"body": self.cleaned_data["body"], "is_pinned": self.cleaned_data["is_pinned"], "called": called}


class EditNoteForm(NoteForm, VersionedForm):
    """A stored note."""


class PinForm(VersionedForm):
    """Whether a note stands on top; its button is its only visible part."""

    is_pinned = forms.BooleanField(required=False, widget=forms.HiddenInput)
