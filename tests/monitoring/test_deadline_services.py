from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine

from cases.enums import CaseStage
from cases.models import Case
from cases.services.locking import EditedMeanwhile
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Acknowledgement, Deadline, DeadlineExtension, Notice, Snooze
from monitoring.services.deadlines import DeadlineRefused, Permission, Seen, acknowledge, extend, snooze
from monitoring.services.sweep import plan_reminders
from tests.access_deadlines import tell
from tests.builders import make_member
from tests.documents.files import pdf
from tests.monitoring.deadline_cases import (
    accepted_case,
    assert_in_step,
    at,
    deadline,
    follow_agency,
    reminders,
)
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.documents.inspection import UploadRefused

# Of the plan claim of `accepted_case`.
LAST, LAPSES = date(2027, 5, 12), date(2027, 5, 13)
EARLY = at(date(2026, 11, 20))
GRANTED = Permission(until=date(2027, 11, 12), granted_on=date(2026, 11, 20), proof="2026年11月20日付の承認通知")


@pytest.fixture(autouse=True)
def _on_the_day_before() -> Iterator[None]:
    """Stop the clock that the followers read."""
    with time_machine.travel(EARLY, tick=False):
        yield


@pytest.fixture
def case(consultant: Member) -> Case:
    """An accepted case with the clocks of its claims."""
    return accepted_case(consultant)


@pytest.fixture
def plan(case: Case) -> Deadline:
    """The deadline of the plan claim."""
    return deadline(case, DeadlineKind.PLAN_CLAIM)


def seen(row: Deadline) -> Seen:
    row.refresh_from_db()
    return Seen(row.pk, row.version)


def again(row: Deadline) -> Deadline:
    """Return a deadline as it is stored now."""
    row.refresh_from_db()
    return row


def test_the_fixture_has_the_days_that_the_tests_count_with(plan: Deadline) -> None:
    assert (plan.claim_by, plan.safe_by, plan.lapses_on) == (LAST, LAST, LAPSES)


def test_who_takes_care_says_so_once_for_each_safe_day(consultant: Member, plan: Deadline) -> None:
    made = acknowledge(actor=consultant, seen=seen(plan), note="来週、通帳の写しを受け取る", now=EARLY)
    assert (made.safe_by, made.member) == (LAST, consultant)
    with pytest.raises(DeadlineRefused, match=r"2027-05-12.*すでにあなたが確認しています。$"):
        acknowledge(actor=consultant, seen=seen(plan), note="", now=EARLY)
    extend(actor=consultant, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)
    second = acknowledge(actor=consultant, seen=seen(plan), note="", now=EARLY)
    assert second.safe_by == date(2027, 11, 12)


def test_an_acknowledgement_reads_the_own_notices_of_the_deadline_alone(
    consultant: Member, manager: Member, case: Case, plan: Deadline
) -> None:
    other = Deadline.objects.filter(case=case).exclude(pk=plan.pk)[0]
    own, theirs, elsewhere = tell(plan, consultant), tell(plan, manager), tell(other, consultant)
    acknowledge(actor=consultant, seen=seen(plan), note="", now=EARLY)
    assert list(Notice.objects.filter(read_at=EARLY)) == [own]
    assert {one.pk for one in Notice.objects.filter(read_at=None)} == {theirs.pk, elsewhere.pk}


def test_what_people_say_stands_in_the_trail_of_the_case(consultant: Member, case: Case, plan: Deadline) -> None:
    acknowledge(actor=consultant, seen=seen(plan), note="通帳を待つ", now=EARLY)
    snooze(actor=consultant, seen=seen(plan), until=date(2027, 1, 12), reason="銀行を待つ", now=EARLY)
    extend(actor=consultant, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)
    said = AuditEvent.objects.filter(object_type="case", object_id=case.pk, actor=consultant).order_by("pk")
    name = "期限 支払申請(計画策定)の期限"
    assert [(one.verb, one.reason, one.changes) for one in said] == [
        (Verb.ACKNOWLEDGED, "通帳を待つ", {f"{name}: 確認": [None, "安全な期限 2027-05-12"]}),
        (Verb.SNOOZED, "銀行を待つ", {f"{name}: 次に知らせる日": [None, "2027-01-12"]}),
        (
            Verb.EXTENDED,
            "2026年11月20日付の承認通知",
            {
                f"{name}: 延長後の最終日": ["2027-05-12", "2027-11-12"],
                f"{name}: 協議会が認めた日": [None, "2026-11-20"],
            },
        ),
    ]


# Today is 2026-11-20; the safe day is 2027-05-12.
@pytest.mark.parametrize(
    ("until", "words"),
    [
        (date(2026, 11, 19), "2026-11-19 は今日 2026-11-20 より後の日"),
        (date(2026, 11, 20), "2026-11-20 は今日 2026-11-20 より後の日"),
        (date(2027, 5, 13), "2027-05-13 は安全な期限 2027-05-12 より後"),
    ],
)
def test_a_snooze_ends_after_today_and_by_the_safe_day(
    consultant: Member, plan: Deadline, until: date, words: str
) -> None:
    with pytest.raises(DeadlineRefused, match=words):
        snooze(actor=consultant, seen=seen(plan), until=until, reason="待つ", now=EARLY)
    assert not Snooze.objects.exists()


@pytest.mark.parametrize("until", [date(2026, 11, 21), LAST])
def test_both_ends_of_a_snooze_are_taken(consultant: Member, plan: Deadline, until: date) -> None:
    assert snooze(actor=consultant, seen=seen(plan), until=until, reason="待つ", now=EARLY).until == until


def test_a_snooze_needs_a_reason_and_time_to_wait(consultant: Member, plan: Deadline) -> None:
    with pytest.raises(DeadlineRefused, match="「理由」を入力"):
        snooze(actor=consultant, seen=seen(plan), until=LAST, reason="  ", now=EARLY)
    with pytest.raises(DeadlineRefused, match="2027-05-12 は今日 2027-05-12 より後ではない"):
        snooze(actor=consultant, seen=seen(plan), until=LAST, reason="待つ", now=at(LAST))


def test_the_sweep_leaves_alone_who_snoozed_and_wakes_them_on_the_day(
    consultant: Member, manager: Member, admin: Member, plan: Deadline
) -> None:
    """Thirty days before the safe day the manager is told too; the consultant asked for peace until 20 days before."""
    forty_before, until = LAST - timedelta(days=40), LAST - timedelta(days=20)
    plan_reminders(now=at(forty_before))
    before = len(reminders(deadline=plan))
    snooze(actor=consultant, seen=seen(plan), until=until, reason="銀行を待つ", now=at(forty_before, 4))
    plan_reminders(now=at(LAST - timedelta(days=30)))
    assert {who for who, _offset, _channel in reminders(deadline=plan)[before:]} == {manager.pk}
    told = len(reminders(deadline=plan))
    plan_reminders(now=at(until))
    assert reminders(deadline=plan)[told:] == [(consultant.pk, 20, "in_app"), (consultant.pk, 20, "mail")]


def test_a_snooze_is_heard_of_though_the_next_look_was_after_it(consultant: Member, plan: Deadline) -> None:
    """From 120 days before on, the next look is 60 days before; a snooze until 90 days before comes in between."""
    plan_reminders(now=at(LAST - timedelta(days=120)))
    snooze(
        actor=consultant,
        seen=seen(plan),
        until=LAST - timedelta(days=90),
        reason="待つ",
        now=at(LAST - timedelta(days=119)),
    )
    plan_reminders(now=at(LAST - timedelta(days=119), 4))
    plan_reminders(now=at(LAST - timedelta(days=90)))
    assert (consultant.pk, 90, "in_app") in reminders(deadline=plan)


def test_an_extension_moves_the_days_in_the_same_transaction(consultant: Member, case: Case, plan: Deadline) -> None:
    """The new last day is Saturday 2027-11-13: the safe day is Friday 12, the claim lapses on Sunday 14."""
    saturday = Permission(until=date(2027, 11, 13), granted_on=date(2026, 11, 20), proof="電話")
    extend(actor=consultant, seen=seen(plan), permission=saturday, upload=None, now=EARLY)
    plan.refresh_from_db()
    days = (plan.safe_by, plan.claim_by, plan.lapses_on, plan.extended_until)
    assert days == (date(2027, 11, 12), date(2027, 11, 13), date(2027, 11, 14), date(2027, 11, 13))
    assert_in_step(case.agency_id)


def test_an_extended_date_is_reminded_of_anew(consultant: Member, plan: Deadline) -> None:
    plan_reminders(now=at(LAST - timedelta(days=120)))
    extend(actor=consultant, seen=seen(plan), permission=GRANTED, upload=None, now=at(LAST - timedelta(days=100)))
    plan_reminders(now=at(GRANTED.until - timedelta(days=120)))
    in_app = reminders(deadline=plan, channel="in_app", recipient=consultant)
    assert in_app == [(consultant.pk, 120, "in_app"), (consultant.pk, 120, "in_app")]


def test_a_lapsed_claim_that_is_extended_past_today_opens_again(consultant: Member, plan: Deadline) -> None:
    plan_reminders(now=at(LAPSES))
    assert again(plan).state == DeadlineState.LAPSED
    late = at(date(2027, 6, 1))
    permission = Permission(until=date(2027, 11, 12), granted_on=date(2027, 5, 31), proof="遅れて届いた承認通知")
    extend(actor=consultant, seen=seen(plan), permission=permission, upload=None, now=late)
    plan.refresh_from_db()
    assert plan.state == DeadlineState.OPEN
    assert plan.remind_at is not None
    # An open deadline takes acts again, a lapsed one took none but this.
    acknowledge(actor=consultant, seen=seen(plan), note="", now=late)


def test_a_lapsed_claim_takes_neither_acknowledgement_nor_snooze(consultant: Member, plan: Deadline) -> None:
    plan_reminders(now=at(LAPSES))
    with pytest.raises(DeadlineRefused, match="「失効」のため確認できません"):
        acknowledge(actor=consultant, seen=seen(plan), note="", now=at(LAPSES))
    with pytest.raises(DeadlineRefused, match="「失効」のため後回しにできません"):
        snooze(actor=consultant, seen=seen(plan), until=date(2027, 6, 1), reason="待つ", now=at(LAPSES))


def test_a_wrong_extension_is_mended_by_another(consultant: Member, plan: Deadline) -> None:
    """2028 was typed for 2027. The shorter one counts, and never brings the day before the original one."""
    typo = Permission(until=date(2028, 11, 12), granted_on=date(2026, 11, 20), proof="承認通知")
    extend(actor=consultant, seen=seen(plan), permission=typo, upload=None, now=EARLY)
    extend(actor=consultant, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)
    assert again(plan).claim_by == GRANTED.until
    too_short = Permission(until=date(2027, 1, 1), granted_on=date(2026, 11, 20), proof="承認通知")
    extend(actor=consultant, seen=seen(plan), permission=too_short, upload=None, now=EARLY)
    assert again(plan).claim_by == LAST
    assert DeadlineExtension.objects.filter(deadline=plan).count() == 3


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        (Permission(LAST, date(2026, 11, 20), "通知"), "2027-05-12 は、今の最終日 2027-05-12 より後の日に"),
        (Permission(GRANTED.until, date(2026, 11, 21), "通知"), "2026-11-21 は今日 2026-11-20 より後"),
        (Permission(date(2031, 1, 1), date(2026, 11, 20), "通知"), "今の最終日 2027-05-12 から3年を超えて"),
        (Permission(GRANTED.until, date(2026, 11, 20), " "), "「根拠となる文書・連絡」を入力"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(
    consultant: Member, plan: Deadline, permission: Permission, words: str
) -> None:
    with pytest.raises(DeadlineRefused, match=words):
        extend(actor=consultant, seen=seen(plan), permission=permission, upload=None, now=EARLY)
    assert not DeadlineExtension.objects.exists()
    assert again(plan).claim_by == LAST


def test_the_same_extension_is_not_recorded_twice(consultant: Member, plan: Deadline) -> None:
    extend(actor=consultant, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)
    with pytest.raises(DeadlineRefused, match="記録済みの延長 2027-11-12 と同じ"):
        extend(actor=consultant, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)


def test_only_what_a_council_grants_is_extended(consultant: Member, case: Case, plan: Deadline) -> None:
    tax = Deadline.objects.filter(case=case, kind=DeadlineKind.TAX_RETURN)[0]
    with pytest.raises(DeadlineRefused, match="協議会が延長する期限ではありません"):
        extend(actor=consultant, seen=seen(tax), permission=GRANTED, upload=None, now=EARLY)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.WITHDRAWN)
    with pytest.raises(DeadlineRefused, match="で終わっているため"):
        extend(actor=consultant, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)


def test_the_proof_is_inspected_before_it_is_kept(consultant: Member, plan: Deadline) -> None:
    now_seen = seen(plan)
    with pytest.raises(UploadRefused, match="受け付けていません"):
        extend(actor=consultant, seen=now_seen, permission=GRANTED, upload=("承認.exe", BytesIO(b"MZ")), now=EARLY)
    assert not DeadlineExtension.objects.exists()
    upload = ("承認通知.pdf", BytesIO(pdf()))
    made = extend(actor=consultant, seen=now_seen, permission=GRANTED, upload=upload, now=EARLY)
    assert made.document is not None
    assert made.document.filename == "承認通知.pdf"


def test_whoever_saw_other_days_is_told_those_that_stand(consultant: Member, manager: Member, plan: Deadline) -> None:
    stale = seen(plan)
    extend(actor=manager, seen=stale, permission=GRANTED, upload=None, now=EARLY)
    words = "今の安全な期限 2027-11-12 と最終日 2027-11-12"
    with pytest.raises(EditedMeanwhile, match=words):
        acknowledge(actor=consultant, seen=stale, note="", now=EARLY)
    with pytest.raises(EditedMeanwhile, match=words):
        snooze(actor=consultant, seen=stale, until=LAST, reason="待つ", now=EARLY)
    assert not Acknowledgement.objects.exists()


def test_a_colleague_may_take_care_but_not_extend(agency: Agency, plan: Deadline) -> None:
    colleague, viewer = make_member(agency, Role.CONSULTANT), make_member(agency, Role.VIEWER)
    acknowledge(actor=colleague, seen=seen(plan), note="", now=EARLY)
    with pytest.raises(NotAllowed):
        extend(actor=colleague, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)
    with pytest.raises(NotAllowed):
        acknowledge(actor=viewer, seen=seen(plan), note="", now=EARLY)


def test_a_deadline_of_another_agency_does_not_exist(outsider: Member, plan: Deadline) -> None:
    with pytest.raises(Deadline.DoesNotExist):
        acknowledge(actor=outsider, seen=seen(plan), note="", now=EARLY)
    with pytest.raises(Deadline.DoesNotExist):
        extend(actor=outsider, seen=seen(plan), permission=GRANTED, upload=None, now=EARLY)


def test_the_agencys_own_deadline_is_acknowledged_in_the_trail_of_the_agency(agency: Agency, manager: Member) -> None:
    Agency.objects.filter(pk=agency.pk).update(certification_expires_on=date(2027, 3, 31))
    follow_agency(agency.pk)
    own = Deadline.objects.get(agency=agency, case=None)
    acknowledge(actor=manager, seen=seen(own), note="更新を申請する", now=EARLY)
    event = AuditEvent.objects.get(verb=Verb.ACKNOWLEDGED)
    assert (event.object_type, event.object_id) == ("agency", agency.pk)
    with pytest.raises(DeadlineRefused, match="協議会が延長する期限ではありません"):
        extend(actor=manager, seen=seen(own), permission=GRANTED, upload=None, now=EARLY)
