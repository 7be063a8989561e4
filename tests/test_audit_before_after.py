"""A01: what the trail says of each service: the verb, every field in Japanese, before and after, the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cases.enums import CaseAction, CaseStage, Industry, LegalForm, LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, Council, Enterprise
from cases.services import cases, enterprises, people, procedure, relations
from monitoring.enums import PeriodKind
from monitoring.services import periods as monitoring
from subsidies.enums import CostCategory, SubmissionMethod
from subsidies.packets.content import content_of
from subsidies.selectors.estimate.cost_sheet import application_of, sheet_version
from subsidies.services.estimate import costs
from subsidies.services.filing import approval as approvals
from subsidies.services.filing.council import Submission, submit
from subsidies.services.output import packets
from subsidies.services.output.printing import render_packet
from tests.builders import (
    make_case,
    make_cost_line,
    make_enterprise,
    make_lender,
    make_member,
    make_period,
    make_ready_case,
)
from tests.casework import pass_gate, shown_of
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.services import agencies, members

NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
MAY = date(2025, 5, 1)


def latest(verb: Verb, *, by: Member | None, of: Any) -> AuditEvent:
    """Return the newest event after checking whose it is and what it is about."""
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor) == (verb, by)
    assert (event.agency_id, event.object_type, event.object_id) == (
        getattr(of, "agency_id", of.pk),
        of._meta.model_name,
        of.pk,
    )
    assert event.actor_label == (str(by) if by else "システム")
    return event


def test_an_edit_names_only_the_fields_that_changed(consultant: Member) -> None:
    row = make_enterprise(consultant.agency)
    facts = {name: getattr(row, name) for name in enterprises.FACTS}
    changed = {
        "name": "株式会社山田水産",
        "industry": Industry.WHOLESALE,
        "legal_form": LegalForm.OTHER,
        "founded_on": date(1998, 4, 1),
        "capital_yen": None,
        "employee_count": 25,
    }
    enterprises.edit_enterprise(actor=consultant, enterprise_id=row.pk, version=1, facts={**facts, **changed})
    event = latest(Verb.CHANGED, by=consultant, of=row)
    assert event.changes == {
        "事業者名": ["有限会社山田水産", "株式会社山田水産"],
        "業種の区分": ["製造・建設・運輸・その他", "卸売業"],
        "法人形態": ["会社", "その他"],
        "設立日(開業日)": [None, "1998-04-01"],
        "資本金": [10_000_000, None],
        "常時使用する従業員数": [24, 25],
    }
    assert event.object_label == "株式会社山田水産"


def test_a_registration_tells_every_fact_from_nothing(consultant: Member) -> None:
    pattern = make_enterprise(consultant.agency)
    facts = {name: getattr(pattern, name) for name in enterprises.FACTS} | {"name": "北上製作所"}
    row = enterprises.register_enterprise(actor=consultant, facts=facts, is_another=False)
    changes = latest(Verb.CREATED, by=consultant, of=row).changes
    assert {before for before, _ in changes.values()} == {None}
    labels = {str(Enterprise._meta.get_field(name).verbose_name) for name, value in facts.items() if value}  # type: ignore[union-attr]
    assert set(changes) == labels
    assert changes["年間売上高"] == [None, 320_000_000]


def test_a_case_names_its_people_and_its_council(consultant: Member, manager: Member) -> None:
    facts: dict[str, Any] = {
        "frame": SchemeFrame.VUP,
        "council": Council.objects.get(code="03"),
        "consulted_on": MAY,
        "planned_accepted_on": date(2025, 6, 2),
    }
    enterprise = make_enterprise(consultant.agency)
    case = cases.open_case(actor=manager, enterprise_id=enterprise.pk, consultant=consultant, facts=facts, today=MAY)
    changes = latest(Verb.CREATED, by=manager, of=case).changes
    assert changes.pop("協議会")[1] == str(facts["council"])
    assert changes == {
        "案件番号": [None, "C-2025-0001"],
        "事業者": [None, "有限会社山田水産"],
        "担当者": [None, "佐藤 花子"],
        "制度・枠": [None, "Vアップ事業"],
        "初回相談日": [None, "2025-05-01"],
        "受理予定日": [None, "2025-06-02"],
        "経営者保証の解除を目指す": [None, False],
    }


def test_an_edit_of_a_case_tells_dates_choices_and_yes_or_no(consultant: Member) -> None:
    case = make_case(consultant)
    before, after = case.council, Council.objects.get(code="03")
    facts = {"council": after, "planned_accepted_on": date(2025, 6, 2), "seeks_guarantee_release": True}
    cases.edit_case(actor=consultant, case_id=case.pk, version=1, facts={**facts, "difficulty": "売上の減少"})
    assert latest(Verb.CHANGED, by=consultant, of=case).changes == {
        "協議会": [before.name, after.name],
        "受理予定日": ["2025-05-12", "2025-06-02"],
        "経営者保証の解除を目指す": [False, True],
        "財務上の問題と相談の経緯": ["", "売上の減少"],
    }


def test_a_corrected_date_keeps_the_reason(consultant: Member) -> None:
    case = make_case(consultant, stage=CaseStage.PREPARING)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.APPLIED, usage_applied_on=date(2025, 4, 20))
    cases.edit_case(
        actor=consultant, case_id=case.pk, version=1, facts={"usage_applied_on": date(2025, 4, 21)}, reason="誤記"
    )
    event = latest(Verb.CHANGED, by=consultant, of=case)
    assert (event.changes, event.reason) == ({"利用申請日": ["2025-04-20", "2025-04-21"]}, "誤記")


def test_a_step_tells_the_action_the_stages_and_the_dates_it_set(consultant: Member) -> None:
    case = make_case(consultant)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.APPLIED, usage_applied_on=date(2025, 4, 20))
    day = date(2025, 5, 13)
    step: dict[str, Any] = {"actor": consultant, "case_id": case.pk}
    procedure.advance_case(**step, action=CaseAction.RECORD_ACCEPTANCE, occurred_on=day)
    assert latest(Verb.ADVANCED, by=consultant, of=case).changes == {
        "操作": [None, "受理を記録(2025-05-13)"],
        "段階": ["利用申請済", "受理"],
        "受理日": [None, "2025-05-13"],
        "適用基準日": [None, "2025-05-13"],
    }
    procedure.advance_case(**step, action=CaseAction.WITHDRAW, occurred_on=day, reason=" 廃業 ")
    event = latest(Verb.ADVANCED, by=consultant, of=case)
    assert (event.changes["段階"], event.reason) == (["受理", "取下げ"], "廃業")


def test_a_return_counts(consultant: Member) -> None:
    case = make_case(consultant)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.APPLIED, usage_applied_on=date(2025, 4, 20))
    procedure.advance_case(
        actor=consultant, case_id=case.pk, action=CaseAction.RETURN_USAGE, occurred_on=MAY, reason="書類の不備"
    )
    assert latest(Verb.ADVANCED, by=consultant, of=case).changes["差戻しの回数"] == [0, 1]


def test_a_leaving_member_and_each_of_their_cases_have_their_event(admin: Member, manager: Member) -> None:
    leaver = make_member(admin.agency, Role.CONSULTANT, display_name="退職 一郎")
    moved = [make_case(leaver), make_case(leaver)]
    assert people.switch_off_member(actor=admin, member_id=leaver.pk, successor=manager, reason="退職") == 2
    event = latest(Verb.SWITCHED_OFF, by=admin, of=leaver)
    assert (event.changes, event.reason) == ({"有効": [True, False]}, "退職")
    handed = AuditEvent.objects.filter(verb=Verb.HANDED_OVER)
    assert {one.object_id for one in handed} == {case.pk for case in moved}
    assert {(*one.changes["担当者"], one.reason) for one in handed} == {("退職 一郎", "佐藤 花子", "退職")}


def test_parts_are_told_in_the_trail_of_the_whole_and_a_removal_backwards(consultant: Member) -> None:
    lender = make_lender(make_enterprise(consultant.agency))
    owner = lender.enterprise
    name = "金融機関 七十七銀行 石巻支店"
    facts = {one: getattr(lender, one) for one in relations.LENDER_FACTS}
    whole: dict[str, Any] = {"actor": consultant, "enterprise_id": owner.pk}
    relations.edit_lender(**whole, lender_id=lender.pk, facts={**facts, "balance_yen": 1, "role": LenderRole.SUBMAIN})
    assert latest(Verb.CHANGED, by=consultant, of=owner).changes == {
        f"{name}: 区分": ["主要(メイン)", "準主要(準メイン)"],
        f"{name}: 借入残高": [180_000_000, 1],
    }
    relations.remove_lender(**whole, lender_id=lender.pk)
    gone = latest(Verb.CHANGED, by=consultant, of=owner).changes
    assert gone[f"{name}: 借入残高"] == [1, None]
    assert {after for _, after in gone.values()} == {None}


def test_a_past_use_comes_and_goes_with_its_yen(consultant: Member) -> None:
    owner = make_enterprise(consultant.agency)
    planning = PaidCategory.PLANNING
    facts = {"frame": SchemeFrame.NORMAL, "category": planning, "paid_yen": 50_000, "accepted_on": None}
    use = relations.add_past_use(actor=consultant, enterprise_id=owner.pk, facts={**facts, "note": ""})
    name = "過去の利用 405事業 通常枠 計画策定支援費用 50,000円"
    added = {
        f"{name}: 枠": "405事業 通常枠",
        f"{name}: 費用区分": "計画策定支援費用",
        f"{name}: 協議会が支払った額": 50_000,
    }
    assert latest(Verb.CHANGED, by=consultant, of=owner).changes == {key: [None, one] for key, one in added.items()}
    relations.remove_past_use(actor=consultant, enterprise_id=owner.pk, past_use_id=use.pk)
    assert latest(Verb.CHANGED, by=consultant, of=owner).changes == {key: [one, None] for key, one in added.items()}


def test_a_co_agency_comes_and_goes(consultant: Member) -> None:
    case = make_case(consultant)
    facts = {"name": "駅前会計", "representative": "駅前 太郎"}
    found = relations.add_co_agency(actor=consultant, case_id=case.pk, facts=facts)
    name = "その他認定支援機関 駅前会計"
    added = {f"{name}: 名称": "駅前会計", f"{name}: 代表者": "駅前 太郎"}
    assert latest(Verb.CHANGED, by=consultant, of=case).changes == {key: [None, one] for key, one in added.items()}
    relations.remove_co_agency(actor=consultant, case_id=case.pk, co_agency_id=found.pk)
    assert latest(Verb.CHANGED, by=consultant, of=case).changes == {key: [one, None] for key, one in added.items()}


def test_a_period_is_told_by_its_days(consultant: Member) -> None:
    case = make_case(consultant)
    period = make_period(case)
    monitoring.edit_period(
        actor=consultant,
        case_id=case.pk,
        period_id=period.pk,
        kind=PeriodKind.REGULAR,
        starts_on=period.starts_on,
        ends_on=date(2026, 10, 31),
    )
    changes = latest(Verb.CHANGED, by=consultant, of=case).changes
    assert list(changes.values()) == [["2026-09-30", "2026-10-31"]]
    assert next(iter(changes)).endswith(": 対象期間の最終日")


def test_a_line_that_moves_to_a_period_tells_all_that_follows(consultant: Member) -> None:
    case = make_case(consultant)
    period = make_period(case)
    line = make_cost_line(case, gross_yen=1_100_000)
    # 12,000 yen × 30 minutes / 60 = 6,000 + 8 % (480) = 6,480
    entry = costs.LineInput(
        category=CostCategory.MONITORING,
        period_id=period.pk,
        work=line.work,
        person=line.person,
        hourly_rate_yen=12_000,
        minutes=30,
        tax_percent=8,
        is_subcontracted=True,
    )
    costs.change_cost_line(case_id=case.pk, line_id=line.pk, actor=consultant, line=entry, version=1)
    changes = latest(Verb.CHANGED, by=consultant, of=case).changes
    told = {label.rsplit(": ", 1)[1]: pair for label, pair in changes.items()}
    assert told == {
        "費用区分": ["計画策定支援費用", "伴走支援費用"],
        "回": [None, str(period)],
        "単価(税抜・円/時間)": [10_000, 12_000],
        "予定時間(分)": [6_000, 30],
        "金額(税抜)": [1_000_000, 6_000],
        "消費税率": [10, 8],
        "消費税": [100_000, 480],
        "合計(税込)": [1_100_000, 6_480],
        "外部委託": [False, True],
    }


def test_an_approval_tells_its_way_through_the_office(consultant: Member, manager: Member, admin: Member) -> None:
    case = make_ready_case(consultant)
    ask = {"case_id": case.pk, "actor": consultant, "now": NOW}
    approvals.request_approval(**ask, version=sheet_version(case), note="急ぎ")  # type: ignore[arg-type]
    event = latest(Verb.APPROVAL_REQUESTED, by=consultant, of=case)
    assert event.changes["利用申請: 状態"] == ["準備中", "承認待ち"]
    assert event.changes["利用申請: 承認の依頼者"] == [None, "佐藤 花子"]
    assert event.reason == "急ぎ"
    approvals.send_back(case_id=case.pk, actor=manager, comment="経緯を詳しく", now=NOW, shown_sha256=shown_of(case))
    event = latest(Verb.SENT_BACK, by=manager, of=case)
    assert (event.changes["利用申請: 状態"], event.reason) == (["承認待ち", "所内差戻し"], "経緯を詳しく")
    approvals.request_approval(**ask, version=sheet_version(case), note="")  # type: ignore[arg-type]
    shown = approvals.decision_hash(application_of(case), content_of(application_of(case)))
    approvals.approve(
        case_id=case.pk,
        actor=manager,
        approval=approvals.Approval(shown_sha256=shown, note="可"),
        now=NOW,
        prepared_on=MAY,
    )
    event = latest(Verb.APPROVED, by=manager, of=case)
    assert event.changes["利用申請: 状態"] == ["承認待ち", "承認済"]
    assert event.changes["利用申請: 承認者の意見"] == ["経緯を詳しく", "可"]
    approvals.reopen(case_id=case.pk, actor=manager, reason="直す")
    event = latest(Verb.APPROVAL_CANCELLED, by=manager, of=case)
    assert (event.changes["利用申請: 状態"], event.reason) == (["承認済", "準備中"], "直す")


def test_a_submission_tells_how_it_was_handed_in(consultant: Member, manager: Member) -> None:
    case = make_ready_case(consultant)
    approvals.request_approval(case_id=case.pk, actor=consultant, now=NOW, version=sheet_version(case), note="")
    shown = approvals.decision_hash(application_of(case), content_of(application_of(case)))
    approval = approvals.Approval(shown_sha256=shown)
    approvals.approve(case_id=case.pk, actor=manager, approval=approval, now=NOW, prepared_on=MAY)
    pass_gate(application_of(case), today=MAY)
    submission = Submission(submitted_on=MAY, method=SubmissionMethod.POST, receipt_number="R-12")
    submit(case_id=case.pk, actor=consultant, submission=submission, today=MAY)
    event = latest(Verb.ADVANCED, by=consultant, of=case)
    assert event.reason == "提出方法: 郵送。受付番号 R-12"
    assert event.changes["利用申請日"] == [None, "2025-05-01"]


def test_a_packet_tells_its_kind_and_its_number(consultant: Member) -> None:
    case = make_ready_case(consultant)
    packet = packets.request_packet(case_id=case.pk, actor=consultant, is_draft=True, today=MAY)
    asked = latest(Verb.PACKET_REQUESTED, by=consultant, of=case).changes
    render_packet(agency_id=case.agency_id, packet_id=packet.pk, now=NOW)
    made = latest(Verb.PACKET_MADE, by=None, of=case).changes
    packet.refresh_from_db()
    assert packet.document is not None
    packets.record_download(actor=consultant, packet=packet, document=packet.document)
    taken = latest(Verb.DOWNLOADED, by=consultant, of=case).changes
    assert asked["申請書類: 種類"] == made["申請書類: 種類"] == taken["申請書類: 種類"] == [None, "下書き"]
    assert asked["申請書類: 内容の照合番号"] == made["申請書類: 内容の照合番号"]
    assert made["申請書類: SHA-256"] == [None, packet.document.sha256]
    file = f"{packet.document.filename} SHA-256 {packet.document.sha256}"
    assert taken["申請書類: ファイル"] == [None, file]


def test_the_office_and_its_people(admin: Member, consultant: Member) -> None:
    values = {"phone": "022-123-4567", "self_approval_allowed": True}
    agencies.change_agency(actor=admin, version=1, values=values, reason="一人事務所")
    event = latest(Verb.CHANGED, by=admin, of=admin.agency)
    assert event.changes == {"電話番号": ["", "022-123-4567"], "自己承認を認める(一人事務所)": [False, True]}
    assert event.reason == "一人事務所"
    members.change_roles(actor=admin, member_id=consultant.pk, roles=[Role.VIEWER, Role.CONSULTANT])
    event = latest(Verb.ROLES_CHANGED, by=admin, of=consultant)
    assert event.changes == {"役割": [["担当者"], ["担当者", "閲覧のみ"]]}
    people.switch_off_member(actor=admin, member_id=consultant.pk, successor=None)
    members.switch_on(actor=admin, member_id=consultant.pk)
    assert latest(Verb.SWITCHED_ON, by=admin, of=consultant).changes == {"有効": [False, True]}
    members.change_profile(user=admin.user, display_name="事務 花子", has_single_keys=True)
    assert AuditEvent.objects.latest("pk").changes == {"氏名": ["佐藤 花子", "事務 花子"]}


@pytest.mark.parametrize("times", [1, 3])
def test_saving_the_same_again_is_not_told(consultant: Member, times: int) -> None:
    case, lender = make_case(consultant), make_lender(make_enterprise(consultant.agency))
    period = make_period(case)
    before = AuditEvent.objects.count()
    facts = {name: getattr(lender, name) for name in relations.LENDER_FACTS}
    days = {"kind": PeriodKind.REGULAR, "starts_on": period.starts_on, "ends_on": period.ends_on}
    for _ in range(times):
        cases.edit_case(actor=consultant, case_id=case.pk, version=1, facts={"difficulty": case.difficulty})
        owner: dict[str, Any] = {"actor": consultant, "enterprise_id": lender.enterprise_id}
        relations.edit_lender(**owner, lender_id=lender.pk, facts=facts)
        monitoring.edit_period(actor=consultant, case_id=case.pk, period_id=period.pk, **days)  # type: ignore[arg-type]
    assert AuditEvent.objects.count() == before
    case.refresh_from_db()
    assert case.version == 1
