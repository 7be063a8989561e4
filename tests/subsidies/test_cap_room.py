"""What is left of the caps at an approval: what other cases took, whatever forms they used and however they came in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cases.enums import CaseStage, PaidCategory, SchemeFrame
from cases.models import Case, Enterprise, PastUse
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application
from subsidies.packets.content import content_of
from subsidies.selectors import assess_request_of, assessment_of
from subsidies.selectors.caps.room import shortages_of
from subsidies.selectors.claiming.claims import claim_of
from subsidies.services.filing.applications import ApplicationKey
from subsidies.services.filing.approval import Approval, CapPassed, approve, decision_hash
from tests.builders import make_case, make_cost_line, make_enterprise, make_member, make_period
from tests.imports.files import sound_rows, workbook_of
from tests.imports.stories import committed, uploaded
from tests.subsidies.claims_cases import accept, make_claim, make_line, make_settlement
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member
from vapup.imports.enums import CommitMode

NOW, TODAY = datetime(2025, 10, 1, 1, 0, tzinfo=UTC), date(2025, 10, 1)
OLD_FORMS, DAY = date(2021, 10, 1), date(2025, 5, 12)
ENDS = (date(2022, 3, 31), date(2022, 9, 30))


def a_case(consultant: Member, enterprise: Enterprise, planning_yen: int, **facts: Any) -> Case:
    """Store an accepted case that filed the cost of its plan, and of as many periods as it has days to end on."""
    frame, on = facts.get("frame", SchemeFrame.NORMAL), facts.get("on", DAY)
    case = make_case(consultant, enterprise=enterprise, frame=frame, planned_accepted_on=on)
    make_cost_line(case, gross_yen=planning_yen)
    for ends_on in facts.get("ends", ()):
        make_cost_line(
            case,
            category=CostCategory.MONITORING,
            gross_yen=facts.get("period_yen", 150_000),
            period=make_period(case, ends_on=ends_on),
        )
    accept(case)
    days = dict.fromkeys(("usage_applied_on", "usage_accepted_on", "accepted_on", "usage_decided_on"), on)
    Case.objects.filter(pk=case.pk).update(**days)
    case = Case.objects.select_related("enterprise").get(pk=case.pk)
    Application.objects.filter(case=case).update(assessed=assess_request_of(case).as_dict())
    return case


def requested(case: Case, cost_yen: int, number: int = 0) -> Application:
    """Store the plan claim, or that of the period with this number, as it awaits approval."""
    state, category = ApplicationState.REQUESTED, CostCategory.MONITORING if number else CostCategory.PLANNING
    period = case.monitoring_periods.order_by("ends_on")[number - 1] if number else None
    claim = make_claim(case, period, number=number or 1, state=state)
    make_line(claim, cost_yen, category=category)
    make_settlement(claim, contracted_on=DAY)
    return claim


def again(claim: Application) -> Application:
    related = ("case__enterprise", "case__council", "case__agency", "case__consultant__user", "period")
    return Application.objects.select_related(*related).get(pk=claim.pk)


def approved(claim: Application, manager: Member) -> Application:
    fresh = again(claim)
    approval = Approval(shown_sha256=decision_hash(fresh, content_of(fresh)), override_reason="協議会に確かめた。")
    key = ApplicationKey(ApplicationKind(fresh.kind), fresh.number)
    return approve(case_id=fresh.case_id, actor=manager, approval=approval, now=NOW, prepared_on=TODAY, key=key)


def end(case: Case, stage: CaseStage, *claims: Application, state: str = ApplicationState.PAID) -> None:
    """Let the council have the claims, or have paid them, and the case have ended."""
    Application.objects.filter(pk__in=[one.pk for one in claims]).update(state=state, submitted_on=TODAY)
    Case.objects.filter(pk=case.pk).update(stage=stage)


def use(case: Case, yen: int, accepted_on: date | None, category: PaidCategory = PaidCategory.PLANNING) -> PastUse:
    return PastUse.objects.create(
        agency_id=case.agency_id,
        enterprise_id=case.enterprise_id,
        frame=case.frame,
        category=category,
        paid_yen=yen,
        accepted_on=accepted_on,
    )


@pytest.fixture
def enterprise(consultant: Member) -> Enterprise:
    return make_enterprise(consultant.agency)


@pytest.fixture
def mover(agency: Agency) -> Member:
    return make_member(agency, Role.MANAGER, display_name="移行 太郎", email="mover@example.jp")


def test_a_case_on_old_forms_counts_beside_another(consultant: Member, manager: Member, enterprise: Enterprise) -> None:
    old = a_case(consultant, enterprise, 150_000, on=OLD_FORMS, ends=ENDS)
    Case.objects.filter(pk=old.pk).update(stage=CaseStage.MONITORING)
    claims = [approved(requested(old, 150_000, number), manager) for number in (1, 2)]
    # The forms until 2022-03-31 call the category モニタリング費用.
    assert [one.payload["rows"][0]["category"] for one in claims if one.payload] == ["モニタリング費用"] * 2
    new = requested(watched_case(consultant, enterprise), 1_500_000, 1)
    with pytest.raises(CapPassed) as refused:
        approved(new, manager)
    # 1,500,000 × 2/3 = 1,000,000, the whole cap; each old period took 150,000 × 2/3 = 100,000 of it.
    assert "伴走支援費用の補助額 1,000,000円 が、残りの 800,000円 を 200,000円 超えます" in refused.value.message
    assert f"ほかの案件 200,000円({old.number})" in refused.value.message


def test_the_vup_forms_of_heisei_count_beside_another(
    consultant: Member, manager: Member, enterprise: Enterprise
) -> None:
    old = a_case(consultant, enterprise, 150_000, on=OLD_FORMS, frame=SchemeFrame.VUP)
    approved(requested(old, 150_000), manager)
    with pytest.raises(CapPassed) as refused:
        approved(requested(a_case(consultant, enterprise, 300_000, frame=SchemeFrame.VUP), 300_000), manager)
    # 150,000 × 2/3 = 100,000 of 150,000 are taken; 300,000 × 2/3 is cut to the cap of 150,000.
    assert "補助額 150,000円 が、残りの 50,000円 を 100,000円 超えます" in refused.value.message


def watched_case(consultant: Member, enterprise: Enterprise) -> Case:
    """Store a case of today that is monitored once, for 1,500,000 yen."""
    case = a_case(consultant, enterprise, 150_000, ends=(date(2025, 9, 30),), period_yen=1_500_000)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.MONITORING)
    return case


def test_each_period_counts_with_what_its_own_claim_asks_for(
    consultant: Member, manager: Member, enterprise: Enterprise
) -> None:
    old = a_case(consultant, enterprise, 150_000, on=OLD_FORMS, ends=ENDS)
    Case.objects.filter(pk=old.pk).update(stage=CaseStage.MONITORING)
    approved(requested(old, 90_000, 2), manager)
    # A period that is planned later, in front of the claimed one, does not move the claim to other figures.
    make_period(old, ends_on=date(2021, 12, 31))
    with pytest.raises(CapPassed) as refused:
        approved(requested(watched_case(consultant, enterprise), 1_500_000, 1), manager)
    assert f"ほかの案件 60,000円({old.number})" in refused.value.message  # 90,000 × 2/3, not 150,000 × 2/3


def test_a_claim_that_was_moved_in_takes_its_part(consultant: Member, manager: Member, mover: Member) -> None:
    moved = moved_in(mover)
    claim = requested(a_case(consultant, moved.enterprise, 1_500_000), 1_500_000)
    with pytest.raises(CapPassed) as refused:
        approved(claim, manager)
    # 3,000,000 × 2/3 = 2,000,000, the whole cap of a plan, was claimed for the case that was moved in.
    assert "計画策定支援費用の補助額 1,000,000円 が、残りの 0円 を 1,000,000円 超えます" in refused.value.message
    assert f"ほかの案件 2,000,000円({moved.number})" in refused.value.message


def moved_in(mover: Member) -> Case:
    rows = sound_rows(1, consultant=mover.user.email)
    rows["過去の利用"], rows["伴走支援の回"], rows["期限"] = [], [], []
    rows["案件"][0] |= {"stage": "伴走支援中", "usage_applied_on": DAY, "usage_accepted_on": DAY}
    rows["案件"][0] |= {"usage_decided_on": DAY, "agreed_on": date(2025, 9, 1)}
    rows["費用"] = [{"case": "A0000", "category": "計画策定支援費用", "gross_yen": 3_000_000}]
    days = dict.fromkeys(("submitted_on", "accepted_on", "decided_on", "paid_on"), date(2025, 9, 20))
    paid = {"decided_yen": 1_000_000, "paid_yen": 1_000_000, "cost_planning": 3_000_000}
    rows["支払申請"] = [{"case": "A0000", "kind": "支払申請(計画策定)", **days, **paid}]
    batch = uploaded(mover, workbook_of(rows), now=NOW)
    assert (batch.error_count, batch.skipped_count) == (0, 0), list(batch.rows.values_list("messages", flat=True))
    committed(mover, batch, CommitMode.ALL_OR_NOTHING, now=NOW)
    return Case.objects.select_related("enterprise").latest("pk")


@pytest.mark.parametrize("stage", [CaseStage.COMPLETED, CaseStage.LAPSED, CaseStage.WITHDRAWN])
@pytest.mark.parametrize("state", [ApplicationState.SUBMITTED, ApplicationState.PAID])
def test_what_was_claimed_stays_taken_when_its_case_ends(
    consultant: Member, manager: Member, enterprise: Enterprise, stage: CaseStage, state: ApplicationState
) -> None:
    ended = a_case(consultant, enterprise, 3_000_000)
    end(ended, stage, approved(requested(ended, 3_000_000), manager), state=state)
    with pytest.raises(CapPassed) as refused:
        approved(requested(a_case(consultant, enterprise, 1_800_000), 1_800_000), manager)
    # 3,000,000 × 2/3 = 2,000,000, of which the held half is paid with monitoring, which never came: 1,000,000 is taken
    # of 2,000,000, and 1,800,000 × 2/3 = 1,200,000 is asked for.
    assert "補助額 1,200,000円 が、残りの 1,000,000円 を 200,000円 超えます" in refused.value.message
    assert f"終わった案件の支払申請 1,000,000円({ended.number})" in refused.value.message
    assert (
        "同じ枠・費用区分・受理日の「過去の利用」に入金額を登録すると、代わりにその額で数えます"
        in refused.value.message
    )


def test_a_usage_application_sees_what_ended_cases_were_paid(
    consultant: Member, manager: Member, enterprise: Enterprise
) -> None:
    ended = a_case(consultant, enterprise, 3_000_000)
    end(ended, CaseStage.COMPLETED, approved(requested(ended, 3_000_000), manager))
    case = make_case(consultant, enterprise=enterprise)
    make_cost_line(case, gross_yen=1_800_000)
    (row,) = shortages_of(Application(agency_id=case.agency_id, case=case), assessment_of(case))
    assert (row.asked_yen, row.left_yen, row.ended_yen, row.others_yen) == (1_200_000, 1_000_000, 1_000_000, 0)


def test_the_held_half_counts_where_monitoring_was_claimed(
    consultant: Member, manager: Member, enterprise: Enterprise
) -> None:
    ended = a_case(consultant, enterprise, 2_400_000, ends=(date(2025, 9, 30),))
    plan = approved(requested(ended, 2_400_000), manager)
    Case.objects.filter(pk=ended.pk).update(stage=CaseStage.MONITORING)
    end(ended, CaseStage.COMPLETED, plan, approved(requested(ended, 150_000, 1), manager))
    with pytest.raises(CapPassed) as refused:
        approved(requested(a_case(consultant, enterprise, 900_000), 900_000), manager)
    # 2,400,000 × 2/3 = 1,600,000 in two halves: 400,000 of 2,000,000 are left by the cap, and by the joint limit of a
    # second use 2,000,000 − 1,600,000 − 150,000 × 2/3 = 300,000, less than 900,000 × 2/3 = 600,000.
    assert "補助額 600,000円 が、残りの 300,000円 を 300,000円 超えます" in refused.value.message
    assert f"終わった案件の支払申請 1,700,000円({ended.number})" in refused.value.message


def test_what_came_back_and_was_never_mended_is_free_again(
    consultant: Member, manager: Member, enterprise: Enterprise
) -> None:
    ended = a_case(consultant, enterprise, 3_000_000)
    end(ended, CaseStage.LAPSED, approved(requested(ended, 3_000_000), manager), state=ApplicationState.RETURNED)
    claim = approved(requested(a_case(consultant, enterprise, 3_000_000), 3_000_000), manager)
    assert claim.state == ApplicationState.APPROVED


def test_a_past_use_of_its_day_counts_in_place_of_an_ended_case(
    consultant: Member, manager: Member, enterprise: Enterprise
) -> None:
    ended = a_case(consultant, enterprise, 3_000_000)
    end(ended, CaseStage.COMPLETED, approved(requested(ended, 3_000_000), manager))
    claim = requested(a_case(consultant, enterprise, 1_800_000), 1_800_000)
    for day, category, is_told in (
        (None, PaidCategory.PLANNING, False),
        (date(2024, 4, 1), PaidCategory.PLANNING, False),
        (DAY, PaidCategory.MONITORING, False),
        (DAY, PaidCategory.PLANNING, True),
    ):
        past = use(ended, 900_000, day, category)
        found = {one.ended_yen for one in shortages_of(again(claim), claim_of(again(claim)).assessment)}
        # 900,000 instead of 1,000,000: 1,200,000 is still more than 1,100,000.
        assert found == {0 if is_told else 1_000_000}
        past.delete()
    use(ended, 800_000, DAY)
    assert shortages_of(again(claim), claim_of(again(claim)).assessment) == ()
