"""The second wall between agencies: PostgreSQL's row-level security, and how tables get it.

A request or task runs inside `tenant_scope`: its transaction drops to the unprivileged role and names its agency.
Whatever a forgotten filter asks for then, the database shows the rows of that agency alone and refuses others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.operations import RunSQL

SET_SCOPE: Final = "SELECT set_config('role', %s, true), set_config('app.agency_id', %s, true)"
READ_SCOPE: Final = "SELECT current_setting('role'), coalesce(current_setting('app.agency_id', true), '')"

CREATE_ROLE: Final = """
DO $$ BEGIN
    CREATE ROLE vapup_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT vapup_app TO %I', current_user);
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO vapup_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO vapup_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO vapup_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO vapup_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO vapup_app;
"""


# The sweep looks into all agencies at once. Its role passes the wall, but only at the tables and for the acts that
# `let_sweep` names: it can neither read a client's figures nor change a case.
CREATE_SWEEPER: Final = """
DO $$ BEGIN
    CREATE ROLE vapup_sweeper NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT vapup_sweeper TO %I', current_user);
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO vapup_sweeper;
"""


# Searches read the words of enterprises and cases past the wall, as only then PostgreSQL uses their index. Nobody logs
# in or acts as this role: it owns functions that keep to the agency of their caller themselves (see `let_search`).
CREATE_SEARCHER: Final = """
DO $$ BEGIN
    CREATE ROLE vapup_searcher NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA public TO vapup_searcher;
"""


@contextmanager
def sweep_scope() -> Iterator[None]:
    """Run a transaction as the role that sees what the sweep of reminders needs, of all agencies."""
    with _scoped(settings.SWEEPER_ROLE, ""):
        yield


@contextmanager
def tenant_scope(agency_id: int) -> Iterator[None]:
    """Run a transaction as the unprivileged role that sees and writes the rows of one agency only."""
    with _scoped(settings.TENANT_ROLE, str(agency_id)):
        yield


@contextmanager
def _scoped(role: str, agency: str) -> Iterator[None]:
    surrounding = _scope() if connection.in_atomic_block else None
    with transaction.atomic():
        _set_scope(role, agency)
        yield
        # A surrounding transaction goes on, so its scope must come back; a rollback brings it back by itself.
        if surrounding is not None and not transaction.get_rollback():
            _set_scope(*surrounding)


def _scope() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(READ_SCOPE)
        role, agency = cursor.fetchone()
    return role, agency


def _set_scope(role: str, agency: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_SCOPE, [role, agency])


def isolate(
    table: str, *, parents: Mapping[str, str] | None = None, is_append_only: bool = False, column: str = "agency_id"
) -> RunSQL:
    """Return the migration step that puts `table` behind both walls of the database.

    Args:
        table: a table of rows that belong to agencies.
        column: the column that names the agency.
        parents: foreign key column → parent table; the pair (agency_id, column) must exist there, so that no row can
            ever point into another agency.
        is_append_only: the unprivileged role may add and read rows, never change or delete them.
    """
    forward = [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_in_agency UNIQUE (agency_id, id)" if not is_append_only else "",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_own_agency ON {table} "
        f"USING ({column} = nullif(current_setting('app.agency_id', true), '')::bigint) "
        f"WITH CHECK ({column} = nullif(current_setting('app.agency_id', true), '')::bigint)",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM vapup_app" if is_append_only else "",
    ]
    forward.extend(_same_agency(table, parents or {}))
    return RunSQL([step for step in forward if step], RunSQL.noop)


def tie_to_agency(table: str, parents: Mapping[str, str]) -> RunSQL:
    """Return the migration step for foreign keys that were added to an isolated table later; as in `isolate`."""
    return RunSQL([*_same_agency(table, parents)], RunSQL.noop)


def _same_agency(table: str, parents: Mapping[str, str]) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{key}_same_agency "
        f"FOREIGN KEY (agency_id, {key}) REFERENCES {parent} (agency_id, id) DEFERRABLE INITIALLY DEFERRED"
        for key, parent in parents.items()
    ]


def let_sweep(table: str, rights: str, *, is_isolated: bool = True) -> RunSQL:
    """Return the migration step that gives the sweep `rights` on `table`, in the rows of all agencies.

    Args:
        rights: as in GRANT: "SELECT, UPDATE", or with columns "SELECT (id, name)".
        is_isolated: whether the table stands behind row-level security.
    """
    policy = f"CREATE POLICY {table}_sweep ON {table} TO vapup_sweeper USING (true) WITH CHECK (true)"
    steps = [f"GRANT {rights} ON {table} TO vapup_sweeper", policy if is_isolated else ""]
    return RunSQL([step for step in steps if step], RunSQL.noop)


def let_search(tables: Sequence[str], functions: Sequence[str]) -> RunSQL:
    """Return the migration step that gives `functions` to the searcher's role, which reads all rows of `tables`.

    A function must be SECURITY DEFINER with a fixed search_path and keep to app.agency_id. Only requests and tasks of
    an agency may call it. Whoever migrates belongs to the role no longer than this step takes.

    Args:
        functions: each with the types of its arguments, as in "search_cases(text[])".
    """
    steps = [
        *(f"GRANT SELECT ON {table} TO vapup_searcher" for table in tables),
        *(f"CREATE POLICY {table}_search ON {table} FOR SELECT TO vapup_searcher USING (true)" for table in tables),
        *(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC" for function in functions),
        *(f"GRANT EXECUTE ON FUNCTION {function} TO vapup_app" for function in functions),
        "GRANT CREATE ON SCHEMA public TO vapup_searcher",
        _MEMBERSHIP.format("GRANT vapup_searcher TO"),
        *(f"ALTER FUNCTION {function} OWNER TO vapup_searcher" for function in functions),
        _MEMBERSHIP.format("REVOKE vapup_searcher FROM"),
        "REVOKE CREATE ON SCHEMA public FROM vapup_searcher",
    ]
    return RunSQL([*steps], RunSQL.noop)


def without_search(functions: Sequence[str]) -> RunSQL:
    """Return the migration step that drops `functions` of the searcher's role, so that others can take their names."""
    drops = (f"DROP FUNCTION {function}" for function in functions)
    steps = (_MEMBERSHIP.format("GRANT vapup_searcher TO"), *drops, _MEMBERSHIP.format("REVOKE vapup_searcher FROM"))
    return RunSQL(steps, RunSQL.noop)


_MEMBERSHIP: Final = """
DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('{} %I', current_user);
    END IF;
END $$
"""
