"""What colleagues tell each other about a case."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from cases.models.cases import Case
from vapup.accounts.models import Agency, AgencyQuerySet, Member, track


@track
class Note(models.Model):
    """A note on a case (メモ). Its author may change it; what it said before stays in the history."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name="書いた人")
    body = models.TextField("メモ", max_length=4000)
    is_pinned = models.BooleanField("上に固定する", default=False)
    created_at = models.DateTimeField("書いた日時", db_default=Now())
    edited_at = models.DateTimeField("直した日時", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyQuerySet["Note"].as_manager()

    class Meta:
        verbose_name = "メモ"
        ordering = ["-is_pinned", "-id"]

    def __str__(self) -> str:
        return self.body[:40]

    @property
    def consultant_id(self) -> int:
        """Return whose case it is, for the policy."""
        return self.case.consultant_id


class Mention(models.Model):
    """A colleague named in a note, and when they saw it."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="mentions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="mentions")
    read_at = models.DateTimeField("読んだ日時", null=True, blank=True)

    objects = AgencyQuerySet["Mention"].as_manager()

    class Meta:
        verbose_name = "呼びかけ"
        constraints = [models.UniqueConstraint(fields=["note", "member"], name="mention_once_per_note")]

    def __str__(self) -> str:
        return f"@{self.member}"
