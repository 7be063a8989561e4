"""People who join, leave and lose their roles in the same moment."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import partial

import pytest

from cases.services.cases import assign_case
from cases.services.enterprises import register_enterprise
from cases.services.people import switch_off_member
from tests.builders import PASSWORD, make_agency, make_case, make_enterprise, make_member, make_user
from tests.races.conftest import kinds, run_at_once, within
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Invitation, Member, User
from vapup.accounts.services.invitations import accept_as_new_user, accept_as_user, invite, revoke_invitation
from vapup.accounts.services.members import change_roles

pytestmark = pytest.mark.usefixtures("sent")
NOW = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency()


def admins(agency: Agency) -> int:
    return Member.objects.filter(agency=agency).active().filter(roles__contains=[Role.ADMIN.value]).count()


def test_two_admins_who_take_each_others_role_leave_one(agency: Agency) -> None:
    first, second = make_member(agency, Role.ADMIN), make_member(agency, Role.ADMIN)
    pairs = ((first, second), (second, first))
    acts = [partial(change_roles, actor=by, member_id=of.pk, roles=[Role.VIEWER]) for by, of in pairs]
    answers = run_at_once([within(agency, act) for act in acts])
    assert kinds(answers) == ["LastAdmin", "done"]
    assert admins(agency) == 1
    assert AuditEvent.objects.filter(agency=agency, verb=Verb.ROLES_CHANGED).count() == 1


def test_two_admins_who_switch_each_other_off_leave_one(agency: Agency) -> None:
    first, second = make_member(agency, Role.ADMIN), make_member(agency, Role.ADMIN)
    pairs = ((first, second), (second, first))
    acts = [partial(switch_off_member, actor=by, member_id=of.pk, successor=None) for by, of in pairs]
    answers = run_at_once([within(agency, act) for act in acts])
    assert kinds(answers) == ["SwitchOffRefused", "done"]
    assert admins(agency) == 1


def test_losing_the_role_and_being_switched_off_at_once_leaves_one_admin(agency: Agency) -> None:
    first, second = make_member(agency, Role.ADMIN), make_member(agency, Role.ADMIN)
    demote = partial(change_roles, actor=first, member_id=second.pk, roles=[Role.VIEWER])
    switch_off = partial(switch_off_member, actor=second, member_id=first.pk, successor=None)
    assert "done" in kinds(run_at_once([within(agency, act) for act in (demote, switch_off)]))
    assert admins(agency) == 1


def test_an_invitation_accepted_five_times_makes_one_member(agency: Agency) -> None:
    admin = make_member(agency, Role.ADMIN)
    email = f"suzuki-{agency.pk}@example.jp"
    invited = invite(actor=admin, email=email, display_name="鈴木 一郎", roles=[Role.VIEWER], now=NOW)
    accept = partial(accept_as_new_user, token=invited.token, display_name="鈴木 一郎", password=PASSWORD, now=NOW)
    answers = run_at_once([accept] * 5)  # nobody is signed in yet, so there is no scope
    assert Counter(kinds(answers)) == {"done": 1, "InvitationClosed": 4}
    assert User.objects.filter(email=email).count() == 1
    assert Member.objects.filter(agency=agency, user__email=email).count() == 1
    assert AuditEvent.objects.filter(agency=agency, verb=Verb.JOINED).count() == 1


def test_two_tabs_of_a_user_accept_once(agency: Agency) -> None:
    user = make_user()
    admin = make_member(agency, Role.ADMIN)
    invited = invite(actor=admin, email=user.email, display_name="佐藤", roles=[Role.VIEWER], now=NOW)
    answers = run_at_once([partial(accept_as_user, token=invited.token, user=user, now=NOW)] * 2)
    assert kinds(answers) == ["InvitationClosed", "done"]
    assert Member.objects.filter(agency=agency, user=user).count() == 1


def test_accepting_and_revoking_at_once_does_one_of_them(agency: Agency) -> None:
    user = make_user()
    admin = make_member(agency, Role.ADMIN)
    invited = invite(actor=admin, email=user.email, display_name="佐藤", roles=[Role.VIEWER], now=NOW)
    accept = partial(accept_as_user, token=invited.token, user=user, now=NOW)
    revoke = within(agency, partial(revoke_invitation, actor=admin, invitation_id=invited.invitation.pk, now=NOW))
    assert kinds(run_at_once([accept, revoke])) == ["InvitationClosed", "done"]
    invitation = Invitation.objects.get(pk=invited.invitation.pk)
    assert (invitation.accepted_at is None) is (invitation.revoked_at is not None)
    assert Member.objects.filter(agency=agency, user=user).exists() is (invitation.accepted_at is not None)


def test_one_address_invited_five_times_has_one_open_invitation(agency: Agency) -> None:
    admin = make_member(agency, Role.ADMIN)
    act = partial(invite, actor=admin, email="abe@example.jp", display_name="阿部", roles=[Role.VIEWER], now=NOW)
    answers = run_at_once([within(agency, act)] * 5)
    assert Counter(kinds(answers)) == {"done": 1, "InvitationRefused": 4}
    assert Invitation.objects.filter(agency=agency).count() == 1


def test_one_corporate_number_registered_at_once_is_one_enterprise(agency: Agency) -> None:
    actor = make_member(agency, Role.CONSULTANT)
    pattern = make_enterprise(make_agency())
    names = ("name_kana", "legal_form", "representative", "address", "industry", "business", "employee_count")
    figures = ("fiscal_year_end_month", "annual_sales_yen", "interest_bearing_debt_yen")
    facts = {name: getattr(pattern, name) for name in (*names, *figures)} | {"corporate_number": "1234567890123"}
    acts = [
        partial(register_enterprise, actor=actor, facts={**facts, "name": f"会社{one}"}, is_another=False)
        for one in range(5)
    ]
    assert Counter(kinds(run_at_once([within(agency, act) for act in acts]))) == {"done": 1, "DuplicateNumber": 4}


def test_no_case_is_left_with_a_member_who_was_switched_off_meanwhile(agency: Agency) -> None:
    """The case is handed to a colleague in the moment in which that colleague is switched off."""
    admin, manager = make_member(agency, Role.ADMIN), make_member(agency, Role.MANAGER)
    leaver = make_member(agency, Role.CONSULTANT, display_name="退職 予定")
    case = make_case(make_member(agency, Role.CONSULTANT))
    switch_off = partial(switch_off_member, actor=admin, member_id=leaver.pk, successor=None)
    assign = partial(assign_case, actor=manager, case_id=case.pk, consultant=leaver)
    answers = run_at_once([within(agency, act) for act in (switch_off, assign)])
    kinds(answers)
    case.refresh_from_db()
    leaver.refresh_from_db()
    assert not (case.consultant_id == leaver.pk and not leaver.is_active)
