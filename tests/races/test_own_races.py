"""What members keep for themselves, written at the same moment: in two tabs, or by a manager beside the owner."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Final

import pytest

from tests.builders import make_agency, make_member
from tests.races.behind import behind
from vapup.accounts.enums import ListPage, Role
from vapup.accounts.models import Member, SavedView
from vapup.accounts.saved_views.services import ViewRefused, change_view, save_view
from vapup.help.models import Draft
from vapup.help.services import SavedElsewhere, Unsaved, save_draft

pytestmark = pytest.mark.usefixtures("sent")
NOW: Final = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
NAME: Final = "進行中"


@pytest.fixture
def owner(db: None) -> Member:
    return make_member(make_agency(), Role.CONSULTANT)


def kept(owner: Member, name: str) -> SavedView:
    return SavedView.objects.create(
        agency=owner.agency, owner=owner, page=ListPage.CASES, name=name, query="", is_shared=True
    )


def rename(by: Member, view: SavedView) -> partial[SavedView]:
    return partial(change_view, actor=by, view_id=view.pk, name=NAME, is_shared=True)


def save(by: Member) -> partial[SavedView]:
    return partial(save_view, actor=by, page=ListPage.CASES, name=NAME, query="")


def test_a_view_saved_while_another_gets_its_name_is_refused(owner: Member) -> None:
    manager = make_member(owner.agency, Role.MANAGER)
    answer = behind(rename(manager, kept(owner, "古い名前")), save(owner), owner)
    assert isinstance(answer, ViewRefused)
    assert SavedView.objects.filter(owner=owner, name=NAME).count() == 1


def test_a_view_that_gets_the_name_of_one_being_saved_is_refused(owner: Member) -> None:
    manager = make_member(owner.agency, Role.MANAGER)
    answer = behind(save(owner), rename(manager, kept(owner, "古い名前")), owner)
    assert isinstance(answer, ViewRefused)
    assert SavedView.objects.filter(owner=owner, name=NAME).count() == 1


def test_of_two_views_that_get_one_name_at_once_the_second_is_refused(owner: Member) -> None:
    first, second = kept(owner, "一つ目"), kept(owner, "二つ目")
    answer = behind(rename(owner, first), rename(owner, second), owner)
    assert isinstance(answer, ViewRefused)
    assert set(SavedView.objects.filter(owner=owner).values_list("name", flat=True)) == {NAME, "二つ目"}


def test_of_two_tabs_that_save_the_first_draft_of_a_form_the_second_is_told(owner: Member) -> None:
    texts = ("一つ目のタブ", "二つ目のタブ")
    path = "/cases/C-2026-0001/notes/"
    sent = [Unsaved(path=path, name="note", page=path, title="", base="a1", fields={"body": one}) for one in texts]
    first, second = (partial(save_draft, actor=owner, unsaved=one, revision=0, now=NOW) for one in sent)
    assert isinstance(behind(first, second, owner), SavedElsewhere)
    assert [one.fields for one in Draft.objects.filter(member=owner)] == [{"body": texts[0]}]
