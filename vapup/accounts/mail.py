"""The mail that invites somebody into an agency."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from vapup.accounts.services.invitations import Invited


def invitation_link(token: str, request: HttpRequest | None = None) -> str:
    """Return the address that accepts an invitation.

    In production it starts with the configured origin, never with what a browser claims; in the demonstration, whose
    port is chosen at each start, with the address that the browser uses.
    """
    path = reverse("accounts:accept_invitation", args=[token])
    if request is None or settings.IS_PRODUCTION:
        return f"{settings.PUBLIC_ORIGIN.rstrip('/')}{path}"
    return request.build_absolute_uri(path)


def send_invitation(invited: Invited, link: str) -> None:
    """Send the link after the transaction has committed; a mail server that is down is logged and stops nothing."""
    invitation = invited.invitation
    text = render_to_string("accounts/mail/invitation.txt", {"invitation": invitation, "link": link})
    subject = f"[vapup] {invitation.agency.name}からの招待"

    def send() -> None:
        send_mail(subject, text, from_email=None, recipient_list=[invitation.email])

    transaction.on_commit(send, robust=True)
