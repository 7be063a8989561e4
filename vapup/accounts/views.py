"""The pages of members, invitations, the agency's settings, the audit trail, and one's own profile."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from vapup import clock
from vapup.accounts import selectors
from vapup.accounts.context import HUB
from vapup.accounts.forms import AuditFilterForm, InviteForm, JoinForm, ProfileForm, RolesForm, SettingsForm
from vapup.accounts.http import MemberRequest, loaded, member_of
from vapup.accounts.mail import invitation_link, send_invitation
from vapup.accounts.models import Invitation, Member, User
from vapup.accounts.selectors import AuditFilter
from vapup.accounts.services import agencies as agency_services
from vapup.accounts.services import invitations as invitation_services
from vapup.accounts.services import members as member_services
from vapup.accounts.services.invitations import AnotherAccount, InvitationClosed, shown
from vapup.shared.errors import DomainError

EVENTS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the breadcrumbs."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An open invitation as the list shows it."""

    invitation: Invitation
    is_expired: bool


def members(request: MemberRequest) -> HttpResponse:
    agency_id, now = request.member.agency_id, clock.now()
    invitations = [InvitationRow(one, now >= one.expires_at) for one in selectors.open_invitations(agency_id)]
    context = {
        "members": list(selectors.members(agency_id)),
        "invitations": invitations,
        "me": request.member,
        "breadcrumbs": _crumbs("利用者", _hub()),
    }
    return render(request, "accounts/members.html", context)


def invite(request: MemberRequest) -> HttpResponse:
    form = InviteForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            invited = invitation_services.invite(actor=request.member, now=clock.now(), **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            link = invitation_link(invited.token, request)
            send_invitation(invited, link)
            # No redirect: the link is shown this once, and nothing may keep it until a next request.
            context = {"invitation": invited.invitation, "link": link, "breadcrumbs": _under_members("招待しました")}
            return render(request, "accounts/invited.html", context)
    return _form_page(request, "accounts/invite.html", form, breadcrumbs=_under_members("招待"))


def revoke_invitation(request: MemberRequest, invitation_id: int) -> HttpResponse:
    invitation = loaded(request, Invitation)
    context = {"invitation": invitation, "breadcrumbs": _under_members("招待の取消し")}
    if request.method == "POST":
        try:
            invitation_services.revoke_invitation(actor=request.member, invitation_id=invitation_id, now=clock.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"{invitation.email} への招待を取り消しました。リンクはもう使えません。")
        return redirect("accounts:members")
    return render(request, "accounts/revoke_invitation.html", context)


def member_roles(request: MemberRequest, member_id: int) -> HttpResponse:
    target = loaded(request, Member)
    form = RolesForm(_posted(request), initial={"roles": target.roles})
    if request.method == "POST" and form.is_valid():
        try:
            changed = member_services.change_roles(actor=request.member, member_id=member_id, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{changed} さんの役割を「{changed.roles_label}」にしました。")
            return redirect("accounts:members")
    return _form_page(request, "accounts/roles.html", form, target=target, breadcrumbs=_under_members("役割の変更"))


def switch_on(request: MemberRequest, member_id: int) -> HttpResponse:
    target = loaded(request, Member)
    if request.method == "POST":
        try:
            member_services.switch_on(actor=request.member, member_id=member_id)
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"{target} さんの利用を再開しました。役割は「{target.roles_label}」です。")
        return redirect("accounts:members")
    context = {"target": target, "breadcrumbs": _under_members("利用の再開")}
    return render(request, "accounts/switch_on.html", context)


@login_not_required
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    token_hash = invitation_services.token_hash(token)
    invitation = Invitation.objects.select_related("agency").filter(token_hash=token_hash).first()
    if invitation is None:
        reason = "リンクが正しくありません。メールのリンクが途中で切れていないか、お確かめください。"
        return _closed(request, reason, HTTPStatus.NOT_FOUND)
    try:
        invitation_services.refuse_unusable(invitation, clock.now())
        if isinstance(request.user, User):
            return _accept_as_user(request, request.user, invitation, token)
        return _accept_as_visitor(request, invitation, token)
    except InvitationClosed as closed:
        return _closed(request, closed.message, HTTPStatus.GONE)


def agency(request: MemberRequest) -> HttpResponse:
    current = request.member.agency
    if request.method != "POST":
        return _form_page(
            request, "accounts/agency.html", SettingsForm.of(current), breadcrumbs=_crumbs("事務所の設定", _hub())
        )
    form = SettingsForm(request.POST)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        version, reason = form.cleaned_data["version"], form.cleaned_data["self_approval_reason"]
        try:
            agency_services.change_agency(actor=request.member, version=version, values=form.settings(), reason=reason)
        except agency_services.ReasonMissing as missing:
            form.add_error("self_approval_reason", missing.message)
        except agency_services.ChangedMeanwhile as conflict:
            return _conflict(request, form, conflict.message)
        else:
            messages.success(request, "事務所の設定を保存しました。")
            return redirect("accounts:agency")
    context = {"form": form, "breadcrumbs": _crumbs("事務所の設定", _hub())}
    return render(request, "accounts/agency.html", context, status=status)


def audit(request: MemberRequest) -> HttpResponse:
    agency_id = request.member.agency_id
    form = AuditFilterForm(request.GET or None, members=list(selectors.members(agency_id)))
    form.is_valid()
    wanted = form.wanted() if form.is_bound else AuditFilter()
    page = Paginator(selectors.audit_events(agency_id, wanted), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    entries = [selectors.audit_entry(event) for event in page.object_list]
    context = {"form": form, "page": page, "entries": entries, "is_filtered": form.is_bound}
    context["breadcrumbs"] = _crumbs("操作記録", _hub())
    return render(request, "accounts/audit.html", context)


def switch_agency(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect("account_login")
    workplaces = list(selectors.workplaces(request.user))
    if request.method == "POST":
        chosen = next((one for one in workplaces if str(one.agency_id) == request.POST.get("agency_id")), None)
        if chosen is None:
            messages.error(request, "その事務所のメンバーではないか、利用を停止されています。")
            return redirect("accounts:switch_agency")
        request.session["agency_id"] = chosen.agency_id
        member_services.enter(member=chosen)
        messages.success(request, f"{chosen.agency} に切り替えました。")
        return redirect("dashboard:home")
    return render(request, "accounts/switch_agency.html", {"workplaces": workplaces, "current": member_of(request)})


def profile(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect("account_login")
    initial = {"display_name": request.user.display_name, "has_single_keys": request.user.has_single_keys}
    form = ProfileForm(_posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        member_services.change_profile(user=request.user, **form.cleaned_data)
        messages.success(request, "プロフィールを保存しました。")
        return redirect("accounts:profile")
    workplaces = list(selectors.workplaces(request.user))
    return _form_page(request, "accounts/profile.html", form, account=request.user, workplaces=workplaces)


def _accept_as_user(request: HttpRequest, user: User, invitation: Invitation, token: str) -> HttpResponse:
    """Let a signed-in user join with one button."""
    is_other_account = user.email != invitation.email
    context = {"invitation": invitation, "is_other_account": is_other_account, "account": user, "refusal": ""}
    if request.method != "POST":
        return render(request, "accounts/join_as_user.html", context)
    try:
        member = invitation_services.accept_as_user(token=token, user=user, now=clock.now())
    except AnotherAccount as refused:
        context["refusal"] = refused.message
        return render(request, "accounts/join_as_user.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    request.session["agency_id"] = member.agency_id
    messages.success(request, f"{member.agency} に参加しました。")
    return redirect("dashboard:home")


def _accept_as_visitor(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Make an account, or send the owner of an existing one to the log-in page and back."""
    if User.objects.filter(email=invitation.email).exists():
        return render(request, "accounts/join_after_login.html", {"invitation": invitation, "here": request.path})
    form = JoinForm.of(invitation, _posted(request))
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["display_name"], form.cleaned_data["password"]
        try:
            member = invitation_services.accept_as_new_user(
                token=token, display_name=name, password=password, now=clock.now()
            )
        except AnotherAccount:  # made between our look and this request: its owner logs in first
            return redirect(request.path)
        response: HttpResponse = perform_login(request, member.user, redirect_url=reverse("dashboard:home"))
        return response
    return _form_page(request, "accounts/join.html", form, invitation=invitation)


def _closed(request: HttpRequest, reason: str, status: HTTPStatus) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"reason": reason}, status=status)


def _conflict(request: MemberRequest, form: SettingsForm, message: str) -> HttpResponse:
    """Keep what was typed, show what another person stored, and let the next save replace it knowingly."""
    current = request.member.agency
    current.refresh_from_db()
    form.accept_version(current.version)
    latest = selectors.latest_event_of(current.pk, current)
    context = {
        "form": form,
        "conflict": message,
        "changed_by": f"{latest.actor_label}({shown(latest.occurred_at)})" if latest else "",
        "differences": form.differences(current),
    }
    return render(request, "accounts/agency.html", context, status=HTTPStatus.CONFLICT)


def _form_page(request: HttpRequest, template: str, form: object, **context: object) -> HttpResponse:
    """Show a form: new with 200, refused with 422 and all that was typed."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)


def _posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even if nothing, or None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _under_members(label: str) -> list[Crumb]:
    return _crumbs(label, _hub(), Crumb("利用者", reverse("accounts:members")))


def _hub() -> Crumb:
    return Crumb(HUB, reverse("dashboard:masters"))


def _crumbs(label: str, *path: Crumb) -> list[Crumb]:
    return [Crumb("ホーム", reverse("dashboard:home")), *path, Crumb(label)]
