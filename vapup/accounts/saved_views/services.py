"""Saving, changing and removing views, and choosing the one with which a list opens."""

from __future__ import annotations

from typing import Final

from vapup.accounts import audit
from vapup.accounts.enums import Action, ListPage, Verb
from vapup.accounts.models import Member, OpeningView, SavedView
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

VIEWS_PER_LIST: Final = 30
FACTS: Final = ("name", "query", "is_shared")


class ViewRefused(DomainError):
    """The view cannot be kept like this."""


@unit_of_work()
def save_view(
    *, actor: Member, page: ListPage, name: str, query: str, is_shared: bool = False, is_opening: bool = False
) -> SavedView:
    """Keep a list as the actor sees it now.

    Args:
        query: filters, columns and order as in the address of the list, without its page.
        is_opening: the list opens with this view for the actor from now on.

    Raises:
        ViewRefused: the actor has a view of this name, or too many.
    """
    _lock(actor)
    own = SavedView.objects.for_agency(actor.agency_id).filter(owner=actor, page=page)
    if own.count() >= VIEWS_PER_LIST:
        raise ViewRefused(
            f"「{page.label}」に保存できる表示は、一人{VIEWS_PER_LIST}件までです。不要な表示を削除してください。"
        )
    view = SavedView(agency=actor.agency, owner=actor, page=page, name=name, query=query, is_shared=is_shared)
    _check_name(view)
    view.save()
    audit.record(actor, Verb.CREATED, view, changes=audit.initial_values(view, ("page", *FACTS)))
    if is_opening:
        _open_with(actor, view)
    return view


@unit_of_work()
def change_view(*, actor: Member, view_id: int, name: str, is_shared: bool, query: str | None = None) -> SavedView:
    """Rename a view, share it or keep it to its owner, and give it another `query`; None leaves it.

    For whom it was the opening view and who can no longer see it, the list opens plainly again.

    Raises:
        NotAllowed: it is neither the actor's own nor a manager's to change.
        ViewRefused: its owner has another view of this name.
    """
    view = _locked(actor, view_id)
    _lock(view.owner)  # another view of the owner's may be getting the same name
    values = {"name": name, "is_shared": is_shared}
    changes = audit.apply_changes(view, values if query is None else {**values, "query": query})
    _check_name(view)
    if changes:
        view.save(update_fields=[*FACTS])
        audit.record(actor, Verb.CHANGED, view, changes=changes)
    if not view.is_shared:
        view.openings.exclude(member=view.owner_id).delete()
    return view


@unit_of_work()
def remove_view(*, actor: Member, view_id: int) -> SavedView:
    """Remove a view, for everybody if it was shared; the lists that opened with it open plainly again.

    Raises:
        NotAllowed: it is neither the actor's own nor a manager's to change.
    """
    view = _locked(actor, view_id)
    audit.record(actor, Verb.DELETED, view, changes={"条件": [view.query, None]})
    view.openings.all().delete()
    view.delete()
    return view


@unit_of_work()
def open_with(*, actor: Member, view: SavedView, is_opening: bool) -> None:
    """Let the list open with `view` for the actor, or plainly again."""
    _lock(actor)
    if is_opening:
        _open_with(actor, view)
        return
    gone, _ = OpeningView.objects.for_agency(actor.agency_id).filter(member=actor, view=view).delete()
    if gone:
        audit.record(actor, Verb.CHANGED, view, changes={"最初に開く表示": [True, False]})


def _open_with(actor: Member, view: SavedView) -> None:
    OpeningView.objects.for_agency(actor.agency_id).filter(member=actor, page=view.page).delete()
    OpeningView.objects.create(agency=actor.agency, member=actor, page=view.page, view=view)
    audit.record(actor, Verb.CHANGED, view, changes={"最初に開く表示": [False, True]})


def _lock(owner: Member) -> None:
    """Let the changes to one member's views wait for each other, whoever makes them."""
    Member.objects.for_agency(owner.agency_id).select_for_update(no_key=True).get(pk=owner.pk)


def _locked(actor: Member, view_id: int) -> SavedView:
    views = SavedView.objects.for_agency(actor.agency_id)
    view = views.select_for_update(of=("self",), no_key=True).select_related("owner__user").get(pk=view_id)
    require(actor, Action.KEEP_VIEW, view)
    return view


def _check_name(view: SavedView) -> None:
    others = SavedView.objects.for_agency(view.agency_id).filter(owner=view.owner_id, page=view.page, name=view.name)
    if others.exclude(pk=view.pk).exists():
        raise ViewRefused(f"「{view.name}」という名前の表示は、すでにあります。別の名前にしてください。")
