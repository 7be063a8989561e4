"""The demonstration profile's secret, and which database is used."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environ
import pytest

from vapup.embedded.layout import Instance
from vapup.profile import SHORTEST_SECRET, STATEMENT_GUARDS, database_from, demonstration_secret


@pytest.fixture
def embedded(tmp_path: Path) -> Instance:
    return Instance("test", tmp_path / "new" / "test")


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(embedded: Instance) -> None:
    first = demonstration_secret(embedded)
    assert len(first) >= SHORTEST_SECRET
    assert demonstration_secret(embedded) == first
    assert [path.name for path in embedded.root.iterdir()] == ["secret_key"]
    assert (embedded.root / "secret_key").stat().st_mode & 0o777 == 0o600


def test_every_checkout_has_another_secret(embedded: Instance, tmp_path: Path) -> None:
    assert demonstration_secret(embedded) != demonstration_secret(Instance("test", tmp_path / "other"))


def test_processes_that_start_at_once_agree_on_one_secret(embedded: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(100))
    monkeypatch.setattr(os, "getpid", lambda: next(numbers))  # threads stand for processes, each with its number
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: demonstration_secret(embedded), range(8)))
    assert len(found) == 1
    assert [path.name for path in embedded.root.iterdir()] == ["secret_key"]


def test_without_an_address_the_embedded_server_is_used(embedded: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    for unset in (None, ""):
        monkeypatch.delenv("DATABASE_URL", raising=False)
        if unset is not None:
            monkeypatch.setenv("DATABASE_URL", unset)
        found = database_from(environ.Env(), embedded)
        assert (found["ENGINE"], found["HOST"]) == ("vapup.embedded.backend", str(embedded.sockets))
        assert "PASSWORD" not in found


def test_any_other_server_gets_the_same_guards(embedded: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://vapup:himitsu@db.example.jp:6432/office?sslmode=require")
    found = database_from(environ.Env(), embedded)
    assert (found["HOST"], found["PORT"], found["NAME"], found["USER"]) == ("db.example.jp", 6432, "office", "vapup")
    assert found["OPTIONS"] == {"sslmode": "require", "options": STATEMENT_GUARDS}
    own = database_from(environ.Env(), embedded)
    assert own["CONN_HEALTH_CHECKS"] is True
    assert own["ATOMIC_REQUESTS"] is False


def test_statements_are_bounded(db: None) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for name, value in (("statement_timeout", "10s"), ("lock_timeout", "5s")):
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone() == (value,)
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("30s",)
