"""Put deadlines and reminders behind the walls, and let the sweep through where it works."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from vapup.accounts.tenancy import CREATE_SWEEPER, isolate, let_sweep

CASE = {"case_id": "cases_case"}
DEADLINE = {"deadline_id": "monitoring_deadline"}
MEMBER = {"member_id": "accounts_member"}
RECIPIENT = {"recipient_id": "accounts_member"}


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0003_deadlines"),
        ("monitoring", "0002_isolation"),
        ("cases", "0004_letters_valid_until"),
        ("documents", "0002_isolation"),
        ("accounts", "0002_isolation"),
    ]

    operations = [
        isolate("monitoring_deadline", parents={**CASE, "consultant_id": "accounts_member"}),
        isolate("monitoring_mail", parents=RECIPIENT),
        isolate("monitoring_reminder", parents={**DEADLINE, **RECIPIENT, "mail_id": "monitoring_mail"}),
        isolate("monitoring_notice", parents={**DEADLINE, **RECIPIENT, "reminder_id": "monitoring_reminder"}),
        isolate("monitoring_remindersettings"),
        isolate("monitoring_calendarfeed", parents=MEMBER),
        isolate(
            "monitoring_deadlineextension",
            parents={**DEADLINE, "made_by_id": "accounts_member", "document_id": "documents_storeddocument"},
            is_append_only=True,
        ),
        isolate("monitoring_acknowledgement", parents={**DEADLINE, **MEMBER}, is_append_only=True),
        isolate("monitoring_snooze", parents={**DEADLINE, **MEMBER}, is_append_only=True),
        isolate("monitoring_deadlineevent", is_append_only=True),
        isolate("monitoring_remindersettingsevent", is_append_only=True),
        isolate("monitoring_calendarfeedevent", is_append_only=True),
        RunSQL(CREATE_SWEEPER, RunSQL.noop),
        let_sweep("monitoring_deadline", "SELECT, UPDATE"),
        let_sweep("monitoring_deadlineevent", "SELECT (pgh_id), INSERT"),
        let_sweep("monitoring_mail", "SELECT, INSERT, UPDATE"),
        let_sweep("monitoring_reminder", "SELECT, INSERT"),
        let_sweep("monitoring_notice", "SELECT, INSERT"),
        let_sweep("monitoring_remindersettings", "SELECT"),
        let_sweep("monitoring_acknowledgement", "SELECT"),
        let_sweep("monitoring_snooze", "SELECT"),
        let_sweep("monitoring_calendarfeed", "SELECT"),
        let_sweep("cases_case", "SELECT (id, agency_id, number, enterprise_id, consultant_id, stage, frame)"),
        let_sweep("cases_enterprise", "SELECT (id, agency_id, name)"),
        let_sweep("accounts_auditevent", "SELECT (id, occurred_at), INSERT"),
        let_sweep("accounts_agency", "SELECT", is_isolated=False),
        let_sweep("accounts_member", "SELECT", is_isolated=False),
        let_sweep("accounts_user", "SELECT", is_isolated=False),
        let_sweep("monitoring_heartbeat", "SELECT, INSERT, UPDATE", is_isolated=False),
        let_sweep("monitoring_alarm", "SELECT, INSERT, UPDATE", is_isolated=False),
    ]
