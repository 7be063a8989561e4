"""Printing takes its time: the database must not hang up on a test whose transaction waits for it."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _unhurried(request: pytest.FixtureRequest) -> None:
    if "db" in request.fixturenames:
        request.getfixturevalue("db")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
