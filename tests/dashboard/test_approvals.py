"""The approval inbox: what waits in which order, what is shown of it, and that a decision goes on to the next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.enums import PlanState
from cases.models import Case, Plan
from monitoring.enums import DeadlineKind
from subsidies.enums import ApplicationKind, ApplicationState, WeekState
from subsidies.models import Application, CostLine, WorkWeek
from subsidies.selectors.estimate.cost_sheet import sheet_version
from subsidies.services.filing.approval import reopen, request_approval
from tests.builders import make_case, make_cost_line, make_deadline, make_lender, make_ready_case
from tests.cases.plans.making import make_plan
from tests.conftest import sign_in
from tests.subsidies.claims_cases import accept, make_claim, make_line
from tests.subsidies.hours_cases import MONDAY, make_entry, make_week, make_worker, make_working_case
from vapup import clock
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member, User
from vapup.clock import JAPAN

URL = "/approvals/"


def waiting_usage(consultant: Member, *, day: int = 2) -> Application:
    """Store a usage application of 2,100,000 yen of subsidy that waits since a day of May."""
    return wait(make_ready_case(consultant), consultant, day)


def wait(case: Case, by: Member, day: int) -> Application:
    at = datetime(2026, 5, day, 9, tzinfo=JAPAN)
    Case.objects.filter(pk=case.pk).update(costs_locked=True)
    return Application.objects.create(
        agency_id=case.agency_id, case=case, state=ApplicationState.REQUESTED, requested_by=by, requested_at=at
    )


def waiting_claim(consultant: Member) -> Application:
    """Store a plan claim that waits: 1,500,000 of cost, of which the council pays 500,000 now and 500,000 later."""
    case = make_case(consultant)
    make_lender(case.enterprise)
    make_cost_line(case, gross_yen=1_500_000)
    claim = make_claim(accept(case), state=ApplicationState.REQUESTED)
    make_line(claim, 1_500_000)
    return claim


def waiting_week(consultant: Member) -> WorkWeek:
    """Store a week of three hours at 10,000 yen an hour."""
    worker = make_worker(consultant)
    _, line = make_working_case(consultant)
    make_entry(worker, line)
    return make_week(worker, consultant)


def listed(browser: Client, query: str = "") -> list[tuple[str, int | None]]:
    rows = browser.get(f"{URL}{query}").context["rows"]
    return [(row["item"].key, row["item"].yen) for row in rows]


def decide(browser: Client, key: str, act: str, **data: Any) -> Any:
    page = browser.get(URL, {"item": key})
    form = page.context["form"]
    shown = {name: form[name].value() or "" for name in form.fields} if form else {"item": key, "seen": "1"}
    return browser.post(URL, {**shown, "act": act, **data})


def test_everything_that_waits_is_listed_with_its_yen(consultant: Member, manager: Member) -> None:
    """Usage 2,100,000; the plan of that case the same; the week 3 hours × 10,000 × 1.1 = 33,000."""
    usage, week = waiting_usage(consultant), waiting_week(consultant)
    plan = make_plan(usage.case, state=PlanState.SUBMITTED)
    assert dict(listed(sign_in(manager))) == {
        f"application-{usage.pk}": 2_100_000,
        f"plan-{plan.pk}": 2_100_000,
        f"week-{week.pk}": 33_000,
    }


def test_the_nearest_claim_comes_first_or_on_request_the_oldest_request(consultant: Member, manager: Member) -> None:
    usage = waiting_usage(consultant)
    claim = waiting_claim(consultant)
    make_deadline(claim.case, kind=DeadlineKind.PLAN_CLAIM, subject="", claim_by=date(2027, 1, 29))
    browser = sign_in(manager)
    keys = [f"application-{claim.pk}", f"application-{usage.pk}"]
    assert [key for key, _ in listed(browser)] == keys
    assert [key for key, _ in listed(browser, "?sort=oldest")] == keys[::-1]
    assert dict(listed(browser))[keys[0]] == 500_000  # the half that this claim brings


def test_the_chosen_claim_is_shown_with_gate_match_and_changes(consultant: Member, manager: Member) -> None:
    claim = waiting_claim(consultant)
    AuditEvent.objects.create(
        agency=claim.agency,
        actor_label="青葉",
        verb=Verb.SENT_BACK,
        object_type="case",
        object_id=claim.case_id,
        object_label="",
        changes={f"{claim.name}: 状態": ["承認待ち", "差戻し"]},
    )
    AuditEvent.objects.create(
        agency=claim.agency,
        actor_label="佐藤",
        verb=Verb.CHANGED,
        object_type="case",
        object_id=claim.case_id,
        object_label="",
        changes={"費用明細 財務DD: 単価": [10_000, 12_000]},
    )
    page = sign_in(manager).get(URL)
    detail, text = page.context["detail"], page.content.decode()
    assert detail.gate.closing
    assert detail.gate.closing[0].finding.message in text
    assert detail.match.sheet.due_now_yen == 500_000
    assert "四点突合" in text
    assert "「財務DD」の単価 10,000 → 12,000" in text


def test_an_approval_keeps_the_comment_and_goes_on_to_the_next(consultant: Member, manager: Member) -> None:
    first, second = waiting_usage(consultant, day=2), waiting_usage(consultant, day=3)
    answer = decide(sign_in(manager), f"application-{first.pk}", "approve", comment="金額を確かめた。")
    assert answer.status_code == 302
    assert f"item=application-{second.pk}" in answer["Location"]
    first.refresh_from_db()
    assert (first.state, first.decision_note, first.decided_by) == (
        ApplicationState.APPROVED,
        "金額を確かめた。",
        manager,
    )
    assert first.payload


def test_after_the_last_of_the_list_comes_the_one_before(consultant: Member, manager: Member) -> None:
    first, second = waiting_usage(consultant, day=2), waiting_usage(consultant, day=3)
    answer = decide(sign_in(manager), f"application-{second.pk}", "return", comment="単価の根拠を書く。")
    assert f"item=application-{first.pk}" in answer["Location"]
    second.refresh_from_db()
    assert (second.state, second.decision_note) == (ApplicationState.SENT_BACK, "単価の根拠を書く。")


def test_a_return_without_a_reason_changes_nothing(consultant: Member, manager: Member) -> None:
    usage = waiting_usage(consultant)
    answer = decide(sign_in(manager), f"application-{usage.pk}", "return", comment=" ")
    assert answer.status_code == 422
    assert "差し戻す理由を入力してください。" in answer.content.decode()
    usage.refresh_from_db()
    assert usage.state == ApplicationState.REQUESTED


def test_plans_and_weeks_are_approved_and_returned_here_too(consultant: Member, manager: Member) -> None:
    browser = sign_in(manager)
    plan = make_plan(make_ready_case(consultant), state=PlanState.SUBMITTED)
    week = waiting_week(consultant)
    assert decide(browser, f"plan-{plan.pk}", "return", comment="返済計画がない。").status_code == 302
    assert decide(browser, f"week-{week.pk}", "approve").status_code == 302
    plan, week = Plan.objects.get(pk=plan.pk), WorkWeek.objects.get(pk=week.pk)
    assert (plan.state, plan.returned_because) == (PlanState.DRAFT, "返済計画がない。")
    assert (week.state, week.decided_by) == (WeekState.APPROVED, manager)
    again = make_week(week.worker, consultant, monday=MONDAY + timedelta(days=7))
    decide(browser, f"week-{again.pk}", "return", comment="訪問先を書く。")
    assert WorkWeek.objects.get(pk=again.pk).note == "訪問先を書く。"


def test_a_reason_that_an_approval_would_drop_is_not_dropped(consultant: Member, manager: Member) -> None:
    week = waiting_week(consultant)
    answer = decide(sign_in(manager), f"week-{week.pk}", "approve", comment="訪問先を書く。")
    assert answer.status_code == 422
    assert "訪問先を書く。" in answer.content.decode()
    assert WorkWeek.objects.get(pk=week.pk).state == WeekState.SUBMITTED


def test_what_changed_since_it_was_shown_is_shown_again_with_the_input(consultant: Member, manager: Member) -> None:
    usage = waiting_usage(consultant)
    browser = sign_in(manager)
    form = browser.get(URL).context["form"]
    sent = {"item": form["item"].value(), "seen": form["seen"].value(), "comment": "よい。", "act": "approve"}
    CostLine.objects.filter(case=usage.case, gross_yen=150_000).update(
        net_yen=120_000, tax_yen=12_000, gross_yen=132_000
    )
    late = browser.post(URL, sent)
    assert late.status_code == 409
    assert "よい。" in late.content.decode()
    assert late.context["form"]["seen"].value() != sent["seen"]
    known = browser.post(URL, {**sent, "seen": late.context["form"]["seen"].value()})
    assert known.status_code == 302


def test_a_return_of_what_was_corrected_meanwhile_shows_the_correction_first(
    consultant: Member, manager: Member
) -> None:
    """Shown were 3,150,000 yen of costs; one of 150,000 is corrected to 132,000 and asked for again."""
    usage = waiting_usage(consultant)
    browser = sign_in(manager)
    form = browser.get(URL).context["form"]
    sent = {"item": form["item"].value(), "seen": form["seen"].value(), "comment": "単価が高い。", "act": "return"}
    reopen(case_id=usage.case_id, actor=consultant, reason="単価を直す。")
    CostLine.objects.filter(case=usage.case, gross_yen=150_000).update(
        net_yen=120_000, tax_yen=12_000, gross_yen=132_000
    )
    version = sheet_version(usage.case)
    request_approval(case_id=usage.case_id, actor=consultant, version=version, note="", now=clock.now())
    late = browser.post(URL, sent)
    assert late.status_code == 409
    assert "確かめてから、差し戻してください。" in late.content.decode()
    assert "単価が高い。" in late.content.decode()
    usage.refresh_from_db()
    assert usage.state == ApplicationState.REQUESTED
    seen = late.context["form"]["seen"].value()
    assert late.context["detail"].content.assessment.totals.cost_yen == 3_150_000 - 150_000 + 132_000
    assert browser.post(URL, {**sent, "seen": seen}).status_code == 302
    usage.refresh_from_db()
    assert usage.state == ApplicationState.SENT_BACK


def test_what_lacks_too_much_to_be_printed_is_returned_but_not_approved(consultant: Member, manager: Member) -> None:
    usage = waiting_usage(consultant)
    Case.objects.filter(pk=usage.case_id).update(planned_accepted_on=date(2012, 4, 1))  # before any frame was open
    browser, key = sign_in(manager), f"application-{usage.pk}"
    assert browser.get(URL).context["detail"].seen == ""
    assert decide(browser, key, "approve").status_code == 422
    assert decide(browser, key, "return", comment="見積がない。").status_code == 302
    usage.refresh_from_db()
    assert (usage.state, usage.decision_note) == (ApplicationState.SENT_BACK, "見積がない。")


def test_a_return_of_what_could_not_be_printed_asks_again_once_it_can(consultant: Member, manager: Member) -> None:
    usage = waiting_usage(consultant)
    sent = {"item": f"application-{usage.pk}", "seen": "", "comment": "見積がない。", "act": "return"}
    assert sign_in(manager).post(URL, sent).status_code == 409
    usage.refresh_from_db()
    assert usage.state == ApplicationState.REQUESTED


def test_what_was_seen_is_read_as_the_kind_of_the_request_has_it(consultant: Member, manager: Member) -> None:
    """A hash is no version and a version no hash, whoever makes the form say so."""
    browser, usage = sign_in(manager), waiting_usage(consultant)
    plan, week = make_plan(usage.case, state=PlanState.SUBMITTED), waiting_week(consultant)
    wrong = {f"plan-{plan.pk}": "7" * 64, f"week-{week.pk}": "7" * 64, f"application-{usage.pk}": "1"}
    for key, seen in wrong.items():
        for act in ("approve", "return"):
            answer = browser.post(URL, {"item": key, "seen": seen, "act": act, "comment": "直してください。"})
            assert answer.status_code == 422
            assert "画面の情報が壊れています。" in answer.content.decode()
    assert len(listed(browser)) == len(wrong)


def test_who_asked_does_not_approve_unless_the_office_allows_it(manager: Member) -> None:
    usage = waiting_usage(manager)
    browser = sign_in(manager)
    page = browser.get(URL)
    assert page.context["item"].refusal
    assert "data-approve" not in page.content.decode()
    form = page.context["form"]
    forged = {"item": f"application-{usage.pk}", "seen": form["seen"].value(), "act": "approve"}
    assert browser.post(URL, forged).status_code == 422
    usage.refresh_from_db()
    assert usage.state == ApplicationState.REQUESTED
    manager.agency.self_approval_allowed = True
    manager.agency.save()
    assert "自己承認になります" in browser.get(URL).content.decode()
    assert browser.post(URL, forged).status_code == 302
    usage.refresh_from_db()
    assert usage.is_self_approved


def test_what_was_decided_meanwhile_leads_back_to_the_list(consultant: Member, manager: Member) -> None:
    usage = waiting_usage(consultant)
    browser = sign_in(manager)
    Application.objects.filter(pk=usage.pk).update(state=ApplicationState.PREPARING)
    for answer in (
        browser.get(URL, {"item": f"application-{usage.pk}"}, follow=True),
        browser.post(URL, {"item": f"application-{usage.pk}", "seen": "1", "act": "approve"}, follow=True),
    ):
        assert "もう承認を待っていません" in answer.content.decode()
        assert "承認を待つ依頼はありません" in answer.content.decode()


def test_another_offices_requests_are_neither_shown_nor_decided(consultant: Member, outsider: Member) -> None:
    usage = waiting_usage(consultant)
    browser = sign_in(outsider)
    assert "承認を待つ依頼はありません" in browser.get(URL).content.decode()
    browser.post(URL, {"item": f"application-{usage.pk}", "seen": "1", "act": "approve"})
    usage.refresh_from_db()
    assert usage.state == ApplicationState.REQUESTED


def test_single_keys_are_off_for_who_switched_them_off(consultant: Member, manager: Member) -> None:
    waiting_usage(consultant)
    browser = sign_in(manager)
    assert "data-has-keys" in browser.get(URL).content.decode()
    User.objects.filter(pk=manager.user_id).update(has_single_keys=False)
    off = browser.get(URL).content.decode()
    assert "data-has-keys" not in off
    assert "1文字のキー操作は切ってあります" in off


def test_a_letter_shows_its_words_and_no_yen(consultant: Member, manager: Member) -> None:
    case = accept(make_ready_case(consultant))
    words: dict[str, Any] = {"subject": "計画期間の変更", "explanation": "台風のため。"}
    letter = make_claim(case, kind=ApplicationKind.CHANGE, state=ApplicationState.REQUESTED, **words)
    browser = sign_in(manager)
    assert listed(browser) == [(f"application-{letter.pk}", None)]
    assert "台風のため。" in browser.get(URL).content.decode()


def test_more_requests_are_as_many_questions(consultant: Member, manager: Member) -> None:
    browser = sign_in(manager)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(URL, {"sort": "oldest"}).status_code == 200
        return len(queries)

    waiting_usage(consultant, day=1)
    waiting_week(consultant)
    few = asked()
    for day in range(2, 6):
        make_plan(waiting_usage(consultant, day=day).case, state=PlanState.SUBMITTED)
    assert asked() <= few + 1  # the deadlines of the plans' cases, once
