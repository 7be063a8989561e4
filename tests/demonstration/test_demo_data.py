"""The demonstration office is complete, believable, and made once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case, Enterprise
from cases.selectors.likeness import lookalikes_of
from subsidies.enums import ApplicationState
from subsidies.models import Application, CostLine
from subsidies.selectors import assessment_of
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member, User
from vapup.demonstration.office import log_ins
from vapup.documents.payload import content_hash
from vapup.embedded.layout import Instance

TWICE = "(株)やまびこ 木工"  # registered before, without cases
EVENTS = ("usage_applied_on", "usage_accepted_on", "usage_decided_on", "accepted_on")


@pytest.fixture(scope="module")
def office(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agency]:
    """The office, made once for all tests of this file, which only look at it."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    folder = Instance("test", tmp_path_factory.mktemp("demonstration") / "instance")
    with (
        django_db_blocker.unblock(),
        override_settings(EMBEDDED=folder, PASSWORD_HASHERS=quick),
        transaction.atomic(),
    ):
        answer = StringIO()
        call_command("demo_data", stdout=answer)
        assert json.loads(answer.getvalue()) == {"agency": "aoba", "created": True}
        yield Agency.objects.get(slug="aoba")
        transaction.set_rollback(True)


def contents() -> dict[str, list[Any]]:
    """Return every row of every table."""
    found = {}
    for model in apps.get_models():
        found[model._meta.label] = sorted(map(repr, model._default_manager.values_list()))
    return found


def test_making_it_twice_changes_nothing(office: Agency) -> None:
    before = contents()
    assert sum(len(rows) for rows in before.values()) > 500
    answer = StringIO()
    call_command("demo_data", stdout=answer)
    assert json.loads(answer.getvalue()) == {"agency": "aoba", "created": False}
    assert contents() == before
    assert (settings.EMBEDDED.root / "demonstration.txt").read_text(encoding="utf-8") == log_ins()


def test_there_is_somebody_of_each_role_and_everybody_can_log_in(office: Agency) -> None:
    members = list(Member.objects.filter(agency=office).select_related("user"))
    assert Counter(role for member in members for role in member.roles) == dict.fromkeys(map(str, Role), 3)
    shown = log_ins()
    password = shown.split("password of all: ", 1)[1].split(")", 1)[0]
    for member in members:
        assert member.user.email in shown
        assert member.user.check_password(password)
    assert User.objects.count() == len(members) == 12


def test_every_frame_and_every_stage_is_there(office: Agency) -> None:
    assert Enterprise.objects.count() == 13  # one of twelve is registered twice
    cases = list(Case.objects.all())
    assert {case.frame for case in cases} == set(map(str, SchemeFrame))
    assert {case.stage for case in cases} == set(map(str, CaseStage))
    assert {case.agency_id for case in cases} == {office.pk}
    assert len({case.number for case in cases}) == len(cases)
    once = Enterprise.objects.exclude(name=TWICE)
    assert {case.enterprise_id for case in cases} == set(once.values_list("pk", flat=True))
    (twin,) = lookalikes_of(Enterprise.objects.get(name=TWICE))
    assert (twin.name, twin.words) == ("株式会社やまびこ木工", "事業者名・フリガナ・電話番号・所在地")


def test_no_recorded_day_lies_ahead_and_days_follow_each_other(office: Agency) -> None:
    today = clock.today()
    for case in Case.objects.all():
        days = [case.consulted_on, *(day for name in EVENTS[:3] if (day := getattr(case, name)))]
        assert days == sorted(days), case.number
        assert max(days) <= today, case.number


def test_the_figures_of_every_case_add_up(office: Agency) -> None:
    for line in CostLine.objects.all():
        assert line.gross_yen == line.net_yen + line.tax_yen
        assert line.agency_id == line.case.agency_id
    checked = 0
    for case in Case.objects.all():
        found = assessment_of(case).as_dict()
        totals = found["totals"]
        spent = sum(CostLine.objects.filter(case=case).values_list("gross_yen", flat=True))
        assert totals["cost"] == spent
        assert totals["cost"] == totals["subsidy"] + totals["own_burden"]
        assert 0 <= totals["subsidy"] * 3 <= totals["cost"] * 2  # at most two thirds
        checked += spent > 0
    assert checked >= 12


def test_what_was_approved_is_what_the_rules_say_today(office: Agency) -> None:
    approved = list(Application.objects.usage().frozen().select_related("case"))
    assert len(approved) >= 8
    for application in approved:
        now = json.loads(json.dumps(assessment_of(application.case).as_dict()))
        assert content_hash(application.assessment or {}) == content_hash(now), application.case.number
        assert application.decided_by is not None
        assert application.requested_by is not None
        assert application.decided_by != application.requested_by
        assert str(Role.MANAGER) in application.decided_by.roles
    assert Application.objects.filter(state=ApplicationState.REQUESTED).count() == 1
