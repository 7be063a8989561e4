"""Put hours, workers and receipts behind row-level security, and tie cost lines to workers of their agency."""

from django.db import migrations

from vapup.accounts.tenancy import isolate, tie_to_agency


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0007_hours"), ("accounts", "0002_isolation"), ("cases", "0002_isolation")]

    operations = [
        isolate("subsidies_worker", parents={"co_agency_id": "cases_coagency", "member_id": "accounts_member"}),
        isolate("subsidies_workerrate", parents={"worker_id": "subsidies_worker"}),
        isolate(
            "subsidies_workweek",
            parents={
                "worker_id": "subsidies_worker",
                "requested_by_id": "accounts_member",
                "decided_by_id": "accounts_member",
            },
        ),
        isolate(
            "subsidies_workentry",
            parents={
                "case_id": "cases_case",
                "worker_id": "subsidies_worker",
                "cost_line_id": "subsidies_costline",
                "entered_by_id": "accounts_member",
            },
        ),
        isolate(
            "subsidies_receipt",
            parents={"application_id": "subsidies_application", "co_agency_id": "cases_coagency"},
        ),
        *(
            isolate(f"subsidies_{name}event", is_append_only=True)
            for name in ("worker", "workerrate", "workweek", "workentry", "receipt")
        ),
        tie_to_agency("subsidies_costline", {"co_agency_id": "cases_coagency", "worker_id": "subsidies_worker"}),
    ]
