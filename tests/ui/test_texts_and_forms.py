"""Texts as they are kept and quoted, and the sentences and versions of forms."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from vapup.shared.numbers import half_width
from vapup.ui.fields import JapaneseDateField, YenField
from vapup.ui.forms import OfficeForm, VersionedForm
from vapup.ui.text import ParagraphField, TextField, shorten

UNPRINTABLE = [
    *(chr(code) for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x80, 0x85, 0x9F)),
    *("\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
    *("\ufeff", "\ud800", "\udfff"),
]
NAMES = [
    "㈱髙﨑商店",
    "𠮷野家",
    "有限会社ｱｲｳ",
    "Ａ＆Ｂ合同会社",
    "齋藤・邉",
    "葛󠄀城",
    "か\u3099",
    "No.①",
    "O'Neill & Söhne",
    "👪",
]
LINE = "使えない文字(改行や制御文字)が含まれています。入力し直してください。"
LINES = "使えない文字(制御文字)が含まれています。入力し直してください。"


def refusals(field: forms.Field, typed: object) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    return [str(message) for message in refused.value.messages]


@pytest.mark.parametrize("character", UNPRINTABLE)
def test_what_cannot_be_printed_is_refused_once_and_made_visible(character: str) -> None:
    assert refusals(TextField(max_length=9), f"a{character}b") == [LINE]
    assert refusals(ParagraphField(max_length=9), f"a{character}b") == [LINES]
    assert shorten(f"a{character}b") == "a�b"


@pytest.mark.parametrize("character", ["\n", "\r", "\r\n", "\t"])
def test_line_ends_and_tabs_belong_to_paragraphs_only(character: str) -> None:
    assert refusals(TextField(), f"a{character}b") == [LINE]
    assert ParagraphField().clean(f"a{character}b") == ("a\tb" if character == "\t" else "a\nb")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_letter_by_letter(name: str) -> None:
    assert TextField().clean(name) == name
    assert TextField().clean(f"\u3000 {name}\u3000\u00a0") == name
    assert ParagraphField().clean(name) == name
    assert shorten(name) == name


@pytest.mark.parametrize(("length", "shown"), [(29, 29), (30, 30), (31, 31), (5_000, 31)])
def test_a_quotation_has_thirty_characters_at_most(length: int, shown: int) -> None:
    quoted = shorten("字" * length)
    assert len(quoted) == shown
    assert quoted.endswith("…") is (length > 30)


@pytest.mark.parametrize(("limit", "typed"), [(3, "四文字だ"), (10, "あ" * 11), (1, "𠮷野")])
def test_a_long_text_is_told_limit_and_length(limit: int, typed: str) -> None:
    sentence = f"{limit}文字以内で入力してください(今は{len(typed)}文字です)。"
    assert refusals(TextField(max_length=limit), typed) == [sentence]
    assert refusals(ParagraphField(max_length=limit), typed) == [sentence]
    assert TextField(max_length=limit).clean(f" {typed[:limit]} ") == typed[:limit]


def test_a_paragraph_counts_a_line_end_once() -> None:
    assert ParagraphField(max_length=3).clean("一\r\n二") == "一\n二"
    assert refusals(ParagraphField(max_length=3), "一\r\n二\r\n三")[0].endswith("(今は5文字です)。")
    assert ParagraphField(rows=9).widget.attrs["rows"] == 9
    assert ParagraphField(required=False).clean(None) == ""


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("Ａ１−（）", "A1−()"), (" 1\u3000２\n", "12"), ("ｶﾅ", "ｶﾅ"), ("カナ", "カナ"), ("￥", "¥"), ("", "")],
)
def test_half_width_changes_letters_and_digits_only(typed: str, plain: str) -> None:
    assert half_width(typed).replace("￥", "¥") == plain
    assert half_width(half_width(typed)) == half_width(typed)


class Facts(OfficeForm):
    name = TextField(label="事業者名", max_length=5)
    kind = forms.ChoiceField(label="区分", choices=[("a", "A")])
    many = forms.MultipleChoiceField(label="書類", choices=[("a", "A")])
    day = JapaneseDateField(label="受理日")
    cost = YenField(label="費用", required=False)


class Row(VersionedForm):
    name = TextField(label="名称")


def test_a_missing_field_is_named_with_the_right_verb() -> None:
    assert Facts({}).errors == {
        "name": ["「事業者名」を入力してください。"],
        "kind": ["「区分」を選んでください。"],
        "many": ["「書類」を選んでください。"],
        "day": ["「受理日」を入力してください。"],
    }
    form = Facts({"name": "名", "kind": "a", "many": ["a"], "day": "R8.4.1"})
    assert form.is_valid()
    assert form.cleaned_data["cost"] is None


def test_a_choice_that_is_not_offered_is_chosen_again() -> None:
    errors = Facts({"name": "名", "kind": "<b>", "many": ["x"], "day": "R8.4.1"}).errors
    assert errors["kind"] == ["「区分」を一覧から選び直してください。"]
    assert errors["many"] == ["「書類」を一覧から選び直してください。"]
    assert list(errors) == ["kind", "many"]


def test_labels_have_no_colon() -> None:
    assert Facts().label_suffix == ""
    assert "事業者名:" not in str(Facts())
    assert Facts(label_suffix="*").label_suffix == "*"


@pytest.mark.parametrize("version", ["x", "1.5", "1" * 5_000, "\x00", "１a"])
def test_a_broken_version_has_its_sentence(version: str) -> None:
    form = Row({"name": "名", "version": version})
    assert not form.is_valid()
    assert list(form.errors) == ["version"]
    assert all(str(sentence).endswith("。") for sentence in form.errors["version"])


@pytest.mark.parametrize("version", ["0", "-1", ""])
def test_a_version_counts_from_one(version: str) -> None:
    assert "version" in Row({"name": "名", "version": version}).errors
    assert Row({"name": "名", "version": "1"}).is_valid()


def test_values_are_the_fields_without_the_version() -> None:
    form = Row({"name": " 名 ", "version": "3"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "名", "version": 3}
    assert form.values() == {"name": "名"}


def test_a_newer_version_is_carried_and_the_input_stays() -> None:
    form = Row({"p-name": "私の名", "p-version": "3"}, prefix="p")
    assert form.is_valid()
    form.accept_version(7)
    assert form.data["p-version"] == "7"
    assert 'value="7"' in str(form["version"])
    assert 'value="私の名"' in str(form["name"])
