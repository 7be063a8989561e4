from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cases.enums import LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, CoAgency, PastUse
from tests.builders import make_agency, make_case, make_enterprise, make_lender, make_member, make_period
from tests.conftest import sign_in
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

READ = ["cases:detail", "cases:history", "cases:enterprise", "cases:enterprise_history"]
CASE_WRITE = ["cases:edit", "cases:advance", "cases:co_agency_new", "cases:co_agency_remove"]
PERIOD = ["monitoring:period_new", "monitoring:period_edit", "monitoring:period_remove"]
ENTERPRISE_WRITE = [
    "cases:enterprise_edit",
    "cases:lender_new",
    "cases:lender_edit",
    "cases:lender_remove",
    "cases:past_use_new",
    "cases:past_use_remove",
]
OF_ENTERPRISE = {"cases:enterprise", "cases:enterprise_history", *ENTERPRISE_WRITE}
OWN_CASE = [*CASE_WRITE, *PERIOD]
EVERY = [*READ, *OWN_CASE, *ENTERPRISE_WRITE, "cases:assign", "cases:switch_off"]


def address(name: str, case: Case) -> str:
    """Return the URL of a page about `case`, making the row that it names."""
    enterprise = case.enterprise
    owner: str | int = enterprise.pk if name in OF_ENTERPRISE else case.number
    if name == "cases:switch_off":
        return reverse(name, args=[case.consultant_id])
    part = part_of(name, case)
    return reverse(name, args=[owner] if part is None else [owner, part])


def part_of(name: str, case: Case) -> str | int | None:
    enterprise, agency_id = case.enterprise, case.agency_id
    if name == "cases:advance":
        return "withdraw"
    if name == "cases:co_agency_remove":
        return CoAgency.objects.create(agency_id=agency_id, case=case, name="杜").pk
    if name == "cases:past_use_remove":
        values = {"frame": SchemeFrame.VUP, "category": PaidCategory.PLANNING, "paid_yen": 1}
        return PastUse.objects.create(agency_id=agency_id, enterprise=enterprise, **values).pk
    if name in {"monitoring:period_edit", "monitoring:period_remove"}:
        return make_period(case).pk
    is_lender = name in {"cases:lender_edit", "cases:lender_remove"}
    return make_lender(enterprise, role=LenderRole.OTHER).pk if is_lender else None


def member_as(case: Case, who: str) -> Member:
    if who == "own":
        return case.consultant
    role = Role.CONSULTANT if who == "colleague" else Role(who)
    return make_member(case.agency, role)


ALLOWED = [
    *[(name, who) for name in READ for who in ("own", "colleague", "manager", "admin", "viewer")],
    *[(name, who) for name in OWN_CASE if name != "cases:advance" for who in ("own", "manager")],
    *[("cases:advance", who) for who in ("own", "manager", "admin")],
    *[(name, who) for name in ENTERPRISE_WRITE for who in ("own", "colleague", "manager")],
    ("cases:assign", "manager"),
    ("cases:switch_off", "admin"),
]
REFUSED = [
    (name, who)
    for name in EVERY
    for who in ("own", "colleague", "manager", "admin", "viewer")
    if (name, who) not in ALLOWED
]


@pytest.mark.parametrize(("name", "who"), ALLOWED)
def test_who_may_sees_the_page(consultant: Member, name: str, who: str) -> None:
    case = make_case(consultant)
    assert sign_in(member_as(case, who)).get(address(name, case)).status_code == 200


@pytest.mark.parametrize(("name", "who"), REFUSED)
def test_who_may_not_is_refused_with_a_reason(consultant: Member, name: str, who: str) -> None:
    case = make_case(consultant)
    client, url = sign_in(member_as(case, who)), address(name, case)
    for answer in (client.get(url), client.post(url, {})):
        assert answer.status_code == 403
        assert "。" in answer.content.decode()


@pytest.mark.parametrize("name", EVERY)
def test_another_agencys_page_does_not_exist(consultant: Member, outsider: Member, name: str) -> None:
    url = address(name, make_case(outsider))
    client = sign_in(make_member(consultant.agency, *Role))
    assert client.get(url).status_code == 404
    if name not in READ:
        assert client.post(url, {}).status_code == 404


@pytest.mark.parametrize("name", EVERY)
def test_a_visitor_is_sent_to_the_log_in(consultant: Member, name: str) -> None:
    answer = Client().get(address(name, make_case(consultant)))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("name", ["cases:list", "cases:enterprises"])
def test_lists_show_the_own_agency_alone(consultant: Member, outsider: Member, name: str) -> None:
    make_case(consultant, enterprise=make_enterprise(consultant.agency, name="自社の顧客"))
    make_case(outsider, enterprise=make_enterprise(outsider.agency, name="他社の顧客"))
    page = sign_in(consultant).get(reverse(name)).content.decode()
    assert "自社の顧客" in page
    assert "他社の顧客" not in page


def test_a_part_of_another_enterprise_is_not_found_under_this_one(consultant: Member) -> None:
    own, other = make_enterprise(consultant.agency), make_enterprise(consultant.agency)
    lender = make_lender(other)
    client = sign_in(consultant)
    assert client.get(reverse("cases:lender_edit", args=[own.pk, lender.pk])).status_code == 404
    assert client.post(reverse("cases:lender_remove", args=[own.pk, lender.pk])).status_code == 404


def test_a_period_of_another_case_is_not_found_under_this_one(consultant: Member) -> None:
    own, other = make_case(consultant), make_case(consultant)
    url = reverse("monitoring:period_edit", args=[own.number, make_period(other).pk])
    assert sign_in(consultant).get(url).status_code == 404


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
def test_who_cannot_write_finds_no_buttons_for_it(consultant: Member, role: Role) -> None:
    case = make_case(consultant)
    client = sign_in(make_member(consultant.agency, role))
    for url in (reverse("cases:enterprise", args=[case.enterprise_id]), reverse("cases:enterprises")):
        page = client.get(url).content.decode()
        assert "/edit/" not in page
        assert "/new/" not in page
    assert reverse("cases:new") not in client.get(reverse("cases:list")).content.decode()
    assert client.get(reverse("cases:new")).status_code == 403


def test_a_case_of_another_agency_cannot_be_opened_for_its_enterprise(consultant: Member) -> None:
    foreign = make_enterprise(make_agency())
    url = f"{reverse('cases:new')}?enterprise={foreign.pk}"
    client = sign_in(consultant)
    assert client.get(url).status_code == 404
    assert client.post(url, {}).status_code == 404
