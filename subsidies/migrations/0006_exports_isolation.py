"""Put exports behind row-level security and composite foreign keys."""

from django.db import migrations

from vapup.accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0005_exports"), ("accounts", "0002_isolation")]

    operations = [
        isolate("subsidies_export", parents={"requested_by_id": "accounts_member"}),
        isolate(
            "subsidies_exportitem",
            parents={
                "export_id": "subsidies_export",
                "application_id": "subsidies_application",
                "packet_id": "subsidies_packet",
            },
        ),
        isolate("subsidies_exportevent", is_append_only=True),
        isolate("subsidies_exportitemevent", is_append_only=True),
    ]
