"""What the help keeps for a member: texts that are not yet saved, and how far they came with the first tour."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vapup.accounts.models import Agency, AgencyQuerySet, Member

MOST_STEPS: Final = 5


class Draft(models.Model):
    """What a member has written into one form and not yet saved; nobody else ever sees it.

    It is no record: it has neither a history nor an audit event, and is gone once its form has been saved.

    Attributes:
        path: where the form is sent to.
        name: tells several forms with the same path apart.
        page: the address of the page that shows the form.
        base: a fingerprint of what the form held before the member wrote; another one now means that it was changed.
        revision: counts the savings, so that one browser tab never overwrites what another has saved.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    path = models.CharField("送り先", max_length=300)
    name = models.CharField("入力欄のまとまり", max_length=40)
    page = models.CharField("画面", max_length=500)
    title = models.CharField("画面の見出し", max_length=200, blank=True)
    fields: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField("内容", default=dict)
    base = models.CharField(max_length=40)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField("保存日時", db_default=Now())

    objects = AgencyQuerySet["Draft"].as_manager()

    class Meta:
        verbose_name = "下書き"
        ordering = ["-saved_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["member", "path", "name"], name="draft_once_per_form")]

    def __str__(self) -> str:
        return self.title or self.path


class TourProgress(models.Model):
    """The step of the first tour that a member is at, and whether they have put it away."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField("案内の段階", default=1)
    is_closed = models.BooleanField("案内を閉じた", default=False)

    objects = AgencyQuerySet["TourProgress"].as_manager()

    class Meta:
        verbose_name = "最初の案内"
        constraints = [models.CheckConstraint(name="tour_has_this_step", condition=Q(step__range=(1, MOST_STEPS)))]

    def __str__(self) -> str:
        return f"{self.step}/{MOST_STEPS}"
