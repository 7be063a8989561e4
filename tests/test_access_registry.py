"""No address without a policy, no policy without an address; and this check can fail."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path

from tests.access_world import MATRIX, Leaf, leaves
from tests.conftest import sign_in
from vapup.access import POLICIES
from vapup.accounts.http import UrlPolicy
from vapup.accounts.middleware import registry
from vapup.accounts.models import Member
from vapup.urls import urlpatterns as project_patterns


def forgotten(_request: HttpRequest) -> HttpResponse:
    """A page whose author forgot the policy."""
    return HttpResponse("open to everybody")


urlpatterns = [*project_patterns, path("forgotten/", forgotten, name="forgotten")]


def undeclared(found: Iterable[Leaf]) -> set[str]:
    """Return the names of the addresses that have no policy."""
    return {leaf.name for leaf in found} - set(POLICIES)


def test_every_address_has_a_policy() -> None:
    assert undeclared(leaves()) == set()


def test_every_policy_has_an_address() -> None:
    assert set(POLICIES) - {leaf.name for leaf in leaves()} == set()


def test_the_walk_finds_an_address_that_was_forgotten() -> None:
    assert undeclared(leaves(list(urlpatterns))) == {"forgotten"}


def test_names_are_unique() -> None:
    names = [leaf.name for leaf in leaves()]
    assert len(names) == len(set(names))
    assert len(names) > 70


def test_every_address_has_its_line_in_the_table_of_the_tests() -> None:
    assert set(MATRIX) == set(POLICIES)


def test_the_table_and_the_policies_agree_on_which_addresses_take_writes() -> None:
    for name, (_reader, writer) in MATRIX.items():
        policy: UrlPolicy = POLICIES[name]
        if MATRIX[name][0] != "closed":
            assert (policy.write is None) is (writer is None), name


def test_an_address_without_a_policy_cannot_be_called(settings: LazySettings, admin: Member) -> None:
    settings.ROOT_URLCONF = __name__
    assert "forgotten" in {leaf.name for leaf in leaves(get_resolver().url_patterns)}
    with pytest.raises(ImproperlyConfigured, match="'forgotten' has no policy"):
        sign_in(admin).get("/forgotten/")


def test_the_registry_in_force_is_the_one_tested() -> None:
    assert registry() is POLICIES
