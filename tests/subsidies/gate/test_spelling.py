"""Names are compared character by character; the hint says when only their spelling differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.gate.spelling import is_same_on_slip, is_spelling_only
from subsidies.rules.gate.ticks import load_ticks, ticks, ticks_for
from vapup.shared.rule_data import ParameterError


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("株式会社髙橋製作所", "株式会社高橋製作所"),
        ("山﨑商店", "山崎商店"),
        ("渡邉 工務店", "渡辺工務店"),
        ("(株)山田水産", "株式会社山田水産"),
        ("㈱山田水産", "株式会社山田水産"),
        ("\uff94\uff8f\uff80\uff9e水産", "ヤマダ水産"),  # half-width kana
        ("石巻市魚町1-2-3", "石巻市魚町1−2−3"),
        ("石巻市魚町1丁目2番3号", "石巻市魚町1-2-3"),
        ("石巻市魚町一丁目2番地3", "石巻市魚町1-2-3"),
    ],
)
def test_spelling_alone_differs(one: str, other: str) -> None:
    assert is_spelling_only(one, other)
    assert is_spelling_only(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("株式会社山田水産", "株式会社山田水産"),
        ("株式会社山田水産", "有限会社山田水産"),
        ("山田水産株式会社", "株式会社山田水産"),
        ("石巻市魚町1-2-3", "石巻市魚町1-2-30"),
        ("石巻市魚町12-3", "石巻市魚町1-23"),
    ],
)
def test_more_than_spelling_differs_or_nothing(one: str, other: str) -> None:
    assert not is_spelling_only(one, other)


@pytest.mark.parametrize(
    ("written", "is_same"),
    [
        ("有限会社山田水産", True),
        ("ユ)ヤマダスイサン", True),
        ("\uff95)\uff94\uff8f\uff80\uff9e\uff7d\uff72\uff7b\uff9d", True),  # half-width kana
        ("(ユ)ヤマダスイサン", True),
        ("ヤマダスイサン(ユ", True),
        ("ユウゲンガイシャヤマダスイサン", True),
        ("ヤマダタロウ", False),
        ("山田 太郎", False),
        ("", False),
    ],
)
def test_a_slip_names_the_party_in_writing_or_in_the_kana_of_banks(written: str, is_same: bool) -> None:
    assert is_same_on_slip(written, "有限会社山田水産", "ヤマダスイサン") is is_same


def test_a_slip_may_bear_the_name_of_a_sole_proprietor() -> None:
    assert is_same_on_slip("山田 太郎", "山田商店", "ヤマダショウテン", ("山田 太郎",))


def test_every_application_has_points_for_a_person_and_every_point_has_its_source() -> None:
    for kind in ApplicationKind:
        assert ticks_for(kind, SchemeFrame.NORMAL)
    assert all(one.source.url.startswith("http") and one.sentence.endswith("。") for one in ticks())
    guideline = {one.id for one in ticks_for(ApplicationKind.PLAN_CLAIM, SchemeFrame.SME_GL)}
    assert guideline - {one.id for one in ticks_for(ApplicationKind.PLAN_CLAIM, SchemeFrame.VUP)} == {"expert_listed"}


POINT = '[[tick]]\nid = "a"\nsentence = "s"'
SOURCE = 'source = { title = "t", clause = "c", url = "https://example.jp", checked_on = 2026-11-21 }'


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (f'{POINT}\nkinds = ["nothing"]\n{SOURCE}', "unknown application among nothing"),
        (f"{POINT}\nkinds = []\n{SOURCE}", "unknown application"),
        (f'{POINT}\nkinds = ["usage"]\nframes = ["mini"]\n{SOURCE}', "unknown frame among mini"),
        (f'{POINT}\nkinds = ["usage"]\nextra = 1\n{SOURCE}', "unknown field extra"),
        (f'{POINT}\nkinds = ["usage"]', "source is missing"),
        (f'{POINT}\nkinds = ["usage"]\nsource = {{ title = "t" }}', "clause is missing"),
        (f'{POINT}\nkinds = ["usage"]\n{SOURCE}\n' * 2, "the id a comes twice"),
    ],
)
def test_a_point_that_cannot_be_trusted_is_refused(tmp_path: Path, rows: str, complaint: str) -> None:
    (tmp_path / "points.toml").write_text(rows, encoding="utf-8")
    with pytest.raises(ParameterError, match=complaint):
        load_ticks(tmp_path)
