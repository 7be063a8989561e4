"""Put the tables of this app behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_initial"), ("monitoring", "0002_isolation"), ("documents", "0002_isolation")]

    operations = [
        isolate("subsidies_costline", parents={"case_id": "cases_case", "period_id": "monitoring_monitoringperiod"}),
        isolate("subsidies_usageapplication", parents={"case_id": "cases_case", "requested_by_id": "accounts_member", "decided_by_id": "accounts_member"}),
        isolate("subsidies_packet", parents={"case_id": "cases_case", "document_id": "documents_storeddocument", "requested_by_id": "accounts_member"}),
        isolate("subsidies_estimate", parents={"case_id": "cases_case", "created_by_id": "accounts_member"}),
        isolate("subsidies_localtopup", parents={"case_id": "cases_case"}),
        isolate("subsidies_costlineevent", is_append_only=True),
        isolate("subsidies_usageapplicationevent", is_append_only=True),
        isolate("subsidies_packetevent", is_append_only=True),
        isolate("subsidies_estimateevent", is_append_only=True),
        isolate("subsidies_localtopupevent", is_append_only=True),
    ]
