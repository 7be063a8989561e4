"""Several cases into another's charge: each for itself, noted case by case, back to the same list."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages

from cases.models import Case
from cases.services.assigning import Assigned, assign_cases
from tests.builders import make_agency, make_case, make_enterprise, make_member
from tests.conftest import sign_in
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

pytestmark = pytest.mark.django_db
URL = "/cases/assign/?stage=open&sort=-number&page=2&csrfmiddlewaretoken=x"
BACK = "/cases/?stage=open&sort=-number&page=2"


@pytest.fixture
def manager(consultant: Member) -> Member:
    return make_member(consultant.agency, Role.MANAGER, display_name="所長 三郎")


@pytest.fixture
def taker(consultant: Member) -> Member:
    return make_member(consultant.agency, Role.CONSULTANT, display_name="引継 次郎")


@pytest.fixture
def three(consultant: Member, taker: Member) -> list[Case]:
    """Three cases, of which the second is the taker's already."""
    enterprise = make_enterprise(consultant.agency)
    return [
        make_case(who, enterprise=enterprise, number=f"C-2025-000{place}")
        for place, who in enumerate((consultant, taker, consultant), start=1)
    ]


def test_each_case_changes_hands_or_says_why_not(manager: Member, taker: Member, three: list[Case]) -> None:
    sent = {"case": [case.number for case in three], "consultant": taker.pk, "reason": "産休のため"}
    answer = sign_in(manager).post(URL, sent)
    assert (answer.status_code, answer["Location"]) == (302, BACK)
    assert set(Case.objects.values_list("consultant", flat=True)) == {taker.pk}
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    assert said[0] == "2件の担当者を引継 次郎にしました: C-2025-0001、C-2025-0003"
    assert said[1].startswith("案件 C-2025-0002 の担当者は、すでに引継 次郎です。")
    events = AuditEvent.objects.filter(verb=Verb.HANDED_OVER).order_by("pk")
    assert [(one.object_id, one.actor, one.reason) for one in events] == [
        (three[0].pk, manager, "産休のため"),
        (three[2].pk, manager, "産休のため"),
    ]


def test_the_outcome_comes_in_the_order_of_the_locks(manager: Member, taker: Member, three: list[Case]) -> None:
    ids = [three[2].pk, three[0].pk, three[2].pk]
    outcome = assign_cases(actor=manager, case_ids=ids, consultant=taker)
    assert outcome == (Assigned("C-2025-0001"), Assigned("C-2025-0003"))


def test_nobody_else_assigns_cases(consultant: Member, taker: Member, three: list[Case]) -> None:
    with pytest.raises(NotAllowed):
        assign_cases(actor=consultant, case_ids=[three[0].pk], consultant=taker)
    sent = {"case": three[0].number, "consultant": taker.pk}
    assert sign_in(consultant).post(URL, sent).status_code == 403
    assert not AuditEvent.objects.filter(verb=Verb.HANDED_OVER).exists()


def test_nothing_chosen_is_said_and_the_rest_stays(manager: Member, taker: Member, three: list[Case]) -> None:
    answer = sign_in(manager).post(URL, {"consultant": taker.pk, "reason": "産休"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "担当者を変える案件を、一覧で選んでください" in page
    assert 'value="産休"' in page


def test_without_a_taker_the_ticks_stay(manager: Member, three: list[Case]) -> None:
    answer = sign_in(manager).post("/cases/assign/", {"case": [three[0].number, three[2].number], "consultant": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    ticked = [number for number in ("1", "2", "3") if f'C-2025-000{number} を選ぶ" checked' in page]
    assert ticked == ["1", "3"]


def test_a_member_of_another_agency_takes_nothing(manager: Member, three: list[Case]) -> None:
    foreign = make_member(make_agency(), Role.CONSULTANT)
    answer = sign_in(manager).post(URL, {"case": three[0].number, "consultant": foreign.pk})
    assert answer.status_code == 422
    assert Case.objects.get(pk=three[0].pk).consultant_id == three[0].consultant_id


@pytest.mark.parametrize("number", ["C-2025-9999", "\x00", "C-2025-0001\n"])
def test_another_agencys_case_is_not_found_and_nothing_moves(
    manager: Member, taker: Member, three: list[Case], number: str
) -> None:
    make_case(make_member(make_agency(), Role.CONSULTANT), number="C-2025-9999")
    sent = {"case": [three[0].number, number], "consultant": taker.pk}
    assert sign_in(manager).post(URL, sent).status_code == 404
    assert not AuditEvent.objects.filter(verb=Verb.HANDED_OVER).exists()


def test_the_address_of_the_change_leads_back_to_the_list(manager: Member) -> None:
    assert sign_in(manager).get(URL)["Location"] == BACK
