"""How pages write amounts, days, lengths of time and numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import timezone

from vapup.ui.fields import HoursField, YenField
from vapup.ui.templatetags.vapup import (
    as_date,
    corporate_number,
    elided_pages,
    first_control_id,
    hours,
    unit,
    wareki,
    yen,
    yen_text,
    ymd_wareki,
)


def page(text: str, **values: object) -> str:
    return Template("{% load vapup %}" + text).render(Context(values))


@pytest.mark.parametrize(
    ("amount", "text", "css"),
    [
        (0, "0", "yen"),
        (1_234_567, "1,234,567", "yen"),
        (-1, "△1", "yen yen--negative"),
        (-1_234, "△1,234", "yen yen--negative"),
        (10**12, "1,000,000,000,000", "yen"),
        (None, "—", "yen"),
    ],
)
def test_an_amount_is_one_span_that_tells_negatives(amount: int | None, text: str, css: str) -> None:
    assert yen(amount) == f'<span class="{css}">{text}</span>'
    assert page("{{ amount|yen }}", amount=amount) == f'<span class="{css}">{text}</span>'
    assert yen_text(amount) == text
    assert "<" not in page("{{ amount|yen_text }}", amount=amount)


@pytest.mark.parametrize(
    ("value", "japanese", "both"),
    [
        (date(2026, 4, 1), "令和8年4月1日", "2026-04-01(令和8年)"),
        (date(2019, 5, 1), "令和元年5月1日", "2019-05-01(令和元年)"),
        (date(2019, 4, 30), "平成31年4月30日", "2019-04-30(平成31年)"),
        (date(1989, 1, 7), "昭和64年1月7日", "1989-01-07(昭和64年)"),
        (date(1912, 7, 30), "大正元年7月30日", "1912-07-30(大正元年)"),
        (date(1912, 7, 29), "1912年7月29日", "1912-07-29"),
        (date(1666, 5, 5), "1666年5月5日", "1666-05-05"),
        (None, "—", "—"),
    ],
)
def test_a_day_is_written_in_the_japanese_calendar(value: date | None, japanese: str, both: str) -> None:
    assert wareki(value) == japanese
    assert ymd_wareki(value) == both
    assert page("{{ day|wareki }} {{ day|ymd_wareki }}", day=value) == f"{japanese} {both}"


def test_an_instant_is_written_as_its_day_in_japan() -> None:
    midnight = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)  # 00:00 of 1 April in Japan
    with timezone.override("Asia/Tokyo"):
        assert (wareki(midnight), wareki(midnight - timedelta(seconds=1))) == ("令和8年4月1日", "令和8年3月31日")
        assert as_date(midnight) == date(2026, 4, 1)
        assert ymd_wareki(midnight) == "2026-04-01(令和8年)"
    assert as_date(datetime(2026, 3, 31, 23, 59)) == date(2026, 3, 31)  # noqa: DTZ001 - without a zone
    assert as_date(None) is None


@pytest.mark.parametrize(
    ("minutes", "words", "number"),
    [
        (0, "0分", "0"),
        (1, "1分", "0.02"),  # 1 / 60 = 0.0167
        (30, "30分", "0.5"),
        (60, "1時間", "1"),
        (80, "1時間20分", "1.33"),
        (90, "1時間30分", "1.5"),
        (100, "1時間40分", "1.67"),
        (600, "10時間", "10"),
        (6_015, "100時間15分", "100.25"),
        (-90, "△1時間30分", "△1.5"),
        (None, "—", "—"),
    ],
)
def test_a_length_of_time_is_written_in_words_or_as_a_number(minutes: int | None, words: str, number: str) -> None:
    assert hours(minutes) == words
    assert hours(minutes, "number") == number
    in_column = number if minutes is None else f"{float(number.replace('△', '-')):.2f}".replace("-", "△")
    assert hours(minutes, "column") == in_column  # 1.5 is 1.50, so that the points of a column stand in one line
    assert page('{{ m|hours }}/{{ m|hours:"number" }}', m=minutes) == f"{words}/{number}"


@pytest.mark.parametrize("minutes", range(1, 60))
def test_no_minutes_are_ever_written_as_a_whole_hour_by_rounding(minutes: int) -> None:
    """59 minutes are 0.98, never 1 or 1.00: a hundredth stays below the hour."""
    assert hours(minutes, "number").startswith("0.")
    assert abs(int(hours(minutes, "number")[2:].ljust(2, "0")) * 60 - minutes * 100) <= 30


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("7000012050002", "7-0000-1205-0002"),
        ("123", "123"),
        ("70000120500022", "70000120500022"),
        ("700001205000X", "700001205000X"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_a_corporate_number_is_grouped(number: str | None, text: str) -> None:
    assert corporate_number(number) == text
    assert page("{{ n|corporate_number }}", n=number) == text


def test_values_of_people_stay_escaped() -> None:
    assert page("{{ n|corporate_number }}", n="<b>") == "&lt;b&gt;"
    assert page("{% icon 'x' label=name %}", name='"><script>').count("<script>") == 0


@pytest.mark.parametrize(
    ("number", "pages"),
    [
        (1, [1, 2, 3, "…", 20]),
        (2, [1, 2, 3, 4, "…", 20]),
        (10, [1, "…", 8, 9, 10, 11, 12, "…", 20]),
        (20, [1, "…", 18, 19, 20]),
    ],
)
def test_long_runs_of_pages_are_left_out(number: int, pages: list[int | str]) -> None:
    found = [str(one) if isinstance(one, str) else one for one in elided_pages(Paginator(range(200), 10).page(number))]
    assert found == pages
    assert number in found


def test_few_pages_are_all_offered() -> None:
    assert list(elided_pages(Paginator(range(30), 10).page(2))) == [1, 2, 3]
    assert list(elided_pages(Paginator([], 10).page(1))) == [1]


class Sample(forms.Form):
    cost = YenField()
    spent = HoursField(unit="h")
    plain = forms.CharField()
    own = forms.CharField(widget=forms.TextInput(attrs={"id": "mine"}))
    choice = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)


def test_a_link_to_a_field_leads_into_its_first_control() -> None:
    form = Sample(prefix="p")
    found = {name: first_control_id(form[name]) for name in form.fields}
    assert found == {
        "cost": "id_p-cost",
        "spent": "id_p-spent",
        "plain": "id_p-plain",
        "own": "mine",
        "choice": "id_p-choice_0",
        "boxes": "id_p-boxes_0",
    }
    assert all(f'id="{control}"' in str(form[name]) for name, control in found.items())
    assert first_control_id(Sample(auto_id=False)["choice"]) == ""


def test_the_unit_behind_a_control_is_that_of_its_field() -> None:
    form = Sample()
    assert [unit(form[name]) for name in ("cost", "spent", "plain")] == ["円", "h", ""]
    assert page("{{ field|unit }}", field=form["cost"]) == "円"


def test_an_icon_speaks_only_with_a_label() -> None:
    silent, spoken = page("{% icon 'check' %}"), page("{% icon 'check' label='完了' css='icon--big' %}")
    assert 'aria-hidden="true"' in silent
    assert "aria-label" not in silent
    assert 'role="img" aria-label="完了"' in spoken
    assert 'class="icon icon--big"' in spoken
    assert spoken.count("aria-hidden") == 0
    assert "#check" in silent
