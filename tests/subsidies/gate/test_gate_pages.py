"""The page of the gate: the verdict, the findings with both places, ticks, exceptions, and the days."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

import pytest
from django.urls import reverse

from cases.enums import Consent, LenderRole
from cases.models import Lender, LenderStance
from subsidies.enums import ApplicationState, PaperStatus
from subsidies.models import GateOverride, GateTick
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.filing import gate as gates
from subsidies.views.filing.gate import duration
from tests.conftest import sign_in
from tests.subsidies.gate.rows import CLAIM_DAY, Packet, claim_packet
from vapup import clock
from vapup.accounts.models import Agency, Member

REASON = "協議会の担当者に電話で確認し、了解を得た。"


@pytest.fixture
def packet(consultant: Member, monkeypatch: pytest.MonkeyPatch) -> Packet:
    """A plan claim whose gate is open, on the day on which it can be submitted."""
    monkeypatch.setattr(clock, "today", lambda: CLAIM_DAY)
    return claim_packet(consultant)


def url(packet: Packet, name: str = "gate", *ids: int) -> str:
    return reverse(f"subsidies:{name}", args=[packet.case.number, packet.application.pk, *ids])


def page(packet: Packet, member: Member) -> str:
    return sign_in(member).get(url(packet)).content.decode()


def key(packet: Packet) -> str:
    return gate_of(packet.fresh(), today=packet.day).findings[0].key


def test_an_open_gate_says_so(packet: Packet, viewer: Member) -> None:
    shown = page(packet, viewer)
    assert "提出できます" in shown
    assert "直すこと" not in shown
    assert "確認した" not in shown  # a viewer ticks nothing


def test_a_closed_gate_names_both_places_and_leads_to_where_they_are_put_right(
    packet: Packet, consultant: Member
) -> None:
    packet.change(packet.settlement, council_invoice_yen=1_000_000)
    GateTick.objects.filter(code="sealed").delete()
    shown = page(packet, consultant)
    assert "あと 2件" in shown
    assert "協議会あて請求書の額(青葉会計事務所)" in shown
    assert "1,000,000円" in shown
    assert "500,000円" in shown
    assert reverse("subsidies:claim", args=[packet.case.number, packet.application.pk]) in shown
    assert "例外を承認する" not in shown


def test_every_finding_leads_to_the_page_where_it_is_put_right(packet: Packet, consultant: Member) -> None:
    Agency.objects.filter(pk=packet.case.agency_id).update(certification_expires_on=None)
    Lender.objects.filter(enterprise=packet.enterprise).update(role=LenderRole.OTHER)
    LenderStance.objects.filter(case=packet.case).update(consent=Consent.ASKED, consented_on=None)
    packet.change(packet.papers["plan"], status=PaperStatus.WORKING)
    own = [packet.case.number, packet.application.pk]
    shown = page(packet, consultant)
    for address in (
        reverse("accounts:agency"),
        f"{reverse('cases:enterprise', args=[packet.enterprise.pk])}#lenders",
        reverse("cases:banks", args=[packet.case.number]),
        reverse("subsidies:paper", args=[*own, "plan"]),
    ):
        assert f'href="{address}"' in shown


def test_days_in_the_wrong_order_are_red_and_told_in_words(packet: Packet, consultant: Member) -> None:
    packet.change(packet.settlement, transferred_on=date(2026, 1, 19))
    shown = page(packet, consultant)
    assert shown.count("gate-days__dot--bad") == 2
    assert "事業者あて請求書の日付(青葉会計事務所)(2026-01-20)より前" in shown
    assert "gate-days__line--back" in shown


def test_a_tick_is_set_and_taken_back(packet: Packet, consultant: Member) -> None:
    browser = sign_in(consultant)
    browser.post(url(packet, "gate_tick"), {"code": "sealed", "undo": "1"})
    assert not GateTick.objects.filter(code="sealed").exists()
    answer = browser.post(url(packet, "gate_tick"), {"code": "sealed"}, follow=True)
    assert "確認済みにしました" in answer.content.decode()
    assert GateTick.objects.get(code="sealed").ticked_by == consultant
    unknown = browser.post(url(packet, "gate_tick"), {"code": "nothing"}, follow=True)
    assert "選ばれた項目はありません" in unknown.content.decode()
    assert browser.get(url(packet, "gate_tick")).headers["Location"] == url(packet)


def test_a_manager_makes_an_exception_and_takes_it_back(packet: Packet, manager: Member) -> None:
    packet.change(packet.line, hours_yen=1_400_000)
    browser = sign_in(manager)
    address = f"{url(packet, 'gate_override')}?finding={key(packet)}"
    assert address.replace("&", "&amp;") in browser.get(url(packet)).content.decode()
    form = browser.get(address)
    assert "1,400,000円" in form.content.decode()
    given = {**form.context["form"].initial, "reason": "短い"}
    short = browser.post(address, given)
    assert short.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "10文字以上" in short.content.decode()
    browser.post(address, {**given, "reason": REASON})
    row = GateOverride.objects.get()
    shown = browser.get(url(packet)).content.decode()
    assert "提出できます" in shown
    assert REASON in shown
    remove = url(packet, "gate_override_remove", row.pk)
    assert REASON in browser.get(remove).content.decode()
    browser.post(remove)
    assert not GateOverride.objects.exists()
    assert browser.get(remove).status_code == HTTPStatus.FOUND


def test_what_changed_meanwhile_keeps_the_reason_and_can_be_sent_again(packet: Packet, manager: Member) -> None:
    packet.change(packet.line, hours_yen=1_400_000)
    browser = sign_in(manager)
    address = f"{url(packet, 'gate_override')}?finding={key(packet)}"
    given = {**browser.get(address).context["form"].initial, "reason": REASON}
    packet.change(packet.line, hours_yen=1_300_000)
    late = browser.post(address, given)
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "指摘の内容が変わりました" in late.content.decode()
    assert REASON in late.content.decode()
    browser.post(address, {**given, "words": late.context["form"].data["words"]})
    assert "1,300,000円" in GateOverride.objects.get().message


def test_a_finding_that_is_gone_leads_back_to_the_gate(packet: Packet, manager: Member) -> None:
    answer = sign_in(manager).get(f"{url(packet, 'gate_override')}?finding=gone", follow=True)
    assert "もうありません" in answer.content.decode()


def test_what_has_left_the_office_shows_its_state_and_no_buttons(packet: Packet, manager: Member) -> None:
    packet.change(packet.application, state=ApplicationState.SUBMITTED, submitted_on=CLAIM_DAY)
    packet.change(packet.line, hours_yen=1_400_000)
    shown = page(packet, manager)
    assert "「提出済」です" in shown
    assert "例外を承認する" not in shown
    assert "取り消す" not in shown


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(2, "約2分"), (59, "約59分"), (60, "約1時間"), (61, "約2時間"), (1440, "約1日"), (4321, "約4日")],
)
def test_a_rule_of_thumb_is_told_in_the_unit_of_planning(minutes: int, words: str) -> None:
    assert duration(minutes) == words


def test_what_is_done_is_folded_away_with_its_count_below_what_is_open(packet: Packet, manager: Member) -> None:
    packet.change(packet.line, hours_yen=1_400_000)
    packet.change(packet.settlement, council_invoice_yen=1_000_000)
    GateTick.objects.filter(code="sealed").delete()
    ticks = GateTick.objects.count()
    found = gate_of(packet.fresh(), today=CLAIM_DAY).closing
    assert [row.finding.minutes for row in found] == sorted(row.finding.minutes for row in found)
    ids = {"case_id": packet.case.pk, "application_id": packet.application.pk}
    exemption = gates.Exemption(key=found[0].finding.key, words_key=found[0].finding.words_key, reason=REASON)
    gates.override_finding(actor=manager, exemption=exemption, today=CLAIM_DAY, **ids)
    shown = page(packet, manager)
    places = [shown.index(f'id="{name}"') for name in ("closing", "ticks", "done", "days")]
    assert places == sorted(places)
    assert "人による確認 残り1件" in shown
    assert f"人による確認 済み {ticks}件</summary>" in shown
    assert "例外の承認 1件</summary>" in shown
    assert "<details open" not in shown
    done = shown[places[2] : places[3]]
    assert done.count("<details") == 2
    assert done.count('name="undo"') == ticks


def test_nothing_is_folded_away_where_nothing_is_done(packet: Packet, consultant: Member) -> None:
    GateTick.objects.all().delete()
    shown = page(packet, consultant)
    assert 'id="done"' not in shown
    assert 'id="ticks"' in shown
