"""Put the reports of the follow-up behind row-level security."""

from django.db import migrations

from vapup.accounts.tenancy import isolate

PARENTS = {
    "monitoring_followupreport": {
        "period_id": "monitoring_monitoringperiod",
        "plan_id": "cases_plan",
        "prepared_by_id": "accounts_member",
        "finished_by_id": "accounts_member",
    },
    "monitoring_measureprogress": {"report_id": "monitoring_followupreport", "measure_id": "cases_measure"},
    "monitoring_deviation": {"report_id": "monitoring_followupreport"},
    "monitoring_bankmeeting": {"period_id": "monitoring_monitoringperiod", "lender_id": "cases_lender"},
}


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0006_reports"), ("cases", "0011_plans_isolation")]

    operations = [
        *(isolate(table, parents=parents) for table, parents in PARENTS.items()),
        *(isolate(f"{table}event", is_append_only=True) for table in PARENTS),
    ]
