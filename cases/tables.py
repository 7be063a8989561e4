"""The list of cases."""

from __future__ import annotations

from functools import cache
from typing import Final
from urllib.parse import quote

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from cases.selectors.cases import ListedCase
from cases.selectors.overview import tone_of
from vapup import clock

# One row of the list; the names of the columns are shown beside the cells on a phone.
ROW: Final = (
    '<tr><th scope="row" class="nowrap"><a href="{}">{}</a></th><td data-label="事業者" class="wide">{}</td>'
    '<td data-label="制度・枠" class="words">{}</td><td data-label="段階">{}</td>'
    '<td data-label="担当" class="nowrap">{}</td>'
    '<td data-label="適用基準日" class="date">{}</td><td data-label="更新" class="date">{}</td></tr>'
)


PLACEHOLDER: Final = "NUMBER"


class CaseTable(tables.Table):
    """One row a case; the number leads to it."""

    caption = "案件の一覧"

    number = tables.Column(linkify=("cases:detail", [tables.A("number")]), attrs={"td": {"class": "nowrap"}})
    enterprise = tables.Column(accessor="enterprise_name", verbose_name="事業者", order_by="enterprise__name_kana")
    frame = tables.Column()
    stage = tables.Column()
    consultant = tables.Column(
        accessor="consultant_name",
        verbose_name="担当",
        order_by="consultant__user__display_name",
        attrs={"td": {"class": "nowrap"}},
    )
    key_day = tables.Column(verbose_name="適用基準日", attrs={"td": {"class": "date"}})
    updated_at = tables.Column(verbose_name="更新", attrs={"td": {"class": "date"}})

    class Meta:
        model = Case
        fields = ("number", "enterprise", "frame", "stage", "consultant", "key_day", "updated_at")
        order_by = "-number"
        empty_text = "該当する案件はありません。"

    def body(self) -> SafeString:
        """Return the rows of the page; a template that asks each cell for its column would cost twice the page."""
        address = reverse("cases:detail", args=[PLACEHOLDER])
        return format_html_join("\n", ROW, (_cells(row.record, address) for row in self.paginated_rows))


def _cells(case: ListedCase, address: str) -> tuple[object, ...]:
    planned = " 予定" if case["accepted_on"] is None else ""
    return (
        address.replace(PLACEHOLDER, quote(case["number"])),
        case["number"],
        case["enterprise_name"],
        SchemeFrame(case["frame"]).label,
        _chip(case["stage"]),
        case["consultant_name"],
        f"{case['key_day']}{planned}",
        f"{case['updated_at'].astimezone(clock.JAPAN):%Y-%m-%d}",
    )


@cache
def _chip(stage: str) -> SafeString:
    context = {"tone": tone_of(stage), "icon": "", "label": CaseStage(stage).label}
    return render_to_string("_chip.html", context)
