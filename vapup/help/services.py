"""Keep and drop drafts, and move along the first tour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vapup.accounts.models import Member
from vapup.help.models import MOST_STEPS, Draft, TourProgress
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

MOST_DRAFTS: Final = 50
KEPT_FOR: Final = timedelta(days=30)
MOVES: Final[Mapping[str, int]] = {"next": 1, "back": -1}


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What somebody has written into a form; the fields are those of `Draft`."""

    path: str
    name: str
    page: str
    title: str
    base: str
    fields: dict[str, str]


class SavedElsewhere(DomainError):
    """Another browser tab has saved a draft of the same form since."""

    def __init__(self) -> None:
        super().__init__(
            "同じ入力欄の下書きが、別のタブで保存されています。この画面の内容は、まだ下書きに保存していません。"
        )


@unit_of_work()
def save_draft(*, actor: Member, unsaved: Unsaved, revision: int, now: datetime) -> Draft:
    """Keep what is unsaved, in place of the draft with this revision (0: there is none yet).

    The member's drafts of more than 30 days, and those beyond 50, are dropped.

    Raises:
        SavedElsewhere: there is a draft that the sender has not seen.
    """
    # A draft that is not there yet cannot be locked: two tabs would both begin it.
    Member.objects.for_agency(actor.agency_id).select_for_update(no_key=True).get(pk=actor.pk)
    own = Draft.objects.for_agency(actor.agency_id).filter(member=actor)
    draft = own.select_for_update(no_key=True).filter(path=unsaved.path, name=unsaved.name).first()
    if (draft.revision if draft else 0) != revision:
        raise SavedElsewhere
    if draft is None:
        draft = Draft(agency_id=actor.agency_id, member=actor, path=unsaved.path, name=unsaved.name, revision=0)
    draft.page, draft.title = unsaved.page, unsaved.title
    draft.fields, draft.base = unsaved.fields, unsaved.base
    draft.revision, draft.saved_at = draft.revision + 1, now
    draft.save()
    _drop_old(actor, now)
    return draft


def _drop_old(actor: Member, now: datetime) -> None:
    own = Draft.objects.for_agency(actor.agency_id).filter(member=actor)
    own.filter(saved_at__lt=now - KEPT_FOR).delete()
    beyond = list(own.values_list("pk", flat=True)[MOST_DRAFTS:])
    own.filter(pk__in=beyond).delete()


@unit_of_work()
def drop_draft(*, actor: Member, path: str, name: str) -> None:
    """Drop the draft of a form, if there is one: it was saved, or its writer does not want it."""
    Draft.objects.for_agency(actor.agency_id).filter(member=actor, path=path, name=name).delete()


@unit_of_work()
def move_tour(*, actor: Member, move: str) -> TourProgress:
    """Go a step on or back ("next", "back"), put the tour away ("close"), or begin it again ("open")."""
    progress, _ = TourProgress.objects.for_agency(actor.agency_id).get_or_create(
        member=actor, defaults={"agency_id": actor.agency_id}
    )
    if move == "open":
        progress.step = 1
    step = progress.step + MOVES.get(move, 0)
    progress.is_closed = move == "close" or step > MOST_STEPS
    progress.step = min(max(step, 1), MOST_STEPS)
    progress.save(update_fields=["step", "is_closed"])
    return progress
