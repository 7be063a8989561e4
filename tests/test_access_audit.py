"""Every write that succeeds leaves an event that says who did what; one story passes through all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.db import models
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case, Enterprise, EnterpriseMerge, Lender, Note
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline, Notice
from subsidies.enums import ApplicationState, PacketState
from subsidies.models import Application, CostLine, Export, GateOverride, ReturnItem
from tests.access_applications import play_papers
from tests.access_follow_up import play_follow_up
from tests.access_help import NOTHING_CHANGES
from tests.access_hours import play_hours
from tests.access_imports import play_imports
from tests.access_lists import play_lists
from tests.access_payments import ACCOUNT, play_payment
from tests.access_plans import play_plan
from tests.access_world import MATRIX, World, build_world, leaves
from tests.builders import PASSWORD
from tests.casework import pass_gate
from tests.one_time_codes import code_of
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, AuditEvent, Invitation, Member, User

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

NEW_PASSWORD: Final = "sendai-no-mori-2026"
ENTERPRISE: Final[Mapping[str, Any]] = {
    "name": "株式会社北上製作所",
    "name_kana": "キタカミセイサクジョ",
    "legal_form": "company",
    "representative": "北上 一郎",
    "address": "岩手県北上市1-1",
    "industry": "manufacturing_other",
    "business": "金属加工",
    "employee_count": "12",
    "fiscal_year_end_month": "3",
    "annual_sales_yen": "100,000,000",
    "interest_bearing_debt_yen": "50,000,000",
}
MAY_13 = date(2025, 5, 13)


@dataclass
class Story:
    """Plays writes one after the other and remembers which addresses they went through."""

    world: World
    browsers: dict[str, Client] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    silent: list[str] = field(default_factory=list)
    smuggled: dict[str, Any] = field(default_factory=dict)  # sent along with every form

    def browser(self, who: str) -> Client:
        return self.browsers.setdefault(who, self.world.browser(who))

    def url(self, name: str, **kwargs: str | int) -> str:
        own = {leaf: self.world.values[leaf] for leaf in self._parameters(name)}
        return reverse(name, kwargs={**own, **kwargs})

    def _parameters(self, name: str) -> frozenset[str]:
        return next(leaf.parameters for leaf in leaves() if leaf.name == name)

    @contextmanager
    def noted(self, name: str) -> Iterator[None]:
        """Expect that what happens inside adds an event."""
        newest = AuditEvent.objects.aggregate(models.Max("pk"))["pk__max"] or 0
        yield
        if not AuditEvent.objects.filter(pk__gt=newest).exists():
            self.silent.append(name)
        self.told.add(name)

    def write(
        self, who: str, address: str, /, *, query: str = "", kwargs: Mapping[str, Any] | None = None, **data: Any
    ) -> Response:
        """Send the form of a page as the page shows it, changed by `data`, and expect success and an event."""
        url = self.url(address, **(kwargs or {})) + query
        browser = self.browser(who)
        page = browser.get(url)
        shown = as_shown(page) if page.status_code == 200 else {}
        with self.noted(address):
            answer = browser.post(url, {**shown, **self.smuggled, **data})
        assert answer.status_code in {200, 302}, f"{address}: {answer.status_code} {errors_of(answer)}"
        if who in self.world.members and address.startswith(("cases:", "subsidies:", "monitoring:")):
            # What the system adds by itself, such as deadlines that follow, comes after.
            latest = AuditEvent.objects.exclude(actor=None).latest("pk")
            assert latest.actor == self.world.members[who], address
            assert latest.agency_id == self.world.members[who].agency_id
        return answer


def as_shown(page: Response) -> dict[str, Any]:
    """Return what a browser would send if nothing were changed on the page."""
    form = (page.context or {}).get("form")
    if form is None:
        return {}
    values = {bound.html_name: bound.value() for bound in form if not bound.field.disabled}
    plain = {name: value.pk if isinstance(value, models.Model) else value for name, value in values.items()}
    return {name: value for name, value in plain.items() if value not in (None, False)}


def errors_of(answer: Response) -> str:
    form = (answer.context or {}).get("form")
    return str(form.errors.as_data()) if form is not None else ""


@pytest.fixture
def story(db: None) -> Story:
    return Story(build_world())


def play_office(story: Story) -> None:
    story.browsers["-"] = Client()
    join: dict[str, Any] = {"display_name": "鈴木 一郎", "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    story.write("-", "accounts:accept_invitation", **join)
    story.write("a", "accounts:invite", email="abe@example.jp", display_name="阿部", roles=["viewer"])
    story.write("a", "accounts:revoke_invitation", kwargs={"invitation_id": Invitation.objects.latest("pk").pk})
    story.write("m", "accounts:agency", phone="022-123-4567")
    play_deadlines(story)
    play_imports(story.write, story.world.people["m"].email)
    story.write("a", "accounts:member_roles", roles=["consultant", "viewer"])
    story.write("a", "cases:switch_off", reason="休職")
    story.write("a", "accounts:switch_on")
    story.write("c", "accounts:profile", display_name="担当 華子")
    story.write("v", "monitoring:feed", act="make")
    elsewhere = story.world.members["x"].agency
    Member.objects.create(agency=elsewhere, user=story.world.people["v"], roles=[Role.VIEWER.value])
    story.write("v", "accounts:switch_agency", agency_id=elsewhere.pk)


def play_deadlines(story: Story) -> None:
    """The end of the agency's certification comes near."""
    until = clock.today() + timedelta(days=200)
    story.write("m", "accounts:agency", certification_expires_on=until.isoformat())
    own = {"deadline_id": Deadline.objects.get(case=None).pk}
    story.write("c", "monitoring:deadline_acknowledge", kwargs=own, note="更新を申請する")
    wake = clock.today() + timedelta(days=90)
    story.write("c", "monitoring:deadline_snooze", kwargs=own, until=wake.isoformat(), reason="書類を待つ")
    story.write("c", "monitoring:notices_read", notice=Notice.objects.get(recipient=story.world.members["c"]).pk)
    story.write("m", "monitoring:reminder_settings", mail_from_hour="9")


def play_case(story: Story) -> None:
    enterprise = f"?enterprise={story.world.values['enterprise_id']}"
    story.write("c", "cases:enterprise_new", **ENTERPRISE)
    story.write("c", "cases:enterprise_edit", representative="山田 次郎")
    story.write("c", "cases:lender_new", bank_name="仙台銀行", role="submain", balance_yen="1,000,000")
    story.write("c", "cases:lender_edit", balance_yen="170,000,000")
    story.write("c", "cases:lender_remove", kwargs={"lender_id": Lender.objects.latest("pk").pk})
    story.write("c", "cases:past_use_new", frame="normal", category="planning", paid_yen="50,000")
    story.write("c", "cases:past_use_remove")
    story.write("m", "cases:enterprise_unmerge", reason="別の会社だった")
    twin = story.world.values["merge_id"]
    gone = EnterpriseMerge.objects.get(pk=twin).gone_id
    story.write("a", "cases:enterprise_merge", query=f"?other={gone}")
    story.write("a", "cases:bank", contact="融資課 加藤")
    cases = Case.objects.filter(number=story.world.values["number"])
    cases.update(frame=SchemeFrame.SME_GL)
    story.write("c", "cases:guideline_edit", expert_name="高橋 一郎")
    cases.update(frame=SchemeFrame.NORMAL)
    planned: dict[str, Any] = {"frame": "vup", "consulted_on": "2025-05-01", "planned_accepted_on": "2025-06-02"}
    story.write("c", "cases:new", query=enterprise, **planned)
    story.write(
        "c", "cases:edit", difficulty="売上の減少", support_outlook="支援の見込みあり", repeat_use_reason="新しい原因"
    )
    story.write("c", "cases:co_agency_new", name="仙台会計")
    story.write("c", "cases:co_agency_account", **ACCOUNT)
    story.write("c", "cases:co_agency_remove")
    story.write("c", "monitoring:period_new", starts_on="2027-04-01", ends_on="2027-09-30")
    story.write("c", "monitoring:period_edit", ends_on="2026-10-31")
    story.write("c", "monitoring:follow_up_meeting_remove")
    story.write("c", "monitoring:period_remove")
    line: dict[str, Any] = {
        "group": "planning",
        "work": "計画策定",
        "person": "佐藤(税理士)",
        "hourly_rate_yen": "10,000",
        "minutes": "10",
    }
    story.write("c", "subsidies:cost_line_new", **line)
    story.write("c", "subsidies:cost_line_edit", work="財務DD")
    story.write("c", "subsidies:top_up_new", provider="石巻市", amount_yen="10,000", state="applied")
    story.write("c", "subsidies:top_up_edit", amount_yen="90,000", state="planned")
    story.write("c", "subsidies:top_up_remove")
    claim: dict[str, Any] = {"application_id": story.world.values["claim_id"]}
    story.write("c", "subsidies:claim", kwargs=claim, planning__cost_yen="900,000")
    story.write("c", "subsidies:settlement", kwargs={**claim, "co_agency_id": 0}, transferred_yen="300,000")
    play_payment(story, claim)
    play_gate(story, claim)
    story.write("c", "subsidies:estimate_new", name="伴走支援を3割にした案")
    story.write("c", "subsidies:estimate_remove")
    story.write("c", "subsidies:cost_line_remove")
    play_hours(story)


def play_gate(story: Story, claim: Mapping[str, Any]) -> None:
    story.write("c", "subsidies:gate_tick", kwargs=claim, code="sealed")
    page = story.browser("m").get(story.url("subsidies:gate", **claim))
    query = f"?finding={page.context['closing'][0]['finding'].key}"
    story.write("m", "subsidies:gate_override", kwargs=claim, query=query, reason="協議会に電話で確かめ、了解を得た。")
    passed = {**claim, "override_id": GateOverride.objects.latest("pk").pk}
    story.write("m", "subsidies:gate_override_remove", kwargs=passed)


def play_application(story: Story) -> None:
    story.write("c", "subsidies:request_approval")
    story.write("c", "subsidies:withdraw_request", reason="直したい")
    story.write("c", "subsidies:request_approval")
    usage = Application.objects.usage().get(case__number=story.world.values["number"])
    story.write("c", "subsidies:application_draft", kwargs={"application_id": usage.pk})
    story.write("m", "subsidies:send_back", comment="経緯を詳しく")
    story.write("c", "subsidies:request_approval")
    story.write("m", "subsidies:approve")
    story.write("c", "subsidies:draft_packet")
    story.write("a", "subsidies:export_packet")
    usage = Application.objects.usage().select_related("case__agency").get(case__number=story.world.values["number"])
    pass_gate(usage, today=date(2025, 5, 7))
    story.write("c", "subsidies:submit", submitted_on=date(2025, 5, 7).isoformat(), method="counter")
    story.write("m", "cases:assign", consultant=story.world.members["o"].pk)
    play_council(story, usage)


def play_notes(story: Story) -> None:
    story.write("c", "cases:notes", body="社長に電話。決算書は来週届く。", called=[str(story.world.members["o"].pk)])
    written = {"note_id": Note.objects.latest("pk").pk}
    story.write("c", "cases:note_edit", kwargs=written, body="社長に電話。決算書は今週届く。")
    story.write("c", "cases:note_pin", kwargs=written, is_pinned="on", version=2)
    story.write("o", "cases:notes_read")


def play_council(story: Story, usage: Application) -> None:
    """The council returns the application, then accepts it; a letter follows, and the case lapses."""
    of_usage = {"application_id": usage.pk}
    complaint = {"returned_on": "2025-05-08", "cause_0": "seal", "comment_0": "押印がありません。"}
    story.write("m", "subsidies:application_council", kwargs={**of_usage, "answer": "return"}, **complaint)
    item = {**of_usage, "item_id": ReturnItem.objects.latest("pk").pk}
    story.write("m", "subsidies:return_answer", kwargs=item, answer="押印した。")
    story.write("m", "subsidies:request_approval")
    Agency.objects.update(self_approval_allowed=True)
    story.write("m", "subsidies:approve")
    story.write("a", "subsidies:application_export", kwargs=of_usage)
    story.write("a", "subsidies:export_new", application=usage.pk, purpose="協議会への提出")
    export = Export.objects.latest("pk")
    export.items.update(state=PacketState.FAILED, failure="作成できませんでした。")
    story.write("a", "subsidies:export_retry", kwargs={"export_id": export.pk})
    usage.refresh_from_db()
    pass_gate(usage, today=date(2025, 5, 9))
    story.write("m", "subsidies:submit", submitted_on="2025-05-09", method="counter")
    accept = {**of_usage, "answer": "accept"}
    story.write("m", "subsidies:application_council", kwargs=accept, accepted_on="2025-05-12")
    plan = {"deadline_id": Deadline.objects.get(kind=DeadlineKind.PLAN_CLAIM, state=DeadlineState.OPEN).pk}
    granted = {"until": "2029-05-11", "granted_on": "2026-01-05", "proof": "2026年1月5日付の承認通知"}
    story.write("m", "monitoring:deadline_extend", kwargs=plan, **granted)
    play_letter(story)
    story.write("m", "cases:advance", kwargs={"action": "lapse"}, occurred_on="2025-05-20", reason="期限を過ぎた")


def play_letter(story: Story) -> None:
    """A change notice from its beginning to its submission, and another that is given up."""
    story.write("m", "subsidies:application_new", choice="change")
    letter = {"application_id": Application.objects.latest("pk").pk}
    texts = {"subject": "回数の変更", "explanation": "金融機関の了解を得て年2回に改める。"}
    story.write("m", "subsidies:application_edit", kwargs=letter, **texts)
    story.write("m", "subsidies:application_request", kwargs=letter)
    story.write("m", "subsidies:application_reopen", kwargs=letter, reason="直したい")
    story.write("m", "subsidies:application_request", kwargs=letter)
    story.write("m", "subsidies:application_send_back", kwargs=letter, comment="理由を詳しく")
    story.write("m", "subsidies:application_request", kwargs=letter)
    story.write("m", "subsidies:application_approve", kwargs=letter)
    pass_gate(Application.objects.select_related("case__agency").get(pk=letter["application_id"]), today=MAY_13)
    story.write("m", "subsidies:application_submit", kwargs=letter, submitted_on="2025-05-13", method="post")
    story.write("m", "subsidies:application_new", choice="change")
    given_up = {"application_id": Application.objects.latest("pk").pk}
    story.write("m", "subsidies:application_cancel", kwargs=given_up, reason="不要になった")


def play_account(story: Story, capture: DjangoCaptureOnCommitCallbacks) -> None:
    user = story.world.people["m"]
    browser = story.browsers["m"] = Client()
    story.write("m", "account_login", login=user.email, password=PASSWORD)
    story.write("m", "account_change_password", oldpassword=PASSWORD, password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    browser.post("/accounts/reauthenticate/", {"password": NEW_PASSWORD})
    with story.noted("mfa_activate_totp"), capture(execute=True):
        browser.get("/accounts/2fa/totp/activate/")
        answer = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(browser.session[SECRET_SESSION_KEY])})
        assert answer.status_code == 302
    with story.noted("mfa_generate_recovery_codes"), capture(execute=True):
        assert browser.post("/accounts/2fa/recovery-codes/generate/")["Location"] == "/accounts/2fa/recovery-codes/"
    story.write("m", "account_logout")
    play_second_factor(story, user, browser)
    assert browser.post("/accounts/2fa/totp/deactivate/")["Location"].startswith("/accounts/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": NEW_PASSWORD})
    with story.noted("mfa_deactivate_totp"), capture(execute=True):
        assert browser.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    play_reset(story, user)


def play_second_factor(story: Story, user: User, browser: Client) -> None:
    codes = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    before = AuditEvent.objects.count()
    browser.post("/accounts/login/", {"login": user.email, "password": NEW_PASSWORD})
    assert AuditEvent.objects.count() == before, "the password alone is no sign-in"
    assert browser.get("/").status_code == 302
    with story.noted("mfa_authenticate"):
        browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert browser.get("/").status_code == 200


def play_reset(story: Story, user: User) -> None:
    visitor = Client()
    user.refresh_from_db()
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    form_url = visitor.get(reverse("account_reset_password_from_key", kwargs=key))["Location"]
    with story.noted("account_reset_password_from_key"):
        visitor.post(form_url, {"password1": PASSWORD, "password2": PASSWORD})


def test_every_write_is_noted(story: Story, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    play_office(story)
    play_case(story)
    play_notes(story)
    play_plan(story)
    play_follow_up(story)
    play_papers(story)
    play_lists(story)
    play_application(story)
    play_account(story, django_capture_on_commit_callbacks)
    writes = {name for name, (_reader, writer) in MATRIX.items() if writer not in {None, "closed"}}
    assert story.silent == []
    assert story.told == writes - NOTHING_CHANGES


def test_fields_that_no_page_shows_change_nothing(story: Story) -> None:
    other = story.world.members["x"].agency
    story.smuggled = {
        "agency": other.pk,
        "agency_id": other.pk,
        "id": "1",
        "is_active": "",
        "is_self_approved": "on",
        "stage": CaseStage.COMPLETED,
        "state": ApplicationState.APPROVED,
        "token_hash": "known",
        "decided_by": story.world.members["c"].pk,
        "costs_locked": "on",
    }
    play_office(story)
    play_case(story)
    for model in (Case, Enterprise, Lender, CostLine, Application, Invitation):
        assert not model._default_manager.filter(agency=other).exists(), model
    assert set(Case.objects.values_list("stage", "costs_locked")) <= {("preparing", False), ("consultation", False)}
    assert not Application.objects.exclude(state=ApplicationState.PREPARING).exists()
    assert not Member.objects.filter(is_active=False).exists()
    assert not Invitation.objects.filter(token_hash="known").exists()


def test_no_password_and_no_token_is_ever_noted(
    story: Story, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, caplog: pytest.LogCaptureFixture
) -> None:
    play_office(story)
    play_account(story, django_capture_on_commit_callbacks)
    noted = " ".join(str((event.changes, event.reason, event.object_label)) for event in AuditEvent.objects.all())
    for secret in (
        PASSWORD,
        NEW_PASSWORD,
        str(story.world.values["token"]),
        *User.objects.values_list("password", flat=True),
    ):
        assert secret not in noted
        assert secret not in caplog.text


def test_the_history_of_a_row_knows_who_and_where(story: Story) -> None:
    """The database's own trigger writes it, beside the audit trail, with the user of the request."""
    story.write("c", "cases:enterprise_edit", representative="山田 次郎")
    events = Enterprise._meta.apps.get_model("cases", "EnterpriseEvent")._default_manager
    latest = events.filter(pgh_obj_id=story.world.values["enterprise_id"]).latest("pgh_id")
    assert latest.representative == "山田 次郎"
    assert latest.pgh_context.metadata["user"] == story.world.people["c"].pk
    assert latest.pgh_context.metadata["url"].startswith("/enterprises/")
