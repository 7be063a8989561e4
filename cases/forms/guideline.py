"""The form of the procedure of the guideline (中小版GL)."""

from __future__ import annotations

from django import forms

from cases.enums import ExpertList
from cases.forms.choices import with_blank
from vapup.ui.fields import JapaneseDateField
from vapup.ui.forms import VersionedForm
from vapup.ui.text import ParagraphField, TextField


class GuidelineForm(VersionedForm):
    """The third-party expert, the standstill, the report and the meeting."""

    expert_name = TextField(label="第三者支援専門家の氏名", max_length=100, required=False)
    expert_office = TextField(label="第三者支援専門家の所属", max_length=200, required=False)
    expert_list = forms.ChoiceField(
        label="候補者リスト",
        choices=with_blank(ExpertList.choices),
        required=False,
        help_text="どのリストから選んだか。",
    )
    main_creditors_agreed_on = JapaneseDateField(
        label="主要債権者が選任に同意した日", required=False, help_text="主要債権者の全員がそろった日。"
    )
    appointed_on = JapaneseDateField(label="選任日", required=False)
    standstill_requested_on = JapaneseDateField(
        label="一時停止を要請した日", required=False, help_text="要請しない案件では空欄のままにします。"
    )
    standstill_until = JapaneseDateField(label="一時停止の期限", required=False)
    report_on = JapaneseDateField(label="調査報告書の日付", required=False)
    meeting_on = JapaneseDateField(label="債権者会議の日", required=False, help_text="開いた後に入力します。")
    meeting_place = TextField(label="債権者会議の場所", max_length=200, required=False)
    note = ParagraphField(label="備考", max_length=1000, required=False, rows=3)
