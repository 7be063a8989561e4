"""Ticks and exceptions: who may give them, for how long they count, and what the trail says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subsidies.enums import ApplicationState
from subsidies.models import Application, GateOverride, GateTick
from subsidies.selectors.gate.verdict import GateReport, case_overrides, gate_of, overrides_of
from subsidies.services.filing import gate as services
from tests.subsidies.gate.rows import Packet, claim_packet, usage_packet
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

REASON = "協議会の担当者に電話で確認し、了解を得た。"


@pytest.fixture
def packet(consultant: Member) -> Packet:
    """A plan claim of 1,500,000 yen whose gate is open."""
    return claim_packet(consultant)


def report(packet: Packet) -> GateReport:
    return gate_of(packet.fresh(), today=packet.day)


def ids(packet: Packet) -> dict[str, Any]:
    return {"case_id": packet.case.pk, "application_id": packet.application.pk}


def break_it(packet: Packet, yen: int = 1_400_000) -> None:
    packet.change(packet.line, hours_yen=yen)


def exempt(packet: Packet, actor: Member, *, reason: str = REASON, words_key: str = "") -> GateOverride:
    found = report(packet).findings[0]
    exemption = services.Exemption(key=found.key, words_key=words_key or found.words_key, reason=reason)
    return services.override_finding(actor=actor, exemption=exemption, today=packet.day, **ids(packet))


def test_the_gate_stays_closed_until_every_point_is_ticked(packet: Packet, consultant: Member) -> None:
    services.untick(actor=consultant, code="sealed", **ids(packet))
    found = report(packet)
    assert not found.is_open
    assert [one.id for one in found.unticked] == ["sealed"]
    with pytest.raises(services.GateClosed, match="記名押印"):
        services.require_open_gate(packet.fresh(), submitted_on=packet.day, today=packet.day)
    services.tick(actor=consultant, code="sealed", **ids(packet))
    assert report(packet).is_open


def test_ticking_twice_changes_nothing_and_each_change_is_in_the_trail(packet: Packet, consultant: Member) -> None:
    services.untick(actor=consultant, code="sealed", **ids(packet))
    services.untick(actor=consultant, code="sealed", **ids(packet))
    first = services.tick(actor=consultant, code="sealed", **ids(packet))
    assert services.tick(actor=consultant, code="sealed", **ids(packet)) == first
    undone, done = AuditEvent.objects.filter(object_type="case", object_id=packet.case.pk).order_by("pk")
    assert [next(iter(event.changes.values())) for event in (undone, done)] == [
        ["確認済", "未確認"],
        ["未確認", "確認済"],
    ]


def test_an_unknown_point_is_refused(packet: Packet, consultant: Member) -> None:
    with pytest.raises(services.GateRefused, match="選ばれた項目はありません"):
        services.tick(actor=consultant, code="rate_card", **ids(packet))  # of the usage application


def test_a_viewer_and_a_colleague_tick_nothing(packet: Packet, viewer: Member) -> None:
    with pytest.raises(NotAllowed):
        services.tick(actor=viewer, code="sealed", **ids(packet))


def test_the_ticks_of_a_round_do_not_count_after_a_return(packet: Packet, consultant: Member) -> None:
    packet.change(packet.application, returned_count=1, state=ApplicationState.RETURNED, submitted_on=packet.day)
    assert len(report(packet).unticked) == len(report(packet).ticks)
    services.tick(actor=consultant, code="sealed", **ids(packet))
    assert GateTick.objects.filter(code="sealed").count() == 2


def test_a_manager_lets_a_finding_pass_for_a_reason(packet: Packet, manager: Member) -> None:
    break_it(packet)
    message = report(packet).findings[0].message
    row = exempt(packet, manager)
    assert (row.message, row.reason, row.made_by) == (message, REASON, manager)
    assert report(packet).is_open
    assert overrides_of(packet.fresh()) == case_overrides(packet.case) == (row,)
    event = AuditEvent.objects.get(verb=Verb.OVERRIDDEN)
    assert (event.object_type, event.object_id, event.reason) == ("case", packet.case.pk, REASON)
    assert list(event.changes.values()) == [[None, message]]


def test_nobody_but_a_manager_makes_exceptions(packet: Packet, consultant: Member, admin: Member) -> None:
    break_it(packet)
    for actor in (consultant, admin):
        with pytest.raises(NotAllowed):
            exempt(packet, actor)
    assert not GateOverride.objects.exists()


@pytest.mark.parametrize("reason", ["", "了解を得た。", " " * 20, "123456789 "])
def test_a_reason_of_fewer_than_ten_characters_is_refused(packet: Packet, manager: Member, reason: str) -> None:
    break_it(packet)
    with pytest.raises(services.GateRefused, match="10文字以上"):
        exempt(packet, manager, reason=reason)


def test_an_exception_counts_only_for_the_words_that_were_shown(packet: Packet, manager: Member) -> None:
    break_it(packet)
    row = exempt(packet, manager)
    break_it(packet, 1)  # 1,400,000 yen were let pass, not 1 yen
    found = report(packet)
    assert not found.is_open
    assert found.stale == (row,)
    again = exempt(packet, manager)
    assert report(packet).is_open
    assert GateOverride.objects.get() == again


def test_what_changed_while_the_manager_wrote_is_refused(packet: Packet, manager: Member) -> None:
    break_it(packet)
    seen = report(packet).findings[0].words_key
    break_it(packet, 1_300_000)
    with pytest.raises(services.GateRefused, match="1,300,000円"):
        exempt(packet, manager, words_key=seen)


def test_a_finding_that_is_gone_needs_no_exception(packet: Packet, manager: Member) -> None:
    exemption = services.Exemption(key="0" * 16, words_key="", reason=REASON)
    with pytest.raises(services.GateRefused, match="もうありません"):
        services.override_finding(actor=manager, exemption=exemption, today=packet.day, **ids(packet))


def test_advice_needs_no_exception(packet: Packet, manager: Member) -> None:
    packet.change(packet.settlement, contracted_on=date(2025, 5, 11))  # before the acceptance: said, and no more
    assert report(packet).is_open
    with pytest.raises(services.GateRefused, match="注意だけ"):
        exempt(packet, manager)


def test_an_exception_does_not_survive_a_return(packet: Packet, manager: Member, consultant: Member) -> None:
    break_it(packet)
    exempt(packet, manager)
    packet.change(packet.application, returned_count=1, state=ApplicationState.RETURNED, submitted_on=packet.day)
    assert "hours_differ" in {row.finding.code for row in report(packet).closing}
    assert overrides_of(packet.fresh()) == ()
    assert len(case_overrides(packet.case)) == 1


def test_an_exception_can_be_taken_back(packet: Packet, manager: Member) -> None:
    break_it(packet)
    row = exempt(packet, manager)
    message = services.withdraw_override(actor=manager, override_id=row.pk, **ids(packet))
    assert message == row.message
    assert not report(packet).is_open
    assert AuditEvent.objects.filter(reason__contains="例外の承認の取消し").exists()
    with pytest.raises(services.GateRefused, match="取り消されたか"):
        services.withdraw_override(actor=manager, override_id=row.pk, **ids(packet))


def test_what_was_submitted_keeps_its_ticks_and_exceptions(packet: Packet, consultant: Member, manager: Member) -> None:
    break_it(packet)
    packet.change(packet.application, state=ApplicationState.SUBMITTED, submitted_on=packet.day)
    with pytest.raises(services.GateRefused, match="提出済"):
        services.untick(actor=consultant, code="sealed", **ids(packet))
    with pytest.raises(services.GateRefused, match="提出済"):
        exempt(packet, manager)


def test_another_agency_reaches_nothing(packet: Packet, outsider: Member) -> None:
    with pytest.raises(packet.case.DoesNotExist):
        services.tick(actor=outsider, code="sealed", **ids(packet))


def test_the_closed_gate_names_ten_reasons_at_most(consultant: Member) -> None:
    packet = usage_packet(consultant)
    for paper in packet.papers.values():
        paper.delete()
    with pytest.raises(services.GateClosed) as closed:
        services.require_open_gate(packet.fresh(), submitted_on=packet.day, today=packet.day)
    lines = closed.value.message.splitlines()
    count = len(report(packet).blocking)
    assert lines[0].startswith(f"提出前の確認で {count}件 が残っている")
    assert (len(lines), lines[-1]) == (12, f"ほか{count - 10}件") if count > 10 else (len(lines), lines[-1])


def test_the_gate_is_judged_on_the_day_of_the_submission(packet: Packet) -> None:
    # accepted on 2025-05-12: the plan claim is late from 2027-05-13, whatever day it is recorded on
    services.require_open_gate(packet.fresh(), submitted_on=packet.day, today=date(2027, 5, 13))
    with pytest.raises(services.GateClosed, match="有効期間"):
        services.require_open_gate(packet.fresh(), submitted_on=date(2027, 5, 13), today=date(2027, 5, 13))


def test_the_gate_takes_few_queries_however_many_papers_there_are(packet: Packet) -> None:
    application: Application = packet.fresh()
    with CaptureQueriesContext(connection) as queries:
        gate_of(application, today=packet.day)
    assert len(queries) <= 23
