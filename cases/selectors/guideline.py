"""The procedure of the guideline (中小版GL, 再生型) as steps: what is done, what comes next, who still has to agree.

Sources, checked 2025-11-21: https://aster-law.net/?p=3672 (order of the steps, consent of the main creditors to the
third-party expert, consent of all creditors) and https://www.zenginkyo.or.jp/adr/sme/sme-guideline/ (the guideline).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import CaseStage, ExpertList
from cases.models import Case, GuidelineProcedure
from cases.selectors.banks import Board, bank_board

TRAIL: Final = "中小版GLの手続"
CLAIMED: Final = frozenset({CaseStage.PLAN_CLAIMED, CaseStage.PLAN_DECIDED, CaseStage.MONITORING, CaseStage.COMPLETED})
LABELS: Final = {"done": "完了", "todo": "次の手続き", "blocked": "まだ", "short": "要確認", "problem": "要対応"}


@dataclass(frozen=True, slots=True)
class GuidelineStep:
    """One step, in the terms of the task list.

    Attributes:
        key: G1 to G10, the place in the procedure.
        state: done, todo (it comes next), blocked (a step before is missing), short (done, with something to check) or
            problem (a creditor refused).
        day: when it was done, where the record says so.
        text: the day and what to do, to check, or to wait for.
    """

    key: str
    name: str
    state: str
    day: date | None
    text: str
    url: str = ""

    @property
    def label(self) -> str:
        """Return the number and the name."""
        return f"{self.key.removeprefix('G')}. {self.name}"

    @property
    def state_label(self) -> str:
        """Return the word for the state; what need not happen says so."""
        return "任意" if self.key == STANDSTILL and self.day is None else LABELS[self.state]

    @property
    def hint(self) -> str:
        """Return the text of a step that is open or done."""
        return "" if self.state == "blocked" else self.text

    @property
    def reason_blocked(self) -> str:
        """Return the text of a step whose turn has not come."""
        return self.text if self.state == "blocked" else ""

    @property
    def is_done(self) -> bool:
        """Tell whether it has been taken, whatever there is to check."""
        return self.state in {"done", "short"}


@dataclass(frozen=True, slots=True)
class _Fact:
    """What the rows say of one step: whether and when it was done, what to check, and what it takes."""

    key: str
    name: str
    is_done: bool
    day: date | None
    takes: str
    check: str = ""
    is_refused: bool = False


STANDSTILL: Final = "G4"


def procedure_of(case: Case) -> GuidelineProcedure:
    """Return the record of a case's procedure, or an empty, unstored one."""
    stored = GuidelineProcedure.objects.for_agency(case.agency_id).filter(case=case).first()
    return stored or GuidelineProcedure(agency_id=case.agency_id, case=case)


def steps_of(case: Case) -> tuple[GuidelineStep, ...]:
    """Return the ten steps of a case; the first one that is not done, leaving the optional one out, comes next."""
    return steps_from(case, procedure_of(case), bank_board(case))


def steps_from(case: Case, procedure: GuidelineProcedure, board: Board) -> tuple[GuidelineStep, ...]:
    """Return the steps that a case, its record and its lenders make."""
    facts = (*_opening(case, procedure), *_survey(procedure, board), *_closing(case, procedure, board))
    is_next_found, steps = False, []
    for fact in facts:
        is_optional = fact.key == STANDSTILL
        steps.append(_step(fact, is_next=not is_next_found))
        is_next_found = is_next_found or not (fact.is_done or is_optional)
    return tuple(steps)


def next_step(steps: tuple[GuidelineStep, ...]) -> GuidelineStep | None:
    """Return the step that comes next, leaving the optional one out."""
    return next((one for one in steps if not one.is_done and one.key != STANDSTILL), None)


def _step(fact: _Fact, *, is_next: bool) -> GuidelineStep:
    if fact.is_done:
        state, hint = ("short" if fact.check else "done"), fact.check
    elif fact.is_refused:
        state, hint = "problem", fact.takes
    else:
        state, hint = ("todo" if is_next or fact.key == STANDSTILL else "blocked"), fact.takes
    day = f"{fact.day} " if fact.day else ""
    return GuidelineStep(fact.key, fact.name, state, fact.day, f"{day}{hint}".strip())


def _opening(case: Case, procedure: GuidelineProcedure) -> tuple[_Fact, ...]:
    applied, accepted = case.usage_applied_on, case.usage_accepted_on
    standstill = procedure.standstill_requested_on
    until = f"期限は {procedure.standstill_until} です。" if procedure.standstill_until else "期限が未入力です。"
    return (
        _Fact("G1", "利用申請", applied is not None, applied, "協議会へ利用申請を提出します。"),
        _Fact("G2", "受理", accepted is not None, accepted, "受理の後の作業だけが補助の対象になります。"),
        _Fact(
            "G3",
            "第三者支援専門家の選任",
            procedure.appointed_on is not None,
            procedure.appointed_on,
            "候補者リストから選び、主要債権者の全員から選任の同意を得ます。",
            check=_doubts(case, procedure),
        ),
        _Fact(
            STANDSTILL,
            "一時停止の要請",
            standstill is not None,
            standstill,
            "資金繰りのために要るときだけ、対象債権者の全員へ同時に要請します。",
            check=until if standstill and not procedure.standstill_until else "",
        ),
    )


def _doubts(case: Case, procedure: GuidelineProcedure) -> str:
    """Return what to check about the appointment: work before acceptance is not paid, the list is public."""
    found = []
    appointed, accepted = procedure.appointed_on, case.usage_accepted_on
    if appointed and accepted and appointed < accepted:
        found.append(f"選任日 {appointed} が受理日 {accepted} より前です。受理前の作業は補助の対象になりません。")
    if procedure.expert_list == ExpertList.OTHER:
        found.append("候補者リスト外の専門家です。対象債権者の全員の同意があるか確かめてください。")
    if not procedure.expert_list:
        found.append("「候補者リスト」が未入力です。")
    return "".join(found)


def _survey(procedure: GuidelineProcedure, board: Board) -> tuple[_Fact, ...]:
    is_reported, is_handed = procedure.report_on is not None, any(row.stance.plan_handed_on for row in board.rows)
    return (
        _Fact("G5", "財務・事業の調査(DD)", is_reported or is_handed, None, "外部専門家が財務と事業を調べます。"),
        _Fact("G6", "計画案の作成", is_reported or is_handed, None, "事業再生計画案を作り、対象債権者に渡します。"),
        _Fact(
            "G7",
            "調査報告書",
            is_reported,
            procedure.report_on,
            "第三者支援専門家が計画案を調べ、調査報告書を出します。",
        ),
    )


def _closing(case: Case, procedure: GuidelineProcedure, board: Board) -> tuple[_Fact, ...]:
    stage = CaseStage(case.stage)
    return (
        _Fact(
            "G8",
            "債権者会議と全員の同意",
            procedure.meeting_on is not None and board.is_all_agreed,
            procedure.meeting_on,
            _agreement(procedure, board),
            is_refused=bool(board.refused),
        ),
        _Fact("G9", "支払申請", stage in CLAIMED, None, "自己負担の振込の後に、支払申請を提出します。"),
        _Fact(
            "G10",
            "伴走支援",
            stage is CaseStage.COMPLETED,
            None,
            "計画の進み具合を対象債権者へ報告します。",
        ),
    )


def _agreement(procedure: GuidelineProcedure, board: Board) -> str:
    meeting = "" if procedure.meeting_on else "債権者会議を開きます。"
    if board.refused:
        return f"{meeting}不同意: {'、'.join(board.refused)}。計画案を見直して同意を求めます。"
    if board.missing_consents:
        return f"{meeting}あと{len(board.missing_consents)}行: {'、'.join(board.missing_consents)}"
    return meeting or "対象債権者が登録されていません。"
