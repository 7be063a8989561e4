from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases.services.locking import EditedMeanwhile
from monitoring.models import ReminderSettings
from monitoring.services.reminder_settings import HoursRefused, change_reminder_settings
from tests.conftest import sign_in
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed

URL = "/settings/reminders/"
QUIET: dict[str, Any] = {"mail_from_hour": 9, "mail_until_hour": 18, "hides_figures": True}
FORM = {"mail_from_hour": "9", "mail_until_hour": "18", "hides_figures": "on"}


def stored(agency: Agency) -> tuple[int, int, bool, int]:
    row = ReminderSettings.objects.get(agency=agency)
    return row.mail_from_hour, row.mail_until_hour, row.hides_figures, row.version


def test_the_first_save_stores_the_row_and_is_noted(agency: Agency, manager: Member) -> None:
    change_reminder_settings(actor=manager, version=1, **QUIET)
    assert stored(agency) == (9, 18, True, 2)
    event = AuditEvent.objects.get(object_type="remindersettings")
    assert event.changes == {
        "メールを送り始める時刻": [8, 9],
        "メールを送り終える時刻": [20, 18],
        "メールに金額と事業者名を載せない": [False, True],
    }


def test_the_defaults_alone_store_nothing(agency: Agency, manager: Member) -> None:
    change_reminder_settings(actor=manager, version=1, mail_from_hour=8, mail_until_hour=20, hides_figures=False)
    assert not ReminderSettings.objects.exists()


@pytest.mark.parametrize(("first", "last"), [(20, 8), (9, 9), (-1, 8), (8, 25)])
def test_there_must_be_hours_in_which_mails_may_go(manager: Member, first: int, last: int) -> None:
    with pytest.raises(HoursRefused, match=f"{first}時.*{last}時"):
        change_reminder_settings(
            actor=manager, version=1, mail_from_hour=first, mail_until_hour=last, hides_figures=False
        )


def test_two_first_saves_are_a_conflict(manager: Member, admin: Member) -> None:
    change_reminder_settings(actor=manager, version=1, **QUIET)
    with pytest.raises(EditedMeanwhile):
        change_reminder_settings(actor=admin, version=1, **QUIET)


def test_only_those_who_lead_the_office_may(consultant: Member) -> None:
    with pytest.raises(NotAllowed):
        change_reminder_settings(actor=consultant, version=1, **QUIET)
    assert sign_in(consultant).get(URL).status_code == 403


def test_the_page_saves_and_keeps_what_was_refused(agency: Agency, manager: Member) -> None:
    browser = sign_in(manager)
    refused = browser.post(URL, {**FORM, "mail_from_hour": "19", "version": "1"})
    assert refused.status_code == 422
    assert "「メールを送り始める時刻」 19時 は、「メールを送り終える時刻」 18時 より前に" in refused.content.decode()
    assert refused.context["form"]["mail_from_hour"].value() == "19"
    assert browser.post(URL, {**FORM, "version": "1"}).status_code == 302
    assert stored(agency) == (9, 18, True, 2)
    assert browser.get(URL).context["form"]["version"].value() == 2


def test_a_conflict_shows_both_and_lets_the_user_save_again(agency: Agency, manager: Member, admin: Member) -> None:
    change_reminder_settings(actor=admin, version=1, mail_from_hour=7, mail_until_hour=20, hides_figures=False)
    browser = sign_in(manager)
    answer = browser.post(URL, {**FORM, "version": "1"})
    assert answer.status_code == 409
    rows = {row.label: (row.stored, row.typed) for row in answer.context["differences"]}
    assert rows["メールを送り始める時刻"] == ("7時", "9時")
    assert browser.post(URL, {**FORM, "version": answer.context["form"]["version"].value()}).status_code == 302
    assert stored(agency) == (9, 18, True, 3)


def test_the_settings_of_the_office_lead_there(manager: Member) -> None:
    assert f'href="{URL}"' in sign_in(manager).get(reverse("accounts:agency")).content.decode()
