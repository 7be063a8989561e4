"""The hand-over sheet: everything on one page, nothing that is done, nothing of another office."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from cases.enums import CaseStage, Consent, LenderRole, SchemeFrame
from cases.models import Case, CoAgency, LenderStance
from subsidies.enums import ApplicationKind, ApplicationState, PaperStatus, ReturnCause
from subsidies.models import Application, Paper, ReturnItem
from subsidies.selectors import assessment_of
from subsidies.selectors.filing.requirements import requirements_of
from subsidies.selectors.hand_over import HandOver, hand_over_of
from tests.builders import make_case, make_lender, make_note, make_ready_case
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member

TODAY = date(2026, 5, 1)


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case of 3,150,000 yen with 2,100,000 of subsidy."""
    return make_ready_case(consultant)


def sheet(case: Case) -> HandOver:
    return hand_over_of(case, today=TODAY)


def page(member: Member, case: Case) -> str:
    return sign_in(member).get(reverse("subsidies:hand_over", args=[case.number])).content.decode()


def make_application(case: Case, **values: Any) -> Application:
    kept = assessment_of(case).as_dict()
    return Application.objects.create(agency=case.agency, case=case, **{"assessment": kept, **values})


def make_item(application: Application, **values: Any) -> ReturnItem:
    facts: dict[str, Any] = {"round": 1, "returned_on": TODAY, "cause": ReturnCause.DATE, "comment": "日付が前後"}
    return ReturnItem.objects.create(agency=application.agency, application=application, **{**facts, **values})


def test_a_fresh_case_says_what_is_not_there_yet(consultant: Member) -> None:
    shown = page(consultant, make_case(consultant, stage=CaseStage.CONSULTATION))
    for words in ("メモはありません。", "申請はまだ始めていません。", "金融機関はまだ登録されていません。"):
        assert words in shown
    assert "申請を始めると、ここに足りない書類を表示します。" in shown


def test_it_shows_facts_figures_deadlines_and_whose_turn_it_is(case: Case, consultant: Member) -> None:
    CoAgency.objects.create(agency=case.agency, case=case, name="駅前会計", phone="022-111-2222")
    shown = page(consultant, case)
    for words in ("山田 太郎", "宮城県石巻市魚町1-2-3", "駅前会計 022-111-2222", "次は誰の番か", "支払申請の期限"):
        assert words in shown, words
    # 1,500,000 + 500,000 + 1,000,000 + 150,000 = 3,150,000; two thirds are 2,100,000, the rest 1,050,000.
    for yen in ("3,150,000", "2,100,000", "1,050,000"):
        assert yen in shown, yen
    assert "内容(佐藤 花子が表示)" in shown


def test_applications_stand_with_their_state_and_open_returns_alone(case: Case, consultant: Member) -> None:
    usage = make_application(
        case, state=ApplicationState.RETURNED, submitted_on=TODAY, receipt_number="宮-12", returned_count=1
    )
    make_item(usage, document="別紙1")
    make_item(usage, comment="済んだ話", answer="直しました", answered_by=consultant, answered_at=clock.now())
    make_application(case, kind=ApplicationKind.CHANGE, number=2, subject="期間の変更")
    found = sheet(case)
    assert [row.application.name for row in found.applications] == ["利用申請", "変更の届出(第2回)"]
    assert [item.comment for item in found.return_items] == ["日付が前後"]
    shown = page(consultant, case)
    assert ("宮-12" in shown, "対応していない差戻しの項目(1件)" in shown, "済んだ話" in shown) == (True, True, False)


def test_papers_lack_until_they_are_checked_or_left_out(case: Case, consultant: Member) -> None:
    usage = make_application(case)
    needed = [slot for slot in requirements_of(usage) if slot.is_needed]
    assert [paper.label for paper in sheet(case).papers] == [slot.label for slot in needed]
    first, second, third, *rest = needed
    checked = {"checked_by": consultant, "checked_at": clock.now()}
    states: list[tuple[Any, PaperStatus, dict[str, Any]]] = [
        (first, PaperStatus.CHECKED, checked),
        (second, PaperStatus.LEFT_OUT, {"reason": "共同申請でない"}),
        (third, PaperStatus.CHECKED_LACKING, {"reason": "印がない", **checked}),
    ]
    for slot, status, other in states:
        Paper.objects.create(
            agency=case.agency,
            application=usage,
            requirement=slot.requirement.id,
            co_agency=slot.co_agency,
            lender=slot.lender,
            status=status,
            **other,
        )
    lacking = sheet(case).papers
    assert [paper.label for paper in lacking] == [slot.label for slot in (third, *rest)]
    assert (lacking[0].state, lacking[0].reason) == ("確認済・不足あり", "印がない")
    assert "印がない" in page(consultant, case)


@pytest.mark.parametrize(
    "state",
    [ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.DECIDED, ApplicationState.CANCELLED],
)
def test_what_has_left_the_office_lacks_nothing_here(case: Case, state: ApplicationState) -> None:
    make_application(case, state=state, submitted_on=TODAY)
    assert sheet(case).papers == []


def test_banks_are_missing_until_they_agree(case: Case, consultant: Member) -> None:
    main = case.enterprise.lenders.get()
    other = make_lender(case.enterprise, role=LenderRole.OTHER, balance_yen=20_000_000)
    assert sheet(case).missing_banks == (str(main), str(other))
    stance = LenderStance.objects.create(
        agency=case.agency,
        case=case,
        lender=main,
        consent=Consent.CONDITIONAL,
        consented_on=TODAY,
        conditions="半年ごと",
    )
    assert sheet(case).missing_banks == (str(other),)
    shown = page(consultant, case)
    assert ("同意していない金融機関 1行" in shown, "半年ごと" in shown) == (True, True)
    LenderStance.objects.create(agency=case.agency, case=case, lender=other, consent="agreed", consented_on=TODAY)
    assert "すべての金融機関が同意しています。" in page(consultant, case)
    assert stance.conditions == "半年ごと"


def test_the_early_scheme_asks_for_a_receipt_instead(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    main = make_lender(case.enterprise)
    make_lender(case.enterprise, role=LenderRole.OTHER)
    assert sheet(case).missing_banks == (str(main),)
    LenderStance.objects.create(agency=case.agency, case=case, lender=main, receipt_on=TODAY)
    assert sheet(case).missing_banks == ()
    assert "計画の受取書は受け取り済みです。" in page(consultant, case)


def test_pinned_notes_come_first_then_the_five_newest(case: Case, consultant: Member) -> None:
    pinned = make_note(case, consultant, body="社長は午前中だけ")
    pinned.is_pinned = True
    pinned.save()
    for place in range(7):
        make_note(case, consultant, body=f"メモ{place}")
    notes = [note.body for note in sheet(case).notes]
    assert notes == ["社長は午前中だけ", "メモ6", "メモ5", "メモ4", "メモ3", "メモ2"]


def test_it_says_who_did_what_last(case: Case, consultant: Member) -> None:
    for place in range(12):
        AuditEvent.objects.create(
            agency=case.agency,
            actor=consultant,
            actor_label="佐藤 花子",
            verb=Verb.CHANGED,
            object_type="case",
            object_id=case.pk,
            object_label=str(case),
            changes={f"項目{place}": [1, 2]},
        )
    assert [next(iter(event.changes)) for event in sheet(case).events] == [f"項目{place}" for place in range(11, 1, -1)]


def test_a_frame_without_figures_says_why(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=date(2023, 5, 1))
    found = sheet(case)
    assert found.figures.page is None
    assert found.figures.closed in page(consultant, case)


def test_the_case_and_the_page_of_assignment_lead_to_it(case: Case, consultant: Member, manager: Member) -> None:
    link = f'href="{reverse("subsidies:hand_over", args=[case.number])}"'
    assert link in sign_in(consultant).get(reverse("cases:detail", args=[case.number])).content.decode()
    assert link in sign_in(manager).get(reverse("cases:assign", args=[case.number])).content.decode()


def test_another_office_finds_no_sheet(case: Case, outsider: Member) -> None:
    assert sign_in(outsider).get(reverse("subsidies:hand_over", args=[case.number])).status_code == 404
