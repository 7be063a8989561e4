"""The test database as a copy of one that was migrated before: migrating takes most of a minute, copying a second."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "vapup_migrated_"
ONE_AT_A_TIME = 7_403_511  # the number of the lock that keeps two test processes from migrating side by side


@contextmanager
def migrated_database() -> Iterator[None]:
    """Point the connection at a fresh test database, dropped afterwards.

    The migrated original stays in the cluster under a name that is the hash of every migration, of what they import
    from the project, and of Django's version, so that it is made again exactly when one of them changes.
    """
    used, template = connection.settings_dict["NAME"], _template_name()
    name = connection.settings_dict["TEST"]["NAME"] or f"test_{used}"
    connection.close()
    with connection._nodb_cursor() as cursor:  # Django's own way to make test databases
        # The product never waits for long; who migrates beside this process takes a minute.
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        kept = {row[0] for row in cursor.fetchall()}
        if template not in kept:
            _drop(*kept)
            _migrate(template)
        _drop(name)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use(name)
    try:
        yield
    finally:
        connection.close()
        _use(used)
        _drop(name)


def _template_name() -> str:
    found = hashlib.sha256(metadata.version("django").encode())
    migrations: list[Path] = []
    for config in sorted(apps.get_app_configs(), key=lambda one: one.label):
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            found.update(f"{config.label}/{path.name}\n".encode() + path.read_bytes())
            migrations.append(path)
    for path in imported_modules(ROOT, migrations):
        found.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return f"{PREFIX}{found.hexdigest()[:16]}"


def imported_modules(root: Path, files: Iterable[Path]) -> list[Path]:
    """Return the modules below `root` that files import, and those that these import, as their import lines say."""
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        modules = {path for name in _imported_names(waiting.pop()) for path in _paths(root, name) if path.is_file()}
        waiting.extend(modules - found)
        found |= modules
    return sorted(found)


def _imported_names(file: Path) -> Iterator[str]:
    """Yield the names that may be modules; of `from a import b` both a and a.b."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _paths(root: Path, name: str) -> Iterator[Path]:
    """Yield where a module may be: in a file, or in a folder; the packages around it are run, too."""
    parts = name.split(".")
    yield root.joinpath(*parts).with_suffix(".py")
    yield from (root.joinpath(*parts[:count], "__init__.py") for count in range(1, len(parts) + 1))


def _migrate(template: str) -> None:
    """Make the original under another name first: a run that is killed half way leaves nothing that looks finished."""
    half, test = "vapup_half_migrated", connection.settings_dict["TEST"]
    connection.settings_dict["TEST"] = {**test, "NAME": half}
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    connection.settings_dict["TEST"] = test
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{template}"')


def _drop(*names: str) -> None:
    with connection._nodb_cursor() as cursor:
        for name in names:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _use(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
