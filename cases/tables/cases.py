"""The list of cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.enums import CaseStage, SchemeFrame
from cases.selectors.cases import ListedCase
from cases.selectors.overview import tone_of
from cases.tables.columns import ListColumn, ListTable
from vapup import clock
from vapup.ui.lists import CappedData, days_ago

NOTHING: Final = "—"
PLANNED: Final = "予定"
PLACEHOLDER: Final = "NUMBER"
WITH_WORD: Final = '<span class="list-when">{} <span class="soft">{}</span></span>'


class CaseTable(ListTable):
    """One row a case; the number leads to it."""

    caption = "案件の一覧"

    def __init__(
        self,
        data: CappedData,
        columns: Mapping[str, ListColumn[Any]],
        *,
        today: date,
        ticked: Collection[str] | None = None,
    ) -> None:
        """Make the table; `ticked` are the numbers of chosen cases, None where cases cannot be chosen."""
        self.ticked = ticked
        super().__init__(data, columns, today=today)

    class Meta:
        order_by = "-number"
        empty_text = "該当する案件はありません。"

    def tick(self, record: ListedCase) -> object:
        """Return the box that chooses the case."""
        if self.ticked is None:
            return ""
        number = record["number"]
        box = '<input class="list-tick" type="checkbox" name="case" value="{}" aria-label="{} を選ぶ"{}>'
        return format_html(box, number, number, _CHECKED if number in self.ticked else "")


_CHECKED: Final = format_html(" {}", "checked")


def _number(case: ListedCase, _today: date) -> SafeString:
    address = _address().replace(PLACEHOLDER, quote(case["number"]))
    return format_html('<a href="{}">{}</a>', address, case["number"])


@cache
def _address() -> str:
    return reverse("cases:detail", args=[PLACEHOLDER])


@cache
def _chip(stage: str) -> SafeString:
    context = {"tone": tone_of(stage), "icon": "", "label": CaseStage(stage).label}
    return render_to_string("_chip.html", context)


def _key_day(case: ListedCase, _today: date) -> object:
    if case["accepted_on"] is not None:
        return case["key_day"]
    return format_html(WITH_WORD, case["key_day"], PLANNED)


def _kind_of_key_day(case: ListedCase) -> str:
    return PLANNED if case["accepted_on"] is None else "受理"


def _updated(case: ListedCase, today: date) -> SafeString:
    day = _updated_on(case)
    return format_html(WITH_WORD, day, days_ago(day, today=today))


def _updated_on(case: ListedCase) -> date:
    return case["updated_at"].astimezone(clock.JAPAN).date()


CASE_COLUMNS: Final[Mapping[str, ListColumn[ListedCase]]] = {
    "number": ListColumn("案件番号", _number, lambda case: case["number"], 16, ("number",), "nowrap", is_usual=True),
    "enterprise": ListColumn(
        "事業者",
        lambda case, _: case["enterprise_name"],
        lambda case: case["enterprise_name"],
        30,
        ("enterprise__name_kana", "pk"),
        "wide",
        is_usual=True,
    ),
    "corporate_number": ListColumn(
        "法人番号",
        lambda case, _: case["corporate_number"] or NOTHING,
        lambda case: case["corporate_number"],
        16,
        css="nowrap",
    ),
    "frame": ListColumn(
        "制度・枠",
        lambda case, _: SchemeFrame(case["frame"]).label,
        lambda case: SchemeFrame(case["frame"]).label,
        24,
        ("frame", "-pk"),
        "words",
        is_usual=True,
    ),
    "stage": ListColumn(
        "段階",
        lambda case, _: _chip(case["stage"]),
        lambda case: CaseStage(case["stage"]).label,
        14,
        ("stage", "-pk"),
        is_usual=True,
    ),
    "consultant": ListColumn(
        "担当",
        lambda case, _: case["consultant_name"],
        lambda case: case["consultant_name"],
        16,
        ("consultant__user__display_name", "-pk"),
        "nowrap",
        is_usual=True,
    ),
    "council": ListColumn(
        "協議会", lambda case, _: case["council_name"], lambda case: case["council_name"], 24, css="words"
    ),
    "consulted_on": ListColumn(
        "初回相談日",
        lambda case, _: case["consulted_on"],
        lambda case: case["consulted_on"],
        12,
        ("consulted_on", "-pk"),
        "date",
    ),
    "usage_applied_on": ListColumn(
        "利用申請日",
        lambda case, _: case["usage_applied_on"] or NOTHING,
        lambda case: case["usage_applied_on"],
        12,
        ("usage_applied_on", "-pk"),
        "date",
    ),
    "usage_accepted_on": ListColumn(
        "受理日",
        lambda case, _: case["usage_accepted_on"] or NOTHING,
        lambda case: case["usage_accepted_on"],
        12,
        ("usage_accepted_on", "-pk"),
        "date",
    ),
    "returned_count": ListColumn(
        "差戻し",
        lambda case, _: f"{case['returned_count']}回",
        lambda case: case["returned_count"],
        10,
        ("returned_count", "-pk"),
        "number",
    ),
    "key_day": ListColumn(
        "適用基準日",
        _key_day,
        lambda case: case["key_day"],
        12,
        ("key_day", "-pk"),
        "date",
        is_usual=True,
        beside=(ListColumn("基準日の区分", lambda case, _: _kind_of_key_day(case), _kind_of_key_day, 14),),
    ),
    "updated_at": ListColumn("更新", _updated, _updated_on, 12, ("updated_at", "pk"), "date", is_usual=True),
}
