"""The base year and the length of a draft are corrected: the past is taken anew, and nothing is lost unseen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from cases.enums import PlanState
from cases.models import Case, LoanChange, Plan, PlanFigure
from cases.services.locking import EditedMeanwhile
from cases.services.plan.base_year import set_base
from cases.services.plan.versions import revise_plan
from cases.services.plan.writing import PlanClosed, PlanRefused
from tests.builders import make_case
from tests.cases.plans.making import (
    BASE,
    close,
    make_assumption,
    make_figures,
    make_issue,
    make_measure,
    make_other_parts,
    make_plan,
    make_year,
)
from tests.cases.plans.test_pages import sent, url, words
from tests.conftest import sign_in
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

TODAY = date(2026, 5, 12)
NEXT = date(2026, 3, 31)
NOW = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def plan(case: Case) -> Plan:
    """A draft of three years from March 2025, its base year typed by hand."""
    found = make_plan(case)
    make_figures(found, {"sales": 300, "cash": 7})
    make_figures(found, {"sales": 290}, year=-1)
    make_figures(found, {"sales": 310}, year=1)
    return found


def move(plan: Plan, actor: Member, day: date = NEXT, *, years: int = 3, anew: bool = False) -> Plan:
    return set_base(
        actor=actor,
        case_id=plan.case_id,
        version=plan.version,
        base_ends_on=day,
        years=years,
        takes_anew=anew,
        today=TODAY,
    )


def stored(plan: Plan) -> dict[tuple[str, int], int]:
    return {(one.account, one.year): one.yen for one in PlanFigure.objects.filter(plan=plan)}


def test_the_past_is_taken_anew_and_what_has_no_closing_stays_at_its_year(plan: Plan, consultant: Member) -> None:
    make_year(plan.case, NEXT, {"sales": 280})  # a closing without a balance sheet
    make_year(plan.case, BASE, {"sales": 301})
    moved = move(plan, consultant)
    assert (moved.base_ends_on, moved.years, moved.version) == (NEXT, 3, 2)
    # March 2025 was year 0 and is year −1 now: sales from the closing, the typed cash with it; planned years stay.
    assert stored(plan) == {
        ("sales", 0): 280,
        ("sales", -1): 301,
        ("cash", -1): 7,
        ("sales", -2): 290,
        ("sales", 1): 310,
    }
    named = {
        label.removeprefix("計画 第1版 基準年度: "): pair
        for label, pair in AuditEvent.objects.latest("pk").changes.items()
    }
    assert named["基準となる決算日"] == ["2025-03-31", "2026-03-31"]
    assert named["売上高 2026年3月期"] == [None, 280]
    assert named["売上高 2025年3月期"] == [300, 301]
    assert "売上高 2024年3月期" not in named
    assert named["取り込んだ実績"][1][0] == "2024年3月期: 損益計算書は実績がありません、貸借対照表は実績がありません"


def test_years_that_fall_out_of_the_past_are_told(plan: Plan, consultant: Member) -> None:
    move(plan, consultant, date(2023, 3, 31))
    assert stored(plan) == {("sales", 1): 310}
    told = AuditEvent.objects.latest("pk").changes
    assert told["計画 第1版 基準年度: 売上高 2025年3月期"] == [300, None]
    assert told["計画 第1版 基準年度: 現金及び預金 2025年3月期"] == [7, None]


def test_the_same_day_takes_the_closings_only_where_it_is_asked_for(plan: Plan, consultant: Member) -> None:
    make_year(plan.case, BASE, {"sales": 305})
    assert stored(move(plan, consultant, BASE, years=4)) == stored(plan)
    assert stored(plan)["sales", 0] == 300
    plan.refresh_from_db()
    move(plan, consultant, BASE, years=4, anew=True)
    assert (stored(plan)["sales", 0], stored(plan)["cash", 0]) == (305, 7)
    plan.refresh_from_db()
    before = AuditEvent.objects.count()
    move(plan, consultant, BASE, years=4)
    assert AuditEvent.objects.count() == before, "nothing changed is nothing written"


def test_a_typo_of_the_day_is_corrected_without_losing_what_was_typed(plan: Plan, consultant: Member) -> None:
    Plan.objects.filter(pk=plan.pk).update(base_ends_on=date(2025, 3, 30))
    plan.refresh_from_db()
    before = stored(plan)
    moved = move(plan, consultant, BASE)
    assert moved.base_ends_on == BASE
    assert stored(plan) == before == {("sales", 0): 300, ("cash", 0): 7, ("sales", -1): 290, ("sales", 1): 310}
    told = AuditEvent.objects.latest("pk").changes
    assert not [label for label in told if "月期" in label], "no amount changed"


def test_a_typo_of_the_day_beside_a_closing_is_told_once_with_both_amounts(plan: Plan, consultant: Member) -> None:
    Plan.objects.filter(pk=plan.pk).update(base_ends_on=date(2025, 3, 30))
    plan.refresh_from_db()
    make_year(plan.case, BASE, {"sales": 305})
    move(plan, consultant, BASE)
    assert (stored(plan)["sales", 0], stored(plan)["cash", 0]) == (305, 7)
    told = AuditEvent.objects.latest("pk").changes
    assert told["計画 第1版 基準年度: 売上高 2025年3月期"] == [300, 305]
    assert "計画 第1版 基準年度: 現金及び預金 2025年3月期" not in told


def test_a_shorter_plan_is_refused_while_anything_lies_behind_its_end(plan: Plan, consultant: Member) -> None:
    make_other_parts(plan)
    loan = plan.loans.get()
    LoanChange.objects.create(agency=plan.agency, loan=loan, year=3, repaid_yen=5)
    make_figures(plan, {"sales": 1, "purchases": 1}, year=3)
    make_measure(make_issue(plan), "値上げ", sales_2=1, sales_3=1)
    make_assumption(plan, "rent", 3, 1, "本社の移転")
    with pytest.raises(PlanRefused) as refused:
        move(plan, consultant, BASE, years=2)
    assert refused.value.message == (
        "計画年数を2年にすると、3年目から後の次の金額が計画の外になります: "
        "施策「値上げ」の効果額 1件、前提「本社の移転」1件、損益計画と貸借対照表の金額 2件、"
        "返済計画「七十七銀行 石巻支店 証書貸付」1件。"
        "先にこれらを空欄にするか、計画年数を3年以上にしてください。"
    )
    PlanFigure.objects.filter(plan=plan, year=3).delete()
    with pytest.raises(PlanRefused):
        move(plan, consultant, BASE, years=2)
    assert Plan.objects.get().years == 3


def test_only_a_draft_that_was_seen_moves_and_only_to_a_year_that_is_over(
    plan: Plan, consultant: Member, viewer: Member
) -> None:
    with pytest.raises(PlanRefused, match="2027-03-31 は、今日 2026-05-12 より後"):
        move(plan, consultant, date(2027, 3, 31))
    with pytest.raises(NotAllowed):
        move(plan, viewer)
    Plan.objects.filter(pk=plan.pk).update(version=9)
    with pytest.raises(EditedMeanwhile):
        move(plan, consultant)
    close(plan, PlanState.SUBMITTED)
    with pytest.raises(PlanClosed):
        move(plan, consultant)


def test_a_revision_moves_to_the_new_closing(plan: Plan, consultant: Member) -> None:
    close(plan)
    make_year(plan.case, NEXT, {"sales": 280})
    new = revise_plan(
        actor=consultant,
        case_id=plan.case_id,
        version=1,
        because="計画未達",
        base_ends_on=NEXT,
        years=5,
        today=TODAY,
    )
    assert (new.number, new.base_ends_on, new.years) == (2, NEXT, 5)
    assert stored(new)["sales", 0] == 280
    assert stored(new)["sales", -1] == 300
    plan.refresh_from_db()
    assert (plan.base_ends_on, plan.years, stored(plan)["sales", 0]) == (BASE, 3, 300)
    told = AuditEvent.objects.latest("pk").changes
    assert told["計画 第2版: 元の版"] == [None, "第1版"]
    assert told["計画 第2版: 計画年数"] == [3, 5]


def test_the_page_shows_what_it_would_take_before_it_saves(case: Case, plan: Plan, consultant: Member) -> None:
    make_year(case, NEXT, {"sales": 280})
    desk: Client = sign_in(consultant)
    assert url(case, "_base") in desk.get(url(case, "")).content.decode()
    page = desk.get(url(case, "_base"))
    looked = desk.post(url(case, "_base"), sent(page, base_ends_on="R8.3.31", act="look"))
    assert looked.status_code == 200
    assert "2026-03-31(令和8年) 決算の実績" in words(looked)
    assert Plan.objects.get().base_ends_on == BASE
    done = desk.post(url(case, "_base"), sent(looked), follow=True)
    assert "返済計画の残高、実態BS、資金繰表も確かめてください" in words(done)
    assert Plan.objects.get().base_ends_on == NEXT
    late = desk.post(url(case, "_base"), sent(page, years="5"))
    assert late.status_code == 409
    assert Plan.objects.get().years == 3


def test_the_page_of_a_revision_asks_for_the_base_year(case: Case, plan: Plan, consultant: Member) -> None:
    close(plan)
    desk: Client = sign_in(consultant)
    page = desk.get(url(case, "_revise"))
    assert "計画年数" in words(page)
    answer = desk.post(url(case, "_revise"), sent(page, because="計画未達", years="4"))
    assert answer.status_code == 302
    assert Plan.objects.get(number=2).years == 4


def test_the_closed_years_of_a_revision_are_shown_before_a_reason_is_written(
    case: Case, plan: Plan, consultant: Member
) -> None:
    close(plan)
    make_year(case, NEXT, {"sales": 280})
    desk: Client = sign_in(consultant)
    page = desk.get(url(case, "_revise"))
    looked = desk.post(url(case, "_revise"), sent(page, base_ends_on="R8.3.31", act="look"))
    assert looked.status_code == 200
    assert "2026-03-31(令和8年) 決算の実績" in words(looked)
    assert "見直しの理由」を入力してください" not in words(looked)
    # What is looked at must be there.
    wrong = desk.post(url(case, "_revise"), sent(page, base_ends_on="", years="99", act="look"))
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"base_ends_on", "years"}
    # To make the version, the reason is needed as before.
    bare = desk.post(url(case, "_revise"), sent(looked))
    assert (bare.status_code, set(bare.context["form"].errors)) == (422, {"because"})
    assert not Plan.objects.filter(number=2).exists()
