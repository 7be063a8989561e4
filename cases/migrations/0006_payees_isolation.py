"""Put bank accounts behind row-level security."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_payees"), ("accounts", "0002_isolation")]

    operations = [
        isolate("cases_payee", parents={"co_agency_id": "cases_coagency"}),
        isolate("cases_payeeevent", is_append_only=True),
    ]
