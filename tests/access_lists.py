"""Saved views of the access tests' world, and the writes of lists in the story of the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cases.models import Case
from vapup.accounts.enums import ListPage
from vapup.accounts.models import Member, OpeningView, SavedView

if TYPE_CHECKING:
    from tests.test_access_audit import Story

LISTS: Final = {
    "dashboard:search": ("comav", None),
    "dashboard:cases_export": ("comav", None),
    "dashboard:enterprises_export": ("comav", None),
    "cases:assign_many": ("m", "m"),
    "accounts:view_new": ("comav", "comav"),
    "accounts:view_edit": ("cm", "cm"),
    "accounts:view_remove": ("cm", "cm"),
    "accounts:view_opening": ("comav", "comav"),
}


def view_rows(consultant: Member, colleague: Member) -> dict[str, str | int]:
    """Store a view that the office shares, with which the list opens for the colleague."""
    own = {"agency": consultant.agency, "page": ListPage.CASES}
    view = SavedView.objects.create(**own, owner=consultant, name="進行中", query="stage=open", is_shared=True)
    OpeningView.objects.create(**own, member=colleague, view=view)
    return {"view_id": view.pk}


def play_lists(story: Story) -> None:
    """A view is saved, changed, opened with and removed; a case changes hands in the list, and back."""
    story.write("c", "accounts:view_new", query="?page=cases&query=stage%3Dopen", name="私の進行中")
    view = {"view_id": SavedView.objects.latest("pk").pk}
    story.write("c", "accounts:view_edit", kwargs=view, name="進行中すべて", is_shared="on")
    story.write("c", "accounts:view_opening", kwargs=view, is_opening="1")
    story.write("c", "accounts:view_remove", kwargs=view)
    members = story.world.members
    case = Case.objects.get(number=story.world.values["number"])
    other = members["o" if case.consultant_id == members["c"].pk else "c"]
    for member_id in (other.pk, case.consultant_id):
        story.write("m", "cases:assign_many", case=case.number, consultant=member_id, reason="")
