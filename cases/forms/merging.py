"""The forms of merging enterprises: whose value stays, field by field, and why a merge is taken back."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from cases.selectors.merging import Fact, MergePlan, shown_hash
from vapup.ui.forms import OfficeForm
from vapup.ui.text import TextField

KEPT, GONE = "kept", "gone"
PREFIX: Final = "stays_"


class MergeForm(OfficeForm):
    """One choice for each field in which both enterprises differ, and what the person was shown."""

    shown = forms.CharField(label="確認した内容", max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: MergePlan, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(*args, initial={"shown": shown_hash(plan)}, **kwargs)
        for fact in plan.differing:
            self.fields[PREFIX + fact.name] = _choice(fact)
        if plan.has_two_numbers:
            self.fields["is_one"] = forms.BooleanField(
                label="法人番号は異なりますが、同じ事業者であることを確かめました",
                error_messages={
                    "required": "法人番号が異なります。同じ事業者であることを確かめて、チェックを付けてください。"
                },
            )

    @property
    def rows(self) -> list[tuple[Fact, BoundField | None]]:
        """Return every field of both enterprises, with its choice where they differ."""
        return [(fact, self[PREFIX + fact.name] if fact.differs else None) for fact in self.plan.facts]

    @property
    def taken(self) -> list[str]:
        """Return the fields whose value comes from the enterprise that goes."""
        chosen = ((fact.name, self.cleaned_data[PREFIX + fact.name]) for fact in self.plan.differing)
        return [name for name, whose in chosen if whose == GONE]

    def show_again(self) -> None:
        """Carry what is shown now, so that confirming again is a knowing one."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["shown"] = shown_hash(self.plan)
        self.data = data


class UnmergeForm(OfficeForm):
    """Why a merge is taken back."""

    reason = TextField(label="取り消す理由", max_length=500, help_text="理由は、両方の事業者の履歴に残ります。")


def _choice(fact: Fact) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=fact.label,
        choices=[(KEPT, fact.kept), (GONE, fact.gone)],
        initial=GONE if fact.prefers_gone else KEPT,
        widget=forms.RadioSelect,
        error_messages={"required": f"「{fact.label}」は、どちらの値を残すかを選んでください。"},
    )
