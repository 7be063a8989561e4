"""The life of a plan: start, submit, approve, send back, and the next version with all of its parts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import PlanState
from cases.models import (
    Assumption,
    Case,
    CashFigure,
    Issue,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    Measure,
    MeasureEffect,
    Plan,
    PlanFigure,
    RealValue,
)
from cases.selectors.plan.versions import approved_plan, current_plan
from cases.services.locking import EditedMeanwhile
from cases.services.plan.copy import PARTS, copy_parts
from cases.services.plan.versions import (
    approve_plan,
    return_plan,
    revise_plan,
    start_plan,
    submit_plan,
    withdraw_plan,
)
from cases.services.plan.writing import NoPlan, PlanClosed, PlanRefused, lock_plan
from tests.builders import make_case
from tests.cases.plans.making import (
    BASE,
    YEAR_ZERO,
    close,
    make_assumption,
    make_figures,
    make_issue,
    make_measure,
    make_month,
    make_other_parts,
    make_plan,
    make_year,
)
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.work import unit_of_work

NOW = datetime(2025, 5, 12, 1, 0, tzinfo=UTC)
TODAY = date(2025, 5, 12)


def revise(old: Plan, actor: Member, *, because: str = "見直し") -> Plan:
    """Make the next version with the base year and the length of `old`."""
    return revise_plan(
        actor=actor,
        case_id=old.case_id,
        version=old.version,
        because=because,
        base_ends_on=old.base_ends_on,
        years=old.years,
        today=TODAY,
    )


def test_a_plan_starts_with_the_years_that_the_enterprise_has_figures_of(consultant: Member) -> None:
    case = make_case(consultant)
    make_year(case, date(2023, 3, 31), {"sales": 300_000_000, "cash": 1_000_000})
    for month in range(12):  # April 2023 to March 2024: 12 × 25,000,000
        make_month(case, date(2023 + (3 + month) // 12, (3 + month) % 12 + 1, 1), {"sales": 25_000_000, "cash": month})
    for month in range(4, 13):  # nine months of the last year are no year
        make_month(case, date(2024, month, 1), {"sales": 26_000_000})

    plan = start_plan(actor=consultant, case_id=case.pk, base_ends_on=BASE, years=5, today=TODAY)

    stored = {(one.account, one.year): one.yen for one in plan.figures.all()}
    assert stored == {
        ("sales", -2): 300_000_000,
        ("cash", -2): 1_000_000,
        ("sales", -1): 300_000_000,
        ("cash", -1): 11,  # the balance of March 2024, the twelfth month
    }
    assert (plan.number, plan.state, plan.prepared_by) == (1, PlanState.DRAFT, consultant)
    told = AuditEvent.objects.latest("pk")
    assert (told.verb, told.object_type, told.object_id) == (Verb.CREATED, "case", case.pk)
    assert told.changes["計画 第1版: 取り込んだ実績"][1] == [
        "2023年3月期: 損益計算書は決算の実績、貸借対照表は決算の実績",
        "2024年3月期: 損益計算書は月次の実績、貸借対照表は月次の実績",
        "2025年3月期: 損益計算書は月次の実績が12か月そろっていないため、取り込みません、貸借対照表は実績がありません",
    ]


def test_a_plan_starts_once_and_from_a_year_that_is_over(consultant: Member) -> None:
    case = make_case(consultant)
    with pytest.raises(PlanRefused, match="2026-03-31 は、今日 2025-05-12 より後"):
        start_plan(actor=consultant, case_id=case.pk, base_ends_on=date(2026, 3, 31), years=5, today=TODAY)
    assert current_plan(case) is None
    start_plan(actor=consultant, case_id=case.pk, base_ends_on=BASE, years=5, today=TODAY)
    with pytest.raises(PlanRefused, match="すでに計画があります"):
        start_plan(actor=consultant, case_id=case.pk, base_ends_on=BASE, years=5, today=TODAY)
    assert Plan.objects.count() == 1


def test_a_version_passes_from_draft_to_approved_and_no_longer_changes(consultant: Member, manager: Member) -> None:
    plan = make_plan(make_case(consultant))
    submit_plan(actor=consultant, case_id=plan.case_id, version=1, now=NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.submitted_by, plan.submitted_at) == (PlanState.SUBMITTED, consultant, NOW)
    with pytest.raises(PlanClosed, match=r"「承認待ち」のため、内容を変更できません。.*取り下げ"), unit_of_work():
        lock_plan(consultant, plan.case_id, None)

    approve_plan(actor=manager, case_id=plan.case_id, version=plan.version, now=NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by, plan.version) == (PlanState.APPROVED, manager, 3)
    with pytest.raises(PlanClosed, match=r"「承認済」.*計画を見直す"), unit_of_work():
        lock_plan(consultant, plan.case_id, None)
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [Verb.APPROVAL_REQUESTED, Verb.APPROVED]
    assert AuditEvent.objects.latest("pk").changes["計画 第1版: 状態"] == ["承認待ち", "承認済"]


def test_who_submitted_a_plan_does_not_approve_it(agency: Agency, manager: Member) -> None:
    plan = make_plan(make_case(manager))
    submit_plan(actor=manager, case_id=plan.case_id, version=1, now=NOW)
    with pytest.raises(NotAllowed, match="依頼した本人は承認できません"):
        approve_plan(actor=manager, case_id=plan.case_id, version=2, now=NOW)
    agency.self_approval_allowed = True
    agency.save()
    manager.agency.refresh_from_db()
    approve_plan(actor=manager, case_id=plan.case_id, version=2, now=NOW)
    assert AuditEvent.objects.latest("pk").verb == Verb.SELF_APPROVED
    assert approved_plan(plan.case) == plan


def test_only_a_manager_decides(consultant: Member, admin: Member, viewer: Member) -> None:
    plan = make_plan(make_case(consultant))
    submit_plan(actor=consultant, case_id=plan.case_id, version=1, now=NOW)
    for actor in (consultant, admin, viewer):
        with pytest.raises(NotAllowed, match="計画を承認・差戻しする権限"):
            approve_plan(actor=actor, case_id=plan.case_id, version=2, now=NOW)
        with pytest.raises(NotAllowed):
            return_plan(actor=actor, case_id=plan.case_id, version=2, reason="不足")
    with pytest.raises(NotAllowed):
        submit_plan(actor=viewer, case_id=plan.case_id, version=2, now=NOW)


def test_a_version_comes_back_with_the_reason(consultant: Member, manager: Member) -> None:
    plan = make_plan(make_case(consultant))
    submit_plan(actor=consultant, case_id=plan.case_id, version=1, now=NOW)
    return_plan(actor=manager, case_id=plan.case_id, version=2, reason="2年目の根拠がない。")
    plan.refresh_from_db()
    assert (plan.state, plan.returned_because) == (PlanState.DRAFT, "2年目の根拠がない。")
    told = AuditEvent.objects.latest("pk")
    assert (told.verb, told.reason) == (Verb.SENT_BACK, "2年目の根拠がない。")
    submit_plan(actor=consultant, case_id=plan.case_id, version=3, now=NOW)
    plan.refresh_from_db()
    assert plan.returned_because == ""
    withdraw_plan(actor=consultant, case_id=plan.case_id, version=4)
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT
    with pytest.raises(PlanRefused, match="「作成中」で、承認を待っていません"):
        approve_plan(actor=manager, case_id=plan.case_id, version=5, now=NOW)


def test_what_changed_meanwhile_is_neither_submitted_nor_approved(consultant: Member, manager: Member) -> None:
    plan = make_plan(make_case(consultant))
    with pytest.raises(EditedMeanwhile):
        submit_plan(actor=consultant, case_id=plan.case_id, version=7, now=NOW)
    submit_plan(actor=consultant, case_id=plan.case_id, version=1, now=NOW)
    with pytest.raises(EditedMeanwhile):
        approve_plan(actor=manager, case_id=plan.case_id, version=1, now=NOW)
    with pytest.raises(NoPlan, match="まだ計画がありません"):
        submit_plan(actor=consultant, case_id=make_case(consultant).pk, version=1, now=NOW)
    plan.refresh_from_db()
    assert plan.state == PlanState.SUBMITTED


def filled(consultant: Member) -> Plan:
    plan = make_plan(make_case(consultant))
    make_figures(plan)
    issue = make_issue(plan)
    make_measure(issue, sales_1=5_000_000, purchases_1=2_000_000)
    make_measure(issue, "歩留まり改善", position=2, purchases_2=-1_000_000)
    make_assumption(plan, "salaries", 1, 1_500_000)
    make_other_parts(plan)
    return plan


def test_a_new_version_has_all_parts_of_the_old_one_and_none_of_its_rows(consultant: Member, manager: Member) -> None:
    old = filled(consultant)
    Plan.objects.filter(pk=old.pk).update(policy="不採算取引の見直し")
    close(old)
    new = revise(old, consultant, because="売上が計画を下回った")

    assert (new.number, new.state, new.policy, new.years) == (2, PlanState.DRAFT, "不採算取引の見直し", 3)
    for kind, way in PARTS:
        before, after = (
            set(kind._default_manager.filter(**{way: one}).values_list("pk", flat=True)) for one in (old, new)
        )
        assert len(before) == len(after) >= 1, kind
        assert not before & after, kind
    assert {one.issue.plan_id for one in Measure.objects.filter(plan=new)} == {new.pk}
    assert {one.target.plan_id for one in MapFlow.objects.filter(plan=new)} == {new.pk}
    assert {
        (one.measure.title, one.account, one.year, one.yen) for one in MeasureEffect.objects.filter(measure__plan=new)
    } == {
        ("値上げ交渉", "sales", 1, 5_000_000),
        ("値上げ交渉", "purchases", 1, 2_000_000),
        ("歩留まり改善", "purchases", 2, -1_000_000),
    }
    assert LoanChange.objects.get(loan__plan=new).repaid_yen == 8_000_000
    told = AuditEvent.objects.latest("pk")
    assert (told.verb, told.reason, told.changes) == (
        Verb.CREATED,
        "売上が計画を下回った",
        {"計画 第2版: 元の版": [None, "第1版"]},
    )


def test_the_old_version_holds_until_the_new_one_is_approved(consultant: Member, manager: Member) -> None:
    old = filled(consultant)
    close(old)
    new = revise(old, consultant)
    assert (current_plan(old.case), approved_plan(old.case)) == (new, old)
    with pytest.raises(PlanRefused, match="第2版が「作成中」です"):
        revise(new, consultant)
    submit_plan(actor=consultant, case_id=old.case_id, version=1, now=NOW)
    approve_plan(actor=manager, case_id=old.case_id, version=2, now=NOW)
    old.refresh_from_db()
    assert (old.state, current_plan(old.case), approved_plan(old.case)) == (PlanState.REPLACED, new, new)
    assert old.figures.count() == new.figures.count() == len(YEAR_ZERO)
    states = [one.changes for one in AuditEvent.objects.order_by("-pk")[:2]]
    assert states[1] == {"計画 第1版: 状態": ["承認済", "旧版"]}


def test_copying_asks_no_more_often_for_many_rows(consultant: Member) -> None:
    counts = []
    for size in (1, 20):
        old = filled(consultant)
        issue = make_issue(old, f"課題{size}", position=2)
        for place in range(size):
            make_measure(issue, f"施策{place}", position=place, sales_1=1, sales_2=2)
        new = make_plan(make_case(consultant))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            copies = copy_parts(old, new)
        counts.append(len(queries))
        assert len(copies[Measure]) == 2 + size
    assert counts[0] == counts[1] <= 3 * len(PARTS)


def test_the_list_of_parts_to_copy_is_complete() -> None:
    pointing = {
        model
        for model in apps.get_app_config("cases").get_models()
        if "pgh_id" not in {one.name for one in model._meta.fields}
        and {field.related_model for field in model._meta.concrete_fields} & {Plan, Measure, Loan}
    }
    assert {kind for kind, _ in PARTS} == pointing
    assert pointing == {
        *(MapNode, MapFlow, Issue, Measure, MeasureEffect, Assumption, PlanFigure),
        *(RealValue, Loan, LoanChange, CashFigure),
    }


def test_another_agency_has_no_such_plan(consultant: Member, outsider: Member) -> None:
    plan = make_plan(make_case(consultant))
    with pytest.raises(Case.DoesNotExist):
        submit_plan(actor=outsider, case_id=plan.case_id, version=1, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        start_plan(actor=outsider, case_id=plan.case_id, base_ends_on=BASE, years=1, today=TODAY)
    assert Role.CONSULTANT in {Role(one) for one in outsider.roles}
