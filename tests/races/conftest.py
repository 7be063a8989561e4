"""A database in which threads may commit: a copy of the test database, thrown away after the module."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pytest
from celery import current_app
from django.db import connection, connections

from tests.copied_database import copied_database
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope
from vapup.shared.errors import DomainError

Act = Callable[[], Any]


@pytest.fixture(scope="module")
def committing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), copied_database():
        yield


# Forty wait for one lock; how long that takes is the machine's affair, who comes out of it the test's.
PATIENT: Final = "-c statement_timeout=120s -c lock_timeout=60s"


@pytest.fixture(scope="module")
def patient(committing: None) -> Iterator[None]:
    """Let every connection of this module wait for its locks as long as a slow machine takes."""
    places = [connection.settings_dict, connections.settings["default"]]
    before = [one["OPTIONS"] for one in places]
    connection.close()
    for one in places:
        one["OPTIONS"] = {**one["OPTIONS"], "options": PATIENT}
    yield
    for one, options in zip(places, before, strict=True):
        one["OPTIONS"] = options


@pytest.fixture
def db(committing: None) -> None:
    """Stand in for pytest-django's fixture, which would keep a test's rows in a transaction that no thread can see."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, db: None) -> list[dict[str, int]]:
    """Collect what is sent to the broker after the commits."""
    found: list[dict[str, int]] = []
    monkeypatch.setattr(current_app, "send_task", lambda _name, **options: found.append(options["kwargs"]))
    return found


def run_at_once(acts: Sequence[Act]) -> list[Any]:
    """Return what each act returned, or the exception that it raised, in their order."""
    start, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def work(place: int, act: Act) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            answers[place] = act()
        except Exception as raised:  # noqa: BLE001 - whatever happens in a thread is an answer for the test to judge
            answers[place] = raised  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=one, daemon=True) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def within(agency: Agency, act: Act) -> Act:
    """Return `act` as a request of the agency runs it: one transaction under row-level security."""

    def scoped() -> Any:
        with tenant_scope(agency.pk):
            return act()

    return scoped


def kinds(answers: Sequence[Any]) -> list[str]:
    """Return "done" or the name of the refusal for each answer; anything unforeseen is raised."""
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, DomainError):
            raise answer
    return sorted(type(one).__name__ if isinstance(one, DomainError) else "done" for one in answers)
