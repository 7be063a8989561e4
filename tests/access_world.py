"""Two agencies with one row of everything, and who may call which address: the table that the access tests check.

The table is written by hand, address by address, so that a slip in the policies cannot hide in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cases.enums import PaidCategory, SchemeFrame
from cases.models import CoAgency, GuidelineProcedure, PastUse
from monitoring.models import CalendarFeed
from subsidies.enums import ApplicationKind, PacketState
from subsidies.models import (
    Packet,
)
from tests.access_applications import claim_row, export_row, paper_rows
from tests.access_deadlines import deadline_rows
from tests.access_figures import FIGURES, figure_rows
from tests.access_follow_up import FOLLOW_UP, follow_up_rows
from tests.access_help import HELP, draft_row
from tests.access_hours import HOURS, hours_rows
from tests.access_imports import IMPORTS, import_rows
from tests.access_lists import LISTS, view_rows
from tests.access_payments import payee_rows
from tests.access_plan_papers import PLAN_PAPERS
from tests.access_plans import PLANS, plan_rows
from tests.access_plans_more import PLANS_MORE
from tests.access_reports import REPORTS, RULE_VALUES
from tests.builders import (
    make_agency,
    make_case,
    make_cost_line,
    make_estimate,
    make_lender,
    make_member,
    make_merge,
    make_note,
    make_period,
    make_stance,
    make_top_up,
    make_user,
)
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Invitation, Member, User
from vapup.accounts.services.invitations import LIFETIME, token_hash
from vapup.documents.services import store

# c: the consultant in charge of the case, o: another consultant, m: manager, a: admin, v: viewer,
# x: every role, but of another agency, n: a user without an agency, -: nobody is signed in.
EVERYBODY: Final = "comav"
# (who reads, who writes). None: the address does not take the method. "public" and "closed" are for everybody,
# "self" for every user: such a page is about oneself, whatever the agency.
Cell = str | None
MATRIX: Final[Mapping[str, tuple[Cell, Cell]]] = {
    "health": ("public", None),
    "account_login": ("public", "public"),
    "account_logout": ("self", "self"),
    "account_inactive": ("public", None),
    "account_reauthenticate": ("self", "self"),
    "account_change_password": ("self", "self"),
    "account_reset_password": ("public", "public"),
    "account_reset_password_done": ("public", None),
    "account_reset_password_from_key": ("public", "public"),
    "account_reset_password_from_key_done": ("public", None),
    "account_signup": ("closed", "closed"),
    "account_email": ("closed", "closed"),
    "account_email_verification_sent": ("closed", "closed"),
    "account_confirm_email": ("closed", "closed"),
    "account_set_password": ("closed", "closed"),
    "account_confirm_login_code": ("closed", "closed"),
    "mfa_index": ("self", None),
    "mfa_authenticate": ("public", "public"),
    "mfa_reauthenticate": ("self", "self"),
    "mfa_activate_totp": ("self", "self"),
    "mfa_deactivate_totp": ("self", "self"),
    "mfa_view_recovery_codes": ("self", None),
    "mfa_generate_recovery_codes": ("self", "self"),
    "mfa_download_recovery_codes": ("self", None),
    "dashboard:home": (EVERYBODY, None),
    "dashboard:calendar": (EVERYBODY, None),
    "dashboard:calendar_export": (EVERYBODY, None),
    "dashboard:approvals": ("m", "m"),
    "dashboard:caps": ("ma", None),
    "dashboard:caps_export": ("ma", None),
    "dashboard:payments": (EVERYBODY, None),
    "dashboard:payments_export": (EVERYBODY, None),
    "accounts:members": ("a", None),
    "accounts:invite": ("a", "a"),
    "accounts:revoke_invitation": ("a", "a"),
    "accounts:member_roles": ("a", "a"),
    "accounts:switch_on": ("a", "a"),
    "accounts:accept_invitation": ("public", "public"),
    "accounts:agency": ("ma", "ma"),
    "accounts:audit": ("ma", None),
    "accounts:switch_agency": ("self", "self"),
    "accounts:profile": ("self", "self"),
    "cases:list": (EVERYBODY, None),
    "cases:new": ("com", "com"),
    "cases:detail": (EVERYBODY, None),
    "cases:edit": ("cm", "cm"),
    "cases:assign": ("m", "m"),
    "cases:advance": ("cma", "cma"),
    "cases:history": (EVERYBODY, None),
    "cases:as_of": (EVERYBODY, None),
    "cases:notes": (EVERYBODY, "coma"),
    "cases:notes_read": (EVERYBODY, EVERYBODY),
    "cases:note_edit": ("m", "m"),
    "cases:note_pin": ("coma", "coma"),
    "cases:co_agency_new": ("cm", "cm"),
    "cases:co_agency_remove": ("cm", "cm"),
    "cases:co_agency_account": ("cm", "cm"),
    "cases:office_account": ("ma", "ma"),
    "cases:banks": (EVERYBODY, None),
    "cases:bank": ("cma", "cma"),
    "cases:bank_letter": ("cm", None),
    "cases:guideline": (EVERYBODY, None),
    "cases:guideline_edit": ("cm", "cm"),
    "cases:enterprises": (EVERYBODY, None),
    "cases:enterprise_new": ("com", "com"),
    "cases:enterprise": (EVERYBODY, None),
    "cases:enterprise_edit": ("com", "com"),
    "cases:enterprise_history": (EVERYBODY, None),
    "cases:enterprise_merge": ("ma", "ma"),
    "cases:enterprise_unmerge": ("ma", "ma"),
    "cases:lender_new": ("com", "com"),
    "cases:lender_edit": ("com", "com"),
    "cases:lender_remove": ("com", "com"),
    "cases:past_use_new": ("com", "com"),
    "cases:past_use_remove": ("com", "com"),
    "cases:switch_off": ("a", "a"),
    "monitoring:case_deadlines": (EVERYBODY, None),
    "monitoring:deadline": (EVERYBODY, None),
    "monitoring:deadline_acknowledge": ("coma", "coma"),
    "monitoring:deadline_snooze": ("coma", "coma"),
    "monitoring:deadline_extend": ("cma", "cma"),
    "monitoring:extension_document": (EVERYBODY, None),
    "monitoring:notices": (EVERYBODY, None),
    "monitoring:notices_read": (EVERYBODY, EVERYBODY),
    "monitoring:risk": (EVERYBODY, None),
    "monitoring:reminder_settings": ("ma", "ma"),
    "monitoring:feed": (EVERYBODY, EVERYBODY),
    "monitoring:feed_ics": ("public", None),
    "monitoring:period_new": ("cm", "cm"),
    "monitoring:period_edit": ("cm", "cm"),
    "monitoring:period_remove": ("cm", "cm"),
    "subsidies:costs": (EVERYBODY, None),
    "subsidies:cost_line_new": ("cm", "cm"),
    "subsidies:cost_line_edit": ("cm", "cm"),
    "subsidies:cost_line_remove": ("cm", "cm"),
    "subsidies:assessment": (EVERYBODY, None),
    "subsidies:usage": (EVERYBODY, None),
    "subsidies:request_approval": ("cm", "cm"),
    "subsidies:withdraw_request": ("cm", "cm"),
    "subsidies:approve": ("m", "m"),
    "subsidies:send_back": ("m", "m"),
    "subsidies:submit": ("cma", "cma"),
    "subsidies:applications": (EVERYBODY, None),
    "subsidies:application_new": ("cm", "cm"),
    "subsidies:application": (EVERYBODY, None),
    "subsidies:application_edit": ("cm", "cm"),
    "subsidies:application_request": ("cm", "cm"),
    "subsidies:application_reopen": ("cm", "cm"),
    "subsidies:application_cancel": ("cm", "cm"),
    "subsidies:application_approve": ("m", "m"),
    "subsidies:application_send_back": ("m", "m"),
    "subsidies:application_submit": ("cma", "cma"),
    "subsidies:application_council": ("cma", "cma"),
    "subsidies:application_draft": ("cm", "cm"),
    "subsidies:application_export": ("a", "a"),
    "subsidies:return_answer": ("cm", "cm"),
    "subsidies:draft_packet": ("cm", "cm"),
    "subsidies:export_packet": ("a", "a"),
    "subsidies:claim": (EVERYBODY, "cm"),
    "subsidies:settlement": (EVERYBODY, "cm"),
    "subsidies:transfer_note": (EVERYBODY, None),
    "subsidies:take_hours": ("cm", "cm"),
    "subsidies:match": (EVERYBODY, None),
    "subsidies:case_match": (EVERYBODY, None),
    "subsidies:what_if": (EVERYBODY, None),
    "subsidies:hand_over": (EVERYBODY, None),
    "subsidies:payments": (EVERYBODY, None),
    "subsidies:payment_edit": ("cma", "cma"),
    "subsidies:gate": (EVERYBODY, None),
    "subsidies:gate_tick": ("cma", "cma"),
    "subsidies:gate_override": ("m", "m"),
    "subsidies:gate_override_remove": ("m", "m"),
    "subsidies:what_if_free": (EVERYBODY, None),
    "subsidies:estimate_new": ("cm", "cm"),
    "subsidies:estimate": (EVERYBODY, None),
    "subsidies:estimate_remove": ("cm", "cm"),
    "subsidies:top_up_new": ("cm", "cm"),
    "subsidies:top_up_edit": ("cm", "cm"),
    "subsidies:top_up_remove": ("cm", "cm"),
    "subsidies:chooser": (EVERYBODY, None),
    "subsidies:cap_ledger": (EVERYBODY, None),
    "subsidies:papers": (EVERYBODY, "cma"),
    "subsidies:paper": (EVERYBODY, "cma"),
    "subsidies:paper_upload": ("cma", "cma"),
    "subsidies:paper_version": (EVERYBODY, None),
    "subsidies:packets": (EVERYBODY, None),
    "subsidies:packet": (EVERYBODY, None),
    "subsidies:packet_download": (EVERYBODY, None),
    "subsidies:export_new": ("a", "a"),
    "subsidies:export": ("a", None),
    "subsidies:export_retry": ("a", "a"),
    "subsidies:export_download": ("a", None),
    **LISTS,
    **HOURS,
    **IMPORTS,
    **FIGURES,
    **PLANS,
    **PLANS_MORE,
    **PLAN_PAPERS,
    **FOLLOW_UP,
    **HELP,
    **REPORTS,
    "subsidies:application_tables": (EVERYBODY, None),
    "subsidies:packet_archive": (EVERYBODY, None),
}
# Pages that only an application for a payment has.
OF_A_CLAIM: Final = {
    *("subsidies:claim", "subsidies:settlement", "subsidies:transfer_note", "subsidies:take_hours", "subsidies:match"),
}
# Pages of one object: a member of another agency is told that there is no such thing.
OBJECT_PARAMETERS: Final = {
    *("number", "deadline_id", "enterprise_id", "packet_id", "export_id", "batch_id", "member_id", "invitation_id"),
    *("draft_id", "figures_batch_id", "hours_batch_id", "entry_id", "week_id", "worker_id", "view_id"),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """An address of the project: its name, and the names of its parameters."""

    name: str
    parameters: frozenset[str]


@dataclass(frozen=True, slots=True)
class World:
    """Everybody who may knock at a door, and what stands behind it."""

    people: Mapping[str, User]
    members: Mapping[str, Member]
    values: Mapping[str, str | int]

    def url(self, leaf: Leaf) -> str:
        """Return the address with the first agency's objects in it."""
        values = {name: self.values[name] for name in leaf.parameters}
        if leaf.name in OF_A_CLAIM:
            values["application_id"] = self.values.get("claim_id", values["application_id"])
        return reverse(leaf.name, kwargs=values)

    def browser(self, who: str, *, enforce_csrf_checks: bool = False) -> Client:
        """Return the browser of one of the people; errors come back as 500."""
        client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
        if who in self.people:
            client.force_login(self.people[who])
        return client


def leaves(patterns: list[URLPattern | URLResolver] | None = None, namespace: str = "") -> Iterator[Leaf]:
    """Yield every address below `patterns` (default: all of the project)."""
    for found in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(found, URLResolver):
            inner = f"{namespace}{found.namespace}:" if found.namespace else namespace
            yield from leaves(found.url_patterns, inner)
        else:
            parameters = {*found.pattern.converters, *found.pattern.regex.groupindex}
            yield Leaf(f"{namespace}{found.name}", frozenset(parameters))


def build_world() -> World:
    """Store both agencies and one row of everything in the first."""
    office, other = make_agency(name="青葉会計事務所"), make_agency(name="別の会計事務所")
    members = {
        "c": make_member(office, Role.CONSULTANT, display_name="担当 花子"),
        "o": make_member(office, Role.CONSULTANT, display_name="同僚 次郎"),
        "m": make_member(office, Role.MANAGER, display_name="所長 三郎"),
        "a": make_member(office, Role.ADMIN, display_name="事務 四郎"),
        "v": make_member(office, Role.VIEWER, display_name="閲覧 五郎"),
        "x": make_member(other, *Role, display_name="部外 六郎"),
    }
    people = {who: member.user for who, member in members.items()} | {"n": make_user(display_name="無所属 七郎")}
    return World(people, members, _rows(members["c"], members["o"], members["m"]))


def _rows(consultant: Member, colleague: Member, manager: Member) -> dict[str, str | int]:
    agency = consultant.agency
    case = make_case(consultant)
    lender = make_lender(case.enterprise)
    make_stance(case, lender, contact="融資課 阿部", conditions="毎月の試算表を提出すること")
    GuidelineProcedure.objects.create(agency=agency, case=case, expert_name="第三者 八郎")
    past_use = PastUse.objects.create(
        agency=agency,
        enterprise=case.enterprise,
        frame=SchemeFrame.NORMAL,
        category=PaidCategory.PLANNING,
        paid_yen=100_000,
    )
    co_agency = CoAgency.objects.create(agency=agency, case=case, name="駅前会計")
    payee_rows(case, co_agency)
    document = store(b"%PDF-1.7", agency_id=agency.pk, filename="usage.pdf", content_type="application/pdf")
    packet = Packet.objects.create(
        agency=agency,
        case=case,
        application=ApplicationKind.USAGE,
        state=PacketState.DONE,
        payload={},
        document=document,
        archive=store(b"PK", agency_id=agency.pk, filename="usage.zip", content_type="application/zip"),
        requested_by=consultant,
    )
    return {
        "number": case.number,
        "enterprise_id": case.enterprise_id,
        "draft_id": draft_row(consultant, case.number),
        "lender_id": lender.pk,
        "past_use_id": past_use.pk,
        "merge_id": make_merge(case.enterprise, manager).pk,
        "co_agency_id": co_agency.pk,
        "period_id": (period := make_period(case)).pk,
        **follow_up_rows(period, lender),
        "line_id": make_cost_line(case).pk,
        "top_up_id": make_top_up(case).pk,
        "packet_id": packet.pk,
        "note_id": make_note(case, manager, called=[colleague]).pk,
        **deadline_rows(consultant, case, document),
        **(papers := paper_rows(consultant, manager, case, document)),
        "export_id": export_row(packet, int(papers["application_id"]), manager),
        "estimate_id": make_estimate(case, consultant).pk,
        "member_id": colleague.pk,
        "invitation_id": _invitation(consultant).pk,
        "action": "withdraw",
        "answer": "return",
        "claim_id": (claim_id := claim_row(case)),
        **import_rows(manager, case, document),
        **figure_rows(consultant, case, document),
        **hours_rows(case, consultant, claim_id=claim_id),
        **plan_rows(case, consultant),
        **view_rows(consultant, colleague),
        "letter_kind": "confirmation",
        **RULE_VALUES,
        "token": _feed(consultant),
        "uidb36": "1",
        "key": "no-such-key",
    }


def _token(agency: Agency) -> str:
    return f"a-token-that-only-its-receiver-knows-{agency.pk}"


def _feed(member: Member) -> str:
    """Store a calendar of the member's, which the token of the invitation opens too."""
    token = _token(member.agency)
    CalendarFeed.objects.create(agency=member.agency, member=member, token_hash=token_hash(token), is_private=False)
    return token


def _invitation(by: Member) -> Invitation:
    now = clock.now()
    return Invitation.objects.create(
        agency=by.agency,
        email="suzuki@example.jp",
        display_name="鈴木 一郎",
        roles=[Role.VIEWER.value],
        token_hash=token_hash(_token(by.agency)),
        invited_by=by,
        invited_at=now,
        expires_at=now + LIFETIME,
    )


def fingerprint() -> dict[str, str]:
    """Return a hash of the content of every table, except sessions and the counters of the rate limits."""
    skipped = {"django_session", "vapup_cache"}
    names = [name for name in sorted(connection.introspection.table_names()) if name not in skipped]
    query = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{name}\" t"  # noqa: S608
        for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())
