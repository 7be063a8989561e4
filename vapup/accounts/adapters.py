"""How allauth behaves here: no open sign-up, and sign-ins leave their mark in the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Member, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People join by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse: an account without an agency is of no use to anybody."""
        return False

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> Any:
        """Note the sign-in in each agency of the user."""
        for member in Member.objects.active().filter(user=user).select_related("user"):
            audit.record(member, Verb.SIGNED_IN, member)
        return super().post_login(request, user, **options)

    def set_password(self, user: User, password: str) -> None:
        """Note that the password was changed or reset."""
        super().set_password(user, password)
        for member in Member.objects.active().filter(user=user).select_related("user"):
            audit.record(member, Verb.PASSWORD_CHANGED, member)
