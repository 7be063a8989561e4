"""Somebody waits for a case while it changes hands: they get it as it is afterwards, and never "no such case"."""

from __future__ import annotations

from functools import partial

import pytest

from cases.models import Case, Enterprise
from cases.selectors.merging import merge_plan, shown_hash
from cases.services.cases import edit_case
from cases.services.locking import EditedMeanwhile
from cases.services.merging import Merging, merge_enterprises
from cases.services.people import switch_off_member
from tests.builders import make_agency, make_case, make_enterprise, make_member
from tests.races.behind import behind
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

pytestmark = pytest.mark.usefixtures("sent")


@pytest.fixture
def manager(db: None) -> Member:
    return make_member(make_agency(), Role.ADMIN, Role.MANAGER)


def test_a_case_whose_enterprise_is_merged_meanwhile_is_still_there(manager: Member) -> None:
    kept, gone = make_enterprise(manager.agency), make_enterprise(manager.agency, name="(有)山田水産")
    case = make_case(manager, enterprise=gone)
    merging = Merging(gone_id=gone.pk, taken=(), shown_sha256=shown_hash(merge_plan(kept, gone)))
    merge = partial(merge_enterprises, actor=manager, kept_id=kept.pk, merging=merging)
    edit = partial(edit_case, actor=manager, case_id=case.pk, version=1, facts={"difficulty": "経緯"})
    edited = behind(merge, edit, manager)
    assert isinstance(edited, Case), repr(edited)
    assert (edited.enterprise_id, edited.enterprise.name) == (kept.pk, kept.name)
    assert Case.objects.get(pk=case.pk).difficulty == "経緯"
    assert Enterprise.with_merged.get(pk=gone.pk).merged_into == kept


def test_a_case_that_is_handed_over_meanwhile_is_still_there(manager: Member) -> None:
    leaver = make_member(manager.agency, Role.CONSULTANT, display_name="去る 次郎")
    case = make_case(leaver)
    leave = partial(switch_off_member, actor=manager, member_id=leaver.pk, successor=manager)
    edit = partial(edit_case, actor=manager, case_id=case.pk, version=1, facts={"difficulty": "経緯"})
    assert isinstance(behind(leave, edit, manager), EditedMeanwhile)
    assert Case.objects.get(pk=case.pk).consultant == manager
