"""Change how an agency wants its mails."""

from __future__ import annotations

from cases.services.locking import EditedMeanwhile, lock_agency
from monitoring.models import ReminderSettings
from monitoring.selectors.notices import settings_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work


class HoursRefused(DomainError):
    """There is no time left in which mails may go out."""


@unit_of_work()
def change_reminder_settings(
    *, actor: Member, version: int, mail_from_hour: int, mail_until_hour: int, hides_figures: bool
) -> ReminderSettings:
    """Store the settings that the user saw at `version`; mails that wait already keep their time.

    Args:
        mail_from_hour: the first hour in Japan at which mails go out, 0–23.
        mail_until_hour: the hour from which none do, 1–24.

    Raises:
        NotAllowed: the actor does not manage the agency.
        EditedMeanwhile: another person saved the settings in between.
        HoursRefused: the first hour is not before the last.
    """
    require(actor, Action.EDIT_AGENCY)
    lock_agency(actor)
    settings = settings_of(actor.agency_id)
    if settings.version != version:
        raise EditedMeanwhile
    if not 0 <= mail_from_hour < mail_until_hour <= 24:
        raise HoursRefused(
            f"「メールを送り始める時刻」 {mail_from_hour}時 は、"
            f"「メールを送り終える時刻」 {mail_until_hour}時 より前にしてください。"
        )
    values = {"mail_from_hour": mail_from_hour, "mail_until_hour": mail_until_hour, "hides_figures": hides_figures}
    if changes := audit.apply_changes(settings, values):
        settings.version += 1
        settings.save()
        audit.record(actor, Verb.CHANGED, settings, changes=changes)
    return settings
