"""How wide a text is reckoned, and where it is broken."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vapup.ui.charts.parts import Series
from vapup.ui.charts.words import ends_of, in_yen, listed, sentences
from vapup.ui.charts.writing import NEVER_FIRST, shortened, width_of, wrapped

NAMES = st.text(st.sampled_from("株式会社あいうアイー、。()・〜①髙ABCWmi109,.% 　ｱ\n"), max_size=80)


@pytest.mark.parametrize(
    ("text", "size", "width"),
    [
        ("", 12, 0),
        ("計画", 12, 24),
        ("計画", 10, 20),
        ("髙﨑", 10, 20),
        ("1234", 10, 24),
        # Two commas of 4 and seven digits of 6 tenths: 5.0 times the size.
        ("1,234,567", 10, 50),
        ("△5", 10, 16),
        ("ABC", 10, 24),
        ("WWW", 10, 30),
        ("ｱｲｳ", 10, 18),
        ("か\u3099", 10, 10),
        ("🍣", 10, 14),
        # 2.2 times the size is 26.4: rounded up.
        ("計1,", 11, 22),
    ],
)
def test_a_width_is_counted_by_letters(text: str, size: int, width: int) -> None:
    assert width_of(text, size) == width


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("株式会社", ("株式会社",)),
        ("株式会社博多青果", ("株式会社博", "多青果")),
        # A comma does not begin a line: the letter before it goes down.
        ("あいうえお、か", ("あいうえ", "お、か")),
        ("サービスメニュー", ("サービスメ", "ニュー")),
        ("第12345678号", ("第12345678", "号")),
        ("平成あい12345", ("平成あい", "12345")),
        ("一行目\n二行目", ("一行目", "二行目")),
        ("一\n\n二", ("一", "二")),
        ("  ", ()),
        ("", ()),
    ],
)
def test_a_text_is_broken_where_japanese_may_be(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text, 10, 58 if "12345678" in text else 50, 3) == lines


def test_what_does_not_fit_ends_with_dots() -> None:
    assert wrapped("あいうえおかきくけこさしすせそ", 10, 50, 2) == ("あいうえお", "かきくけ…")
    assert wrapped("あいうえお", 10, 50, 1) == ("あいうえお",)
    assert wrapped("あいうえおか", 10, 50, 1) == ("あいうえ…",)
    assert wrapped("あいうえお", 10, 50, 0) == ()


def test_a_text_is_shortened_only_if_it_must_be() -> None:
    assert shortened("福岡銀行", 10, 40) == "福岡銀行"
    assert shortened("福岡銀行", 10, 39) == "福岡…"
    assert shortened("福岡 銀行", 10, 40) == "福岡…"
    assert shortened("福岡", 10, 0) == "…"


@given(text=NAMES, room=st.integers(min_value=30, max_value=200), most=st.integers(min_value=1, max_value=6))
def test_no_line_is_wider_than_its_room(text: str, room: int, most: int) -> None:
    lines = wrapped(text, 12, room, most)
    assert len(lines) <= most
    assert all(width_of(line, 12) <= room for line in lines)
    assert all(line == line.strip() and line for line in lines)


@given(text=NAMES, room=st.integers(min_value=30, max_value=200))
def test_no_letter_is_lost_where_there_are_lines_enough(text: str, room: int) -> None:
    lines = wrapped(text, 12, room, 200)
    assert "".join("".join(lines).split()) == "".join(text.split())


@example(room=36, text="、あ、、")
@given(room=st.integers(min_value=36, max_value=200), text=st.text(st.sampled_from("あいう、。ー"), max_size=60))
def test_a_line_begins_with_a_comma_only_where_nothing_else_could(room: int, text: str) -> None:
    lines = wrapped(text, 12, room, 200)
    wrong = [two for one, two in pairwise(lines) if two[0] in NEVER_FIRST]
    whole = room // 12
    # Only a run of such letters as long as the line has to be broken within.
    assert not wrong or any(all(letter in NEVER_FIRST for letter in line[1:]) and len(line) == whole for line in lines)


def test_a_sentence_names_the_ends_of_a_series() -> None:
    labels = ("2026年", "2027年", "2028年")
    assert (
        ends_of(Series("計画", (1_000, 3_000, -2_000)), labels) == "計画は最高 3,000円(2027年)、最低 △2,000円(2028年)"
    )
    assert ends_of(Series("計画", (None, 3_000, None)), labels) == "計画は3,000円(2027年)"
    assert ends_of(Series("計画", (5, 5, None)), labels) == "計画はすべて 5円"
    assert ends_of(Series("実績", (None, None, None)), labels) == "実績はまだありません"
    # Of equal amounts the first is named.
    assert ends_of(Series("実績", (7, 7, 1)), labels) == "実績は最高 7円(2026年)、最低 1円(2028年)"


def test_long_lists_are_cut() -> None:
    assert listed(["甲", "乙"]) == "甲、乙"
    assert listed([str(number) for number in range(6)]) == "0、1、2、3、4、5"
    assert listed([str(number) for number in range(9)]) == "0、1、2、3、4、5ほか3件"


def test_sentences_end_with_a_full_stop() -> None:
    assert sentences(["甲", "", "乙"]) == "甲。乙。"
    assert in_yen(-1_234) == "△1,234円"
