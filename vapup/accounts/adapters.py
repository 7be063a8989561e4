"""How allauth behaves here: no open sign-up, and what users do to their accounts leaves its mark in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import User

# allauth announces these changes through the notification mail that belongs to them.
ANNOUNCED: Final[Mapping[str, Verb]] = MappingProxyType(
    {
        "mfa/email/totp_activated": Verb.MFA_SWITCHED_ON,
        "mfa/email/totp_deactivated": Verb.MFA_SWITCHED_OFF,
        "mfa/email/recovery_codes_generated": Verb.RECOVERY_CODES_MADE,
    }
)


class AccountAdapter(DefaultAccountAdapter):
    """People join by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: an account without an agency is of no use to anybody."""
        return False

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> Any:
        """Note the sign-in in each agency of the user."""
        audit.record_everywhere(user, Verb.SIGNED_IN)
        return super().post_login(request, user, **options)

    def logout(self, request: HttpRequest) -> None:
        """Note the sign-out."""
        if isinstance(request.user, User):
            audit.record_everywhere(request.user, Verb.SIGNED_OUT)
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """Note that the password was changed or reset."""
        super().set_password(user, password)
        audit.record_everywhere(user, Verb.PASSWORD_CHANGED)

    def send_notification_mail(self, template_prefix: str, user: User, *rest: Any, **options: Any) -> None:
        """Note a change of the second factor, and pass the mail on."""
        if verb := ANNOUNCED.get(template_prefix):
            audit.record_everywhere(user, verb)
        super().send_notification_mail(template_prefix, user, *rest, **options)
