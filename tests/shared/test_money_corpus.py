"""Yen in the spellings of invoices, spreadsheets and accounting packages, and what is refused with which sentence."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vapup.shared.errors import DomainError
from vapup.shared.money import UnreadableYen, floor_share, format_yen, parse_yen, split_yen

FULL_WIDTH = str.maketrans("0123456789,-()", "０１２３４５６７８９，－（）")
NOT_YEN = "「{}」は金額として読めません。1,234 のように円単位の整数で入力してください。"
DECIMALS = "「{}」には小数点があります。1円未満のない整数で入力してください。"
TOO_LONG = "「{}」は桁数が多すぎます。金額を確かめてください。"
SPELLINGS = {
    1_234_567: [
        "1234567",
        "1,234,567",
        "¥1,234,567",
        "￥1,234,567",
        "1,234,567円",
        "１，２３４，５６７円",
        " 1,234,567 ",
    ],
    0: ["0", "00", "０", "0円", "¥0", "△0", "(0)", "-0円"],
    1_000: ["1000", "1,000", "01000", "1 000", "1\u3000000", "1\u00a0000", "\\1,000", "￥１０００"],
    -1_234: [
        "-1,234",
        "△1,234",
        "▲1,234",
        "−1234",
        "‐1234",
        "－１，２３４",
        "(1,234)",
        "（1,234）",
        "¥-1,234",
        "△￥1,234",
    ],
    999_999_999_999_999: ["999999999999999", "999,999,999,999,999", "0000999999999999999"],
}


@pytest.mark.parametrize(("yen", "text"), [(yen, text) for yen, texts in SPELLINGS.items() for text in texts])
def test_an_amount_is_read_in_any_usual_spelling(yen: int, text: str) -> None:
    found = parse_yen(text)
    assert found == yen
    assert type(found) is int


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "\u3000",
            "円",
            "¥",
            "-",
            "△",
            "()",
            "(",
            "1円2",
            "円1",
            "1円円",
            "1,2345",
            "12,34",
            "1,,234",
            ",1",
            "1,",
        ),
        *("1-2", "1−", "12千円", "3万", "百", "1234円也", "約1000", "1000円〜", "+1", "1'000", "1_000", "0x10", "1e6"),
        *(
            "NaN",
            "Infinity",
            "²",
            "①",
            "٣",
            "१",
            "Ⅳ",
            "--1",
            "△△1",
            "(-1)",
            "((1))",
            "(1",
            "1)",
            "\x00",
            "1\x00",
            "<b>1</b>",
        ),
        *("'; DROP TABLE cases_case; --", "=1+1", "${7*7}", "{{ 1 }}"),
    ],
)
def test_what_is_no_amount_is_quoted_in_the_refusal(text: str) -> None:
    with pytest.raises(UnreadableYen) as refused:
        parse_yen(text)
    assert refused.value.message == NOT_YEN.format(text)
    assert str(refused.value) == refused.value.message
    assert isinstance(refused.value, DomainError)


@pytest.mark.parametrize("text", ["1.0", "1,234.5", "１．５", "0.", "△3.14", "¥1.00", "1000.円"])
def test_a_point_has_its_own_sentence(text: str) -> None:
    with pytest.raises(UnreadableYen) as refused:
        parse_yen(text)
    assert refused.value.message == DECIMALS.format(text)
    assert "整数" in refused.value.message


def test_a_long_number_is_cut_in_its_sentence() -> None:
    with pytest.raises(UnreadableYen) as refused:
        parse_yen("9" * 31)
    assert refused.value.message == TOO_LONG.format("9" * 30 + "…")
    with pytest.raises(UnreadableYen) as shorter:
        parse_yen("1" + "0" * 15)
    assert shorter.value.message == TOO_LONG.format("1" + "0" * 15)
    assert parse_yen("1" + "0" * 14) == 10**14


@settings(max_examples=300)
@given(st.integers(-(10**14), 10**14), st.booleans(), st.sampled_from(["", "円"]), st.sampled_from(["", "¥", "￥"]))
def test_every_amount_survives_being_typed(yen: int, wide: bool, tail: str, mark: str) -> None:
    written = f"{abs(yen):,}".translate(FULL_WIDTH) if wide else f"{abs(yen):,}"
    sign = "△" if yen < 0 else ""
    assert parse_yen(f"{sign}{mark}{written}{tail}") == yen
    assert parse_yen(f"{mark}{sign}{written}{tail}") == yen
    assert parse_yen(format_yen(yen)) == yen


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_a_sentence(text: str) -> None:
    sentence, yen = "「」ください。", None
    try:
        yen = parse_yen(text)
    except UnreadableYen as refused:
        sentence = refused.message
    assert yen is None or type(yen) is int
    assert sentence.startswith("「")
    assert sentence.endswith("ください。")


@settings(max_examples=300)
@given(st.integers(0, 10**13), st.integers(1, 50), st.integers(1, 50))
def test_a_share_is_the_largest_whole_yen_within_it(yen: int, over: int, under: int) -> None:
    share = Fraction(min(over, under), max(over, under))
    found = floor_share(yen, share)
    assert found <= yen * share < found + 1
    assert type(found) is int


@pytest.mark.parametrize(
    ("yen", "parts"),
    [(1, (0, 1)), (2, (1, 1)), (666_667, (333_333, 333_334)), (0, (0, 0)), (10**12 + 1, (5 * 10**11, 5 * 10**11 + 1))],
)
def test_halves_give_the_odd_yen_to_the_second(yen: int, parts: tuple[int, int]) -> None:
    assert split_yen(yen, (Fraction(1, 2), Fraction(1, 2))) == parts
    assert sum(parts) == yen


def test_a_split_is_refused_where_it_could_lose_yen() -> None:
    with pytest.raises(ValueError, match="5/6"):
        split_yen(1, (Fraction(1, 2), Fraction(1, 3)))
    with pytest.raises(ValueError, match="not negative"):
        split_yen(-1, (Fraction(1, 2), Fraction(1, 2)))
    with pytest.raises(ValueError, match="add up to 0"):
        split_yen(1, ())
    assert split_yen(5, (Fraction(1),)) == (5,)


@pytest.mark.parametrize(("yen", "text"), [(-1, "△1"), (999, "999"), (1_000, "1,000"), (-1_000_000, "△1,000,000")])
def test_amounts_are_written_like_in_accounts(yen: int, text: str) -> None:
    assert format_yen(yen) == text
    assert "-" not in format_yen(yen)
