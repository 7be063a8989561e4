"""Which views a member can open, and with which one a list opens for them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from vapup.accounts.enums import ListPage
from vapup.accounts.models import Member, OpeningView, SavedView


def views_for(member: Member) -> QuerySet[SavedView]:
    """Return the member's own views and those that the office shares; each knows whether it `is_opening` for them."""
    opening = OpeningView.objects.for_agency(member.agency_id).filter(member=member, view=OuterRef("pk"))
    views = SavedView.objects.for_agency(member.agency_id).filter(Q(owner=member) | Q(is_shared=True))
    return views.select_related("owner__user").annotate(is_opening=Exists(opening)).order_by("is_shared", "name", "pk")


def views_of(member: Member, page: ListPage) -> list[SavedView]:
    """Return the views of one list, the member's own private ones first."""
    return list(views_for(member).filter(page=page))
