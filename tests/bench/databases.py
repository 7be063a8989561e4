"""A database of a benchmark's own: what it fills in is gone after the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def copied(original: str, name: str) -> Iterator[None]:
    """Work on a copy of the database `original`, and drop the copy afterwards."""
    connection.close()  # a database with a connection cannot be copied
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _maintain(drop, f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        _maintain(drop)


def _maintain(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:  # Django's own way to make test databases
        cursor.execute("SET statement_timeout = 0")
        for statement in statements:
            cursor.execute(statement)
