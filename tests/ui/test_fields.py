from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from vapup.ui.fields import (
    CorporateNumberField,
    CountField,
    HoursField,
    JapaneseDateField,
    KanaField,
    PhoneField,
    PostalCodeField,
    YenField,
)
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField


def sentence(field: forms.Field, typed: str) -> str:
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert len(refused.value.messages) == 1
    return str(refused.value.messages[0])


@pytest.mark.parametrize(
    "typed",
    ["2026-04-01", "20260401", "2026/4/1", "R8.4.1", "令和8年4月1日", "Ｒ８．４．１", " 令和8年4月1日(水) "],
)
def test_a_date_is_read_as_people_type_it(typed: str) -> None:
    assert JapaneseDateField().clean(typed) == date(2026, 4, 1)


@pytest.mark.parametrize("typed", ["2026-02-30", "明日", "1999-12-31", "2100-01-01", "1" * 400, "\x00", "😀"])
def test_a_date_that_is_none_is_refused_with_a_sentence(typed: str) -> None:
    assert sentence(JapaneseDateField(), typed).endswith("。")


def test_a_date_is_echoed_in_the_japanese_calendar_and_kept_as_typed() -> None:
    class Form(OfficeForm):
        day = JapaneseDateField(label="受理日")

    bound = Form({"day": "R8.4.1"})
    assert "令和8年4月1日(水)" in str(bound)
    assert 'value="R8.4.1"' in str(bound)
    assert 'value="2026-04-01"' in str(Form(initial={"day": date(2026, 4, 1)}))
    assert "入力された日" not in str(Form({"day": "<b>"}))


@pytest.mark.parametrize(
    ("typed", "yen"),
    [("1,234", 1234), ("１２３４円", 1234), ("￥1,234", 1234), ("0", 0), ("1,000,000,000,000", 10**12)],
)
def test_yen_is_read_as_people_type_it(typed: str, yen: int) -> None:
    assert YenField().clean(typed) == yen


@pytest.mark.parametrize("typed", ["△1", "-1", "1000000000001", "9" * 30, "9" * 5000, "1.5", "千円", "\x00", "1e9"])
def test_yen_outside_the_range_or_no_yen_is_refused_with_a_sentence(typed: str) -> None:
    assert sentence(YenField(), typed).endswith("。")


def test_yen_is_shown_with_separators() -> None:
    assert YenField().prepare_value(1234567) == "1,234,567"
    assert YenField().prepare_value("12x") == "12x"


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("1.5", 90),
        ("1:30", 90),
        ("90分", 90),
        ("1時間30分", 90),
        ("１．５時間", 90),
        ("2h", 120),
        ("0.25", 15),
        ("10000", 600_000),
    ],
)
def test_hours_become_minutes(typed: str, minutes: int) -> None:
    assert HoursField().clean(typed) == minutes


@pytest.mark.parametrize("typed", ["0", "0:00", "1:60", "1.51", "10001", "-1", "半日", "9" * 30, "\x00", "分"])
def test_hours_that_are_none_are_refused_with_a_sentence(typed: str) -> None:
    assert sentence(HoursField(), typed).endswith("。")  # 1.51 × 60 = 90.6 minutes


@pytest.mark.parametrize(("minutes", "shown"), [(90, "1.5"), (60, "1"), (80, "1:20"), (45, "0.75"), (600, "10")])
def test_minutes_are_shown_as_hours_and_read_back(minutes: int, shown: str) -> None:
    assert HoursField().prepare_value(minutes) == shown
    assert HoursField().clean(shown) == minutes


def test_kana_become_full_width_katakana() -> None:
    assert KanaField().clean("やまだ ﾀﾛｳ") == "ヤマダ\u3000タロウ"
    assert "カタカナ" in sentence(KanaField(), "山田")


@pytest.mark.parametrize(
    "typed", ["7000012050002", "T7000012050002", "7-0000-1205-0002", "Ｔ７０００－０１２０－５０００２"]
)
def test_a_corporate_number_is_stripped_to_its_digits(typed: str) -> None:
    assert CorporateNumberField().clean(typed) == "7000012050002"


@pytest.mark.parametrize("typed", ["7000012050003", "123", "١٢٣٤٥٦٧٨٩٠١٢٣", "😀", "1" * 61])
def test_a_wrong_corporate_number_is_refused(typed: str) -> None:
    assert sentence(CorporateNumberField(), typed).endswith("。")


def test_the_refusal_names_the_number_that_was_typed() -> None:
    assert "7000012050003" in sentence(CorporateNumberField(), "7000012050003")


def test_postal_code_and_phone_are_made_plain() -> None:
    assert PostalCodeField().clean("〒９８０ー０８１１") == "980-0811"
    assert PhoneField().clean("０２２（１２３）４５６７") == "022(123)4567"
    assert sentence(PostalCodeField(), "98008").endswith("。")
    assert sentence(PhoneField(), "電話なし").endswith("。")


def test_a_count_is_a_whole_number() -> None:
    assert CountField().clean("１，２００") == 1200
    assert all(sentence(CountField(), typed).endswith("。") for typed in ("-1", "1.5", "9" * 30, "²", "\x00"))


@pytest.mark.parametrize("typed", ["a\x00b", "a\nb", "a\x07b", "a\u202eb", "a\u2028b", "a\x7fb"])
def test_control_characters_in_a_line_are_refused_once(typed: str) -> None:
    assert sentence(TextField(max_length=10), typed).endswith("。")


def test_outer_white_space_goes_and_names_stay_as_typed() -> None:
    assert TextField().clean("\u3000㈱髙﨑①  ") == "㈱髙﨑①"
    assert TextField().clean("𠮷野家😀") == "𠮷野家😀"


def test_a_paragraph_keeps_its_lines() -> None:
    assert ParagraphField(max_length=10).clean("一\r\n二\r三") == "一\n二\n三"
    assert sentence(ParagraphField(), "a\x00b").endswith("。")


def test_too_long_a_text_is_told_how_long_it_is() -> None:
    assert sentence(TextField(max_length=3), "四文字だ") == "3文字以内で入力してください(今は4文字です)。"


def test_a_missing_field_is_named() -> None:
    class Form(OfficeForm):
        name = TextField(label="事業者名")
        kind = forms.ChoiceField(label="区分", choices=[("a", "A")])

    form = Form({"kind": "b"})
    assert form.errors == {
        "name": ["「事業者名」を入力してください。"],
        "kind": ["「区分」を一覧から選び直してください。"],
    }


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "\x00"])
def test_a_broken_version_is_refused(version: Any) -> None:
    assert not VersionedForm({"version": version}).is_valid()
