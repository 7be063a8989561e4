"""Fixtures of the tests of imports."""

from __future__ import annotations

import pytest

from tests.builders import make_member
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member


@pytest.fixture
def mover(agency: Agency) -> Member:
    """Somebody who may bring data in and be in charge of cases."""
    return make_member(agency, Role.MANAGER, display_name="移行 太郎", email="mover@example.jp")
