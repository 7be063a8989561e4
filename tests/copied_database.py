"""A database in which a test may commit, thrown away afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections


@contextmanager
def copied_database() -> Iterator[None]:
    """Point every connection of this process at a copy of the migrated test database.

    Django's own way, to empty every table after the test, would take away what the migrations brought.
    """
    original = connection.settings_dict["NAME"]
    copy = f"{original}_copy"
    connection.close()  # a database with a connection cannot be copied
    _maintain(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)', f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    _use(copy)
    try:
        yield
    finally:
        connection.close()
        _use(original)
        _maintain(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _maintain(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:  # Django's own way to make test databases
        for statement in statements:
            cursor.execute(statement)


def _use(name: str) -> None:
    connection.settings_dict["NAME"] = name
    connections.settings["default"]["NAME"] = name  # from which other threads make their connections
