"""The work of an accepted case on its page: how far each thing is, and why it cannot be begun yet."""

from __future__ import annotations

from datetime import date

import pytest

from cases.enums import CaseStage, Consent, LenderRole, PlanState
from cases.models import Case, Plan, YearlyFigure
from subsidies.enums import ApplicationState, CostCategory
from subsidies.models import WorkEntry, Worker
from subsidies.selectors.case_work import money_of_case, work_of_case
from tests.builders import make_case, make_lender, make_member, make_note, make_period, make_stance
from tests.conftest import sign_in
from tests.subsidies.claims_cases import accepted_case, make_claim
from tests.subsidies.test_receivables import plan_claim, send
from vapup import clock
from vapup.accounts.models import Member

pytestmark = pytest.mark.django_db
C, S = CostCategory, ApplicationState
CLAIM = "支払申請(計画策定)を作る"


def states(case: Case) -> dict[str, tuple[str, str]]:
    """Return the state and the hint, or the reason, of each task."""
    case = Case.objects.select_related("enterprise", "agency").get(pk=case.pk)
    return {one.label: (one.state, one.hint or one.reason_blocked) for one in work_of_case(case)}


def log(case: Case, day: date, minutes: int) -> None:
    worker, _ = Worker.objects.get_or_create(agency=case.agency, member=case.consultant, name="佐藤 花子")
    span = {"starts_minute": 540, "ends_minute": 540 + minutes, "minutes": minutes}
    WorkEntry.objects.create(
        agency=case.agency, case=case, worker=worker, worked_on=day, content="面談", entered_by=case.consultant, **span
    )


@pytest.mark.parametrize("stage", [CaseStage.CONSULTATION, CaseStage.PREPARING, CaseStage.WITHDRAWN])
def test_before_the_acceptance_and_off_the_road_there_is_no_such_work(consultant: Member, stage: CaseStage) -> None:
    assert states(make_case(consultant, stage=stage)) == {}


def test_hours_before_the_acceptance_do_not_count(consultant: Member) -> None:
    """1,100,000 with tax are 1,000,000 without: 100 hours at 10,000. Of 90 + 60 minutes only the 90 count."""
    case = accepted_case(consultant, {C.PLANNING: 1_100_000})
    assert states(case)["業務日誌をつける"] == ("todo", "実績 0.0時間 / 見積 100.0時間")
    log(case, date(2025, 5, 11), 60)
    log(case, date(2025, 5, 12), 90)
    assert states(case)["業務日誌をつける"] == ("doing", "実績 1.5時間 / 見積 100.0時間")


def test_more_hours_than_were_quoted_are_marked(consultant: Member) -> None:
    case = accepted_case(consultant, {C.PLANNING: 11_000})  # one hour
    log(case, date(2025, 6, 2), 61)
    assert states(case)["業務日誌をつける"][0] == "short"


def test_figures_plan_and_lenders_say_what_is_missing(consultant: Member) -> None:
    case = accepted_case(consultant, {C.PLANNING: 1_500_000})
    main = make_lender(case.enterprise)
    other = make_lender(case.enterprise, role=LenderRole.OTHER, bank_name="杜の信金")
    YearlyFigure.objects.create(
        agency=case.agency, enterprise=case.enterprise, ends_on=date(2025, 3, 31), account="sales", yen=1
    )
    Plan.objects.create(agency=case.agency, case=case, number=1, base_ends_on=date(2025, 3, 31), prepared_by=consultant)
    make_stance(case, main, consent=Consent.AGREED, consented_on=date(2025, 7, 1))
    found = states(case)
    assert found["決算・試算表を取り込む"] == ("short", "決算 1期分。3期分で比べられます。")
    assert found["計画を作る"] == ("doing", "第1版")
    assert found["金融機関の同意をそろえる(1/2行)"][0] == "doing"
    make_stance(case, other, consent=Consent.REFUSED)
    assert states(case)["金融機関の同意をそろえる(1/2行)"] == ("problem", "杜の信金 石巻支店")
    Plan.objects.filter(case=case).update(returned_because="効果額がない")
    assert states(case)["計画を作る"] == ("problem", "第1版: 効果額がない")
    Plan.objects.filter(case=case).update(state=PlanState.SUBMITTED, submitted_by=consultant, submitted_at=clock.now())
    assert states(case)["計画を作る"] == ("doing", "第1版")


def test_a_claim_says_why_it_cannot_be_begun_until_it_can(consultant: Member) -> None:
    case = accepted_case(consultant, {C.PLANNING: 1_500_000, C.MONITORING: 300_000})
    make_period(case)
    first = "伴走支援 第1回の支払申請(2026-09-30まで)"
    assert states(case)[CLAIM] == ("blocked", "「同意・提出済」の段階になると始められます。")
    assert states(case)[first] == ("blocked", "計画策定の支払が決まると始められます。")
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.AGREED)
    assert states(case)[CLAIM][0] == "todo"
    claim = make_claim(case)
    for state, shown in ((S.PREPARING, "doing"), (S.SENT_BACK, "problem"), (S.CANCELLED, "todo")):
        type(claim).objects.filter(pk=claim.pk).update(state=state)
        assert states(case)[CLAIM][0] == shown
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.MONITORING)
    assert states(case)[first][0] == "todo"


def test_the_head_of_the_case_tells_what_is_expected_decided_and_paid(consultant: Member) -> None:
    """Two thirds of 1,500,000 are 1,000,000; half of it is claimed with the plan: 480,000 decided, 470,000 paid."""
    case = accepted_case(consultant, {C.PLANNING: 1_500_000})
    heard = {"state": S.PAID, "decided_on": date(2026, 10, 1), "decided_yen": 480_000}
    send(plan_claim(case), date(2026, 9, 1), **heard, paid_on=date(2026, 10, 20), paid_yen=470_000)
    sums = money_of_case(case, today=date(2026, 11, 20)).sums
    assert (sums.planned_yen, sums.decided_yen, sums.paid_yen) == (1_000_000, 480_000, 470_000)
    page = sign_in(consultant).get(f"/cases/{case.number}/").content.decode()
    for words in ("補助見込", "1,000,000", "480,000", "470,000", "適用する規則", ">作業</h2>"):
        assert words in page


def test_the_page_shows_the_newest_notes_deadlines_and_steps_as_links(consultant: Member) -> None:
    case = accepted_case(consultant, {C.PLANNING: 1_500_000})
    author = make_member(case.agency)
    for body in ("一つ目", "二つ目", "三つ目"):
        make_note(case, author, body=body)
    page = sign_in(consultant).get(f"/cases/{case.number}/").content.decode()
    assert "3件" in page
    assert "三つ目" in page
    assert "一つ目" not in page
    assert f'href="/cases/{case.number}/deadlines/"' in page
    assert f'class="steps__link" href="/cases/{case.number}/plan/"' in page


def test_the_page_of_an_enterprise_shows_caps_and_figures(consultant: Member) -> None:
    case = accepted_case(consultant, {C.PLANNING: 1_500_000})
    YearlyFigure.objects.create(
        agency=case.agency, enterprise=case.enterprise, ends_on=date(2025, 3, 31), account="sales", yen=123_456_000
    )
    page = sign_in(consultant).get(f"/enterprises/{case.enterprise_id}/").content.decode()
    for words in ("補助上限の使用状況", "1,000,000円", "実績(円)", "2025-03-31", "123,456,000"):
        assert words in page
