"""The list of cases."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.enums import CaseStage
from cases.models import Case
from cases.selectors.overview import tone_of
from vapup import clock


class CaseTable(tables.Table):  # type: ignore[misc]  # the library has no types
    """One row a case; the number leads to it."""

    caption = "案件の一覧"

    number = tables.Column(linkify=("cases:detail", [tables.A("number")]), attrs={"td": {"class": "nowrap"}})
    enterprise = tables.Column(accessor="enterprise__name", verbose_name="事業者", order_by="enterprise__name_kana")
    frame = tables.Column()
    stage = tables.Column()
    consultant = tables.Column(
        accessor="consultant__user",
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

    def render_stage(self, record: Case) -> SafeString:
        """Show the stage as a chip."""
        return _chip(record.stage)

    def render_key_day(self, record: Case, value: date) -> SafeString:
        """Show the key date, and say so while it is only planned."""
        return format_html("{}{}", value, " 予定" if record.is_key_date_provisional else "")

    def render_updated_at(self, value: datetime) -> str:
        """Show the minute in Japan; a column with a template of its own would cost a fifth of the page."""
        return f"{value.astimezone(clock.JAPAN):%Y-%m-%d %H:%M}"


@cache
def _chip(stage: str) -> SafeString:
    context = {"tone": tone_of(stage), "icon": "", "label": CaseStage(stage).label}
    return render_to_string("_chip.html", context)
