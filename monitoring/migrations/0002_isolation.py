"""Put the tables of this app behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial"), ("cases", "0002_isolation")]

    operations = [
        isolate("monitoring_monitoringperiod", parents={"case_id": "cases_case"}),
        isolate("monitoring_monitoringperiodevent", is_append_only=True),
    ]
