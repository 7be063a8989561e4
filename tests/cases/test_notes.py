"""Notes: who writes, who changes, who is called, and what stays of it."""

from __future__ import annotations

from typing import Any

import pytest

from cases.models import Case, Mention, Note
from cases.selectors.notes import called_in, shown_notes, unread_of
from cases.services import notes as services
from cases.services.locking import EditedMeanwhile
from tests.builders import make_case, make_member, make_note
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case in the consultant's charge."""
    return make_case(consultant)


@pytest.fixture
def boss(agency: Agency) -> Member:
    """A manager with a name of her own."""
    return make_member(agency, Role.MANAGER, display_name="山口 一郎")


def edit(note: Note, actor: Member, **changed: Any) -> Note:
    values = {"version": note.version, "body": note.body, "is_pinned": note.is_pinned, "now": clock.now()}
    return services.edit_note(actor=actor, note_id=note.pk, **{**values, **changed})


def last_event(case: Case) -> AuditEvent:
    return AuditEvent.objects.filter(object_type="case", object_id=case.pk).order_by("-pk")[0]


def test_a_note_is_stored_with_its_calls_and_told_in_the_trail(case: Case, consultant: Member, boss: Member) -> None:
    note = services.write_note(actor=consultant, case_id=case.pk, body="決算書は来週。", called=[boss])
    assert (note.author, note.body, note.is_pinned, note.version) == (consultant, "決算書は来週。", False, 1)
    assert [(one.member, one.read_at) for one in note.mentions.all()] == [(boss, None)]
    assert last_event(case).changes == {
        f"メモ {note.pk}: 本文": [None, "決算書は来週。"],
        f"メモ {note.pk}: 知らせる相手": [None, ["山口 一郎"]],
    }


@pytest.mark.parametrize(
    "text",
    ["@山口 一郎 さん、確認を", "@山口一郎さん、確認を", "\uff20山口\u3000一郎 確認を", "a@example.jp\n@山口 一郎"],
)
def test_a_name_behind_an_at_sign_calls(case: Case, consultant: Member, boss: Member, text: str) -> None:
    services.write_note(actor=consultant, case_id=case.pk, body=text)
    assert [one.note.body for one in unread_of(boss)] == [text]


@pytest.mark.parametrize("text", ["山口 一郎", "@山口", "@田中 一郎", "@ 山口 一郎", "山口@一郎"])
def test_what_is_no_call_calls_nobody(case: Case, consultant: Member, boss: Member, text: str) -> None:
    services.write_note(actor=consultant, case_id=case.pk, body=text)
    assert not Mention.objects.exists()


def test_the_longest_name_is_meant_and_of_two_namesakes_both(agency: Agency) -> None:
    short = make_member(agency, display_name="林 真")
    long = make_member(agency, display_name="林 真一")
    twins = [make_member(agency, display_name="髙﨑 優") for _ in range(2)]
    office = [short, long, *twins]
    assert called_in("@林真一 へ", office) == [long]
    assert called_in("@林 真 へ。@林真一 にも", office) == [long, short]
    assert called_in("@髙﨑優", office) == twins
    assert called_in("@高崎優", office) == []  # names are never made alike
    assert called_in("@林真", []) == []


def test_nobody_calls_themselves_strangers_or_who_has_left(
    case: Case, consultant: Member, outsider: Member, boss: Member
) -> None:
    services.write_note(actor=consultant, case_id=case.pk, body=f"@{consultant} @{outsider}")
    assert not Mention.objects.exists()
    boss.is_active = False
    boss.save()
    for stranger in (consultant, outsider, boss):
        with pytest.raises(services.NoteRefused, match="知らせられません"):
            services.write_note(actor=consultant, case_id=case.pk, body="x", called=[stranger])
    assert Note.objects.count() == 1


def test_a_viewer_does_not_write(case: Case, viewer: Member) -> None:
    with pytest.raises(NotAllowed):
        services.write_note(actor=viewer, case_id=case.pk, body="x")


def test_another_agency_finds_neither_case_nor_note(case: Case, consultant: Member, outsider: Member) -> None:
    note = make_note(case, consultant)
    with pytest.raises(Case.DoesNotExist):
        services.write_note(actor=outsider, case_id=case.pk, body="x")
    with pytest.raises(Note.DoesNotExist):
        edit(note, outsider, body="x")
    with pytest.raises(Case.DoesNotExist):
        services.mark_read(actor=outsider, case_id=case.pk, now=clock.now())


def test_only_the_author_changes_the_words(case: Case, consultant: Member, boss: Member) -> None:
    note = make_note(case, consultant, body="前の内容")
    with pytest.raises(NotAllowed, match="書いた本人だけ"):
        edit(note, boss, body="すり替え")
    changed = edit(note, consultant, body="直した内容")
    assert (changed.body, changed.version) == ("直した内容", 2)
    assert changed.edited_at is not None
    assert last_event(case).changes == {f"メモ {note.pk}: 本文": ["前の内容", "直した内容"]}


def test_every_earlier_text_is_kept_and_shown_newest_first(case: Case, consultant: Member) -> None:
    note = make_note(case, consultant, body="一")
    note = edit(note, consultant, body="二")
    note = edit(note, consultant, is_pinned=True)  # no new text
    note = edit(note, consultant, body="三")
    (shown,) = shown_notes(consultant, [note])
    assert [text.body for text in shown.earlier] == ["二", "一"]
    assert shown.can_edit


def test_an_edit_that_comes_too_late_changes_nothing(case: Case, consultant: Member) -> None:
    note = make_note(case, consultant, body="一")
    edit(note, consultant, body="二")
    with pytest.raises(EditedMeanwhile):
        edit(note, consultant, version=1, body="三")
    with pytest.raises(EditedMeanwhile):
        services.pin_note(actor=consultant, note_id=note.pk, version=1, is_pinned=True)
    note.refresh_from_db()
    assert (note.body, note.is_pinned) == ("二", False)


def test_an_edit_without_a_change_writes_nothing(case: Case, consultant: Member) -> None:
    note = make_note(case, consultant)
    before = AuditEvent.objects.count()
    assert edit(note, consultant).version == 1
    services.pin_note(actor=consultant, note_id=note.pk, version=1, is_pinned=False)
    assert AuditEvent.objects.count() == before


def test_an_edit_calls_who_is_new_and_takes_no_call_back(case: Case, consultant: Member, boss: Member) -> None:
    note = make_note(case, consultant, body="@山口 一郎", called=[boss])
    other = make_member(case.agency, Role.ADMIN, display_name="事務 四郎")
    edit(note, consultant, body="@事務四郎")
    assert {one.member for one in note.mentions.all()} == {boss, other}
    assert last_event(case).changes[f"メモ {note.pk}: 知らせる相手"] == [None, ["事務 四郎"]]


def test_who_is_called_alone_says_that_they_have_read(case: Case, consultant: Member, boss: Member) -> None:
    first, second = (make_note(case, consultant, called=[boss]) for _ in range(2))
    third = make_member(case.agency, Role.ADMIN, display_name="事務 四郎")
    elsewhere = make_note(make_case(consultant), consultant, called=[boss, third])
    assert services.mark_read(actor=consultant, case_id=case.pk, now=clock.now()) == 0
    assert services.mark_read(actor=boss, case_id=case.pk, now=clock.now()) == 2
    assert last_event(case).changes == {"メモ: 山口 一郎への呼びかけ": ["未読2件", "既読"]}
    assert services.mark_read(actor=boss, case_id=case.pk, now=clock.now()) == 0
    assert [one.note for one in unread_of(boss)] == [elsewhere]
    assert {first, second} == set(Note.objects.filter(mentions__read_at__isnull=False))


def test_a_viewer_who_is_called_may_say_so_too(case: Case, consultant: Member, viewer: Member) -> None:
    make_note(case, consultant, called=[viewer])
    assert services.mark_read(actor=viewer, case_id=case.pk, now=clock.now()) == 1
