"""The procedure of the guideline (中小版GL枠): its record, the order of its days, and what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from cases.enums import CaseStage, Consent, ExpertList, SchemeFrame
from cases.models import Case, GuidelineProcedure, Lender
from cases.selectors.guideline import GuidelineStep, next_step, steps_of
from cases.services.guideline import GuidelineRefused, record_guideline
from cases.services.locking import EditedMeanwhile
from tests.builders import make_case, make_lender, make_stance
from tests.conftest import sign_in
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

TODAY = date(2025, 12, 1)
DAYS: dict[str, Any] = {
    "main_creditors_agreed_on": date(2025, 6, 1),
    "appointed_on": date(2025, 6, 5),
    "standstill_requested_on": date(2025, 6, 10),
    "standstill_until": date(2026, 3, 31),  # the one day that may lie ahead
    "report_on": date(2025, 9, 1),
    "meeting_on": date(2025, 9, 20),
}
EXPERT: dict[str, Any] = {"expert_name": "高橋 一郎", "expert_list": ExpertList.HEADQUARTERS}
LABELS = {
    "main_creditors_agreed_on": "主要債権者が選任に同意した日",
    "appointed_on": "選任日",
    "standstill_requested_on": "一時停止を要請した日",
    "standstill_until": "一時停止の期限",
    "report_on": "調査報告書の日付",
    "meeting_on": "債権者会議の日",
}


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case of the frame, accepted on 2025-05-20."""
    found = make_case(consultant, frame=SchemeFrame.SME_GL)
    found.usage_applied_on, found.usage_accepted_on = date(2025, 5, 7), date(2025, 5, 20)
    found.accepted_on, found.usage_decided_on = date(2025, 5, 20), date(2025, 5, 25)
    found.stage = CaseStage.PLANNING
    found.save()
    return found


def record(case: Case, actor: Member, *, version: int = 1, **facts: Any) -> GuidelineProcedure:
    return record_guideline(actor=actor, case_id=case.pk, version=version, facts=facts, today=TODAY)


def refusal(case: Case, actor: Member, **facts: Any) -> list[str]:
    with pytest.raises(GuidelineRefused) as refused:
        record(case, actor, **facts)
    assert not GuidelineProcedure.objects.exists()
    return refused.value.message.splitlines()


def steps(case: Case) -> dict[str, GuidelineStep]:
    return {step.key: step for step in steps_of(case)}


def states(case: Case) -> list[str]:
    return [step.state for step in steps_of(case)]


def test_the_whole_procedure_is_stored_and_told_in_the_trail(case: Case, consultant: Member) -> None:
    assert record(case, consultant, **EXPERT, **DAYS).version == 2
    event = AuditEvent.objects.get(verb=Verb.CHANGED, object_type="case")
    assert event.changes["中小版GLの手続 候補者リスト"] == ["", "中小企業活性化全国本部のリスト"]
    assert event.changes["中小版GLの手続 選任日"] == [None, "2025-06-05"]
    record(case, consultant, version=2, **EXPERT, **DAYS)
    assert AuditEvent.objects.count() == 1  # nothing changed, nothing written


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("main_creditors_agreed_on", "appointed_on"),
        ("appointed_on", "standstill_requested_on"),
        ("standstill_requested_on", "standstill_until"),
        ("standstill_requested_on", "report_on"),
        ("report_on", "meeting_on"),
    ],
)
def test_days_out_of_order_are_refused_with_both_named(case: Case, consultant: Member, early: str, late: str) -> None:
    before = date.fromordinal(DAYS[early].toordinal() - 1)
    found = refusal(case, consultant, **EXPERT, **{**DAYS, late: before})
    assert (
        f"「{LABELS[late]}」の {before} が、「{LABELS[early]}」の {DAYS[early]} より前です。"
        "どちらかの日付を直してください。"
    ) in found


def test_everything_may_happen_on_one_day(case: Case, consultant: Member) -> None:
    days: dict[str, Any] = dict.fromkeys(DAYS, TODAY)
    record(case, consultant, **EXPERT, **days)


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("expert_name", "「選任日」に 2025-06-05 が入力されていますが、先に要る「第三者支援専門家の氏名」が空欄です。"),
        (
            "main_creditors_agreed_on",
            "「選任日」に 2025-06-05 が入力されていますが、先に要る「主要債権者が選任に同意した日」が空欄です。",
        ),
        ("report_on", "「債権者会議の日」に 2025-09-20 が入力されていますが、先に要る「調査報告書の日付」が空欄です。"),
        (
            "standstill_requested_on",
            "「一時停止の期限」に 2026-03-31 が入力されていますが、先に要る「一時停止を要請した日」が空欄です。",
        ),
    ],
)
def test_a_step_needs_the_one_before(case: Case, consultant: Member, left_out: str, sentence: str) -> None:
    facts = {name: value for name, value in {**EXPERT, **DAYS}.items() if name != left_out}
    assert refusal(case, consultant, **facts) == [f"{sentence}どちらかを直してください。"]


def test_the_standstill_may_be_left_out(case: Case, consultant: Member) -> None:
    days = {name: day for name, day in DAYS.items() if not name.startswith("standstill")}
    record(case, consultant, **EXPERT, **days)
    assert steps(case)["G4"].state_label == "任意"


def test_what_has_not_happened_is_not_recorded(case: Case, consultant: Member) -> None:
    found = refusal(case, consultant, **EXPERT, **{**DAYS, "meeting_on": date(2025, 12, 2)})
    assert found == ["「債権者会議の日」の 2025-12-02 は、今日 2025-12-01 より後です。起きた日を入力してください。"]


def test_other_frames_have_no_such_procedure(case: Case, consultant: Member) -> None:
    Case.objects.filter(pk=case.pk).update(frame=SchemeFrame.NORMAL)
    assert refusal(case, consultant, **EXPERT) == [
        f"案件 {case.number} は「405事業 通常枠」です。"
        "中小版GLの手続を記録できるのは「405事業 中小版GL枠」の案件だけです。"
    ]


def test_a_viewer_may_not_record_and_the_second_of_two_is_told(case: Case, consultant: Member, viewer: Member) -> None:
    with pytest.raises(NotAllowed):
        record(case, viewer, **EXPERT)
    record(case, consultant, **EXPERT)
    with pytest.raises(EditedMeanwhile):
        record(case, consultant, expert_name="別の人")


def test_a_fresh_case_begins_with_the_appointment(case: Case) -> None:
    assert states(case) == ["done", "done", "todo", "todo", *["blocked"] * 6]
    step = next_step(steps_of(case))
    assert step is not None
    assert (step.label, step.reason_blocked) == ("3. 第三者支援専門家の選任", "")
    assert steps(case)["G7"].hint == ""
    assert steps(case)["G7"].reason_blocked.startswith("第三者支援専門家が計画案を調べ")


def test_the_steps_follow_the_record(case: Case, consultant: Member) -> None:
    facts: dict[str, Any] = {**EXPERT}
    expected = (
        (("main_creditors_agreed_on", "appointed_on"), "G5"),
        (("standstill_requested_on", "standstill_until"), "G5"),
        (("report_on",), "G8"),
    )
    for version, (names, comes_next) in enumerate(expected, start=1):
        facts |= {name: DAYS[name] for name in names}
        record(case, consultant, version=version, **facts)
        step = next_step(steps_of(case))
        assert step is not None
        assert step.key == comes_next


def agreed(case: Case, lender: Lender, consent: Consent = Consent.AGREED) -> None:
    make_stance(case, lender, consent=consent, consented_on=date(2025, 9, 20))


def test_the_meeting_is_done_when_everybody_agreed(case: Case, consultant: Member) -> None:
    main = make_lender(case.enterprise)
    other = make_lender(case.enterprise, role="other", bank_name="仙台銀行", balance_yen=1)  # type: ignore[arg-type]
    record(case, consultant, **EXPERT, **DAYS)
    agreed(case, main)
    assert (steps(case)["G8"].state, steps(case)["G8"].text) == ("todo", "2025-09-20 あと1行: 仙台銀行 石巻支店")
    agreed(case, other)
    assert (steps(case)["G8"].state, steps(case)["G9"].state) == ("done", "todo")


def test_a_refusal_is_a_problem(case: Case, consultant: Member) -> None:
    agreed(case, make_lender(case.enterprise), Consent.REFUSED)
    record(case, consultant, **EXPERT, **DAYS)
    step = steps(case)["G8"]
    assert step.state == "problem"
    assert "不同意: 七十七銀行 石巻支店。計画案を見直して同意を求めます。" in step.text


def test_an_appointment_before_acceptance_or_off_the_list_is_to_be_checked(case: Case, consultant: Member) -> None:
    early: dict[str, Any] = {"main_creditors_agreed_on": date(2025, 5, 1), "appointed_on": date(2025, 5, 19)}
    record(case, consultant, expert_name="高橋 一郎", expert_list=ExpertList.OTHER, **early)
    step = steps(case)["G3"]
    assert (step.state, step.is_done) == ("short", True)
    assert "選任日 2025-05-19 が受理日 2025-05-20 より前です。" in step.hint
    assert "候補者リスト外の専門家です。" in step.hint


def test_the_end_of_the_road(case: Case, consultant: Member) -> None:
    agreed(case, make_lender(case.enterprise))
    record(case, consultant, **EXPERT, **DAYS)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.COMPLETED)
    case.refresh_from_db()
    assert {*states(case)} == {"done"}
    assert next_step(steps_of(case)) is None


def url(case: Case, name: str = "guideline") -> str:
    return reverse(f"cases:{name}", args=[case.number])


def test_the_page_shows_the_steps_and_who_still_has_to_agree(case: Case, consultant: Member) -> None:
    make_lender(case.enterprise)
    page = sign_in(consultant).get(url(case)).content.decode()
    assert "10. 伴走支援" in page
    assert "あと1行です。" in page
    assert "七十七銀行 石巻支店" in page
    assert url(case, "guideline_edit") in page


def test_a_viewer_sees_the_page_without_the_button(case: Case, viewer: Member) -> None:
    browser = sign_in(viewer)
    answer = browser.get(url(case))
    assert answer.status_code == 200
    assert url(case, "guideline_edit") not in answer.content.decode()
    assert browser.get(url(case, "guideline_edit")).status_code == 403


@pytest.mark.parametrize("frame", [SchemeFrame.NORMAL, SchemeFrame.VUP])
def test_other_frames_have_no_tab_and_are_told_why(case: Case, consultant: Member, frame: SchemeFrame) -> None:
    browser = sign_in(consultant)
    assert url(case) in browser.get(f"/cases/{case.number}/banks/").content.decode()
    Case.objects.filter(pk=case.pk).update(frame=frame)
    assert url(case) not in browser.get(f"/cases/{case.number}/banks/").content.decode()
    for name in ("guideline", "guideline_edit"):
        answer = browser.get(url(case, name))
        assert answer.status_code == 409
        assert "この画面があるのは「405事業 中小版GL枠」の案件だけです。" in answer.content.decode()


def test_the_form_saves_and_keeps_what_it_refuses(case: Case, consultant: Member) -> None:
    browser, sent = sign_in(consultant), {"version": "1", "expert_name": "高橋 一郎", "appointed_on": "R7.6.5"}
    refused = browser.post(url(case, "guideline_edit"), sent)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "先に要る「主要債権者が選任に同意した日」が空欄です" in page
    assert 'value="R7.6.5"' in page
    saved = browser.post(url(case, "guideline_edit"), {**sent, "main_creditors_agreed_on": "R7.6.1"}, follow=True)
    assert "中小版GLの手続を保存しました。" in saved.content.decode()
    assert GuidelineProcedure.objects.get().appointed_on == date(2025, 6, 5)


def test_two_at_once_see_what_the_other_wrote(case: Case, consultant: Member) -> None:
    record(case, consultant, expert_name="高橋 一郎")
    browser, sent = sign_in(consultant), {"version": "1", "expert_name": "鈴木 次郎"}
    late = browser.post(url(case, "guideline_edit"), sent)
    page = late.content.decode()
    assert late.status_code == 409
    assert "高橋 一郎" in page
    assert "鈴木 次郎" in page
    again = browser.post(url(case, "guideline_edit"), {**sent, "version": "2"})
    assert (again.status_code, GuidelineProcedure.objects.get().expert_name) == (302, "鈴木 次郎")
