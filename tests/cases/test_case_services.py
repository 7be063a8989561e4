from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.enums import CaseAction, CaseStage, LegalForm, SchemeFrame
from cases.models import Case, Council
from cases.services.cases import CaseRefused, assign_case, edit_case, open_case
from cases.services.locking import EditedMeanwhile
from cases.services.people import SwitchOffRefused, switch_off_member
from cases.services.procedure import advance_case
from cases.services.relations import CoAgencyRefused, add_co_agency, remove_co_agency
from cases.workflow import TRANSITIONS, TransitionRefused
from tests.builders import make_agency, make_case, make_enterprise, make_member
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

TODAY = date(2025, 4, 10)
A, S = CaseAction, CaseStage


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "frame": SchemeFrame.NORMAL,
        "council": Council.objects.get(code="04"),
        "consulted_on": date(2025, 4, 1),
        "planned_accepted_on": date(2025, 5, 12),
        "seeks_guarantee_release": False,
        "difficulty": "",
        "support_outlook": "",
        "repeat_use_reason": "",
        **changes,
    }


def opened(actor: Member, *, today: date = TODAY, **changes: Any) -> Case:
    enterprise = make_enterprise(actor.agency)
    return open_case(actor=actor, enterprise_id=enterprise.pk, consultant=actor, facts=facts(**changes), today=today)


def events(row: Case) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(object_type="case", object_id=row.pk).order_by("pk"))


def test_numbers_run_by_year_and_agency(consultant: Member, outsider: Member) -> None:
    assert opened(consultant).number == "C-2025-0001"
    assert opened(consultant).number == "C-2025-0002"
    assert opened(outsider).number == "C-2025-0001"
    assert opened(consultant, today=date(2026, 1, 1)).number == "C-2026-0001"


def test_numbers_go_on_after_ten_thousand_and_past_foreign_ones(consultant: Member) -> None:
    for number in ("C-2025-9999", "C-2025-10000", "C-2025-x", "K-2025-20000"):
        make_case(consultant, number=number)
    assert opened(consultant).number == "C-2025-10001"


def test_an_excluded_legal_form_is_refused_with_the_reason(consultant: Member) -> None:
    npo = make_enterprise(consultant.agency, legal_form=LegalForm.NPO)
    with pytest.raises(CaseRefused, match=r"特定非営利活動法人は、405事業.*対象ではありません"):
        open_case(actor=consultant, enterprise_id=npo.pk, consultant=consultant, facts=facts(), today=TODAY)


def test_a_plan_before_the_consultation_is_refused_naming_both(consultant: Member) -> None:
    with pytest.raises(CaseRefused, match=r"受理予定日 2025-03-31 は 初回相談日 2025-04-01 より前"):
        opened(consultant, planned_accepted_on=date(2025, 3, 31))


def test_only_a_consultant_or_manager_at_work_is_in_charge(consultant: Member, viewer: Member) -> None:
    case = make_case(consultant)
    boss = make_member(consultant.agency, Role.MANAGER)
    with pytest.raises(CaseRefused):
        assign_case(actor=boss, case_id=case.pk, consultant=viewer)
    with pytest.raises(CaseRefused):
        assign_case(actor=boss, case_id=case.pk, consultant=make_member(make_agency()))
    with pytest.raises(CaseRefused, match="すでに"):
        assign_case(actor=boss, case_id=case.pk, consultant=consultant)


def test_handing_over_is_recorded_with_both_names(manager: Member) -> None:
    case = make_case(manager)
    new = make_member(manager.agency, display_name="高橋 光")
    moved = assign_case(actor=manager, case_id=case.pk, consultant=new, reason="異動")
    assert (moved.consultant, moved.version) == (new, 2)
    event = events(case)[-1]
    assert (event.verb, event.reason) == (Verb.HANDED_OVER, "異動")
    assert event.changes == {"担当者": ["佐藤 花子", "高橋 光"]}


def test_an_edit_is_recorded_and_a_stale_one_refused(consultant: Member) -> None:
    case = opened(consultant)
    edit_case(actor=consultant, case_id=case.pk, version=1, facts={"difficulty": "売上減少"})
    assert events(case)[-1].changes == {"財務上の問題と相談の経緯": ["", "売上減少"]}
    with pytest.raises(EditedMeanwhile):
        edit_case(actor=consultant, case_id=case.pk, version=1, facts={"difficulty": "別の内容"})


def test_a_colleagues_case_is_not_edited(consultant: Member) -> None:
    case = make_case(make_member(consultant.agency))
    with pytest.raises(NotAllowed):
        edit_case(actor=consultant, case_id=case.pk, version=1, facts={"difficulty": "x"})


@pytest.mark.parametrize("name", ["frame", "planned_accepted_on", "difficulty"])
def test_a_fixed_application_is_not_edited(consultant: Member, name: str) -> None:
    case = make_case(consultant)
    Case.objects.filter(pk=case.pk).update(costs_locked=True)
    values = {"frame": SchemeFrame.VUP, "planned_accepted_on": date(2025, 6, 1), "difficulty": "x"}
    with pytest.raises(CaseRefused, match="変更できません"):
        edit_case(actor=consultant, case_id=case.pk, version=1, facts={name: values[name]})


def test_a_frame_that_excludes_the_enterprise_is_refused_on_edit_too(consultant: Member) -> None:
    npo = make_enterprise(consultant.agency, legal_form=LegalForm.NPO)
    case = make_case(consultant, enterprise=npo)
    with pytest.raises(CaseRefused, match="Vアップ事業"):
        edit_case(actor=consultant, case_id=case.pk, version=1, facts={"frame": SchemeFrame.VUP})


def step(case: Case, action: CaseAction, day: date, *, actor: Member | None = None, reason: str = "") -> Case:
    return advance_case(actor=actor or case.consultant, case_id=case.pk, action=action, occurred_on=day, reason=reason)


def test_a_case_goes_the_whole_road(consultant: Member) -> None:
    case = opened(consultant)
    step(case, A.START_PREPARATION, date(2025, 4, 2))
    assert step(case, A.SUBMIT_USAGE, date(2025, 5, 1)).usage_applied_on == date(2025, 5, 1)
    accepted = step(case, A.RECORD_ACCEPTANCE, date(2025, 5, 12))
    assert (accepted.usage_accepted_on, accepted.accepted_on) == (date(2025, 5, 12), date(2025, 5, 12))
    assert step(case, A.RECORD_DECISION, date(2025, 5, 20)).usage_decided_on == date(2025, 5, 20)
    for action in (A.RECORD_AGREEMENT, A.SUBMIT_PLAN_CLAIM, A.RECORD_PLAN_DECISION, A.START_MONITORING, A.COMPLETE):
        step(case, action, date(2025, 12, 1))
    case.refresh_from_db()
    assert case.stage == S.COMPLETED
    assert next(one.action for one in case.steps.order_by("pk")) == A.START_PREPARATION
    assert case.steps.count() == 9
    assert events(case)[-1].changes["段階"] == ["伴走支援中", "完了"]


def test_a_return_is_counted_and_the_first_application_date_stays(consultant: Member) -> None:
    case = make_case(consultant)
    step(case, A.SUBMIT_USAGE, date(2025, 5, 1))
    assert step(case, A.RETURN_USAGE, date(2025, 5, 7), reason="押印漏れ").returned_count == 1
    again = step(case, A.RESUBMIT_USAGE, date(2025, 5, 9))
    assert (again.stage, again.usage_applied_on) == (S.APPLIED, date(2025, 5, 1))


def test_a_step_before_an_earlier_one_is_refused_naming_both(consultant: Member) -> None:
    case = make_case(consultant)
    with pytest.raises(CaseRefused, match=r"2025-03-31 は 初回相談日 2025-04-01 より前"):
        step(case, A.SUBMIT_USAGE, date(2025, 3, 31))
    step(case, A.SUBMIT_USAGE, date(2025, 5, 1))
    with pytest.raises(CaseRefused, match=r"2025-04-30 は 「利用申請を提出」の日付 2025-05-01 より前"):
        step(case, A.RECORD_ACCEPTANCE, date(2025, 4, 30))
    case.refresh_from_db()
    assert (case.stage, case.usage_accepted_on) == (S.APPLIED, None)


def test_a_refused_step_writes_nothing(consultant: Member) -> None:
    case = make_case(consultant)
    with pytest.raises(TransitionRefused):
        step(case, A.COMPLETE, date(2025, 5, 1))
    assert not case.steps.exists()
    assert not events(case)


def test_who_may_record_steps(consultant: Member, viewer: Member, admin: Member) -> None:
    case = make_case(consultant, stage=S.CONSULTATION)
    stranger = make_member(consultant.agency)
    for actor in (viewer, stranger):
        with pytest.raises(NotAllowed):
            step(case, A.START_PREPARATION, date(2025, 4, 2), actor=actor)
    assert step(case, A.START_PREPARATION, date(2025, 4, 2), actor=admin).stage == S.PREPARING


def test_the_key_date_changes_later_only_with_a_reason(consultant: Member) -> None:
    case = make_case(consultant)
    step(case, A.SUBMIT_USAGE, date(2025, 5, 1))
    step(case, A.RECORD_ACCEPTANCE, date(2025, 5, 12))
    new = {"accepted_on": date(2025, 5, 1)}
    with pytest.raises(CaseRefused, match="理由"):
        edit_case(actor=consultant, case_id=case.pk, version=3, facts=new)
    edited = edit_case(actor=consultant, case_id=case.pk, version=3, facts=new, reason="協議会は利用申請日による")
    assert edited.accepted_on_reason == "協議会は利用申請日による"
    changed, followed = events(case)[-2:]
    assert changed.reason == "協議会は利用申請日による"
    # two years from the key date, which is not counted itself
    assert followed.changes == {"期限 支払申請(計画策定)の期限: 最終日": ["2027-05-12", "2027-05-01"]}
    with pytest.raises(CaseRefused, match=r"適用基準日 2025-04-30 は 利用申請日 2025-05-01 より前"):
        edit_case(actor=consultant, case_id=case.pk, version=4, facts={"accepted_on": date(2025, 4, 30)}, reason="誤記")


def test_the_database_refuses_a_stage_without_its_date(consultant: Member) -> None:
    case = make_case(consultant)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(stage=S.APPLIED)


def test_every_update_of_a_case_is_dated(consultant: Member) -> None:
    case = make_case(consultant)
    Case.objects.filter(pk=case.pk).update(updated_at="2001-01-01T00:00:00Z")
    case.refresh_from_db()
    assert case.updated_at.year > 2001


def test_co_agencies_come_and_go_until_the_application_is_fixed(consultant: Member) -> None:
    case = make_case(consultant)
    values = {"name": "杜の会計", "representative": "", "certification_number": "", "address": "", "phone": ""}
    added = add_co_agency(actor=consultant, case_id=case.pk, facts=values)
    assert events(case)[-1].changes == {"その他認定支援機関 杜の会計: 名称": [None, "杜の会計"]}
    with pytest.raises(CoAgencyRefused, match="すでに"):
        add_co_agency(actor=consultant, case_id=case.pk, facts=values)
    Case.objects.filter(pk=case.pk).update(costs_locked=True)
    with pytest.raises(CoAgencyRefused, match="承認"):
        remove_co_agency(actor=consultant, case_id=case.pk, co_agency_id=added.pk)


def test_switching_off_hands_the_open_cases_over(admin: Member, consultant: Member, manager: Member) -> None:
    running = make_case(consultant)
    ended = make_case(consultant, stage=S.WITHDRAWN)
    assert switch_off_member(actor=admin, member_id=consultant.pk, successor=manager, reason="退職") == 1
    consultant.refresh_from_db()
    running.refresh_from_db()
    ended.refresh_from_db()
    assert (consultant.is_active, running.consultant, ended.consultant) == (False, manager, consultant)
    assert events(running)[-1].verb == Verb.HANDED_OVER
    assert AuditEvent.objects.filter(verb=Verb.SWITCHED_OFF, object_id=consultant.pk, reason="退職").exists()


def test_open_cases_need_a_fit_successor(admin: Member, consultant: Member, viewer: Member) -> None:
    make_case(consultant)
    for unfit in (None, viewer, consultant, make_member(make_agency())):
        with pytest.raises(SwitchOffRefused):
            switch_off_member(actor=admin, member_id=consultant.pk, successor=unfit)
    consultant.refresh_from_db()
    assert consultant.is_active


def test_the_last_admin_stays(admin: Member, consultant: Member) -> None:
    with pytest.raises(SwitchOffRefused, match="最後の事務管理者"):
        switch_off_member(actor=admin, member_id=admin.pk, successor=None)
    second = make_member(admin.agency, Role.ADMIN)
    assert switch_off_member(actor=admin, member_id=second.pk, successor=None) == 0
    with pytest.raises(SwitchOffRefused, match="すでに"):
        switch_off_member(actor=admin, member_id=second.pk, successor=None)


@pytest.mark.parametrize("action", CaseAction)
def test_every_step_of_the_table_can_be_taken_on_the_database(consultant: Member, action: CaseAction) -> None:
    row = TRANSITIONS[action]
    for source in row.sources:
        case = make_case(consultant, frame=min(row.frames))
        day = date(2025, 5, 1)
        Case.objects.filter(pk=case.pk).update(
            stage=source, usage_applied_on=day, usage_accepted_on=day, accepted_on=day, usage_decided_on=None
        )
        assert step(case, action, day, reason="理由").stage == row.target
