"""The people whose hours are charged, their rate cards, and the step by which a consultant becomes one of them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from cases.models import CoAgency
from cases.services.locking import EditedMeanwhile
from subsidies.models import Worker, WorkerRate
from subsidies.selectors.diary.workers import own_worker_of, worker_rows, workers_for
from subsidies.services.diary import workers as services
from subsidies.services.diary.workers import WorkerInput, WorkerRefused
from tests.builders import make_case, make_member
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

SATO = WorkerInput(name="佐藤 花子", qualification="税理士")


def test_a_consultant_becomes_a_worker_in_one_step(consultant: Member) -> None:
    assert own_worker_of(consultant) is None
    worker = services.own_worker(actor=consultant)
    assert (worker.name, worker.member, worker.qualification) == ("佐藤 花子", consultant, "")
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.changes["氏名"]) == (Verb.CREATED, [None, "佐藤 花子"])
    assert services.own_worker(actor=consultant) == worker
    assert AuditEvent.objects.filter(object_type="worker").count() == 1


def test_the_step_takes_up_who_bears_that_name(consultant: Member, manager: Member) -> None:
    kept = services.add_worker(actor=manager, facts=SATO)
    assert services.own_worker(actor=consultant) == kept
    kept.refresh_from_db()
    assert (kept.member, kept.qualification, kept.version) == (consultant, "税理士", 2)
    services.switch_worker(actor=manager, worker_id=kept.pk, is_active=False)
    with pytest.raises(WorkerRefused, match="使用停止中"):
        services.own_worker(actor=consultant)


def test_two_people_of_one_name_are_for_a_manager_to_tell_apart(consultant: Member, manager: Member) -> None:
    services.add_worker(actor=manager, facts=SATO)
    services.add_worker(actor=manager, facts=WorkerInput(name="佐藤 花子", qualification="診断士"))
    with pytest.raises(WorkerRefused, match="複数います"):
        services.own_worker(actor=consultant)


def test_the_list_refuses_the_same_person_twice(consultant: Member, manager: Member) -> None:
    worker = services.add_worker(actor=manager, facts=SATO)
    with pytest.raises(WorkerRefused, match="すでに登録されています"):
        services.add_worker(actor=manager, facts=SATO)
    linked = WorkerInput(name="佐藤 花子", qualification="診断士", member_id=consultant.pk)
    services.add_worker(actor=manager, facts=linked)
    taken = WorkerInput(name="佐藤 花子", qualification="税理士", member_id=consultant.pk)
    with pytest.raises(WorkerRefused, match="結び付けられています"):
        services.change_worker(actor=manager, worker_id=worker.pk, version=1, facts=taken)
    assert Worker.objects.count() == 2


def test_nobody_logs_in_as_another_agencys_person(consultant: Member, manager: Member) -> None:
    co_agency = CoAgency.objects.create(agency=manager.agency, case=make_case(consultant), name="駅前会計")
    facts = WorkerInput(name="駅前 次郎", co_agency_id=co_agency.pk, member_id=consultant.pk)
    with pytest.raises(WorkerRefused, match="結び付けられません"):
        services.add_worker(actor=manager, facts=facts)
    theirs = services.add_worker(actor=manager, facts=WorkerInput(name="駅前 次郎", co_agency_id=co_agency.pk))
    assert theirs in workers_for(consultant)  # in charge of the case
    assert theirs not in workers_for(make_member(manager.agency))


def test_a_change_needs_the_version_that_was_seen(admin: Member) -> None:
    worker = services.add_worker(actor=admin, facts=SATO)
    changed = services.change_worker(
        actor=admin, worker_id=worker.pk, version=1, facts=WorkerInput(name="佐藤 花子", qualification="公認会計士")
    )
    assert (changed.qualification, changed.version) == ("公認会計士", 2)
    assert AuditEvent.objects.latest("pk").changes == {"資格・役職": ["税理士", "公認会計士"]}
    with pytest.raises(EditedMeanwhile):
        services.change_worker(actor=admin, worker_id=worker.pk, version=1, facts=SATO)


def test_the_card_shows_the_rate_of_the_day_and_the_next(manager: Member) -> None:
    worker = services.add_worker(actor=manager, facts=SATO)
    for day, yen in ((date(2025, 4, 1), 10_000), (date(2026, 4, 1), 12_000), (date(2027, 4, 1), 13_000)):
        services.add_rate(actor=manager, worker_id=worker.pk, valid_from=day, hourly_rate_yen=yen)
    found = {day: worker_rows(manager.agency_id, today=day)[0] for day in (date(2025, 3, 31), date(2026, 4, 1))}
    assert found[date(2025, 3, 31)].rate_yen is None
    row = found[date(2026, 4, 1)]
    assert (row.rate_yen, row.coming and row.coming.hourly_rate_yen) == (12_000, 13_000)
    with pytest.raises(WorkerRefused, match=r"2026-04-01 から 12,000円 の単価がすでにあります。15,000円"):
        services.add_rate(actor=manager, worker_id=worker.pk, valid_from=date(2026, 4, 1), hourly_rate_yen=15_000)
    rate = WorkerRate.objects.get(hourly_rate_yen=12_000)
    services.remove_rate(actor=manager, worker_id=worker.pk, rate_id=rate.pk)
    gone = AuditEvent.objects.latest("pk").changes
    assert gone == {
        "単価 2026-04-01: 適用開始日": ["2026-04-01", None],
        "単価 2026-04-01: 単価(税抜・円/時間)": [12_000, None],
    }


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.VIEWER])
def test_only_managers_and_admins_keep_rates(manager: Member, role: Role) -> None:
    worker = services.add_worker(actor=manager, facts=SATO)
    actor = make_member(manager.agency, role)
    with pytest.raises(NotAllowed, match="権限がありません"):
        services.add_worker(actor=actor, facts=WorkerInput(name="鈴木 健"))
    with pytest.raises(NotAllowed):
        services.add_rate(actor=actor, worker_id=worker.pk, valid_from=date(2026, 4, 1), hourly_rate_yen=1)
    with pytest.raises(NotAllowed):
        services.switch_worker(actor=actor, worker_id=worker.pk, is_active=False)


def test_the_pages_add_edit_switch_and_rate(client: Client, admin: Member) -> None:
    client.force_login(admin.user)
    assert "従事者はまだ登録されていません" in client.get("/workers/").content.decode()
    answer = client.post("/workers/new/", {"name": "伊藤 誠", "qualification": "中小企業診断士"})
    worker = Worker.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/workers/{worker.pk}/")
    refused = client.post("/workers/new/", {"name": "伊藤 誠", "qualification": "中小企業診断士"})
    assert (refused.status_code, "すでに登録されています" in refused.content.decode()) == (422, True)
    rate = {"part": "rate", "valid_from": "R8.4.1", "hourly_rate_yen": "10,000"}
    assert client.post(f"/workers/{worker.pk}/", rate).status_code == 302
    twice = client.post(f"/workers/{worker.pk}/", rate)
    assert (twice.status_code, 'value="10,000"' in twice.content.decode()) == (422, True)
    assert "10,000" in client.get("/workers/").content.decode()
    late = client.post(f"/workers/{worker.pk}/", {"name": "伊藤 真", "qualification": "", "version": 9})
    assert late.status_code == 409
    assert "伊藤 真" in late.content.decode()
    assert client.post(f"/workers/{worker.pk}/switch/").status_code == 302
    worker.refresh_from_db()
    assert not worker.is_active
    stored = WorkerRate.objects.get()
    assert client.post(f"/workers/{worker.pk}/rates/{stored.pk}/remove/").status_code == 302
    assert not WorkerRate.objects.exists()
