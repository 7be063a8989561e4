"""The administration's part of the home page: what to export, register, match, and keep up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.enums import CaseStage
from cases.models import Case, Payee
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Packet, Worker, WorkerRate
from tests.builders import make_case
from tests.conftest import sign_in
from tests.dashboard.home_office import apply_for, home
from tests.subsidies.claims_cases import make_co_agency
from vapup import clock
from vapup.accounts.models import Agency, Member
from vapup.dashboard.home.admin import masters_of, to_export, to_match, to_submit

pytestmark = pytest.mark.django_db
S = ApplicationState
TODAY = date(2026, 11, 20)


def counts(agency: Agency) -> tuple[int, int, int]:
    return tuple(found(agency.pk).count for found in (to_export, to_submit, to_match))  # type: ignore[return-value]


def test_an_approved_application_is_exported_then_handed_in_then_gone(admin: Member, consultant: Member) -> None:
    case = make_case(consultant)
    apply_for(case, S.APPROVED, by=consultant)
    assert counts(admin.agency) == (1, 0, 0)
    packet = Packet.objects.create(
        agency=admin.agency,
        case=case,
        application=ApplicationKind.USAGE,
        is_draft=True,
        payload={},
        requested_by=admin,
        requested_at=clock.now(),
    )
    assert counts(admin.agency) == (1, 0, 0)  # a draft is no export
    Packet.objects.filter(pk=packet.pk).update(is_draft=False)
    assert counts(admin.agency) == (0, 1, 0)
    assert f"/cases/{case.number}/usage/submit/" in home(admin)
    Packet.objects.filter(pk=packet.pk).update(state=PacketState.FAILED)
    assert counts(admin.agency) == (1, 0, 0)
    Packet.objects.filter(pk=packet.pk).update(state=PacketState.QUEUED)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.APPLIED, usage_applied_on="2025-05-07")
    assert counts(admin.agency) == (0, 0, 0)


def make_approved_claim(consultant: Member, state: ApplicationState, **said: object) -> Application:
    case, day = make_case(consultant), clock.today()
    past = {"usage_applied_on": day, "usage_accepted_on": day, "usage_decided_on": day, "accepted_on": day}
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.AGREED, **past)
    claim = apply_for(case, state, by=consultant)
    Application.objects.filter(pk=claim.pk).update(kind=ApplicationKind.PLAN_CLAIM, **said)
    return claim


def test_an_approved_claim_is_exported_too(admin: Member, consultant: Member) -> None:
    claim = make_approved_claim(consultant, S.APPROVED)
    assert counts(admin.agency) == (1, 0, 0)
    page = home(admin)
    assert "支払申請(計画策定)" in page
    assert f"/cases/{claim.case.number}/applications/{claim.pk}/" in page


def test_a_decided_claim_waits_for_its_money_the_oldest_decision_first(admin: Member, consultant: Member) -> None:
    for day in (9, 2, 5):
        make_approved_claim(consultant, S.DECIDED, decided_on=date(2026, 11, day), decided_yen=day * 1_000)
    make_approved_claim(consultant, S.PAID, decided_on=TODAY, decided_yen=1)
    apply_for(make_case(consultant), S.DECIDED, by=consultant)  # a usage application is never paid
    found = to_match(admin.agency_id)
    assert [(row.since, row.application.decided_yen) for row in found.rows] == [
        (date(2026, 11, 2), 2_000),
        (date(2026, 11, 5), 5_000),
        (date(2026, 11, 9), 9_000),
    ]
    assert sign_in(admin).get("/").context["admin"]["match_url"].endswith("payer=council&state=decided")


def test_five_are_shown_and_all_are_counted(admin: Member, consultant: Member) -> None:
    for _place in range(6):
        apply_for(make_case(consultant), S.APPROVED, by=consultant)
    found = to_export(admin.agency_id)
    assert (len(found.rows), found.count) == (5, 6)


def test_all_that_wait_for_their_submission_stand_where_the_link_leads(admin: Member, consultant: Member) -> None:
    """Six are printed and five shown on the home page; one more is not printed."""
    printed = [printed_case(consultant, admin) for _place in range(6)]
    unprinted = make_case(consultant)
    apply_for(unprinted, S.APPROVED, by=consultant)
    found = to_submit(admin.agency_id)
    assert (len(found.rows), found.count) == (5, 6)
    browser = sign_in(admin)
    assert 'href="/packets/#awaiting-submission"' in browser.get("/").content.decode()
    page = browser.get("/packets/")
    assert [one.case for one in page.context["awaiting_submission"]] == printed
    section = page.content.decode().split('id="awaiting-submission"')[1].split("</section>")[0]
    assert "出力済みで提出の登録待ち(6件)" in section
    assert all(case.number in section for case in printed)
    assert unprinted.number not in section


def printed_case(consultant: Member, admin: Member) -> Case:
    case = make_case(consultant)
    application = apply_for(case, S.APPROVED, by=consultant)
    Packet.objects.create(
        agency=admin.agency,
        case=case,
        application=application.kind,
        application_row=application,
        is_draft=False,
        payload={},
        requested_by=admin,
        requested_at=clock.now(),
    )
    return case


def test_what_waits_for_its_money_is_counted_in_claims(admin: Member, consultant: Member) -> None:
    """The list behind the number has a row for each agency and part of a claim."""
    make_approved_claim(consultant, S.DECIDED, decided_on=TODAY, decided_yen=1_000)
    assert '<span class="soft">支払申請 1件</span>' in home(admin)


def masters(member: Member) -> dict[str, str]:
    return {one.label: one.tone for one in masters_of(member, today=TODAY)}


@pytest.mark.parametrize(
    ("days", "tone"), [(-1, "error"), (0, "caution"), (90, "caution"), (91, None)], ids=["over", "today", "soon", "far"]
)
def test_a_certification_is_named_ninety_days_before_it_ends(admin: Member, days: int, tone: str | None) -> None:
    admin.agency.certification_expires_on = TODAY + timedelta(days=days)
    assert masters(admin).get("認定支援機関の認定") == tone


def test_a_certification_without_a_day_is_to_be_registered(admin: Member) -> None:
    assert masters(admin)["認定支援機関の認定"] == "warning"


def test_other_agencies_of_open_cases_alone_are_named(admin: Member, consultant: Member) -> None:
    for stage, name in ((CaseStage.PREPARING, "駅前会計"), (CaseStage.WITHDRAWN, "旧街道会計")):
        agency = make_co_agency(make_case(consultant, stage=stage), name)
        agency.certification_expires_on = TODAY + timedelta(days=30)
        agency.save()
    found = masters(admin)
    assert found["駅前会計 の認定"] == "caution"
    assert "旧街道会計 の認定" not in found


def test_the_account_and_the_rates_are_asked_for_until_they_are_there(admin: Member) -> None:
    worker = Worker.objects.create(agency=admin.agency, name="佐藤 花子")
    assert {"振込先の口座", "従事者の単価"} <= {*masters(admin)}
    account = {"bank_name": "青葉銀行", "branch_name": "本店", "number": "1234567", "holder_kana": "アオバ"}
    Payee.objects.create(agency=admin.agency, **account)
    rate = WorkerRate.objects.create(
        agency=admin.agency, worker=worker, valid_from=TODAY + timedelta(days=1), hourly_rate_yen=10_000
    )
    assert "振込先の口座" not in masters(admin)
    assert "従事者の単価" in masters(admin)  # the rate begins tomorrow
    WorkerRate.objects.filter(pk=rate.pk).update(valid_from=TODAY)
    assert "従事者の単価" not in masters(admin)


def test_councils_of_which_nothing_is_known_are_named_once(admin: Member, consultant: Member) -> None:
    for _place in range(2):
        make_case(consultant)  # 宮城県 has no list of its own
    found = [one for one in masters_of(admin, today=TODAY) if one.label == "協議会の情報"]
    assert [one.what for one in found] == ["宮城県の協議会は、個別の提出書類が未登録です。協議会に確かめてください。"]
