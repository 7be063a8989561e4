"""The page of all caps: each live case under each of its caps, agreeing with the ledger of its enterprise."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.enums import CaseStage, PaidCategory, SchemeFrame
from cases.models import Case, Enterprise, PastUse
from subsidies.enums import ApplicationState, CostCategory
from subsidies.selectors.caps.ledger import cap_ledger_of, cap_ledgers_of
from tests.builders import make_case, make_cost_line, make_enterprise, make_member, make_ready_case
from tests.conftest import sign_in
from tests.subsidies.claims_cases import accepted_case, make_claim, make_line
from tests.subsidies.test_receivables import send
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member
from vapup.dashboard.caps.listing import CaseCap, caps_in, sums_of

TODAY = date(2026, 5, 1)
PLANNING = "計画策定支援費用"
C = CostCategory


def past(enterprise: Enterprise, yen: int) -> None:
    used = {"frame": SchemeFrame.NORMAL, "category": PaidCategory.PLANNING, "paid_yen": yen}
    PastUse.objects.create(agency_id=enterprise.agency_id, enterprise=enterprise, **used)


def caps(member: Member, **wanted: object) -> list[CaseCap]:
    return caps_in(member.agency_id, wanted, today=TODAY).rows


def closed(member: Member, **wanted: object) -> dict[str, str]:
    """Return the cases without figures by number, each with the reason."""
    return {one.case.number: one.reason for one in caps_in(member.agency_id, wanted, today=TODAY).closed}


def one(found: list[CaseCap], case: Case, label: str = PLANNING) -> CaseCap:
    return next(cap for cap in found if cap.case.pk == case.pk and cap.row.label.startswith(label))


def figures(cap: CaseCap) -> tuple[int, int, int, int, int]:
    return cap.cap_yen, cap.row.used_yen, cap.others_yen, cap.own_yen, cap.row.free_yen


def two_under_one_cap(consultant: Member) -> tuple[Case, Case]:
    """Store two cases of an enterprise that was paid 300,000 before: 1,000,000 and 300,000 of planning."""
    first = make_ready_case(consultant)
    past(first.enterprise, 300_000)
    second = make_case(consultant, enterprise=first.enterprise)
    make_cost_line(second, gross_yen=450_000)
    return first, second


def test_two_cases_of_one_enterprise_see_the_same_cap(consultant: Member) -> None:
    """2,000,000 − 300,000 used − 1,000,000 of the one − 300,000 of the other = 400,000 free for both."""
    first, second = two_under_one_cap(consultant)
    found = caps(consultant)
    assert figures(one(found, first)) == (2_000_000, 300_000, 300_000, 1_000_000, 400_000)
    assert figures(one(found, second)) == (2_000_000, 300_000, 1_000_000, 300_000, 400_000)


def test_in_the_sums_a_cap_counts_once_and_a_joint_one_not_at_all(consultant: Member) -> None:
    """Planning 2,000,000, monitoring 1,000,000, negotiation 100,000: 3,100,000 though two cases stand under them."""
    two_under_one_cap(consultant)
    sums = sums_of(caps(consultant))
    assert (sums.cap_yen, sums.used_yen) == (3_100_000, 300_000)
    assert sums.open_yen == sum(cap.own_yen for cap in caps(consultant) if cap.row.pool is None)
    assert sums.free_yen == 3_100_000 - 300_000 - sums.open_yen


def test_every_row_is_that_of_the_enterprises_ledger(consultant: Member) -> None:
    for place in range(3):
        past(make_ready_case(consultant, number=f"C-2025-010{place}").enterprise, 100_000 * place)
    enterprises = list(Enterprise.objects.for_agency(consultant.agency_id).order_by("pk"))
    together = cap_ledgers_of(consultant.agency_id, enterprises, today=TODAY)
    assert together == {each.pk: cap_ledger_of(each, today=TODAY) for each in enterprises}
    rows = {cap.row for cap in caps(consultant)}
    assert rows == {row for (ledger,) in together.values() for row in ledger.rows if row.cap_yen is not None}


def test_the_cap_that_binds_says_so_with_its_source(consultant: Member) -> None:
    """3,300,000 × 2/3 = 2,200,000 is more than the cap of 2,000,000; 1,500,000 × 2/3 is less."""
    bound, free = make_case(consultant), make_ready_case(consultant)
    make_cost_line(bound, gross_yen=3_300_000)
    found = caps(consultant)
    assert one(found, bound).binds
    assert (one(found, bound).limit_words, one(found, free).limit_words) == ("補助上限額", "なし(補助率どおり)")
    assert not one(found, free).binds
    assert one(found, bound).row.sources[0].url.startswith("https://")
    pool = one(found, free, "計画策定と伴走支援")
    assert pool.row.sources


def test_what_is_approved_and_claimed_is_told_apart(consultant: Member) -> None:
    """1,500,000 filed, 1,000,000 of it subsidy; the claim of 1,200,000 asks for 800,000, once it is approved."""
    case = accepted_case(consultant, {C.PLANNING: 1_500_000})
    claim = make_claim(case, state=ApplicationState.PREPARING)
    make_line(claim, 1_200_000)
    assert one(caps(consultant), case).claimed_yen == 0
    send(claim, date(2026, 4, 1))
    cap = one(caps(consultant), case)
    assert cap.claimed_yen == 800_000
    # An approved claim need not have gone to the council: elsewhere 申請済 means that it has.
    page = browser_of(consultant).get("/caps/").content.decode()
    # Of the planning cap, of the joint limit, and in the sums.
    assert page.count("うち支払申請の承認済") == 3
    assert "申請済" not in page.split("<main")[1]
    answer = browser_of(consultant).get("/caps/export/?format=csv")
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (
        sum(int(row["うち支払申請の承認済(円)"]) for row in rows if row["上限の区分"].startswith(PLANNING)) == 800_000
    )


def test_ended_cases_have_no_row(consultant: Member) -> None:
    case = make_ready_case(consultant)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.WITHDRAWN)
    assert caps(consultant) == []


def test_filters_narrow_the_rows_and_not_the_caps(consultant: Member) -> None:
    """The other consultant's case still counts under the cap of the one that is shown."""
    first, second = two_under_one_cap(consultant)
    other = make_member(consultant.agency, Role.CONSULTANT)
    Case.objects.filter(pk=second.pk).update(consultant=other)
    elsewhere = make_case(other, frame=SchemeFrame.VUP, enterprise=make_enterprise(other.agency))
    assert {cap.case.pk for cap in caps(consultant, consultant=consultant.pk)} == {first.pk}
    assert one(caps(consultant, consultant=consultant.pk), first).others_yen == 300_000
    assert {cap.case.pk for cap in caps(consultant, frame="vup")} == {elsewhere.pk}
    tight = caps(consultant, free=0)
    assert tight
    assert all(cap.row.free_yen <= 0 for cap in tight)


BEFORE_THE_FRAME = date(2024, 1, 31)  # the rules of 民間金融機関 begin on 2024-02-01


def test_a_case_whose_day_has_no_rules_is_named_and_not_left_out(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=BEFORE_THE_FRAME)
    assert caps(consultant) == []
    assert list(closed(consultant)) == [case.number]
    page = browser_of(consultant).get("/caps/").content.decode()
    assert "見込みを計算できない案件があります" in page
    assert f"{case.number} {closed(consultant)[case.number]}" in page
    assert "進行中の案件がありません" not in page


def test_a_newer_case_without_rules_does_not_take_an_older_one_with_it(consultant: Member) -> None:
    """The caps are read on the newest case's day: the older case has no row, and its reason names the newer."""
    older = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    assert [cap.case.pk for cap in caps(consultant)][:1] == [older.pk]
    assert closed(consultant) == {}
    newer = make_case(
        consultant, frame=SchemeFrame.VUP_BANK, enterprise=older.enterprise, planned_accepted_on=BEFORE_THE_FRAME
    )
    assert caps(consultant) == []
    found = closed(consultant)
    assert set(found) == {older.number, newer.number}
    assert newer.number in found[older.number]
    assert newer.number not in found[newer.number]


def test_cases_without_figures_are_filtered_as_the_rows_are_but_not_by_what_is_left(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=BEFORE_THE_FRAME)
    other = make_member(consultant.agency, Role.CONSULTANT)
    assert list(closed(consultant, free=0)) == [case.number]
    assert list(closed(consultant, frame="vup_bank", consultant=consultant.pk)) == [case.number]
    for wanted in ({"frame": "normal"}, {"consultant": other.pk}, {"enterprise": "該当のない名前"}):
        assert closed(consultant, **wanted) == {}


def test_the_sheet_names_the_states_as_the_page_does(consultant: Member) -> None:
    """An older case on a day without rules stands under the caps of the newer one: nothing is expected of it."""
    older = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=BEFORE_THE_FRAME)
    newer = make_case(consultant, frame=SchemeFrame.VUP_BANK, enterprise=older.enterprise)
    answer = browser_of(consultant).get("/caps/export/?format=csv")
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    states = {(row["案件番号"], row["算定"]) for row in rows}
    assert states == {(older.number, "算定できません"), (newer.number, "見込み")}
    assert list(closed(consultant)) == [older.number]


def browser_of(consultant: Member) -> Client:
    return sign_in(make_member(consultant.agency, Role.MANAGER))


def test_the_page_shows_what_is_exported(consultant: Member) -> None:
    two_under_one_cap(consultant)
    browser = browser_of(consultant)
    page = browser.get("/caps/?free=400000")
    answer = browser.get("/caps/export/?free=400000&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    shown = [(cap.case.number, cap.row.label, str(cap.row.free_yen)) for cap in page.context["page"].object_list]
    assert shown
    assert [(row["案件番号"], row["上限の区分"], row["残り(円)"]) for row in rows] == shown
    assert AuditEvent.objects.latest("pk").changes["条件"] == [None, "残りがこの額以下: 400,000円"]


def test_an_unreadable_filter_filters_nothing_and_says_so(consultant: Member) -> None:
    make_ready_case(consultant)
    page = browser_of(consultant).get("/caps/?free=abc")
    assert page.context["page"].paginator.count > 0
    assert page.context["form"].errors["free"]


def test_without_live_cases_the_page_says_what_to_do(manager: Member) -> None:
    assert "進行中の案件がありません" in sign_in(manager).get("/caps/").content.decode()


@pytest.mark.parametrize("address", ["/caps/", "/caps/export/?format=xlsx"])
def test_more_cases_are_as_many_questions(consultant: Member, address: str) -> None:
    browser = browser_of(consultant)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    make_ready_case(consultant)
    asked()
    few = asked()
    for _ in range(5):
        make_ready_case(consultant)
    assert asked() == few
