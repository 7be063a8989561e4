"""Saved views: whose they are, who sees and changes them, and how a list opens with one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import make_agency, make_case, make_member
from tests.conftest import sign_in
from vapup.accounts.enums import ListPage, Role, Verb
from vapup.accounts.models import AuditEvent, Member, OpeningView, SavedView
from vapup.accounts.policy import NotAllowed
from vapup.accounts.saved_views.services import (
    VIEWS_PER_LIST,
    ViewRefused,
    change_view,
    open_with,
    remove_view,
    save_view,
)
from vapup.accounts.tenancy import tenant_scope

pytestmark = pytest.mark.django_db
CASES = "/cases/"


def saved(owner: Member, *, name: str = "進行中", query: str = "stage=open", is_shared: bool = False) -> SavedView:
    view = SavedView(agency=owner.agency, owner=owner, page=ListPage.CASES, name=name, query=query)
    view.is_shared = is_shared
    view.save()
    return view


@pytest.fixture
def manager(consultant: Member) -> Member:
    return make_member(consultant.agency, Role.MANAGER, display_name="所長 三郎")


@pytest.fixture
def colleague(consultant: Member) -> Member:
    return make_member(consultant.agency, Role.CONSULTANT, display_name="同僚 次郎")


def names_on(browser: Client) -> set[str]:
    return {view.name for view, _url in browser.get(f"{CASES}?view=all").context["views"]}


def test_the_list_as_it_stands_is_saved_and_opened_again(consultant: Member) -> None:
    browser = sign_in(consultant)
    listed = browser.get(f"{CASES}?frame=vup&stage=&column=number&column=council&sort=-number&page=3")
    form_url = f"/views/new/?{listed.context['save_query']}"
    shown = browser.get(form_url).context["form"]
    sent = {"page": shown["page"].value(), "query": shown["query"].value(), "name": "Vアップの協議会"}
    answer = browser.post(form_url, sent)
    view = SavedView.objects.get()
    assert view.query == "frame=vup&column=number&column=council&sort=-number"  # neither empty filters nor the page
    assert (view.owner, view.is_shared) == (consultant, False)
    assert answer["Location"] == f"{CASES}?{view.query}&view={view.pk}"
    opened = browser.get(answer["Location"])
    assert (opened.context["current_view"], opened.context["is_view_changed"]) == (view, False)
    changed = browser.get(f"{CASES}?stage=open&view={view.pk}")
    assert changed.context["is_view_changed"]
    assert "(変更あり)" in changed.content.decode()


def test_own_views_are_private_and_shared_ones_the_offices(consultant: Member, colleague: Member) -> None:
    saved(consultant, name="自分だけ")
    saved(consultant, name="みんなで", is_shared=True)
    foreign = make_member(make_agency(), Role.CONSULTANT)
    saved(foreign, name="他社", is_shared=True)
    assert names_on(sign_in(consultant)) == {"自分だけ", "みんなで"}
    assert names_on(sign_in(colleague)) == {"みんなで"}
    assert names_on(sign_in(foreign)) == {"他社"}


def test_what_is_not_ones_own_nor_shared_is_not_there(consultant: Member, colleague: Member, manager: Member) -> None:
    """A colleague's private view and another agency's shared one are both 404, for a manager too."""
    private = saved(consultant)
    foreign = saved(make_member(make_agency(), Role.CONSULTANT), is_shared=True)
    for who in (colleague, manager):
        browser = sign_in(who)
        for view in (private, foreign):
            assert browser.get(reverse("accounts:view_edit", args=[view.pk])).status_code == 404
            for name in ("view_edit", "view_remove", "view_opening"):
                assert browser.post(reverse(f"accounts:{name}", args=[view.pk])).status_code == 404
    assert SavedView.objects.count() == 2


def test_a_shared_view_is_changed_by_its_owner_or_a_manager(
    consultant: Member, colleague: Member, manager: Member
) -> None:
    view = saved(consultant, is_shared=True)
    url = reverse("accounts:view_edit", args=[view.pk])
    assert sign_in(colleague).post(url, {"name": "奪う", "is_shared": "on"}).status_code == 403
    with pytest.raises(NotAllowed):
        remove_view(actor=colleague, view_id=view.pk)
    assert sign_in(manager).post(url, {"name": "所長の名前", "is_shared": "on"}).status_code == 302
    assert sign_in(consultant).post(url, {"name": "元の名前", "is_shared": "on"}).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.owner) == ("元の名前", consultant)
    names = [event.changes["名前"] for event in AuditEvent.objects.filter(verb=Verb.CHANGED).order_by("pk")]
    assert names == [["進行中", "所長の名前"], ["所長の名前", "元の名前"]]


def test_the_conditions_are_replaced_only_if_asked(consultant: Member) -> None:
    view = saved(consultant)
    browser, url = sign_in(consultant), reverse("accounts:view_edit", args=[view.pk])
    browser.post(url, {"name": "進行中", "query": "frame=vup"})
    view.refresh_from_db()
    assert view.query == "stage=open"
    browser.post(url, {"name": "進行中", "query": "frame=vup&page=2&view=1", "takes_query": "on"})
    view.refresh_from_db()
    assert view.query == "frame=vup"


def test_a_list_opens_with_the_view_that_a_person_chose(consultant: Member, colleague: Member) -> None:
    view = saved(consultant, is_shared=True)
    browser = sign_in(colleague)
    browser.post(reverse("accounts:view_opening", args=[view.pk]), {"is_opening": "1"})
    assert browser.get(CASES)["Location"] == f"{CASES}?stage=open&view={view.pk}"
    assert browser.get(f"{CASES}?view=all").status_code == 200  # the way to everything stays open
    assert browser.get("/enterprises/").status_code == 200
    assert sign_in(consultant).get(CASES).status_code == 200  # for this one person alone
    browser.post(reverse("accounts:view_opening", args=[view.pk]), {"is_opening": "0"})
    assert browser.get(CASES).status_code == 200
    said = AuditEvent.objects.filter(object_type="savedview").order_by("pk").values_list("changes", flat=True)
    assert list(said) == [{"最初に開く表示": [False, True]}, {"最初に開く表示": [True, False]}]


def test_another_opening_view_takes_the_place_of_the_first(consultant: Member) -> None:
    first, second = saved(consultant), saved(consultant, name="完了", query="stage=completed")
    open_with(actor=consultant, view=first, is_opening=True)
    open_with(actor=consultant, view=second, is_opening=True)
    assert OpeningView.objects.get().view == second


def test_a_view_that_is_no_longer_shared_opens_nobody_elses_list(consultant: Member, colleague: Member) -> None:
    view = saved(consultant, is_shared=True)
    for who in (consultant, colleague):
        open_with(actor=who, view=view, is_opening=True)
    change_view(actor=consultant, view_id=view.pk, name=view.name, is_shared=False)
    assert OpeningView.objects.get().member == consultant
    assert sign_in(colleague).get(CASES).status_code == 200


def test_a_removed_view_is_gone_for_everybody_and_noted(consultant: Member, colleague: Member) -> None:
    view = saved(consultant, is_shared=True)
    open_with(actor=colleague, view=view, is_opening=True)
    answer = sign_in(consultant).post(reverse("accounts:view_remove", args=[view.pk]))
    assert answer["Location"] == f"{CASES}?view=all"
    assert not SavedView.objects.exists()
    event = AuditEvent.objects.get(verb=Verb.DELETED)
    assert (event.object_label, event.changes) == ("進行中", {"条件": ["stage=open", None]})
    assert sign_in(colleague).get(CASES).status_code == 200


def test_a_name_is_taken_once_by_each_owner(consultant: Member, colleague: Member) -> None:
    saved(consultant)
    saved(colleague, is_shared=True)
    answer = sign_in(consultant).post("/views/new/", {"page": "cases", "query": "frame=vup", "name": "進行中"})
    assert answer.status_code == 422
    assert "「進行中」という名前の表示は、すでにあります" in answer.content.decode()
    assert 'value="frame=vup"' in answer.content.decode()  # what was to be saved stays


def test_nobody_saves_views_without_end(consultant: Member) -> None:
    for place in range(VIEWS_PER_LIST):
        saved(consultant, name=f"表示{place}")
    with pytest.raises(ViewRefused, match="一人30件まで"):
        save_view(actor=consultant, page=ListPage.CASES, name="もう一つ", query="")
    save_view(actor=consultant, page=ListPage.ENTERPRISES, name="もう一つ", query="")


@pytest.mark.parametrize("query", ["q=" + "あ" * 200, "%zz&&==", "q=%00%ED%A0%80", "sort=<script>", "column=x" * 5])
def test_hostile_conditions_are_saved_as_an_address_or_refused(consultant: Member, query: str) -> None:
    make_case(consultant)
    browser = sign_in(consultant)
    answer = browser.post("/views/new/", {"page": "cases", "query": query, "name": "悪意"})
    assert answer.status_code in {302, 422}
    if answer.status_code == 302:
        assert browser.get(answer["Location"]).status_code == 200


def test_the_database_keeps_the_views_of_agencies_apart(consultant: Member) -> None:
    saved(consultant)
    with tenant_scope(make_agency().pk):
        assert not SavedView.objects.exists()
        assert not OpeningView.objects.exists()
