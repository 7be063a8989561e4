"""What a request carries after the door: the member, and the object that the policy has let through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from vapup.accounts.enums import Action
from vapup.accounts.models import Member, User

T = TypeVar("T")
Loader = Callable[..., object]


class Moved(Exception):
    """Raised by a loader: what the URL names is part of something else now, and is shown at `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Access(Enum):
    """Policies that need no action: who may come in at all."""

    PUBLIC = "public"  # anybody, signed in or not
    SIGNED_IN = "signed in"  # any user, with or without an agency
    CLOSED = "closed"  # nobody: a page of a library that this product does not offer


@dataclass(frozen=True, slots=True)
class UrlPolicy:
    """Who may call one URL.

    Attributes:
        read: what GET and HEAD need.
        write: what every other method needs; None means that the URL takes no other method.
        load: finds the object named in the URL among the agency's own, or raises Http404, or Moved.
    """

    read: Action | Access
    write: Action | Access | None = None
    load: Loader | None = field(default=None)


class MemberRequest(HttpRequest):
    """A request of a signed-in member, as views receive it."""

    user: User
    member: Member
    htmx: HtmxDetails
    target: object


Registry = Mapping[str, UrlPolicy]
EMPTY_REGISTRY: Registry = MappingProxyType({})


def loaded(request: HttpRequest, kind: type[T]) -> T:
    """Return the object that the URL's policy loaded and let through."""
    target = getattr(request, "target", None)
    if not isinstance(target, kind):
        raise TypeError(f"the URL's policy loads {type(target).__name__}, the view expects {kind.__name__}")
    return target


def member_of(request: HttpRequest) -> Member | None:
    """Return the member of a request, or None for visitors and users without an agency."""
    member: Member | None = getattr(request, "member", None)
    return member
