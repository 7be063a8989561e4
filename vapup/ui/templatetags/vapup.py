"""Filters and tags of every page: how an amount, a date, a length of time or a number is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vapup.shared.dates import format_wareki, format_wareki_weekday
from vapup.shared.durations import HOUR, length_of
from vapup.shared.money import format_yen

register = template.Library()

NOTHING: Final = "—"
# Days before 大正 (a very old founding day) keep their western year alone.
OLDEST_ERA: Final = date(1912, 7, 30)


def as_date(value: date | None) -> date | None:
    """Return the day of a date or, in the current time zone, of an instant."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def yen(amount: int | None) -> SafeString:
    """Show an amount that never breaks over a line: `1,234`, `△1,234` in red, `—` for None."""
    if amount is None:
        return format_html('<span class="yen">{}</span>', NOTHING)
    css = "yen yen--negative" if amount < 0 else "yen"
    return format_html('<span class="{}">{}</span>', css, format_yen(amount))


@register.filter
def yen_text(amount: int | None) -> str:
    """Write an amount without mark-up, for attributes and drawings: `1,234`, `△1,234`, `—`."""
    return NOTHING if amount is None else format_yen(amount)


@register.filter
def wareki(value: date | None) -> str:
    """Write a date in the Japanese calendar: `令和8年4月1日`."""
    day = as_date(value)
    if day is None:
        return NOTHING
    return format_wareki(day) if day >= OLDEST_ERA else f"{day.year}年{day.month}月{day.day}日"


@register.filter
def ymd_wareki(value: date | None) -> str:
    """Write a date for a screen, with the year of the era behind it: `2026-04-01(令和8年)`."""
    day = as_date(value)
    if day is None:
        return NOTHING
    if day < OLDEST_ERA:
        return day.isoformat()
    era_year, year, _ = format_wareki(day).partition("年")
    return f"{day.isoformat()}({era_year}{year})"


@register.filter
def ymd_weekday(value: date | None) -> str:
    """Write a date with the year of the era and the weekday: `2026-04-01(令和8年・水)`."""
    day = as_date(value)
    if day is None:
        return NOTHING
    era_year, year, rest = format_wareki_weekday(day).partition("年")
    return f"{day.isoformat()}({era_year}{year}・{rest[-2]})"


@register.filter
def hours(minutes: int | None, style: str = "words") -> str:
    """Write minutes as `1時間30分`, as the number `1.5` with "number", as `1.50` of a printed column with "column"."""
    if minutes is None:
        return NOTHING
    whole, rest = divmod(abs(minutes), HOUR)
    sign = "△" if minutes < 0 else ""
    if style in {"number", "column"}:
        hundredths = (rest * 100 + HOUR // 2) // HOUR
        number = f"{sign}{whole}.{hundredths:02d}"
        return number if style == "column" else number.rstrip("0").rstrip(".")
    return f"{sign}{length_of(abs(minutes))}"


@register.filter
def corporate_number(number: str | None) -> str:
    """Write a corporate number (法人番号) in groups: `1-2345-6789-0123`; anything else stays as it is."""
    if not number:
        return NOTHING
    if len(number) != 13 or not number.isdecimal():
        return number
    return f"{number[0]}-{number[1:5]}-{number[5:9]}-{number[9:]}"


@register.filter
def elided_pages(page: Page[Any]) -> Iterator[int | str]:
    """Return the page numbers to offer around this one, long runs replaced by "…"."""
    return iter(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.filter
def first_control_id(field: BoundField) -> str:
    """Return the id of the control that a link to this field puts the cursor into."""
    own_id = str(field.field.widget.attrs.get("id") or field.auto_id)
    return field.id_for_label or (f"{own_id}_0" if own_id else "")


@register.filter
def unit(field: BoundField) -> str:
    """Return the unit shown behind the control: what the widget's attribute `data-unit` says."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def carried(field: BoundField) -> SafeString:
    """Carry the value of a field on in another form of its page: hidden, and without the id that the field has."""
    value = field.field.hidden_widget().format_value(field.value())
    return format_html('<input type="hidden" name="{}" value="{}">', field.html_name, "" if value is None else value)


@register.simple_tag
@cache
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw an icon of `static/img/icons.svg`; with a label it speaks, without one it is decoration.

    Drawn once a process: a page has dozens.
    """
    return render_to_string("_icon.html", {"name": name, "label": label, "css": css})
