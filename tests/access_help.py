"""The help's part of the access tests: who may call what, and a draft of the consultant, which is theirs alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vapup.accounts.models import Member
from vapup.help.models import Draft

EVERYBODY: Final = "comav"
HELP: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "help:index": (EVERYBODY, None),
    "help:glossary": (EVERYBODY, None),
    "help:keys": (EVERYBODY, None),
    "help:tour": (EVERYBODY, EVERYBODY),
    "help:drafts": (EVERYBODY, None),
    "help:draft": (EVERYBODY, EVERYBODY),
    "help:draft_drop": ("c", "c"),
    "help:session": ("self", "self"),
    "help:accessibility": ("public", None),
}
# These change nothing that lasts: they ask for a mail, prove once more who is sitting there, keep what is not yet
# saved, or where somebody is in the first tour.
NOTHING_CHANGES: Final = {
    *("account_reset_password", "account_reauthenticate", "mfa_reauthenticate"),
    *("help:tour", "help:draft", "help:draft_drop", "help:session"),
}


def draft_row(member: Member, number: str) -> int:
    """Store a draft of a note on the case and return its id."""
    path = f"/cases/{number}/notes/"
    row = Draft.objects.create(
        agency_id=member.agency_id, member=member, path=path, name="note", page=path, fields={"text": "途中"}, base="0"
    )
    return row.pk
