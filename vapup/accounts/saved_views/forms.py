"""The forms of saved views."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.core.exceptions import ValidationError

from vapup.accounts.enums import ListPage
from vapup.ui.forms import OfficeForm
from vapup.ui.text import TextField

LONGEST: Final = 1000
# Where one stands in a list is no part of how it looks.
_PLACES: Final = frozenset({"page", "view"})


class QueryField(forms.CharField):
    """A list's filters, columns and order as its address says them, in one spelling."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> str:
        """Return the query without the page; what cannot be part of an address is refused."""
        pairs = [pair for pair in parse_qsl(super().to_python(value) or "", errors="replace") if pair[0] not in _PLACES]
        query = urlencode(pairs)
        if len(query) > LONGEST:
            raise ValidationError("条件が長すぎるため、保存できません。条件を減らしてください。", code="long")
        return query


class NewViewForm(OfficeForm):
    """A view to be saved."""

    page = forms.ChoiceField(label="一覧", choices=ListPage.choices, widget=forms.HiddenInput)
    query = QueryField(label="条件", required=False)
    name = TextField(label="名前", max_length=40, help_text="例: 自分の進行中、今年度のVアップ")
    is_shared = forms.BooleanField(
        label="事務所の全員と共有する", required=False, help_text="変更と削除は、保存した本人と管理者(所長)ができます。"
    )
    is_opening = forms.BooleanField(label="一覧を開いたとき、この表示にする", required=False)


class EditViewForm(OfficeForm):
    """A view to be changed; `query` is the list as the user sees it now."""

    name = TextField(label="名前", max_length=40)
    is_shared = forms.BooleanField(
        label="事務所の全員と共有する",
        required=False,
        help_text="共有をやめると、ほかの人の一覧からも、最初に開く表示からも外れます。",
    )
    query = QueryField(label="条件", required=False)
    takes_query = forms.BooleanField(label="絞り込み・列・並び順を、今の一覧のものに置き換える", required=False)
