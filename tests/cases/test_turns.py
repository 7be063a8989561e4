"""Whose turn it is: every stage of every frame has its answer, and the case page shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product

import pytest
from django.urls import reverse

from cases.enums import CaseStage, SchemeFrame
from cases.selectors import turns
from cases.selectors.turns import GUIDELINE_STAGES, ROLES, Party, Phase, Turn, turn_of
from cases.workflow import OPEN_STAGES
from tests.builders import make_case
from tests.conftest import sign_in
from vapup.accounts.models import Member

S, F = CaseStage, SchemeFrame
PAIRS = list(product(CaseStage, SchemeFrame))
TABLES = ("_EVERY_FRAME", "_BY_SCHEME", "_BY_FRAME")


def unanswered() -> list[tuple[CaseStage, SchemeFrame]]:
    missing = []
    for stage, frame in PAIRS:
        try:
            turn_of(stage, frame)
        except KeyError:
            missing.append((stage, frame))
    return missing


def test_every_stage_of_every_frame_has_an_answer() -> None:
    assert len(PAIRS) == 18 * 4
    assert unanswered() == []


@pytest.mark.parametrize("stage", [stage for stage in CaseStage if stage not in GUIDELINE_STAGES])
def test_an_answer_that_was_removed_is_missed(monkeypatch: pytest.MonkeyPatch, stage: CaseStage) -> None:
    for table in TABLES:
        rows: Mapping[object, Turn] = getattr(turns, table)
        kept = {key: turn for key, turn in rows.items() if stage not in (key if isinstance(key, tuple) else (key,))}
        monkeypatch.setattr(turns, table, kept)
    assert {missing for missing, _frame in unanswered()} == {stage}


@pytest.mark.parametrize("stage", GUIDELINE_STAGES)
def test_a_step_of_the_guideline_that_was_removed_is_missed(monkeypatch: pytest.MonkeyPatch, stage: CaseStage) -> None:
    rows = {key: turn for key, turn in turns._BY_FRAME.items() if key != (stage, F.SME_GL)}
    monkeypatch.setattr(turns, "_BY_FRAME", rows)
    assert unanswered() == [(stage, F.SME_GL)]


@pytest.mark.parametrize(("stage", "frame"), PAIRS)
def test_an_answer_is_whole_sentences_of_both_sides(stage: CaseStage, frame: SchemeFrame) -> None:
    turn = turn_of(stage, frame)
    assert turn.movers
    for text in (turn.what, turn.enterprise, turn.expert, *(text for _party, text in turn.others)):
        assert re.search(r"[ぁ-ん一-龠].*。$", text), (stage, frame, text)
    assert (turn.movers == (Party.NOBODY,)) == (stage not in OPEN_STAGES)
    has_phase = stage in OPEN_STAGES and (stage not in GUIDELINE_STAGES or frame is F.SME_GL)
    assert (turn.phase is not None) == has_phase


def test_who_must_agree_differs_by_scheme() -> None:
    # 405: every lender agrees. Vアップ: the bank hands a receipt back, no consent. GL: first the third-party expert.
    assert "すべての金融機関から同意" in turn_of(S.PLANNING, F.NORMAL).what
    assert "同意は要らない" in turn_of(S.PLANNING, F.VUP).bank
    assert turn_of(S.PLANNING, F.VUP) == turn_of(S.PLANNING, F.VUP_BANK)
    assert "第三者支援専門家" in turn_of(S.PLANNING, F.SME_GL).what
    assert Party.BANK in turn_of(S.PLANNING, F.NORMAL).movers
    assert Party.BANK not in turn_of(S.PLANNING, F.VUP).movers


@pytest.mark.parametrize(
    ("stage", "first"),
    [
        (S.PREPARING, Party.EXPERT),
        (S.APPLIED, Party.COUNCIL),
        (S.USAGE_RETURNED, Party.EXPERT),
        (S.AGREED, Party.ENTERPRISE),
        (S.PLAN_CLAIMED, Party.COUNCIL),
        (S.EXPERT_APPOINTED, Party.THIRD_PARTY),
        (S.SURVEYED, Party.ENTERPRISE),
    ],
)
def test_who_moves_first(stage: CaseStage, first: Party) -> None:
    assert turn_of(stage, F.SME_GL).movers[0] is first


def test_the_frame_of_private_banks_has_no_subsidised_follow_up() -> None:
    assert "伴走支援の補助はありません" in turn_of(S.PLAN_DECIDED, F.VUP_BANK).what
    assert "伴走支援に進めます" in turn_of(S.PLAN_DECIDED, F.VUP).what


def test_the_role_split_has_the_four_phases_once() -> None:
    assert [role.phase for role in ROLES] == list(Phase)
    assert [role.phase.value for role in ROLES] == ["現状把握", "計画策定", "金融機関対応", "実行・改善"]


def test_the_case_page_says_whose_turn_it_is(consultant: Member) -> None:
    case = make_case(consultant, stage=S.PREPARING)
    page = sign_in(consultant).get(reverse("cases:detail", args=[case.number])).content.decode()
    assert "次は誰の番か" in page
    assert turn_of(S.PREPARING, F.NORMAL).what in page
    assert "認定支援機関がすること" in page
    assert page.count("今ここ") == 1
