"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.builders import make_agency, make_member
from tests.migrated_database import migrated_database
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member

# Files of few tests that take longest, half a minute and more each.
LONGEST: Final = (
    "test_access_matrix.py",
    "test_http_machine.py",
    "test_query_counts.py",
    "test_canaries.py",
    "test_packet_pdf.py",
    "test_exports.py",
    "test_access_audit.py",
    "test_hostile_text.py",
    "test_packet_pages.py",
    "test_demo_data.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser, then the longest files, then those of most tests.

    What a worker begins last should be short, and a file of one test that starts the whole product takes minutes.
    """
    sizes = Counter(item.path for item in items)
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(
        key=lambda item: (
            item.get_closest_marker("e2e") is None,
            places.get(item.path.name, len(LONGEST)),
            -sizes[item.path],
        )
    )


def pytest_collection_finish() -> None:
    """Leave what the whole run needs out of the search for garbage, which finds nothing there again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Take the place of pytest-django's own fixture, which migrates every time."""
    with django_db_blocker.unblock(), migrated_database(), django_db_blocker.block():
        yield


@pytest.fixture(autouse=True)
def _no_outside_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _private_files(settings: LazySettings, tmp_path: Path) -> None:
    """Keep stored files of a test in its own folder."""
    storages: Any = settings.STORAGES
    private = storages["default"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = storages | {"default": private}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: LazySettings) -> None:
    """Hash quickly: Argon2 is slow on purpose, and every test makes users."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def agency(db: None) -> Agency:
    """An agency of several people."""
    return make_agency()


@pytest.fixture
def consultant(agency: Agency) -> Member:
    """A consultant of the agency."""
    return make_member(agency, Role.CONSULTANT)


@pytest.fixture
def manager(agency: Agency) -> Member:
    """A manager of the agency."""
    return make_member(agency, Role.MANAGER)


@pytest.fixture
def admin(agency: Agency) -> Member:
    """An admin of the agency."""
    return make_member(agency, Role.ADMIN)


@pytest.fixture
def viewer(agency: Agency) -> Member:
    """A viewer of the agency."""
    return make_member(agency, Role.VIEWER)


@pytest.fixture
def outsider(db: None) -> Member:
    """A member with every role of another agency."""
    return make_member(make_agency(name="別の会計事務所", slug="other"), *Role)


def sign_in(member: Member) -> Client:
    """Return a browser of `member`."""
    client = Client()
    client.force_login(member.user)
    return client
