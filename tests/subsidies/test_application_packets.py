from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Packet
from subsidies.services.filing.applications import ApplicationKey
from tests.casework import application_at, approve_application
from tests.conftest import sign_in
from tests.subsidies.form_cases import PLAN_CLAIM, accepted_case, agree, begin, plan_claim
from vapup.accounts.models import Member

DRAFT, FINAL = "下書きPDF</button>", "正式版を出力</button>"
CHANGE = ApplicationKey(ApplicationKind.CHANGE)
LETTER = {"subject": "伴走支援の回数の変更", "explanation": "金融機関と協議し、四半期ごとに改める。"}


@pytest.fixture
def case(consultant: Member, manager: Member) -> Case:
    return accepted_case(consultant, manager, SchemeFrame.NORMAL)


def url(application: Application, name: str) -> str:
    return reverse(f"subsidies:{name}", args=[application.case.number, application.pk])


def page(client: Client, application: Application) -> str:
    return client.get(url(application, "application")).content.decode()


def test_a_claim_offers_its_draft_first_and_its_final_papers_once_it_is_approved(
    case: Case, consultant: Member, manager: Member, admin: Member, viewer: Member
) -> None:
    claim = plan_claim(case, consultant)
    shown = page(sign_in(consultant), claim)
    assert DRAFT in shown
    assert FINAL not in shown
    assert "正式版は、承認の後に出力できます。" in shown

    approve_application(case, consultant, manager, key=PLAN_CLAIM)
    expected = {admin: (False, True), consultant: (True, False), manager: (True, False), viewer: (False, False)}
    for member, offered in expected.items():
        shown = page(sign_in(member), claim)
        assert (DRAFT in shown, FINAL in shown) == offered, member
        assert (url(claim, "application_draft") in shown, url(claim, "application_export") in shown) == offered


@pytest.mark.parametrize("kind", [ApplicationKind.PLAN_CLAIM, ApplicationKind.CHANGE, ApplicationKind.WITHDRAWAL])
def test_every_kind_of_application_gets_its_draft_and_shows_it_with_its_state(
    case: Case, consultant: Member, kind: ApplicationKind
) -> None:
    made = (
        plan_claim(case, consultant) if kind == ApplicationKind.PLAN_CLAIM else begin(case, consultant, kind, **LETTER)
    )
    client = sign_in(consultant)
    asked = client.post(url(made, "application_draft"))
    packet = Packet.objects.get(application_row=made)
    assert asked.headers["Location"] == reverse("subsidies:packet", args=[packet.pk])
    assert (packet.application, packet.is_draft) == (kind, True)
    shown = page(client, made)
    assert reverse("subsidies:packet", args=[packet.pk]) in shown
    assert f'data-label="状態">{PacketState(packet.state).label}<' in shown


def test_an_application_shows_its_own_packets_only(case: Case, consultant: Member) -> None:
    claim, change = plan_claim(case, consultant), begin(case, consultant, ApplicationKind.CHANGE, **LETTER)
    client = sign_in(consultant)
    client.post(url(change, "application_draft"))
    packet = reverse("subsidies:packet", args=[Packet.objects.get().pk])
    assert packet in page(client, change)
    assert packet not in page(client, claim)
    assert packet not in client.get(reverse("subsidies:usage", args=[case.number])).content.decode()


def test_the_final_papers_of_an_unapproved_claim_are_refused_in_words(
    case: Case, consultant: Member, admin: Member
) -> None:
    claim = plan_claim(case, consultant)
    client = sign_in(admin)
    refused = client.post(url(claim, "application_export"), follow=True)
    assert refused.redirect_chain[0][0] == url(claim, "application")
    assert "正式版を出力できるのは「承認済」になってからです。" in refused.content.decode()
    assert not Packet.objects.exists()


def test_handing_in_is_the_next_step_once_the_papers_of_this_approval_are_printed(
    case: Case, consultant: Member, manager: Member, admin: Member
) -> None:
    agree(case, consultant)
    claim = plan_claim(case, consultant)
    approve_application(case, consultant, manager, key=PLAN_CLAIM)
    submit = url(claim, "application_submit")
    client = sign_in(consultant)
    assert f'<a class="button" href="{submit}">' in page(client, claim)
    sign_in(admin).post(url(claim, "application_export"))
    assert f'<a class="button button--primary" href="{submit}">' in page(client, claim)


def test_what_was_given_up_is_not_printed_any_more(case: Case, consultant: Member) -> None:
    change = begin(case, consultant, ApplicationKind.CHANGE, **LETTER)
    Application.objects.filter(pk=change.pk).update(state=ApplicationState.CANCELLED)
    shown = page(sign_in(consultant), application_at(case, CHANGE))
    assert DRAFT not in shown
    assert FINAL not in shown
