"""The form of the follow-up that a plan agrees with the lenders."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.enums import Frequency
from cases.models import Plan
from cases.models.plans import LONGEST_TEXT
from cases.selectors.plan.follow_up import FACTS, follow_up_stamp
from cases.services.plan.follow_up import LONGEST_MONTHS
from vapup.ui.fields import CountField, JapaneseDateField
from vapup.ui.forms import VersionedForm
from vapup.ui.text import ParagraphField


class FollowUpForm(VersionedForm):
    """How often, from when, how long, and how."""

    frequency = forms.ChoiceField(
        label="モニタリングの頻度", required=False, choices=[("", "まだ決めていない"), *Frequency.choices]
    )
    follow_up_starts_on = JapaneseDateField(label="モニタリングの開始日", required=False)
    follow_up_months = CountField(
        label="モニタリングの期間", smallest=1, largest=LONGEST_MONTHS, unit="か月", help_text="例: 36(3年間)"
    )
    follow_up = ParagraphField(
        label="モニタリングの方法",
        required=False,
        max_length=LONGEST_TEXT,
        rows=6,
        help_text="面談の形(訪問・Web)、確かめる資料、金融機関への報告のしかた",
    )

    def __init__(self, data: Any = None, *, plan: Plan) -> None:
        facts = {name: getattr(plan, name) for name in FACTS}
        super().__init__(data, initial={**facts, "version": follow_up_stamp(plan)})
