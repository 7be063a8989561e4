"""What people and scripts type into the fields of figures, and the exact sentence that answers."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from vapup.ui.fields import (
    CorporateNumberField,
    CountField,
    FigureField,
    HoursField,
    JapaneseDateField,
    KanaField,
    PhoneField,
    PostalCodeField,
    YenField,
)
from vapup.ui.forms import OfficeForm

HOSTILE = [
    *(
        "<script>alert(1)</script>",
        "'; DROP TABLE cases_case; --",
        "{{ 7*7 }}",
        "${jndi:ldap://x}",
        "=cmd|' /C calc'!A0",
    ),
    *(
        "\x00",
        "1\x00",
        "\u202e1",
        "😀",
        "𠮷",
        "null",
        "NaN",
        "Infinity",
        "1e9",
        "0x1f",
        "²",
        "٣",
        "\ud800",
        "%s",
        "../../etc",
    ),
]
FIGURES = [JapaneseDateField, YenField, CountField, HoursField]
TEXTS = [KanaField, CorporateNumberField, PostalCodeField, PhoneField]


def refusal(field: forms.Field, typed: str) -> tuple[str, str]:
    """Return the code and the one sentence with which the field refuses."""
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert len(refused.value.error_list) == 1
    return str(refused.value.error_list[0].code), str(refused.value.messages[0])


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("typed", HOSTILE)
def test_a_figure_field_answers_anything_hostile_with_one_sentence(kind: type[FigureField], typed: str) -> None:
    code, sentence = refusal(kind(), typed)
    assert code in {"invalid", "too_long"}
    assert sentence.endswith("ください。")
    assert "Traceback" not in sentence
    assert len(sentence) < 120


@pytest.mark.parametrize("kind", [CorporateNumberField, PostalCodeField, PhoneField])
@pytest.mark.parametrize("typed", HOSTILE)
def test_a_number_field_answers_anything_hostile_with_one_sentence(kind: type[forms.Field], typed: str) -> None:
    code, sentence = refusal(kind(), typed)
    assert code in {"invalid", "control", "max_length"}
    assert sentence.endswith(("ください。", "です)。"))


@pytest.mark.parametrize("kind", [*FIGURES, *TEXTS])
@pytest.mark.parametrize("typed", ["", " ", "\u3000", "\t\n "])
def test_an_empty_field_is_asked_for_or_left_out(kind: type[forms.Field], typed: str) -> None:
    assert kind(required=False).clean(typed) in (None, "")
    assert refusal(kind(), typed)[0] == "required"


@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_longer_than_anybody_writes_is_not_even_read(kind: type[FigureField]) -> None:
    assert refusal(kind(), "1" * 61) == ("too_long", "長すぎて読み取れません。入力し直してください。")
    assert refusal(kind(), "1" * 1_000_000)[0] == "too_long"
    assert refusal(kind(), "x" * 60)[0] == "invalid"


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("2026-02-29", "invalid", "「2026-02-29」という日はありません。年月日を確かめてください。"),
        ("H31.5.1", "invalid", "「H31.5.1」は平成の期間にありません。元号と年を確かめてください。"),
        (
            *("明日", "invalid"),
            "「明日」は日付として読めません。2026-04-01、2026/4/1、令和8年4月1日、R8.4.1 のように入力してください。",
        ),
        (
            "1999-12-31",
            "out_of_range",
            "1999-12-31 は 2000-01-01 から 2099-12-31 までの日付ではありません。年を確かめてください。",
        ),
        (
            "2100-01-01",
            "out_of_range",
            "2100-01-01 は 2000-01-01 から 2099-12-31 までの日付ではありません。年を確かめてください。",
        ),
    ],
)
def test_a_refused_day_has_this_sentence(typed: str, code: str, sentence: str) -> None:
    assert refusal(JapaneseDateField(), typed) == (code, sentence)
    assert refusal(JapaneseDateField(), f"\u3000{typed} ") == (code, sentence)


def test_a_day_may_stand_on_the_edge_of_its_range() -> None:
    field = JapaneseDateField(earliest=date(2026, 4, 1), latest=date(2026, 4, 30))
    assert [field.clean(text) for text in ("R8.4.1", "R8.4.30")] == [date(2026, 4, 1), date(2026, 4, 30)]
    assert refusal(field, "R8.3.31")[1].startswith("2026-03-31 は 2026-04-01 から 2026-04-30 まで")
    assert refusal(field, "R8.5.1")[0] == "out_of_range"
    assert JapaneseDateField(earliest=date(1600, 1, 1)).clean("1666-05-05") == date(1666, 5, 5)


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("12万", "invalid", "「12万」は金額として読めません。1,234 のように円単位の整数で入力してください。"),
        ("1.5", "invalid", "「1.5」には小数点があります。1円未満のない整数で入力してください。"),
        ("9" * 16, "invalid", f"「{'9' * 16}」は桁数が多すぎます。金額を確かめてください。"),
        ("△1", "out_of_range", "△1円 は入力できません。0円から1,000,000,000,000円までの金額にしてください。"),
        (
            *("1,000,000,000,001", "out_of_range"),
            "1,000,000,000,001円 は入力できません。0円から1,000,000,000,000円までの金額にしてください。",
        ),
    ],
)
def test_a_refused_amount_has_this_sentence(typed: str, code: str, sentence: str) -> None:
    assert refusal(YenField(), typed) == (code, sentence)
    assert YenField(min_yen=-1, max_yen=10**15).clean("△1") == -1


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("三人", "invalid", "「三人」は数として読めません。0以上の整数で入力してください。"),
        ("-1", "invalid", "「-1」は数として読めません。0以上の整数で入力してください。"),
        ("1,00", "invalid", "「1,00」は数として読めません。0以上の整数で入力してください。"),
        ("1000001", "out_of_range", "「1000001」は入力できません。0から1,000,000までの数にしてください。"),
    ],
)
def test_a_refused_count_has_this_sentence(typed: str, code: str, sentence: str) -> None:
    assert refusal(CountField(), typed) == (code, sentence)
    assert CountField().clean("１,０００,０００") == 1_000_000
    assert refusal(CountField(smallest=1, largest=12), "13")[1].endswith("1から12までの数にしてください。")


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("半日", "invalid", "「半日」は時間として読めません。1.5、1:30、90分、1時間30分 のように入力してください。"),
        ("1:60", "invalid", "「1:60」は時間として読めません。1.5、1:30、90分、1時間30分 のように入力してください。"),
        ("1.51", "fraction", "「1.51」には1分未満の端数があります。1:20 や 80分 のように分の単位で入力してください。"),
        ("0", "out_of_range", "「0」は入力できません。1分から10,000時間までにしてください。"),
        ("10000:01", "out_of_range", "「10000:01」は入力できません。1分から10,000時間までにしてください。"),
    ],
)
def test_a_refused_length_of_time_has_this_sentence(typed: str, code: str, sentence: str) -> None:
    assert refusal(HoursField(), typed) == (code, sentence)
    assert HoursField().clean("10000") == 600_000  # the longest


@pytest.mark.parametrize(
    ("minutes", "texts"),
    [
        (
            90,
            [
                "1.5",
                "1:30",
                "01:30",
                "90分",
                "1時間30分",
                "1.5時間",
                "1.5h",
                "１．５",
                "1時30分",
                "1.50",
                " 1 時間 30 分 ",
            ],
        ),
        (1, ["0:01", "1分"]),
        (15, ["0.25", ".25", "15分", "0:15"]),
        (80, ["1:20", "80分", "1時間20分"]),
        (480, ["8", "8.", "8.0", "8時間", "8h", "8H", "480分"]),
    ],
)
def test_a_length_of_time_is_read_in_any_usual_spelling(minutes: int, texts: list[str]) -> None:
    read = {text: HoursField().clean(text) for text in texts}
    assert read == dict.fromkeys(texts, minutes)
    assert HoursField().clean(HoursField().prepare_value(minutes)) == minutes


def test_every_minute_of_a_day_is_shown_so_that_it_is_read_back() -> None:
    shown = {minutes: str(HoursField().prepare_value(minutes)) for minutes in range(1, 1_441)}
    assert {minutes: HoursField().clean(text) for minutes, text in shown.items()} == {one: one for one in shown}
    assert (shown[6], shown[20], shown[33], shown[75]) == ("0.1", "0:20", "0.55", "1.25")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (KanaField, "やまだ たろう", "ヤマダ\u3000タロウ"),
        (KanaField, "ﾔﾏﾀﾞ ｼｮｳｼﾞ(ｶ)", "ヤマダ\u3000ショウジ（カ）"),
        (KanaField, "ヴァリュー・アップ", "ヴァリュー・アップ"),
        (KanaField, "ABC コンサルティング", "ＡＢＣ\u3000コンサルティング"),
        (PostalCodeField, "9800811", "980-0811"),
        (PostalCodeField, "〒980-0811", "980-0811"),
        (PostalCodeField, "９８０‐０８１１", "980-0811"),
        (PhoneField, "０２２−１２３−４５６７", "022-123-4567"),
        (PhoneField, "+81 22 123 4567", "+81221234567"),
        (CorporateNumberField, "Ｔ７００００１２０５０００２", "7000012050002"),
        (CorporateNumberField, "7 0000 1205 0002", "7000012050002"),
        (CorporateNumberField, "t7000012050002", "7000012050002"),
    ],
)
def test_texts_of_numbers_and_readings_become_plain(kind: type[forms.Field], typed: str, kept: str) -> None:
    assert kind().clean(typed) == kept
    assert kind().clean(kept) == kept  # what is stored can be sent back unchanged


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (KanaField, "山田", "「山田」はカタカナの読みではありません。カタカナかひらがなで入力してください。"),
        (PostalCodeField, "980-081", "「980-081」は郵便番号ではありません。980-0811 のように7桁で入力してください。"),
        (PhoneField, "内線12", "「内線12」は電話番号ではありません。022-123-4567 のように入力してください。"),
        (CorporateNumberField, "123", "「123」は法人番号ではありません。13桁の数字で入力してください。"),
        (
            *(CorporateNumberField, "7000012050003"),
            "「7000012050003」は法人番号として検査用数字が合いません。番号を確かめてください。",
        ),
    ],
)
def test_a_refused_text_has_this_sentence(kind: type[forms.Field], typed: str, sentence: str) -> None:
    assert refusal(kind(), typed)[1] == sentence
    assert refusal(kind(), f" {typed}\u3000")[1] == sentence


def test_only_one_check_digit_of_ten_is_right() -> None:
    assert CorporateNumberField().clean("7000012050002") == "7000012050002"
    for digit in "012345689":
        assert refusal(CorporateNumberField(), f"{digit}000012050002")[0] == "checksum"


def test_fields_tell_the_browser_which_keyboard_and_unit() -> None:
    class Form(OfficeForm):
        day = JapaneseDateField(label="日")
        cost = YenField(label="費用")
        people = CountField(label="人数", unit="人")
        spent = HoursField(label="時間")
        phone = PhoneField(label="電話")

    attributes = {name: field.widget.attrs for name, field in Form().fields.items()}
    assert {name: one["inputmode"] for name, one in attributes.items()} == {
        "day": "text",
        "cost": "numeric",
        "people": "numeric",
        "spent": "text",
        "phone": "tel",
    }
    assert {name: one.get("data-unit") for name, one in attributes.items()} == {
        "day": None,
        "cost": "円",
        "people": "人",
        "spent": "時間",
        "phone": None,
    }
    assert {one["autocomplete"] for one in attributes.values()} == {"off"}


@pytest.mark.parametrize(
    ("typed", "echo"),
    [
        ("R8.4.1", "入力された日: 令和8年4月1日(水)"),
        ("1912-07-30", "入力された日: 大正元年7月30日(火)"),
        ("1912-07-29", None),
        ("2026-02-30", None),
        ("<b>R8.4.1</b>", None),
        ("1" * 61, None),
    ],
)
def test_a_day_is_echoed_only_where_it_can_be_read(typed: str, echo: str | None) -> None:
    class Form(OfficeForm):
        day = JapaneseDateField(label="日", earliest=date(1600, 1, 1))

    html = str(Form({"day": typed})["day"].help_text)
    assert (echo or "入力された日") in html if echo else "入力された日" not in html
    assert "<b>" not in html
    assert html.startswith("例: ")


def test_field_values_that_are_stored_are_shown_and_read_back_alike() -> None:
    assert YenField().prepare_value(1_234_567) == "1,234,567"
    assert YenField().clean(YenField().prepare_value(1_234_567)) == 1_234_567
    assert HoursField().prepare_value("1時間") == "1時間"
    assert JapaneseDateField().prepare_value(date(2026, 4, 1)) == "2026-04-01"
    assert JapaneseDateField().prepare_value("R8.4.1") == "R8.4.1"
    with pytest.raises(NotImplementedError):
        FigureField().clean("1")
