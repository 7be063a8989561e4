"""The form of a planned period."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.enums import SchemeFrame
from monitoring.enums import KINDS, PeriodKind
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import OfficeForm


class PeriodForm(OfficeForm):
    """A period of the follow-up; the kind is asked only where the frame has more than one."""

    kind = forms.TypedChoiceField(label="区分", coerce=PeriodKind, widget=forms.RadioSelect)
    starts_on = JapaneseDateField(label="対象期間の初日")
    ends_on = JapaneseDateField(label="対象期間の最終日", help_text="この日の翌日から6か月以内が支払申請の期間です。")

    def __init__(self, *args: Any, frame: SchemeFrame, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = KINDS[frame] or (PeriodKind.REGULAR,)
        self.offer_choices("kind", [(kind.value, kind.label) for kind in kinds])
        if len(kinds) == 1:
            self.fields["kind"].disabled = True
            self.fields["kind"].widget = forms.HiddenInput()
            self.initial["kind"] = kinds[0]
