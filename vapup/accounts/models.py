"""Users, the agencies that they work for, invitations, and the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import parse_qsl, urlencode

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from stdnum.jp import cn

from vapup.accounts.enums import ListPage, Role, Verb

M = TypeVar("M", bound=models.Model)


def track(model: type[M]) -> type[M]:
    """Let PostgreSQL itself copy every insert, update and delete of `model` into an append-only history table."""
    tracked: type[M] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
    )(model)
    return tracked


def is_corporate_number(text: str) -> bool:
    """Tell whether `text` is a 法人番号: 13 digits whose check digit holds."""
    return bool(cn.is_valid(text)) and text.isascii() and text.isdigit()


def roles_in_words(roles: Iterable[str]) -> str:
    """Write roles as pages and mails show them: 担当者・事務管理."""
    return "・".join(Role(role).label for role in roles)


class AgencyQuerySet(models.QuerySet[M]):
    """Rows that belong to an agency; the only way a view or service may start a query."""

    def for_agency(self, agency_id: int) -> Self:
        """Return the rows of one agency."""
        return self.filter(agency_id=agency_id)


class UserManager(BaseUserManager["User"]):
    """Makes users whose e-mail address is their name."""

    def create_user(self, email: str, password: str | None = None, *, display_name: str = "") -> User:
        """Store a user; the address is kept in lower case, so that one person has one account."""
        user = self.model(email=email.strip().lower(), display_name=display_name)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of an address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who logs in; what they may do is said by their memberships alone."""

    email = models.EmailField("メールアドレス", max_length=254, unique=True)
    display_name = models.CharField("氏名", max_length=100)
    is_active = models.BooleanField("有効", default=True)
    has_single_keys = models.BooleanField("1文字のキー操作", default=True, db_default=True)
    date_joined = models.DateTimeField("登録日時", db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "利用者"

    def __str__(self) -> str:
        return self.display_name or self.email


@track
class Agency(models.Model):
    """A certified support agency (認定経営革新等支援機関): the tenant."""

    name = models.CharField("名称", max_length=200)
    slug = models.SlugField("識別名", max_length=50, unique=True)
    representative = models.CharField("代表者", max_length=100, blank=True)
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    certification_number = models.CharField("認定支援機関ID", max_length=20, blank=True)
    certification_expires_on = models.DateField("認定の有効期限", null=True, blank=True)
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("所在地", max_length=300, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    self_approval_allowed = models.BooleanField("自己承認を認める(一人事務所)", default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "支援機関"

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(AgencyQuerySet["Member"]):
    """Members of an agency."""

    def active(self) -> Self:
        """Return those who may work now."""
        return self.filter(is_active=True, user__is_active=True)


@track
class Member(models.Model):
    """A user's place in one agency."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name="役割")
    is_active = models.BooleanField("有効", default=True)
    joined_at = models.DateTimeField("参加日時", db_default=Now())

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "メンバー"
        constraints = [
            models.UniqueConstraint(fields=["agency", "user"], name="member_once_per_agency"),
            models.CheckConstraint(name="member_has_a_role", condition=models.Q(roles__len__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def roles_label(self) -> str:
        """Return the roles as the page shows them."""
        return roles_in_words(self.roles)

    def has_role(self, *roles: Role) -> bool:
        """Tell whether the member has at least one of `roles`."""
        return not {role.value for role in roles}.isdisjoint(self.roles)


class Invitation(models.Model):
    """An offer to join an agency: single use, for one address, for 72 hours."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("メールアドレス", max_length=254)
    display_name = models.CharField("氏名", max_length=100)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name="役割")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField("招待日時", db_default=Now())
    expires_at = models.DateTimeField("有効期限")
    accepted_at = models.DateTimeField("受諾日時", null=True)
    revoked_at = models.DateTimeField("取消日時", null=True)

    objects = AgencyQuerySet["Invitation"].as_manager()

    class Meta:
        verbose_name = "招待"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.display_name} <{self.email}>"

    @property
    def roles_label(self) -> str:
        """Return the roles as the page shows them."""
        return roles_in_words(self.roles)


class AuditEvent(models.Model):
    """Who did what to which object, and what it was before and after. Only ever added to."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField("操作者", max_length=100)
    verb = models.CharField("操作", max_length=30, choices=Verb.choices)
    object_type = models.CharField("対象の種類", max_length=50)
    object_id = models.BigIntegerField("対象の番号")
    object_label = models.CharField("対象", max_length=300)
    changes: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("変更内容", default=dict)
    reason = models.TextField("理由", blank=True)
    occurred_at = models.DateTimeField("日時", db_default=Now())

    objects = AgencyQuerySet["AuditEvent"].as_manager()

    class Meta:
        verbose_name = "操作記録"
        indexes = [
            models.Index(fields=["agency", "object_type", "object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["agency", "-id"], name="audit_newest_first"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.occurred_at} {self.actor_label} {self.get_verb_display()} {self.object_label}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return what the changes are about, each once: 「費用明細 現状分析」 of 「費用明細 現状分析: 単価」."""
        return tuple(dict.fromkeys(name.split(": ")[0] for name in self.changes))


class SavedView(models.Model):
    """A list as somebody wants to see it again: filters, columns and order, as its address says them."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="保存した人")
    page = models.CharField("一覧", max_length=20, choices=ListPage.choices)
    name = models.CharField("名前", max_length=40)
    query = models.CharField("条件", max_length=1000, blank=True)
    is_shared = models.BooleanField("事務所で共有", default=False)

    objects = AgencyQuerySet["SavedView"].as_manager()

    class Meta:
        verbose_name = "保存した表示"
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_named_once_per_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def opening_query(self) -> str:
        """Return the query of the list's address that opens this view; whatever is stored, it is spelled as one."""
        return urlencode([*parse_qsl(self.query), ("view", self.pk)])


class OpeningView(models.Model):
    """The saved view with which a list opens for one member."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="利用者")
    page = models.CharField("一覧", max_length=20, choices=ListPage.choices)
    view = models.ForeignKey(SavedView, on_delete=models.PROTECT, related_name="openings", verbose_name="保存した表示")

    objects = AgencyQuerySet["OpeningView"].as_manager()

    class Meta:
        verbose_name = "最初に開く表示"
        constraints = [
            models.UniqueConstraint(fields=["member", "page"], name="opening_view_once_per_list"),
        ]

    def __str__(self) -> str:
        return f"{self.get_page_display()}: {self.view}"
