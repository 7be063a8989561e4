"""A claim filled from the hours: what is written, what is only warned of, who may, how two people are kept apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from django.urls import reverse

from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationState, CostCategory, WeekState
from subsidies.models import Application, ClaimLine, CostLine, Settlement, WorkEntry, WorkWeek
from subsidies.packets.content import content_of
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.gate.verdict import gate_of
from subsidies.selectors.matching.take_hours import TakenHours, taken_hours_of
from subsidies.services.claiming.claims import ClaimRefused
from subsidies.services.claiming.take_hours import HoursMoved, take_from_hours
from tests.builders import make_cost_line, make_member
from tests.conftest import sign_in
from tests.subsidies.claims_cases import make_line, make_settlement
from tests.subsidies.gate.hours_rows import log_hours, make_entry, worked_agencies, worked_plan
from tests.subsidies.gate.rows import Packet, claim_packet
from tests.subsidies.gate.seeded_hours_faults import add_hours, last_entry, reopen_week, shorten
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

TODAY: Final = date(2026, 2, 20)


@pytest.fixture
def packet(consultant: Member) -> Packet:
    """A claim with 135 logged hours, from which everything that the take-over writes was taken out again."""
    made = worked_plan(consultant)
    ClaimLine.objects.all().delete()
    Settlement.objects.all().delete()
    return made


def take(packet: Packet, actor: Member, version: int = 1, shown: str = "") -> TakenHours:
    sha256 = shown or taken_hours_of(claim_of(packet.fresh())).sha256
    application_id = packet.application.pk
    return take_from_hours(
        actor=actor, application_id=application_id, version=version, shown_sha256=sha256, today=TODAY
    )


def test_categories_and_agencies_are_filled(packet: Packet, consultant: Member) -> None:
    taken = take(packet, consultant)
    line, settlement = ClaimLine.objects.get(), Settlement.objects.get()
    # 135 h × 10,000 = 1,350,000, and 135,000 of tax
    assert (line.cost_yen, line.statement_yen, line.hours_yen) == (1_485_000, 1_485_000, 1_485_000)
    assert (line.worked_from, line.worked_to) == (date(2025, 5, 20), date(2025, 11, 18))
    assert (settlement.co_agency, settlement.cost_yen, settlement.council_invoice_yen) == (None, 1_485_000, None)
    assert taken.warnings == ()
    assert packet.fresh().version == 2


def test_the_trail_tells_before_and_after_and_why(packet: Packet, consultant: Member) -> None:
    ClaimLine.objects.create(
        agency=packet.case.agency, application=packet.application, category=CostCategory.PLANNING, cost_yen=1_400_000
    )
    take(packet, consultant)
    event = AuditEvent.objects.get(object_type="case", object_id=packet.case.pk)
    assert event.reason == "業務日誌から取り込み"
    prefix = "支払申請(計画策定) 計画策定支援費用: "
    assert event.changes[f"{prefix}実績の費用(税込)"] == [1_400_000, 1_485_000]
    assert event.changes[f"{prefix}従事の初日"] == [None, "2025-05-20"]
    assert event.changes["支払申請(計画策定) 青葉会計事務所: この機関の費用(税込)"] == [None, 1_485_000]


def test_taking_over_twice_writes_nothing_the_second_time(packet: Packet, consultant: Member) -> None:
    take(packet, consultant)
    assert take(packet, consultant, version=2).is_changed is False
    assert packet.fresh().version == 2
    assert AuditEvent.objects.filter(object_type="case", object_id=packet.case.pk).count() == 1


def test_hours_that_changed_are_taken_again(packet: Packet, consultant: Member) -> None:
    take(packet, consultant)
    shorten(packet)
    assert taken_hours_of(claim_of(packet.fresh())).is_changed
    take(packet, consultant, version=2)
    assert ClaimLine.objects.get().cost_yen == 1_474_000
    assert Settlement.objects.get().cost_yen == 1_474_000


def test_every_agency_gets_its_own_hours(consultant: Member) -> None:
    packet = worked_agencies(consultant)
    Settlement.objects.filter(application=packet.application).update(cost_yen=None)
    take(packet, consultant)
    costs = dict(Settlement.objects.values_list("co_agency__name", "cost_yen"))
    assert costs == {None: 990_000, "仙台経営診断事務所": 495_000}
    assert gate_of(packet.fresh(), today=packet.day).is_open


def test_an_agency_without_hours_has_no_cost(packet: Packet, consultant: Member) -> None:
    packet.case.co_agencies.create(agency=packet.case.agency, name="盛岡会計")
    take(packet, consultant)
    assert dict(Settlement.objects.values_list("co_agency__name", "cost_yen")) == {None: 1_485_000, "盛岡会計": 0}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (reopen_week, "承認されていない週の業務日誌が 1件"),
        (add_hours(date(2025, 6, 5), has_line=False), "業務が未選択の記入が 1件"),
        (add_hours(date(2025, 5, 6)), "対象外の時間が 1時間"),
        (add_hours(date(2025, 6, 5), minutes=120), "1,507,000円 が、利用申請の額 1,500,000円 を超えています"),
    ],
)
def test_what_the_gate_will_ask_is_only_warned_of(
    change: object, words: str, packet: Packet, consultant: Member
) -> None:
    assert callable(change)
    change(packet)
    taken = take(packet, consultant)
    assert [words in one for one in taken.warnings] == [True]
    assert ClaimLine.objects.get().hours_yen in {1_485_000, 1_507_000}


def test_a_category_on_paper_is_left_as_it_was_typed(packet: Packet, consultant: Member) -> None:
    make_cost_line(packet.case, category=CostCategory.PLANNING, gross_yen=11_000)  # of the same category: no hours
    taken = take(packet, consultant)
    assert [one.category for one in taken.lines] == [CostCategory.PLANNING]
    assert ClaimLine.objects.count() == 1


def test_a_claim_without_hours_is_refused(consultant: Member) -> None:
    paper = claim_packet(consultant)
    with pytest.raises(ClaimRefused, match="業務の時間がありません"):
        take(paper, consultant)
    assert ClaimLine.objects.get().cost_yen == 1_500_000


def test_hours_in_the_future_are_refused(packet: Packet, consultant: Member) -> None:
    entry = last_entry(packet)
    make_entry(packet.case, entry.worker, consultant, date(2026, 2, 21), line=entry.cost_line, minutes=60)
    with pytest.raises(ClaimRefused, match="2026-02-21 が、今日 2026-02-20 より後"):
        take(packet, consultant)
    assert not ClaimLine.objects.exists()


def test_two_people_are_kept_apart(packet: Packet, consultant: Member) -> None:
    Application.objects.filter(pk=packet.application.pk).update(version=2)
    with pytest.raises(EditedMeanwhile):
        take(packet, consultant)
    assert not ClaimLine.objects.exists()


def test_a_fixed_claim_and_a_stranger_are_refused(packet: Packet, consultant: Member, viewer: Member) -> None:
    with pytest.raises(NotAllowed):
        take(packet, viewer)
    with pytest.raises(NotAllowed):
        take(packet, make_member(packet.case.agency, display_name="別の担当"))
    Application.objects.filter(pk=packet.application.pk).update(state=ApplicationState.SUBMITTED, submitted_on=TODAY)
    with pytest.raises(ClaimRefused, match="変更できません"):
        take(packet, consultant)


def url(packet: Packet, name: str = "take_hours") -> str:
    return reverse(f"subsidies:{name}", args=[packet.case.number, packet.application.pk])


def sent(packet: Packet) -> dict[str, str]:
    """Return what the form of the page sends that is open now."""
    fresh = packet.fresh()
    return {"version": str(fresh.version), "shown_sha256": taken_hours_of(claim_of(fresh)).sha256}


def more_hours(packet: Packet, consultant: Member) -> None:
    entry = last_entry(packet)
    make_entry(packet.case, entry.worker, consultant, date(2025, 6, 5), line=entry.cost_line, minutes=60)


def other_cost(packet: Packet, _: Member) -> None:
    make_settlement(packet.application, cost_yen=7)


def other_line(packet: Packet, _: Member) -> None:
    make_line(packet.application, 7)


@pytest.mark.parametrize("change", [more_hours, other_cost, other_line])
def test_what_changed_since_it_was_shown_is_not_taken(
    change: Callable[[Packet, Member], None], packet: Packet, consultant: Member
) -> None:
    """None of these counts the version of the claim up."""
    browser, before = sign_in(consultant), sent(packet)
    change(packet, consultant)
    stored = list(ClaimLine.objects.values()), list(Settlement.objects.values())
    late = browser.post(url(packet), before)
    assert late.status_code == 409
    assert "確認の画面を開いた後に、業務日誌か、この申請に入力した内容が変わりました" in late.content.decode()
    assert f'value="{sent(packet)["shown_sha256"]}"' in late.content.decode()
    assert (list(ClaimLine.objects.values()), list(Settlement.objects.values())) == stored
    with pytest.raises(HoursMoved):
        take(packet, consultant, shown=before["shown_sha256"])
    assert browser.post(url(packet), sent(packet)).status_code == 302


def test_a_cost_from_the_hours_is_no_settlement(packet: Packet, consultant: Member) -> None:
    take(packet, consultant)
    points = {one.label: one.missing for one in content_of(packet.fresh()).blocking}
    assert points["請求と自己負担の支払"] == "契約・請求・振込の内容が未入力です。"
    Settlement.objects.update(own_invoice_yen=495_000)
    assert "請求と自己負担の支払" not in {one.label for one in content_of(packet.fresh()).blocking}


def test_the_page_shows_before_and_after_and_fills_the_claim(packet: Packet, consultant: Member) -> None:
    browser = sign_in(consultant)
    assert url(packet) in browser.get(url(packet, "claim")).content.decode()
    shown = browser.get(url(packet)).content.decode()
    assert "未入力" in shown
    assert "1,485,000" in shown
    answer = browser.post(url(packet), sent(packet), follow=True)
    assert "業務日誌から、実績の費用と支援機関ごとの費用を取り込みました" in answer.content.decode()
    assert "今の内容は、業務日誌と同じです" in browser.get(url(packet)).content.decode()


def test_the_page_says_when_somebody_else_was_quicker(packet: Packet, consultant: Member) -> None:
    Application.objects.filter(pk=packet.application.pk).update(version=5)
    browser = sign_in(consultant)
    late = browser.post(url(packet), {**sent(packet), "version": "1"})
    assert late.status_code == 409
    assert 'value="5"' in late.content.decode()
    assert browser.post(url(packet), {**sent(packet), "version": "x"}).status_code == 422
    assert browser.post(url(packet), {"version": "5"}).status_code == 422
    assert browser.post(url(packet), sent(packet)).status_code == 302
    assert ClaimLine.objects.get().cost_yen == 1_485_000


def test_a_claim_without_hours_has_an_empty_page(consultant: Member) -> None:
    paper = claim_packet(consultant)
    browser = sign_in(consultant)
    assert "この申請の業務日誌はまだありません" in browser.get(url(paper)).content.decode()
    assert url(paper) not in browser.get(url(paper, "claim")).content.decode()


def test_the_settlement_offers_what_the_hours_gave(packet: Packet, consultant: Member) -> None:
    take(packet, consultant)
    address = reverse("subsidies:settlement", args=[packet.case.number, packet.application.pk, 0])
    shown = sign_in(consultant).get(address).content.decode()
    # two thirds are 990,000, of which half now; the names as the records have them; no transfer is made up
    for value in ("1,485,000", "495,000", "株式会社髙橋製作所", "青葉会計事務所"):
        assert f'value="{value}"' in shown
    assert Settlement.objects.get().own_invoice_yen is None
    assert "保存するまで記録されません" in shown


def test_logged_hours_and_weeks_stay_as_they_were(packet: Packet, consultant: Member) -> None:
    before = list(WorkEntry.objects.values()), list(WorkWeek.objects.values()), list(CostLine.objects.values())
    take(packet, consultant)
    assert (
        list(WorkEntry.objects.values()),
        list(WorkWeek.objects.values()),
        list(CostLine.objects.values()),
    ) == before
    assert set(WorkWeek.objects.values_list("state", flat=True)) == {WeekState.APPROVED}
    line = CostLine.objects.get()
    log_hours(line, last_entry(packet).worker, consultant, first_on=date(2025, 12, 1), hours=1)
    assert ClaimLine.objects.get().cost_yen == 1_485_000
