"""The forms of a plan as a whole: how it starts, what it says in words, and its approval."""

from __future__ import annotations

from django import forms

from cases.models.plans import LONGEST_TEXT, MOST_YEARS
from vapup.ui.fields import CountField, JapaneseDateField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField

LONGEST_REASON = 500


def _base_field() -> JapaneseDateField:
    return JapaneseDateField(label="基準となる決算日", help_text="すでに終わった直近の決算日。例: 2026-03-31、R8.3.31")


def _years_field() -> CountField:
    field = CountField(
        label="計画年数",
        smallest=1,
        largest=MOST_YEARS,
        initial=5,
        help_text=f"1から{MOST_YEARS}まで。早期経営改善計画は1から5年、経営改善計画は5年前後が目安です。",
    )
    field.widget.attrs["data-unit"] = "年"
    return field


class StartForm(OfficeForm):
    """The base year and the length of a new plan."""

    base_ends_on = _base_field()
    years = _years_field()


class BaseForm(VersionedForm):
    """Another base year or length of a draft."""

    base_ends_on = _base_field()
    years = _years_field()
    takes_anew = forms.BooleanField(
        label="決算日が同じでも、実績を取り込み直す",
        required=False,
        help_text="登録されている決算・月次の実績に置き換えます。実績のない年は、いまの金額を残します。",
    )


class TextsForm(VersionedForm):
    """What the plan says in words."""

    outline = ParagraphField(
        label="事業の概況と強み",
        max_length=LONGEST_TEXT,
        required=False,
        rows=6,
        help_text="沿革、事業の内容、取引先、強みと弱み。",
    )
    market = ParagraphField(label="市場・競合・取引先の動向", max_length=LONGEST_TEXT, required=False, rows=5)
    finances = ParagraphField(
        label="財務の状況と問題点",
        max_length=LONGEST_TEXT,
        required=False,
        rows=5,
        help_text="売上・利益の推移、資金繰り、借入の状況。",
    )
    distress_causes = ParagraphField(label="窮境の要因", max_length=LONGEST_TEXT, required=False, rows=5)
    policy = ParagraphField(
        label="経営改善の基本方針",
        max_length=LONGEST_TEXT,
        required=False,
        rows=6,
        help_text="経営課題をどの順に、どう解決するか。",
    )
    support_asked = ParagraphField(
        label="金融機関への依頼事項",
        max_length=LONGEST_TEXT,
        required=False,
        rows=4,
        help_text="早期経営改善計画には、金融支援の依頼を書きません。",
    )


class SubmitForm(VersionedForm):
    """The request for approval, or its withdrawal."""


class ReturnForm(VersionedForm):
    """Why a version goes back to whoever prepared it."""

    reason = ParagraphField(label="差戻しの理由", max_length=LONGEST_REASON, rows=3)


class ReviseForm(VersionedForm):
    """Why a new version is made."""

    because = ParagraphField(
        label="見直しの理由",
        max_length=LONGEST_REASON,
        rows=3,
        help_text="例: 2026年9月のモニタリングで、売上高が計画を20%下回ったため。",
    )
    base_ends_on = _base_field()
    years = _years_field()
