"""Kept estimates: frozen with their assumptions and their hash, in the trail of the case, removed by those who may."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case
from subsidies.models import Estimate
from subsidies.rules.assessment import assess
from subsidies.rules.assumptions import request_of
from subsidies.rules.request import parse_request
from subsidies.selectors.estimate.kept import figures_sha256
from subsidies.selectors.estimate.what_if import assumptions_of_case, query_of
from subsidies.services.estimate import estimates as services
from tests.builders import make_case, make_estimate, make_ready_case
from tests.conftest import sign_in
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed


@pytest.fixture
def browser(consultant: Member) -> Client:
    return sign_in(consultant)


def page(name: str, case: Case, *rest: int) -> str:
    return reverse(f"subsidies:{name}", args=[case.number, *rest])


def keep(case: Case, actor: Member, name: str = "今の費用のまま") -> Estimate:
    return services.keep_estimate(case_id=case.pk, actor=actor, name=name, assumed=assumptions_of_case(case))


def changes_of(case: Case) -> list[dict[str, list[str | None]]]:
    events = AuditEvent.objects.for_agency(case.agency_id).filter(object_type="case", object_id=case.pk)
    return [event.changes for event in events.order_by("pk")]


def test_an_estimate_keeps_what_was_assumed_and_what_came_out(consultant: Member) -> None:
    case = make_ready_case(consultant)
    kept = Estimate.objects.for_agency(case.agency_id).get(pk=keep(case, consultant).pk)
    request = request_of(assumptions_of_case(case))
    assert parse_request(kept.assessed) == request
    # Planning and monitoring of 1,500,000 each: 2 × 1,000,000. The negotiation is not counted without a release.
    assert kept.assessment["totals"] == {"cost": 3_000_000, "subsidy": 2_000_000, "own_burden": 1_000_000}
    assert kept.figures_sha256 == figures_sha256(assess(request))
    assert kept.created_by == consultant


def test_keeping_and_removing_stand_in_the_trail_of_the_case(consultant: Member) -> None:
    case = make_ready_case(consultant)
    kept = keep(case, consultant)
    words = "費用 3,000,000円、補助額 2,000,000円、自己負担 1,000,000円"
    assert changes_of(case) == [{"試算「今の費用のまま」": [None, words]}]
    services.remove_estimate(case_id=case.pk, estimate_id=kept.pk, actor=consultant)
    assert changes_of(case)[1:] == [{"試算「今の費用のまま」": [words, None]}]
    assert not Estimate.objects.for_agency(case.agency_id).exists()


def test_only_those_who_edit_costs_may_keep_or_remove(consultant: Member, viewer: Member) -> None:
    case = make_ready_case(consultant)
    kept = make_estimate(case, consultant)
    with pytest.raises(NotAllowed):
        keep(case, viewer)
    with pytest.raises(NotAllowed):
        services.remove_estimate(case_id=case.pk, estimate_id=kept.pk, actor=viewer)
    assert Estimate.objects.for_agency(case.agency_id).count() == 1


def test_an_estimate_of_another_agency_cannot_be_reached(consultant: Member, outsider: Member) -> None:
    case = make_ready_case(consultant)
    kept = make_estimate(case, consultant)
    for name in ("estimate", "estimate_remove"):
        assert sign_in(outsider).get(page(name, case, kept.pk)).status_code == 404
    with pytest.raises(Case.DoesNotExist):
        services.remove_estimate(case_id=case.pk, estimate_id=kept.pk, actor=outsider)


def test_an_estimate_of_another_case_is_not_shown(browser: Client, consultant: Member) -> None:
    kept = make_estimate(make_case(consultant), consultant)
    other = make_case(consultant)
    assert browser.get(page("estimate", other, kept.pk)).status_code == 404
    assert browser.post(page("estimate_remove", other, kept.pk)).status_code == 404


def test_a_what_if_is_kept_from_its_address(browser: Client, consultant: Member) -> None:
    case = make_ready_case(consultant)
    address = f"{page('estimate_new', case)}?{query_of(assumptions_of_case(case))}"
    assert "2,000,000" in browser.get(address).content.decode()
    answer = browser.post(address, {"name": "3割案"}, follow=True)
    shown = answer.content.decode()
    assert "試算「3割案」を保存しました。" in shown
    kept = Estimate.objects.for_agency(case.agency_id).get()
    assert page("estimate", case, kept.pk) in shown


@pytest.mark.parametrize("name", ["", "あ" * 101, "a\x00b"])
def test_a_name_that_cannot_be_kept_is_refused(browser: Client, consultant: Member, name: str) -> None:
    case = make_ready_case(consultant)
    answer = browser.post(page("estimate_new", case), {"name": name})
    assert answer.status_code == 422
    assert answer.context["form"]["name"].value() == name
    assert not Estimate.objects.for_agency(case.agency_id).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_wrong_assumptions_are_not_kept(browser: Client, consultant: Member, method: str) -> None:
    case = make_ready_case(consultant)
    address = f"{page('estimate_new', case)}?{urlencode({'total_yen': '9' * 100})}"
    answer = getattr(browser, method)(address, {"name": "案"}) if method == "post" else browser.get(address)
    assert answer.status_code == 422
    assert "この前提では保存できません" in answer.content.decode()
    assert not Estimate.objects.for_agency(case.agency_id).exists()


def test_the_page_shows_the_frozen_figures(browser: Client, consultant: Member) -> None:
    case = make_ready_case(consultant)
    kept = make_estimate(case, consultant)
    answer = dict(kept.assessment, totals={"cost": 150_000, "subsidy": 99_999, "own_burden": 50_001})
    Estimate.objects.for_agency(case.agency_id).filter(pk=kept.pk).update(assessment=answer)
    shown = browser.get(page("estimate", case, kept.pk)).content.decode()
    assert "99,999" in shown  # as it was kept, though the rules give 100,000
    assert "vup-2024" in shown
    assert str(consultant) in shown
    assert "frame=vup&amp;accepted_on=2025-05-12&amp;total_yen=150%2C000" in shown


def test_the_page_shows_what_was_assumed(browser: Client, consultant: Member) -> None:
    case = make_ready_case(consultant)
    shown = browser.get(page("estimate", case, keep(case, consultant).pk)).content.decode()
    assert "中規模(売上高 320,000,000円、有利子負債 250,000,000円)" in shown
    assert "2回(最終日 2026-09-30、2027-03-31)" in shown


def test_the_list_shows_name_and_totals(browser: Client, consultant: Member) -> None:
    case = make_ready_case(consultant)
    make_estimate(case, consultant, name="早期で行く案")
    shown = browser.get(page("what_if", case)).content.decode()
    # 150,000 × 2/3
    assert "早期で行く案" in shown
    assert "100,000" in shown
    assert "保存した試算はまだありません" not in shown


def test_removing_asks_first(browser: Client, consultant: Member) -> None:
    case = make_ready_case(consultant)
    kept = make_estimate(case, consultant)
    assert "次の試算を削除します" in browser.get(page("estimate_remove", case, kept.pk)).content.decode()
    assert Estimate.objects.for_agency(case.agency_id).count() == 1
    browser.post(page("estimate_remove", case, kept.pk))
    assert not Estimate.objects.for_agency(case.agency_id).exists()


def test_a_case_keeps_so_many_and_no_more(browser: Client, consultant: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_ready_case(consultant)
    monkeypatch.setattr(services, "MOST_ESTIMATES", 1)
    make_estimate(case, consultant)
    answer = browser.post(page("estimate_new", case), {"name": "2件目"})
    assert answer.status_code == 422
    assert "保存できるのは1件までです" in answer.content.decode()


def test_a_viewer_sees_but_cannot_remove(consultant: Member, viewer: Member) -> None:
    assert Role.VIEWER in {Role(role) for role in viewer.roles}
    case = make_ready_case(consultant)
    kept = make_estimate(case, consultant)
    shown = sign_in(viewer).get(page("estimate", case, kept.pk)).content.decode()
    assert page("estimate_remove", case, kept.pk) not in shown
