"""Which ways of writing one company are seen through, and which companies are left apart."""

from __future__ import annotations

import pytest

from vapup.shared.likeness import Identity, bare_name, folded, likenesses

NOTHING = Identity("", "", "", "", "")


@pytest.mark.parametrize(
    "written",
    [
        "株式会社高橋製作所",
        "㈱高橋製作所",
        "(株)高橋製作所",
        "(株) 高橋 製作所",
        "高橋製作所株式会社",
        "高橋製作所 ㈱",
        "株式会社髙橋製作所",
        "株式会社 高橋・製作所",
    ],
)
def test_the_legal_form_its_place_widths_spaces_and_glyphs_do_not_make_another_company(written: str) -> None:
    assert bare_name(written) == "高橋製作所"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("有限会社山﨑商店", "(有)山崎商店"),
        ("合同会社ＡＢＣ", "合同会社abc"),
        ("渡邊建設株式会社", "株式会社渡辺建設"),
        ("株式会社ｱｵﾊﾞ", "株式会社アオバ"),
    ],
)
def test_two_spellings_of_one_name_are_alike(one: str, other: str) -> None:
    pair = [folded(NOTHING._replace(name=name)) for name in (one, other)]
    assert list(likenesses(*pair)) == ["事業者名"]


@pytest.mark.parametrize(("one", "other"), [("山田水産", "山田水産加工"), ("株式会社青葉", "株式会社若葉"), ("", "")])
def test_other_names_are_not(one: str, other: str) -> None:
    assert list(likenesses(folded(NOTHING._replace(name=one)), folded(NOTHING._replace(name=other)))) == []


def test_a_legal_form_alone_is_no_name() -> None:
    assert bare_name("株式会社") == ""


def test_number_kana_phone_and_address_are_compared_each_in_its_own_way() -> None:
    one = Identity(
        "7999901000001", "甲", "カブシキガイシャ ヤマダスイサン", "0225-00-0101", "宮城県石巻市魚町9丁目9番1号"
    )
    other = Identity("７９９９９０１０００００１", "乙", "やまだすいさん", "(0225)000101", "宮城県石巻市魚町9-9-1")
    assert list(likenesses(folded(one), folded(other))) == ["法人番号", "フリガナ", "電話番号", "所在地"]


def test_a_short_phone_number_and_a_town_say_nothing() -> None:
    vague = folded(NOTHING._replace(phone="0101", address="宮城県石巻市"))
    assert (vague.phone, vague.address) == ("", "")
    assert list(likenesses(vague, vague)) == []
