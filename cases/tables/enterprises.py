"""The list of enterprises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.models import Enterprise
from cases.tables.columns import ListColumn, ListTable
from vapup.ui.lists import CappedData
from vapup.ui.templatetags.vapup import corporate_number

PLACEHOLDER: Final = 0


class EnterpriseTable(ListTable):
    """One row an enterprise; the name leads to it, and says which others are likely the same."""

    caption = "事業者の一覧"

    def __init__(self, data: CappedData, columns: Mapping[str, ListColumn[Any]], *, today: date) -> None:
        self.alike: Mapping[int, tuple[Any, ...]] = {}
        super().__init__(data, columns, today=today)

    class Meta:
        order_by = "name"
        empty_text = "該当する事業者はありません。"

    def _cells(self, record: Enterprise) -> Any:
        tick, name, *others = super()._cells(record)
        alike = self.alike.get(record.pk)
        hint = render_to_string("cases/_lookalike_hint.html", {"alike": alike}) if alike else ""
        return (tick, format_html("{}{}", name, hint), *others)


def _name(enterprise: Enterprise, _today: date) -> SafeString:
    address = f"{_root()}{enterprise.pk}/"
    return format_html('<a href="{}">{}</a>', address, enterprise.name)


@cache
def _root() -> str:
    return reverse("cases:enterprises")


def _case_count(enterprise: Any) -> int:
    """Return how many cases the enterprise has; the list counts them with its rows."""
    return int(enterprise.case_count)


ENTERPRISE_COLUMNS: Final[Mapping[str, ListColumn[Enterprise]]] = {
    "name": ListColumn("事業者名", _name, lambda one: one.name, 32, ("name_kana", "pk"), "wide", is_usual=True),
    "kana": ListColumn("フリガナ", lambda one, _: one.name_kana, lambda one: one.name_kana, 28, is_usual=True),
    "corporate_number": ListColumn(
        "法人番号",
        lambda one, _: corporate_number(one.corporate_number),
        lambda one: one.corporate_number,
        16,
        ("corporate_number", "pk"),
        "nowrap",
        is_usual=True,
    ),
    "address": ListColumn(
        "所在地", lambda one, _: one.address, lambda one: one.address, 40, ("address", "pk"), is_usual=True
    ),
    "industry": ListColumn(
        "業種", lambda one, _: one.get_industry_display(), lambda one: one.get_industry_display(), 24, css="words"
    ),
    "legal_form": ListColumn(
        "組織", lambda one, _: one.get_legal_form_display(), lambda one: one.get_legal_form_display(), 14
    ),
    "representative": ListColumn("代表者", lambda one, _: one.representative, lambda one: one.representative, 16),
    "phone": ListColumn("電話番号", lambda one, _: one.phone or "—", lambda one: one.phone, 16, css="nowrap"),
    "employees": ListColumn(
        "従業員",
        lambda one, _: f"{one.employee_count:,}人",
        lambda one: one.employee_count,
        10,
        ("employee_count", "pk"),
        "number",
    ),
    "fiscal_month": ListColumn(
        "決算月",
        lambda one, _: f"{one.fiscal_year_end_month}月",
        lambda one: one.fiscal_year_end_month,
        8,
        ("fiscal_year_end_month", "pk"),
        "number",
    ),
    "case_count": ListColumn("案件", lambda one, _: _case_count(one), _case_count, 8, css="number", is_usual=True),
}
