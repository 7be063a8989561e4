"""`manage.py create_agency`: the way into an empty production system."""

from __future__ import annotations

import json
import sys
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from vapup import clock
from vapup.accounts.mail import invitation_link
from vapup.accounts.models import User
from vapup.accounts.services.agencies import CannotFound, Founded, NewAgency, found_agency
from vapup.commands import InvalidInput, JsonErrorCommand
from vapup.ui.text import TextField


class AgencyForm(forms.Form):
    """The options, checked like the input of a page."""

    name = TextField(max_length=200)
    slug = forms.SlugField(max_length=50)
    admin_email = forms.EmailField(max_length=254)
    admin_name = TextField(max_length=100)


class Command(JsonErrorCommand):
    """Make an agency and its first admin."""

    help = (
        "Make an agency with its first admin. Without --password-stdin the answer holds a link, good once and for "
        "72 hours, with which the admin sets a password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="the agency's name, as printed on applications")
        parser.add_argument("--slug", required=True, help="its short name for commands: a-z, 0-9 and hyphens")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", required=True)
        parser.add_argument(
            "--one-person", action="store_true", help="one person does all: every working role, and self-approval"
        )
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the admin's password from standard input"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        new = _checked(options)
        password = _password(new) if options["password_stdin"] else None
        try:
            founded = found_agency(new=new, password=password, now=clock.now())
        except CannotFound as error:
            raise InvalidInput("already_exists", error.field, error.message) from error
        self.stdout.write(json.dumps(_answer(founded, new), ensure_ascii=False))


def _checked(options: dict[str, Any]) -> NewAgency:
    form = AgencyForm({name: options[name] for name in AgencyForm.base_fields})
    for field, errors in form.errors.items():
        raise InvalidInput("invalid_option", field, str(errors[0]))
    return NewAgency(**form.cleaned_data, is_one_person=options["one_person"])


def _password(new: NewAgency) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(password, User(email=new.admin_email, display_name=new.admin_name))
    except ValidationError as error:
        raise InvalidInput("invalid_password", "password", " ".join(error.messages)) from error
    return password


def _answer(founded: Founded, new: NewAgency) -> dict[str, Any]:
    invited = founded.invited
    return {
        "agency": founded.agency.slug,
        "admin": new.admin_email.lower(),
        "roles": [role.value for role in founded.roles],
        "self_approval_allowed": founded.agency.self_approval_allowed,
        "invitation": invitation_link(invited.token) if invited else None,
        "expires_at": invited.invitation.expires_at.isoformat() if invited else None,
    }
