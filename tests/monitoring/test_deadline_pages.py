from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Case
from monitoring.enums import Channel, DeadlineKind, DeadlineState, MailState
from monitoring.models import Acknowledgement, Deadline, DeadlineExtension, Mail, Notice, Snooze
from monitoring.rules.kinds import clock_kind
from monitoring.selectors.deadlines import chip_of, escalation_words, own_deadlines, sayings_of
from monitoring.services.sweep import plan_reminders
from tests.access_deadlines import extend_row, say, tell
from tests.builders import make_case, make_deadline, make_member
from tests.conftest import sign_in
from tests.documents.files import pdf
from tests.monitoring.deadline_cases import accepted_case, at, deadline, follow_agency
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, AuditEvent, Member

TODAY = date(2026, 11, 20)  # a Friday
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
K, S = DeadlineKind, DeadlineState


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(consultant: Member) -> Case:
    """An accepted case with the clocks of its claims; the plan claim's last day is Wednesday 2027-05-12."""
    return accepted_case(consultant, number="C-2025-0042")


@pytest.fixture
def plan(case: Case) -> Deadline:
    """The deadline of the plan claim."""
    return deadline(case, K.PLAN_CLAIM)


@pytest.fixture
def desk(consultant: Member) -> Client:
    """The consultant's desk."""
    return sign_in(consultant)


def text(desk: Client, url: str) -> str:
    answer = desk.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# The safe day is 30, 8, 7, 0 days off, 1 day over (the claim may still be made), or the claim is lost.
@pytest.mark.parametrize(
    ("today", "chip"),
    [
        (date(2027, 4, 11), ("neutral", "あと31日")),
        (date(2027, 4, 12), ("warning", "あと30日")),
        (date(2027, 5, 4), ("warning", "あと8日")),
        (date(2027, 5, 5), ("caution", "あと7日")),
        (date(2027, 5, 12), ("caution", "本日")),
        (date(2027, 5, 13), ("error", "失効")),
    ],
)
def test_the_chip_counts_down_to_the_safe_day(case: Case, plan: Deadline, today: date, chip: tuple[str, str]) -> None:
    found = chip_of(plan, today=today)
    assert (found.tone, found.label, found.icon != "") == (*chip, True)


def test_a_weekend_between_the_safe_and_the_last_day_is_over_but_not_lost(consultant: Member) -> None:
    """The last day is Sunday 2026-11-22, the safe day Friday; on Sunday it is two days over."""
    row = make_deadline(make_case(consultant), claim_by=date(2026, 11, 22))
    assert chip_of(row, today=date(2026, 11, 22)).label == "2日超過"
    assert chip_of(row, today=date(2026, 11, 23)).label == "失効"


@pytest.mark.parametrize(
    ("state", "chip"),
    [
        (S.MET, ("success", "済")),
        (S.PASSED, ("neutral", "到来")),
        (S.LAPSED, ("error", "失効")),
        (S.CANCELLED, ("neutral", "対象外")),
    ],
)
def test_a_closed_deadline_says_how_it_ended(consultant: Member, state: DeadlineState, chip: tuple[str, str]) -> None:
    row = make_deadline(make_case(consultant), state=state, met_on=TODAY, lapsed_recorded_at=NOW)
    found = chip_of(row, today=date(2029, 1, 1))
    assert (found.tone, found.label) == chip


def test_the_tab_lists_the_open_ones_by_their_safe_day_and_the_closed_apart(desk: Client, case: Case) -> None:
    lapsed: dict[str, Any] = {"state": S.LAPSED, "lapsed_recorded_at": NOW}
    lost = make_deadline(case, kind=K.LETTER, subject="lender:1", claim_by=date(2026, 3, 1), **lapsed)
    context = desk.get("/cases/C-2025-0042/deadlines/").context
    days = [row.deadline.safe_by for row in context["open"]]
    assert days == sorted(days)
    assert {row.deadline.kind for row in context["open"]} >= {K.PLAN_CLAIM, K.MONITORING_CLAIM, K.TAX_RETURN}
    assert [row.deadline for row in context["closed"]] == [lost]


def test_the_tab_says_everything_of_a_deadline(desk: Client, case: Case, plan: Deadline) -> None:
    page = text(desk, "/cases/C-2025-0042/deadlines/")
    for word in ("2027-05-12(令和9年・水)", "2027-05-13(令和9年・木)", "起算日 2025-05-12(令和7年・月)", "あと173日"):
        assert word in page
    assert f"{plan.yen_at_risk:,}" in page
    assert plan.source_url in page
    assert "未確認の解釈" in page
    for word in ("安全な期限", "最終日", "失効日(経過した日)", "民法140〜143条"):
        assert word in page


def test_a_case_without_clocks_says_when_they_come(desk: Client, consultant: Member) -> None:
    make_case(consultant, number="C-2025-0077")
    assert "これからの期限はありません" in text(desk, "/cases/C-2025-0077/deadlines/")


def test_the_page_of_a_deadline_shows_what_was_told_and_said(
    desk: Client, consultant: Member, manager: Member, plan: Deadline
) -> None:
    tell(plan, consultant, offset=120)
    tell(plan, manager, offset=-2)
    Mail.objects.filter(recipient=manager).update(state=MailState.FAILED, error="550 宛先不明")
    say(plan, manager, note="来週、通帳を受け取る", reason="銀行の回答を待つ")
    extend_row(plan, manager, None, proof="承認通知 12号")
    page = text(desk, f"/deadlines/{plan.pk}/")
    for word in ("120日前", "2日後", "送信待ち", "送信不能", "550 宛先不明", "来週、通帳を受け取る"):
        assert word in page
    for word in ("銀行の回答を待つ", "承認通知 12号", "計画策定の支払申請を協議会に提出する", "期限を登録"):
        assert word in page


def test_both_channels_of_a_reminder_are_one_row(consultant: Member, plan: Deadline) -> None:
    tell(plan, consultant, offset=120)
    (told,) = sayings_of(plan).told
    assert told.mail is not None
    assert told.mail.reminders.get().channel == Channel.MAIL


def test_the_changes_of_a_deadline_leave_out_what_the_sweep_writes(case: Case, plan: Deadline) -> None:
    plan_reminders(now=at(date(2027, 1, 12)))
    plan_reminders(now=at(date(2027, 5, 13)))
    assert [one.what for one in sayings_of(plan).changes] == ["状態 期限前 → 失効", "期限を登録"]


def test_who_is_told_from_when_is_said_in_words() -> None:
    assert escalation_words(clock_kind(K.PLAN_CLAIM)) == (
        "安全な期限の30日前から管理者、7日前から事務管理にも知らせます。"
        "だれかが「確認しました」を記録すると、14日前・3日前からになります。"
    )
    assert (
        escalation_words(clock_kind(K.CERTIFICATION))
        == "安全な期限の120日前から管理者、120日前から事務管理にも知らせます。"
    )
    assert escalation_words(clock_kind(K.TAX_RETURN)).startswith("担当者だけに")


def offered(desk: Client, row: Deadline) -> tuple[bool, bool, bool]:
    context = desk.get(f"/deadlines/{row.pk}/").context
    return context["can_acknowledge"], context["can_snooze"], context["can_extend"]


def test_acts_are_offered_to_whoever_may_and_only_where_they_make_sense(
    desk: Client, agency: Agency, consultant: Member, viewer: Member, case: Case, plan: Deadline
) -> None:
    assert offered(desk, plan) == (True, True, True)
    assert offered(sign_in(viewer), plan) == (False, False, False)
    assert offered(sign_in(make_member(agency, Role.CONSULTANT)), plan) == (True, True, False)
    tax = Deadline.objects.filter(case=case, kind=K.TAX_RETURN)[0]
    assert offered(desk, tax) == (True, True, False)
    with time_machine.travel(at(plan.safe_by), tick=False):
        assert offered(sign_in(consultant), plan) == (True, False, True)  # today is the safe day: nothing can wait
    plan_reminders(now=at(plan.lapses_on))
    assert offered(desk, plan) == (False, False, True)
    for state in (S.MET, S.CANCELLED, S.PASSED):
        Deadline.objects.filter(pk=plan.pk).update(state=state, met_on=TODAY)
        assert offered(desk, plan) == (False, False, False)


def test_one_click_acknowledges_and_is_not_offered_again(desk: Client, consultant: Member, plan: Deadline) -> None:
    tell(plan, consultant)
    url = f"/deadlines/{plan.pk}/acknowledge/"
    answer = desk.post(url, {"version": plan.version, "note": "来週"}, follow=True)
    assert answer.redirect_chain == [(f"/deadlines/{plan.pk}/", 302)]
    assert "確認済みにしました" in answer.content.decode()
    assert Acknowledgement.objects.get().note == "来週"
    assert not Notice.objects.filter(read_at=None).exists()
    assert offered(desk, plan)[0] is False
    again = desk.post(url, {"version": plan.version})
    assert again.status_code == 422
    assert "すでにあなたが確認しています" in again.content.decode()


def test_a_snooze_by_the_form(desk: Client, plan: Deadline) -> None:
    url = f"/deadlines/{plan.pk}/snooze/"
    assert "管理者と事務管理には、これまでどおり知らせます" in text(desk, url)
    late = desk.post(url, {"version": plan.version, "until": "R9.5.13", "reason": "銀行の回答を待つ"})
    assert late.status_code == 422
    assert "2027-05-13 は安全な期限 2027-05-12 より後です" in late.content.decode()
    assert late.context["form"]["reason"].value() == "銀行の回答を待つ"
    assert desk.post(url, {"version": plan.version, "until": "R9.5.12", "reason": "待つ"}).status_code == 302
    assert Snooze.objects.get().until == date(2027, 5, 12)


def extension(**more: object) -> dict[str, object]:
    return {"until": "2027-11-12", "granted_on": "2026-11-20", "proof": "承認通知", **more}


def test_an_extension_with_its_letter_by_the_form(desk: Client, consultant: Member, plan: Deadline) -> None:
    file = SimpleUploadedFile("承認通知.pdf", pdf(), content_type="application/pdf")
    answer = desk.post(f"/deadlines/{plan.pk}/extend/", extension(version=plan.version, file=file))
    assert answer.status_code == 302
    page = text(desk, f"/deadlines/{plan.pk}/")
    assert "2027-11-12(令和9年・金)まで" in page
    assert "承認通知.pdf" in page
    made = DeadlineExtension.objects.get()
    letter = desk.get(f"/deadlines/{plan.pk}/extensions/{made.pk}/document/")
    assert letter.getvalue().startswith(b"%PDF")
    assert letter["Content-Security-Policy"] == "sandbox; default-src 'none'"
    taken = AuditEvent.objects.latest("pk")
    assert (taken.verb, taken.actor) == ("downloaded", consultant)


def test_the_letter_of_another_deadline_is_missing(desk: Client, case: Case, plan: Deadline) -> None:
    other = Deadline.objects.filter(case=case).exclude(pk=plan.pk)[0]
    made = extend_row(plan, case.consultant, None, proof="電話")
    for row in (plan, other):  # the first has no letter, the second no such extension
        assert desk.get(f"/deadlines/{row.pk}/extensions/{made.pk}/document/").status_code == 404


def test_a_refused_letter_keeps_the_rest(desk: Client, plan: Deadline) -> None:
    file = SimpleUploadedFile("承認.exe", b"MZ")
    answer = desk.post(f"/deadlines/{plan.pk}/extend/", extension(version=plan.version, file=file))
    assert answer.status_code == 422
    assert "「承認.exe」は登録できません" in answer.content.decode()
    assert answer.context["form"]["proof"].value() == "承認通知"


@pytest.mark.parametrize("act", ["acknowledge", "snooze", "extend"])
def test_a_deadline_that_moved_meanwhile_is_a_conflict(desk: Client, plan: Deadline, act: str) -> None:
    seen = plan.version
    Deadline.objects.filter(pk=plan.pk).update(version=seen + 1)
    data = extension(version=seen, reason="待つ", until="2027-11-12" if act == "extend" else "2027-01-12")
    answer = desk.post(f"/deadlines/{plan.pk}/{act}/", data)
    assert answer.status_code == 409
    assert "画面を開いた後に" in answer.content.decode()
    data["version"] = answer.context["form"]["version"].value()
    assert desk.post(f"/deadlines/{plan.pk}/{act}/", data).status_code == 302


def test_the_agencys_own_deadline_has_a_page_without_a_case(agency: Agency, manager: Member, viewer: Member) -> None:
    Agency.objects.filter(pk=agency.pk).update(certification_expires_on=date(2027, 3, 31))
    follow_agency(agency.pk)
    own = Deadline.objects.get(agency=agency, case=None)
    page = text(sign_in(manager), f"/deadlines/{own.pk}/")
    assert "認定の更新を申請し" in page
    assert "事務所の設定を開く" in page
    assert "事務所の設定を開く" not in text(sign_in(viewer), f"/deadlines/{own.pk}/")
    assert text(sign_in(manager), f"/deadlines/{own.pk}/snooze/")
    assert "事務所" in text(sign_in(manager), "/risk/?scope=all")


def test_own_deadlines_are_ones_own_open_and_can_be_lost(agency: Agency, consultant: Member, case: Case) -> None:
    kinds = {row.kind for row in own_deadlines(consultant)}
    assert kinds == {K.PLAN_CLAIM, K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM}
    assert not own_deadlines(make_member(agency, Role.CONSULTANT)).exists()
    safe_days = [row.safe_by for row in own_deadlines(consultant)]
    assert safe_days == sorted(safe_days)
    assert safe_days[0] > TODAY - timedelta(days=1)


def test_how_long_a_letter_holds_is_asked_on_the_board_and_becomes_a_deadline(desk: Client, case: Case) -> None:
    lender = case.enterprise.lenders.get()
    url = f"/cases/{case.number}/banks/{lender.pk}/"
    assert "書面の有効期限" in text(desk, url)
    assert desk.post(url, {"version": 1, "consent": "not_asked", "letters_valid_until": "R9.2.28"}).status_code == 302
    row = deadline(case, K.LETTER)
    assert (row.claim_by, row.safe_by) == (date(2027, 2, 28), date(2027, 2, 26))  # a Sunday, and the Friday before
