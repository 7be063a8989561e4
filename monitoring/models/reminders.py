"""The outbox of reminders: what was planned for whom, what stands in the notices, and what goes out by mail."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from monitoring.enums import AlarmKind, Channel, MailKind, MailState
from monitoring.models.deadlines import Deadline
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track


class Mail(models.Model):
    """One mail to one member. The row is the truth; a worker that takes it holds it under a lease.

    `key` says what the mail is about; the Message-ID is derived from it, so that a mail which had to be sent twice is
    recognised as the same one. `due_at` stays, while each failed attempt moves `not_before`; `is_refused` says that the
    last attempt failed for its recipient alone, while the mail server works.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="宛先")
    kind = models.CharField("種類", max_length=20, choices=MailKind.choices)
    key = models.CharField(max_length=300, unique=True)
    message_id = models.CharField(max_length=150)
    about = models.DateField("対象の日")
    state = models.CharField("状態", max_length=20, choices=MailState.choices, default=MailState.WAITING)
    due_at = models.DateTimeField("送信期日", db_default=Now())
    not_before = models.DateTimeField("送信予定")
    is_refused = models.BooleanField("宛先のサーバーが断った", db_default=False)
    attempts = models.PositiveSmallIntegerField("試みた回数", default=0)
    leased_until = models.DateTimeField(null=True)
    error = models.CharField("最後の障害", max_length=500, blank=True)
    sent_at = models.DateTimeField("送信日時", null=True)
    made_at = models.DateTimeField("作成日時", db_default=Now())

    objects = AgencyQuerySet["Mail"].as_manager()

    class Meta:
        verbose_name = "メール"
        ordering = ["id"]
        indexes = [models.Index(fields=["not_before"], condition=Q(state="waiting"), name="mail_waiting")]
        constraints = [
            models.CheckConstraint(
                name="mail_sent_at_an_instant", condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.recipient}"


class Reminder(models.Model):
    """That one person was, or is to be, told of one deadline by one channel, once for each safe day and offset."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    safe_by = models.DateField("安全な期限")
    offset_days = models.SmallIntegerField("何日前か")
    recipient = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="宛先")
    channel = models.CharField("経路", max_length=10, choices=Channel.choices)
    is_late = models.BooleanField("遅れて通知", default=False)
    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, null=True, related_name="reminders")
    planned_at = models.DateTimeField("作成日時")

    objects = AgencyQuerySet["Reminder"].as_manager()

    class Meta:
        verbose_name = "期限の通知"
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "safe_by", "offset_days", "recipient", "channel"], name="reminder_once"
            ),
            models.CheckConstraint(
                name="reminder_by_mail_has_a_mail",
                condition=Q(channel=Channel.MAIL, mail__isnull=False) | Q(channel=Channel.IN_APP, mail__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.safe_by} {self.offset_days} {self.recipient_id} {self.channel}"


class Notice(models.Model):
    """What a member sees under the bell (通知)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reminder = models.OneToOneField(Reminder, on_delete=models.PROTECT, null=True, related_name="notice")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, null=True, related_name="notices")
    title = models.CharField("件名", max_length=200)
    body = models.CharField("内容", max_length=500)
    is_urgent = models.BooleanField("至急", default=False)
    made_at = models.DateTimeField("日時")
    read_at = models.DateTimeField("読んだ日時", null=True)

    objects = AgencyQuerySet["Notice"].as_manager()

    class Meta:
        verbose_name = "通知"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["agency", "recipient", "-id"], name="notice_newest_first"),
            models.Index(fields=["agency", "recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title


@track
class ReminderSettings(models.Model):
    """How an agency wants its mails: within which hours, and without figures where it says so."""

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="+")
    mail_from_hour = models.PositiveSmallIntegerField("メールを送り始める時刻", default=8)
    mail_until_hour = models.PositiveSmallIntegerField("メールを送り終える時刻", default=20)
    hides_figures = models.BooleanField("メールに金額と事業者名を載せない", default=False)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["ReminderSettings"].as_manager()

    class Meta:
        verbose_name = "通知の設定"
        constraints = [
            models.CheckConstraint(
                name="reminder_settings_hours_in_order",
                condition=Q(mail_from_hour__lt=F("mail_until_hour"), mail_until_hour__lte=24),
                violation_error_message="送り始める時刻は、送り終える時刻より前にしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mail_from_hour}時から{self.mail_until_hour}時まで"


@track
class CalendarFeed(models.Model):
    """A member's address for calendar programs. Whoever knows it reads the deadlines, until it is revoked."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    is_private = models.BooleanField("事業者名と金額を載せない", default=True)
    covers_office = models.BooleanField("事務所全体の期限を載せる", default=False)
    made_at = models.DateTimeField("作成日時", db_default=Now())
    revoked_at = models.DateTimeField("取消日時", null=True)

    objects = AgencyQuerySet["CalendarFeed"].as_manager()

    class Meta:
        verbose_name = "カレンダーの配信"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "member"], condition=Q(revoked_at=None), name="calendar_feed_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"カレンダーの配信 {self.member}"


class Heartbeat(models.Model):
    """When something that must not fall silent last ran. Of the whole product, not of an agency."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField("日時")
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField("件数", default=dict)

    class Meta:
        verbose_name = "動作の記録"

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class Alarm(models.Model):
    """Something fell silent. Of the whole product; open until it speaks again."""

    kind = models.CharField("種類", max_length=20, choices=AlarmKind.choices)
    raised_at = models.DateTimeField("発生日時")
    detail = models.CharField("内容", max_length=300)
    told_at = models.DateTimeField("知らせた日時", null=True)
    cleared_at = models.DateTimeField("解消日時", null=True)

    class Meta:
        verbose_name = "通知の異常"
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(cleared_at=None), name="alarm_open_once_per_kind")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
