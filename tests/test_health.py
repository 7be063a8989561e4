from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client


def test_it_answers_a_stranger_when_the_database_answers(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "sessionid" not in answer.cookies


def test_it_says_so_when_the_database_does_not_answer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("connection to server at 10.0.0.5, password=himitsu failed")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", gone)
        answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "database does not answer"}
    assert b"himitsu" not in answer.content
